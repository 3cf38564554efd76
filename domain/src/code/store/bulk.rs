//! Blocking published codes together, and taking that back (edge case 58).

use std::collections::BTreeMap;

use uuid::Uuid;

use super::super::bulk::{BlockList, BlockLists, EarlierList, UNDO_WITHIN, read_found_at, read_list};
use super::super::{CodeHistory, CodeState};
use super::block::set_blocked_in;
use crate::actor::Permission;
use crate::attempt::{self, BLOCK_LIST};
use crate::audit::{self, Event};
use crate::cx::Cx;
use crate::id::CodeId;
use crate::seal::Sealed;
use crate::text::Faults;
use crate::{Error, Fault, Result};

/// Reads a list of published codes. Nothing is blocked by that, and of what was pasted only is kept which codes of ours stand
/// in it: a page or a log never shows one (R101). Gives the list's identity.
///
/// # Errors
/// `Forbidden` for everybody but leads; `Invalid(list)`, `Invalid(found_at)`; `Refused(Attempts)`.
pub async fn prepare_block(cx: Cx, list: String, found_at: String) -> Result<Uuid> {
    cx.require(Permission::BlockCode)?;
    let mut faults = Faults::default();
    let blame = |faults: &mut Faults, error| match error {
        Error::Invalid(fields) => {
            fields.into_iter().for_each(|field| faults.note(&field.field, field.fault));
            Ok(())
        }
        error => Err(error),
    };
    let (mut codes, mut found) = (None, None);
    match read_list(&list) {
        Ok(read) => codes = Some(read),
        Err(error) => blame(&mut faults, error)?,
    }
    match read_found_at(&found_at) {
        Ok(read) => found = Some(read),
        Err(error) => blame(&mut faults, error)?,
    }
    let (codes, found_at) = faults.finish(codes.zip(found))?;
    let staff = cx.actor.id().ok_or(Error::Forbidden)?;
    let indexes: Vec<Vec<u8>> =
        codes.iter().map(|code| cx.world.seal.index(Sealed::Code, code.as_bytes()).to_vec()).collect();
    let mut tx = cx.begin().await?;
    attempt::count(&mut tx, &cx, BLOCK_LIST, staff.as_bytes()).await?;
    let ours = sqlx::query_scalar!("select id from activation_code where code_bi = any($1)", &indexes)
        .fetch_all(&mut *tx)
        .await?;
    let id = Uuid::now_v7();
    let count = |many: usize| i32::try_from(many).unwrap_or(i32::MAX);
    sqlx::query!(
        "with list as (
             insert into code_block (id, made_by, found_at, lines, unknown, created_at) values ($1, $2, $3, $4, $5, $6)
         )
         insert into code_block_entry (block_id, code_id) select $1, id from unnest($7::uuid[]) as ours (id)",
        id,
        staff,
        found_at,
        count(codes.len()),
        count(codes.len() - ours.len()),
        cx.now,
        &ours,
    )
    .execute(&mut *tx)
    .await?;
    audit::record(&mut tx, &cx, None, Event::BlockPrepared { list: id, codes: ours.len() }).await?;
    tx.commit().await?;
    Ok(id)
}

/// A list with what is ours in it, and the lists that were blocked before.
///
/// # Errors
/// `Forbidden` for everybody but leads; `NotFound` for a list that is not there.
pub async fn blocks(cx: Cx, list: Option<Uuid>) -> Result<BlockLists> {
    cx.require(Permission::BlockCode)?;
    let earlier = sqlx::query!(
        r#"select b.id, b.found_at, b.blocked_at as "blocked_at!", b.undone_at,
               (select count(*) from code_block_entry e where e.block_id = b.id and e.blocked) as "blocked!"
           from code_block b
           where b.blocked_at is not null
           order by b.id desc
           limit 20"#
    )
    .fetch_all(&cx.world.ro)
    .await?;
    let earlier = earlier.into_iter().map(|row| EarlierList {
        id: row.id,
        found_at: row.found_at,
        blocked: u32::try_from(row.blocked).unwrap_or(u32::MAX),
        blocked_at: row.blocked_at,
        undone_at: row.undone_at,
    });
    let list = match list {
        Some(id) => Some(read(&cx, id).await?),
        None => None,
    };
    Ok(BlockLists { now: cx.now, list, earlier: earlier.collect() })
}

