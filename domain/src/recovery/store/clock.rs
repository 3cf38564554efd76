//! Requests that wait for an answer are closed when none comes.

use crate::Result;
use crate::actor::Permission;
use crate::audit::{self, Event};
use crate::case::FILES_KEPT;
use crate::cx::Cx;
use crate::id::{AccountId, RecoveryId};
use crate::mail::{self, Letter};
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
           from over, person p
           where r.id = over.id and p.id = r.person_id
           returning r.id, r.account_id, r.number, r.asked_at as "asked_at!", p.name, p.email"#,
        cx.now - ANSWER_WITHIN,
    )
    .fetch_all(&mut *tx)
    .await?;
    for row in &rows {
        forget_files(&mut tx, row.id, Some(reopen_until(row.asked_at).saturating_add(FILES_KEPT))).await?;
        audit::record(&mut tx, cx, Some(AccountId(row.account_id)), Event::RecoveryTimedOut(RecoveryId(row.id)))
            .await?;
        let letter = Letter {
            to: &row.email,
            subject: &format!("Request {} was closed", row.number),
            paragraphs: vec![
                format!("Hello {},", row.name),
                "we waited 30 days for what was missing. An answer on the page opens the request again, for 30 days more."
                    .into(),
            ],
            action: Some(("See your request", format!("/requests/{}", row.number))),
            footnote: "If you have found the code, there is nothing to do.",
        };
        mail::write(&mut tx, cx, &letter).await?;
    }
    tx.commit().await?;
    Ok(rows.len())
}
