//! What is told about a recovery (N8): once for each change, with one link; and the mail that leads to a recovered code.

use sqlx::PgConnection;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use super::super::super::{ANSWER_WITHIN, DISCLOSURE_DAYS};
use super::Locked;
use crate::Result;
use crate::cx::Cx;
use crate::id::PersonId;
use crate::mail::{self, Letter};
use crate::notice::store::{News, tell};
use crate::notice::{NoticeKind, Severity};
use crate::person::store::keep_link;
use crate::seal::Token;

/// Who administers the license, and gets its code.
pub(super) struct Owner {
    pub id: Uuid,
    pub name: String,
    pub email: String,
}

impl Locked {
    async fn write(
        &self,
        db: &mut PgConnection,
        cx: &Cx,
        subject: String,
        said: Vec<String>,
        footnote: &str,
    ) -> Result<()> {
        let news = News {
            kind: NoticeKind::Request,
            severity: Severity::Info,
            title: subject,
            said,
            action: ("See your request", format!("/requests/{}", self.number)),
            because: footnote,
            key: None,
        };
        tell(db, cx, self.account, &[self.requester], &news).await.map(drop)
    }
}

/// The link that shows the code, for its owner; and word of it for whoever asked, if that is somebody else.
pub(super) async fn disclosure(
    db: &mut PgConnection,
    cx: &Cx,
    request: &Locked,
    owner: &Owner,
    reason: &str,
) -> Result<()> {
    let token = Token::generate();
    let expires_at = cx.now + Duration::days(DISCLOSURE_DAYS);
    keep_link(db, cx, &token, "disclose", PersonId(owner.id), Some(request.id.0), expires_at).await?;
    let letter = Letter {
        to: &owner.email,
        subject: &format!("Your activation code is ready ({})", request.number),
        paragraphs: vec![
            format!("Hello {},", owner.name),
            format!(
                "support has granted request {}. The link below shows your activation code once, after you sign in.",
                request.number
            ),
            format!("Support wrote: {reason}"),
        ],
        action: Some(("Show my code", format!("/disclosed?token={}", token.reveal()))),
        footnote: "The link works once, within 7 days, and only for you. Write the code down when you see it.",
    };
    mail::write(db, cx, &letter).await?;
    if owner.email.eq_ignore_ascii_case(&request.requester_email) {
        return Ok(());
    }
    let said = "The code was sent to the administrator of the license. Ask them for it.".to_owned();
    let subject = format!("Request {} was granted", request.number);
    request.write(db, cx, subject, vec![said], "Only the license administrator may see the code.").await
}

/// The mail about the order went to the address of the order; which that is, is not told.
pub(super) async fn order_mail_sent(db: &mut PgConnection, cx: &Cx, request: &Locked) -> Result<()> {
    let said =
        "The mail about the order was sent once more, to the address that was given with the order. The code stands \
                in it."
            .to_owned();
    let subject = format!("Request {} was granted", request.number);
    let footnote = "If nobody can read that mailbox any more, send a new request with the proof of purchase.";
    request.write(db, cx, subject, vec![said], footnote).await
}

/// It is not granted, and why.
pub(in crate::recovery::store) async fn rejected(
    db: &mut PgConnection,
    cx: &Cx,
    request: &Locked,
    reason: &str,
) -> Result<()> {
    let said = vec![
        "We could not grant your request to recover an activation code.".to_owned(),
        format!("Support wrote: {reason}"),
    ];
    let subject = format!("Request {} was not granted", request.number);
    request.write(db, cx, subject, said, "You may send a new request with further proof at any time.").await
}

/// Somebody looks into it.
pub(super) async fn being_checked(db: &mut PgConnection, cx: &Cx, request: &Locked) -> Result<()> {
    let said = "Somebody in support is comparing your request with our records now.".to_owned();
    let subject = format!("Request {} is being checked", request.number);
    request.write(db, cx, subject, vec![said], "There is nothing you have to do.").await
}

/// Something is missing; what it is, stands on the page.
pub(super) async fn questioned(db: &mut PgConnection, cx: &Cx, request: &Locked) -> Result<()> {
    let said = format!(
        "Support needs something more from you to decide request {}. The page of the request says what it is.",
        request.number
    );
    let footnote = format!("Without an answer within {} days the request is closed.", ANSWER_WITHIN.whole_days());
    request.write(db, cx, format!("Support needs more for request {}", request.number), vec![said], &footnote).await
}

/// The license has the end of its term again.
pub(super) async fn end_corrected(db: &mut PgConnection, cx: &Cx, request: &Locked, to: OffsetDateTime) -> Result<()> {
    let day = to.format(super::DAY).unwrap_or_default();
    let said = format!(
        "Your license had ended too early. It ends on {day} now; each device learns it when it next contacts us."
    );
    let subject = format!("Request {} was granted", request.number);
    request.write(db, cx, subject, vec![said], "You do not have to enter a code.").await
}
