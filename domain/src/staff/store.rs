//! The deeds around people in support: taking them on, signing in with both factors.

mod joining;
mod own;
mod passkey;
mod team;

pub use joining::{begin_factor, enroll, for_joining_staff, for_staff_invitation, own_factor, sign_in_to_enroll};
pub(crate) use own::{not_own, refuse_own, tell_leads};
pub use passkey::{
    StaffShown, add_staff_passkey, begin_staff_passkey, for_staff_passkey, for_staff_sign_in_by_passkey,
    own_staff_credentials, remove_staff_passkey, staff_passkeys, take_staff_passkey_try,
};
pub use team::{change_staff, invite_staff, revoke_staff_invitation, set_staff_role, team};

use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use super::StaffRole;
use crate::actor::{Actor, Permission};
use crate::audit::{self, Event};
use crate::cx::{Cx, random};
use crate::id::StaffId;
use crate::person::Email;
use crate::person::store::{admit, attempt_sign_in};
use crate::seal::{KEY_VERSION, Sealed};
use crate::{Error, Fault, Result};

/// Somebody who is taken on in support.
#[derive(Clone, Debug)]
pub struct NewStaff {
    /// The address to sign in with.
    pub email: Email,
    /// The person's name.
    pub name: String,
    /// What the person may do.
    pub role: StaffRole,
    /// The argon2 hash in PHC form.
    pub password_hash: String,
}

/// Takes somebody on in support and gives the secret for their one-time-code generator, this once.
///
/// # Errors
/// `Forbidden` for everybody but Latchkey itself, `Invalid(email)` when the address is in use.
pub async fn create(cx: Cx, new: NewStaff) -> Result<(StaffId, Vec<u8>)> {
    cx.require(Permission::Operate)?;
    let id = StaffId::generate();
    let secret = random::<20>();
    let mut tx = cx.begin().await?;
    let done = sqlx::query!(
        "insert into staff (id, role, email, name, password_hash, credential_stamp, totp_ct, key_version, created_at, enrolled_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9)
         on conflict do nothing",
        id.0,
        new.role.as_str(),
        new.email.as_str(),
        new.name,
        new.password_hash,
        Uuid::new_v4(),
        cx.world.seal.seal(Sealed::Totp, id.0, &secret),
        KEY_VERSION,
        cx.now,
    )
    .execute(&mut *tx)
    .await?;
    if done.rows_affected() == 0 {
        return Err(Error::field("email", Fault::NotAChoice));
    }
    audit::record(&mut tx, &cx, None, Event::StaffCreated(id)).await?;
    tx.commit().await?;
    Ok((id, secret.to_vec()))
}

/// Whether an address signs in to support.
pub(crate) async fn is_of_support(db: &mut PgConnection, email: &Email) -> Result<bool> {
    let known = sqlx::query_scalar!(
        r#"select exists (select 1 from staff where lower(email) = $1) as "known!""#,
        email.folded(),
    );
    Ok(known.fetch_one(db).await?)
}

/// What both factors are compared with.
#[derive(Clone)]
pub struct StaffCredential {
    /// The person in support.
    pub staff: StaffId,
    /// The argon2 hash in PHC form.
    pub password_hash: String,
    /// Renewed with every new password.
    pub stamp: Uuid,
    /// The secret of the one-time-code generator.
    pub totp_secret: Vec<u8>,
    /// Whether the generator is set up: without it the password leads to setting it up and nowhere else.
    pub enrolled: bool,
}

/// Counts a try to sign in to support, then gives what both factors are compared with; nothing for an unknown address.
///
/// # Errors
/// `Refused(Attempts)` while a wait after wrong tries lasts.
pub async fn for_sign_in(cx: Cx, email: String) -> Result<Option<StaffCredential>> {
    let mut tx = cx.begin().await?;
    if let Err(refused) = attempt_sign_in(&mut tx, &cx, "staff_sign_in", &email).await {
        tx.rollback().await?;
        // one that is turned away leaves an event like one that was judged (A01)
        if matches!(refused, Error::Refused(_)) {
            refuse_sign_in(cx).await?;
        }
        return Err(refused);
    }
    let row = sqlx::query!(
        "select id, password_hash, credential_stamp, totp_ct, enrolled_at from staff where lower(email) = $1 and disabled_at is null",
        email.trim().to_lowercase(),
    )
    .fetch_optional(&mut *tx)
    .await?;
    tx.commit().await?;
    row.map(|row| {
        Ok(StaffCredential {
            staff: StaffId(row.id),
            password_hash: row.password_hash,
            stamp: row.credential_stamp,
            totp_secret: cx.world.seal.open(Sealed::Totp, row.id, &row.totp_ct)?,
            enrolled: row.enrolled_at.is_some(),
        })
    })
    .transpose()
}

/// Notes that both factors were right. The time step of the one-time code is used up: of two sign-ins with the same code
/// one comes in (A10).
///
/// # Errors
/// `Invalid(one_time_code)` when the code of this step was used already.
pub async fn sign_in(cx: Cx, staff: StaffId, email: String, step: i64) -> Result<()> {
    let mut tx = cx.begin().await?;
    let used = sqlx::query!(
        "update staff set totp_last_step = $2, last_sign_in_at = $3 where id = $1 and totp_last_step < $2 and enrolled_at is not null",
        staff.0,
        step,
        cx.now,
    )
    .execute(&mut *tx)
    .await?;
    if used.rows_affected() == 0 {
        return Err(Error::field("one_time_code", Fault::WrongOneTimeCode));
    }
    admit(&mut tx, &cx, "staff_sign_in", &email).await?;
    audit::record(&mut tx, &cx, None, Event::StaffSignedIn(staff)).await?;
    tx.commit().await?;
    Ok(())
}

/// Notes that a sign-in to support failed.
///
/// # Errors
/// Those of the database.
pub async fn refuse_sign_in(cx: Cx) -> Result<()> {
    let mut tx = cx.begin().await?;
    audit::record(&mut tx, &cx, None, Event::StaffSignInFailed).await?;
    tx.commit().await?;
    Ok(())
}

/// Notes that somebody in support signed out.
///
/// # Errors
/// `Forbidden` for everybody who is not staff.
pub async fn sign_out(cx: Cx) -> Result<()> {
    let (Actor::Staff { id, .. } | Actor::Viewer { staff: id, .. }) = cx.actor else { return Err(Error::Forbidden) };
    let mut tx = cx.begin().await?;
    audit::record(&mut tx, &cx, None, Event::StaffSignedOut(id)).await?;
    tx.commit().await?;
    Ok(())
}

/// The person in support of a session, as of now.
///
/// # Errors
/// Those of the database.
pub async fn for_session(db: &PgPool, staff: StaffId, stamp: Uuid) -> Result<Option<Actor>> {
    let row = sqlx::query!(
        r#"select role as "role: StaffRole", name, email, enrolled_at is not null as "enrolled!"
           from staff where id = $1 and credential_stamp = $2 and disabled_at is null"#,
        staff.0,
        stamp,
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| Actor::Staff {
        id: staff,
        role: row.role,
        name: row.name,
        email: row.email,
        enrolled: row.enrolled,
    }))
}
