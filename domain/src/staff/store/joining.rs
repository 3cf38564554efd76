//! Coming into support: the link of an invitation, a name and a password, and then the second factor before anything else.

use uuid::Uuid;

use super::super::{StaffAsked, StaffRole};
use crate::actor::{Actor, Permission};
use crate::audit::{self, Event};
use crate::cx::{Cx, random};
use crate::id::StaffId;
use crate::seal::{KEY_VERSION, Sealed, hashed};
use crate::{Error, Fault, Result, text};

/// The longest name.
const NAME_MAX: usize = 120;

fn dead() -> Error {
    Error::field("token", Fault::DeadMailLink)
}

/// What the link of an invitation to support offers; looking at it changes nothing.
///
/// # Errors
/// `Invalid(token: DeadMailLink)`.
pub async fn for_staff_invitation(cx: Cx, token: String) -> Result<StaffAsked> {
    let row = sqlx::query!(
        r#"select i.email, i.role as "role: StaffRole", s.name as inviter
           from staff_invitation i join staff s on s.id = i.inviter_id
           where i.token_hash = $1 and i.accepted_at is null and i.revoked_at is null and i.expires_at > $2"#,
        &hashed(token.as_bytes())[..],
        cx.now,
    )
    .fetch_optional(&cx.world.ro)
    .await?
    .ok_or_else(dead)?;
    Ok(StaffAsked { email: row.email, role: row.role, inviter: row.inviter })
}

/// Takes somebody on who followed the link. They may set up their second factor and nothing else until they have.
///
/// # Errors
/// `Invalid(token: DeadMailLink)`, `Invalid(name)`.
pub async fn for_joining_staff(cx: Cx, token: String, name: String, password_hash: String) -> Result<(StaffId, Uuid)> {
    let name = text::line(&name, NAME_MAX).map_err(|fault| Error::field("name", fault))?;
    let mut tx = cx.begin().await?;
    let asked = sqlx::query!(
        r#"update staff_invitation set accepted_at = $2
           where token_hash = $1 and accepted_at is null and revoked_at is null and expires_at > $2
           returning id, email, role as "role: StaffRole""#,
        &hashed(token.as_bytes())[..],
        cx.now,
    )
    .fetch_optional(&mut *tx)
    .await?
    .ok_or_else(dead)?;
    let (id, stamp) = (StaffId::generate(), Uuid::new_v4());
    let taken = sqlx::query!(
        "insert into staff (id, role, email, name, password_hash, credential_stamp, totp_ct, key_version, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
         on conflict do nothing",
        id.0,
        asked.role.as_str(),
        asked.email,
        name,
        password_hash,
        stamp,
        cx.world.seal.seal(Sealed::Totp, id.0, &random::<20>()),
        KEY_VERSION,
        cx.now,
    )
    .execute(&mut *tx)
    .await?;
    if taken.rows_affected() == 0 {
        // somebody of this address was taken on by the command line meanwhile
        return Err(dead());
    }
    audit::record(&mut tx, &cx, None, Event::StaffJoined(id)).await?;
    tx.commit().await?;
    Ok((id, stamp))
}

/// Notes that somebody who has no second factor yet came in by the password, to set it up.
///
/// # Errors
/// Those of the database.
pub async fn sign_in_to_enroll(cx: Cx, staff: StaffId, email: String) -> Result<()> {
    let mut tx = cx.begin().await?;
    crate::person::store::admit(&mut tx, &cx, "staff_sign_in", &email).await?;
    audit::record(&mut tx, &cx, None, Event::StaffSignedIn(staff)).await?;
    tx.commit().await?;
    Ok(())
}

fn own(cx: &Cx) -> Result<StaffId> {
    cx.require(Permission::SetUpFactor)?;
    match cx.actor {
        Actor::Staff { id, .. } => Ok(id),
        _ => Err(Error::Forbidden),
    }
}

/// A fresh secret for the one-time codes of somebody who has none set up; the one before is worth nothing.
///
/// # Errors
/// `Forbidden` for everybody whose second factor stands.
pub async fn begin_factor(cx: Cx) -> Result<Vec<u8>> {
    let (id, secret) = (own(&cx)?, random::<20>());
    let done = sqlx::query!(
        "update staff set totp_ct = $2, key_version = $3, totp_last_step = 0 where id = $1 and enrolled_at is null",
        id.0,
        cx.world.seal.seal(Sealed::Totp, id.0, &secret),
        KEY_VERSION,
    )
    .execute(&cx.world.rw)
    .await?;
    if done.rows_affected() == 0 { Err(Error::Forbidden) } else { Ok(secret.to_vec()) }
}

/// The secret that a first one-time code is compared with.
///
/// # Errors
/// `Forbidden` for everybody whose second factor stands.
pub async fn own_factor(cx: Cx) -> Result<Vec<u8>> {
    let id = own(&cx)?;
    let sealed = sqlx::query_scalar!("select totp_ct from staff where id = $1 and enrolled_at is null", id.0)
        .fetch_optional(&cx.world.rw)
        .await?
        .ok_or(Error::Forbidden)?;
    cx.world.seal.open(Sealed::Totp, id.0, &sealed)
}

/// The first one-time code was right: from now on each sign-in asks for one. Gives the stamp that the session goes on with.
///
/// # Errors
/// `Forbidden` for everybody whose second factor stands.
pub async fn enroll(cx: Cx, step: i64) -> Result<(StaffId, Uuid)> {
    let (id, stamp) = (own(&cx)?, Uuid::new_v4());
    let mut tx = cx.begin().await?;
    let done = sqlx::query!(
        "update staff set enrolled_at = $2, totp_last_step = $3, last_sign_in_at = $2, credential_stamp = $4
         where id = $1 and enrolled_at is null",
        id.0,
        cx.now,
        step,
        stamp,
    )
    .execute(&mut *tx)
    .await?;
    if done.rows_affected() == 0 {
        return Err(Error::Forbidden);
    }
    audit::record(&mut tx, &cx, None, Event::StaffEnrolled(id)).await?;
    tx.commit().await?;
    Ok((id, stamp))
}
