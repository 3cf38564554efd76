//! `latchkey revoke-seller-key`: takes a key of a seller's program back.

use std::process::ExitCode;

use domain::id::SellerKeyId;
use domain::seller::revoke_key;
use domain::{Error, Fault};
use server::config::DataConfig;

use super::opened::Opened;
use super::say;
use super::stop::Stop;

/// Take a seller's key back: from now on it opens nothing
#[derive(Debug, clap::Args)]
pub struct RevokeSellerKey {
    #[command(flatten)]
    data: DataConfig,

    /// The key, by what was printed when it was made; not the key itself
    key: SellerKeyId,
}

impl RevokeSellerKey {
    /// # Errors
    /// One sentence that says what to do.
    pub async fn run(self) -> Result<ExitCode, Stop> {
        server::telemetry::start_log();
        let opened = Opened::for_command(&self.data).await?;
        let revoked = revoke_key(opened.cx(), self.key).await;
        opened.close().await;
        revoked.map_err(|error| match error {
            error if error == Error::field("key", Fault::NotAChoice) => {
                Stop::wrong(format!("There is no key {}: compare it with what was printed.", self.key))
            }
            other => other.into(),
        })?;
        say("The key opens nothing any more.\n")?;
        Ok(ExitCode::SUCCESS)
    }
}
