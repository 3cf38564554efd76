//! Linking: one worker at a time takes what has been committed since its last round, gives it the next numbers of the chain
//! and signs where the chain stands. The order of the chain is the order in which events are linked, so a deed that commits
//! late is linked late and holds nobody up.

use std::collections::HashMap;

use sqlx::PgConnection;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use super::{Row, hash_of};
use crate::Result;
use crate::actor::Permission;
use crate::chain::{BEGINNING, Hash, Statement, TYPE, hex, next, next_of_account};
use crate::cx::Cx;

/// How many events are linked in one transaction; the statement that finds them says so as well.
const BATCH: usize = 5000;
/// How long after a number was seen no transaction can still hold a smaller one: every deed's transaction is cut off sooner.
const SETTLED: Duration = Duration::minutes(10);

/// Links everything that has been committed, and tells how much that was. Another node's worker is left to finish.
///
/// # Errors
/// `Forbidden` for everybody but Latchkey itself; those of the database.
pub async fn link(cx: &Cx) -> Result<u64> {
    cx.require(Permission::Operate)?;
    let (mut linked, mut after) = (0, 0);
    while let Some((count, last)) = batch(cx, after).await? {
        (linked, after) = (linked + count, last);
        if count < BATCH as u64 {
            break;
        }
    }
    Ok(linked)
}

/// Where the worker stands.
struct State {
    floor: i64,
    next_floor: i64,
    settled: bool,
    number: i64,
    hash: Hash,
}

/// Links one batch, and tells how many events it had and the number of the last; nothing while another node does it.
async fn batch(cx: &Cx, after: i64) -> Result<Option<(u64, i64)>> {
    let mut tx = cx.begin().await?;
    let Some(state) = state(&mut tx).await? else { return Ok(None) };
    let rows = sqlx::query_as!(
        Row,
        r#"select e.id, e.at, e.account_id, e.actor_kind, e.actor_id, e.event, e.object_id, e.facts::text as "facts!",
               e.country, e.request_id
           from audit_event e
           where e.id > $1 and not exists (select 1 from audit_link l where l.event_id = e.id and l.event_id > $1)
           order by e.id
           limit 5000"#,
        state.floor.max(after),
    )
    .fetch_all(&mut *tx)
    .await?;
    let (count, last) = (rows.len(), rows.last().map_or(after, |row| row.id));
    let (number, hash) =
        if rows.is_empty() { (state.number, state.hash) } else { write(&mut tx, &state, rows).await? };
    sign(&mut tx, cx, &state, number, &hash, count < BATCH).await?;
    tx.commit().await?;
    Ok(Some((count as u64, last)))
}

async fn state(db: &mut PgConnection) -> Result<Option<State>> {
    let row = sqlx::query!(
        r#"select s.floor, s.next_floor, s.marked_at < now() - make_interval(secs => $1) as "settled!",
               l.number as "number?", l.hash as "hash?"
           from audit_sealing s left join lateral (select number, hash from audit_link order by number desc limit 1) l on true
           for update of s skip locked"#,
        SETTLED.as_seconds_f64(),
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| State {
        floor: row.floor,
        next_floor: row.next_floor,
        settled: row.settled,
        number: row.number.unwrap_or(0),
        hash: row.hash.map_or(BEGINNING, |hash| hash_of(&hash)),
    }))
}

/// The columns of new links.
#[derive(Default)]
struct Links {
    numbers: Vec<i64>,
    events: Vec<i64>,
    accounts: Vec<Option<Uuid>>,
    places: Vec<Option<i64>>,
    contents: Vec<Vec<u8>>,
    hashes: Vec<Vec<u8>>,
    account_hashes: Vec<Option<Vec<u8>>>,
}

