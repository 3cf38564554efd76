//! One-time codes (RFC 6238): comparing one, and telling a generator its secret.

use domain::person::two_step::{Proof, SpareCode};
use domain::{Error, Fault};
use time::OffsetDateTime;
use totp_rs::{Builder, Secret, Totp};

/// The time step to which the code belongs, if it is that of this moment or of one beside it; blanks between the digits
/// do not matter.
pub fn step(secret: &[u8], typed: &str, now: OffsetDateTime) -> Option<i64> {
    let digits: String = typed.chars().filter(|c| !c.is_whitespace()).collect();
    let generator: Totp = Builder::new().with_secret(secret).build_noncompliant();
    let step = generator.check(&digits, u64::try_from(now.unix_timestamp()).ok()?)?;
    i64::try_from(step).ok()
}

/// What was typed as second step: the one-time code of this moment, or what reads like a recovery code.
///
/// # Errors
/// `Invalid(one_time_code)` for anything else.
pub fn proof(secret: &[u8], typed: &str, now: OffsetDateTime) -> domain::Result<Proof> {
    let spare = || SpareCode::parse(typed).map(Proof::Spare);
    let proof = step(secret, typed, now).map(Proof::Step).map_or_else(spare, Ok);
    proof.map_err(|_| Error::field("one_time_code", Fault::WrongOneTimeCode))
}

/// The secret in groups, for whoever types it into a generator.
pub fn key(secret: &[u8]) -> String {
    let text = Secret::from(secret).to_base32();
    text.as_bytes().chunks(4).map(String::from_utf8_lossy).collect::<Vec<_>>().join(" ")
}

/// The address that generators read from a QR code.
pub fn address(secret: &[u8], email: &str) -> String {
    let kept = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~@".contains(&byte);
    let account = email.bytes().map(|b| if kept(b) { char::from(b).to_string() } else { format!("%{b:02X}") });
    let account = account.collect::<String>();
    format!("otpauth://totp/Latchkey:{account}?secret={}&issuer=Latchkey", Secret::from(secret).to_base32())
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

    #[test]
    fn a_recovery_code_may_stand_in_for_a_one_time_code() {
        assert_eq!(proof(SECRET, "287082", at(59)), Ok(Proof::Step(1)));
        let spare = SpareCode::parse("ABCDE-FGHJ9").unwrap();
        assert_eq!(proof(SECRET, "abcde fghj9", at(59)), Ok(Proof::Spare(spare)));
        assert_eq!(proof(SECRET, "287083", at(59)), Err(Error::field("one_time_code", Fault::WrongOneTimeCode)));
    }

    #[test]
    fn a_generator_is_told_the_secret_by_a_picture_and_in_groups() {
        assert_eq!(key(SECRET), "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ");
        let told = address(SECRET, "ana+x@example.com");
        assert_eq!(
            told,
            "otpauth://totp/Latchkey:ana%2Bx@example.com?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Latchkey"
        );
    }
}
