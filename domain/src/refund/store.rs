//! The deeds of refunds: the license's administrator asks in a case, a lead decides, the code is cancelled by the same road
//! as every other (R87).

mod decide;

pub use decide::{decide_refund, pay_refund};

use sqlx::PgConnection;
use time::OffsetDateTime;

use super::{DeskRefund, FirstYes, RefundFacts, RefundState, RefundStatus};
use crate::activation::Refusal;
use crate::actor::{Actor, Permission};
use crate::audit::{self, Event};
use crate::case::{CaseForm, Topic};
use crate::cx::Cx;
use crate::id::{CaseId, LicenseId, OrderId};
use crate::text::COUNTED;
use crate::thread::Upload;
use crate::{Error, Result, case, order, text};

/// What is weighed when the money for a license is wanted back, for its administrator before asking.
///
/// # Errors
/// `NotFound` for another account's license, `Refused(NotAdministrator)` (E27).
pub async fn facts(cx: Cx, license: LicenseId) -> Result<RefundFacts> {
    cx.require(Permission::AskSupport)?;
    let mut db = cx.world.ro.acquire().await?;
    own(&mut db, &cx, license).await?;
    facts_of(&mut db, license).await
}

/// The license has to be one that the asker administers: what it started is cancelled by a refund.
async fn own(db: &mut PgConnection, cx: &Cx, license: LicenseId) -> Result<()> {
    let row = sqlx::query!(
        "select l.administrator_id, p.name as administrator from license l join person p on p.id = l.administrator_id
         where l.account_id = $1 and l.id = $2",
        cx.actor.account()?.0,
        license.0,
    )
    .fetch_optional(db)
    .await?
    .ok_or(Error::NotFound)?;
    if row.administrator_id != cx.actor.person()?.0 {
        return Err(Refusal::NotAdministrator { administrator: row.administrator }.into());
    }
    Ok(())
}

async fn facts_of(db: &mut PgConnection, license: LicenseId) -> Result<RefundFacts> {
    let row = sqlx::query!(
        r#"select l.starts_at, l.expires_at, p.name as product, c.code_tail, s.name as seller, s.refund_window_days,
               o.order_number, o.ordered_at, o.price, o.currency,
               (
                   select array_agg(d.name order by st.bound_at) from seat st join device d on d.id = st.device_id
                   where st.license_id = l.id and st.released_at is null
               ) as devices
           from license l
           join product p on p.id = l.product_id
           join activation_code c on c.id = l.code_id
           join seller s on s.id = c.seller_id
           join purchase o on o.id = c.purchase_id
           where l.id = $1"#,
        license.0,
    )
    .fetch_one(db)
    .await?;
    Ok(RefundFacts {
        license,
        product: row.product,
        code_tail: row.code_tail,
        seller: row.seller,
        order_number: row.order_number,
        paid: row.price.zip(row.currency).map(|(price, currency)| text::money(price, &currency)),
        ordered_at: row.ordered_at,
        window_days: row.refund_window_days.unsigned_abs(),
        started_at: row.starts_at,
        ends_at: row.expires_at,
        devices: row.devices.unwrap_or_default(),
    })
}

