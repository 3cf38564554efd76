//! The deeds around the second step: set up, switched on by a first code, asked for at sign-in, switched off.

use sqlx::PgConnection;
use uuid::Uuid;

use super::entry::{KNOWN, STRANGERS};
use crate::actor::{Actor, Permission};
use crate::attempt::{self, SECOND_STEP};
use crate::audit::{self, Event};
use crate::cx::{Cx, random, random_below};
use crate::id::{AccountId, PersonId};
use crate::mail::{self, Letter};
use crate::person::two_step::{Proof, SPARE_CODES, SPARE_SYMBOLS, SpareCode, TwoStep};
use crate::seal::{KEY_VERSION, Sealed};
use crate::{Error, Fault, Result};

/// Whether the person has a second step.
///
/// # Errors
/// `Unauthenticated` for strangers, `Forbidden` for everybody who is not a person of an account.
pub async fn two_step(cx: Cx) -> Result<TwoStep> {
    cx.require(Permission::SeeAccount)?;
    let row = sqlx::query_as!(
        TwoStep,
        r#"select t.on_since,
               (select count(*) from two_step_spare s where s.person_id = t.person_id and s.used_at is null) as "spare_left!"
           from two_step t where t.person_id = $1"#,
        cx.actor.person()?.0,
    )
    .fetch_optional(&cx.world.rw)
    .await?;
    Ok(row.unwrap_or_default())
}

/// Makes the secret for a generator, to be shown once; it is asked for only after `switch_on_two_step`. The password was
/// entered and was right.
///
/// # Errors
/// `NotFound` when it is on already: it is switched off first.
pub async fn begin_two_step(cx: Cx) -> Result<Vec<u8>> {
    cx.require(Permission::SeeAccount)?;
    let (person, secret) = (cx.actor.person()?, random::<20>());
    let begun = sqlx::query!(
        "insert into two_step (person_id, secret_ct, key_version, begun_at) values ($1, $2, $3, $4)
         on conflict (person_id) do update
         set secret_ct = excluded.secret_ct, key_version = excluded.key_version, begun_at = excluded.begun_at, last_step = 0
         where two_step.on_since is null",
        person.0,
        cx.world.seal.seal(Sealed::PersonTotp, person.0, &secret),
        KEY_VERSION,
        cx.now,
    )
    .execute(&cx.world.rw)
    .await?;
    if begun.rows_affected() == 0 { Err(Error::NotFound) } else { Ok(secret.to_vec()) }
}

/// Counts a try to show a one-time code on the settings page, then gives the secret it is compared with.
///
/// # Errors
/// `NotFound` when nothing was set up, `Refused(Attempts)` after five wrong ones.
pub async fn own_two_step_secret(cx: Cx) -> Result<Vec<u8>> {
    cx.require(Permission::SeeAccount)?;
    let person = cx.actor.person()?;
    let mut tx = cx.begin().await?;
    attempt::count(&mut tx, &cx, SECOND_STEP, person.0.as_bytes()).await?;
    let sealed = sqlx::query_scalar!("select secret_ct from two_step where person_id = $1", person.0)
        .fetch_optional(&mut *tx)
        .await?
        .ok_or(Error::NotFound)?;
    tx.commit().await?;
    cx.world.seal.open(Sealed::PersonTotp, person.0, &sealed)
}

/// Switches the second step on: the generator has shown a right code, which is used up by this. Gives ten recovery codes, to
/// be shown once.
///
/// # Errors
/// `Invalid(one_time_code)` when nothing waits to be switched on.
pub async fn switch_on_two_step(cx: Cx, step: i64) -> Result<Vec<SpareCode>> {
    cx.require(Permission::SeeAccount)?;
    let person = cx.actor.person()?;
    let mut tx = cx.begin().await?;
    let on = sqlx::query!(
        "update two_step set on_since = $2, last_step = $3 where person_id = $1 and on_since is null",
        person.0,
        cx.now,
        step,
    )
    .execute(&mut *tx)
    .await?;
    if on.rows_affected() == 0 {
        return Err(Error::field("one_time_code", Fault::WrongOneTimeCode));
    }
    let codes: Vec<SpareCode> =
        (0..SPARE_CODES).map(|_| SpareCode::from_symbols(random_below::<SPARE_SYMBOLS>(31))).collect();
    let hashes: Vec<Vec<u8>> = codes.iter().map(|code| cx.world.seal.spare_code_hash(person, code).to_vec()).collect();
    sqlx::query!(
        "insert into two_step_spare (person_id, code_hash) select $1, hash from unnest($2::bytea[]) as hash",
        person.0,
        &hashes,
    )
    .execute(&mut *tx)
    .await?;
    attempt::clear(&mut tx, SECOND_STEP.bucket, person.0.as_bytes()).await?;
    let said = "a one-time code is asked for from now on when you sign in, after your password.";
    tell(&mut tx, &cx, "Your second step is switched on", said).await?;
    audit::record(&mut tx, &cx, None, Event::TwoStepOn(person)).await?;
    tx.commit().await?;
    Ok(codes)
}

