//! What an account takes along of its chain: every event in the form in which it is hashed, and a signed head. Checking it
//! takes the paper alone.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use uuid::Uuid;

use super::{BEGINNING, Hash, Kept, hex, next_of_account, unhex};
use crate::device_api::{TicketKey, TicketKeys};
use crate::ticket::jws::{self, Distrust};

/// The purpose that heads are signed for.
pub const TYPE: &str = "latchkey-audit+jwt";

/// The first words of a paper.
pub const FORMAT: &str = "latchkey activity 1";

/// What is signed: where a chain stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Statement {
    /// The account whose chain it is; nothing for the whole.
    pub account: Option<Uuid>,
    /// How many events it has.
    pub events: i64,
    /// The hash after the last of them, in hexadecimal digits.
    pub head: String,
    /// When it was signed.
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
}

/// The paper.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Paper {
    /// Always [`FORMAT`].
    pub format: String,
    /// The account.
    pub account: Uuid,
    /// How many older events are left out.
    pub left_out: i64,
    /// The hash after them, in hexadecimal digits.
    pub begins_after: String,
    /// The signed statement about the head, a compact JWS.
    pub statement: String,
    /// The public key that it is signed with.
    pub key: TicketKey,
    /// The events, the oldest first.
    pub events: Vec<PaperEvent>,
}

/// One event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaperEvent {
    /// Its number in the log.
    pub id: i64,
    /// When.
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
    /// What kind of asker did it.
    pub actor_kind: String,
    /// Who did it.
    pub actor: Option<Uuid>,
    /// What, by its name in the log.
    pub event: String,
    /// What it was done to.
    pub object: Option<Uuid>,
    /// What else is known of it, to the letter.
    pub facts: String,
    /// The country it was seen in.
    pub country: Option<String>,
    /// The request that did it.
    pub request: Uuid,
    /// The hash of the account's chain after it, in hexadecimal digits.
    pub hash: String,
}

impl PaperEvent {
    fn kept(&self, account: Uuid) -> Kept {
        Kept {
            id: self.id,
            at_micros: micros(self.at),
            account: Some(account),
            actor_kind: self.actor_kind.clone(),
            actor: self.actor,
            event: self.event.clone(),
            object: self.object,
            facts: self.facts.clone(),
            country: self.country.clone(),
            request: self.request,
        }
    }
}

/// An instant as it is hashed.
pub(super) fn micros(at: OffsetDateTime) -> i64 {
    i64::try_from(at.unix_timestamp_nanos() / 1000).unwrap_or(i64::MAX)
}

/// Why a paper is not believed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    /// Not such a paper, or one of a later version.
    #[error("this file is not the activity of an account as Latchkey writes it")]
    Format,
    /// The statement does not hold.
    #[error("the signature does not hold: {0}")]
    Signature(Distrust),
    /// Signed with another key than the one that is expected.
    #[error("it was signed with the key {0}, not with the one you expect")]
    OtherKey(String),
    /// The statement is about another account.
    #[error("the signature is for another account")]
    OtherAccount,
    /// The event does not follow from the one before it.
    #[error(
        "event {id}, the one at place {place}, does not fit: it was changed, or another one before it is missing or moved"
    )]
    Event { id: i64, place: i64 },
    /// Events at the end are missing, or there are more than were signed.
    #[error("{found} events are here, and {signed} were signed")]
    Length { found: i64, signed: i64 },
    /// All events fit, and the head is another one.
    #[error("the events do not lead to the head that was signed")]
    Head,
    /// An earlier paper tells another past.
    #[error("event {0} stands differently in the earlier file")]
    OtherPast(i64),
    /// The earlier paper is of another account, or goes further.
    #[error("the earlier file is not an earlier one of the same account")]
    NotEarlier,
}

/// What a paper proves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Proven {
    /// The account.
    pub account: Uuid,
    /// How many events the account has up to then.
    pub events: i64,
    /// How many of them the paper leaves out at the beginning.
    pub left_out: i64,
    /// The head, in hexadecimal digits.
    pub head: String,
    /// When it was signed.
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
    /// The id of the key that signed it.
    pub key: String,
}

impl Paper {
    /// Checks that the events are those that were signed, unchanged, complete and in their order. `key` is the id of the key
    /// that is expected, as the console shows it; without one the paper's own is believed.
    ///
    /// # Errors
    /// The first thing that is wrong.
    pub fn verify(&self, key: Option<&str>) -> Result<Proven, Broken> {
        if self.format != FORMAT {
            return Err(Broken::Format);
        }
        let true_id = self.key_id().ok_or(Broken::Format)?;
        if let Some(expected) = key
            && expected != true_id
        {
            return Err(Broken::OtherKey(true_id));
        }
        let keys = TicketKeys { keys: vec![self.key.clone()] };
        let signed: Statement = jws::verify_as(TYPE, &self.statement, &keys).map_err(Broken::Signature)?;
        if signed.account != Some(self.account) {
            return Err(Broken::OtherAccount);
        }
        let head = self.follow()?;
        let found = self.left_out + self.events.len() as i64;
        if found != signed.events {
            return Err(Broken::Length { found, signed: signed.events });
        }
        if hex(&head) != signed.head {
            return Err(Broken::Head);
        }
        Ok(Proven {
            account: self.account,
            events: found,
            left_out: self.left_out,
            head: signed.head,
            at: signed.at,
            key: true_id,
        })
    }

    /// Checks that an earlier paper tells the same past, as far as both go.
    ///
    /// # Errors
    /// `NotEarlier`, and `OtherPast` with the first event that stands differently.
    pub fn follows(&self, earlier: &Self) -> Result<(), Broken> {
        let end = earlier.left_out + earlier.events.len() as i64;
        if earlier.account != self.account || end > self.left_out + self.events.len() as i64 {
            return Err(Broken::NotEarlier);
        }
        for place in self.left_out.max(earlier.left_out)..end {
            let at =
                |paper: &Self| usize::try_from(place - paper.left_out).ok().and_then(|i| paper.events.get(i).cloned());
            let (ours, theirs) = (at(self), at(earlier));
            if ours != theirs {
                return Err(Broken::OtherPast(theirs.map_or(0, |event| event.id)));
            }
        }
        Ok(())
    }

    /// Goes along the events, from the beginning or from what is left out.
    fn follow(&self) -> Result<Hash, Broken> {
        let mut hash = unhex(&self.begins_after).ok_or(Broken::Format)?;
        if self.left_out < 0 || (self.left_out == 0 && hash != BEGINNING) {
            return Err(Broken::Format);
        }
        for (place, event) in (self.left_out + 1..).zip(&self.events) {
            hash = next_of_account(&hash, self.account, place, &event.kept(self.account).contents());
            if hex(&hash) != event.hash {
                return Err(Broken::Event { id: event.id, place });
            }
        }
        Ok(hash)
    }

    /// The id that the public key really has: it is made of the key itself.
    fn key_id(&self) -> Option<String> {
        use base64::Engine as _;
        use sha2::Digest as _;
        let public = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(&self.key.x).ok()?;
        let id = hex(&sha2::Sha256::digest(&public)[..8]);
        (id == self.key.kid).then_some(id)
    }
}
