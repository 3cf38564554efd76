//! Requests that wait for an answer are closed when none comes.

use crate::Result;
use crate::actor::Permission;
use crate::audit::{self, Event};
use crate::case::FILES_KEPT;
use crate::cx::Cx;
use crate::id::{AccountId, PersonId, RecoveryId};
use crate::notice::store::{News, tell};
use crate::notice::{NoticeKind, Severity};
use crate::recovery::{ANSWER_WITHIN, reopen_until};
use crate::thread::store::forget_files;

/// Closes what waited for an answer for thirty days. An answer opens it again for thirty more; its files go 90 days after
/// that.
///
/// # Errors
/// `Forbidden` for everybody but Latchkey itself.
pub async fn time_out(cx: &Cx) -> Result<usize> {
    cx.require(Permission::Operate)?;
    let mut tx = cx.begin().await?;
    let rows = sqlx::query!(
        r#"with over as (
               select id from recovery where state = 'needs_info' and asked_at <= $1
               order by asked_at
               limit 100
               for update skip locked
           )
           update recovery r set state = 'timed_out'
           from over
           where r.id = over.id
           returning r.id, r.account_id, r.number, r.asked_at as "asked_at!", r.person_id"#,
        cx.now - ANSWER_WITHIN,
    )
    .fetch_all(&mut *tx)
    .await?;
    for row in &rows {
        forget_files(&mut tx, row.id, Some(reopen_until(row.asked_at).saturating_add(FILES_KEPT))).await?;
        audit::record(&mut tx, cx, Some(AccountId(row.account_id)), Event::RecoveryTimedOut(RecoveryId(row.id)))
            .await?;
        let news = News {
            kind: NoticeKind::Request,
            severity: Severity::Warning,
            title: format!("Request {} was closed", row.number),
            said: vec![
                "We waited 30 days for what was missing. An answer on the page opens the request again, for 30 days more."
                    .to_owned(),
            ],
            action: ("See your request", format!("/requests/{}", row.number)),
            because: "If you have found the code, there is nothing to do.",
            key: None,
        };
        tell(&mut tx, cx, AccountId(row.account_id), &[PersonId(row.person_id)], &news).await?;
    }
    tx.commit().await?;
    Ok(rows.len())
}
