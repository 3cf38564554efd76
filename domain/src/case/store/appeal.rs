//! Deciding an appeal against the block of a code: a lead accepts the code again, or leaves it blocked, and answers (§3.1).

use super::super::{CaseState, Topic};
use super::desk::{lock, set};
use super::letters;
use crate::actor::Permission;
use crate::audit::{self, Event};
use crate::code::store::set_blocked_in;
use crate::cx::Cx;
use crate::id::CodeId;
use crate::recovery::read_decision_reason;
use crate::refund::Decision;
use crate::thread::Audience;
use crate::thread::store::say;
use crate::{Error, Fault, Result};

/// Decides the appeal of a case: approved, the code is accepted again and its dates stay; denied, it stays blocked. Either way
/// the reason is the answer, and the case is solved.
///
/// # Errors
/// `Forbidden` for everybody but leads; `NotFound`, also for a case that is no such appeal; `Invalid(decision)`,
/// `Invalid(reason)`; `Refused(CaseChanged)`, `Refused(CaseClosed)`, `Refused(OwnCase)`.
pub async fn decide_appeal(cx: Cx, number: String, version: i32, decision: String, reason: String) -> Result<()> {
    cx.require(Permission::BlockCode)?;
    let fault = if decision.is_empty() { Fault::Missing } else { Fault::NotAChoice };
    let decision: Decision = decision.parse().map_err(|_| Error::field("decision", fault))?;
    let reason = read_decision_reason(&reason)?;
    let mut tx = cx.begin().await?;
    let (case, staff) = lock(&mut tx, &cx, &number, version).await?;
    let state = case.state.moved_by_support(CaseState::Solved)?;
    let code = sqlx::query_scalar!(
        "select l.code_id from support_case c join license l on l.id = c.license_id
         where c.id = $1 and c.topic = $2 and l.account_id = c.account_id",
        case.id.0,
        Topic::BlockedCode.as_str(),
    )
    .fetch_optional(&mut *tx)
    .await?
    .ok_or(Error::NotFound)?;
    if decision == Decision::Approved {
        set_blocked_in(&mut tx, &cx, CodeId(code), reason.clone(), false).await?;
    }
    set(&mut tx, &cx, &case, staff, state, true).await?;
    say(&mut tx, &cx, case.account, case.id.0, Audience::Public, &reason, &[]).await?;
    let event = Event::CaseAnswered { case: case.id, state: state.as_str() };
    audit::record(&mut tx, &cx, Some(case.account), event).await?;
    letters::answered(&mut tx, &cx, &case.about(), state).await?;
    tx.commit().await?;
    Ok(())
}
