//! Passkeys of people in support: added with a fresh one-time code, signing in as both factors, removed. What a device has
//! signed is checked by the caller, between two deeds, as for people of accounts.

use serde_json::Value;
use uuid::Uuid;

use crate::actor::{Actor, Permission};
use crate::attempt::{self, SECOND_STEP};
use crate::audit::{self, Event};
use crate::cx::Cx;
use crate::id::{PasskeyId, StaffId};
use crate::person::passkey::{MOST, NAME_MAX, Passkey, Passkeys, TRY_LIFE};
use crate::person::store::{NewPasskey, admit, count_network};
use crate::seal::Sealed;
use crate::{Error, Fault, Result, text};

fn refused() -> Error {
    Error::field("passkey", Fault::PasskeyRefused)
}

fn own(cx: &Cx) -> Result<StaffId> {
    cx.require(Permission::KeepStaffPasskeys)?;
    match cx.actor {
        Actor::Staff { id, .. } => Ok(id),
        _ => Err(Error::Forbidden),
    }
}

/// The asker's own passkeys.
///
/// # Errors
/// `Forbidden` for everybody but people in support.
pub async fn staff_passkeys(cx: Cx) -> Result<Passkeys> {
    let rows = sqlx::query!(
        "select id, name, added_at, used_at from staff_passkey where staff_id = $1 order by added_at, id",
        own(&cx)?.0,
    )
    .fetch_all(&cx.world.rw)
    .await?;
    let keys = rows.into_iter().map(|row| Passkey {
        id: PasskeyId(row.id),
        name: row.name,
        added_at: row.added_at,
        used_at: row.used_at,
    });
    Ok(Passkeys { keys: keys.collect(), now: cx.now })
}

/// The credentials of the asker's passkeys, so that a device that keeps one already makes no second; and the secret that their
/// one-time code is compared with. Counts the try.
///
/// # Errors
/// `Forbidden`; `Invalid(passkey_name)`, also beyond as many as are kept; `Refused(Attempts)` after five wrong codes.
pub async fn own_staff_credentials(cx: Cx, name: String) -> Result<(Vec<Vec<u8>>, Vec<u8>)> {
    let staff = own(&cx)?;
    let wrong = |fault| Error::field("passkey_name", fault);
    text::line(&name, NAME_MAX).map_err(wrong)?;
    let mut tx = cx.begin().await?;
    attempt::count(&mut tx, &cx, SECOND_STEP, staff.0.as_bytes()).await?;
    let kept = sqlx::query_scalar!("select credential_id from staff_passkey where staff_id = $1", staff.0)
        .fetch_all(&mut *tx)
        .await?;
    let sealed = sqlx::query_scalar!("select totp_ct from staff where id = $1", staff.0).fetch_one(&mut *tx).await?;
    tx.commit().await?;
    if kept.len() >= MOST {
        return Err(wrong(Fault::TooManyPasskeys { most: MOST }));
    }
    Ok((kept, cx.world.seal.open(Sealed::Totp, staff.0, &sealed)?))
}

/// Keeps the challenge that a new passkey has to answer. The one-time code was right; it is used up by this (A10).
///
/// # Errors
/// `Forbidden`; `Invalid(passkey_name)`; `Invalid(one_time_code)` for one that was used already.
pub async fn begin_staff_passkey(cx: Cx, name: String, step: i64, state: Value) -> Result<Uuid> {
    let staff = own(&cx)?;
    let name = text::line(&name, NAME_MAX).map_err(|fault| Error::field("passkey_name", fault))?;
    let id = Uuid::new_v4();
    let mut tx = cx.begin().await?;
    let used =
        sqlx::query!("update staff set totp_last_step = $2 where id = $1 and totp_last_step < $2", staff.0, step)
            .execute(&mut *tx)
            .await?;
    if used.rows_affected() == 0 {
        return Err(Error::field("one_time_code", Fault::WrongOneTimeCode));
    }
    attempt::clear(&mut tx, SECOND_STEP.bucket, staff.0.as_bytes()).await?;
    sqlx::query!(
        "insert into passkey_try (id, staff_id, name, state, expires_at) values ($1, $2, $3, $4, $5)",
        id,
        staff.0,
        name,
        state,
        cx.now + TRY_LIFE,
    )
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(id)
}

/// Gives away the challenge of the asker's new passkey, once: its name and what the answer is checked with.
///
/// # Errors
/// `Forbidden`; `Invalid(passkey)` when there is none, it is not theirs, was answered, or is too old.
pub async fn take_staff_passkey_try(cx: Cx, id: Option<Uuid>) -> Result<(String, Value)> {
    let row = sqlx::query!(
        "delete from passkey_try where id = $1 and staff_id = $2 and expires_at > $3 returning name, state",
        id,
        own(&cx)?.0,
        cx.now,
    )
    .fetch_optional(&cx.world.rw)
    .await?
    .ok_or_else(refused)?;
    Ok((row.name.unwrap_or_default(), row.state))
}

