//! Coming in: tries are counted, credentials given for comparing, and what follows when they were right or wrong.

use sqlx::{PgConnection, PgPool};
use subtle::ConstantTimeEq;
use uuid::Uuid;

mod turned_away;

use super::super::Role;
use crate::actor::{Actor, Permission};
use crate::attempt::{self, SIGN_IN_ADDRESS};
use crate::audit::{self, Event};
use crate::cx::Cx;
use crate::id::{AccountId, PersonId};
use crate::mail::{self, Letter};
use crate::person::preferences::{Language, Preferences};
use crate::{Error, Result};

/// What a password is compared with.
#[derive(Clone)]
pub struct Credential {
    /// The person, if there is one with this address who may sign in.
    pub person: PersonId,
    /// The argon2 hash in PHC form.
    pub password_hash: String,
    /// Renewed with every new password.
    pub stamp: Uuid,
    /// Whether the address was confirmed (R47).
    pub confirmed: bool,
    /// Whether a second step is asked for after the password.
    pub two_step: bool,
    /// Whose wrong passwords this try is counted with.
    counted: &'static str,
}

/// Wrong passwords for a name, from browsers in which nobody has signed in with it.
pub(super) const STRANGERS: &str = "sign_in";

/// Wrong passwords for a name, from browsers in which its owner has signed in before: strangers can't make them wait.
pub(super) const KNOWN: &str = "sign_in_known";

/// Counts a try to sign in, then gives what the password is compared with; nothing for an unknown address, and the
/// caller compares with a dummy then. `known_browser` is the mark that the browser was given at an earlier sign-in.
///
/// # Errors
/// `Refused(Attempts)` while a wait after wrong passwords lasts.
pub async fn for_sign_in(cx: Cx, email: String, known_browser: Option<String>) -> Result<Option<Credential>> {
    let mut tx = cx.begin().await?;
    let row = sqlx::query!(
        r#"select p.id, p.name, p.email, p.password_hash, p.credential_stamp, p.email_verified_at,
               exists (select 1 from two_step t where t.person_id = p.id and t.on_since is not null) as "two_step!"
           from person p
           where lower(p.email) = $1 and p.disabled_at is null and (p.closing_at is null or p.closing_at > $2)"#,
        email.trim().to_lowercase(),
        cx.now,
    )
    .fetch_optional(&mut *tx)
    .await?;
    let is_known = row.as_ref().zip(known_browser).is_some_and(|(row, mark)| {
        let own = cx.world.seal.known_browser(PersonId(row.id), row.credential_stamp);
        bool::from(own.as_bytes().ct_eq(mark.as_bytes()))
    });
    let counted = if is_known { KNOWN } else { STRANGERS };
    if let Err(refused) = attempt_sign_in(&mut tx, &cx, counted, &email).await {
        tx.rollback().await?;
        let owner =
            row.as_ref().map(|row| turned_away::Owner { person: PersonId(row.id), name: &row.name, email: &row.email });
        turned_away::record(&cx, &refused, counted, owner).await?;
        return Err(refused);
    }
    tx.commit().await?;
    Ok(row.map(|row| Credential {
        person: PersonId(row.id),
        password_hash: row.password_hash,
        stamp: row.credential_stamp,
        confirmed: row.email_verified_at.is_some(),
        two_step: row.two_step,
        counted,
    }))
}

/// Counts a try to sign in by its name and by its network address, before the password is looked at.
pub(crate) async fn attempt_sign_in(db: &mut PgConnection, cx: &Cx, bucket: &str, email: &str) -> Result<()> {
    count_network(db, cx).await?;
    attempt::climb(db, cx, bucket, email.trim().to_lowercase().as_bytes()).await
}

/// Counts a try to sign in by its network address.
pub(crate) async fn count_network(db: &mut PgConnection, cx: &Cx) -> Result<()> {
    let Some(address) = cx.network() else { return Ok(()) };
    for limit in SIGN_IN_ADDRESS {
        if let Some(until) = attempt::reached(db, cx.now, limit, &address).await? {
            return Err(Error::Refused(crate::activation::Refusal::Attempts { until }));
        }
    }
    attempt::note(db, cx.now, SIGN_IN_ADDRESS[0].bucket, &address).await
}

/// Takes back the try that turned out to be right.
pub(crate) async fn admit(db: &mut PgConnection, cx: &Cx, bucket: &str, email: &str) -> Result<()> {
    attempt::clear(db, bucket, email.trim().to_lowercase().as_bytes()).await?;
    if let Some(address) = cx.network() {
        attempt::forgive(db, cx.now, SIGN_IN_ADDRESS[0].bucket, &address).await?;
    }
    Ok(())
}

