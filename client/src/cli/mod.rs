//! The command line: commands, the flags that all of them take, and what `--help` says.

mod args;
mod help;

use std::ffi::OsString;

use clap::builder::OsStringValueParser;
use clap::{Parser, Subcommand};

pub use args::{
    ActivateArgs, AgreementArgs, AgreementDeed, CodeArgs, HeartbeatArgs, LinkArgs, PreviewArgs, ReinstallArgs,
    ReserveArgs, SureArgs, UpdateArgs, VerifyActivityArgs,
};

/// Where the server listens when nobody says otherwise.
pub const DEFAULT_SERVER: &str = "http://127.0.0.1:3000";

/// Stands in for the application on a device: links it to an office, activates codes and shows the license.
#[derive(Debug, Parser)]
#[command(name = "latchkey-client", version, after_help = help::PROGRAM, arg_required_else_help = true)]
pub struct Cli {
    /// The activation server [default: the one this device is linked to, else http://127.0.0.1:3000]
    #[arg(long, global = true, env = "LATCHKEY_SERVER", value_name = "URL")]
    pub server: Option<String>,

    /// The file that keeps the link and the ticket [default: ~/.local/state/latchkey/client.json]
    #[arg(long, global = true, env = "LATCHKEY_CLIENT_STATE", value_name = "FILE", value_parser = OsStringValueParser::new())]
    pub state: Option<OsString>,

    /// Print the server's answer, or the problem, as one line of JSON
    #[arg(long, global = true)]
    pub json: bool,

    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Link this device to an office: shows a code to confirm in the console, and waits
    #[command(after_help = help::LINK)]
    Link(LinkArgs),
    /// Come back after the system was installed anew: the printed ticket gives this device its license back
    #[command(after_help = help::REINSTALL)]
    Reinstall(ReinstallArgs),
    /// Turn an activation code into a running license on this device
    #[command(after_help = help::ACTIVATE)]
    Activate(ActivateArgs),
    /// Tell what a code would do on this device; nothing changes
    #[command(after_help = help::PREVIEW)]
    Preview(PreviewArgs),
    /// Show the license of this device; without the server, what the ticket allows
    #[command(after_help = help::STATUS)]
    Status,
    /// Start the application: while it is not activated, its Activation window opens
    #[command(after_help = help::START)]
    Start,
    /// Let a code wait for the end of the license, take it back, or switch to it by hand
    #[command(after_help = help::RESERVE)]
    Reserve(ReserveArgs),
    /// Stop using the license on this device; its seat is free at once
    #[command(after_help = help::RELEASE)]
    Release(SureArgs),
    /// Tell the server that this device is alive, and do what the console asks of it
    #[command(after_help = help::HEARTBEAT)]
    Heartbeat(HeartbeatArgs),
    /// Show the license agreement, or accept it
    #[command(after_help = help::AGREEMENT)]
    Agreement(AgreementArgs),
    /// Install databases
    #[command(after_help = help::UPDATE)]
    Update(UpdateArgs),
    /// Show which device of which office this is
    #[command(after_help = help::WHOAMI)]
    Whoami,
    /// Check a record of what happened in an office that was downloaded from its Activity page; asks no server
    #[command(after_help = help::VERIFY_ACTIVITY)]
    VerifyActivity(VerifyActivityArgs),
    /// Take the application off this device: its seat is free and its link forgotten
    #[command(after_help = help::UNINSTALL)]
    Uninstall(SureArgs),
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    fn read(line: &str) -> Result<Cli, clap::Error> {
        Cli::try_parse_from(std::iter::once("latchkey-client").chain(line.split(' ')))
    }

    /// The words of an example as a shell reads them, without what comes in from a file.
    fn words(example: &str) -> Vec<String> {
        let command = example.split(" < ").next().unwrap_or_default().trim();
        let parts = command.split('"').enumerate().flat_map(|(at, part)| {
            if at % 2 == 1 { vec![part.to_owned()] } else { part.split_whitespace().map(str::to_owned).collect() }
        });
        parts.collect()
    }

    #[test]
    fn the_command_line_is_well_formed() {
        Cli::command().debug_assert();
    }

    #[test]
    fn every_command_has_an_example_that_can_be_typed() {
        for command in Cli::command().get_subcommands() {
            let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
            let examples: Vec<&str> = help.lines().filter(|line| line.starts_with("  latchkey-client ")).collect();
            assert!(!examples.is_empty(), "{}", command.get_name());
            for example in examples {
                assert!(Cli::try_parse_from(words(example)).is_ok(), "{example}");
            }
        }
    }

    #[test]
    fn every_exit_code_is_documented() {
        use crate::failure::Exit;
        for exit in [
            Exit::Done,
            Exit::Refused,
            Exit::Input,
            Exit::NotLinked,
            Exit::Server,
            Exit::Denied,
            Exit::Expired,
            Exit::Stopped,
        ] {
            assert!(help::PROGRAM.contains(&format!("\n  {}  ", exit as u8)), "{exit:?}");
        }
    }

    #[test]
    fn a_code_and_flags_come_in_any_order() {
        for line in ["activate - --accept-agreement --json", "--json activate --accept-agreement -"] {
            let cli = read(line).unwrap();
            let Command::Activate(args) = cli.command else { panic!("{line}") };
            assert!(cli.json && args.accept_agreement && args.code.code == "-");
        }
    }

    #[test]
    fn a_system_is_one_of_five_words() {
        assert!(read("link --os windows_server").is_ok());
        assert!(read("link --os linux").is_err());
    }

    #[test]
    fn a_reserve_code_is_added_removed_or_switched_to_and_only_one_of_it() {
        for good in ["reserve ABC", "reserve ABC --replace", "reserve --remove", "reserve --activate-now"] {
            assert!(read(good).is_ok(), "{good}");
        }
        for bad in [
            "reserve",
            "reserve ABC --remove",
            "reserve --remove --activate-now",
            "reserve --replace",
            "reserve --remove --replace",
        ] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_date_of_databases_is_a_day_or_an_instant() {
        for good in ["update --date 2026-11-24", "update --date 2026-11-24T10:00:00Z", "update"] {
            assert!(read(good).is_ok(), "{good}");
        }
        for bad in ["update --date yesterday", "update --date 24.11.2026", "update --date 2026-02-30"] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }
}
