//! Opening a record for a case: with a reason, for a while, told to the customer, and never one's own.

use sqlx::PgConnection;
use uuid::Uuid;

use super::super::{OPEN_FOR, Record, read_reason};
use crate::activation::Refusal;
use crate::actor::{Actor, Permission};
use crate::attempt::{self, HARVEST, HARVEST_TOLD};
use crate::audit::{self, Event};
use crate::cx::Cx;
use crate::id::{AccountId, StaffId};
use crate::staff::StaffRole;
use crate::staff::store::{refuse_own, tell_leads};
use crate::text::Faults;
use crate::{Error, Fault, Result};

/// Opens a record for half an hour, for an open case or recovery and with a reason that the customer reads; auditors open it
/// for one that is done as well. One that is
/// opened for a case of somebody else counts: ten in an hour or fifty in a day are the end of it, and leads are told (H05).
///
/// # Errors
/// `Invalid` for a reason without substance or a request that is not open (H04); `NotFound`; `Refused(OwnCase)` for the
/// asker's own office, or one with their address in it (H03); `Refused(Attempts)` (H05).
pub async fn open_record(cx: Cx, record: Record, id: Uuid, request: String, reason: String) -> Result<()> {
    cx.require(Permission::ReadRecords)?;
    let Actor::Staff { id: staff, role, ref email, ref name, .. } = cx.actor else { return Err(Error::Forbidden) };
    let mut faults = Faults::default();
    let reason = match read_reason(&reason) {
        Ok(reason) => Some(reason),
        Err(Error::Invalid(at)) => {
            at.into_iter().for_each(|at| faults.note(&at.field, at.fault));
            None
        }
        Err(error) => return Err(error),
    };
    let request = request.trim().to_uppercase();
    if request.is_empty() {
        faults.note("request", Fault::Missing);
    }
    let reason = faults.finish(reason)?;
    let mut tx = cx.begin().await?;
    let account = account_of(&mut tx, record, id).await?;
    let asks = sqlx::query_scalar!(
        r#"select account_id as "account_id!" from support_case
           where number = $1 and (state not in ('solved', 'closed') or $2)
           union all
           select account_id from recovery
           where number = $1 and (state in ('submitted', 'checking', 'needs_info', 'approved') or $2)"#,
        request,
        role == StaffRole::Auditor,
    )
    .fetch_optional(&mut *tx)
    .await?
    .ok_or_else(|| Error::field("request", Fault::NotAChoice))?;
    if let Some(account) = account {
        let own = sqlx::query_scalar!(r#"select is_own_account($1, $2) as "own!""#, account.0, email,)
            .fetch_one(&mut *tx)
            .await?;
        if own {
            audit::record(&mut tx, &cx, Some(account), Event::RecordRefused { record, id }).await?;
            tx.commit().await?;
            return refuse_own(&cx, account, own).await;
        }
    }
    if account.map(|account| account.0) != Some(asks)
        && let Some(until) = harvest(&mut tx, &cx, staff, name).await?
    {
        tx.commit().await?;
        return Err(Refusal::Attempts { until }.into());
    }
    sqlx::query!(
        "insert into support_access (id, staff_id, subject_id, account_id, request, reason, opened_at, ends_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        Uuid::now_v7(),
        staff.0,
        account.map_or(id, |account| account.0),
        account.map(|account| account.0),
        request,
        reason,
        cx.now,
        cx.now + OPEN_FOR,
    )
    .execute(&mut *tx)
    .await?;
    audit::record(&mut tx, &cx, account, Event::RecordOpened { record, id, request, reason }).await?;
    tx.commit().await?;
    Ok(())
}

/// The account that a record belongs to; a code may be in none.
async fn account_of(db: &mut PgConnection, record: Record, id: Uuid) -> Result<Option<AccountId>> {
    let account = sqlx::query_scalar!(
        r#"select id from account where $1 = 'customer' and id = $2
           union all
           select account_id from activation_code where $1 = 'code' and id = $2
           union all
           select account_id from device where $1 = 'device' and id = $2"#,
        record.as_str(),
        id,
    )
    .fetch_optional(db)
    .await?
    .ok_or(Error::NotFound)?;
    Ok(account.map(AccountId))
}

/// Counts a record that is opened without a case of its office; says until when no further one is, and tells the leads.
async fn harvest(db: &mut PgConnection, cx: &Cx, staff: StaffId, name: &str) -> Result<Option<time::OffsetDateTime>> {
    let key = staff.0.as_bytes();
    for limit in HARVEST {
        if let Some(until) = attempt::reached(db, cx.now, limit, key).await? {
            if attempt::reached(db, cx.now, HARVEST_TOLD, key).await?.is_none() {
                attempt::note(db, cx.now, HARVEST_TOLD.bucket, key).await?;
                let said = format!(
                    "{name} opened as many records of offices without a case of theirs as an hour or a day allows. No \
                     further one opens for now."
                );
                let footnote = "Ask what the records were needed for. The reasons stand in the audit log.";
                tell_leads(db, cx, "Somebody in support opened unusually many records", said, footnote).await?;
                audit::record(db, cx, None, Event::HarvestStopped(staff)).await?;
            }
            return Ok(Some(until));
        }
    }
    attempt::note(db, cx.now, HARVEST[0].bucket, key).await?;
    Ok(None)
}
