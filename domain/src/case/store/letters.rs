//! What is told about a case (N8): once for each change, with one link, and nothing of what was said in it.

use sqlx::PgConnection;

use super::super::{CLOSED_AFTER, CaseState, REMINDED_AFTER, SOLVED_UNANSWERED_AFTER};
use crate::Result;
use crate::cx::Cx;
use crate::id::{AccountId, PersonId};
use crate::notice::store::{News, tell};
use crate::notice::{NoticeKind, Severity};

/// Who is told, and about what.
pub(super) struct About<'a> {
    pub account: AccountId,
    pub person: PersonId,
    pub number: &'a str,
    pub subject: &'a str,
}

impl About<'_> {
    async fn write(&self, db: &mut PgConnection, cx: &Cx, subject: String, said: String, footnote: &str) -> Result<()> {
        let news = News {
            kind: NoticeKind::Request,
            severity: Severity::Info,
            title: subject,
            said: vec![said],
            action: ("See your case", format!("/requests/{}", self.number)),
            because: footnote,
            key: None,
        };
        tell(db, cx, self.account, &[self.person], &news).await.map(drop)
    }
}

const ON_THE_PAGE: &str = "Answer on that page: what is sent to this address is read by nobody.";

/// The receipt.
pub(super) async fn opened(db: &mut PgConnection, cx: &Cx, number: &str, subject: &str) -> Result<()> {
    let said = format!("Your case “{subject}” has reached support. We answer within one working day.");
    let about = About { account: cx.actor.account()?, person: cx.actor.person()?, number, subject };
    let footnote = "If you did not open this case, tell us so on that page.";
    about.write(db, cx, format!("We have your case {number}"), said, footnote).await
}

/// Support answered, and the case stands so now.
pub(super) async fn answered(db: &mut PgConnection, cx: &Cx, about: &About<'_>, state: CaseState) -> Result<()> {
    let then = match state {
        CaseState::Pending => "We wait for your answer.".to_owned(),
        CaseState::Solved => solved(),
        CaseState::New | CaseState::Open | CaseState::OnHold | CaseState::Closed => "We stay on it.".to_owned(),
    };
    let said = format!("Support has answered your case “{}”. {then}", about.subject);
    about.write(db, cx, format!("Support answered your case {}", about.number), said, ON_THE_PAGE).await
}

/// The case stands differently, without an answer.
pub(super) async fn moved(db: &mut PgConnection, cx: &Cx, about: &About<'_>, state: CaseState) -> Result<()> {
    let now = match state.told() {
        CaseState::Pending => "waits for your answer. See what support asked last.".to_owned(),
        CaseState::Solved => format!("is solved, as far as support can see. {}", solved()),
        CaseState::Closed => "is closed. If it comes up again, open a case that follows it.".to_owned(),
        CaseState::New | CaseState::Open | CaseState::OnHold => "is being worked on.".to_owned(),
    };
    let said = format!("Your case “{}” {now}", about.subject);
    about.write(db, cx, format!("Your case {} changed", about.number), said, ON_THE_PAGE).await
}

/// It waits for the customer, who has not answered yet.
pub(super) async fn reminded(db: &mut PgConnection, cx: &Cx, about: &About<'_>) -> Result<()> {
    let left = (SOLVED_UNANSWERED_AFTER - REMINDED_AFTER).whole_days();
    let said = format!(
        "We wait for your answer in your case “{}”. Without one the case is called solved in {left} days; an answer opens it \
         again.",
        about.subject
    );
    about.write(db, cx, format!("Your case {} waits for you", about.number), said, ON_THE_PAGE).await
}

/// It goes on in another case.
pub(super) async fn merged(db: &mut PgConnection, cx: &Cx, about: &About<'_>, into: &str) -> Result<()> {
    let said = format!(
        "Your case “{}” goes on in case {into}, where all that was said stands together. You need not do anything.",
        about.subject
    );
    let there = About { number: into, ..*about };
    there.write(db, cx, format!("Your case {} goes on in {into}", about.number), said, ON_THE_PAGE).await
}

/// Something else came of it.
pub(super) async fn told(db: &mut PgConnection, cx: &Cx, about: &About<'_>, title: &str, said: &str) -> Result<()> {
    about.write(db, cx, format!("{title} ({})", about.number), said.to_owned(), ON_THE_PAGE).await
}

fn solved() -> String {
    format!(
        "If your question is not solved, answer within {} days, and the case is open again.",
        CLOSED_AFTER.whole_days()
    )
}
