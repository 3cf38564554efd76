//! One word or phrase for each choice that the windows show.

use domain::code::CodeKind;
use domain::device::{CommandKind, OsFamily};
use domain::license::{Level, Standing};
use domain::reserve::ReserveState;
use domain::seat::SeatClass;

pub fn os_family(family: OsFamily) -> &'static str {
    match family {
        OsFamily::Windows => "Windows",
        OsFamily::WindowsServer => "Windows Server",
        OsFamily::Mac => "macOS",
        OsFamily::Android => "Android",
        OsFamily::Ios => "iOS",
    }
}

pub fn level(level: Level) -> &'static str {
    match level {
        Level::Full => "in full",
        Level::Restricted => "in part: databases are no longer updated",
        Level::Stopped => "not at all: protection is off",
    }
}

/// The same as a sentence.
pub fn works(level: Level) -> &'static str {
    match level {
        Level::Full => "The application works in full.",
        Level::Restricted => "The application works in part: databases are no longer updated.",
        Level::Stopped => "The application does not work: protection is off.",
    }
}

pub fn kind(kind: CodeKind) -> &'static str {
    match kind {
        CodeKind::Commercial => "Commercial",
        CodeKind::Renewal => "Commercial, renewal",
        CodeKind::Trial => "Trial",
        CodeKind::Subscription => "Subscription",
        CodeKind::Promo => "Promotional",
    }
}

pub fn standing(standing: Standing) -> &'static str {
    match standing {
        Standing::Trial => "Trial",
        Standing::Active => "Active",
        Standing::Expiring => "Ends soon",
        Standing::Grace => "In the grace period",
        Standing::Expired => "Ended",
        Standing::Blocked => "Blocked",
        Standing::Suspended => "Suspended",
        Standing::Cancelled => "Cancelled after a refund",
    }
}

pub fn seat_class(class: SeatClass) -> &'static str {
    match class {
        SeatClass::Desktop => "Computers",
        SeatClass::FileServer => "File servers",
        SeatClass::Mobile => "Phones and tablets",
        SeatClass::PasswordManager => "Password manager",
    }
}

pub fn reserve_state(state: ReserveState) -> &'static str {
    match state {
        ReserveState::Waiting => "Waits",
        ReserveState::Promoted => "Has taken over",
        ReserveState::Failed => "Could not take over",
        ReserveState::Removed => "Taken back",
    }
}

pub fn command(kind: CommandKind) -> &'static str {
    match kind {
        CommandKind::License => "use the license that was sent from the console",
        CommandKind::Release => "stop using the license: its seat was released",
        CommandKind::Rename => "go by another name",
    }
}
