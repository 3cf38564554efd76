//! Checking: the whole chain from its beginning, along with the events it binds, page by page.

use std::collections::HashMap;

use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use super::hash_of;
use crate::Result;
use crate::chain::paper::micros;
use crate::chain::{BEGINNING, Hash, Kept, Statement, TYPE, hex, next, next_of_account};
use crate::cx::Cx;
use crate::device_api::TicketKeys;
use crate::ticket::jws;

/// How many links are read at a time.
const PAGE: i64 = 20_000;
/// How many events that were never linked are named.
const MOST: i64 = 100;

/// What is wrong with the chain, each sentence naming the event or link it is about; nothing when every event that was linked
/// is there, unchanged and in its place, and the signed heads say so too.
///
/// # Errors
/// Those of the database.
pub(crate) async fn verify(db: &mut PgConnection, cx: &Cx) -> Result<Vec<String>> {
    let keys = TicketKeys { keys: vec![cx.world.seal.audit_signer().public()] };
    let mut walk = Walk { signed: signed_heads(db, &keys).await?, ..Walk::default() };
    loop {
        let page = page(db, walk.number).await?;
        let count = page.len();
        for link in page {
            walk.step(link);
        }
        if count < PAGE as usize {
            break;
        }
    }
    let mut found = walk.end();
    for id in never_linked(db).await? {
        found.push(format!("event {id} was never linked to the others: it was put in beside the log"));
    }
    Ok(found)
}

/// A link with its event, if that is there.
struct Linked {
    number: i64,
    event_id: i64,
    account: Option<Uuid>,
    place: Option<i64>,
    contents: Hash,
    hash: Hash,
    account_hash: Option<Hash>,
    event: Option<Kept>,
}

/// The walk along the chain: where it stands, and what was found so far.
#[derive(Default)]
struct Walk {
    number: i64,
    hash: Hash,
    accounts: HashMap<Uuid, (i64, Hash)>,
    /// What was signed, by the number of the last event it covers; a head that is not signed has none.
    signed: Vec<Head>,
    found: Vec<String>,
}

/// A head that was kept.
struct Head {
    name: String,
    /// The statement, if its signature holds.
    statement: Option<Statement>,
}

impl Walk {
    fn step(&mut self, link: Linked) {
        let Linked { number, event_id, .. } = link;
        if number != self.number + 1 {
            self.found.push(format!("the links {} to {} were deleted", self.number + 1, number - 1));
        }
        self.judge_event(&link);
        let follows = next(&self.hash, number, &link.contents, link.account_hash.as_ref());
        if number == self.number + 1 && follows != link.hash {
            self.found.push(format!(
                "event {event_id} does not stand in its place: link {number} does not follow the one before"
            ));
        }
        if let (Some(account), Some(place), Some(account_hash)) = (link.account, link.place, link.account_hash) {
            let (last, head) = self.accounts.entry(account).or_insert((0, BEGINNING));
            let follows = next_of_account(head, account, place, &link.contents);
            if place != *last + 1 || follows != account_hash {
                self.found.push(format!("event {event_id} does not follow the one before it in account {account}"));
            }
            (*last, *head) = (place, account_hash);
        }
        (self.number, self.hash) = (number, link.hash);
        self.meet_heads();
    }

    fn judge_event(&mut self, link: &Linked) {
        let id = link.event_id;
        match &link.event {
            None => self.found.push(format!("event {id} was deleted")),
            Some(event) if event.account != link.account => {
                self.found.push(format!("event {id} was changed: it is linked in another account"));
            }
            Some(event) if event.contents() != link.contents => self.found.push(format!("event {id} was changed")),
            Some(_) => {}
        }
    }

    /// Compares the heads that were signed at this number.
    fn meet_heads(&mut self) {
        for head in &self.signed {
            let Some(statement) = &head.statement else { continue };
            if statement.events == self.number && statement.head != hex(&self.hash) {
                self.found.push(format!("{} signs another past up to link {}", head.name, self.number));
            }
        }
    }

    fn end(mut self) -> Vec<String> {
        for head in self.signed {
            match head.statement {
                None => self.found.push(format!("{} is not signed by this installation", head.name)),
                Some(statement) if statement.events > self.number => self.found.push(format!(
                    "{} signs {} events and only {} are linked: the newest were deleted",
                    head.name, statement.events, self.number
                )),
                Some(_) => {}
            }
        }
        self.found
    }
}

/// The newest head and those of the days.
async fn signed_heads(db: &mut PgConnection, keys: &TicketKeys) -> Result<Vec<Head>> {
    let rows = sqlx::query!(
        r#"select day as "day?", statement from audit_head
           union all
           select null, coalesce(statement, '') from audit_sealing
           where statement is not null or exists (select 1 from audit_link)
           order by 1"#
    )
    .fetch_all(db)
    .await?;
    let head = |day: Option<time::Date>, text: &str| Head {
        name: day.map_or_else(|| "the newest head".to_owned(), |day| format!("the head of {day}")),
        statement: jws::verify_as::<Statement>(TYPE, text, keys).ok().filter(|signed| signed.account.is_none()),
    };
    Ok(rows.into_iter().map(|row| head(row.day, row.statement.as_deref().unwrap_or_default())).collect())
}

async fn page(db: &mut PgConnection, after: i64) -> Result<Vec<Linked>> {
    let rows = sqlx::query!(
        r#"select l.number, l.event_id, l.account_id, l.place, l.contents, l.hash, l.account_hash,
               e.id as "id?", e.at as "at?", e.account_id as event_account, e.actor_kind as "actor_kind?", e.actor_id,
               e.event as "event?", e.object_id, e.facts::text as facts, e.country, e.request_id as "request_id?"
           from audit_link l left join audit_event e on e.id = l.event_id
           where l.number > $1
           order by l.number
           limit $2"#,
        after,
        PAGE,
    )
    .fetch_all(db)
    .await?;
    let linked = rows.into_iter().map(|row| Linked {
        number: row.number,
        event_id: row.event_id,
        account: row.account_id,
        place: row.place,
        contents: hash_of(&row.contents),
        hash: hash_of(&row.hash),
        account_hash: row.account_hash.as_deref().map(hash_of),
        event: row.id.map(|id| Kept {
            id,
            at_micros: micros(row.at.unwrap_or(OffsetDateTime::UNIX_EPOCH)),
            account: row.event_account,
            actor_kind: row.actor_kind.unwrap_or_default(),
            actor: row.actor_id,
            event: row.event.unwrap_or_default(),
            object: row.object_id,
            facts: row.facts.unwrap_or_default(),
            country: row.country,
            request: row.request_id.unwrap_or_default(),
        }),
    });
    Ok(linked.collect())
}

/// Events before the mark of the worker that have no link: none can have come there by a deed.
async fn never_linked(db: &mut PgConnection) -> Result<Vec<i64>> {
    let ids = sqlx::query_scalar!(
        "select e.id from audit_event e
         where e.id <= (select floor from audit_sealing)
             and not exists (select 1 from audit_link l where l.event_id = e.id)
         order by e.id
         limit $1",
        MOST,
    );
    Ok(ids.fetch_all(db).await?)
}
