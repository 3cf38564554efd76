//! What is told of codes that are shown (N6), and of the limit on showing them.

use sqlx::PgConnection;

use crate::Result;
use crate::attempt::{self, SHOWS_TOLD};
use crate::cx::Cx;
use crate::id::{AccountId, LicenseId};
use crate::mail::{self, Letter};
use crate::notice::store::{News, tell};
use crate::notice::{NoticeKind, Severity};
use crate::person::Role;

/// N6: whoever may see a code learns each time it was shown.
pub(super) async fn shown(db: &mut PgConnection, cx: &Cx, license: LicenseId) -> Result<()> {
    let said = "The activation code of one of your licenses was shown in the console, after your password was entered.";
    seen(db, cx, license, "An activation code was shown", said).await
}

/// N6: whoever may see a code learns each time it was mailed.
pub(super) async fn mailed(db: &mut PgConnection, cx: &Cx, license: LicenseId) -> Result<()> {
    let said =
        "The activation code of one of your licenses was mailed to your address, after your password was entered.";
    seen(db, cx, license, "An activation code was mailed", said).await
}

async fn seen(db: &mut PgConnection, cx: &Cx, license: LicenseId, title: &str, said: &str) -> Result<()> {
    let news = News {
        kind: NoticeKind::Code,
        severity: Severity::Info,
        title: title.to_owned(),
        said: vec![said.to_owned()],
        action: ("See the license", format!("/licenses/{license}")),
        because: "If this was not you, set a new password at once with \"Forgot your password?\" on the sign-in page.",
        key: None,
    };
    tell(db, cx, cx.actor.account()?, &[cx.actor.person()?], &news).await.map(drop)
}

/// The owners learn, once an hour, that as many codes were shown as an hour allows (C07).
pub(super) async fn stopped(db: &mut PgConnection, cx: &Cx, account: AccountId) -> Result<()> {
    if !attempt::within(db, cx, &[(SHOWS_TOLD, account.0.as_bytes())]).await? {
        return Ok(());
    }
    let owners = sqlx::query!(
        "select name, email from person where account_id = $1 and role = $2 and disabled_at is null order by id",
        account.0,
        Role::Owner.as_str(),
    )
    .fetch_all(&mut *db)
    .await?;
    for owner in owners {
        let letter = Letter {
            to: &owner.email,
            subject: "Ten activation codes were shown within an hour",
            paragraphs: vec![
                format!("Hello {},", owner.name),
                "ten activation codes of your office were shown or mailed within an hour. More were asked for and refused."
                    .into(),
            ],
            action: Some(("See what happened", "/activity".into())),
            footnote: "If nobody of your office did this, set a new password at once and replace the codes.",
        };
        mail::write(&mut *db, cx, &letter).await?;
    }
    Ok(())
}
