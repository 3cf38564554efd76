//! Stopping the mails of one kind by the link in each of them, without signing in.

use uuid::Uuid;

use super::super::NoticeKind;
use crate::audit::{self, Event};
use crate::cx::Cx;
use crate::id::{AccountId, PersonId};
use crate::{Error, Fault, Result, page};

/// The link by which a person stops the mails of this kind. It never expires: an old mail has to be stoppable, and the
/// notices stay in the console.
pub(super) fn path(cx: &Cx, person: PersonId, kind: NoticeKind) -> String {
    let mark = page::cursor(&cx.world.seal, &list(kind), Uuid::nil(), person.0);
    format!("/unsubscribe?token={}.{mark}", kind.as_str())
}

/// Each kind is a list of its own, so that the mark of one stops no other.
fn list(kind: NoticeKind) -> String {
    format!("unsubscribe|{kind}")
}

fn read(cx: &Cx, token: &str) -> Option<(PersonId, NoticeKind)> {
    let (kind, mark) = token.split_once('.')?;
    let kind = kind.parse::<NoticeKind>().ok()?;
    let person = page::read_cursor(&cx.world.seal, &list(kind), Uuid::nil(), mark)?;
    Some((PersonId(person), kind))
}

/// What the link stops, if it is one of ours. Nothing changes: mail programs look at links before people do (F08).
///
/// # Errors
/// None: it asks nothing of the database.
pub async fn for_unsubscribing(cx: Cx, token: String) -> Result<Option<NoticeKind>> {
    Ok(read(&cx, &token).map(|(_, kind)| kind))
}

/// Stops the mails of the kind that the link names, for the person it was mailed to.
///
/// # Errors
/// `Invalid(token: DeadMailLink)`.
pub async fn for_muting(cx: Cx, token: String) -> Result<()> {
    let (person, kind) = read(&cx, &token).ok_or_else(|| Error::field("token", Fault::DeadMailLink))?;
    let mut tx = cx.begin().await?;
    let account = sqlx::query_scalar!(
        "with muted as (
             insert into notice_mute (person_id, kind, muted_at)
             select id, $2, $3 from person where id = $1
             on conflict do nothing
             returning person_id
         )
         select p.account_id from muted join person p on p.id = muted.person_id",
        person.0,
        kind.as_str(),
        cx.now,
    )
    .fetch_optional(&mut *tx)
    .await?;
    if let Some(account) = account {
        audit::record(&mut tx, &cx, Some(AccountId(account)), Event::NoticesChosen(person)).await?;
    }
    tx.commit().await?;
    Ok(())
}
