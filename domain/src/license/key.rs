//! License keys: the number that identifies a license and never activates one (R27–R31).

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::code::{self, Symbol};
use crate::error::Fault;

/// Identifies a license: 32 hexadecimal digits in five blocks 8-4-4-4-12 (R27). A key alone never returns a code (R30).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "postgres", derive(sqlx::Type), sqlx(transparent))]
#[serde(transparent)]
pub struct LicenseKey(pub Uuid);

impl LicenseKey {
    /// Hexadecimal digits in a key (R27).
    pub const LENGTH: usize = 32;

    /// Reads what a person typed or pasted. Case, blanks, dashes and braces do not matter, and what merely looks like a
    /// digit of a key is read as that digit: there is nothing else it could have been.
    ///
    /// # Errors
    /// `CodeInsteadOfKey` for an activation code (edge case 10), `NotALicenseKey` for anything else that has not
    /// exactly 32 digits.
    pub fn parse(typed: &str) -> Result<Self, Fault> {
        let bare = typed.trim().trim_start_matches('{').trim_end_matches('}');
        let symbols: Vec<Symbol> = code::symbols(bare).collect();
        let digits: String = symbols.iter().filter_map(|symbol| digit(*symbol)).collect();
        if digits.len() == symbols.len() && digits.len() == Self::LENGTH {
            return Uuid::try_parse(&digits).map(Self).map_err(|_| Fault::NotALicenseKey { entered: digits.len() });
        }
        if symbols.len() == code::LENGTH && symbols.iter().all(|symbol| symbol.latin().is_some()) {
            return Err(Fault::CodeInsteadOfKey);
        }
        // a foreign character among 32 digits counts too: "32 were found" would explain nothing
        let entered = if digits.len() == Self::LENGTH { symbols.len() } else { digits.len() };
        Err(Fault::NotALicenseKey { entered })
    }

    /// A key of which nothing but the last four digits is left.
    #[must_use]
    pub fn hidden(&self) -> Self {
        Self(Uuid::from_u128(self.0.as_u128() & 0xFFFF))
    }

    /// The last four digits, by which people tell keys apart.
    #[must_use]
    pub fn tail(&self) -> String {
        let text = self.0.simple().to_string();
        text[text.len() - 4..].to_owned()
    }
}

impl std::fmt::Display for LicenseKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.hyphenated().fmt(f)
    }
}

/// O, I and L are no hexadecimal digits, so they can only be a misread 0 or 1.
fn digit(symbol: Symbol) -> Option<char> {
    match symbol.latin()? {
        b'O' => Some('0'),
        b'I' | b'L' => Some('1'),
        latin if latin.is_ascii_hexdigit() => Some(char::from(latin)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "0123abcd-4567-89ef-8abc-0123456789ab";

    #[test]
    fn a_key_is_written_in_five_blocks_of_small_letters() {
        let key = LicenseKey::parse("0123ABCD456789EF8ABC0123456789AB").unwrap();
        assert_eq!(key.to_string(), KEY);
        assert_eq!(serde_json::to_string(&key).unwrap(), format!("\"{KEY}\""));
        assert_eq!(serde_json::from_str::<LicenseKey>(&format!("\"{KEY}\"")).unwrap(), key);
        assert_eq!(key.tail(), "89ab");
    }

    #[test]
    fn blanks_dashes_braces_and_look_alikes_do_not_matter() {
        let key = LicenseKey::parse(KEY).unwrap();
        for typed in [
            " 0123ABCD—4567–89EF−8ABC‑0123456789AB\r\n",
            "{0123abcd-4567-89ef-8abc-0123456789ab}",
            "0123 abcd 4567 89ef 8abc 0123 4567 89ab",
            "O123abcd-4567-89ef-8abc-0I23456789ab",
            "0l23аbсd-4567-89еf-8аbс-0123456789аb",
            "０１２３ａｂｃｄ４５６７８９ｅｆ８ａｂｃ０１２３４５６７８９ａｂ",
        ] {
            assert_eq!(LicenseKey::parse(typed), Ok(key), "{typed}");
        }
    }

    #[test]
    fn thirty_one_digits_are_not_a_key() {
        assert_eq!(LicenseKey::parse(&KEY[1..]), Err(Fault::NotALicenseKey { entered: 31 }));
        assert_eq!(LicenseKey::parse(&format!("{KEY}0")), Err(Fault::NotALicenseKey { entered: 33 }));
        assert_eq!(LicenseKey::parse(""), Err(Fault::NotALicenseKey { entered: 0 }));
    }

    #[test]
    fn a_foreign_character_never_leaves_the_count_at_thirty_two() {
        assert_eq!(LicenseKey::parse(&format!("{KEY}z")), Err(Fault::NotALicenseKey { entered: 33 }));
        assert_eq!(LicenseKey::parse(&KEY.replace('e', "z")), Err(Fault::NotALicenseKey { entered: 31 }));
    }

    #[test]
    fn an_activation_code_is_recognised() {
        for typed in ["ABCDE-FGH23-JKLM4-NPQR5", "abcdefgh23jklm4npqr5", "01234567890123456789"] {
            assert_eq!(LicenseKey::parse(typed), Err(Fault::CodeInsteadOfKey), "{typed}");
        }
    }
}
