//! Looking at the pages of an office as its people see them: read only, while its record is open, and told to the office.

use time::OffsetDateTime;

use super::super::Record;
use super::opened_account;
use crate::actor::{Actor, Permission};
use crate::audit::{self, Event};
use crate::cx::Cx;
use crate::id::{AccountId, PersonId};
use crate::{Error, Result};

/// Begins to look at the pages of an office whose record is open. The office reads that, and why, under Activity.
///
/// # Errors
/// `Forbidden` for everybody but agents and leads; `NotFound` while the record is not open.
pub async fn view_customer(cx: Cx, account: AccountId) -> Result<()> {
    cx.require(Permission::WorkCases)?;
    let mut tx = cx.begin().await?;
    let opened = opened_account(&mut tx, &cx, account.0).await?.ok_or(Error::NotFound)?;
    let event = Event::CustomerViewed { account, request: opened.request, reason: opened.reason };
    audit::record(&mut tx, &cx, Some(account), event).await?;
    tx.commit().await?;
    Ok(())
}

/// Somebody in support with the eyes of an office's owner, while the record is open to them; nobody when that is over.
///
/// # Errors
/// Those of the database.
pub async fn for_viewing(
    db: &sqlx::PgPool,
    staff: &Actor,
    account: AccountId,
    now: OffsetDateTime,
) -> Result<Option<Actor>> {
    let Actor::Staff { id, name, .. } = staff else { return Ok(None) };
    let row = sqlx::query!(
        "select a.name as office, o.id as owner
         from account a
         join person o on o.account_id = a.id and o.role = 'owner' and o.disabled_at is null
         where a.id = $1 and exists (
             select 1 from support_access x where x.subject_id = a.id and x.staff_id = $2 and x.ends_at > $3)
         limit 1",
        account.0,
        id.0,
        now,
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| Actor::Viewer {
        staff: *id,
        name: name.clone(),
        account,
        office: row.office,
        owner: PersonId(row.owner),
    }))
}

/// Notes that a page of an office was looked at, or read again by script (H11).
///
/// # Errors
/// `Forbidden` for everybody who does not look at an office's pages.
pub async fn note_viewed(cx: &Cx, page: &str) -> Result<()> {
    let Actor::Viewer { account, .. } = cx.actor else { return Err(Error::Forbidden) };
    let mut tx = cx.begin().await?;
    let event = Event::PageViewed { record: Record::Customer, id: account, page: page.chars().take(120).collect() };
    audit::record(&mut tx, cx, Some(account), event).await?;
    tx.commit().await?;
    Ok(())
}