/// Adds a passkey to whoever in support was asked for it.
///
/// # Errors
/// `Forbidden`; `Invalid(passkey)` when it is somebody's already.
pub async fn add_staff_passkey(cx: Cx, new: NewPasskey) -> Result<()> {
    let (staff, id) = (own(&cx)?, PasskeyId::generate());
    let mut tx = cx.begin().await?;
    let added = sqlx::query!(
        "insert into staff_passkey (id, staff_id, name, credential_id, credential, added_at) values ($1, $2, $3, $4, $5, $6)
         on conflict on constraint staff_passkey_credential_key do nothing",
        id.0,
        staff.0,
        new.name,
        new.credential,
        new.key,
        cx.now,
    )
    .execute(&mut *tx)
    .await?;
    if added.rows_affected() == 0 {
        return Err(refused());
    }
    audit::record(&mut tx, &cx, None, Event::StaffPasskeyAdded(id)).await?;
    tx.commit().await?;
    Ok(())
}

/// Removes one of the asker's own passkeys: it signs nobody in any more.
///
/// # Errors
/// `Forbidden`; `NotFound` when it is not theirs.
pub async fn remove_staff_passkey(cx: Cx, id: PasskeyId) -> Result<()> {
    let staff = own(&cx)?;
    let mut tx = cx.begin().await?;
    let removed = sqlx::query!("delete from staff_passkey where staff_id = $1 and id = $2", staff.0, id.0)
        .execute(&mut *tx)
        .await?;
    if removed.rows_affected() == 0 {
        return Err(Error::NotFound);
    }
    audit::record(&mut tx, &cx, None, Event::StaffPasskeyRemoved(id)).await?;
    tx.commit().await?;
    Ok(())
}

/// What the answer of a passkey of somebody in support is checked with.
#[derive(Clone, Debug)]
pub struct StaffShown {
    /// The passkey.
    pub id: PasskeyId,
    /// Whose it is.
    pub staff: StaffId,
    /// The credential's stamp.
    pub stamp: Uuid,
    /// What was asked.
    pub state: Value,
    /// What its answers are checked with.
    pub key: Value,
}

/// Counts a try to sign in to support, gives its challenge away for good, and finds the passkey that answers: that of `staff`,
/// who may sign in and whose one-time codes are set up.
///
/// # Errors
/// `Invalid(passkey)` when the challenge was answered or is too old, or the passkey is not that person's; `Refused(Attempts)`
/// while a wait after wrong ones lasts.
pub async fn for_staff_passkey(cx: Cx, asked: Option<Uuid>, staff: StaffId, credential: Vec<u8>) -> Result<StaffShown> {
    let mut tx = cx.begin().await?;
    count_network(&mut tx, &cx).await?;
    let state = sqlx::query_scalar!(
        "delete from passkey_try
         where id = $1 and person_id is null and staff_id is null and expires_at > $2
         returning state",
        asked,
        cx.now,
    )
    .fetch_optional(&mut *tx)
    .await?;
    let row = sqlx::query!(
        "select k.id, k.credential, s.credential_stamp from staff_passkey k join staff s on s.id = k.staff_id
         where k.credential_id = $1 and s.id = $2 and s.disabled_at is null and s.enrolled_at is not null",
        credential,
        staff.0,
    )
    .fetch_optional(&mut *tx)
    .await?;
    // the try is counted and the challenge gone, whatever the answer is
    tx.commit().await?;
    let (Some(state), Some(row)) = (state, row) else { return Err(refused()) };
    Ok(StaffShown { id: PasskeyId(row.id), staff, stamp: row.credential_stamp, state, key: row.credential })
}

/// Notes that the passkey's answer was right and its owner is in. A device that counts may not count backwards: somebody has a
/// copy of its key then.
///
/// # Errors
/// `Invalid(passkey)` when the count did not go on, `Unauthenticated` when they may no longer sign in.
pub async fn for_staff_sign_in_by_passkey(cx: Cx, shown: StaffShown, key: Value, counter: u32) -> Result<()> {
    let mut tx = cx.begin().await?;
    let used = sqlx::query!(
        "update staff_passkey set credential = $2, counter = $3, used_at = $4
         where id = $1 and (counter < $3 or (counter = 0 and $3 = 0))",
        shown.id.0,
        key,
        i64::from(counter),
        cx.now,
    )
    .execute(&mut *tx)
    .await?;
    if used.rows_affected() == 0 {
        return Err(refused());
    }
    let email = sqlx::query_scalar!(
        "update staff set last_sign_in_at = $3
         where id = $1 and credential_stamp = $2 and disabled_at is null and enrolled_at is not null
         returning email",
        shown.staff.0,
        shown.stamp,
        cx.now,
    )
    .fetch_optional(&mut *tx)
    .await?
    .ok_or(Error::Unauthenticated)?;
    admit(&mut tx, &cx, "staff_sign_in", &email).await?;
    audit::record(&mut tx, &cx, None, Event::StaffSignedInByPasskey(shown.staff)).await?;
    tx.commit().await?;
    Ok(())
}
