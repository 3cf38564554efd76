//! `latchkey-client`, the program on a device: links it to an office (RFC 8628), activates codes, shows the license.

mod activate;
mod cli;
mod device;
mod failure;
mod http;
mod link;
mod machine;
mod reply;
mod session;
mod state;
mod terminal;
mod window;

use std::process::ExitCode;

use clap::Parser;

use crate::cli::{Cli, Command};
use crate::failure::Result;
use crate::session::Session;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let json = cli.json;
    match run(cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            if json {
                terminal::say_json(&failure.to_json());
            } else {
                terminal::tell(&failure.to_text());
            }
            ExitCode::from(failure.exit() as u8)
        }
    }
}

fn run(cli: Cli) -> Result<()> {
    let session = Session::open(cli.server.as_deref(), cli.state, cli.json)?;
    match cli.command {
        Command::Link(args) => link::link(session, args),
        Command::Activate(args) => activate::activate(&session, args),
        Command::Status => device::status(&session),
        Command::Heartbeat(args) => device::heartbeat(session, &args),
        Command::Whoami => device::whoami(&session),
    }
}
