//! Linking a device by a short code on another screen (RFC 8628).

#[cfg(feature = "postgres")]
pub mod store;

use serde::{Deserialize, Serialize};
use time::{Duration, OffsetDateTime};

use crate::Fault;
use crate::country::Country;
use crate::device::OsFamily;

/// How long a request to link waits for a person.
pub const LINK_LIFE: Duration = Duration::minutes(15);
/// How long a device waits between two polls: whoever confirmed the link stands before it (RFC 8628 §3.2).
pub const POLL_INTERVAL: Duration = Duration::seconds(2);
/// What a poll that came too soon adds to the interval, for good (RFC 8628 §3.5).
pub const SLOW_DOWN: Duration = Duration::seconds(5);

/// The symbols of a user code: consonants only, so that no word comes out (RFC 8628 §6.1).
pub const USER_CODE_ALPHABET: &[u8; 20] = b"BCDFGHJKLMNPQRSTVWXZ";
/// The number of symbols of a user code: 20^8 is 34.6 bits.
pub const USER_CODE_LENGTH: usize = 8;

/// The name of a device that said none; the first name it says takes its place.
pub const UNNAMED: &str = "New device";

/// The short code a person types to link a device.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct UserCode([u8; USER_CODE_LENGTH]);

impl UserCode {
    /// A code of the given symbols; `pick` gives numbers below 20.
    #[must_use]
    pub fn from_symbols(pick: [u8; USER_CODE_LENGTH]) -> Self {
        Self(pick.map(|n| USER_CODE_ALPHABET[usize::from(n) % USER_CODE_ALPHABET.len()]))
    }

    /// Reads what a person typed: case, blanks and dashes do not matter.
    ///
    /// # Errors
    /// `Missing` for nothing, `UnknownUserCode` for everything that can't be a user code.
    pub fn parse(typed: &str) -> Result<Self, Fault> {
        let symbols: Vec<char> =
            typed.chars().filter(|c| !c.is_whitespace() && !matches!(c, '-' | '\u{2010}'..='\u{2015}')).collect();
        if symbols.is_empty() {
            return Err(Fault::Missing);
        }
        let mut code = [0; USER_CODE_LENGTH];
        if symbols.len() != USER_CODE_LENGTH {
            return Err(Fault::UnknownUserCode);
        }
        for (place, symbol) in code.iter_mut().zip(symbols) {
            let upper = u8::try_from(symbol.to_ascii_uppercase()).map_err(|_| Fault::UnknownUserCode)?;
            if !USER_CODE_ALPHABET.contains(&upper) {
                return Err(Fault::UnknownUserCode);
            }
            *place = upper;
        }
        Ok(Self(code))
    }

    /// The code in two groups of four, as both screens show it.
    #[must_use]
    pub fn grouped(&self) -> String {
        let text: String = self.0.iter().map(|b| char::from(*b)).collect();
        format!("{}-{}", &text[..4], &text[4..])
    }

    /// The symbols alone, for hashing.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; USER_CODE_LENGTH] {
        &self.0
    }
}

impl std::fmt::Debug for UserCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("UserCode(hidden)")
    }
}

crate::choice! {
    /// Where a request to link stands.
    pub enum LinkState {
        /// Waits for a person.
        Pending = "pending",
        /// A person agreed; the device may fetch its token once.
        Approved = "approved",
        /// A person refused.
        Denied = "denied",
        /// The token was fetched.
        Used = "used",
    }
}

/// What a device is told when it polls (RFC 8628 §3.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Poll {
    /// Nobody has decided yet.
    Pending,
    /// Polled too soon: the interval grows by five seconds and stays so.
    SlowDown,
    /// A person refused.
    Denied,
    /// The codes are too old.
    Expired,
    /// The codes were used already, or never were ours.
    Unknown,
    /// The token is due.
    Grant,
}

/// Decides what a poll is answered, from the request's stored facts.
#[must_use]
pub fn poll(
    state: LinkState,
    expires_at: OffsetDateTime,
    interval: Duration,
    last_polled_at: Option<OffsetDateTime>,
    now: OffsetDateTime,
) -> Poll {
    let too_soon = last_polled_at.is_some_and(|last| now - last < interval);
    match state {
        LinkState::Used => Poll::Unknown,
        LinkState::Denied => Poll::Denied,
        LinkState::Pending | LinkState::Approved if now >= expires_at => Poll::Expired,
        LinkState::Pending | LinkState::Approved if too_soon => Poll::SlowDown,
        LinkState::Pending => Poll::Pending,
        LinkState::Approved => Poll::Grant,
    }
}

/// What a person sees before agreeing to link a device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkRequest {
    /// The device's own name.
    pub name: String,
    /// Its kind of system.
    pub os_family: OsFamily,
    /// Its system's version in words.
    pub os_version: String,
    /// The country the request came from, as far as we can tell (edge case 28).
    pub country: Option<Country>,
    /// Whether that country is neither the account's own nor one where a device of it was ever seen.
    pub country_is_new: bool,
    /// When the device asked.
    #[serde(with = "time::serde::rfc3339")]
    pub requested_at: OffsetDateTime,
    /// How long ago that is, in whole seconds.
    pub age_seconds: u32,
    /// Where the request stands.
    pub state: LinkState,
    /// The name of the device that this account already has on this machine: it comes back with its seat and its license
    /// (R58, R91).
    pub known_as: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    const NOW: OffsetDateTime = datetime!(2026-03-01 10:00 UTC);

    fn answer(state: LinkState, expires_in: i64, last_polled: Option<i64>) -> Poll {
        let last = last_polled.map(|ago| NOW - Duration::seconds(ago));
        poll(state, NOW + Duration::seconds(expires_in), POLL_INTERVAL, last, NOW)
    }

    #[test]
    fn a_user_code_forgives_case_blanks_and_dashes() {
        let code = UserCode::from_symbols([0, 1, 2, 3, 16, 17, 18, 19]);
        assert_eq!(code.grouped(), "BCDF-VWXZ");
        for typed in ["bcdf-vwxz", " BCDF VWXZ", "bcdfvwxz", "BCDF–VWXZ"] {
            assert_eq!(UserCode::parse(typed), Ok(code), "{typed}");
        }
    }

    #[test]
    fn a_user_code_of_other_symbols_or_length_is_unknown() {
        for typed in ["BCDF-VWX", "BCDF-VWXZB", "ACDF-VWXZ", "BCDF-VWX1", "ВCDF-VWXZ"] {
            assert_eq!(UserCode::parse(typed), Err(Fault::UnknownUserCode), "{typed}");
        }
        assert_eq!(UserCode::parse(" - "), Err(Fault::Missing));
    }

    #[test]
    fn polls_are_answered_as_rfc_8628_says() {
        assert_eq!(answer(LinkState::Pending, 60, None), Poll::Pending);
        assert_eq!(answer(LinkState::Pending, 60, Some(2)), Poll::Pending);
        assert_eq!(answer(LinkState::Pending, 60, Some(1)), Poll::SlowDown);
        assert_eq!(answer(LinkState::Pending, 0, Some(9)), Poll::Expired);
        assert_eq!(answer(LinkState::Approved, 60, Some(9)), Poll::Grant);
        assert_eq!(answer(LinkState::Approved, 60, Some(1)), Poll::SlowDown);
        assert_eq!(answer(LinkState::Approved, 0, Some(9)), Poll::Expired);
        assert_eq!(answer(LinkState::Denied, 60, Some(1)), Poll::Denied);
        assert_eq!(answer(LinkState::Used, 60, Some(9)), Poll::Unknown);
    }
}
