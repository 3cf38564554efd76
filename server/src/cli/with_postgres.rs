//! `latchkey with-postgres`: runs a command with `DATABASE_URL` set to a private PostgreSQL, for tests and for a look
//! at the data.

use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::process::{ExitCode, ExitStatus};

use server::postgres::{Cluster, Life};
use tokio::process::Command;
use tokio::signal::unix::{SignalKind, signal};

use super::stop::Stop;

/// Run a command with DATABASE_URL set to a private PostgreSQL
#[derive(Debug, clap::Args)]
pub struct WithPostgres {
    /// Use a fresh, fast database that is removed afterwards
    #[arg(long)]
    throw_away: bool,

    /// Every database made in it starts with today's schema, so that tests need not bring each one up to date
    #[arg(long, requires = "throw_away")]
    migrated: bool,

    /// The data folder whose database to use
    #[arg(long, env = "LATCHKEY_DATA", default_value = "./data")]
    data: PathBuf,

    /// The command and its arguments
    #[arg(required = true, last = true)]
    command: Vec<String>,
}

impl WithPostgres {
    /// Answers with the exit code of the command.
    ///
    /// # Errors
    /// When the database or the command can't be started.
    pub async fn run(self) -> Result<ExitCode, Stop> {
        // Caught before the database starts, so that it is stopped whatever comes.
        let mut interrupt = signal(SignalKind::interrupt())?;
        let mut terminate = signal(SignalKind::terminate())?;
        let mut hang_up = signal(SignalKind::hangup())?;
        let cluster = if self.throw_away {
            Cluster::start(&std::env::temp_dir(), Life::ThrowAway).await?
        } else {
            Cluster::join_or_start(&self.data).await?
        };
        if self.migrated {
            server::database::migrate(&cluster.template_url()).await?;
        }
        let Some((program, arguments)) = self.command.split_first() else { return Ok(ExitCode::SUCCESS) };
        let started = Command::new(program).args(arguments).env("DATABASE_URL", cluster.url()).spawn();
        let mut child = match started {
            Ok(child) => child,
            Err(error) => {
                cluster.stop().await;
                return Err(Stop::wrong(format!("{program} can't be started: {error}.")));
            }
        };
        let ended = loop {
            tokio::select! {
                ended = child.wait() => break ended,
                // The terminal interrupts the command as well: it decides when to end.
                _ = interrupt.recv() => {}
                _ = terminate.recv() => forward_terminate(&child),
                _ = hang_up.recv() => forward_terminate(&child),
            }
        };
        cluster.stop().await;
        Ok(exit_code(ended?))
    }
}

fn forward_terminate(child: &tokio::process::Child) {
    let pid = child.id().and_then(|id| i32::try_from(id).ok()).and_then(rustix::process::Pid::from_raw);
    if let Some(pid) = pid {
        let _ = rustix::process::kill_process(pid, rustix::process::Signal::TERM);
    }
}

/// The code a shell would give: 128 and the signal for a command that was killed.
fn exit_code(status: ExitStatus) -> ExitCode {
    let code = status.code().unwrap_or_else(|| 128 + status.signal().unwrap_or_default());
    ExitCode::from(u8::try_from(code).unwrap_or(1))
}
