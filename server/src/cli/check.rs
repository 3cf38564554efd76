//! `latchkey check`: looks whether all that must always be true of the data is true.

use std::process::ExitCode;

use server::config::DataConfig;

use super::opened::Opened;
use super::say;
use super::stop::Stop;

/// Look whether everything that must always be true of the data is true
#[derive(Debug, clap::Args)]
pub struct Check {
    #[command(flatten)]
    data: DataConfig,
}

impl Check {
    /// Answers 1 when something is found.
    ///
    /// # Errors
    /// One sentence that says what to do.
    pub async fn run(self) -> Result<ExitCode, Stop> {
        server::telemetry::start_log();
        let opened = Opened::for_command(&self.data).await?;
        let findings = domain::check::run(&opened.cx()).await;
        opened.close().await;
        let findings = findings?;
        if findings.is_empty() {
            say("All invariants hold.\n")?;
            return Ok(ExitCode::SUCCESS);
        }
        let lines: String =
            findings.iter().map(|finding| format!("{}: {}\n", finding.invariant, finding.what)).collect();
        say(&lines)?;
        Ok(ExitCode::from(1))
    }
}
