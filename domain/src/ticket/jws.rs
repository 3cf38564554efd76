//! Tickets on the wire: compact JWS with Ed25519 (RFC 7515, RFC 8037). One algorithm, one type; everything else is refused.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use serde::{Deserialize, Serialize};

use super::Ticket;
use crate::device_api::{TicketKey, TicketKeys};

/// The most characters of a ticket: several times what any has.
pub const LONGEST: usize = 8 * 1024;

const ALGORITHM: &str = "EdDSA";
const TYPE: &str = "latchkey-ticket+jwt";

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    alg: String,
    typ: String,
    kid: String,
}

/// Why a ticket is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Distrust {
    /// It is no ticket of ours in form.
    #[error("it is not a ticket")]
    Malformed,
    /// It is signed with a key that we do not know.
    #[error("it is signed with an unknown key")]
    UnknownKey,
    /// Its signature is not that of its contents.
    #[error("its signature does not hold")]
    Forged,
}

/// Writes and signs a ticket.
#[must_use]
pub fn sign(ticket: &Ticket, kid: &str, key: &SigningKey) -> String {
    let header = Header { alg: ALGORITHM.to_owned(), typ: TYPE.to_owned(), kid: kid.to_owned() };
    let part = |json: Result<Vec<u8>, serde_json::Error>| {
        URL_SAFE_NO_PAD.encode(json.expect("claims are text, numbers and lists of text"))
    };
    let signed = format!("{}.{}", part(serde_json::to_vec(&header)), part(serde_json::to_vec(ticket)));
    let signature = key.sign(signed.as_bytes());
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature.to_bytes()))
}

/// Reads a ticket that one of these keys has signed.
///
/// # Errors
/// `Malformed`, `UnknownKey`, `Forged`.
pub fn verify(text: &str, keys: &TicketKeys) -> Result<Ticket, Distrust> {
    if text.len() > LONGEST {
        return Err(Distrust::Malformed);
    }
    let mut parts = text.split('.');
    let (Some(header), Some(claims), Some(signature), None) = (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err(Distrust::Malformed);
    };
    let decode = |part: &str| URL_SAFE_NO_PAD.decode(part).map_err(|_| Distrust::Malformed);
    let header: Header = serde_json::from_slice(&decode(header)?).map_err(|_| Distrust::Malformed)?;
    if header.alg != ALGORITHM || header.typ != TYPE {
        return Err(Distrust::Malformed);
    }
    let key = keys.keys.iter().find(|key| key.kid == header.kid).ok_or(Distrust::UnknownKey)?;
    let key = verifying(key).ok_or(Distrust::UnknownKey)?;
    let signature = Signature::from_slice(&decode(signature)?).map_err(|_| Distrust::Malformed)?;
    let signed = &text[..text.rfind('.').unwrap_or(0)];
    key.verify_strict(signed.as_bytes(), &signature).map_err(|_| Distrust::Forged)?;
    serde_json::from_slice(&decode(claims)?).map_err(|_| Distrust::Malformed)
}

fn verifying(key: &TicketKey) -> Option<VerifyingKey> {
    if key.kty != "OKP" || key.crv != "Ed25519" {
        return None;
    }
    let bytes: [u8; 32] = URL_SAFE_NO_PAD.decode(&key.x).ok()?.try_into().ok()?;
    VerifyingKey::from_bytes(&bytes).ok()
}

/// A public key as it is published (RFC 8037 §2).
#[must_use]
pub fn published(kid: &str, public_key: &[u8]) -> TicketKey {
    TicketKey {
        kty: "OKP".to_owned(),
        crv: "Ed25519".to_owned(),
        kid: kid.to_owned(),
        x: URL_SAFE_NO_PAD.encode(public_key),
    }
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;
    use uuid::Uuid;

    use super::*;
    use crate::id::{DeviceId, LicenseId};
    use crate::license::Level;

    fn ticket() -> Ticket {
        let at = datetime!(2026-05-01 10:00 UTC);
        Ticket {
            serial: Uuid::from_u128(1),
            license_id: LicenseId(Uuid::from_u128(2)),
            device_id: DeviceId(Uuid::from_u128(3)),
            level: Level::Restricted,
            updates: false,
            restricted: vec!["Web protection".to_owned()],
            level_until: at,
            level_after: Level::Stopped,
            issued_at: at,
            expires_at: at + super::super::LIFE,
            grace_until: at + super::super::LIFE + super::super::GRACE,
        }
    }

    fn key(seed: u8) -> (SigningKey, TicketKey) {
        let key = SigningKey::from_bytes(&[seed; 32]);
        let public = published(&format!("k{seed}"), key.verifying_key().as_bytes());
        (key, public)
    }

    #[test]
    fn a_ticket_is_read_as_it_was_signed() {
        let ((key, public), (_, other)) = (key(1), key(2));
        let signed = sign(&ticket(), "k1", &key);
        assert_eq!(verify(&signed, &TicketKeys { keys: vec![other.clone(), public] }), Ok(ticket()));
        assert_eq!(verify(&signed, &TicketKeys { keys: vec![other] }), Err(Distrust::UnknownKey));
    }

    #[test]
    fn every_changed_character_is_noticed() {
        let (key, public) = key(1);
        let signed = sign(&ticket(), "k1", &key);
        let keys = TicketKeys { keys: vec![public] };
        for at in 0..signed.len() {
            let mut bytes = signed.clone().into_bytes();
            bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(bytes).unwrap();
            assert!(verify(&changed, &keys).is_err(), "at {at}: {changed}");
        }
    }

    #[test]
    fn another_algorithm_type_or_form_is_refused() {
        let (signing, public) = key(1);
        let keys = TicketKeys { keys: vec![public] };
        let claims = URL_SAFE_NO_PAD.encode(serde_json::to_vec(&ticket()).unwrap());
        for (alg, typ) in [("none", TYPE), ("HS256", TYPE), ("EdDSA", "JWT")] {
            let header = Header { alg: alg.to_owned(), typ: typ.to_owned(), kid: "k1".to_owned() };
            let signed = format!("{}.{claims}", URL_SAFE_NO_PAD.encode(serde_json::to_vec(&header).unwrap()));
            let signature = URL_SAFE_NO_PAD.encode(signing.sign(signed.as_bytes()).to_bytes());
            assert_eq!(verify(&format!("{signed}.{signature}"), &keys), Err(Distrust::Malformed), "{alg} {typ}");
        }
        let long = "A".repeat(LONGEST + 1);
        for text in ["", "a.b", "a.b.c", "a.b.c.d", &long] {
            assert_eq!(verify(text, &keys), Err(Distrust::Malformed));
        }
    }
}
