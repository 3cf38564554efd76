//! Taking another e-mail address: asked for, confirmed from the new one, stopped or taken back from the old one.

mod letters;

use sqlx::PgConnection;
use time::Duration;
use uuid::Uuid;

use super::mail_is_allowed;
use crate::actor::{Actor, Permission};
use crate::attempt::{self, EMAIL_CHANGE};
use crate::audit::{self, Event};
use crate::cx::Cx;
use crate::id::{AccountId, PersonId};
use crate::person::Email;
use crate::seal::{Token, hashed};
use crate::{Error, Fault, Result};

/// How long the link to the new address works.
const LINK_LIFE: Duration = Duration::hours(24);
/// How long the old address can take the change back.
const UNDO: Duration = Duration::hours(72);

/// Mails a link to the new address, and a notice with a way to stop it to the one in use. Nothing changes before the link is
/// followed. Whether the new address is somebody's already is not told here (A05); its owner is. The password was entered.
///
/// # Errors
/// `Invalid(new_email)` for the address in use, `Refused(Attempts)` beyond three in a day.
pub async fn ask_email_change(cx: Cx, new: Email) -> Result<()> {
    cx.require(Permission::SeeAccount)?;
    let Actor::Person { id: person, name, email: old, .. } = cx.actor.clone() else { return Err(Error::Forbidden) };
    if new.folded() == old.to_lowercase() {
        return Err(Error::field("new_email", Fault::AlreadyYours));
    }
    let mut tx = cx.begin().await?;
    attempt::count(&mut tx, &cx, EMAIL_CHANGE, person.0.as_bytes()).await?;
    sqlx::query!(
        "update email_change set stopped_at = $2 where person_id = $1 and confirmed_at is null and stopped_at is null",
        person.0,
        cx.now,
    )
    .execute(&mut *tx)
    .await?;
    let (confirm, stop) = (Token::generate(), Token::generate());
    sqlx::query!(
        "insert into email_change (id, person_id, old_email, new_email, confirm_hash, stop_hash, asked_at, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        Uuid::now_v7(),
        person.0,
        old,
        new.as_str(),
        &confirm.hash()[..],
        &stop.hash()[..],
        cx.now,
        cx.now + LINK_LIFE,
    )
    .execute(&mut *tx)
    .await?;
    if mail_is_allowed(&mut tx, &cx, &new).await? {
        let taken = is_taken(&mut tx, &cx, &new, person).await?;
        letters::write_to_new(&mut tx, &cx, &name, &new, (!taken).then_some(&confirm)).await?;
    }
    letters::notify_old(&mut tx, &cx, &name, &old, &new, &stop).await?;
    audit::record(&mut tx, &cx, None, Event::EmailChangeAsked(person)).await?;
    tx.commit().await?;
    Ok(())
}

/// Whether an address is somebody else's, or was until a moment ago and may be taken back.
async fn is_taken(db: &mut PgConnection, cx: &Cx, email: &Email, person: PersonId) -> Result<bool> {
    let taken = sqlx::query_scalar!(
        r#"select exists (select 1 from person where lower(email) = $1 and id <> $2)
               or exists (
                   select 1 from email_change
                   where lower(old_email) = $1 and undo_until > $3 and confirmed_at is not null and stopped_at is null
                       and person_id <> $2
               ) as "taken!""#,
        email.folded(),
        person.0,
        cx.now,
    )
    .fetch_one(db)
    .await?;
    Ok(taken)
}

/// Whether an address was somebody's until a moment ago and may be taken back: nobody opens an account with it meanwhile.
pub(super) async fn may_be_taken_back(db: &mut PgConnection, cx: &Cx, email: &Email) -> Result<bool> {
    is_taken(db, cx, email, PersonId(Uuid::nil())).await
}

/// A change, found by a link of its.
struct Change {
    id: Uuid,
    person: PersonId,
    account: AccountId,
    name: String,
    old: String,
    new: Email,
}

fn dead() -> Error {
    Error::field("token", Fault::DeadMailLink)
}

fn read(email: &str) -> Result<Email> {
    Email::parse(email).map_err(|_| dead())
}