/// Switches the second step off, by the password and one more code; both were right.
///
/// # Errors
/// `Invalid(one_time_code)` for a code that was used already.
pub async fn switch_off_two_step(cx: Cx, proof: Proof) -> Result<()> {
    cx.require(Permission::SeeAccount)?;
    let person = cx.actor.person()?;
    let mut tx = cx.begin().await?;
    use_up(&mut tx, &cx, person, proof).await?;
    forget_two_step(&mut tx, person).await?;
    attempt::clear(&mut tx, SECOND_STEP.bucket, person.0.as_bytes()).await?;
    let said = "your password alone signs you in from now on.";
    tell(&mut tx, &cx, "Your second step is switched off", said).await?;
    audit::record(&mut tx, &cx, None, Event::TwoStepOff(person)).await?;
    tx.commit().await?;
    Ok(())
}

/// Removes the second step of a person, in the transaction of what makes it needless.
pub(super) async fn forget_two_step(db: &mut PgConnection, person: PersonId) -> Result<()> {
    sqlx::query!("delete from two_step where person_id = $1", person.0).execute(db).await?;
    Ok(())
}

/// Uses up what was shown: a one-time code of a step that was not used yet, or a recovery code. Of two at once one is right
/// (A10).
async fn use_up(db: &mut PgConnection, cx: &Cx, person: PersonId, proof: Proof) -> Result<()> {
    let used =
        match proof {
            Proof::Step(step) => sqlx::query!(
                "update two_step set last_step = $2 where person_id = $1 and on_since is not null and last_step < $2",
                person.0,
                step,
            )
            .execute(db)
            .await?,
            Proof::Spare(code) => sqlx::query!(
                "update two_step_spare set used_at = $3 where person_id = $1 and code_hash = $2 and used_at is null",
                person.0,
                &cx.world.seal.spare_code_hash(person, &code)[..],
                cx.now,
            )
            .execute(db)
            .await?,
        };
    if used.rows_affected() == 0 {
        return Err(Error::field("one_time_code", Fault::WrongOneTimeCode));
    }
    Ok(())
}

async fn tell(db: &mut PgConnection, cx: &Cx, subject: &str, said: &str) -> Result<()> {
    let Actor::Person { name, email, .. } = &cx.actor else { return Err(Error::Forbidden) };
    let letter = Letter {
        to: email,
        subject,
        paragraphs: vec![format!("Hello {name},"), said.to_owned()],
        action: Some(("See your settings", "/settings".into())),
        footnote: "If this was not you, set a new password at once with \"Forgot your password?\" on the sign-in page.",
    };
    mail::write(db, cx, &letter).await
}

/// Counts a try to show the second step at sign-in, then gives the secret it is compared with. The password was right, and
/// the stamp says that it still is.
///
/// # Errors
/// `Unauthenticated` when the person may no longer sign in this way, `Refused(Attempts)` after five wrong codes.
pub async fn for_second_step(cx: Cx, person: PersonId, stamp: Uuid) -> Result<Vec<u8>> {
    let mut tx = cx.begin().await?;
    attempt::count(&mut tx, &cx, SECOND_STEP, person.0.as_bytes()).await?;
    let sealed = sqlx::query_scalar!(
        "select t.secret_ct from two_step t join person p on p.id = t.person_id
         where p.id = $1 and p.credential_stamp = $2 and p.disabled_at is null and t.on_since is not null",
        person.0,
        stamp,
    )
    .fetch_optional(&mut *tx)
    .await?
    .ok_or(Error::Unauthenticated)?;
    tx.commit().await?;
    cx.world.seal.open(Sealed::PersonTotp, person.0, &sealed)
}

/// Notes that both steps were right and the person is in, and gives the mark for their browser. The code is used up.
///
/// # Errors
/// `Invalid(one_time_code)` for a code that was used already, `Unauthenticated` as in `for_second_step`.
pub async fn for_sign_in_by_code(cx: Cx, person: PersonId, stamp: Uuid, proof: Proof) -> Result<String> {
    let mut tx = cx.begin().await?;
    let row = sqlx::query!(
        "update person set last_sign_in_at = $3
         where id = $1 and credential_stamp = $2 and disabled_at is null
         returning account_id, email, name",
        person.0,
        stamp,
        cx.now,
    )
    .fetch_optional(&mut *tx)
    .await?
    .ok_or(Error::Unauthenticated)?;
    use_up(&mut tx, &cx, person, proof).await?;
    let name = row.email.to_lowercase();
    for bucket in [STRANGERS, KNOWN] {
        attempt::clear(&mut tx, bucket, name.as_bytes()).await?;
    }
    for bucket in [SECOND_STEP.bucket, attempt::STEP_UP.bucket] {
        attempt::clear(&mut tx, bucket, person.0.as_bytes()).await?;
    }
    let account = AccountId(row.account_id);
    if let Proof::Spare(_) = proof {
        let letter = Letter {
            to: &row.email,
            subject: "A recovery code was used to sign in",
            paragraphs: vec![
                format!("Hello {},", row.name),
                "one of your recovery codes stood in for a one-time code. It does not work again.".into(),
            ],
            action: Some(("See your settings", "/settings".into())),
            footnote: "If this was not you, set a new password at once with \"Forgot your password?\" on the sign-in page.",
        };
        mail::write(&mut tx, &cx, &letter).await?;
        audit::record(&mut tx, &cx, Some(account), Event::SpareCodeUsed(person)).await?;
    }
    super::closing::keep(&mut tx, &cx, person).await?;
    audit::record(&mut tx, &cx, Some(account), Event::SignedIn(person)).await?;
    tx.commit().await?;
    Ok(cx.world.seal.known_browser(person, stamp))
}
