//! The deeds around passkeys: added after the password, asked for at sign-in, removed. What a device has signed is checked by
//! the caller, between two deeds: the first gives the challenge away for good, the second does what was proven.

use serde_json::Value;
use sqlx::PgConnection;
use uuid::Uuid;

use super::entry::{KNOWN, STRANGERS};
use crate::actor::{Actor, Permission};
use crate::attempt::{self, PASSKEY_ADDRESS, SIGN_IN_ADDRESS};
use crate::audit::{self, Event};
use crate::cx::Cx;
use crate::id::{AccountId, PasskeyId, PersonId};
use crate::mail::{self, Letter};
use crate::person::passkey::{MOST, NAME_MAX, Passkey, Passkeys, TRY_LIFE};
use crate::{Error, Fault, Result, text};

/// The refusal that every wrong passkey gets: it does not tell what was wrong.
fn refused() -> Error {
    Error::field("passkey", Fault::PasskeyRefused)
}

/// The person's passkeys.
///
/// # Errors
/// `Unauthenticated` for strangers, `Forbidden` for everybody who is not a person of an account.
pub async fn passkeys(cx: Cx) -> Result<Passkeys> {
    cx.require(Permission::SeeAccount)?;
    let rows = sqlx::query!(
        "select id, name, added_at, used_at from passkey where person_id = $1 order by added_at, id",
        cx.actor.person()?.0,
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

/// The credentials of the person's passkeys, so that a device that keeps one already makes no second.
///
/// # Errors
/// `Invalid(passkey_name)` for no name or one that is too long, and when the person has as many as are kept.
pub async fn own_credentials(cx: Cx, name: String) -> Result<Vec<Vec<u8>>> {
    cx.require(Permission::SeeAccount)?;
    let wrong = |fault| Error::field("passkey_name", fault);
    text::line(&name, NAME_MAX).map_err(wrong)?;
    let kept = sqlx::query_scalar!("select credential_id from passkey where person_id = $1", cx.actor.person()?.0)
        .fetch_all(&cx.world.rw)
        .await?;
    if kept.len() < MOST { Ok(kept) } else { Err(wrong(Fault::TooManyPasskeys { most: MOST })) }
}

/// Keeps the challenge that a new passkey has to answer; the password was entered and was right.
///
/// # Errors
/// `Invalid(passkey_name)`.
pub async fn begin_passkey(cx: Cx, name: String, state: Value) -> Result<Uuid> {
    cx.require(Permission::SeeAccount)?;
    let name = text::line(&name, NAME_MAX).map_err(|fault| Error::field("passkey_name", fault))?;
    keep_try(&cx, Some(cx.actor.person()?), Some(name), state).await
}

async fn keep_try(cx: &Cx, person: Option<PersonId>, name: Option<String>, state: Value) -> Result<Uuid> {
    let id = Uuid::new_v4();
    sqlx::query!(
        "insert into passkey_try (id, person_id, name, state, expires_at) values ($1, $2, $3, $4, $5)",
        id,
        person.map(|person| person.0),
        name,
        state,
        cx.now + TRY_LIFE,
    )
    .execute(&cx.world.rw)
    .await?;
    Ok(id)
}

/// Gives away the challenge of the person's new passkey, once: its name and what the answer is checked with.
///
/// # Errors
/// `Invalid(passkey)` when there is none, it is not theirs, was answered, or is too old.
pub async fn take_passkey_try(cx: Cx, id: Option<Uuid>) -> Result<(String, Value)> {
    cx.require(Permission::SeeAccount)?;
    let row = sqlx::query!(
        "delete from passkey_try where id = $1 and person_id = $2 and expires_at > $3 returning name, state",
        id,
        cx.actor.person()?.0,
        cx.now,
    )
    .fetch_optional(&cx.world.rw)
    .await?
    .ok_or_else(refused)?;
    Ok((row.name.unwrap_or_default(), row.state))
}

/// A passkey whose device has answered its challenge.
#[derive(Clone, Debug)]
pub struct NewPasskey {
    /// What its person calls it.
    pub name: String,
    /// What its device calls it.
    pub credential: Vec<u8>,
    /// What its answers are checked with.
    pub key: Value,
}

/// Adds a passkey to the person who was asked for it; they are told by mail.
///
/// # Errors
/// `Invalid(passkey)` when it is somebody's already.
pub async fn add_passkey(cx: Cx, new: NewPasskey) -> Result<()> {
    cx.require(Permission::SeeAccount)?;
    let (person, id) = (cx.actor.person()?, PasskeyId::generate());
    let mut tx = cx.begin().await?;
    let added = sqlx::query!(
        "insert into passkey (id, person_id, name, credential_id, credential, added_at) values ($1, $2, $3, $4, $5, $6)
         on conflict on constraint passkey_credential_key do nothing",
        id.0,
        person.0,
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
    let said = format!("the passkey “{}” signs you in from now on, without your password.", new.name);
    tell(&mut tx, &cx, "A passkey was added", said).await?;
    audit::record(&mut tx, &cx, None, Event::PasskeyAdded(id)).await?;
    tx.commit().await?;
    Ok(())
}

/// Makes sure that the passkey is one of the person's own, before the password is asked (B08).
///
/// # Errors
/// `NotFound` when it is not.
pub async fn is_own_passkey(cx: Cx, id: PasskeyId) -> Result<()> {
    cx.require(Permission::SeeAccount)?;
    let own = sqlx::query_scalar!(
        r#"select exists (select 1 from passkey where person_id = $1 and id = $2) as "own!""#,
        cx.actor.person()?.0,
        id.0,
    );
    if own.fetch_one(&cx.world.rw).await? { Ok(()) } else { Err(Error::NotFound) }
}

/// Removes a passkey: it signs nobody in any more. The password was entered and was right; the person is told by mail.
///
/// # Errors
/// `NotFound` when it is not theirs.
pub async fn remove_passkey(cx: Cx, id: PasskeyId) -> Result<()> {
    cx.require(Permission::SeeAccount)?;
    let mut tx = cx.begin().await?;
    let name = sqlx::query_scalar!(
        "delete from passkey where person_id = $1 and id = $2 returning name",
        cx.actor.person()?.0,
        id.0,
    )
    .fetch_optional(&mut *tx)
    .await?
    .ok_or(Error::NotFound)?;
    let said = format!("the passkey “{name}” does not sign you in any more.");
    tell(&mut tx, &cx, "A passkey was removed", said).await?;
    audit::record(&mut tx, &cx, None, Event::PasskeyRemoved(id)).await?;
    tx.commit().await?;
    Ok(())
}

/// Removes every passkey of a person, in the transaction of what makes them doubtful.
pub(super) async fn forget_passkeys(db: &mut PgConnection, person: PersonId) -> Result<()> {
    sqlx::query!("delete from passkey where person_id = $1", person.0).execute(&mut *db).await?;
    sqlx::query!("delete from passkey_try where person_id = $1", person.0).execute(db).await?;
    Ok(())
}

async fn tell(db: &mut PgConnection, cx: &Cx, subject: &str, said: String) -> Result<()> {
    let Actor::Person { name, email, .. } = &cx.actor else { return Err(Error::Forbidden) };
    let letter = Letter {
        to: email,
        subject,
        paragraphs: vec![format!("Hello {name},"), said],
        action: Some(("See your settings", "/settings".into())),
        footnote: "If this was not you, set a new password at once with \"Forgot your password?\" on the sign-in page, then look through your passkeys on your settings page.",
    };
    mail::write(db, cx, &letter).await
}

/// Keeps the challenge that a passkey has to answer at sign-in. Nobody is named by it.
///
/// # Errors
/// `Refused(Attempts)` when one network asks too often.
pub async fn for_passkey_try(cx: Cx, state: Value) -> Result<Uuid> {
    if let Some(network) = cx.network() {
        let mut tx = cx.begin().await?;
        attempt::count(&mut tx, &cx, PASSKEY_ADDRESS, &network).await?;
        tx.commit().await?;
    }
    keep_try(&cx, None, None, state).await
}

/// What the answer of a passkey is checked with.
#[derive(Clone, Debug)]
pub struct Shown {
    /// The passkey.
    pub id: PasskeyId,
    /// Whose it is.
    pub person: PersonId,
    /// The credential's stamp.
    pub stamp: Uuid,
    /// What was asked.
    pub state: Value,
    /// What its answers are checked with.
    pub key: Value,
}

/// Counts a try to sign in, gives its challenge away for good, and finds the passkey that answers: that of `person`, who may
/// sign in.
///
/// # Errors
/// `Invalid(passkey)` when the challenge was answered or is too old, or the passkey is not that person's,
/// `Refused(Attempts)` while a wait after wrong ones lasts.
pub async fn for_passkey(cx: Cx, asked: Option<Uuid>, person: PersonId, credential: Vec<u8>) -> Result<Shown> {
    let mut tx = cx.begin().await?;
    super::entry::count_network(&mut tx, &cx).await?;
    let state = sqlx::query_scalar!(
        "delete from passkey_try where id = $1 and person_id is null and staff_id is null and expires_at > $2 returning state",
        asked,
        cx.now,
    )
    .fetch_optional(&mut *tx)
    .await?;
    let row = sqlx::query!(
        "select k.id, k.credential, p.credential_stamp from passkey k join person p on p.id = k.person_id
         where k.credential_id = $1 and p.id = $2 and p.disabled_at is null and p.email_verified_at is not null
           and (p.closing_at is null or p.closing_at > $3)",
        credential,
        person.0,
        cx.now,
    )
    .fetch_optional(&mut *tx)
    .await?;
    // the try is counted and the challenge gone, whatever the answer is
    tx.commit().await?;
    let (Some(state), Some(row)) = (state, row) else { return Err(refused()) };
    Ok(Shown { id: PasskeyId(row.id), person, stamp: row.credential_stamp, state, key: row.credential })
}

/// Notes that the passkey's answer was right and the person is in, and gives the mark for their browser. A device that counts
/// may not count backwards: somebody has a copy of its key then.
///
/// # Errors
/// `Invalid(passkey)` when the count did not go on, `Unauthenticated` when the person may no longer sign in.
pub async fn for_sign_in_by_passkey(cx: Cx, shown: Shown, key: Value, counter: u32) -> Result<String> {
    let (person, stamp) = (shown.person, shown.stamp);
    let mut tx = cx.begin().await?;
    let used = sqlx::query!(
        "update passkey set credential = $2, counter = $3, used_at = $4
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
    let row = sqlx::query!(
        "update person set last_sign_in_at = $3
         where id = $1 and credential_stamp = $2 and disabled_at is null
         returning account_id, email",
        person.0,
        stamp,
        cx.now,
    )
    .fetch_optional(&mut *tx)
    .await?
    .ok_or(Error::Unauthenticated)?;
    let name = row.email.to_lowercase();
    for bucket in [STRANGERS, KNOWN] {
        attempt::clear(&mut tx, bucket, name.as_bytes()).await?;
    }
    attempt::clear(&mut tx, attempt::STEP_UP.bucket, person.0.as_bytes()).await?;
    if let Some(network) = cx.network() {
        attempt::forgive(&mut tx, cx.now, SIGN_IN_ADDRESS[0].bucket, &network).await?;
    }
    super::closing::keep(&mut tx, &cx, person).await?;
    audit::record(&mut tx, &cx, Some(AccountId(row.account_id)), Event::SignedInByPasskey(person)).await?;
    tx.commit().await?;
    Ok(cx.world.seal.known_browser(person, stamp))
}