/// The new address was confirmed: the person signs in with it from now on. The old one is told, with a way to take the change
/// back for 72 hours.
///
/// # Errors
/// `Invalid(token: DeadMailLink)`, also when the address became somebody else's meanwhile.
pub async fn for_email_change(cx: Cx, token: String) -> Result<()> {
    let mut tx = cx.begin().await?;
    let row = sqlx::query!(
        "select c.id, c.person_id, p.account_id, p.name, c.old_email, c.new_email
         from email_change c join person p on p.id = c.person_id
         where c.confirm_hash = $1 and c.confirmed_at is null and c.stopped_at is null and c.expires_at > $2
             and p.disabled_at is null
         for update",
        &hashed(token.as_bytes())[..],
        cx.now,
    )
    .fetch_optional(&mut *tx)
    .await?
    .ok_or_else(dead)?;
    let change = Change {
        id: row.id,
        person: PersonId(row.person_id),
        account: AccountId(row.account_id),
        name: row.name,
        new: read(&row.new_email)?,
        old: row.old_email,
    };
    if is_taken(&mut tx, &cx, &change.new, change.person).await? {
        return Err(dead());
    }
    let stop = Token::generate();
    let undo_until = cx.now + UNDO;
    set_address(&mut tx, &cx, change.person, change.new.as_str(), None).await?;
    sqlx::query!(
        "update email_change set confirmed_at = $2, undo_until = $3, stop_hash = $4 where id = $1",
        change.id,
        cx.now,
        undo_until,
        &stop.hash()[..],
    )
    .execute(&mut *tx)
    .await?;
    letters::tell_both(&mut tx, &cx, &change, &stop, undo_until).await?;
    audit::record(&mut tx, &cx, Some(change.account), Event::EmailChanged(change.person)).await?;
    tx.commit().await?;
    Ok(())
}

/// Sets the address, and with it a new stamp where every session has to end.
pub(super) async fn set_address(
    db: &mut PgConnection,
    cx: &Cx,
    person: PersonId,
    email: &str,
    stamp: Option<Uuid>,
) -> Result<()> {
    let set = sqlx::query!(
        "update person
         set email = $2, email_verified_at = coalesce(email_verified_at, $3), credential_stamp = coalesce($4, credential_stamp)
         where id = $1",
        person.0,
        email,
        cx.now,
        stamp,
    )
    .execute(db)
    .await;
    match set {
        Ok(_) => Ok(()),
        // somebody took it at this very moment
        Err(error) if error.as_database_error().and_then(|e| e.constraint()) == Some("person_email_key") => Err(dead()),
        Err(error) => Err(error.into()),
    }
}

/// What came of the link in the mail to the old address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stopped {
    /// The change had not happened yet, and will not.
    Before,
    /// The change was taken back: the old address signs in again, and every session has ended.
    TakenBack,
}

/// The old address stops the change, its own or one that support makes, or takes its own back within 72 hours after it.
/// Changes that followed go with it.
///
/// # Errors
/// `Invalid(token: DeadMailLink)`.
pub async fn for_email_stop(cx: Cx, token: String) -> Result<Stopped> {
    let mut tx = cx.begin().await?;
    let hash = hashed(token.as_bytes());
    if super::account_change::stop(&mut tx, &cx, &hash).await? {
        tx.commit().await?;
        return Ok(Stopped::Before);
    }
    let row = sqlx::query!(
        "select c.id, c.person_id, p.account_id, p.name, p.email, c.old_email, c.confirmed_at
         from email_change c join person p on p.id = c.person_id
         where c.stop_hash = $1 and c.stopped_at is null
             and (c.confirmed_at is null and c.expires_at > $2 or c.undo_until > $2)
         for update",
        &hash[..],
        cx.now,
    )
    .fetch_optional(&mut *tx)
    .await?
    .ok_or_else(dead)?;
    let (person, account) = (PersonId(row.person_id), Some(AccountId(row.account_id)));
    sqlx::query!(
        "update email_change set stopped_at = $3 where person_id = $1 and id >= $2 and stopped_at is null",
        person.0,
        row.id,
        cx.now,
    )
    .execute(&mut *tx)
    .await?;
    let (stopped, event) = match row.confirmed_at {
        None => (Stopped::Before, Event::EmailChangeStopped(person)),
        Some(_) => {
            set_address(&mut tx, &cx, person, &row.old_email, Some(Uuid::new_v4())).await?;
            // whoever took the address may have added one
            super::passkey::forget_passkeys(&mut tx, person).await?;
            (Stopped::TakenBack, Event::EmailChangeUndone(person))
        }
    };
    let told = if stopped == Stopped::TakenBack { vec![row.old_email, row.email] } else { vec![row.old_email] };
    letters::tell_stopped(&mut tx, &cx, &row.name, &told, stopped).await?;
    audit::record(&mut tx, &cx, account, event).await?;
    tx.commit().await?;
    Ok(stopped)
}
