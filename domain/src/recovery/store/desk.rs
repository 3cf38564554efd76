//! What support does with recovery requests: it sees the queue, compares and decides.

mod correct;
pub(super) mod letters;

pub use correct::{correct_end, replace_ended_code};

use sqlx::PgConnection;
use sqlx::types::Json;
use time::OffsetDateTime;
use time::format_description::FormatItem;
use time::macros::format_description;

use super::super::evidence::{Weighed, compare_days};
use super::super::review::{EarlyEnd, OtherRecovery, QueueRow, Review, ReviewedLicense};
use super::super::{
    ComparedFact, Comparison, Reason, RecoveryState, Route, Verdict, compare, read_decision_reason, read_sentence,
};
use super::{decider, open_claimed};
use crate::activation::Refusal;
use crate::actor::{Actor, Permission};
use crate::audit::{self, Event};
use crate::cx::Cx;
use crate::flag::Flag;
use crate::id::{AccountId, LicenseId, OrderId, PersonId, RecoveryId, StaffId};
use crate::license::LicenseFacts;
use crate::lookup::CustomerCase;
use crate::reply::without_blanks;
use crate::request::PRESENT_FOR;
use crate::staff::store::refuse_own;
use crate::text::COUNTED;
use crate::thread::Audience;
use crate::thread::store::{read, say};
use crate::{Error, Result};

