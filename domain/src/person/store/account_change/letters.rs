//! What the old and the new address are told of a change that support makes.

use sqlx::PgConnection;
use time::OffsetDateTime;

use super::{Open, until};
use crate::Result;
use crate::cx::Cx;
use crate::mail::{self, Letter};
use crate::seal::Token;

/// What is to be done, in the middle of a sentence.
fn what(new: Option<&str>) -> String {
    match new {
        Some(new) => format!("change the address you sign in with to {new}"),
        None => "switch off your second step and remove your passkeys".to_owned(),
    }
}

fn stop_link(stop: &Token) -> (&'static str, String) {
    ("Stop the change", format!("/email/stop?token={}", stop.reveal()))
}

/// The address in use learns that support was asked to change the account, with a way to stop it.
pub(super) async fn tell_started(
    db: &mut PgConnection,
    cx: &Cx,
    name: &str,
    old: &str,
    new: Option<&str>,
    request: &str,
    stop: &Token,
) -> Result<()> {
    let letter = Letter {
        to: old,
        subject: "Support was asked to change how you sign in",
        paragraphs: vec![
            format!("Hello {name},"),
            format!("technical support was asked in {request} to {}.", what(new)),
            "A second person in support has to agree, and then 72 hours pass. You can stop it until then.".into(),
        ],
        action: Some(stop_link(stop)),
        footnote: "If you did not ask for this, stop it and set a new password at once.",
    };
    mail::write(db, cx, &letter).await
}

/// The address in use learns that the change was agreed to, and when it happens.
pub(super) async fn tell_confirmed(
    db: &mut PgConnection,
    cx: &Cx,
    open: &Open,
    due_at: OffsetDateTime,
    stop: &Token,
) -> Result<()> {
    let letter = Letter {
        to: &open.old,
        subject: "Support will change how you sign in",
        paragraphs: vec![
            format!("Hello {},", open.name),
            format!("a second person in support agreed in {} to {}.", open.request, what(open.new.as_deref())),
            format!("It happens on {}. You can stop it until then.", until(due_at)),
        ],
        action: Some(stop_link(stop)),
        footnote: "If you did not ask for this, stop it and set a new password at once.",
    };
    mail::write(db, cx, &letter).await
}

/// The address in use learns that everything stays as it was.
pub(super) async fn tell_called_off(db: &mut PgConnection, cx: &Cx, open: &Open) -> Result<()> {
    let letter = Letter {
        to: &open.old,
        subject: "The change of how you sign in was called off",
        paragraphs: vec![
            format!("Hello {},", open.name),
            format!("what support was asked in {} was called off. You go on signing in as before.", open.request),
        ],
        action: Some(("See what happened", "/activity".into())),
        footnote: "If you did not ask for the change, set a new password with \"Forgot your password?\" on the sign-in page.",
    };
    mail::write(db, cx, &letter).await
}

/// Both addresses learn that the change was carried out.
pub(super) async fn tell_done(db: &mut PgConnection, cx: &Cx, open: &Open) -> Result<()> {
    let said = match &open.new {
        Some(new) => format!("you sign in to Latchkey with {new} from now on."),
        None => "no one-time code is asked for any more when you sign in, and your passkeys are removed.".to_owned(),
    };
    for to in std::iter::once(&open.old).chain(&open.new) {
        let letter = Letter {
            to,
            subject: "Support changed how you sign in",
            paragraphs: vec![
                format!("Hello {},", open.name),
                said.clone(),
                "Every browser was signed out. Your password stays as it is.".into(),
            ],
            action: Some(("Sign in", "/sign-in".into())),
            footnote: "If you forgot the password, set a new one with \"Forgot your password?\" on the sign-in page.",
        };
        mail::write(&mut *db, cx, &letter).await?;
    }
    Ok(())
}
