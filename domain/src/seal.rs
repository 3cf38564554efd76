//! Sealing of secrets at rest and the blind indexes they are found by. The keys never stand in the database.

use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};
use sqlx::PgPool;
use uuid::Uuid;

use crate::cx::random;
use crate::id::RequestId;
use crate::ticket::jws::Signer;
use crate::{Error, Result};

const NONCE_LENGTH: usize = 24;

/// The version of the keys in use; stored with each sealed value.
pub const KEY_VERSION: i16 = 1;

/// The keys derived from the one key of this installation, one for each purpose.
#[derive(Clone)]
pub struct Seal {
    cipher: XChaCha20Poly1305,
    index_key: [u8; 32],
    audit_seed: [u8; 32],
    fingerprint: [u8; 16],
}

impl std::fmt::Debug for Seal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Seal(hidden)")
    }
}

/// What a sealed value is: bound to its column and row, so that moving it elsewhere breaks it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sealed {
    /// An activation code.
    Code,
    /// A license key.
    LicenseKey,
    /// The license key that a recovery request claims.
    ClaimedKey,
    /// The secret of a one-time-code generator of somebody in support.
    Totp,
    /// The secret of a one-time-code generator of a person of an account.
    PersonTotp,
    /// What a request under an Idempotency-Key was answered.
    Answer,
    /// The secret key that tickets are signed with.
    TicketKey,
    /// A mail with a code in it, until it leaves.
    Mail,
    /// The secret that signs the messages to an endpoint.
    Endpoint,
    /// The codes of a file that was tried, until they stand in the table of codes.
    Staged,
    /// What was typed into a form that came after its session had ended, until the same person is back.
    KeptForm,
    /// A part of an export that is being prepared, or is there for a day.
    ExportPiece,
}

impl Sealed {
    const fn place(self) -> &'static str {
        match self {
            Self::Code => "activation_code|code",
            Self::LicenseKey => "license|license_key",
            Self::ClaimedKey => "recovery|license_key",
            Self::Totp => "staff|totp",
            Self::PersonTotp => "two_step|secret",
            Self::Answer => "idempotent_answer|body",
            Self::TicketKey => "ticket_key|secret",
            Self::Mail => "mail|letter",
            Self::Endpoint => "webhook_endpoint|secret",
            Self::Staged => "code_batch|staged",
            Self::KeptForm => "session|kept_form",
            Self::ExportPiece => "job_piece|sealed",
        }
    }
}

impl Seal {
    /// Derives the keys of each purpose from the installation's key.
    #[must_use]
    pub fn new(key: &[u8; 32]) -> Self {
        let derive = |purpose: &str| mac(key, &[b"latchkey|", purpose.as_bytes()]);
        let mut fingerprint = [0; 16];
        fingerprint.copy_from_slice(&derive("fingerprint")[..16]);
        Self {
            cipher: XChaCha20Poly1305::new(&Key::from(derive("seal"))),
            index_key: derive("index"),
            audit_seed: derive("audit"),
            fingerprint,
        }
    }

    /// The key that signs the heads of the audit log (H08). It comes from the installation's key and is kept nowhere, so that
    /// whoever holds the database alone can't sign another past.
    #[must_use]
    pub fn audit_signer(&self) -> Signer {
        let public = Signer::new(String::new(), &self.audit_seed).public_bytes();
        let kid: String = hashed(&public)[..8].iter().map(|byte| format!("{byte:02x}")).collect();
        Signer::new(kid, &self.audit_seed)
    }

    /// Seals a secret for one row.
    #[must_use]
    pub fn seal(&self, what: Sealed, row: Uuid, secret: &[u8]) -> Vec<u8> {
        let nonce = random::<NONCE_LENGTH>();
        let aad = Self::aad(what, row);
        let sealed = self
            .cipher
            .encrypt(&XNonce::from(nonce), Payload { msg: secret, aad: &aad })
            .expect("a secret is far shorter than the cipher's limit");
        [&nonce[..], &sealed].concat()
    }

    /// Opens what was sealed for this row.
    ///
    /// # Errors
    /// `Internal` when it was made with other keys, for another row, or was changed.
    pub fn open(&self, what: Sealed, row: Uuid, sealed: &[u8]) -> Result<Vec<u8>> {
        self.try_open(what, row, sealed).ok_or_else(|| {
            let request = RequestId::generate();
            tracing::error!(place = what.place(), %row, cause_id = %request, "a sealed value does not open");
            Error::Internal(request)
        })
    }

    fn try_open(&self, what: Sealed, row: Uuid, sealed: &[u8]) -> Option<Vec<u8>> {
        let (nonce, body) = sealed.split_at_checked(NONCE_LENGTH)?;
        let nonce: [u8; NONCE_LENGTH] = nonce.try_into().ok()?;
        let aad = Self::aad(what, row);
        self.cipher.decrypt(&XNonce::from(nonce), Payload { msg: body, aad: &aad }).ok()
    }

    fn aad(what: Sealed, row: Uuid) -> Vec<u8> {
        format!("{}|{row}|{KEY_VERSION}", what.place()).into_bytes()
    }

    /// The blind index of a secret: the same secret gives the same index, and without the key it says nothing.
    #[must_use]
    pub fn index(&self, what: Sealed, secret: &[u8]) -> [u8; 16] {
        let purpose = match what {
            // a claimed key has to find the license's key
            Sealed::ClaimedKey => Sealed::LicenseKey,
            Sealed::Code
            | Sealed::LicenseKey
            | Sealed::Totp
            | Sealed::PersonTotp
            | Sealed::Answer
            | Sealed::TicketKey
            | Sealed::Mail
            | Sealed::Staged
            | Sealed::Endpoint
            | Sealed::KeptForm
            | Sealed::ExportPiece => what,
        };
        let mut index = [0; 16];
        index.copy_from_slice(&mac(&self.index_key, &[purpose.place().as_bytes(), b"|", secret])[..16]);
        index
    }

