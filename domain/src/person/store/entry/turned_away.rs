//! Tries to sign in that are turned away before their password is looked at.

use sqlx::PgConnection;

use crate::attempt::{self, CLOSED_TOLD};
use crate::audit::{self, Event};
use crate::cx::Cx;
use crate::id::PersonId;
use crate::mail::{self, Letter};
use crate::{Error, Result};

/// Whose name was tried.
pub(super) struct Owner<'a> {
    pub(super) person: PersonId,
    pub(super) name: &'a str,
    pub(super) email: &'a str,
}

/// Records a try that was turned away: it leaves an event like one that was judged (A01, A08). The first one after the way in
/// by password was closed tells its owner (A03). The try's own transaction was given up.
pub(super) async fn record(cx: &Cx, refused: &Error, counted: &'static str, owner: Option<Owner<'_>>) -> Result<()> {
    if !matches!(refused, Error::Refused(_)) {
        return Ok(());
    }
    let mut tx = cx.begin().await?;
    audit::record(&mut tx, cx, None, Event::SignInFailed).await?;
    if let Some(owner) = owner {
        tell_of_closing(&mut tx, cx, counted, &owner).await?;
    }
    tx.commit().await?;
    Ok(())
}

async fn tell_of_closing(db: &mut PgConnection, cx: &Cx, counted: &'static str, owner: &Owner<'_>) -> Result<()> {
    let closed = attempt::is_closed(db, cx, counted, owner.email.to_lowercase().as_bytes()).await?;
    if !closed || !attempt::within(db, cx, &[(CLOSED_TOLD, owner.person.0.as_bytes())]).await? {
        return Ok(());
    }
    let letter = Letter {
        to: owner.email,
        subject: "Too many wrong passwords were entered for you",
        paragraphs: vec![
            format!("Hello {},", owner.name),
            "a hundred wrong passwords were entered for your account within a day. Until the end of the day (UTC) none is \
             taken any more from where they came."
                .into(),
            "Browsers where you are signed in stay signed in. A passkey works as ever.".into(),
        ],
        action: Some(("See your settings", "/settings".into())),
        footnote: "Nothing has to be done. If your password is used elsewhere too, set a new one.",
    };
    mail::write(db, cx, &letter).await
}
