//! The one-time-code generator of somebody in support, as this machine can show it.

use time::OffsetDateTime;
use totp_rs::{Builder, Secret, Totp};

/// The secret as generators take it.
pub fn base32(secret: &[u8]) -> String {
    Secret::from(secret).to_base32()
}

/// The code of this instant.
pub fn code(secret: &[u8], now: OffsetDateTime) -> String {
    let generator: Totp = Builder::new().with_secret(secret).build_noncompliant();
    generator.generate(now.unix_timestamp().try_into().unwrap_or_default()).to_string()
}

/// The address that generators read from a QR code.
pub fn address(secret: &[u8], email: &str) -> String {
    let account: String = email
        .bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'@' => char::from(byte).to_string(),
            other => format!("%{other:02X}"),
        })
        .collect();
    format!("otpauth://totp/Latchkey:{account}?secret={}&issuer=Latchkey", base32(secret))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The secret of the examples in RFC 6238, appendix B.
    const SECRET: &[u8] = b"12345678901234567890";

    #[test]
    fn codes_are_those_of_the_rfc() {
        for (second, expected) in [(59, "287082"), (1_111_111_109, "081804"), (2_000_000_000, "279037")] {
            let now = OffsetDateTime::from_unix_timestamp(second).unwrap();
            assert_eq!(code(SECRET, now), expected);
        }
    }

    #[test]
    fn the_address_names_the_person_and_the_issuer() {
        assert_eq!(
            address(SECRET, "ana+x@example.com"),
            "otpauth://totp/Latchkey:ana%2Bx@example.com?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Latchkey"
        );
    }
}
