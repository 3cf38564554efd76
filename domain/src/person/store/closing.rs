//! Closing an account: asked for, undone by signing in, carried out after fourteen days (edge case 37).

use sqlx::PgConnection;
use uuid::Uuid;

use crate::actor::{Actor, Permission};
use crate::audit::{self, Event};
use crate::cx::Cx;
use crate::id::{AccountId, PersonId};
use crate::mail::{self, Letter};
use crate::person::Role;
use crate::person::closing::{ClosingFacts, UNDO};
use crate::{Error, Result};

/// The most accounts that are closed in one round.
const MOST: i64 = 50;

/// Closes the person's account in fourteen days; every session ends, and signing in before undoes it. The password was
/// entered and was right.
///
/// # Errors
/// `Invalid(close_password)` while a paid license runs that the person looks after, or while others work in their office.
pub async fn close_own(cx: Cx) -> Result<()> {
    cx.require(Permission::SeeAccount)?;
    let Actor::Person { id: person, account, role, name, email, .. } = cx.actor.clone() else {
        return Err(Error::Forbidden);
    };
    let mut tx = cx.begin().await?;
    // who is asked to take something over meanwhile waits
    sqlx::query!("select id from person where id = $1 for update", person.0).fetch_one(&mut *tx).await?;
    let facts = facts(&mut tx, &cx, account, person, role).await?;
    facts.may_close().map_err(|fault| Error::field("close_password", fault))?;
    let closing_at = cx.now + UNDO;
    sqlx::query!(
        "update person set closing_at = $2, credential_stamp = $3 where id = $1",
        person.0,
        closing_at,
        Uuid::new_v4(),
    )
    .execute(&mut *tx)
    .await?;
    let letter = Letter {
        to: &email,
        subject: "Your account will be closed",
        paragraphs: vec![
            format!("Hello {name},"),
            format!(
                "you closed your Latchkey account. It ends on {}; until then, signing in keeps it.",
                closing_at.date()
            ),
        ],
        action: Some(("Keep my account", "/sign-in".into())),
        footnote: "If this was not you, sign in and set a new password.",
    };
    mail::write(&mut tx, &cx, &letter).await?;
    audit::record(&mut tx, &cx, None, Event::AccountClosing(person)).await?;
    tx.commit().await?;
    Ok(())
}

async fn facts(
    db: &mut PgConnection,
    cx: &Cx,
    account: AccountId,
    person: PersonId,
    role: Role,
) -> Result<ClosingFacts> {
    let row = sqlx::query!(
        r#"select exists (
                   select 1 from person o
                   where o.account_id = $1 and o.id <> $2 and o.disabled_at is null and o.email_verified_at is not null
                       and o.closing_at is null
               ) as "others!",
               (
                   select max(l.expires_at) from license l
                   where l.account_id = $1 and l.administrator_id = $2 and l.kind <> 'trial' and l.expires_at > $3
                       and l.cancelled_at is null and l.blocked_at is null
               ) as runs_until"#,
        account.0,
        person.0,
        cx.now,
    )
    .fetch_one(db)
    .await?;
    Ok(ClosingFacts { runs_until: row.runs_until, owner: role == Role::Owner, others: row.others })
}

/// Somebody has signed in: if their account was to be closed, it stays, and they are told.
pub(super) async fn keep(db: &mut PgConnection, cx: &Cx, person: PersonId) -> Result<()> {
    let kept = sqlx::query!(
        "update person set closing_at = null where id = $1 and closing_at is not null returning account_id, name, email",
        person.0,
    )
    .fetch_optional(&mut *db)
    .await?;
    let Some(kept) = kept else { return Ok(()) };
    let stays = Stays {
        account: AccountId(kept.account_id),
        name: &kept.name,
        email: &kept.email,
        said: &["you signed in, so your account is not closed. Everything is as it was."],
        footnote: "If this was not you, set a new password at once. If it was you, there is nothing to do.",
    };
    tell_that_it_stays(db, cx, person, stays).await
}

/// Whose account stays, and what they are told of it.
struct Stays<'a> {
    account: AccountId,
    name: &'a str,
    email: &'a str,
    said: &'a [&'a str],
    footnote: &'static str,
}

