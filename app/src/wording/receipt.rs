//! What stands on a refusal's receipt: the rule that says no, the fact that made it so, and the way on. Programs on devices
//! are told the same as people.

use domain::activation::Refusal;
use domain::seat::Holder;
use time::OffsetDateTime;

use super::refusal as sentence;
use super::time::day;
use crate::error::AppError;
use crate::paths;

/// A refusal, explained.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// The refusal's code: E01 to E36, or a word for those outside the catalogue.
    pub code: &'static str,
    /// The rules that say no, as R1 to R104.
    pub rules: &'static [&'static str],
    /// What happened and why, in one or two sentences.
    pub why: String,
    /// The way on.
    pub fix: Fix,
    /// Other ways on, if there are any.
    pub others: Vec<Fix>,
}

/// A way on after a refusal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fix {
    /// Another page of the console helps.
    Link { label: String, href: &'static str },
    /// The same request goes through with this field set to this value: whoever presses the button agrees to it.
    Agree { label: String, field: &'static str, value: String },
    /// The same request may go through with something else in this field.
    Ask { label: String, field: &'static str },
    /// Time helps; where the instant is known, it is named.
    Wait { label: String, until: Option<OffsetDateTime> },
    /// Somebody has to do something that no button of ours can do.
    Words { label: String },
}

/// The field for a whole code.
pub const CODE: &str = "code";
/// The field for the device that a code is meant for.
pub const DEVICE: &str = "device";
/// The field by which letters that only look Latin are read as Latin ones (E02).
pub const LATIN: &str = "latin";
/// The field by which the license agreement is accepted (E33).
pub const AGREEMENT: &str = "agreement";
/// The field by which the waiting code gives way (E20).
pub const REPLACE_RESERVE: &str = "agreed[replace_reserve]";
/// The field by which the shorter term is accepted (E22, E23).
pub const SHORTER_TERM: &str = "agreed[shorter_term]";
/// The field for the previous code of a renewal (E22, E23).
pub const PREVIOUS_CODE: &str = "agreed[previous_code]";
/// The field for the device whose place is taken (E12).
pub const INSTEAD_OF: &str = "agreed[instead_of]";

const YES: &str = "true";

fn link(label: &str, href: &'static str) -> Fix {
    Fix::Link { label: label.to_owned(), href }
}

fn agree(label: &str, field: &'static str) -> Fix {
    Fix::Agree { label: label.to_owned(), field, value: YES.to_owned() }
}

fn ask(label: &str, field: &'static str) -> Fix {
    Fix::Ask { label: label.to_owned(), field }
}

fn wait(label: &str, until: Option<OffsetDateTime>) -> Fix {
    Fix::Wait { label: label.to_owned(), until }
}

fn words(label: impl Into<String>) -> Fix {
    Fix::Words { label: label.into() }
}

/// The receipt of a refusal. Every refusal has one, and each names a way on.
#[must_use]
pub fn receipt(refusal: &Refusal) -> Receipt {
    let (fix, others) = ways_on(refusal);
    Receipt { code: refusal.code(), rules: refusal.rules(), why: sentence(refusal), fix, others }
}

fn ways_on(refusal: &Refusal) -> (Fix, Vec<Fix>) {
    let one = match refusal {
        Refusal::Format { license_key: true, .. } => ask("Enter the activation code", CODE),
        Refusal::Format { license_key: false, .. } | Refusal::NotFound { .. } => ask("Correct the code", CODE),
        Refusal::NonLatin { .. } => agree("Use Latin letters", LATIN),
        Refusal::Blocked => link("Ask technical support", paths::ASK_ABOUT_BLOCKED),
        Refusal::Cancelled | Refusal::OtherProduct { .. } | Refusal::CodeOver { .. } | Refusal::RedeemBy { .. } => {
            ask("Enter another code", CODE)
        }
        Refusal::Replaced { .. } => link("See your licenses", paths::LICENSES),
        Refusal::NoSeatsOfClass { .. } => ask("Choose another device", DEVICE),
        Refusal::Region { seen, .. } => {
            let buy = words(format!("Buy a code in a store of {}.", seen.in_sentence()));
            return (link("Ask technical support", paths::ASK_ABOUT_REGION), vec![buy]);
        }
        Refusal::SeatsFull { holders, .. } => {
            let mut places = holders.iter().map(|holder| Fix::Agree {
                label: format!("Use the place of {}", holder.name),
                field: INSTEAD_OF,
                value: holder.device.to_string(),
            });
            return match places.next() {
                Some(first) => (first, places.collect()),
                None => (ask("Enter a code with more places", CODE), Vec::new()),
            };
        }
        Refusal::TrialUsed { .. } | Refusal::TrialAfterLicense { .. } | Refusal::TrialCannotRenew => {
            ask("Enter a code that was bought", CODE)
        }
        Refusal::SubscriptionRuns => wait("Add the code when the subscription has ended", None),
        Refusal::ReserveIsSubscription => wait("Add the subscription when the running license has ended", None),
        Refusal::ReserveEndsTooEarly { .. } => ask("Enter a code that ends later", CODE),
        Refusal::AlreadyHere => link("See your devices", paths::DEVICES),
        Refusal::ReserveWaiting { tail } => {
            let replace = Fix::Agree {
                label: format!("Replace the code …{tail}"),
                field: REPLACE_RESERVE,
                value: YES.to_owned(),
            };
            return (replace, vec![link("Keep the code that waits", paths::LICENSES)]);
        }
        Refusal::TooEarly { from } => wait("Nothing has to be done before", Some(*from)),
        Refusal::NoEarlierLicense => {
            let previous = ask("Enter your previous code", PREVIOUS_CODE);
            return (previous, vec![agree("Accept the shorter term", SHORTER_TERM)]);
        }
        Refusal::PreviousCode { .. } => {
            let previous = ask("Enter another previous code", PREVIOUS_CODE);
            return (previous, vec![agree("Accept the shorter term", SHORTER_TERM)]);
        }
        Refusal::Clock { .. } => words("Correct the clock of the device, then send the code again."),
        Refusal::ServerAway => wait("Try again in a few minutes", None),
        Refusal::Attempts { until } => wait("The next try is possible after", Some(*until)),
        Refusal::NotAdministrator { administrator } => {
            words(format!("Ask {administrator}, or let them hand the license over to you."))
        }
        Refusal::NotConnected => link("Link a device", paths::LINK),
        Refusal::OtherAccount => words("Disconnect the device in that account, or in its application."),
        Refusal::CodeInOtherAccount => link("Ask technical support", paths::ASK_ABOUT_ACTIVATION),
        Refusal::ManualDatabases | Refusal::NoLicense => link("Add activation code", paths::ADD_CODE),
        Refusal::Agreement => agree("Accept the license agreement", AGREEMENT),
        Refusal::Suspended => words("Ask the provider of the subscription."),
        Refusal::ProofMismatch => ask("Correct the license key", "license_key"),
        Refusal::LinkSettled => link("Enter a new code", paths::LINK),
        Refusal::CaseClosed => link("Open a case", paths::NEW_REQUEST),
        Refusal::RefundUndecided => wait("Wait for the decision", None),
        Refusal::SecondLead { .. } => wait("Wait for another lead", None),
        Refusal::EntryChanged { .. } | Refusal::OwnRecipient | Refusal::HandedOver { .. } => {
            link("Go to the catalog", paths::CATALOG)
        }
        Refusal::RequestDecided { .. } | Refusal::CaseChanged { .. } | Refusal::EndIsRight | Refusal::OwnCase => {
            link("Go to the queue", paths::SUPPORT)
        }
    };
    (one, Vec::new())
}

impl Receipt {
    /// Every way on, the first one first.
    pub fn ways(&self) -> impl Iterator<Item = &Fix> {
        std::iter::once(&self.fix).chain(&self.others)
    }

    /// Whether the very same request is offered again, with something agreed to or added.
    #[must_use]
    pub fn asks_again(&self) -> bool {
        self.ways().any(|way| match way {
            Fix::Agree { .. } => true,
            Fix::Ask { field, .. } => *field == PREVIOUS_CODE,
            Fix::Link { .. } | Fix::Wait { .. } | Fix::Words { .. } => false,
        })
    }
}

/// The refusal in an error, be it of the whole or of one field.
#[must_use]
pub fn refused(error: &AppError) -> Option<&Refusal> {
    match error {
        AppError::Deed(domain::Error::Refused(refusal)) => Some(refusal),
        AppError::Deed(domain::Error::Invalid(fields)) => fields.iter().find_map(|field| match &field.fault {
            domain::Fault::Code(refusal) => Some(refusal),
            _ => None,
        }),
        AppError::Deed(_) | AppError::Away | AppError::Unsent => None,
    }
}

/// What a device that holds a place is known by, for choosing whose place to take.
#[must_use]
pub fn silence(holder: &Holder) -> String {
    let seen = match holder.last_seen_at {
        Some(at) => format!("last seen on {}", day(at)),
        None => "never seen".to_owned(),
    };
    if holder.same_machine { format!("Looks like the same machine, {seen}") } else { capital(&seen) }
}

fn capital(text: &str) -> String {
    let mut rest = text.chars();
    rest.next().map(|first| first.to_uppercase().chain(rest).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests;
