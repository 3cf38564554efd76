//! `latchkey migrate`: brings the schema up to date and ends, for a roll-out that does it ahead of the servers.

use std::process::ExitCode;

use server::config::DataConfig;
use server::database;

use super::opened::{Sharing, start_database};
use super::say;
use super::stop::Stop;

/// Bring the database up to date
#[derive(Debug, clap::Args)]
pub struct Migrate {
    #[command(flatten)]
    data: DataConfig,
}

impl Migrate {
    /// # Errors
    /// One sentence that says what to do.
    pub async fn run(self) -> Result<ExitCode, Stop> {
        server::telemetry::start_log();
        let (cluster, addresses) = start_database(&self.data, Sharing::Beside).await?;
        database::migrate(&addresses.owner).await?;
        say("The database is up to date.\n")?;
        if let Some(cluster) = cluster {
            cluster.stop().await;
        }
        Ok(ExitCode::SUCCESS)
    }
}
