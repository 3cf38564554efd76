//! The switch to a code that waits: tried dry beforehand, carried out at the end of the running license, once (R33, R38).

use sqlx::PgConnection;
use time::OffsetDateTime;

use super::super::{Decision, Facts, Refusal, at_takeover, decide};
use super::Entry;
use super::facts::gather;
use super::letters;
use super::write::{Plan, write};
use crate::audit::{self, Event};
use crate::cx::Cx;
use crate::device::OsFamily;
use crate::id::{CodeId, DeviceId, LicenseId, ReserveId};
use crate::reserve::{ReserveState, online_at, starts_at};
use crate::twins::{self, Protection};
use crate::{Error, Result};

/// What makes us look whether a waiting code's time has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Occasion {
    /// The clock: for devices that are online.
    Clock,
    /// The device called.
    Contact,
    /// The running license was taken from the device (R46, edge case 19).
    Removal,
    /// A person, after the switch failed by itself (R44).
    Hand,
}

/// What came of looking.
#[derive(Clone, Debug, PartialEq)]
pub enum Switch {
    /// Nothing waits, it is not time yet, or somebody else was faster.
    Nothing,
    /// The code took over.
    Took(LicenseId),
    /// It could not; the code is kept in the account (N5).
    Failed(Refusal),
}

/// Lets the code that waits on a device take over, if its time has come. Of several that try at once one succeeds.
///
/// # Errors
/// `Refused(TooEarly)` (E21) by hand while a license runs; those of the database.
pub async fn take_over(cx: &Cx, device: DeviceId, occasion: Occasion) -> Result<Switch> {
    let mut tx = cx.begin().await?;
    let switch = take_over_in(&mut tx, cx, device, occasion).await?;
    tx.commit().await?;
    Ok(switch)
}

/// As `take_over`, as a part of a deed that has taken the running license from the device.
pub(crate) async fn take_over_in(
    tx: &mut PgConnection,
    cx: &Cx,
    device: DeviceId,
    occasion: Occasion,
) -> Result<Switch> {
    let waiting = sqlx::query!(
        r#"select id, code_id, state as "state: ReserveState", due_at
           from reserve
           where device_id = $1 and (state = 'waiting' or $2 and state = 'failed')
           order by id desc
           limit 1"#,
        device.0,
        occasion == Occasion::Hand,
    )
    .fetch_optional(&mut *tx)
    .await?;
    let Some(waiting) = waiting else { return Ok(Switch::Nothing) };
    let (reserve, due_at) = (ReserveId(waiting.id), waiting.due_at);
    let entry = Entry::waiting(device, CodeId(waiting.code_id));
    let (facts, found) = gather(tx, cx, &entry).await?;
    let (Some(found), Some(code)) = (found, facts.code.clone()) else { return Ok(Switch::Nothing) };
    let still_waits = facts.device.waiting.as_ref().is_some_and(|waiting| waiting.reserve == reserve);
    let still_waits = still_waits || twins::is_out(Protection::Recheck);
    if waiting.state == ReserveState::Waiting && !still_waits {
        return Ok(Switch::Nothing);
    }
    if let Some(running) = facts.device.running {
        if occasion == Occasion::Hand {
            return Err(Refusal::TooEarly { from: running.ends_at }.into());
        }
        return postpone(tx, reserve, running.ends_at).await.map(|()| Switch::Nothing);
    }
    let at = match occasion {
        Occasion::Removal | Occasion::Hand => cx.now,
        Occasion::Clock | Occasion::Contact if cx.now < due_at => return Ok(Switch::Nothing),
        // who is offline at the end loses nothing of the new term: it starts at the next contact (edge case 13)
        Occasion::Clock if !online_at(due_at, found.last_seen_at) => return Ok(Switch::Nothing),
        Occasion::Clock | Occasion::Contact => starts_at(due_at, found.last_seen_at, cx.now),
    };
    let ahead = ahead_of(tx, &entry, &facts, due_at, Some(reserve), true).await?;
    match decide(&at_takeover(&facts, ahead), at) {
        Ok(decision) => {
            let plan = Plan {
                entry: &entry,
                facts: &facts,
                found: &found,
                code: &code,
                decision: &decision,
                promotes: Some(reserve),
                trouble: None,
                at,
            };
            let Some(license) = write(tx, cx, plan).await?.license else { return Err(Error::Internal(cx.request)) };
            letters::took_over(tx, cx, &found, &code).await?;
            Ok(Switch::Took(license))
        }
        Err(refusal) => {
            fail(tx, cx, reserve, &refusal).await?;
            letters::failed(tx, cx, &found, reserve, &refusal).await?;
            Ok(Switch::Failed(refusal))
        }
    }
}

/// The end of the running license was moved: the entry is due then.
async fn postpone(tx: &mut PgConnection, reserve: ReserveId, until: OffsetDateTime) -> Result<()> {
    sqlx::query!(
        "update reserve set due_at = $2 where id = $1 and state = 'waiting' and due_at <> $2",
        reserve.0,
        until,
    )
    .execute(tx)
    .await?;
    Ok(())
}

