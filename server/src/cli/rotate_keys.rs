//! `latchkey rotate-keys`: another key signs tickets from now on.

use std::process::ExitCode;

use server::config::DataConfig;

use super::opened::Opened;
use super::say;
use super::stop::Stop;

/// Sign tickets with the next key from now on; devices know it already, and tickets that are out stay good
#[derive(Debug, clap::Args)]
pub struct RotateKeys {
    #[command(flatten)]
    data: DataConfig,
}

impl RotateKeys {
    /// # Errors
    /// One sentence that says what to do.
    pub async fn run(self) -> Result<ExitCode, Stop> {
        server::telemetry::start_log();
        let opened = Opened::for_command(&self.data).await?;
        let rotated = domain::ticket::store::rotate(&opened.cx()).await;
        opened.close().await;
        rotated?;
        say(
            "The next key signs tickets from now on; every node follows within a minute. The one after it is published.\n",
        )?;
        Ok(ExitCode::SUCCESS)
    }
}
