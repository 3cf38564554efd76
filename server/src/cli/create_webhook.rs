//! `latchkey create-webhook`: has messages sent to a further address and shows the secret that signs them, this once.

use std::process::ExitCode;

use domain::webhook::store::create_endpoint;
use server::config::{DataConfig, WebhookConfig};

use super::create_seller_key::{no_seller, reachable};
use super::opened::Opened;
use super::say;
use super::stop::Stop;

/// Send messages to an address: about all sellers, or about one; the secret that signs them is shown this once
#[derive(Debug, clap::Args)]
pub struct CreateWebhook {
    #[command(flatten)]
    data: DataConfig,

    #[command(flatten)]
    webhooks: WebhookConfig,

    /// Where they go, as https://…
    url: String,

    /// Only what happens at this seller, by its code
    #[arg(long)]
    seller: Option<String>,
}

impl CreateWebhook {
    /// # Errors
    /// One sentence that says what to do.
    pub async fn run(self) -> Result<ExitCode, Stop> {
        server::telemetry::start_log();
        reachable(&self.url, &self.webhooks, &self.data)?;
        let opened = Opened::for_command(&self.data).await?;
        let created = create_endpoint(opened.cx(), self.seller.as_deref(), &self.url).await;
        opened.close().await;
        let secret = created.map_err(|error| no_seller(error, self.seller.as_deref().unwrap_or_default()))?;
        say(&format!("Secret:  {secret}\nThis is shown once.\n"))?;
        Ok(ExitCode::SUCCESS)
    }
}
