//! Mailing a person every code they look after, for a drawer of their own.

use super::hand_out;
use crate::Result;
use crate::actor::{Actor, Permission};
use crate::attempt::{self, MAIL_CODES};
use crate::audit::{self, Event};
use crate::cx::Cx;
use crate::error::Error;
use crate::id::CodeId;
use crate::mail::{self, Letter};
use crate::notice::store::{News, tell};
use crate::notice::{NoticeKind, Severity};

/// The most codes in one mail.
const MOST: i64 = 200;

/// N6: that codes were mailed stands in the console too.
fn told(count: usize) -> News<'static> {
    let title = match count {
        1 => "An activation code was mailed".to_owned(),
        count => format!("{count} activation codes were mailed"),
    };
    News {
        kind: NoticeKind::Code,
        severity: Severity::Info,
        title,
        said: vec!["The codes you look after were mailed to your address, after your password was entered.".to_owned()],
        action: ("See your licenses", "/licenses".to_owned()),
        because: "If this was not you, set a new password at once with \"Forgot your password?\" on the sign-in page.",
        key: None,
    }
}

/// Mails the person every code they administer that can be used: the unused ones and those of licenses (R11). The caller has
/// made sure that the password was entered. The mail lies sealed until it leaves, and the audit event is committed with it
/// (C05). Gives how many codes were mailed; without any nothing is sent.
///
/// # Errors
/// `Refused(Attempts)` beyond three mails in a day.
pub async fn mail_codes(cx: Cx) -> Result<usize> {
    cx.require(Permission::SeeAccount)?;
    let Actor::Person { id: person, account, name, email, .. } = &cx.actor else { return Err(Error::Forbidden) };
    let mut tx = cx.begin().await?;
    let rows = sqlx::query!(
        r#"select c.id, c.code_ct, p.name as product, l.expires_at as "ends_at?"
           from activation_code c
           join product p on p.id = c.product_id
           left join license l on l.code_id = c.id
           where c.account_id = $1 and c.administrator_id = $2
               and c.blocked_at is null and c.cancelled_at is null and c.replaced_at is null
           order by l.expires_at desc nulls first, c.id
           limit $3"#,
        account.0,
        person.0,
        MOST,
    )
    .fetch_all(&mut *tx)
    .await?;
    if rows.is_empty() {
        return Ok(0);
    }
    attempt::count(&mut tx, &cx, MAIL_CODES, person.0.as_bytes()).await?;
    let mut paragraphs =
        vec![format!("Hello {name},"), "these are the activation codes that you look after.".to_owned()];
    for row in &rows {
        let state = match row.ends_at {
            None => "not used yet".to_owned(),
            Some(at) if at <= cx.now => format!("ended on {}", at.date()),
            Some(at) => format!("runs until {}", at.date()),
        };
        paragraphs.push(format!(
            "{}, {state}: {}",
            row.product,
            hand_out(&cx, CodeId(row.id), &row.code_ct).await?.code
        ));
    }
    let letter = Letter {
        to: email,
        subject: "Your activation codes",
        paragraphs,
        action: Some(("See your licenses", "/licenses".to_owned())),
        footnote: "Keep this mail where only you can read it. If you did not ask for it, set a new password at once: choose \"Forgot your password?\" at sign-in.",
    };
    mail::write_sealed(&mut tx, &cx, &letter).await?;
    let codes = rows.iter().map(|row| CodeId(row.id)).collect::<Vec<_>>();
    let count = codes.len();
    audit::record(&mut tx, &cx, None, Event::CodesMailed(codes)).await?;
    tell(&mut tx, &cx, *account, &[*person], &told(count)).await?;
    tx.commit().await?;
    Ok(count)
}
