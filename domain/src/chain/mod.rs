//! The chain over the audit log: each event is bound to the one before it by a hash, over all and within its account, so that
//! an event that was changed, removed or moved is found (R98, H08). What is here needs no database: an account checks its own
//! part with it, offline.

mod paper;
#[cfg(feature = "postgres")]
pub mod store;
#[cfg(test)]
mod tests;

pub use paper::{Broken, FORMAT, Paper, PaperEvent, Proven, Statement, TYPE};

use sha2::{Digest, Sha256};
use uuid::Uuid;

/// A SHA-256.
pub type Hash = [u8; 32];

/// What stands before the first event of a chain.
pub const BEGINNING: Hash = [0; 32];

/// An event in the form in which it is hashed: every field that the log keeps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// Its number in the log.
    pub id: i64,
    /// When, in microseconds since 1970.
    pub at_micros: i64,
    /// The account it concerns.
    pub account: Option<Uuid>,
    /// What kind of asker did it.
    pub actor_kind: String,
    /// Who did it.
    pub actor: Option<Uuid>,
    /// What, by its name in the log.
    pub event: String,
    /// What it was done to.
    pub object: Option<Uuid>,
    /// What else is known of it: JSON as the log writes it, to the letter.
    pub facts: String,
    /// The country it was seen in.
    pub country: Option<String>,
    /// The request that did it.
    pub request: Uuid,
}

impl Kept {
    /// The hash of its contents. Every field stands behind its length, so that no two events share a form.
    #[must_use]
    pub fn contents(&self) -> Hash {
        let mut hash = Sha256::new_with_prefix(b"latchkey audit event 1");
        hash.update(self.id.to_be_bytes());
        hash.update(self.at_micros.to_be_bytes());
        put(&mut hash, self.account.as_ref().map(|id| &id.as_bytes()[..]));
        put(&mut hash, Some(self.actor_kind.as_bytes()));
        put(&mut hash, self.actor.as_ref().map(|id| &id.as_bytes()[..]));
        put(&mut hash, Some(self.event.as_bytes()));
        put(&mut hash, self.object.as_ref().map(|id| &id.as_bytes()[..]));
        put(&mut hash, Some(self.facts.as_bytes()));
        put(&mut hash, self.country.as_ref().map(String::as_bytes));
        put(&mut hash, Some(self.request.as_bytes()));
        hash.finalize().into()
    }
}

/// Nothing is told from an empty field.
fn put(hash: &mut Sha256, field: Option<&[u8]>) {
    let length = field.map_or(u64::MAX, |field| field.len() as u64);
    hash.update(length.to_be_bytes());
    hash.update(field.unwrap_or_default());
}

/// The hash of an account's chain after the event at this place, counted from 1.
#[must_use]
pub fn next_of_account(before: &Hash, account: Uuid, place: i64, contents: &Hash) -> Hash {
    let mut hash = Sha256::new_with_prefix(b"latchkey audit account 1");
    hash.update(before);
    hash.update(account.as_bytes());
    hash.update(place.to_be_bytes());
    hash.update(contents);
    hash.finalize().into()
}

/// The hash of the whole chain after the event of this number, counted from 1. It covers the head of the event's account, and
/// so every account's chain.
#[must_use]
pub fn next(before: &Hash, number: i64, contents: &Hash, account_hash: Option<&Hash>) -> Hash {
    let mut hash = Sha256::new_with_prefix(b"latchkey audit chain 1");
    hash.update(before);
    hash.update(number.to_be_bytes());
    hash.update(contents);
    hash.update(account_hash.unwrap_or(&BEGINNING));
    hash.finalize().into()
}

/// A hash as people compare it.
#[must_use]
pub fn hex(hash: &[u8]) -> String {
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A hash as it is written in a paper.
fn unhex(text: &str) -> Option<Hash> {
    if text.len() != 64 || !text.is_ascii() {
        return None;
    }
    let mut hash = BEGINNING;
    for (place, byte) in hash.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&text[place * 2..place * 2 + 2], 16).ok()?;
    }
    Some(hash)
}
