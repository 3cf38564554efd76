//! The deeds around waiting codes: taking one back, switching by hand, and the rounds of the worker.

mod code;

pub(crate) use code::{fail_waiting, wait_again};

use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use super::ONLINE_WITHIN;
use crate::activation::store::{Occasion, Switch, rehearse, take_over};
use crate::actor::{Actor, Permission};
use crate::audit::{self, Event};
use crate::cx::Cx;
use crate::id::{CodeId, DeviceId, ReserveId};
use crate::{Error, Result};

/// Whose device it is that a deed on a waiting code is asked for: the device itself, or a person for one of the account.
fn may(cx: &Cx, device: DeviceId) -> Result<()> {
    match cx.actor {
        Actor::Device { id, .. } if id == device => cx.require(Permission::ActAsDevice),
        _ => cx.require(Permission::AddCode),
    }
}

/// Takes a waiting code back: it is unused again and stays in the account (edge case 18).
///
/// # Errors
/// `NotFound` for another account's device, or when no code waits on it.
pub async fn remove_reserve(cx: Cx, device: DeviceId) -> Result<()> {
    may(&cx, device)?;
    let account = cx.actor.account()?;
    let mut tx = cx.begin().await?;
    // the switch locks the device first: whoever comes second finds it done
    sqlx::query!("select id from device where account_id = $1 and id = $2 for update", account.0, device.0)
        .fetch_optional(&mut *tx)
        .await?
        .ok_or(Error::NotFound)?;
    let removed = sqlx::query_scalar!(
        "update reserve set state = 'removed', settled_at = $3
         where account_id = $1 and device_id = $2 and state = 'waiting'
         returning id",
        account.0,
        device.0,
        cx.now,
    )
    .fetch_optional(&mut *tx)
    .await?
    .ok_or(Error::NotFound)?;
    audit::record(&mut tx, &cx, Some(account), Event::ReserveRemoved(ReserveId(removed))).await?;
    tx.commit().await?;
    Ok(())
}

/// Switches by hand to a code that could not take over by itself (R44).
///
/// # Errors
/// `NotFound` for another account's device or when no code waits or failed, `Refused(TooEarly)` (E21) while a license runs,
/// and what refuses the switch.
pub async fn activate_now(cx: Cx, device: DeviceId) -> Result<()> {
    may(&cx, device)?;
    let account = cx.actor.account()?;
    sqlx::query!("select id from device where account_id = $1 and id = $2", account.0, device.0)
        .fetch_optional(&cx.world.rw)
        .await?
        .ok_or(Error::NotFound)?;
    match take_over(&cx, device, Occasion::Hand).await? {
        Switch::Took(_) => Ok(()),
        Switch::Failed(refusal) => Err(refusal.into()),
        Switch::Nothing => Err(Error::NotFound),
    }
}

/// A code whose time has come.
struct Due {
    id: Uuid,
    device: Uuid,
    at: OffsetDateTime,
}

/// The codes whose time has come, of devices that are online: so many after the one that was due then, the earliest first.
async fn due(cx: &Cx, after: (OffsetDateTime, Uuid)) -> Result<Vec<Due>> {
    let rows = sqlx::query_as!(
        Due,
        "select r.id, r.device_id as device, r.due_at as at
         from reserve r join device_contact c on c.device_id = r.device_id
         where r.state = 'waiting' and r.due_at <= $1 and c.last_seen_at >= r.due_at - make_interval(secs => $2)
             and (r.due_at, r.id) > ($3, $4)
         order by r.due_at, r.id
         limit 100",
        cx.now,
        ONLINE_WITHIN.as_seconds_f64(),
        after.0,
        after.1,
    )
    .fetch_all(&cx.world.rw)
    .await?;
    Ok(rows)
}

/// How a round goes on when one of its rows fails: the next row has its turn, and this one is in the log and tried again in
/// the next round. When one row after the other finds the database busy, the round is over.
#[derive(Default)]
struct Round {
    busy: u32,
}

impl Round {
    const MOST_BUSY: u32 = 3;

    fn goes_on<T>(&mut self, reserve: Uuid, done: Result<T>) -> Result<Option<T>> {
        match done {
            Ok(done) => {
                self.busy = 0;
                Ok(Some(done))
            }
            Err(Error::Busy) if self.busy >= Self::MOST_BUSY => Err(Error::Busy),
            Err(error) => {
                self.busy = if error == Error::Busy { self.busy + 1 } else { 0 };
                tracing::error!(%error, %reserve, "a waiting code is left for the next round");
                Ok(None)
            }
        }
    }
}

/// Lets every code take over whose time has come (R33), each by itself: one that fails holds no other back. Workers may run
/// it at once: each code is switched once.
///
/// # Errors
/// `Forbidden` for everybody but Latchkey itself; those of the database.
pub async fn switch_due(cx: &Cx) -> Result<u64> {
    cx.require(Permission::Operate)?;
    let (mut round, mut switched) = (Round::default(), 0);
    let mut after = (OffsetDateTime::UNIX_EPOCH, Uuid::nil());
    loop {
        let some = due(cx, after).await?;
        let Some(last) = some.last() else { return Ok(switched) };
        after = (last.at, last.id);
        for code in some {
            let switch = match take_over(cx, DeviceId(code.device), Occasion::Clock).await {
                // the device was disconnected: it is looked at again when it calls
                Err(Error::NotFound) => Ok(Switch::Nothing),
                switch => switch,
            };
            if let Some(Switch::Took(_)) = round.goes_on(code.id, switch)? {
                switched += 1;
            }
        }
    }
}

/// Tries every waiting code dry that was not tried since a day ago, so that trouble shows weeks before it matters (R38),
/// each by itself.
///
/// # Errors
/// `Forbidden` for everybody but Latchkey itself; those of the database.
pub async fn rehearse_all(cx: &Cx) -> Result<u64> {
    cx.require(Permission::Operate)?;
    let (mut round, mut rehearsed) = (Round::default(), 0);
    let mut after = Uuid::nil();
    loop {
        let waiting = sqlx::query_scalar!(
            "select id from reserve
             where state = 'waiting' and id > $1 and (rehearsed_at is null or rehearsed_at <= $2)
             order by id
             limit 500",
            after,
            cx.now - time::Duration::DAY,
        )
        .fetch_all(&cx.world.rw)
        .await?;
        let Some(last) = waiting.last() else { return Ok(rehearsed) };
        after = *last;
        for reserve in waiting {
            let tried = rehearse(cx, ReserveId(reserve)).await;
            if round.goes_on(reserve, tried)?.is_some() {
                rehearsed += 1;
            }
        }
    }
}

/// A code was replaced by a newer one: where it waits, the newer one waits (edge case 17).
pub(crate) async fn follow(tx: &mut PgConnection, replaced: CodeId, by: CodeId) -> Result<()> {
    sqlx::query!("update reserve set code_id = $2 where code_id = $1 and state = 'waiting'", replaced.0, by.0)
        .execute(tx)
        .await?;
    Ok(())
}

/// What waits until the end of a license waits until its corrected end (R85).
pub(crate) async fn postpone(
    db: &mut PgConnection,
    license: crate::id::LicenseId,
    from: OffsetDateTime,
    to: OffsetDateTime,
) -> Result<()> {
    sqlx::query!(
        "update reserve set due_at = $3
         where state = 'waiting' and due_at = $2
             and device_id in (select device_id from seat where license_id = $1 and released_at is null)",
        license.0,
        from,
        to,
    )
    .execute(db)
    .await?;
    Ok(())
}
