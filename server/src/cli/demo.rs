//! `latchkey demo`: shows the sign-ins of the demo.

use std::process::ExitCode;

use server::config::DataConfig;

use super::opened::Opened;
use super::serving::Serving;
use super::stop::Stop;

/// Show the sign-ins of the demo
#[derive(Debug, clap::Args)]
pub struct Demo {
    #[command(flatten)]
    data: DataConfig,
    /// For programs
    #[arg(long)]
    json: bool,
}

impl Demo {
    pub async fn run(self) -> Result<ExitCode, Stop> {
        Ok(ExitCode::SUCCESS)
    }
}
