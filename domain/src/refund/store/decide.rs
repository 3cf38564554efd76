//! Deciding a refund: a lead's, with a reason, and never for their own account (R86).

use sqlx::PgConnection;

use super::super::{Decision, RefundState};
use crate::activation::Refusal;
use crate::actor::{Actor, Permission};
use crate::audit::{self, Event};
use crate::cx::Cx;
use crate::id::{AccountId, CaseId, CodeId, OrderId, StaffId};
use crate::recovery::read_decision_reason;
use crate::{Error, Fault, Result, case, order};

/// A refund, locked with its case.
struct Locked {
    case: CaseId,
    account: AccountId,
    code: CodeId,
    order: OrderId,
    state: RefundState,
    refusal: Refusal,
}

/// Locks a refund by the number of its case: the case first, as everybody does.
async fn lock(db: &mut PgConnection, cx: &Cx, number: &str) -> Result<(Locked, StaffId)> {
    let Actor::Staff { id: staff, email: own_email, .. } = &cx.actor else { return Err(Error::Forbidden) };
    let row = sqlx::query!(
        r#"select c.id, c.account_id, r.code_id, r.purchase_id, r.state as "state: RefundState", r.decided_at,
               s.name as "decided_by?", exists (
                   select 1 from person p where p.account_id = c.account_id and lower(p.email) = lower($2)
               ) as "own!"
           from support_case c
           join refund r on r.case_id = c.id
           left join staff s on s.id = r.decided_by
           where c.number = $1
           for update of c, r"#,
        number,
        own_email,
    )
    .fetch_optional(db)
    .await?
    .ok_or(Error::NotFound)?;
    if row.own {
        return Err(Refusal::OwnCase.into());
    }
    let by = row.decided_by.unwrap_or_default();
    let locked = Locked {
        case: CaseId(row.id),
        account: AccountId(row.account_id),
        code: CodeId(row.code_id),
        order: OrderId(row.purchase_id),
        state: row.state,
        refusal: Refusal::RequestDecided { by, at: row.decided_at.unwrap_or(cx.now) },
    };
    Ok((locked, *staff))
}

/// Decides a refund. Granted, the code is cancelled, its devices lose their places, what waits with it does not take over,
/// and the store is told to pay, all in one transaction (R87). Not granted, the customer may answer once. Either way the case
/// is solved and the reason stands in it.
///
/// # Errors
/// `Forbidden` for everybody but leads, `NotFound`, `Invalid(reason)` and `Invalid(decision)`, `Refused(RequestDecided)` with
/// the name of who was faster, `Refused(OwnCase)`.
pub async fn decide_refund(cx: Cx, number: String, decision: String, reason: String) -> Result<()> {
    cx.require(Permission::DecideRefund)?;
    let decision: Decision = decision.parse().map_err(|_| {
        let fault = if decision.is_empty() { Fault::Missing } else { Fault::NotAChoice };
        Error::field("decision", fault)
    })?;
    let reason = read_decision_reason(&reason)?;
    let mut tx = cx.begin().await?;
    let (refund, staff) = lock(&mut tx, &cx, &number).await?;
    if !refund.state.is_open() {
        return Err(refund.refusal.into());
    }
    sqlx::query!(
        "update refund
         set state = $2, decision = $2, decision_reason = $3, decided_by = $4, decided_at = $5::timestamptz,
             store_told_at = case when $2 = 'approved' then $5::timestamptz end
         where case_id = $1",
        refund.case.0,
        decision.as_str(),
        reason,
        staff.0,
        cx.now,
    )
    .execute(&mut *tx)
    .await?;
    let event = match decision {
        Decision::Approved => {
            order::store::grant_refund(&mut tx, &cx, refund.order, refund.code).await?;
            Event::RefundApproved(refund.case)
        }
        Decision::Denied => {
            if !others_run(&mut tx, &refund).await? {
                order::store::keep_paid(&mut tx, refund.order).await?;
            }
            Event::RefundDenied(refund.case)
        }
    };
    audit::record(&mut tx, &cx, Some(refund.account), event).await?;
    case::store::settle(&mut tx, &cx, refund.case, &reason).await?;
    tx.commit().await?;
    Ok(())
}

/// Whether money of the same order is wanted back in another case.
async fn others_run(db: &mut PgConnection, refund: &Locked) -> Result<bool> {
    let run = sqlx::query_scalar!(
        r#"select exists (
               select 1 from refund where purchase_id = $1 and case_id <> $2 and state in ('requested', 'under_review')
           ) as "run!""#,
        refund.order.0,
        refund.case.0,
    )
    .fetch_one(db)
    .await?;
    Ok(run)
}

/// Notes that the store has paid.
///
/// # Errors
/// As for deciding; `Refused(RequestDecided)` when it was not granted, or is paid already.
pub async fn pay_refund(cx: Cx, number: String) -> Result<()> {
    cx.require(Permission::DecideRefund)?;
    let mut tx = cx.begin().await?;
    let (refund, _) = lock(&mut tx, &cx, &number).await?;
    if refund.state.is_open() {
        return Err(Refusal::RefundUndecided.into());
    }
    if refund.state != RefundState::Approved {
        return Err(refund.refusal.into());
    }
    sqlx::query!("update refund set state = 'paid', paid_at = $2 where case_id = $1", refund.case.0, cx.now)
        .execute(&mut *tx)
        .await?;
    audit::record(&mut tx, &cx, Some(refund.account), Event::RefundPaid(refund.case)).await?;
    let said = "the store has paid the refund. How it reaches you depends on how you paid.";
    case::store::tell(&mut tx, &cx, refund.case, "Your refund was paid", said).await?;
    tx.commit().await?;
    Ok(())
}
