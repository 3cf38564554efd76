//! What people change about themselves.

use uuid::Uuid;

use crate::actor::{Actor, Permission};
use crate::audit::{self, Event};
use crate::cx::Cx;
use crate::mail::{self, Letter};
use crate::person::Own;
use crate::person::preferences::Language;
use crate::{Error, Fault, Result, attempt, text, zone};

/// What a person's own page shows.
///
/// # Errors
/// `Unauthenticated` for strangers, `Forbidden` for everybody else who is no person of an account.
pub async fn own(cx: Cx) -> Result<Own> {
    cx.require(Permission::SeeAccount)?;
    match cx.actor {
        Actor::Person { role, name, office, email, preferences, .. } => {
            Ok(Own { name, email, office, role, preferences, zones: zone::names() })
        }
        _ => Err(Error::Forbidden),
    }
}

/// Gives a person another name; it stands on devices, licenses and requests from now on.
///
/// # Errors
/// `Invalid(name)`.
pub async fn rename_own(cx: Cx, name: String) -> Result<()> {
    cx.require(Permission::SeeAccount)?;
    let person = cx.actor.person()?;
    let name = text::public_line(&name, 120).map_err(|fault| Error::field("name", fault))?;
    let mut tx = cx.begin().await?;
    let renamed = sqlx::query!("update person set name = $2 where id = $1 and name <> $2", person.0, name)
        .execute(&mut *tx)
        .await?;
    if renamed.rows_affected() > 0 {
        audit::record(&mut tx, &cx, None, Event::PersonRenamed(person)).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// Keeps the zone that pages are in and the language that support answers in; an empty word stands for none.
///
/// # Errors
/// `Invalid(zone)` and `Invalid(language)` for what is none of the choices.
pub async fn set_preferences(cx: Cx, zone: String, language: String) -> Result<()> {
    cx.require(Permission::SeeAccount)?;
    let person = cx.actor.person()?;
    let mut faults = text::Faults::default();
    let zone =
        faults.take("zone", Some(zone).filter(|name| !name.is_empty()).map(|name| zone::read(&name)).transpose());
    let language = Some(language).filter(|word| !word.is_empty()).map(|word| word.parse::<Language>()).transpose();
    let language = faults.take("language", language.map_err(|_| Fault::NotAChoice));
    let (zone, language) = faults.finish((|| Some((zone?, language?)))())?;
    let mut tx = cx.begin().await?;
    let changed = sqlx::query!(
        "update person set zone = $2, answer_language = $3
         where id = $1 and (zone is distinct from $2 or answer_language is distinct from $3)",
        person.0,
        zone,
        language.map(Language::as_str),
    )
    .execute(&mut *tx)
    .await?;
    if changed.rows_affected() > 0 {
        audit::record(&mut tx, &cx, None, Event::PreferencesChosen(person)).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// Sets a new password; the old one was entered and was right. Every session ends but the one that is given the new stamp.
///
/// # Errors
/// Those of the database.
pub async fn change_password(cx: Cx, password_hash: String) -> Result<Uuid> {
    let stamp = Uuid::new_v4();
    let mut tx = cx.begin().await?;
    let person = cx.actor.person()?;
    let row = sqlx::query!(
        "update person set password_hash = $2, credential_stamp = $3 where id = $1 returning email, name",
        person.0,
        password_hash,
        stamp,
    )
    .fetch_one(&mut *tx)
    .await?;
    attempt::clear(&mut tx, attempt::STEP_UP.bucket, person.0.as_bytes()).await?;
    let letter = Letter {
        to: &row.email,
        subject: "Your password was changed",
        paragraphs: vec![
            format!("Hello {},", row.name),
            "your Latchkey password was changed on your settings page. Every other browser has been signed out.".into(),
        ],
        action: Some(("Set a new password", "/forgot".to_owned())),
        footnote: "If this was not you, set a new password at once. If it was you, there is nothing to do.",
    };
    mail::write(&mut tx, &cx, &letter).await?;
    audit::record(&mut tx, &cx, None, Event::PasswordChanged(person)).await?;
    tx.commit().await?;
    Ok(stamp)
}

/// Ends every session of a person but the one that is given the new stamp.
///
/// # Errors
/// Those of the database.
pub async fn sign_out_elsewhere(cx: Cx) -> Result<Uuid> {
    cx.require(Permission::SeeAccount)?;
    let (person, stamp) = (cx.actor.person()?, Uuid::new_v4());
    let mut tx = cx.begin().await?;
    sqlx::query!("update person set credential_stamp = $2 where id = $1", person.0, stamp).execute(&mut *tx).await?;
    audit::record(&mut tx, &cx, None, Event::SignedOutElsewhere(person)).await?;
    tx.commit().await?;
    Ok(stamp)
}
