//! The deeds of recovery: a holder asks and tells more, support compares and decides, the code goes to its owner and to
//! nobody else.

mod ask;
mod assign;
mod blanks;
mod clock;
mod desk;
mod note;
mod weigh;

pub use ask::{answer_request, ask_recovery, known};
pub(crate) use assign::assign;
pub(crate) use blanks::blanks;
pub use clock::time_out;
pub use desk::{approve, ask_for_more, correct_end, reject, replace_ended_code, review, take};
pub use note::note;
pub use weigh::weigh_new;

use time::OffsetDateTime;

use super::{Reason, RecoveryState, RecoveryStatus, Route};
use crate::activation::Refusal;
use crate::actor::Permission;
use crate::audit::{self, Event};
use crate::case::FILES_KEPT;
use crate::code::store::ShownCode;
use crate::code::{self};
use crate::cx::Cx;
use crate::id::{CodeId, RecoveryId};
use crate::license::LicenseKey;
use crate::person::store::use_link;
use crate::seal::Sealed;
use crate::thread::store::{forget_files, read};
use crate::{Error, Fault, Result};

/// One of the account's requests.
///
/// # Errors
/// `NotFound` for another account's number.
pub async fn status(cx: Cx, number: String) -> Result<RecoveryStatus> {
    cx.require(Permission::SeeAccount)?;
    let mut db = cx.world.ro.acquire().await?;
    let row = sqlx::query!(
        r#"select id, number, route as "route: Route", reason as "reason: Reason", state as "state: RecoveryState",
               license_key_ct, order_number, created_at, decided_at, decision_reason, disclosed_at, corrected_to,
               asked_at, missing
           from recovery
           where account_id = $1 and number = $2"#,
        cx.actor.account()?.0,
        number,
    )
    .fetch_optional(&mut *db)
    .await?
    .ok_or(Error::NotFound)?;
    let id = RecoveryId(row.id);
    let state = row.state.at(row.asked_at, cx.now);
    Ok(RecoveryStatus {
        now: cx.now,
        id,
        number: row.number,
        reason: row.reason,
        state,
        route: row.route,
        key_tail: open_claimed(&cx, id, row.license_key_ct.as_deref())?.map(|key| key.tail()).unwrap_or_default(),
        order_number: row.order_number,
        created_at: row.created_at,
        decided_at: row.decided_at,
        decision_reason: row.decision_reason,
        disclosed_at: row.disclosed_at,
        corrected_to: row.corrected_to,
        asked_at: row.asked_at,
        missing: row.missing,
        takes_answers: state.answered(row.asked_at, cx.now).is_some(),
        thread: read(&mut db, &cx, row.id).await?,
    })
}

fn open_claimed(cx: &Cx, id: RecoveryId, sealed: Option<&[u8]>) -> Result<Option<LicenseKey>> {
    let Some(sealed) = sealed else { return Ok(None) };
    let bytes = cx.world.seal.open(Sealed::ClaimedKey, id.0, sealed)?;
    uuid::Uuid::from_slice(&bytes).map(|key| Some(LicenseKey(key))).map_err(|_| Error::Internal(cx.request))
}

/// Who ended a request: somebody in support, Latchkey by the evidence, or whoever sent it.
fn decider(staff: Option<String>, decided_at: Option<OffsetDateTime>, requester: &str) -> String {
    staff.unwrap_or_else(|| if decided_at.is_some() { "Latchkey" } else { requester }.to_owned())
}

/// Says that the files of a request go, now that it is over.
async fn over(db: &mut sqlx::PgConnection, cx: &Cx, id: RecoveryId) -> Result<()> {
    forget_files(db, id.0, Some(cx.now.saturating_add(FILES_KEPT))).await
}

/// Takes a request back.
///
/// # Errors
/// `NotFound` for another account's number, `Refused(RequestDecided)` when it is too late.
pub async fn withdraw(cx: Cx, number: String) -> Result<()> {
    cx.require(Permission::AskRecovery)?;
    let account = cx.actor.account()?;
    let mut tx = cx.begin().await?;
    let row = sqlx::query!(
        r#"select r.id, r.state as "state: RecoveryState", s.name as "decided_by?", r.decided_at
           from recovery r left join staff s on s.id = r.decided_by
           where r.account_id = $1 and r.number = $2
           for update of r"#,
        account.0,
        number,
    )
    .fetch_optional(&mut *tx)
    .await?
    .ok_or(Error::NotFound)?;
    if !row.state.is_open() {
        let by = decider(row.decided_by, row.decided_at, "you");
        return Err(Refusal::RequestDecided { by, at: row.decided_at.unwrap_or(cx.now) }.into());
    }
    sqlx::query!("update recovery set state = 'withdrawn' where id = $1", row.id).execute(&mut *tx).await?;
    over(&mut tx, &cx, RecoveryId(row.id)).await?;
    audit::record(&mut tx, &cx, None, Event::RecoveryWithdrawn(RecoveryId(row.id))).await?;
    tx.commit().await?;
    Ok(())
}

/// Shows a recovered code to its owner, once: the link from the mail is used up, and that it was shown is recorded
/// before the code leaves.
///
/// # Errors
/// `Invalid(token: DeadMailLink)`, also for a link that was mailed to somebody else.
pub async fn disclose(cx: Cx, token: String) -> Result<ShownCode> {
    cx.require(Permission::SeeAccount)?;
    let person = cx.actor.person()?;
    let mut tx = cx.begin().await?;
    let dead = || Error::field("token", Fault::DeadMailLink);
    let (owner, subject) = use_link(&mut tx, &cx, &token, "disclose").await?;
    let Some(recovery) = subject.filter(|_| owner == person) else { return Err(dead()) };
    let row = sqlx::query!(
        "select c.id, c.code_ct
         from recovery r join license l on l.id = r.license_id join activation_code c on c.id = l.code_id
         where r.id = $1 and r.state = 'approved' and l.administrator_id = $2",
        recovery,
        person.0,
    )
    .fetch_optional(&mut *tx)
    .await?
    .ok_or_else(dead)?;
    sqlx::query!("update recovery set state = 'done', disclosed_at = $2 where id = $1", recovery, cx.now)
        .execute(&mut *tx)
        .await?;
    let event = Event::RecoveryDisclosed { recovery: RecoveryId(recovery), code: CodeId(row.id) };
    audit::record(&mut tx, &cx, None, event).await?;
    tx.commit().await?;
    code::store::hand_out(&cx, CodeId(row.id), &row.code_ct).await
}