/// The entry will not take over by itself any more; the code itself is kept (R34).
pub(crate) async fn fail(tx: &mut PgConnection, cx: &Cx, reserve: ReserveId, refusal: &Refusal) -> Result<()> {
    let trouble = serde_json::to_value(refusal).map_err(|_| Error::Internal(cx.request))?;
    sqlx::query!(
        "update reserve set state = 'failed', settled_at = $2, trouble = $3, rehearsed_at = $2
         where id = $1 and state in ('waiting', 'failed')",
        reserve.0,
        cx.now,
        trouble,
    )
    .execute(&mut *tx)
    .await?;
    let account = sqlx::query_scalar!("select account_id from reserve where id = $1", reserve.0).fetch_one(&mut *tx);
    let account = crate::id::AccountId(account.await?);
    audit::record(tx, cx, Some(account), Event::ReserveFailed { reserve, refusal: refusal.code() }).await
}

/// How many other devices of the same class take a seat of the waiting code before this one: those whose license ends
/// earlier, or at the same instant and were added earlier (edge case 16). At the switch itself only those count that are
/// online: who is not, comes later.
async fn ahead_of(
    tx: &mut PgConnection,
    entry: &Entry,
    facts: &Facts,
    due_at: OffsetDateTime,
    own: Option<ReserveId>,
    online_only: bool,
) -> Result<u32> {
    let Some(code) = &facts.code else { return Ok(0) };
    let rows = sqlx::query!(
        r#"select d.os_family as "os_family: OsFamily", e.due_at, c.last_seen_at as "last_seen_at?"
           from reserve e
           join device d on d.id = e.device_id
           left join device_contact c on c.device_id = e.device_id
           where e.code_id = $1 and e.state = 'waiting' and e.device_id <> $2
             and (e.due_at < $3 or e.due_at = $3 and ($4::uuid is null or e.id < $4))"#,
        code.code.0,
        entry.device.0,
        due_at,
        own.map(|id| id.0),
    )
    .fetch_all(tx)
    .await?;
    let before = rows.iter().filter(|row| {
        row.os_family.seat_class() == facts.device.class && (!online_only || online_at(row.due_at, row.last_seen_at))
    });
    Ok(u32::try_from(before.count()).unwrap_or(u32::MAX))
}

/// What would refuse the switch at `due_at` as things stand: the full check, dry (R38).
pub(super) async fn trouble(
    tx: &mut PgConnection,
    entry: &Entry,
    facts: &Facts,
    due_at: OffsetDateTime,
    own: Option<ReserveId>,
) -> Result<Option<Refusal>> {
    if twins::is_out(Protection::Rehearsal) {
        return Ok(None);
    }
    let ahead = ahead_of(tx, entry, facts, due_at, own, false).await?;
    Ok(super::super::rehearse(facts, ahead, due_at))
}

/// Tries the switch of one waiting code dry and keeps the result; tells the administrator when it turned from good to bad.
///
/// # Errors
/// Those of the database.
pub async fn rehearse(cx: &Cx, reserve: ReserveId) -> Result<Option<Refusal>> {
    let mut tx = cx.begin().await?;
    let row = sqlx::query!(
        "select device_id, code_id, due_at, trouble is null as good from reserve where id = $1 and state = 'waiting'",
        reserve.0,
    )
    .fetch_optional(&mut *tx)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let entry = Entry::waiting(DeviceId(row.device_id), CodeId(row.code_id));
    let (facts, found) = match gather(&mut tx, cx, &entry).await {
        // the device was disconnected: the code waits for it to come back
        Err(Error::NotFound) => return Ok(None),
        gathered => gathered?,
    };
    let Some(found) = found else { return Ok(None) };
    let refusal = trouble(&mut tx, &entry, &facts, row.due_at.max(cx.now), Some(reserve)).await?;
    let kept = refusal.as_ref().map(serde_json::to_value).transpose().map_err(|_| Error::Internal(cx.request))?;
    sqlx::query!(
        "update reserve set rehearsed_at = $2, trouble = $3 where id = $1 and state = 'waiting'",
        reserve.0,
        cx.now,
        kept,
    )
    .execute(&mut *tx)
    .await?;
    if let Some(refusal) = refusal.as_ref().filter(|_| row.good == Some(true)) {
        letters::would_fail(&mut tx, cx, &facts, &found, refusal).await?;
    }
    tx.commit().await?;
    Ok(refusal)
}

/// The code that waits on a device and what switching to it now would come to: its license's end, or what refuses it.
pub(crate) async fn waiting_now(
    tx: &mut PgConnection,
    cx: &Cx,
    device: DeviceId,
) -> Result<Option<(String, std::result::Result<OffsetDateTime, Refusal>)>> {
    let waiting =
        sqlx::query!("select id, code_id, due_at from reserve where device_id = $1 and state = 'waiting'", device.0,)
            .fetch_optional(&mut *tx)
            .await?;
    let Some(waiting) = waiting else { return Ok(None) };
    let entry = Entry::waiting(device, CodeId(waiting.code_id));
    let (facts, found) = gather(tx, cx, &entry).await?;
    let Some(found) = found else { return Ok(None) };
    let ahead = ahead_of(tx, &entry, &facts, waiting.due_at, Some(ReserveId(waiting.id)), true).await?;
    let switched = decide(&at_takeover(&facts, ahead), cx.now).map(|decision| match decision {
        Decision::Start { expires_at, .. } | Decision::Join { expires_at, .. } => expires_at,
        Decision::Repeat { .. } | Decision::Reserve { .. } => cx.now,
    });
    Ok(Some((found.tail, switched)))
}