async fn tell_that_it_stays(db: &mut PgConnection, cx: &Cx, person: PersonId, stays: Stays<'_>) -> Result<()> {
    let mut paragraphs = vec![format!("Hello {},", stays.name)];
    paragraphs.extend(stays.said.iter().map(ToString::to_string));
    let letter = Letter {
        to: stays.email,
        subject: "Your account stays",
        paragraphs,
        action: Some(("Set a new password", "/forgot".to_owned())),
        footnote: stays.footnote,
    };
    mail::write(&mut *db, cx, &letter).await?;
    audit::record(db, cx, Some(stays.account), Event::AccountKept(person)).await
}

/// Carries out what was not undone in time: the person's name, address and password are forgotten, and their devices are
/// disconnected; what they hold of ended licenses stays in the record. An office without anybody loses its name, too.
///
/// # Errors
/// Those of the database; what is closed already stays so.
pub async fn close_due(cx: &Cx) -> Result<u32> {
    cx.require(Permission::Operate)?;
    let due = sqlx::query_scalar!(
        "select id from person where closing_at <= $1 and disabled_at is null order by closing_at limit $2",
        cx.now,
        MOST,
    )
    .fetch_all(&cx.world.rw)
    .await?;
    let mut closed = 0;
    for id in due {
        closed += u32::from(close(cx, PersonId(id)).await?);
    }
    Ok(closed)
}

/// Somebody of the office has stayed after all: its owner's account stays as well, and they are told what to do first.
async fn keep_for_the_others(db: &mut PgConnection, cx: &Cx, person: PersonId) -> Result<()> {
    let kept = sqlx::query!(
        "update person set closing_at = null
         where id = $1 and closing_at <= $2 and disabled_at is null
         returning account_id, name, email",
        person.0,
        cx.now,
    )
    .fetch_optional(&mut *db)
    .await?;
    // somebody has signed in at this very moment
    let Some(kept) = kept else { return Ok(()) };
    let stays = Stays {
        account: AccountId(kept.account_id),
        name: &kept.name,
        email: &kept.email,
        said: &[
            "your account was to be closed today. Somebody else of your office has stayed, and an office needs an owner, so it \
             was not closed.",
            "To close it, sign in with a new password, hand the office over under People, and close the account again.",
        ],
        footnote: "You get this mail because you own the office.",
    };
    tell_that_it_stays(db, cx, person, stays).await
}

async fn close(cx: &Cx, person: PersonId) -> Result<bool> {
    let mut tx = cx.begin().await?;
    let forgotten = sqlx::query_scalar!(
        "update person
         set email = 'closed-' || id || '@closed.invalid', name = 'Closed account', password_hash = '', credential_stamp = $3,
             disabled_at = $2, removed_at = $2, closing_at = null
         where id = $1 and closing_at <= $2 and disabled_at is null
             -- no office with people in it is left without an owner
             and (role <> 'owner' or not exists (
                 select 1 from person o
                 where o.account_id = person.account_id and o.id <> person.id and o.disabled_at is null
                     and o.email_verified_at is not null and o.closing_at is null
             ))
         returning account_id",
        person.0,
        cx.now,
        Uuid::new_v4(),
    )
    .fetch_optional(&mut *tx)
    .await?;
    // somebody has signed in at this very moment
    let Some(account) = forgotten else {
        keep_for_the_others(&mut tx, cx, person).await?;
        tx.commit().await?;
        return Ok(false);
    };
    super::two_step::forget_two_step(&mut tx, person).await?;
    super::passkey::forget_passkeys(&mut tx, person).await?;
    sqlx::query!("delete from email_change where person_id = $1", person.0).execute(&mut *tx).await?;
    sqlx::query!("delete from account_change where person_id = $1", person.0).execute(&mut *tx).await?;
    sqlx::query!("delete from mail_link where person_id = $1", person.0).execute(&mut *tx).await?;
    crate::license::store::forget_grants(&mut tx, AccountId(account), person).await?;
    crate::session::store::end_all(&mut tx, person).await?;
    crate::device::store::leave_with(&mut tx, cx, AccountId(account), person).await?;
    sqlx::query!(
        "update account set name = 'Closed account'
         where id = $1 and not exists (select 1 from person p where p.account_id = $1 and p.disabled_at is null)",
        account,
    )
    .execute(&mut *tx)
    .await?;
    audit::record(&mut tx, cx, Some(AccountId(account)), Event::AccountClosed(person)).await?;
    tx.commit().await?;
    Ok(true)
}
