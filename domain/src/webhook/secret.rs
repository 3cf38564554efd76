//! The secret between us and a receiver: by it the receiver knows that a message is ours and unchanged.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use time::OffsetDateTime;

use crate::cx::random;
use crate::id::WebhookId;

/// The signing secret of an endpoint.
pub struct Secret([u8; 32]);

impl Secret {
    /// A fresh secret.
    #[must_use]
    pub fn generate() -> Self {
        Self(random())
    }

    /// The secret that was sealed.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    /// What is sealed.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The secret as receivers are given it, once: in the writing of Standard Webhooks.
    #[must_use]
    pub fn reveal(&self) -> String {
        format!("whsec_{}", STANDARD.encode(self.0))
    }

    /// The signature over identity, moment and contents, as Standard Webhooks has it: a message that was recorded is worth
    /// nothing later, and nothing with other contents.
    ///
    /// # Panics
    /// Never: HMAC takes keys of every length.
    #[must_use]
    pub fn sign(&self, id: WebhookId, at: OffsetDateTime, body: &[u8]) -> String {
        let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(&self.0).expect("HMAC takes keys of every length");
        mac.update(format!("{id}.{}.", at.unix_timestamp()).as_bytes());
        mac.update(body);
        format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
    }
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    #[test]
    fn the_signature_is_that_of_standard_webhooks() {
        let secret = Secret(*b"0123456789abcdef0123456789abcdef");
        assert_eq!(secret.reveal(), "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=");
        let id = WebhookId(uuid::Uuid::from_u128(7));
        // printf '%s' '00000000-0000-0000-0000-000000000007.1777629600.{}' | openssl dgst -sha256 -hmac KEY -binary | base64
        let signed = secret.sign(id, datetime!(2026-05-01 10:00 UTC), b"{}");
        assert_eq!(signed, "v1,YNiBj7ehJWBbof2vVr04CqvZ4aTlnXA1CtNU8MJdEzk=");
    }

    #[test]
    fn another_moment_or_body_has_another_signature() {
        let (secret, id) = (Secret::generate(), WebhookId::generate());
        let now = datetime!(2026-05-01 10:00 UTC);
        let signed = secret.sign(id, now, b"{}");
        assert_ne!(signed, secret.sign(id, now + time::Duration::SECOND, b"{}"));
        assert_ne!(signed, secret.sign(id, now, b"{ }"));
        assert_ne!(signed, secret.sign(WebhookId::generate(), now, b"{}"));
        assert_ne!(signed, Secret::generate().sign(id, now, b"{}"));
    }
}