/// Notes that the password was right and the person is in, and gives the mark for their browser.
///
/// # Errors
/// Those of the database.
pub async fn sign_in(cx: Cx, credential: Credential, email: String) -> Result<String> {
    let person = credential.person;
    let mut tx = cx.begin().await?;
    admit(&mut tx, &cx, credential.counted, &email).await?;
    attempt::clear(&mut tx, attempt::STEP_UP.bucket, person.0.as_bytes()).await?;
    let account = sqlx::query_scalar!(
        "update person set last_sign_in_at = $2 where id = $1 returning account_id",
        person.0,
        cx.now
    )
    .fetch_one(&mut *tx)
    .await?;
    super::closing::keep(&mut tx, &cx, person).await?;
    audit::record(&mut tx, &cx, Some(AccountId(account)), Event::SignedIn(person)).await?;
    tx.commit().await?;
    Ok(cx.world.seal.known_browser(person, credential.stamp))
}

/// Notes that a password was wrong.
///
/// # Errors
/// Those of the database.
pub async fn refuse_sign_in(cx: Cx) -> Result<()> {
    let mut tx = cx.begin().await?;
    audit::record(&mut tx, &cx, None, Event::SignInFailed).await?;
    tx.commit().await?;
    Ok(())
}

/// Notes that the person signed out.
///
/// # Errors
/// `Unauthenticated` for strangers.
pub async fn sign_out(cx: Cx) -> Result<()> {
    let person = cx.actor.person()?;
    let mut tx = cx.begin().await?;
    audit::record(&mut tx, &cx, None, Event::SignedOut(person)).await?;
    tx.commit().await?;
    Ok(())
}

/// The person of a session, as of now: a removed person or a changed role takes effect with the next request.
///
/// # Errors
/// Those of the database.
pub async fn for_session(db: &PgPool, person: PersonId, stamp: Uuid) -> Result<Option<(Actor, u64)>> {
    known(db, person, Some(stamp)).await
}

/// The person for whom long work is done, as of now: who has left gets nothing more done.
///
/// # Errors
/// Those of the database.
pub async fn for_job(db: &PgPool, person: PersonId) -> Result<Option<Actor>> {
    Ok(known(db, person, None).await?.map(|(actor, _)| actor))
}

async fn known(db: &PgPool, person: PersonId, stamp: Option<Uuid>) -> Result<Option<(Actor, u64)>> {
    let row = sqlx::query!(
        r#"select p.account_id, p.role as "role: Role", p.name, p.email, a.name as office, p.zone, p.answer_language as "language: Language",
               (select count(*) from (
                    select 1 from notice n where n.person_id = p.id and n.read_at is null limit 100
                ) as unread) as "unread!"
           from person p join account a on a.id = p.account_id
           where p.id = $1 and ($2::uuid is null or p.credential_stamp = $2) and p.disabled_at is null"#,
        person.0,
        stamp,
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| {
        let account = AccountId(row.account_id);
        let actor = Actor::Person {
            id: person,
            account,
            role: row.role,
            name: row.name,
            office: row.office,
            email: row.email,
            preferences: Preferences { zone: row.zone, language: row.language },
        };
        (actor, u64::try_from(row.unread).unwrap_or(0))
    }))
}

/// Counts a try to enter the password again, then gives what it is compared with.
///
/// # Errors
/// `Refused(Attempts)` after five wrong ones.
pub async fn own_credential(cx: Cx) -> Result<Credential> {
    cx.require(Permission::SeeAccount)?;
    let person = cx.actor.person()?;
    let mut tx = cx.begin().await?;
    match attempt::count(&mut tx, &cx, attempt::STEP_UP, person.0.as_bytes()).await {
        Err(Error::Refused(refusal)) => {
            warn_of_guessing(&mut tx, &cx).await?;
            tx.commit().await?;
            return Err(refusal.into());
        }
        counted => counted?,
    }
    let row = sqlx::query!("select password_hash, credential_stamp from person where id = $1", person.0)
        .fetch_one(&mut *tx)
        .await?;
    tx.commit().await?;
    Ok(Credential {
        person,
        password_hash: row.password_hash,
        stamp: row.credential_stamp,
        confirmed: true,
        two_step: false,
        counted: attempt::STEP_UP.bucket,
    })
}

/// Somebody sits at a signed-in browser and does not know the password: its session ends, and the owner is told.
async fn warn_of_guessing(db: &mut PgConnection, cx: &Cx) -> Result<()> {
    let Actor::Person { name, email, .. } = &cx.actor else { return Ok(()) };
    let letter = Letter {
        to: email,
        subject: "Somebody entered a wrong password for you",
        paragraphs: vec![
            format!("Hello {name},"),
            "a wrong password was entered five times in a browser where you were signed in. That browser was signed out.".into(),
        ],
        action: Some(("Set a new password", "/forgot".to_owned())),
        footnote: "If this was you, there is nothing to do: sign in again when you need to.",
    };
    mail::write(db, cx, &letter).await
}

/// Notes that the password was entered again and was right.
///
/// # Errors
/// Those of the database.
pub async fn enter_password_again(cx: Cx) -> Result<()> {
    let person = cx.actor.person()?;
    let mut tx = cx.begin().await?;
    attempt::clear(&mut tx, attempt::STEP_UP.bucket, person.0.as_bytes()).await?;
    audit::record(&mut tx, &cx, None, Event::PasswordEnteredAgain(person)).await?;
    tx.commit().await?;
    Ok(())
}
