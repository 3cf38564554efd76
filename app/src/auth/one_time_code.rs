//! One-time codes of people in support (RFC 6238).

use time::OffsetDateTime;
use totp_rs::{Builder, Totp};

/// The time step to which the code belongs, if it is that of this moment or of one beside it; blanks between the digits
/// do not matter.
pub fn step(secret: &[u8], typed: &str, now: OffsetDateTime) -> Option<i64> {
    let digits: String = typed.chars().filter(|c| !c.is_whitespace()).collect();
    let generator: Totp = Builder::new().with_secret(secret).build_noncompliant();
    let step = generator.check(&digits, u64::try_from(now.unix_timestamp()).ok()?)?;
    i64::try_from(step).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The secret of the examples in RFC 6238, appendix B.
    const SECRET: &[u8] = b"12345678901234567890";

    fn at(second: i64) -> OffsetDateTime {
        OffsetDateTime::from_unix_timestamp(second).unwrap()
    }

    #[test]
    fn the_code_of_this_moment_and_its_neighbors_is_accepted_and_names_its_step() {
        assert_eq!(step(SECRET, "287082", at(59)), Some(1));
        assert_eq!(step(SECRET, " 287 082", at(59)), Some(1));
        assert_eq!(step(SECRET, "287082", at(89)), Some(1));
    }

    #[test]
    fn other_codes_are_not() {
        for typed in ["", "287083", "28708", "2870820", "abcdef"] {
            assert_eq!(step(SECRET, typed, at(59)), None, "{typed}");
        }
        assert_eq!(step(SECRET, "287082", at(120)), None);
    }
}