/// Asks for the money of a license's code back, in a case of its own, and gives the case's number. What was asked for
/// already is that case.
///
/// # Errors
/// `NotFound` for another account's license, `Refused(NotAdministrator)` (E27), `Refused(Cancelled)` (E05) for a code that is
/// worth nothing any more, `Invalid(description)` and `Invalid(files)`, `Refused(Attempts)`.
pub async fn ask_refund(cx: Cx, license: LicenseId, reason: String, uploads: Vec<Upload>) -> Result<String> {
    cx.require(Permission::AskSupport)?;
    let mut tx = cx.begin().await?;
    own(&mut tx, &cx, license).await?;
    let order = sqlx::query_scalar!(
        "select c.purchase_id from license l join activation_code c on c.id = l.code_id where l.id = $1",
        license.0,
    )
    .fetch_one(&mut *tx)
    .await?;
    order::store::ask_refund(&mut tx, OrderId(order)).await?;
    let row = sqlx::query!(
        "select c.id as code, c.purchase_id, c.cancelled_at, p.name as product
         from license l
         join activation_code c on c.id = l.code_id
         join product p on p.id = l.product_id
         where l.id = $1
         for no key update of l",
        license.0,
    )
    .fetch_one(&mut *tx)
    .await?;
    let running = sqlx::query_scalar!(
        "select sc.number from refund r join support_case sc on sc.id = r.case_id where r.code_id = $1 and r.state <> 'denied'",
        row.code,
    )
    .fetch_optional(&mut *tx)
    .await?;
    if let Some(number) = running {
        return Ok(number);
    }
    if row.cancelled_at.is_some() {
        return Err(Refusal::Cancelled.into());
    }
    let form = CaseForm {
        topic: Topic::Refund.to_string(),
        license: license.to_string(),
        subject: format!("Refund for {}", row.product),
        description: reason,
        ..CaseForm::default()
    };
    let (case, number) = case::store::open_in(&mut tx, &cx, &form, uploads).await?;
    sqlx::query!(
        "insert into refund (case_id, account_id, license_id, code_id, purchase_id, state, created_at)
         values ($1, $2, $3, $4, $5, 'requested', $6)",
        case.0,
        cx.actor.account()?.0,
        license.0,
        row.code,
        row.purchase_id,
        cx.now,
    )
    .execute(&mut *tx)
    .await?;
    audit::record(&mut tx, &cx, None, Event::RefundAsked(case)).await?;
    tx.commit().await?;
    Ok(number)
}

/// A row of the table, as far as reading needs it.
struct Stored {
    state: RefundState,
    license: LicenseId,
    requested_at: OffsetDateTime,
    decided_at: Option<OffsetDateTime>,
    decision_reason: Option<String>,
    appealed_at: Option<OffsetDateTime>,
    store_told_at: Option<OffsetDateTime>,
    paid_at: Option<OffsetDateTime>,
    decided_by: Option<String>,
    by_two: bool,
    first: Option<FirstYes>,
    earlier: i64,
    waiting: Vec<String>,
}

async fn stored(db: &mut PgConnection, cx: &Cx, case: CaseId) -> Result<Option<Stored>> {
    let row = sqlx::query!(
        r#"select r.state as "state: RefundState", r.license_id, r.created_at, r.decided_at, r.decision_reason, r.appealed_at,
               r.store_told_at, r.paid_at, s.name as "decided_by?", r.first_by, r.first_at, r.first_reason,
               f.name as "first_name?", coalesce(o.price > sl.refund_by_one_up_to, false) or coalesce(sl.refund_limit_set_by = $2, false) as "by_two!",
               (
                   select count(*) from (
                       select 1 from refund e
                       where e.account_id = r.account_id and e.case_id <> r.case_id and e.decision = 'approved'
                       limit $3
                   ) as few
               ) as "earlier!",
               (
                   select array_agg(d.name order by d.name) from reserve w join device d on d.id = w.device_id
                   where w.code_id = r.code_id and w.state = 'waiting'
               ) as waiting
           from refund r
           join purchase o on o.id = r.purchase_id
           join seller sl on sl.id = o.seller_id
           left join staff s on s.id = r.decided_by
           left join staff f on f.id = r.first_by
           where r.case_id = $1"#,
        case.0,
        cx.actor.id(),
        i64::from(COUNTED) + 1,
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| Stored {
        state: row.state,
        license: LicenseId(row.license_id),
        requested_at: row.created_at,
        decided_at: row.decided_at,
        decision_reason: row.decision_reason,
        appealed_at: row.appealed_at,
        store_told_at: row.store_told_at,
        paid_at: row.paid_at,
        decided_by: row.decided_by,
        by_two: row.by_two,
        first: (|| {
            let reader = matches!(&cx.actor, Actor::Staff { id, .. } if Some(id.0) == row.first_by);
            Some(FirstYes { by: row.first_name?, at: row.first_at?, reason: row.first_reason?, by_reader: reader })
        })(),
        earlier: row.earlier,
        waiting: row.waiting.unwrap_or_default(),
    }))
}

