//! What the old and the new address are told.

use sqlx::PgConnection;
use time::OffsetDateTime;

use super::{Change, Stopped};
use crate::Result;
use crate::cx::Cx;
use crate::mail::{self, Letter};
use crate::person::Email;
use crate::seal::Token;

/// The address in use learns that it is to be changed, with a way to stop it.
pub(super) async fn notify_old(
    db: &mut PgConnection,
    cx: &Cx,
    name: &str,
    old: &str,
    new: &Email,
    stop: &Token,
) -> Result<()> {
    let letter = Letter {
        to: old,
        subject: "Your e-mail address is to be changed",
        paragraphs: vec![
            format!("Hello {name},"),
            format!("somebody, most likely you, asked to change the address of your account to {}.", new.as_str()),
            "It changes when the link that was mailed there is followed.".into(),
        ],
        action: Some(("Stop the change", format!("/email/stop?token={}", stop.reveal()))),
        footnote: "If this was not you, stop the change and set a new password at once.",
    };
    mail::write(db, cx, &letter).await
}

/// The link to the new address, or the word that it is somebody's already.
pub(super) async fn write_to_new(
    db: &mut PgConnection,
    cx: &Cx,
    name: &str,
    new: &Email,
    confirm: Option<&Token>,
) -> Result<()> {
    let letter = match confirm {
        Some(token) => Letter {
            to: new.as_str(),
            subject: "Confirm your new e-mail address",
            paragraphs: vec![
                format!("Hello {name},"),
                "you asked to sign in to Latchkey with this address from now on. Confirm that it is yours.".into(),
            ],
            action: Some(("Confirm the new address", format!("/email/confirm?token={}", token.reveal()))),
            footnote: "The link works once, within 24 hours. If you did not ask for this, there is nothing to do.",
        },
        None => Letter {
            to: new.as_str(),
            subject: "This address has a Latchkey account already",
            paragraphs: vec![
                "Hello,".into(),
                "somebody wanted to use this address for another account. It has one already, so nothing was changed."
                    .into(),
            ],
            action: Some(("Sign in", "/sign-in".to_owned())),
            footnote: "If this was not you, there is nothing to do.",
        },
    };
    mail::write(db, cx, &letter).await
}

/// Both addresses learn of the change; the old one how to take it back.
pub(super) async fn tell_both(
    db: &mut PgConnection,
    cx: &Cx,
    change: &Change,
    stop: &Token,
    undo_until: OffsetDateTime,
) -> Result<()> {
    let letter = Letter {
        to: &change.old,
        subject: "Your e-mail address was changed",
        paragraphs: vec![
            format!("Hello {},", change.name),
            format!("you sign in to Latchkey with {} from now on.", change.new.as_str()),
            format!("If this was not you, take the change back until {}.", undo_until.date()),
        ],
        action: Some(("Take the change back", format!("/email/stop?token={}", stop.reveal()))),
        footnote: "Taking it back signs every browser out. Set a new password afterwards.",
    };
    mail::write(&mut *db, cx, &letter).await?;
    let letter = Letter {
        to: change.new.as_str(),
        subject: "Your e-mail address was changed",
        paragraphs: vec![
            format!("Hello {},", change.name),
            "you sign in to Latchkey with this address from now on. Mails go here, too.".into(),
        ],
        action: Some(("See your settings", "/settings".into())),
        footnote: "Your password stays as it is.",
    };
    mail::write(db, cx, &letter).await
}

/// Everybody concerned learns that the change was stopped or taken back.
pub(super) async fn tell_stopped(
    db: &mut PgConnection,
    cx: &Cx,
    name: &str,
    told: &[String],
    stopped: Stopped,
) -> Result<()> {
    let said = match stopped {
        Stopped::Before => "the change of your e-mail address was stopped. Everything stays as it was.",
        Stopped::TakenBack => "the change of your e-mail address was taken back, and every browser was signed out.",
    };
    for to in told {
        let letter = Letter {
            to,
            subject: "The change of your e-mail address was stopped",
            paragraphs: vec![format!("Hello {},", name), said.to_owned()],
            action: Some(("Set a new password", "/forgot".to_owned())),
            footnote: "If you did not ask for the change, set a new password. Somebody else knew the one you have.",
        };
        mail::write(&mut *db, cx, &letter).await?;
    }
    Ok(())
}
