//! A ticket on the wire: a compact JWS (RFC 7515) signed with Ed25519 (RFC 8037), read strictly.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::Ticket;
use crate::device_api::{TicketKey, TicketKeys};
use crate::id::DeviceId;

/// The longest ticket that is looked at, in characters; ours are a tenth of that.
pub const LONGEST: usize = 16 * 1024;

const ALGORITHM: &str = "EdDSA";
const TYPE: &str = "latchkey-ticket+jwt";
const KEY_TYPE: &str = "OKP";
const CURVE: &str = "Ed25519";

/// The protected header. Members that we do not know are refused, `crit` among them (RFC 7515 §4.1.11).
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
    /// Not three parts of base64url with the JSON of a ticket inside, or too long to be one.
    #[error("this is not a ticket")]
    Malformed,
    /// Signed by a rule other than Ed25519; `none` is one of them.
    #[error("the ticket is signed in a way that is not accepted")]
    Algorithm,
    /// A signed paper for another purpose.
    #[error("this paper was signed for another purpose")]
    Type,
    /// Signed with a key that is not known here; the server's newest keys may have it.
    #[error("the key of the ticket is not known")]
    UnknownKey,
    /// Changed after it was signed, or signed by somebody else.
    #[error("the signature of the ticket does not hold")]
    Forged,
    /// Made for another device.
    #[error("the ticket was made for another device")]
    OtherDevice,
}

/// A key that signs tickets, with the name under which its public half is published.
pub struct Signer {
    kid: String,
    key: SigningKey,
}

impl std::fmt::Debug for Signer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Signer({})", self.kid)
    }
}

impl Signer {
    /// The key of this secret.
    #[must_use]
    pub fn new(kid: impl Into<String>, secret: &[u8; 32]) -> Self {
        Self { kid: kid.into(), key: SigningKey::from_bytes(secret) }
    }

    /// The public half, as it is published (RFC 8037 §2).
    #[must_use]
    pub fn public(&self) -> TicketKey {
        published(self.kid.clone(), &self.public_bytes())
    }

    /// The public half by itself.
    #[must_use]
    pub fn public_bytes(&self) -> [u8; 32] {
        self.key.verifying_key().to_bytes()
    }

    /// Signs a ticket.
    #[must_use]
    pub fn sign(&self, ticket: &Ticket) -> String {
        self.sign_as(TYPE, ticket)
    }

    /// Signs a paper for the purpose that `typ` names; for another purpose it is worth nothing.
    ///
    /// # Panics
    /// When the paper has no JSON form: papers are words, numbers and lists of words.
    #[must_use]
    pub fn sign_as(&self, typ: &str, paper: &impl Serialize) -> String {
        let header = Header { alg: ALGORITHM.to_owned(), typ: typ.to_owned(), kid: self.kid.clone() };
        let part = |json: serde_json::Result<Vec<u8>>| {
            URL_SAFE_NO_PAD.encode(json.expect("words, numbers and lists of words always have a JSON form"))
        };
        let signed = format!("{}.{}", part(serde_json::to_vec(&header)), part(serde_json::to_vec(paper)));
        let signature = self.key.sign(signed.as_bytes());
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature.to_bytes()))
    }
}

/// A public key as it is published (RFC 8037 §2).
#[must_use]
pub fn published(kid: String, public: &[u8]) -> TicketKey {
    TicketKey { kty: KEY_TYPE.to_owned(), crv: CURVE.to_owned(), kid, x: URL_SAFE_NO_PAD.encode(public) }
}

/// Reads a ticket that one of these keys has signed. Nothing of its content is looked at before the signature holds.
///
/// # Errors
/// The first thing that makes it worth nothing.
pub fn verify(text: &str, keys: &TicketKeys) -> Result<Ticket, Distrust> {
    verify_as(TYPE, text, keys)
}

/// Reads a paper that one of these keys has signed for the purpose that `typ` names.
///
/// # Errors
/// The first thing that makes it worth nothing.
pub fn verify_as<Paper: DeserializeOwned>(typ: &str, text: &str, keys: &TicketKeys) -> Result<Paper, Distrust> {
    if text.len() > LONGEST {
        return Err(Distrust::Malformed);
    }
    let (signed, signature) = text.rsplit_once('.').ok_or(Distrust::Malformed)?;
    let (header, payload) = signed.split_once('.').ok_or(Distrust::Malformed)?;
    let header: Header = serde_json::from_slice(&decode(header)?).map_err(|_| Distrust::Malformed)?;
    if header.alg != ALGORITHM {
        return Err(Distrust::Algorithm);
    }
    if header.typ != typ {
        return Err(Distrust::Type);
    }
    let key = verifying_key(keys, &header.kid).ok_or(Distrust::UnknownKey)?;
    let signature = Signature::from_slice(&decode(signature)?).map_err(|_| Distrust::Malformed)?;
    key.verify_strict(signed.as_bytes(), &signature).map_err(|_| Distrust::Forged)?;
    serde_json::from_slice(&decode(payload)?).map_err(|_| Distrust::Malformed)
}

/// The same on the device itself, where a ticket of another device is worth nothing.
///
/// # Errors
/// As for reading it, and `OtherDevice`.
pub fn verify_for(device: DeviceId, text: &str, keys: &TicketKeys) -> Result<Ticket, Distrust> {
    let ticket = verify(text, keys)?;
    if ticket.device_id == device { Ok(ticket) } else { Err(Distrust::OtherDevice) }
}

fn decode(part: &str) -> Result<Vec<u8>, Distrust> {
    URL_SAFE_NO_PAD.decode(part).map_err(|_| Distrust::Malformed)
}

/// Keys of other kinds are passed over (RFC 7517 §5).
fn verifying_key(keys: &TicketKeys, kid: &str) -> Option<VerifyingKey> {
    let key = keys.keys.iter().find(|key| key.kid == kid && key.kty == KEY_TYPE && key.crv == CURVE)?;
    let bytes: [u8; 32] = URL_SAFE_NO_PAD.decode(&key.x).ok()?.try_into().ok()?;
    VerifyingKey::from_bytes(&bytes).ok()
}
