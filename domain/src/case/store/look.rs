//! A case as support reads it: one look, one event, and word of who else looks.

use sqlx::types::Json;

use super::super::{Appeal, CaseDetails, CaseState, DeskCase, Entitlement, Topic, Waiting};
use crate::actor::{Actor, Permission};
use crate::audit::{self, Event};
use crate::cx::Cx;
use crate::id::{AccountId, CaseId, DeviceId, LicenseId, StaffId};
use crate::license::LicenseFacts;
use crate::lookup::{CustomerFacts, masked_email};
use crate::person::preferences::Language;
use crate::request::PRESENT_FOR;
use crate::staff::store::refuse_own;
use crate::thread::store::read;
use crate::{Error, Result, license, refund};

/// What is shown of a case that is not over, and of one that is.
const OPEN: &[&str] = &[
    "thread",
    "requester",
    "masked e-mail",
    "license",
    "device",
    "people",
    "codes",
    "devices",
    "orders",
    "cases",
    "flags",
];
const OVER: &[&str] = &["thread", "requester", "masked e-mail", "license", "device"];

/// A case with everything that is needed to answer it, and no code. That it was looked at is recorded with what was shown
/// (H11).
///
/// # Errors
/// `Forbidden` for everybody but staff, `NotFound`, `Refused(OwnCase)`.
pub async fn look(cx: Cx, number: String) -> Result<DeskCase> {
    cx.require(Permission::ReviewRecovery)?;
    let Actor::Staff { email: ref own_email, .. } = cx.actor else { return Err(Error::Forbidden) };
    let mut tx = cx.begin().await?;
    let row = sqlx::query!(
        r#"select is_own_account(c.account_id, $5) as "own!", c.id, c.account_id, c.number, c.topic as "topic: Topic", c.subject, c.state as "state: CaseState",
               c.entitlement as "entitlement: Entitlement", c.version, c.created_at, c.first_reply_at, c.solved_at, c.closed_at,
               c.reopened_count, c.assignee_id, look_at_request(c.id, $2, $3, $4) as "looking!", s.name as "assignee?",
               p.name as requester, p.email, a.name as office,
               p.answer_language as "language: Language", l.id as "license_id?", license_facts(l) as "facts?: Json<LicenseFacts>", lp.name as "license_product?",
               ac.code_tail as "code_tail?", d.id as "device_id?", d.name as "device?", parent.number as "follows?",
               (select number from support_case f where f.parent_id = c.id order by f.id limit 1) as followed_by,
               (
                   select json_agg(json_build_array(h.id, h.name) order by h.name)
                   from staff h where h.disabled_at is null and h.role in ('agent', 'lead') and h.id <> $2
               ) as "colleagues: Json<Vec<(StaffId, String)>>",
               m.number as "merged_into?", c.pending_since, c.reminded_at,
               case when c.state not in ('solved', 'closed') then customer_facts(c.account_id, 5) end
                   as "customer: Json<CustomerFacts>",
               (
                   select json_agg(r.title order by lower(r.title))
                   from saved_reply r where r.retired_at is null
               ) as "replies: Json<Vec<String>>",
               case when c.topic = 'blocked_code' then (
                   select jsonb_build_object('code', k.id, 'tail', k.code_tail, 'blocked_at', k.blocked_at,
                       'blocked_reason', k.blocked_reason, 'seller', ks.name, 'order', ko.order_number,
                       'buyer', ko.buyer_name, 'ordered_at', ko.ordered_at, 'first_activated_at', k.first_activated_at)
                   from activation_code k
                   join seller ks on ks.id = k.seller_id
                   join purchase ko on ko.id = k.purchase_id
                   where k.id = l.code_id
               ) end as "appeal: Json<Appeal>", l.license_key_ct as "license_key_ct?"
           from support_case c
           join person p on p.id = c.person_id
           join account a on a.id = c.account_id
           left join staff s on s.id = c.assignee_id
           left join license l on l.id = c.license_id
           left join product lp on lp.id = l.product_id
           left join activation_code ac on ac.id = l.code_id
           left join device d on d.id = c.device_id
           left join support_case parent on parent.id = c.parent_id
           left join support_case m on m.id = c.merged_into
           where c.number = $1"#,
        number,
        cx.actor.id(),
        cx.now,
        cx.now - PRESENT_FOR,
        own_email,
    )
    .fetch_optional(&mut *tx)
    .await?
    .ok_or(Error::NotFound)?;
    refuse_own(&cx, AccountId(row.account_id), row.own).await?;
    let event = Event::CaseViewed { case: CaseId(row.id), fields: if row.customer.is_some() { OPEN } else { OVER } };
    audit::record(&mut tx, &cx, Some(AccountId(row.account_id)), event).await?;
    let thread = read(&mut tx, &cx, row.id).await?;
    let refund = match row.topic {
        Topic::Refund => refund::store::for_desk(&mut tx, &cx, CaseId(row.id)).await?,
        _ => None,
    };
    tx.commit().await?;
    let license_facts = row.facts.filter(|_| row.license_id.is_some()).map(|facts| facts.0);
    let appeal = match (row.appeal, row.license_id, row.license_key_ct) {
        (Some(Json(appeal)), Some(license), Some(sealed)) => Some(Appeal {
            key_tail: license::store::open_key(&cx, LicenseId(license), &sealed)?.tail(),
            may_decide: cx.actor.may(Permission::BlockCode),
            ..appeal
        }),
        _ => None,
    };
    let state = row.state.at(row.solved_at, cx.now);
    let case = CaseDetails {
        now: cx.now,
        number: row.number,
        topic: row.topic,
        subject: row.subject,
        state,
        requester: row.requester,
        created_at: row.created_at,
        first_reply_at: row.first_reply_at,
        solved_at: row.solved_at,
        closed_at: row.closed_at,
        license: row.license_id.zip(row.license_product).map(|(id, product)| (LicenseId(id), product)),
        device: row.device_id.zip(row.device).map(|(id, name)| (DeviceId(id), name)),
        follows: row.follows,
        followed_by: row.followed_by,
        merged_into: row.merged_into,
        thread,
        refund: None,
    };
    Ok(DeskCase {
        case,
        version: row.version,
        office: row.office,
        email: masked_email(&row.email),
        language: row.language.unwrap_or(Language::English),
        entitlement: row.entitlement,
        is_mine: row.assignee_id.is_some() && row.assignee_id == cx.actor.id(),
        assignee: row.assignee,
        reopened: row.reopened_count.unsigned_abs(),
        license_facts,
        code_tail: row.code_tail,
        customer: row.customer.map(|Json(customer)| customer.masked()),
        waiting: row
            .pending_since
            .filter(|_| state == CaseState::Pending)
            .map(|since| Waiting { since, reminded_at: row.reminded_at }),
        replies: row.replies.map(|Json(replies)| replies).unwrap_or_default(),
        appeal,
        refund,
        may_work: cx.actor.may(Permission::WorkCases),
        looking: row.looking,
        colleagues: row.colleagues.map(|Json(colleagues)| colleagues).unwrap_or_default(),
    })
}
