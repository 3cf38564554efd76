//! How closed choices are written down, one lower-case word each, and how lines that people typed are read.

use crate::code::hide_codes;
use crate::{Error, Fault, FieldError};

/// Things are counted up to here; beyond it is said that there are more, because counting all of them reads all of them.
pub const COUNTED: u32 = 50;

/// Declares a closed choice and its words: `as_str`, `ALL`, `FromStr`, `Display`, serde, and `sqlx` as `text`.
#[macro_export]
macro_rules! choice {
    ($(#[$meta:meta])* pub enum $name:ident { $($(#[$doc:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        pub enum $name {
            $($(#[$doc])* #[cfg_attr(feature = "openapi", schema(rename = $word))] $variant),+
        }

        impl $name {
            /// Every choice, in the order in which people see them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word for this choice in the database, on the wire and in forms.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::text::UnknownWord;

            fn from_str(word: &str) -> Result<Self, Self::Err> {
                match word { $($word => Ok(Self::$variant),)+ _ => Err($crate::text::UnknownWord) }
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                let word = <std::borrow::Cow<'de, str> as serde::Deserialize>::deserialize(from)?;
                word.parse().map_err(|_| serde::de::Error::unknown_variant(&word, &[$($word),+]))
            }
        }

        #[cfg(feature = "postgres")]
        impl sqlx::Type<sqlx::Postgres> for $name {
            fn type_info() -> sqlx::postgres::PgTypeInfo {
                <&str as sqlx::Type<sqlx::Postgres>>::type_info()
            }

            fn compatible(ty: &sqlx::postgres::PgTypeInfo) -> bool {
                <&str as sqlx::Type<sqlx::Postgres>>::compatible(ty)
            }
        }

        #[cfg(feature = "postgres")]
        impl<'r> sqlx::Decode<'r, sqlx::Postgres> for $name {
            fn decode(value: sqlx::postgres::PgValueRef<'r>) -> Result<Self, sqlx::error::BoxDynError> {
                <&str as sqlx::Decode<'r, sqlx::Postgres>>::decode(value)?.parse().map_err(Into::into)
            }
        }
    };
}

/// A word that names none of the choices.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the word names none of the choices")]
pub struct UnknownWord;

/// Money as people read it: “49.90 EUR”. Currencies without a smaller unit have no decimals (ISO 4217).
#[must_use]
pub fn money(minor: i64, currency: &str) -> String {
    match currency {
        "JPY" | "KRW" | "VND" | "CLP" | "ISK" | "UGX" | "XAF" | "XOF" => format!("{minor} {currency}"),
        "BHD" | "KWD" | "OMR" | "TND" | "JOD" => format!("{}.{:03} {currency}", minor / 1000, minor % 1000),
        _ => format!("{}.{:02} {currency}", minor / 100, minor % 100),
    }
}

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// A day as people read it, in UTC: “14 Mar 2027”.
#[must_use]
pub fn day(at: time::OffsetDateTime) -> String {
    day_by_clock(at.to_offset(time::UtcOffset::UTC))
}

/// The same by the clocks that the instant is given in.
#[must_use]
pub fn day_by_clock(at: time::OffsetDateTime) -> String {
    let month = MONTHS[usize::from(u8::from(at.month())) - 1];
    format!("{} {month} {}", at.day(), at.year())
}

/// Reads one line that a person typed: trimmed, inner blanks folded to one, at most `max` characters, nothing unprintable.
///
/// # Errors
/// `Missing`, `TooLong` or `Unprintable`, for the form to show at its field.
pub fn line(typed: &str, max: usize) -> Result<String, Fault> {
    let text = typed.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.is_empty() {
        return Err(Fault::Missing);
    }
    bounded(text, max)
}

/// Reads a line that support may read, too: activation codes in it are masked at once (R101).
///
/// # Errors
/// Those of [`line`].
pub fn public_line(typed: &str, max: usize) -> Result<String, Fault> {
    line(&hide_codes(typed), max)
}

/// Reads several lines that a person typed; line breaks are kept. An empty text is allowed.
///
/// # Errors
/// `TooLong` or `Unprintable`.
pub fn paragraphs(typed: &str, max: usize) -> Result<String, Fault> {
    let text = typed.replace("\r\n", "\n").trim().to_owned();
    bounded(text, max)
}

fn bounded(text: String, max: usize) -> Result<String, Fault> {
    if text.chars().count() > max {
        Err(Fault::TooLong { max })
    } else if text.chars().any(|c| (c.is_control() && c != '\n') || is_direction_mark(c)) {
        Err(Fault::Unprintable)
    } else {
        Ok(text)
    }
}

/// Marks that turn the direction of what follows: in a name they make a page say something else than is stored.
const fn is_direction_mark(c: char) -> bool {
    matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{200E}' | '\u{200F}')
}

/// Collects what is wrong with the fields of one form, so that a person sees all of it at once.
#[derive(Debug, Default)]
pub struct Faults(Vec<FieldError>);

impl Faults {
    /// Keeps the value, or notes what is wrong with the field.
    pub fn take<T>(&mut self, field: &str, read: Result<T, Fault>) -> Option<T> {
        read.map_err(|fault| self.note(field, fault)).ok()
    }

    /// Notes what is wrong with a field.
    pub fn note(&mut self, field: &str, fault: Fault) {
        self.0.push(FieldError { field: field.to_owned(), fault });
    }

    /// The form as it was understood, or everything that is wrong with it.
    ///
    /// # Errors
    /// `Invalid` with each noted field.
    pub fn finish<T>(self, form: Option<T>) -> crate::Result<T> {
        match form {
            Some(form) if self.0.is_empty() => Ok(form),
            _ => Err(Error::Invalid(self.0)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_trimmed_and_its_blanks_are_folded() {
        assert_eq!(line("  Anna \t Berg ", 20), Ok("Anna Berg".to_owned()));
    }

    #[test]
    fn a_line_refuses_nothing_too_much_and_what_turns_the_text() {
        assert_eq!(line("   ", 20), Err(Fault::Missing));
        assert_eq!(line("abc", 2), Err(Fault::TooLong { max: 2 }));
        assert_eq!(line("a\u{202E}b", 20), Err(Fault::Unprintable));
        assert_eq!(line("a\u{0}b", 20), Err(Fault::Unprintable));
    }
}
