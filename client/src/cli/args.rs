//! The arguments of each command.

use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, ValueEnum};
use domain::device::OsFamily;
use time::format_description::well_known::{Iso8601, Rfc3339};
use time::{Date, OffsetDateTime, Time};

use crate::machine;

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

    /// What the machine is made of, 64 hexadecimal digits for each part that is known
    /// [default: hashes of the machine's own numbers]
    #[arg(long, value_name = "board:HEX,disk:HEX,network:HEX,system:HEX", value_parser = machine::parse_fingerprint)]
    pub fingerprint: Option<String>,

    /// Print the QR code even when the output is not a terminal
    #[arg(long)]
    pub qr: bool,
}

#[derive(Debug, Args)]
pub struct ReinstallArgs {
    /// The ticket that was made on the device's page; - reads it from standard input
    #[arg(value_name = "TICKET")]
    pub ticket: String,

    /// The kind of system, if it is another one than before
    #[arg(long, value_name = "SYSTEM", value_parser = os_family())]
    pub os: Option<OsFamily>,

    /// What the machine is made of [default: hashes of the machine's own numbers]
    #[arg(long, value_name = "board:HEX,disk:HEX,network:HEX,system:HEX", value_parser = machine::parse_fingerprint)]
    pub fingerprint: Option<String>,
}

/// A code and what may go with it.
#[derive(Debug, Args)]
pub struct CodeArgs {
    /// The activation code; - reads it from standard input, which keeps it out of the shell's history
    #[arg(value_name = "CODE")]
    pub code: String,

    /// For a renewal code whose earlier license is not found: the code used before (E22)
    #[arg(long, value_name = "CODE")]
    pub previous_code: Option<String>,

    /// For a renewal code without a usable previous code: accept the shorter term (E22, E23)
    #[arg(long)]
    pub accept_shorter_term: bool,

    /// When all seats are taken: the device whose seat this one takes over, by its name or its id (E12)
    #[arg(long, value_name = "DEVICE")]
    pub instead_of: Option<String>,

    /// Let this code take the place of a reserve code that waits on this device (E20)
    #[arg(long)]
    pub replace_reserve: bool,
}

#[derive(Debug, Args)]
pub struct ActivateArgs {
    #[command(flatten)]
    pub code: CodeArgs,

    /// Accept the license agreement without being asked
    #[arg(long)]
    pub accept_agreement: bool,

    /// Go on without being asked about what would be lost
    #[arg(long)]
    pub yes: bool,
}

#[derive(Debug, Args)]
pub struct PreviewArgs {
    #[command(flatten)]
    pub code: CodeArgs,
}

#[derive(Debug, Args)]
pub struct ReserveArgs {
    /// The code that is to wait; - reads it from standard input
    #[arg(value_name = "CODE", required_unless_present_any = ["remove", "activate_now"])]
    pub code: Option<String>,

    /// Let it take the place of the code that waits (E20)
    #[arg(long, requires = "code")]
    pub replace: bool,

    /// For a renewal code whose earlier license is not found: the code used before (E22)
    #[arg(long, value_name = "CODE", requires = "code")]
    pub previous_code: Option<String>,

    /// For a renewal code without a usable previous code: accept the shorter term (E22, E23)
    #[arg(long, requires = "code")]
    pub accept_shorter_term: bool,

    /// Accept the license agreement without being asked
    #[arg(long, requires = "code")]
    pub accept_agreement: bool,

    /// Take the waiting code back; it stays in the account, unused
    #[arg(long, conflicts_with_all = ["code", "activate_now", "replace", "previous_code", "accept_shorter_term", "accept_agreement"])]
    pub remove: bool,

    /// Switch to the waiting code by hand, after the switch failed by itself
    #[arg(long, conflicts_with_all = ["code", "replace", "previous_code", "accept_shorter_term", "accept_agreement"])]
    pub activate_now: bool,
}

/// For what can't be undone here.
#[derive(Debug, Args)]
pub struct SureArgs {
    /// Do it without being asked on a terminal
    #[arg(long)]
    pub yes: bool,
}

#[derive(Debug, Args)]
pub struct VerifyActivityArgs {
    /// The file, as downloaded
    #[arg(value_name = "FILE")]
    pub file: PathBuf,

    /// The key that has to have signed it, as the Activity page shows it [default: the one that the file names]
    #[arg(long, value_name = "KEY")]
    pub key: Option<String>,

    /// A file that was downloaded earlier: both have to tell the same past
    #[arg(long, value_name = "FILE")]
    pub earlier: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct HeartbeatArgs {
    /// Go on, each time when the server says the next one is due
    #[arg(long)]
    pub watch: bool,
}

#[derive(Debug, Args)]
pub struct AgreementArgs {
    /// What to do with it
    #[arg(value_enum, default_value_t = AgreementDeed::Show, value_name = "DEED")]
    pub deed: AgreementDeed,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum AgreementDeed {
    /// Print its text
    Show,
    /// Accept the version that applies now
    Accept,
}

#[derive(Debug, Args)]
pub struct UpdateArgs {
    /// The date of the databases, like 2026-11-24 [default: now]
    #[arg(long, value_name = "DATE", value_parser = day_or_instant)]
    pub date: Option<OffsetDateTime>,

    /// A person installs them from a file, and not the application itself
    #[arg(long)]
    pub by_hand: bool,

    /// Install by hand although that stops the application (E31)
    #[arg(long, requires = "by_hand")]
    pub yes: bool,
}

fn os_family() -> impl TypedValueParser<Value = OsFamily> {
    PossibleValuesParser::new(OsFamily::ALL.iter().map(|family| family.as_str()))
        .try_map(|word| word.parse::<OsFamily>())
}

fn day_or_instant(typed: &str) -> Result<OffsetDateTime, &'static str> {
    let day = || Date::parse(typed, &Iso8601::DATE).map(|day| day.with_time(Time::MIDNIGHT).assume_utc());
    OffsetDateTime::parse(typed, &Rfc3339).or_else(|_| day()).map_err(|_| "write a day like 2026-11-24")
}
