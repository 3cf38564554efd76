//! What the program does when called: one file a subcommand.

mod check;
mod create_seller_key;
mod create_staff;
mod create_webhook;
mod demo;
mod issue_codes;
mod migrate;
mod one_time_code;
mod opened;
mod pages;
mod replay_webhook;
mod revoke_seller_key;
mod rotate_keys;
mod serve;
mod serving;
mod stop;
mod welcome;
mod with_postgres;

use std::io::{self, Write};
use std::process::ExitCode;

use stop::Stop;

/// Latchkey: licenses, seats and activation codes of a software vendor's customers
#[derive(Debug, clap::Parser)]
#[command(name = "latchkey", version)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    Serve(Box<serve::Serve>),
    Migrate(migrate::Migrate),
    Demo(demo::Demo),
    IssueCodes(issue_codes::Issue),
    CreateStaff(create_staff::CreateStaff),
    CreateSellerKey(create_seller_key::CreateSellerKey),
    RevokeSellerKey(revoke_seller_key::RevokeSellerKey),
    CreateWebhook(create_webhook::CreateWebhook),
    ReplayWebhook(replay_webhook::ReplayWebhook),
    Check(check::Check),
    RotateKeys(rotate_keys::RotateKeys),
    WithPostgres(with_postgres::WithPostgres),
    Pages(pages::Pages),
}

impl Cli {
    /// Does what was asked and gives the exit code: 0 done, 1 failed or findings, 2 something has to be changed first.
    pub async fn run(self) -> ExitCode {
        let done = match self.command {
            Command::Serve(serve) => serve.run().await,
            Command::Migrate(migrate) => migrate.run().await,
            Command::Demo(demo) => demo.run().await,
            Command::IssueCodes(issue) => issue.run().await,
            Command::CreateStaff(create) => create.run().await,
            Command::CreateSellerKey(create) => create.run().await,
            Command::RevokeSellerKey(revoke) => revoke.run().await,
            Command::CreateWebhook(create) => create.run().await,
            Command::ReplayWebhook(replay) => replay.run().await,
            Command::Check(check) => check.run().await,
            Command::RotateKeys(rotate) => rotate.run().await,
            Command::WithPostgres(with) => with.run().await,
            Command::Pages(pages) => pages.run(),
        };
        done.unwrap_or_else(|stop: Stop| {
            eprintln!("{stop}");
            stop.code()
        })
    }
}

/// Writes to standard output; a reader that has gone is an error, not a panic.
fn say(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()
}
