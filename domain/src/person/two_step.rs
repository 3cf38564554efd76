//! The second step at sign-in: a one-time code after the password, and recovery codes for the day the generator is lost.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::Fault;
use crate::code::{ALPHABET, symbols};

/// How many recovery codes a person gets.
pub const SPARE_CODES: usize = 10;
/// Symbols of a recovery code: 49 bits of chance, and five tries.
pub const SPARE_SYMBOLS: usize = 10;

/// A recovery code: it stands in for one one-time code, once. It is a secret, and [`reveal`](Self::reveal) is the only way
/// out.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct SpareCode([u8; SPARE_SYMBOLS]);

impl SpareCode {
    /// Reads what a person typed; case, blanks and dashes do not matter.
    ///
    /// # Errors
    /// `WrongOneTimeCode` for everything that is none.
    pub fn parse(typed: &str) -> Result<Self, Fault> {
        let read: Option<Vec<u8>> = symbols(typed).take(SPARE_SYMBOLS + 1).map(|symbol| symbol.latin()).collect();
        let read = read.filter(|read| read.iter().all(|symbol| ALPHABET.contains(symbol)));
        read.and_then(|read| read.try_into().ok()).map(Self).ok_or(Fault::WrongOneTimeCode)
    }

    /// The code of these random symbols, each given by its index in [`ALPHABET`].
    ///
    /// # Panics
    /// When an index is 31 or more.
    #[must_use]
    pub fn from_symbols(indices: [u8; SPARE_SYMBOLS]) -> Self {
        Self(indices.map(|index| ALPHABET[usize::from(index)]))
    }

    /// The code in two groups, for the one answer that shows it.
    #[must_use]
    pub fn reveal(&self) -> String {
        let text: String = self.0.iter().copied().map(char::from).collect();
        format!("{}-{}", &text[..SPARE_SYMBOLS / 2], &text[SPARE_SYMBOLS / 2..])
    }

    /// The symbols, to be hashed.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; SPARE_SYMBOLS] {
        &self.0
    }
}

impl std::fmt::Debug for SpareCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SpareCode(hidden)")
    }
}

/// What a person shows as second step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proof {
    /// A one-time code that is right, by the time step it belongs to.
    Step(i64),
    /// A recovery code.
    Spare(SpareCode),
}

/// Whether a person has a second step.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TwoStep {
    /// Since when it is asked for; nothing while it is not.
    #[serde(with = "time::serde::rfc3339::option")]
    pub on_since: Option<OffsetDateTime>,
    /// Recovery codes that were not used yet.
    pub spare_left: i64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_recovery_code_is_read_back_however_it_is_written_and_never_printed() {
        let code = SpareCode::from_symbols([0, 1, 2, 3, 4, 5, 6, 7, 8, 30]);
        assert_eq!(code.reveal(), "ABCDE-FGHJ9");
        for typed in ["ABCDE-FGHJ9", "abcde fghj9", "abcdefghj9"] {
            assert_eq!(SpareCode::parse(typed), Ok(code), "{typed}");
        }
        assert_eq!(format!("{code:?}"), "SpareCode(hidden)");
    }

    #[test]
    fn a_one_time_code_and_a_slip_are_no_recovery_code() {
        for typed in ["", "123456", "ABCDE-FGHJ", "ABCDE-FGHJ99", "ABCDE-FGHJ0"] {
            assert_eq!(SpareCode::parse(typed), Err(Fault::WrongOneTimeCode), "{typed}");
        }
    }
}
