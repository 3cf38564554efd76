//! What support does with recovery requests: it sees the queue, compares and decides.

use sqlx::PgConnection;
use time::format_description::FormatItem;
use time::macros::format_description;
use time::{Duration, OffsetDateTime};

use super::super::review::{QueueRow, Review, ReviewedLicense};
use super::super::{
    ComparedFact, Comparison, DISCLOSURE_DAYS, Reason, RecoveryState, Verdict, compare, read_decision_reason,
};
use super::open_claimed;
use crate::activation::Refusal;
use crate::actor::{Actor, Permission};
use crate::audit::{self, Event};
use crate::cx::Cx;
use crate::id::{AccountId, LicenseId, PersonId, RecoveryId, StaffId};
use crate::license::LicenseFacts;
use crate::mail::{self, Letter};
use crate::person::store::keep_link;
use crate::seal::Token;
use crate::{Error, Result};
use sqlx::types::Json;

const DAY: &[FormatItem<'static>] = format_description!("[year]-[month]-[day]");

const MINUTE: &[FormatItem<'static>] = format_description!("[year]-[month]-[day] [hour]:[minute] UTC");

/// Everything support needs to decide a request. That it was looked at is recorded (H11).
///
/// # Errors
/// `Forbidden` for everybody but staff, `NotFound`.
pub async fn review(cx: Cx, number: String) -> Result<Review> {
    cx.require(Permission::ReviewRecovery)?;
    let mut tx = cx.begin().await?;
    let row = sqlx::query!(
        r#"select r.id, r.number, r.account_id, r.person_id, p.name as requester, p.email as requester_email,
               a.name as office, r.reason as "reason: Reason", r.state as "state: RecoveryState", r.created_at,
               r.license_key_ct, r.bought_at, r.buyer_name, r.order_number, r.bought_on, r.first_activated, r.description,
               r.decided_at, r.decision_reason, s.name as "assignee?", d.name as "decided_by?",
               (
                   select count(*) from recovery e where e.account_id = r.account_id and e.id < r.id
               ) as "earlier!",
               l.id as "license_id?", l.account_id as "license_account?", l.administrator_id as "administrator_id?",
               license_facts(l) as "facts?: Json<LicenseFacts>", pr.name as "product?", c.code_tail as "code_tail?",
               ad.name as "administrator?", la.name as "license_office?", sl.name as "seller?",
               o.buyer_name as recorded_buyer, o.buyer_email, o.order_number as recorded_order, o.ordered_at as "ordered_at?",
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
           left join seller sl on sl.id = c.seller_id
           left join purchase o on o.id = c.purchase_id
           where r.number = $1"#,
        number,
    )
    .fetch_optional(&mut *tx)
    .await?
    .ok_or(Error::NotFound)?;
    let id = RecoveryId(row.id);
    audit::record(&mut tx, &cx, Some(AccountId(row.account_id)), Event::RecoveryViewed(id)).await?;
    tx.commit().await?;
    let key = open_claimed(&cx, id, &row.license_key_ct)?;
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
    let day = |at: OffsetDateTime| at.format(DAY).unwrap_or_default();
    let pair = |fact, claimed: String, recorded: Option<String>| {
        let recorded = recorded.unwrap_or_default();
        Comparison { fact, verdict: compare(&claimed, &recorded), claimed, recorded }
    };
    let shown_key = format!("…{}", key.tail());
    let mut comparisons = vec![
        Comparison {
            fact: ComparedFact::LicenseKey,
            verdict: if row.license_id.is_some() { Verdict::Match } else { Verdict::Differs },
            recorded: if row.license_id.is_some() { shown_key.clone() } else { String::new() },
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
        pair(ComparedFact::Email, row.requester_email, row.buyer_email),
        pair(ComparedFact::Order, row.order_number, row.recorded_order),
        pair(ComparedFact::BoughtOn, row.bought_on.format(DAY).unwrap_or_default(), row.ordered_at.map(day)),
        pair(ComparedFact::Seller, row.bought_at, row.seller),
        pair(
            ComparedFact::FirstActivation,
            row.first_activated,
            row.first_activated_at.map(|at| at.format(MINUTE).unwrap_or_default()),
        ),
    ];
    for free_text in comparisons.iter_mut().filter(|c| {
        // written in the holder's own words: a difference in letters says nothing
        matches!(c.fact, ComparedFact::Seller | ComparedFact::FirstActivation) && c.verdict == Verdict::Differs
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
            state: row.state,
            assignee: row.assignee,
            created_at: row.created_at,
        },
        description: row.description,
        comparisons,
        license,
        devices: row.devices.unwrap_or_default(),
        earlier: u32::try_from(row.earlier).unwrap_or(u32::MAX),
        decided_by: row.decided_by,
        decided_at: row.decided_at,
        decision_reason: row.decision_reason,
        may_decide: cx.actor.may(Permission::DecideRecovery),
    })
}

/// What deciding a request needs of it, locked.
struct Locked {
    id: RecoveryId,
    account: AccountId,
    number: String,
    requester_name: String,
    requester_email: String,
    license: Option<LicenseId>,
}

async fn lock_open(db: &mut PgConnection, cx: &Cx, number: &str) -> Result<(Locked, StaffId)> {
    let Actor::Staff { id: staff, email: own_email, .. } = &cx.actor else { return Err(Error::Forbidden) };
    let row = sqlx::query!(
        r#"select r.id, r.account_id, r.number, r.state as "state: RecoveryState", r.license_id, p.name, p.email,
               d.name as "decided_by?", r.decided_at
           from recovery r
           join person p on p.id = r.person_id
           left join staff d on d.id = r.decided_by
           where r.number = $1
           for update of r"#,
        number,
    )
    .fetch_optional(db)
    .await?
    .ok_or(Error::NotFound)?;
    if row.email.eq_ignore_ascii_case(own_email) {
        return Err(Refusal::OwnCase.into());
    }
    if !row.state.is_open() {
        let by = row.decided_by.unwrap_or(row.name);
        return Err(Refusal::RequestDecided { by, at: row.decided_at.unwrap_or(cx.now) }.into());
    }
    let locked = Locked {
        id: RecoveryId(row.id),
        account: AccountId(row.account_id),
        number: row.number,
        requester_name: row.name,
        requester_email: row.email,
        license: row.license_id.map(LicenseId),
    };
    Ok((locked, *staff))
}

async fn decide(
    db: &mut PgConnection,
    cx: &Cx,
    request: &Locked,
    staff: StaffId,
    state: RecoveryState,
    reason: &str,
) -> Result<()> {
    sqlx::query!(
        "update recovery set state = $2, decided_by = $3, decided_at = $4, decision_reason = $5, assignee_id = $3
         where id = $1",
        request.id.0,
        state.as_str(),
        staff.0,
        cx.now,
        reason,
    )
    .execute(&mut *db)
    .await?;
    let event = if state == RecoveryState::Approved {
        Event::RecoveryApproved(request.id)
    } else {
        Event::RecoveryRejected(request.id)
    };
    audit::record(db, cx, Some(request.account), event).await
}

/// Grants a request: the license's administrator, and nobody else, gets a mail with a link that shows the code once
/// after signing in.
///
/// # Errors
/// `Refused(ProofMismatch)` (E36) when the claimed key names no license of the requester's account, `Refused(RequestDecided)` when somebody was
/// faster, `Refused(OwnCase)`, `Invalid(reason)`.
pub async fn approve(cx: Cx, number: String, reason: String) -> Result<()> {
    cx.require(Permission::DecideRecovery)?;
    let reason = read_decision_reason(&reason)?;
    let mut tx = cx.begin().await?;
    let (request, staff) = lock_open(&mut tx, &cx, &number).await?;
    let Some(license) = request.license else { return Err(Refusal::ProofMismatch.into()) };
    let owner = sqlx::query!(
        "select p.id, p.name, p.email from license l join person p on p.id = l.administrator_id
         where l.id = $1 and l.account_id = $2 and p.email_verified_at is not null and p.disabled_at is null",
        license.0,
        request.account.0,
    )
    .fetch_optional(&mut *tx)
    .await?
    .ok_or(Refusal::ProofMismatch)?;
    decide(&mut tx, &cx, &request, staff, RecoveryState::Approved, &reason).await?;
    let token = Token::generate();
    let expires_at = cx.now + Duration::days(DISCLOSURE_DAYS);
    keep_link(&mut tx, &cx, &token, "disclose", PersonId(owner.id), Some(request.id.0), expires_at).await?;
    let letter = Letter {
        to: &owner.email,
        subject: &format!("Your activation code is ready ({})", request.number),
        paragraphs: vec![
            format!("Hello {},", owner.name),
            format!(
                "support has granted request {}. The link below shows your activation code once, after you sign in.",
                request.number
            ),
            format!("Support wrote: {reason}"),
        ],
        action: Some(("Show my code", format!("/disclosed?token={}", token.reveal()))),
        footnote: "The link works once, within 7 days, and only for you. Write the code down when you see it.",
    };
    mail::write(&mut tx, &cx, &letter).await?;
    if !owner.email.eq_ignore_ascii_case(&request.requester_email) {
        let letter = Letter {
            to: &request.requester_email,
            subject: &format!("Request {} was granted", request.number),
            paragraphs: vec![
                format!("Hello {},", request.requester_name),
                "the code was sent to the administrator of the license. Ask them for it.".into(),
            ],
            action: Some(("See your request", format!("/requests/{}", request.number))),
            footnote: "Only the license administrator may see the code.",
        };
        mail::write(&mut tx, &cx, &letter).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// Does not grant a request, and tells the holder why.
///
/// # Errors
/// As for granting, but for E36.
pub async fn reject(cx: Cx, number: String, reason: String) -> Result<()> {
    cx.require(Permission::DecideRecovery)?;
    let reason = read_decision_reason(&reason)?;
    let mut tx = cx.begin().await?;
    let (request, staff) = lock_open(&mut tx, &cx, &number).await?;
    decide(&mut tx, &cx, &request, staff, RecoveryState::Rejected, &reason).await?;
    let letter = Letter {
        to: &request.requester_email,
        subject: &format!("Request {} was not granted", request.number),
        paragraphs: vec![
            format!("Hello {},", request.requester_name),
            "we could not grant your request to recover an activation code.".into(),
            format!("Support wrote: {reason}"),
        ],
        action: Some(("See your request", format!("/requests/{}", request.number))),
        footnote: "You may send a new request with further proof at any time.",
    };
    mail::write(&mut tx, &cx, &letter).await?;
    tx.commit().await?;
    Ok(())
}
