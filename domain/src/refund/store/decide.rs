//! Deciding a refund: a lead's, with a reason, and never for their own account (R86).

use sqlx::PgConnection;
use time::OffsetDateTime;

use super::super::{Decision, RefundState};
use crate::activation::Refusal;
use crate::actor::{Actor, Permission};
use crate::audit::{self, Event};
use crate::cx::Cx;
use crate::id::{AccountId, CaseId, CodeId, OrderId, StaffId};
use crate::recovery::read_decision_reason;
use crate::staff::store::refuse_own;
use crate::{Error, Fault, Result, case, order};

/// A refund, locked with its case.
struct Locked {
    case: CaseId,
    account: AccountId,
    code: CodeId,
    order: OrderId,
    state: RefundState,
    /// What was paid, where that is more than one lead alone gives back.
    by_two: Option<i64>,
    first: Option<First>,
    refusal: Refusal,
}

/// The yes of the first of two leads.
struct First {
    by: StaffId,
    name: String,
    at: OffsetDateTime,
    price: i64,
}

/// Locks a refund by the number of its case: the case first, as everybody does.
async fn lock(db: &mut PgConnection, cx: &Cx, number: &str) -> Result<(Locked, StaffId)> {
    let Actor::Staff { id: staff, email: own_email, .. } = &cx.actor else { return Err(Error::Forbidden) };
    let row = sqlx::query!(
        r#"select c.id, c.account_id, r.code_id, r.purchase_id, r.state as "state: RefundState", r.decided_at,
               s.name as "decided_by?", r.first_by, r.first_at, r.first_price, f.name as "first_name?",
               -- whoever set the limit needs a second lead whatever was paid
               case when o.price > sl.refund_by_one_up_to or sl.refund_limit_set_by = $3 then o.price end as by_two,
               is_own_account(c.account_id, $2) as "own!"
           from support_case c
           join refund r on r.case_id = c.id
           join purchase o on o.id = r.purchase_id
           join seller sl on sl.id = o.seller_id
           left join staff s on s.id = r.decided_by
           left join staff f on f.id = r.first_by
           where c.number = $1
           for update of c, r"#,
        number,
        own_email,
        staff.0,
    )
    .fetch_optional(db)
    .await?
    .ok_or(Error::NotFound)?;
    refuse_own(cx, AccountId(row.account_id), row.own).await?;
    let by = row.decided_by.unwrap_or_default();
    let locked = Locked {
        case: CaseId(row.id),
        account: AccountId(row.account_id),
        code: CodeId(row.code_id),
        order: OrderId(row.purchase_id),
        state: row.state,
        by_two: row.by_two,
        first: (|| {
            let (by, at, price) = (row.first_by?, row.first_at?, row.first_price?);
            Some(First { by: StaffId(by), name: row.first_name?, at, price })
        })(),
        refusal: Refusal::RequestDecided { by, at: row.decided_at.unwrap_or(cx.now) },
    };
    Ok((locked, *staff))
}

/// Decides a refund. Granted, the code is cancelled, its devices lose their places, what waits with it does not take over,
/// and the store is told to pay, all in one transaction (R87). Not granted, the customer may answer once. Either way the case
/// is solved and the reason stands in it. Above the seller's limit the first yes only stands beside the case, and a second
/// lead grants or denies; a first yes to another amount counts for nothing. Whoever set that limit always needs a second lead.
///
/// # Errors
/// `Forbidden` for everybody but leads, `NotFound`, `Invalid(reason)` and `Invalid(decision)`, `Refused(RequestDecided)` with
/// the name of who was faster, `Refused(OwnCase)`, `Refused(SecondLead)` for the first lead's second yes.
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
    if decision == Decision::Approved && refund.waits_for_second(staff)? {
        say_yes_first(&mut tx, &cx, &refund, staff, &reason).await?;
        tx.commit().await?;
        return Ok(());
    }
    sqlx::query!(
        "update refund
         set state = $2, decision = $2, decision_reason = $3, decided_by = $4, decided_at = $5::timestamptz,
             store_told_at = case when $2 = 'approved' then $5::timestamptz end,
             -- after a denial two leads begin anew
             first_by = case when $2 = 'approved' then first_by end,
             first_at = case when $2 = 'approved' then first_at end,
             first_reason = case when $2 = 'approved' then first_reason end,
             first_price = case when $2 = 'approved' then first_price end
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

impl Locked {
    /// Whether this lead's yes is the first of two, for the amount that was paid.
    ///
    /// # Errors
    /// `Refused(SecondLead)` when the first was theirs.
    fn waits_for_second(&self, staff: StaffId) -> Result<bool> {
        let Some(paid) = self.by_two else { return Ok(false) };
        match &self.first {
            Some(first) if first.price == paid && first.by == staff => {
                Err(Refusal::SecondLead { first: first.name.clone(), at: first.at }.into())
            }
            Some(first) => Ok(first.price != paid),
            None => Ok(true),
        }
    }
}

async fn say_yes_first(db: &mut PgConnection, cx: &Cx, refund: &Locked, staff: StaffId, reason: &str) -> Result<()> {
    sqlx::query!(
        "update refund set state = 'under_review', first_by = $2, first_at = $3, first_reason = $4, first_price = $5
         where case_id = $1",
        refund.case.0,
        staff.0,
        cx.now,
        reason,
        refund.by_two,
    )
    .execute(&mut *db)
    .await?;
    audit::record(db, cx, Some(refund.account), Event::RefundFirstYes(refund.case)).await
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
