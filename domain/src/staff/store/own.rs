//! Nobody in support acts in an office of their own (H03): it is refused wherever it is tried, recorded, and told to the leads.

use sqlx::PgConnection;

use crate::activation::Refusal;
use crate::actor::Actor;
use crate::attempt::{self, OWN_TOLD};
use crate::audit::{self, Event};
use crate::cx::Cx;
use crate::id::AccountId;
use crate::mail::{self, Letter};
use crate::{Error, Result};

/// Refuses a deed in the office of whoever asks. The deed's own transaction is given up, so what is recorded stands in another.
/// Call it with what `is_own_account` says.
///
/// # Errors
/// `Refused(OwnCase)` when it is their own.
pub(crate) async fn refuse_own(cx: &Cx, account: AccountId, own: bool) -> Result<()> {
    if !own {
        return Ok(());
    }
    let Actor::Staff { id, ref name, .. } = cx.actor else { return Err(Error::Forbidden) };
    let mut tx = cx.begin().await?;
    audit::record(&mut tx, cx, Some(account), Event::OwnAccountRefused(id)).await?;
    let key = id.0.as_bytes();
    if attempt::reached(&mut tx, cx.now, OWN_TOLD, key).await?.is_none() {
        attempt::note(&mut tx, cx.now, OWN_TOLD.bucket, key).await?;
        let said = format!(
            "{name} tried to act in an office that their own address or device belongs to. It was refused, and nothing changed."
        );
        let subject = "Somebody in support tried to act in their own office";
        tell_leads(&mut tx, cx, subject, said, "The try stands in the audit log. Ask what it was for.").await?;
    }
    tx.commit().await?;
    Err(Refusal::OwnCase.into())
}

/// The same where what is asked is not part of a statement of the deed.
///
/// # Errors
/// `Refused(OwnCase)` when it is their own.
pub(crate) async fn not_own(db: &mut PgConnection, cx: &Cx, account: AccountId) -> Result<()> {
    let Actor::Staff { email, .. } = &cx.actor else { return Ok(()) };
    let own = sqlx::query_scalar!(r#"select is_own_account($1, $2) as "own!""#, account.0, email).fetch_one(db).await?;
    refuse_own(cx, account, own).await
}

/// Mails the leads something that they should look into.
pub(crate) async fn tell_leads(
    db: &mut PgConnection,
    cx: &Cx,
    subject: &str,
    said: String,
    footnote: &str,
) -> Result<()> {
    let leads = sqlx::query_scalar!("select email from staff where role = 'lead' and disabled_at is null order by id")
        .fetch_all(&mut *db)
        .await?;
    for to in leads {
        let letter = Letter {
            to: &to,
            subject,
            paragraphs: vec![said.clone()],
            action: Some(("Open the audit log", "/support/audit".to_owned())),
            footnote,
        };
        mail::write(db, cx, &letter).await?;
    }
    Ok(())
}
