//! The command line: commands, flags, the environment they may come from, and what `--help` says.

use std::ffi::OsString;

use clap::builder::{OsStringValueParser, PossibleValuesParser, TypedValueParser};
use clap::{Args, Parser, Subcommand};
use domain::device::OsFamily;

use crate::machine;

/// Where the server listens when nobody says otherwise.
pub const DEFAULT_SERVER: &str = "http://127.0.0.1:3000";

const AFTER_HELP: &str = "\
Examples:
  latchkey-client link --server https://licenses.example.com --name \"Reception\"
  latchkey-client activate ABCDE-FGH23-JKLM4-NPQR5
  latchkey-client activate --accept-agreement - < code.txt
  latchkey-client status --json
  latchkey-client heartbeat --watch

Exit codes:
  0  done
  1  refused by a rule; the message names it (E01 to E36)
  2  the command line, or what was typed, can't be used
  3  this device is not linked, or its token is no longer accepted
  4  no connection to the server, or a fault there
  5  the link was denied
  6  the link expired before anyone confirmed it";

/// Stands in for the application on a device: links it to an office, activates codes and shows the license.
#[derive(Debug, Parser)]
#[command(name = "latchkey-client", version, after_help = AFTER_HELP, arg_required_else_help = true)]
pub struct Cli {
    /// The activation server [default: the one this device is linked to, else http://127.0.0.1:3000]
    #[arg(long, global = true, env = "LATCHKEY_SERVER", value_name = "URL")]
    pub server: Option<String>,

    /// The file that keeps the link [default: ~/.local/state/latchkey/client.json]
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
    Link(LinkArgs),
    /// Turn an activation code into a running license on this device
    Activate(ActivateArgs),
    /// Show the license of this device
    Status,
    /// Tell the server that this device is alive
    Heartbeat(HeartbeatArgs),
    /// Show which device of which office this is
    Whoami,
}

#[derive(Debug, Args)]
pub struct LinkArgs {
    /// The device's name in the console [default: the machine's own]
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,

    /// The kind of system [default: the machine's own; windows where the application does not exist]
    #[arg(long, value_name = "SYSTEM", value_parser = os_family())]
    pub os: Option<OsFamily>,

    /// The system's version in words [default: the machine's own, unless --os is given]
    #[arg(long, value_name = "TEXT")]
    pub os_version: Option<String>,

    /// The vendor's number of the product that is installed [default: the vendor's first product]
    #[arg(long, value_name = "NUMBER")]
    pub product: Option<String>,

    /// What identifies the machine, 64 hexadecimal digits [default: a hash of the machine's own numbers]
    #[arg(long, value_name = "HEX", value_parser = machine::parse_fingerprint)]
    pub fingerprint: Option<String>,

    /// Print the QR code even when the output is not a terminal
    #[arg(long)]
    pub qr: bool,
}

#[derive(Debug, Args)]
pub struct ActivateArgs {
    /// The activation code; - reads it from standard input, which keeps it out of the shell's history
    #[arg(value_name = "CODE")]
    pub code: String,

    /// Accept the license agreement without being asked
    #[arg(long)]
    pub accept_agreement: bool,
}

#[derive(Debug, Args)]
pub struct HeartbeatArgs {
    /// Go on, each time when the server says the next one is due
    #[arg(long)]
    pub watch: bool,
}

fn os_family() -> impl TypedValueParser<Value = OsFamily> {
    PossibleValuesParser::new(OsFamily::ALL.iter().map(|family| family.as_str()))
        .try_map(|word| word.parse::<OsFamily>())
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_well_formed() {
        Cli::command().debug_assert();
    }

    #[test]
    fn a_code_and_flags_come_in_any_order() {
        for line in ["activate - --accept-agreement --json", "--json activate --accept-agreement -"] {
            let cli = Cli::try_parse_from(std::iter::once("latchkey-client").chain(line.split(' '))).unwrap();
            let Command::Activate(args) = cli.command else { panic!("{line}") };
            assert!(cli.json && args.accept_agreement && args.code == "-");
        }
    }

    #[test]
    fn a_system_is_one_of_five_words() {
        assert!(Cli::try_parse_from(["latchkey-client", "link", "--os", "windows_server"]).is_ok());
        assert!(Cli::try_parse_from(["latchkey-client", "link", "--os", "linux"]).is_err());
    }
}
