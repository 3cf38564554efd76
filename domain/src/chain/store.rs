//! The chain in the database: linking what happened, checking it, and what an account takes along of it.

mod account;
mod linking;
mod verify;

pub use account::{head, paper};
pub use linking::link;
pub(crate) use verify::verify;

use time::OffsetDateTime;
use uuid::Uuid;

use super::paper::micros;
use super::{Hash, Kept};

/// An event as the database gives it; the facts as Postgres writes them.
struct Row {
    id: i64,
    at: OffsetDateTime,
    account_id: Option<Uuid>,
    actor_kind: String,
    actor_id: Option<Uuid>,
    event: String,
    object_id: Option<Uuid>,
    facts: String,
    country: Option<String>,
    request_id: Uuid,
}

impl Row {
    fn kept(self) -> Kept {
        Kept {
            id: self.id,
            at_micros: micros(self.at),
            account: self.account_id,
            actor_kind: self.actor_kind,
            actor: self.actor_id,
            event: self.event,
            object: self.object_id,
            facts: self.facts,
            country: self.country,
            request: self.request_id,
        }
    }
}

/// A hash as the database gives it; the table takes no other length.
fn hash_of(bytes: &[u8]) -> Hash {
    bytes.try_into().unwrap_or_default()
}