const DAY: &[FormatItem<'static>] = format_description!("[year]-[month]-[day]");

/// What a look at a request shows that is not over, and at one that is (H11).
const OPEN: &[&str] = &[
    "requester",
    "office",
    "claim",
    "recorded buyer",
    "recorded e-mail",
    "order",
    "end of the key",
    "last block",
    "devices",
    "thread",
    "cases",
    "recoveries",
    "flags",
];
const OVER: &[&str] = &[
    "requester",
    "office",
    "claim",
    "recorded buyer",
    "recorded e-mail",
    "order",
    "end of the key",
    "last block",
    "devices",
    "thread",
];

const MINUTE: &[FormatItem<'static>] = format_description!("[year]-[month]-[day] [hour]:[minute] UTC");

/// Everything support needs to decide a request. That it was looked at is recorded (H11).
///
/// # Errors
/// `Forbidden` for everybody but staff, `NotFound`, `Refused(OwnCase)`.
pub async fn review(cx: Cx, number: String) -> Result<Review> {
    cx.require(Permission::ReviewRecovery)?;
    let Actor::Staff { email: ref own_email, .. } = cx.actor else { return Err(Error::Forbidden) };
    let mut tx = cx.begin().await?;
    let row = sqlx::query!(
        r#"select is_own_account(r.account_id, $5) as "own!", r.id, r.number, r.account_id, r.person_id, p.name as requester, p.email as requester_email,
               a.name as office, r.reason as "reason: Reason", r.state as "state: RecoveryState", r.created_at,
               r.route as "route: Route", r.asked_at, r.missing, r.buyer_email as claimed_email,
               r.license_key_ct, r.bought_at, r.buyer_name, r.order_number, r.bought_on, r.first_activated, r.description,
               r.decided_at, r.decision_reason, r.weighed as "weighed: Json<Weighed>", r.version, r.assignee_id, s.name as "assignee?", d.name as "decided_by?",
               look_at_request(r.id, $2, $3, $4) as "looking!",
               (
                   select json_agg(json_build_array(h.id, h.name) order by h.name)
                   from staff h where h.disabled_at is null and h.role in ('agent', 'lead') and h.id <> $2
               ) as "colleagues: Json<Vec<(StaffId, String)>>",
               (
                   select count(*) from (
                       select 1 from recovery e where e.account_id = r.account_id and e.id < r.id limit $6
                   ) as few
               ) as "earlier!",
               (
                   select json_agg(json_build_object('number', e.number, 'reason', e.reason, 'state', e.state) order by e.id desc)
                   from (
                       select id, number, reason, state from recovery
                       where account_id = r.account_id and id <> r.id
                       order by id desc
                       limit 5
                   ) as e
               ) as "recoveries: Json<Vec<OtherRecovery>>",
               (
                   select json_agg(json_build_object('number', e.number, 'subject', e.subject, 'state', e.state) order by e.id desc)
                   from (
                       select id, number, subject, state from support_case
                       where account_id = r.account_id and merged_into is null
                       order by id desc
                       limit 5
                   ) as e
               ) as "cases: Json<Vec<CustomerCase>>",
               (
                   select jsonb_agg(jsonb_build_object('id', f.id, 'kind', f.kind, 'reason', f.reason, 'set_by', fs.name,
                       'set_at', f.set_at) order by f.set_at)
                   from customer_flag f join staff fs on fs.id = f.set_by
                   where f.account_id = r.account_id and f.lifted_at is null
               ) as "flags: Json<Vec<Flag>>",
               (
                   select json_agg(y.title order by lower(y.title))
                   from saved_reply y where y.retired_at is null
               ) as "replies: Json<Vec<String>>",
               l.id as "license_id?", l.account_id as "license_account?", l.administrator_id as "administrator_id?",
               license_facts(l) as "facts?: Json<LicenseFacts>", pr.name as "product?", c.code_tail as "code_tail?",
               l.starts_at as "starts_at?", l.expires_at as "expires_at?", coalesce(l.term_days, c.term_days) as term_days,
               ad.name as "administrator?", la.name as "license_office?", sl.name as "seller?",
               o.id as "order_id?", o.buyer_name as recorded_buyer, o.buyer_email as recorded_email,
               o.order_number as recorded_order, o.ordered_at as "ordered_at?",
               c.first_activated_at,
               (
                   select array_agg(dv.name order by st.bound_at) from seat st join device dv on dv.id = st.device_id
                   where st.license_id = l.id and st.released_at is null
               ) as devices
           from recovery r
           join person p on p.id = r.person_id
           join account a on a.id = r.account_id
           left join staff s on s.id = r.assignee_id
           left join staff d on d.id = r.decided_by
           left join license l on l.id = r.license_id
           left join account la on la.id = l.account_id
           left join person ad on ad.id = l.administrator_id
           left join product pr on pr.id = l.product_id
           left join activation_code c on c.id = l.code_id
           left join purchase o on o.id = coalesce(c.purchase_id, r.purchase_id)
           left join seller sl on sl.id = coalesce(c.seller_id, o.seller_id)
           where r.number = $1"#,
        number,
        cx.actor.id(),
        cx.now,
        cx.now - PRESENT_FOR,
        own_email,
        i64::from(COUNTED) + 1,
    )
    .fetch_optional(&mut *tx)
    .await?
    .ok_or(Error::NotFound)?;
    refuse_own(&cx, AccountId(row.account_id), row.own).await?;
    let (id, state) = (RecoveryId(row.id), row.state.at(row.asked_at, cx.now));
    let open = state.is_open();
    audit::record(
        &mut tx,
        &cx,
        Some(AccountId(row.account_id)),
        Event::RecoveryViewed { recovery: id, fields: if open { OPEN } else { OVER } },
    )
    .await?;
    let thread = read(&mut tx, &cx, row.id).await?;
    tx.commit().await?;
    let key = open_claimed(&cx, id, row.license_key_ct.as_deref())?;
    let license = match row.facts.filter(|_| row.license_id.is_some()) {
        Some(Json(facts)) => Some(ReviewedLicense {
            product: row.product.unwrap_or_default(),
            code_tail: row.code_tail.unwrap_or_default(),
            facts,
            administrator: row.administrator.unwrap_or_default(),
            administrator_asks: row.administrator_id == Some(row.person_id),
            in_requesters_account: row.license_account == Some(row.account_id),
        }),
        None => None,
    };
    let claimed_email = if row.claimed_email.is_empty() { row.requester_email } else { row.claimed_email };
    let order = row.recorded_email.clone().filter(|_| row.order_id.is_some() && row.recorded_order.is_some());
    let day = |at: OffsetDateTime| at.format(DAY).unwrap_or_default();
    let pair = |fact, claimed: String, recorded: Option<String>| {
        let recorded = recorded.unwrap_or_default();
        Comparison { fact, verdict: compare(&claimed, &recorded), claimed, recorded }
    };
    let early_end = match (row.reason, row.starts_at, row.expires_at, row.term_days) {
        (Reason::ExpiredEarly, Some(started_at), Some(stored_end), Some(days)) => {
            Some(EarlyEnd { started_at, term_days: days.unsigned_abs(), stored_end })
        }
        _ => None,
    };
    let early_end = early_end.filter(|_| license.as_ref().is_some_and(|license| license.in_requesters_account));
    let shown_key = key.map(|key| format!("…{}", key.tail())).unwrap_or_default();
    let key_is_known = row.license_id.is_some() && !shown_key.is_empty();
    let mut comparisons = vec![
        Comparison {
            fact: ComparedFact::LicenseKey,
            verdict: match (key_is_known, shown_key.is_empty()) {
                (true, _) => Verdict::Match,
                (false, false) => Verdict::Differs,
                (false, true) => Verdict::Unclear,
            },
            recorded: if key_is_known { shown_key.clone() } else { String::new() },
            claimed: shown_key,
        },
        Comparison {
            fact: ComparedFact::Account,
            // two offices may have one name: the account itself is compared
            verdict: match row.license_account {
                None => Verdict::Unclear,
                Some(account) if account == row.account_id => Verdict::Match,
                Some(_) => Verdict::Differs,
            },
            claimed: row.office.clone(),
            recorded: row.license_office.unwrap_or_default(),
        },
        pair(ComparedFact::Buyer, row.buyer_name, row.recorded_buyer),
        pair(ComparedFact::Email, claimed_email, row.recorded_email.clone()),
        pair(ComparedFact::Order, row.order_number, row.recorded_order),
        pair(ComparedFact::BoughtOn, row.bought_on.format(DAY).unwrap_or_default(), row.ordered_at.map(day)),
        pair(ComparedFact::Seller, row.bought_at, row.seller),
        Comparison {
            fact: ComparedFact::FirstActivation,
            verdict: compare_days(&row.first_activated, row.first_activated_at.map(OffsetDateTime::date)),
            claimed: row.first_activated,
            recorded: row.first_activated_at.map(|at| at.format(MINUTE).unwrap_or_default()).unwrap_or_default(),
        },
    ];
    for free_text in comparisons.iter_mut().filter(|c| {
        // written in the holder's own words: a difference in letters says nothing
        c.fact == ComparedFact::Seller && c.verdict == Verdict::Differs
    }) {
        free_text.verdict = Verdict::Unclear;
    }
    Ok(Review {
        now: cx.now,
        row: QueueRow {
            id,
            number: row.number,
            requester: row.requester,
            office: row.office,
            reason: row.reason,
            state,
            assignee: row.assignee,
            created_at: row.created_at,
        },
        route: row.route,
        description: row.description,
        missing: row.missing.filter(|_| state == RecoveryState::NeedsInfo),
        thread,
        order_goes_to: order,
        comparisons,
        license,
        early_end,
        devices: row.devices.unwrap_or_default(),
        earlier: u32::try_from(row.earlier).unwrap_or(u32::MAX),
        recoveries: row.recoveries.filter(|_| open).map(|Json(recoveries)| recoveries).unwrap_or_default(),
        cases: row.cases.filter(|_| open).map(|Json(cases)| cases).unwrap_or_default(),
        flags: row.flags.filter(|_| open).map(|Json(flags)| flags).unwrap_or_default(),
        replies: row.replies.map(|Json(replies)| replies).unwrap_or_default(),
        decided_by: row.decided_by,
        decided_at: row.decided_at,
        decision_reason: row.decision_reason,
        weighed: row.weighed.map(|Json(weighed)| weighed),
        may_decide: cx.actor.may(Permission::DecideRecovery),
        version: row.version,
        is_mine: row.assignee_id.is_some() && row.assignee_id == cx.actor.id(),
        looking: row.looking,
        colleagues: row.colleagues.map(|Json(colleagues)| colleagues).unwrap_or_default(),
    })
}

/// What deciding a request needs of it, locked.
pub(super) struct Locked {
    pub id: RecoveryId,
    pub account: AccountId,
    pub number: String,
    pub requester: PersonId,
    pub requester_email: String,
    pub license: Option<LicenseId>,
    pub order: Option<OrderId>,
    pub reason: Reason,
    pub state: RecoveryState,
}

/// Locks a request that can still be decided and still is what was looked at.
pub(super) async fn lock_open(db: &mut PgConnection, cx: &Cx, number: &str, version: i32) -> Result<(Locked, StaffId)> {
    let Actor::Staff { id: staff, email: own_email, .. } = &cx.actor else { return Err(Error::Forbidden) };
    let row = sqlx::query!(
        r#"select is_own_account(r.account_id, $2) as "own!", r.id, r.account_id, r.person_id, r.number, r.reason as "reason: Reason", r.state as "state: RecoveryState", r.asked_at,
               r.license_id, r.purchase_id, r.version, r.changed_at, r.created_at,
               p.name, p.email, d.name as "decided_by?", r.decided_at, h.name as "changed_by?"
           from recovery r
           join person p on p.id = r.person_id
           left join staff d on d.id = r.decided_by
           left join staff h on h.id = r.changed_by
           where r.number = $1
           for update of r"#,
        number,
        own_email,
    )
    .fetch_optional(db)
    .await?
    .ok_or(Error::NotFound)?;
    refuse_own(cx, AccountId(row.account_id), row.own).await?;
    let state = row.state.at(row.asked_at, cx.now);
    if !state.is_open() {
        let by = decider(row.decided_by, row.decided_at, &row.name);
        return Err(Refusal::RequestDecided { by, at: row.decided_at.unwrap_or(cx.now) }.into());
    }
    if row.version != version {
        let by = row.changed_by.unwrap_or(row.name);
        return Err(Refusal::CaseChanged { by, at: row.changed_at.unwrap_or(row.created_at) }.into());
    }
    let locked = Locked {
        id: RecoveryId(row.id),
        account: AccountId(row.account_id),
        number: row.number,
        requester: PersonId(row.person_id),
        requester_email: row.email,
        license: row.license_id.map(LicenseId),
        order: row.purchase_id.map(OrderId),
        reason: row.reason,
        state,
    };
    Ok((locked, *staff))
}

/// Writes a decision down: somebody's in support, or nobody's where the evidence decides.
pub(super) async fn decide(
    db: &mut PgConnection,
    cx: &Cx,
    request: &Locked,
    staff: Option<StaffId>,
    state: RecoveryState,
    reason: &str,
) -> Result<()> {
    sqlx::query!(
        "update recovery
         set state = $2, decided_by = $3, decided_at = $4, decision_reason = $5,
             assignee_id = coalesce($3, assignee_id), version = version + 1, changed_by = $3, changed_at = $4
         where id = $1",
        request.id.0,
        state.as_str(),
        staff.map(|staff| staff.0),
        cx.now,
        reason,
    )
    .execute(&mut *db)
    .await?;
    let event = match state {
        RecoveryState::Rejected => Event::RecoveryRejected(request.id),
        _ => Event::RecoveryApproved(request.id),
    };
    super::over(db, cx, request.id).await?;
    audit::record(db, cx, Some(request.account), event).await
}

/// Grants a request. Where it names a license of the requester's account, that license's administrator, and nobody else,
/// gets a mail with a link that shows the code once after signing in. Where it names an order only, the mail about the order
/// goes once more to the address of the order, and to no other (edge case 46).
///
/// # Errors
/// `Refused(ProofMismatch)` (E36) when it names neither, `Refused(RequestDecided)` when somebody was faster,
/// `Refused(CaseChanged)` when it is no longer what was looked at, `Refused(OwnCase)`, `Invalid(reason)`.
pub async fn approve(cx: Cx, number: String, version: i32, reason: String) -> Result<()> {
    cx.require(Permission::DecideRecovery)?;
    let reason = read_decision_reason(&reason)?;
    let mut tx = cx.begin().await?;
    let (request, staff) = lock_open(&mut tx, &cx, &number, version).await?;
    grant(&mut tx, &cx, &request, Some(staff), &reason).await?;
    tx.commit().await?;
    Ok(())
}

/// Sends the code to the license's owner, or the mail about the order to the address of the order.
pub(super) async fn grant(
    db: &mut PgConnection,
    cx: &Cx,
    request: &Locked,
    staff: Option<StaffId>,
    reason: &str,
) -> Result<()> {
    match (owner(db, request).await?, request.order) {
        (Some(owner), _) => {
            decide(db, cx, request, staff, RecoveryState::Approved, reason).await?;
            letters::disclosure(db, cx, request, &owner, reason).await
        }
        (None, Some(order)) => {
            decide(db, cx, request, staff, RecoveryState::Done, reason).await?;
            crate::order::store::send_again(db, cx, order).await.map_err(|error| match error {
                Error::NotFound => Refusal::ProofMismatch.into(),
                other => other,
            })?;
            letters::order_mail_sent(db, cx, request).await
        }
        (None, None) => Err(Refusal::ProofMismatch.into()),
    }
}

/// The administrator of the license that a request names, if it is one of the requester's account.
async fn owner(db: &mut PgConnection, request: &Locked) -> Result<Option<letters::Owner>> {
    let Some(license) = request.license else { return Ok(None) };
    let owner = sqlx::query_as!(
        letters::Owner,
        "select p.id, p.name, p.email from license l join person p on p.id = l.administrator_id
         where l.id = $1 and l.account_id = $2 and p.email_verified_at is not null and p.disabled_at is null",
        license.0,
        request.account.0,
    )
    .fetch_optional(db)
    .await?;
    Ok(owner)
}

/// Does not grant a request, and tells the holder why.
///
/// # Errors
/// As for granting, but for E36.
pub async fn reject(cx: Cx, number: String, version: i32, reason: String) -> Result<()> {
    cx.require(Permission::DecideRecovery)?;
    let reason = read_decision_reason(&reason)?;
    let mut tx = cx.begin().await?;
    let (request, staff) = lock_open(&mut tx, &cx, &number, version).await?;
    decide(&mut tx, &cx, &request, Some(staff), RecoveryState::Rejected, &reason).await?;
    letters::rejected(&mut tx, &cx, &request, &reason).await?;
    tx.commit().await?;
    Ok(())
}

/// Takes a request: it is the asker's from now on, whoever had it before, and is being checked.
///
/// # Errors
/// `NotFound`, `Refused(RequestDecided)`, `Refused(CaseChanged)`, `Refused(OwnCase)`.
pub async fn take(cx: Cx, number: String, version: i32) -> Result<()> {
    cx.require(Permission::DecideRecovery)?;
    let mut tx = cx.begin().await?;
    let (request, staff) = lock_open(&mut tx, &cx, &number, version).await?;
    let state = if request.state == RecoveryState::Submitted { RecoveryState::Checking } else { request.state };
    sqlx::query!(
        "update recovery
         set state = $2, assignee_id = $3, version = version + 1, changed_by = $3, changed_at = $4
         where id = $1",
        request.id.0,
        state.as_str(),
        staff.0,
        cx.now,
    )
    .execute(&mut *tx)
    .await?;
    audit::record(&mut tx, &cx, Some(request.account), Event::RecoveryTaken(request.id)).await?;
    if request.state != state {
        letters::being_checked(&mut tx, &cx, &request).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// Names what is missing; the request waits for the holder from now on.
///
/// # Errors
/// As for taking; `Invalid(missing)` for what names nothing.
pub async fn ask_for_more(cx: Cx, number: String, version: i32, missing: String) -> Result<()> {
    cx.require(Permission::DecideRecovery)?;
    let missing = read_sentence("missing", &missing)?;
    let missing = without_blanks(missing).map_err(|fault| Error::field("missing", fault))?;
    let mut tx = cx.begin().await?;
    let (request, staff) = lock_open(&mut tx, &cx, &number, version).await?;
    sqlx::query!(
        "update recovery
         set state = 'needs_info', assignee_id = $2, asked_at = $3, missing = $4, version = version + 1, changed_by = $2,
             changed_at = $3
         where id = $1",
        request.id.0,
        staff.0,
        cx.now,
        missing,
    )
    .execute(&mut *tx)
    .await?;
    say(&mut tx, &cx, request.account, request.id.0, Audience::Public, &missing, &[]).await?;
    audit::record(&mut tx, &cx, Some(request.account), Event::RecoveryQuestioned(request.id)).await?;
    letters::questioned(&mut tx, &cx, &request).await?;
    tx.commit().await?;
    Ok(())
}