impl Stored {
    fn status(&self, facts: RefundFacts) -> RefundStatus {
        RefundStatus {
            state: self.state,
            facts,
            requested_at: self.requested_at,
            decided_at: self.decided_at,
            decision_reason: self.decision_reason.clone(),
            appealed_at: self.appealed_at,
            store_told_at: self.store_told_at,
            paid_at: self.paid_at,
        }
    }
}

/// The refund that a case asks for, for the people of its account; the case has been found to be theirs.
pub(crate) async fn status(db: &mut PgConnection, cx: &Cx, case: CaseId) -> Result<Option<RefundStatus>> {
    let Some(stored) = stored(db, cx, case).await? else { return Ok(None) };
    let facts = facts_of(db, stored.license).await?;
    Ok(Some(stored.status(facts)))
}

/// The same for support.
pub(crate) async fn for_desk(db: &mut PgConnection, cx: &Cx, case: CaseId) -> Result<Option<DeskRefund>> {
    let Some(stored) = stored(db, cx, case).await? else { return Ok(None) };
    let facts = facts_of(db, stored.license).await?;
    Ok(Some(DeskRefund {
        status: stored.status(facts),
        decided_by: stored.decided_by,
        earlier: u32::try_from(stored.earlier).unwrap_or(u32::MAX),
        waiting: stored.waiting,
        by_two: stored.by_two,
        first: stored.first,
        may_decide: cx.actor.may(Permission::DecideRefund),
    }))
}

/// The customer answers in a case: a denial is weighed once more, and only once. The case's row is locked.
///
/// # Errors
/// `Refused(RequestDecided)` after the second denial.
pub(crate) async fn answered(db: &mut PgConnection, cx: &Cx, case: CaseId) -> Result<()> {
    let row = sqlx::query!(
        r#"select r.state as "state: RefundState", r.appealed_at, r.purchase_id, r.code_id, r.decided_at, s.name as "decided_by?"
           from refund r left join staff s on s.id = r.decided_by
           where r.case_id = $1"#,
        case.0,
    )
    .fetch_optional(&mut *db)
    .await?;
    let Some(row) = row else { return Ok(()) };
    let Some(state) = row.state.appealed(row.appealed_at.is_some()) else {
        return Err(Refusal::RequestDecided {
            by: "Technical support".to_owned(),
            at: row.decided_at.unwrap_or(cx.now),
        }
        .into());
    };
    if state == row.state {
        return Ok(());
    }
    // another case may have asked for the same code since
    let taken = sqlx::query!(
        "update refund set state = $2, appealed_at = $3
         where case_id = $1 and not exists (select 1 from refund o where o.code_id = $4 and o.state <> 'denied')",
        case.0,
        state.as_str(),
        cx.now,
        row.code_id,
    )
    .execute(&mut *db)
    .await?;
    if taken.rows_affected() > 0 {
        order::store::ask_refund(db, OrderId(row.purchase_id)).await?;
        audit::record(db, cx, None, Event::RefundAppealed(case)).await?;
    }
    Ok(())
}

/// Support looks into a case that asks for one: what was requested is under review.
pub(crate) async fn begin_review(db: &mut PgConnection, case: CaseId) -> Result<()> {
    sqlx::query!("update refund set state = 'under_review' where case_id = $1 and state = 'requested'", case.0)
        .execute(db)
        .await?;
    Ok(())
}

/// A case can't be called solved while support has not decided what it asks for.
///
/// # Errors
/// `Refused(RefundUndecided)`.
pub(crate) async fn has_to_be_decided(db: &mut PgConnection, case: CaseId) -> Result<()> {
    let open = sqlx::query_scalar!(
        r#"select exists (
               select 1 from refund where case_id = $1 and state in ('requested', 'under_review')
           ) as "open!""#,
        case.0,
    )
    .fetch_one(db)
    .await?;
    if open { Err(Refusal::RefundUndecided.into()) } else { Ok(()) }
}
