//! `latchkey create-seller-key`: gives a seller's program a key and shows it, this once.

use std::process::ExitCode;

use domain::seller::create_key;
use domain::{Error, Fault};
use server::config::{DataConfig, WebhookConfig};
use server::webhook::address::Target;

use super::opened::Opened;
use super::say;
use super::stop::Stop;

/// Make a key for a seller's program and print it; it is shown this once
#[derive(Debug, clap::Args)]
pub struct CreateSellerKey {
    #[command(flatten)]
    data: DataConfig,

    #[command(flatten)]
    webhooks: WebhookConfig,

    /// Whose program it is, by the seller's code
    #[arg(long)]
    seller: String,

    /// Where messages about this seller go from now on, as https://…
    #[arg(long, value_name = "URL")]
    webhook: Option<String>,
}

impl CreateSellerKey {
    /// # Errors
    /// One sentence that says what to do.
    pub async fn run(self) -> Result<ExitCode, Stop> {
        server::telemetry::start_log();
        if let Some(url) = &self.webhook {
            reachable(url, &self.webhooks, &self.data)?;
        }
        let opened = Opened::for_command(&self.data).await?;
        let created = create_key(opened.cx(), &self.seller, self.webhook.as_deref()).await;
        opened.close().await;
        let created = created.map_err(|error| no_seller(error, &self.seller))?;
        let mut text = format!("Key:     {}\nRevoke:  latchkey revoke-seller-key {}\n", created.key, created.id);
        if let Some(secret) = &created.webhook_secret {
            text += &format!("Secret:  {secret}\n");
        }
        say(&(text + "This is shown once.\n"))?;
        Ok(ExitCode::SUCCESS)
    }
}

/// Makes sure that messages may go to an address.
///
/// # Errors
/// One sentence that says what to do.
pub fn reachable(url: &str, webhooks: &WebhookConfig, data: &DataConfig) -> Result<(), Stop> {
    let read = Target::parse(url, webhooks.allow_private || data.demo);
    read.map(drop).map_err(|why| Stop::wrong(format!("{url} can't be used: {why}.")))
}

/// What to do when there is no such seller.
pub fn no_seller(error: Error, code: &str) -> Stop {
    if error == Error::field("seller", Fault::NotAChoice) {
        return Stop::wrong(format!("There is no seller with the code {code}: name another one with --seller."));
    }
    error.into()
}