    /// The mark of a browser in which a person has signed in before. It opens nothing: it only keeps the person's own
    /// wrong passwords apart from those of strangers, and is worth nothing after a new password.
    #[must_use]
    pub fn known_browser(&self, person: crate::id::PersonId, stamp: Uuid) -> String {
        use base64::Engine as _;
        let mark = mac(&self.index_key, &[b"person|known_browser|", person.0.as_bytes(), stamp.as_bytes()]);
        base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(mark)
    }

    /// What proves that a cursor was given out here, for one list of one owner (G05).
    #[must_use]
    pub fn cursor_mark(&self, list: &str, owner: Uuid, last: Uuid) -> [u8; 16] {
        let mut mark = [0; 16];
        let parts = [b"cursor|", list.as_bytes(), b"|", owner.as_bytes(), last.as_bytes()];
        mark.copy_from_slice(&mac(&self.index_key, &parts)[..16]);
        mark
    }

    /// The keyed hash of a user code: with 34 bits it would be guessed from a plain one.
    #[must_use]
    pub fn user_code_hash(&self, code: &crate::link::UserCode) -> [u8; 32] {
        mac(&self.index_key, &[b"device_link|user_code|", code.as_bytes()])
    }

    /// The keyed hash of a recovery code of the second step: with 49 bits it would be found out from a plain one.
    #[must_use]
    pub fn spare_code_hash(&self, person: crate::id::PersonId, code: &crate::person::two_step::SpareCode) -> [u8; 32] {
        mac(&self.index_key, &[b"two_step_spare|code|", person.0.as_bytes(), code.as_bytes()])
    }

    /// The keyed hash by which a repeated request is known: it may hold a code. Every part stands behind its length.
    #[must_use]
    pub fn request_hash(&self, parts: &[&[u8]]) -> [u8; 32] {
        let lengths: Vec<[u8; 8]> = parts.iter().map(|part| (part.len() as u64).to_be_bytes()).collect();
        let measured = lengths.iter().zip(parts).flat_map(|(length, part)| [&length[..], part]);
        let all: Vec<&[u8]> = std::iter::once(&b"idempotent_answer|request|"[..]).chain(measured).collect();
        mac(&self.index_key, &all)
    }
}

fn mac(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(key).expect("HMAC takes keys of every length");
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

/// The hash under which a bearer secret of high entropy is kept: tokens, session ids, links in mails.
#[must_use]
pub fn hashed(secret: &[u8]) -> [u8; 32] {
    Sha256::digest(secret).into()
}

/// A bearer secret of 256 bits as it goes out, once; only its hash is kept.
pub struct Token {
    text: String,
}

impl Token {
    /// A fresh secret.
    #[must_use]
    pub fn generate() -> Self {
        use base64::Engine as _;
        Self { text: base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(random::<32>()) }
    }

    /// The secret itself, for the one answer or mail that carries it.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.text
    }

    /// The hash to keep.
    #[must_use]
    pub fn hash(&self) -> [u8; 32] {
        hashed(self.text.as_bytes())
    }
}

/// The database was made with another key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyTrouble {
    /// The fingerprint differs.
    #[error("the database was made with another key")]
    OtherKey,
    /// The database could not be asked.
    #[error("the database could not be asked")]
    Database,
}

/// Makes sure that the keys are those the database was made with; remembers their fingerprint the first time.
///
/// # Errors
/// `OtherKey` when they are not, so that nothing is ever sealed with a second key by mistake.
pub async fn verify(db: &PgPool, seal: &Seal) -> Result<(), KeyTrouble> {
    let known = sqlx::query_scalar!(
        "insert into key_check (version, fingerprint) values ($1, $2)
         on conflict (version) do update set version = excluded.version
         returning fingerprint",
        KEY_VERSION,
        &seal.fingerprint[..],
    )
    .fetch_one(db)
    .await
    .map_err(|_| KeyTrouble::Database)?;
    if known == seal.fingerprint { Ok(()) } else { Err(KeyTrouble::OtherKey) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sealed_value_opens_only_in_its_own_place() {
        let seal = Seal::new(&[7; 32]);
        let (row, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let sealed = seal.seal(Sealed::Code, row, b"secret");
        assert_eq!(seal.try_open(Sealed::Code, row, &sealed).as_deref(), Some(&b"secret"[..]));
        assert_eq!(seal.try_open(Sealed::Code, other, &sealed), None);
        assert_eq!(seal.try_open(Sealed::LicenseKey, row, &sealed), None);
        assert_eq!(Seal::new(&[8; 32]).try_open(Sealed::Code, row, &sealed), None);
        for bit in 0..sealed.len() * 8 {
            let mut broken = sealed.clone();
            broken[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(seal.try_open(Sealed::Code, row, &broken), None);
        }
    }

    #[test]
    fn a_blind_index_depends_on_the_key_and_the_purpose() {
        let seal = Seal::new(&[7; 32]);
        let index = seal.index(Sealed::Code, b"secret");
        assert_eq!(index, seal.index(Sealed::Code, b"secret"));
        assert_ne!(index, seal.index(Sealed::LicenseKey, b"secret"));
        assert_ne!(index, Seal::new(&[8; 32]).index(Sealed::Code, b"secret"));
        assert_eq!(seal.index(Sealed::ClaimedKey, b"secret"), seal.index(Sealed::LicenseKey, b"secret"));
    }
}
