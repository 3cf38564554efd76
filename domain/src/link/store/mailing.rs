//! Mailing the way to install and link, to whoever sits at the device.

use crate::actor::{Actor, Permission};
use crate::attempt::{self, MAIL_WAY_PERSON};
use crate::audit::{self, Event};
use crate::cx::Cx;
use crate::id::PersonId;
use crate::mail::{self, Letter};
use crate::{Error, Result, person};

/// Mails a person of the office, the asker included, the way to the page that says how to install and link. No secret is in
/// it: whoever opens it has to sign in, and the device shows its own code.
///
/// # Errors
/// `NotFound` for somebody who is not in the office; `Refused(Attempts)` after twenty in an hour.
pub async fn mail_way(cx: Cx, to: PersonId) -> Result<()> {
    cx.require(Permission::LinkDevice)?;
    let (asker, account) = (cx.actor.person()?, cx.actor.account()?);
    let Actor::Person { name: sender, .. } = &cx.actor else { return Err(Error::Forbidden) };
    let mut tx = cx.begin().await?;
    let (name, email) = person::store::address(&mut tx, account, to).await?;
    attempt::count(&mut tx, &cx, MAIL_WAY_PERSON, asker.0.as_bytes()).await?;
    let asked = if to == asker {
        "you asked for the way to protect another device.".to_owned()
    } else {
        format!("{sender} asks you to protect a device with the license of your office.")
    };
    let letter = Letter {
        to: &email,
        subject: "Install and link a device",
        paragraphs: vec![
            format!("Hello {name},"),
            asked,
            "Open this mail on the device. The page says how to install the program; then the program shows a code of eight letters, which you enter there."
                .into(),
        ],
        action: Some(("Install and link", "/link#install".into())),
        footnote: "You sign in with your own account. If you did not expect this mail, ask your colleague before you install anything.",
    };
    mail::write(&mut tx, &cx, &letter).await?;
    audit::record(&mut tx, &cx, None, Event::WayMailed(to)).await?;
    tx.commit().await?;
    Ok(())
}
