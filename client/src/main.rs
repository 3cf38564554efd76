//! `latchkey-client`, the program on a device: links it to an office (RFC 8628), activates codes, shows the license, and
//! works by signed tickets while the server can't be reached.

mod activate;
mod advice;
mod agreement;
mod cli;
mod clock;
mod code;
mod device;
mod failure;
mod heartbeat;
mod http;
mod keep;
mod link;
mod machine;
mod offline;
mod papers;
mod reinstall;
mod release;
mod reply;
mod reserve;
mod session;
mod start;
mod state;
mod terminal;
mod update;
mod verify;
mod window;

use std::process::ExitCode;

use clap::Parser;

use crate::cli::{Cli, Command};
use crate::failure::{Exit, Result};
use crate::session::Session;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let json = cli.json;
    let exit = run(cli).unwrap_or_else(|failure| {
        if json {
            terminal::say_json(&failure.to_json());
        } else {
            terminal::tell(&failure.to_text());
        }
        failure.exit()
    });
    ExitCode::from(exit as u8)
}

fn run(cli: Cli) -> Result<Exit> {
    if let Command::VerifyActivity(args) = &cli.command {
        return verify::activity(args, cli.json).map(|()| Exit::Done);
    }
    let session = Session::open(cli.server.as_deref(), cli.state, cli.json)?;
    let done = match cli.command {
        Command::Status => return device::status(session),
        Command::Start => return start::start(session),
        Command::Link(args) => link::link(session, args),
        Command::Reinstall(args) => reinstall::reinstall(session, args),
        Command::Activate(args) => activate::activate(session, &args),
        Command::Preview(args) => activate::preview(&session, &args),
        Command::Reserve(args) => reserve::reserve(session, args),
        Command::Release(args) => release::release(session, &args),
        Command::Heartbeat(args) => heartbeat::heartbeat(session, &args),
        Command::Agreement(args) => agreement::agreement(session, &args),
        Command::Update(args) => update::update(session, &args),
        Command::Whoami => device::whoami(session),
        Command::VerifyActivity(args) => verify::activity(&args, session.json),
        Command::Uninstall(args) => release::uninstall(session, &args),
    };
    done.map(|()| Exit::Done)
}