/// Links these events and gives the new head.
async fn write(db: &mut PgConnection, state: &State, rows: Vec<Row>) -> Result<(i64, Hash)> {
    let mut accounts = heads(db, &rows).await?;
    let mut links = Links::default();
    let (mut number, mut hash) = (state.number, state.hash);
    for row in rows {
        let (id, account) = (row.id, row.account_id);
        let contents = row.kept().contents();
        let of_account = account.map(|account| {
            let (place, head) = accounts.entry(account).or_insert((0, BEGINNING));
            *place += 1;
            *head = next_of_account(head, account, *place, &contents);
            (*place, *head)
        });
        number += 1;
        hash = next(&hash, number, &contents, of_account.as_ref().map(|(_, head)| head));
        links.numbers.push(number);
        links.events.push(id);
        links.accounts.push(account);
        links.places.push(of_account.map(|(place, _)| place));
        links.contents.push(contents.to_vec());
        links.hashes.push(hash.to_vec());
        links.account_hashes.push(of_account.map(|(_, head)| head.to_vec()));
    }
    sqlx::query!(
        "insert into audit_link (number, event_id, account_id, place, contents, hash, account_hash)
         select * from unnest($1::bigint[], $2::bigint[], $3::uuid[], $4::bigint[], $5::bytea[], $6::bytea[], $7::bytea[])",
        &links.numbers,
        &links.events,
        &links.accounts as &[Option<Uuid>],
        &links.places as &[Option<i64>],
        &links.contents,
        &links.hashes,
        &links.account_hashes as &[Option<Vec<u8>>],
    )
    .execute(db)
    .await?;
    Ok((number, hash))
}

/// Where the chains of the accounts stand that these events belong to.
async fn heads(db: &mut PgConnection, rows: &[Row]) -> Result<HashMap<Uuid, (i64, Hash)>> {
    let mut accounts: Vec<Uuid> = rows.iter().filter_map(|row| row.account_id).collect();
    accounts.sort_unstable();
    accounts.dedup();
    let heads = sqlx::query!(
        r#"select a.id as "account!", l.place as "place!", l.account_hash as "hash!"
           from unnest($1::uuid[]) as a (id)
           cross join lateral (
               select place, account_hash from audit_link where account_id = a.id order by place desc limit 1
           ) l"#,
        &accounts,
    )
    .fetch_all(db)
    .await?;
    Ok(heads.into_iter().map(|row| (row.account, (row.place, hash_of(&row.hash)))).collect())
}

/// Signs where the chain stands, and keeps the first such head of each day. Once everything is linked that was there when
/// the last mark was set, nothing before the mark has to be looked at again.
async fn sign(db: &mut PgConnection, cx: &Cx, state: &State, number: i64, hash: &Hash, all_linked: bool) -> Result<()> {
    let at = cx.now - time_below_a_second(cx.now);
    let head = Statement { account: None, events: number, head: hex(hash), at };
    let statement = cx.world.seal.audit_signer().sign_as(TYPE, &head);
    let day = cx.now.date();
    let kept = sqlx::query!(
        "insert into audit_head (day, number, statement) values ($1, $2, $3) on conflict do nothing",
        day,
        number,
        statement,
    )
    .execute(&mut *db)
    .await?;
    if kept.rows_affected() == 1 {
        // the log of the process lies elsewhere, and so bears witness against whoever rewrites the database
        tracing::info!(events = number, head = hex(hash), "the audit log of the day was signed");
    }
    let floor = if all_linked && state.settled { state.next_floor } else { state.floor };
    sqlx::query!(
        "update audit_sealing set statement = $1, floor = $2,
             next_floor = case when $3 then coalesce((select max(id) from audit_event), 0) else next_floor end,
             marked_at = case when $3 then now() else marked_at end",
        statement,
        floor,
        all_linked && state.settled,
    )
    .execute(db)
    .await?;
    Ok(())
}

fn time_below_a_second(at: OffsetDateTime) -> Duration {
    Duration::nanoseconds(i64::from(at.nanosecond()))
}