async fn read(cx: &Cx, id: Uuid) -> Result<BlockList> {
    let rows = sqlx::query!(
        r#"select b.found_at, b.lines, b.unknown, b.created_at, b.blocked_at, b.undone_at, s.name as made_by,
               c.id as "code?", e.blocked as "blocked?", c.account_id, c.first_activated_at, c.redeem_by,
               c.blocked_at as code_blocked_at, c.cancelled_at, c.replaced_at, l.expires_at as "expires_at?",
               (select count(*) from seat h where h.license_id = l.id and h.released_at is null) as "devices!"
           from code_block b
           join staff s on s.id = b.made_by
           left join code_block_entry e on e.block_id = b.id
           left join activation_code c on c.id = e.code_id
           left join license l on l.code_id = c.id
           where b.id = $1"#,
        id,
    )
    .fetch_all(&cx.world.ro)
    .await?;
    let first = rows.first().ok_or(Error::NotFound)?;
    let count = |many: i32| many.unsigned_abs();
    let mut list = BlockList {
        id,
        found_at: first.found_at.clone(),
        listed: count(first.lines),
        unknown: count(first.unknown),
        states: Vec::new(),
        blocks: 0,
        devices: 0,
        offices: 0,
        made_by: first.made_by.clone(),
        created_at: first.created_at,
        blocked_at: first.blocked_at,
        undone_at: first.undone_at,
    };
    let (mut states, mut offices) = (BTreeMap::<&'static str, (CodeState, u32)>::new(), Vec::new());
    for row in rows.iter().filter(|row| row.code.is_some()) {
        let history = CodeHistory {
            first_activated_at: row.first_activated_at,
            expires_at: row.expires_at,
            redeem_by: row.redeem_by,
            blocked_at: row.code_blocked_at,
            cancelled_at: row.cancelled_at,
            replaced_at: row.replaced_at,
        };
        let state = history.state(cx.now);
        states.entry(state.as_str()).or_insert((state, 0)).1 += 1;
        let counts = if list.blocked_at.is_some() { row.blocked == Some(true) } else { can_be_blocked(state) };
        if counts {
            list.blocks += 1;
            list.devices += u32::try_from(row.devices).unwrap_or(0);
            offices.extend(row.account_id);
        }
    }
    offices.sort_unstable();
    offices.dedup();
    list.offices = u32::try_from(offices.len()).unwrap_or(u32::MAX);
    list.states = states.into_values().collect();
    Ok(list)
}

/// What is over or blocked already gains nothing by it.
const fn can_be_blocked(state: CodeState) -> bool {
    match state {
        CodeState::Unused | CodeState::Active | CodeState::Expired | CodeState::Lapsed => true,
        CodeState::Blocked | CodeState::Cancelled | CodeState::Replaced => false,
    }
}

/// Blocks the codes of a list, with the reason that they were published. Their owners are told, and devices keep working for
/// eight days (R20). Once more changes nothing.
///
/// # Errors
/// `Forbidden` for everybody but leads; `NotFound`.
pub async fn block_published(cx: Cx, list: Uuid) -> Result<u32> {
    cx.require(Permission::BlockCode)?;
    let mut tx = cx.begin().await?;
    let row = sqlx::query!("select found_at, blocked_at from code_block where id = $1 for update", list)
        .fetch_optional(&mut *tx)
        .await?
        .ok_or(Error::NotFound)?;
    if row.blocked_at.is_some() {
        return Ok(0);
    }
    // in one order, as whoever changes several codes locks them
    let codes = sqlx::query_scalar!(
        "select c.id from code_block_entry e join activation_code c on c.id = e.code_id
         where e.block_id = $1 and c.blocked_at is null and c.cancelled_at is null and c.replaced_at is null
         order by c.id
         for no key update of c",
        list,
    )
    .fetch_all(&mut *tx)
    .await?;
    let reason = format!("published: it was found at {}", row.found_at);
    let mut blocked = Vec::new();
    for code in codes {
        if set_blocked_in(&mut tx, &cx, CodeId(code), reason.clone(), true).await? {
            blocked.push(code);
        }
    }
    sqlx::query!(
        "with list as (update code_block set blocked_by = $2, blocked_at = $3 where id = $1)
         update code_block_entry set blocked = true where block_id = $1 and code_id = any($4)",
        list,
        cx.actor.id(),
        cx.now,
        &blocked,
    )
    .execute(&mut *tx)
    .await?;
    audit::record(&mut tx, &cx, None, Event::PublishedBlocked { list, codes: blocked.len() }).await?;
    tx.commit().await?;
    Ok(u32::try_from(blocked.len()).unwrap_or(u32::MAX))
}

/// Takes the block of a list back, within a day: the codes that it blocked, and that nobody blocked anew since, are accepted
/// again.
///
/// # Errors
/// `Forbidden` for everybody but leads; `NotFound` for a list that was not blocked; `Invalid(list)` when it is too late;
/// `Refused(OwnCase)` when a code of the asker's own office is among them.
pub async fn undo_block(cx: Cx, list: Uuid) -> Result<u32> {
    cx.require(Permission::BlockCode)?;
    let mut tx = cx.begin().await?;
    let row = sqlx::query!("select blocked_at, undone_at from code_block where id = $1 for update", list)
        .fetch_optional(&mut *tx)
        .await?
        .ok_or(Error::NotFound)?;
    let blocked_at = row.blocked_at.ok_or(Error::NotFound)?;
    if row.undone_at.is_some() {
        return Ok(0);
    }
    if cx.now >= blocked_at.saturating_add(UNDO_WITHIN) {
        return Err(Error::field("list", Fault::InThePast));
    }
    let codes = sqlx::query_scalar!(
        "select c.id from code_block_entry e join activation_code c on c.id = e.code_id
         where e.block_id = $1 and e.blocked and c.blocked_at = $2
         order by c.id
         for no key update of c",
        list,
        blocked_at,
    )
    .fetch_all(&mut *tx)
    .await?;
    for code in &codes {
        set_blocked_in(&mut tx, &cx, CodeId(*code), "the block of published codes was taken back".to_owned(), false)
            .await?;
    }
    sqlx::query!("update code_block set undone_by = $2, undone_at = $3 where id = $1", list, cx.actor.id(), cx.now)
        .execute(&mut *tx)
        .await?;
    audit::record(&mut tx, &cx, None, Event::PublishedUnblocked { list, codes: codes.len() }).await?;
    tx.commit().await?;
    Ok(u32::try_from(codes.len()).unwrap_or(u32::MAX))
}
