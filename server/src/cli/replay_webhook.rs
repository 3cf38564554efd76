//! `latchkey replay-webhook`: sends a message again, or all that were given up.

use std::process::ExitCode;

use domain::id::WebhookId;
use domain::webhook::store::replay_any;
use server::config::DataConfig;

use super::opened::Opened;
use super::say;
use super::stop::Stop;

/// Send a message again, or all that were given up
#[derive(Debug, clap::Args)]
pub struct ReplayWebhook {
    #[command(flatten)]
    data: DataConfig,

    /// The message, by its Webhook-Id
    #[arg(required_unless_present = "dead", conflicts_with = "dead")]
    id: Option<WebhookId>,

    /// All messages that were given up
    #[arg(long)]
    dead: bool,
}

impl ReplayWebhook {
    /// # Errors
    /// One sentence that says what to do.
    pub async fn run(self) -> Result<ExitCode, Stop> {
        server::telemetry::start_log();
        let opened = Opened::for_command(&self.data).await?;
        let replayed = replay_any(opened.cx(), self.id).await;
        opened.close().await;
        match (replayed?, self.id) {
            (0, Some(id)) => Err(Stop::wrong(format!("There is no message {id}: compare it with its Webhook-Id."))),
            (count, _) => {
                say(&format!("{count} sent again by the running server.\n"))?;
                Ok(ExitCode::SUCCESS)
            }
        }
    }
}
