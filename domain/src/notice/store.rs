//! Telling people, and what they read, mute and choose.

mod own;
mod unsubscribe;

pub use own::{notices, read_notices, set_notice_days, set_notice_mails};
pub use unsubscribe::{for_muting, for_unsubscribing};

use sqlx::PgConnection;
use uuid::Uuid;

use super::{NoticeKind, Severity};
use crate::Result;
use crate::cx::Cx;
use crate::id::{AccountId, PersonId};
use crate::mail::{self, Letter};

/// Something to tell.
pub(crate) struct News<'a> {
    /// What it is about.
    pub(crate) kind: NoticeKind,
    /// How much it wants to be read.
    pub(crate) severity: Severity,
    /// What happened, in a line; the mail's subject.
    pub(crate) title: String,
    /// What it means and what to do.
    pub(crate) said: Vec<String>,
    /// The words on the mail's button, and the page where something can be done.
    pub(crate) action: (&'a str, String),
    /// Why they are told.
    pub(crate) because: &'a str,
    /// What is told once has a key.
    pub(crate) key: Option<String>,
}

/// Tells these people of one account, each once: in the console, and by mail unless they do not want that. Who has left or
/// never confirmed their address is told nothing. Gives how many were told.
///
/// # Errors
/// Those of the database.
pub(crate) async fn tell(
    db: &mut PgConnection,
    cx: &Cx,
    account: AccountId,
    to: &[PersonId],
    news: &News<'_>,
) -> Result<usize> {
    let people: Vec<Uuid> = to.iter().map(|id| id.0).collect();
    let told = sqlx::query!(
        r#"with told as (
               insert into notice (id, account_id, person_id, kind, severity, title, said, path, key, created_at)
               select gen_random_uuid(), $1, p.id, $3, $4, $5, $6, $7, $8, $9
               from person p
               where p.account_id = $1 and p.id = any($2) and p.disabled_at is null and p.email_verified_at is not null
               on conflict (person_id, key) do nothing
               returning person_id
           )
           select p.id, p.name, p.email,
               exists (select 1 from notice_mute m where m.person_id = p.id and m.kind = $3) as "muted!"
           from told join person p on p.id = told.person_id"#,
        account.0,
        &people,
        news.kind.as_str(),
        news.severity.as_str(),
        news.title,
        &news.said,
        news.action.1,
        news.key,
        cx.now,
    )
    .fetch_all(&mut *db)
    .await?;
    for person in told.iter().filter(|person| !person.muted) {
        let mut paragraphs = vec![format!("Hello {},", person.name)];
        paragraphs.extend_from_slice(&news.said);
        let letter = Letter {
            to: &person.email,
            subject: &news.title,
            paragraphs,
            action: Some((news.action.0, news.action.1.clone())),
            footnote: news.because,
        };
        let stop = unsubscribe::path(cx, PersonId(person.id), news.kind);
        mail::write_stoppable(db, cx, &letter, &stop).await?;
    }
    Ok(told.len())
}
