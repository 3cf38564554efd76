//! Finding a customer's record by what they read out, and opening it for a case: exact, few, and never browsed (H05, H06).

mod details;
#[cfg(feature = "postgres")]
pub mod store;

pub use details::{
    CustomerCase, CustomerFacts, CustomerLicense, DeskCode, DeskCustomer, DeskDevice, DeviceSeat, HeldThen, Opened,
    Refused,
};

use serde::{Deserialize, Serialize};
use time::{Duration, OffsetDateTime, PrimitiveDateTime};
use uuid::Uuid;

use crate::code::{ActivationCode, hide_codes};
use crate::license::LicenseKey;
use crate::{Error, Fault, Result, text};

/// The fewest characters that are looked up (H06).
pub const FEWEST: usize = 4;
/// The most records that a look-up names (H06).
pub const MOST: usize = 20;
/// How long a record stays open for whoever opened it.
pub const OPEN_FOR: Duration = Duration::minutes(30);
/// The most days by which a license is made to end later at once.
pub const MOST_DAYS: u32 = 366;

crate::choice! {
    /// What kind of record it is.
    pub enum Record {
        /// An office with its people.
        Customer = "customer",
        /// A code, and the license it became.
        Code = "code",
        /// A device.
        Device = "device",
    }
}

crate::choice! {
    /// What support changes about a code, each with a reason and by the right role (§5.2).
    pub enum CodeChange {
        /// It is no longer accepted (R13): a lead.
        Block = "block",
        /// It is accepted again (R13): a lead.
        Unblock = "unblock",
        /// A new code takes its place: an agent.
        Replace = "replace",
        /// Its license ends later: a lead.
        Extend = "extend",
        /// It works in other countries (edge case 26): a lead.
        Countries = "countries",
    }
}

/// What is looked for, by its shape.
#[derive(Clone)]
pub enum Sought {
    /// An e-mail address, in small letters.
    Email(String),
    /// A license key, or the identity of a device, which has the same shape.
    Key(LicenseKey),
    /// A whole code that the customer read out: matched, never shown.
    Code(ActivationCode),
    /// An order or request number, the last block of a code, or the name of a device.
    Words(String),
}

impl Sought {
    /// Reads what was typed into the one box.
    ///
    /// # Errors
    /// `Invalid(sought)` for fewer than four characters (H06) and for what can't be kept.
    pub fn read(typed: &str) -> Result<Self> {
        let words = text::line(typed, 254).map_err(|fault| Error::field("sought", fault))?;
        if words.chars().count() < FEWEST {
            return Err(Error::field("sought", Fault::TooShort { min: FEWEST }));
        }
        if words.contains('@') {
            return Ok(Self::Email(words.to_lowercase()));
        }
        if let Ok(key) = LicenseKey::parse(&words) {
            return Ok(Self::Key(key));
        }
        match ActivationCode::parse(&words) {
            Ok(code) if code.check_symbol_holds() => Ok(Self::Code(code)),
            _ => Ok(Self::Words(words)),
        }
    }
}

/// A record that was found, as far as it takes to pick it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    /// What kind of record it is.
    pub record: Record,
    /// Its identity.
    pub id: Uuid,
    /// What it is picked by: a masked address, the last block of a code, the name of a device.
    pub label: String,
    /// The office it belongs to, if it belongs to one.
    pub office: Option<String>,
    /// The product it is about.
    pub product: Option<String>,
}

/// An address of which only the first letter and the domain are shown.
#[must_use]
pub fn masked_email(email: &str) -> String {
    let (name, domain) = email.split_once('@').unwrap_or((email, ""));
    format!("{}…@{domain}", name.chars().next().unwrap_or_default())
}

/// Reads why a record is opened or changed: words that the customer will read and can judge. Codes in it are masked.
///
/// # Errors
/// `Invalid(reason)` for nothing, for a dot, for one word and for the same few letters over again (H04).
pub fn read_reason(typed: &str) -> Result<String> {
    let reason = text::line(&hide_codes(typed), 500).map_err(|fault| Error::field("reason", fault))?;
    let letters = reason.chars().filter(|c| c.is_alphanumeric()).count();
    let mut words: Vec<String> = reason.split_whitespace().map(str::to_lowercase).collect();
    words.sort_unstable();
    words.dedup();
    if letters < 10 || words.len() < 2 {
        return Err(Error::field("reason", Fault::TooShort { min: 10 }));
    }
    Ok(reason)
}

/// Reads an instant as a date and time of UTC, as browsers write it.
///
/// # Errors
/// `Invalid(at)`.
pub fn read_instant(typed: &str) -> Result<Option<OffsetDateTime>> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Ok(None);
    }
    let minutes = time::macros::format_description!("[year]-[month]-[day]T[hour]:[minute]");
    let seconds = time::macros::format_description!("[year]-[month]-[day]T[hour]:[minute]:[second]");
    let at = PrimitiveDateTime::parse(typed, minutes).or_else(|_| PrimitiveDateTime::parse(typed, seconds));
    at.map(|at| Some(at.assume_utc())).map_err(|_| Error::field("at", Fault::NotADate))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_too_short_or_only_a_wildcard_is_not_looked_up() {
        for typed in ["", "%", "a", "*", "abc", "   x  "] {
            assert!(matches!(Sought::read(typed), Err(Error::Invalid(_))), "{typed}");
        }
        assert!(matches!(Sought::read("NW-204881"), Ok(Sought::Words(_))));
        assert!(
            matches!(Sought::read("Anna@Harbor.example"), Ok(Sought::Email(email)) if email == "anna@harbor.example")
        );
        assert!(matches!(Sought::read("0123abcd-4567-89ef-8abc-0123456789ab"), Ok(Sought::Key(_))));
    }

    #[test]
    fn a_reason_has_substance() {
        for typed in ["", ".", "test", "test test test", "aaaaaaaaaaaaaaa", "a b c"] {
            assert!(matches!(read_reason(typed), Err(Error::Invalid(_))), "{typed}");
        }
        assert!(read_reason("The customer sees a wrong end date").is_ok());
    }

    #[test]
    fn an_address_is_told_by_its_first_letter_and_domain() {
        assert_eq!(masked_email("anna@harbor-dental.example"), "a…@harbor-dental.example");
    }

    #[test]
    fn an_instant_is_read_as_browsers_write_it() {
        let at = time::macros::datetime!(2026-11-24 10:30 UTC);
        assert_eq!(read_instant("2026-11-24T10:30"), Ok(Some(at)));
        assert_eq!(read_instant("2026-11-24T10:30:00"), Ok(Some(at)));
        assert_eq!(read_instant(" "), Ok(None));
        assert!(read_instant("yesterday").is_err());
    }
}
