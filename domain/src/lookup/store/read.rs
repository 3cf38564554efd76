//! Reading records that are open. Each look is recorded with what it showed; what is not open shows nothing.

use sqlx::PgConnection;
use sqlx::types::Json;
use time::Duration;
use uuid::Uuid;

use super::super::{
    CustomerFacts, DeskCode, DeskCustomer, DeskDevice, DeviceSeat, HeldThen, Opened, Record, Refused, read_instant,
};
use crate::actor::Permission;
use crate::audit::{self, Event};
use crate::code::{CodeHistory, CodeKind};
use crate::cx::Cx;
use crate::device::OsFamily;
use crate::id::{AccountId, CodeId, DeviceId, LicenseId, PersonId};
use crate::license::LicenseFacts;
use crate::license::store::counts;
use crate::person::account_change::AccountChange;
use crate::seat::Seats;
use crate::{Error, Result};

/// How far from an instant refusals are shown.
const AROUND: Duration = Duration::days(1);
/// The most devices that are listed under a code.
const HELD: i64 = 50;

/// For what the asker opened the record of this code, if it is still open, and the account that has the code.
pub(super) async fn opened_code(
    db: &mut PgConnection,
    cx: &Cx,
    code: CodeId,
) -> Result<Option<(Opened, Option<AccountId>)>> {
    let row = sqlx::query!(
        "select x.request, x.reason, x.ends_at, c.account_id
         from activation_code c join support_access x on x.subject_id = coalesce(c.account_id, c.id)
         where c.id = $1 and x.staff_id = $2 and x.ends_at > $3
         order by x.ends_at desc
         limit 1",
        code.0,
        cx.actor.id(),
        cx.now,
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| {
        let opened = Opened { request: row.request, reason: row.reason, ends_at: row.ends_at, now: cx.now };
        (opened, row.account_id.map(AccountId))
    }))
}

/// For what the asker opened the records of this account, if they are still open.
pub(crate) async fn opened_account(db: &mut PgConnection, cx: &Cx, account: Uuid) -> Result<Option<Opened>> {
    let row = sqlx::query!(
        "select request, reason, ends_at from support_access
         where subject_id = $1 and staff_id = $2 and ends_at > $3
         order by ends_at desc
         limit 1",
        account,
        cx.actor.id(),
        cx.now,
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| Opened { request: row.request, reason: row.reason, ends_at: row.ends_at, now: cx.now }))
}

/// A code and its license as they are, or who held its seats at an instant and what was refused around it; nothing while
/// its record is not open.
///
/// # Errors
/// `Forbidden` for everybody but agents and leads; `Invalid(at)`.
pub async fn code(cx: Cx, id: CodeId, at: String) -> Result<Option<DeskCode>> {
    cx.require(Permission::ReadRecords)?;
    let asked = read_instant(&at)?;
    let at = asked.unwrap_or(cx.now);
    let mut tx = cx.begin().await?;
    let Some((opened, account)) = opened_code(&mut tx, &cx, id).await? else { return Ok(None) };
    let row = sqlx::query!(
        r#"select c.code_tail, c.kind as "kind: CodeKind", c.seats as "seats: Json<Seats>", c.blocked_at, c.blocked_reason,
               c.cancelled_at, c.replaced_at, c.redeem_by, c.first_activated_at, c.countries,
               coalesce(l.term_days, c.term_days) as "term_days!", p.name as product, s.name as seller, o.order_number,
               a.name as "office?", ad.name as "administrator?", l.id as "license?", l.expires_at as "expires_at?",
               license_facts(l) as "facts?: Json<LicenseFacts>",
               (select count(*) from (select 1 from reserve where code_id = c.id limit 1000) as r) as "reserves!",
               (
                   select max(f.at) from audit_event f where f.object_id = c.id and f.event = 'sharing_found'
               ) as shared_at,
               (
                   select jsonb_agg(jsonb_build_object('device', d.id, 'name', d.name, 'class', h.class, 'since', h.bound_at,
                       'until', h.released_at, 'why', h.release_reason) order by h.bound_at, h.id)
                   from (
                       select t.id, t.device_id, t.class, t.bound_at, t.released_at, t.release_reason
                       from seat t
                       where t.license_id = l.id and t.bound_at <= $2 and (t.released_at is null or t.released_at > $2)
                       order by t.bound_at desc, t.id desc
                       limit $5
                   ) as h
                   join device d on d.id = h.device_id
               ) as "held: Json<Vec<HeldThen>>",
               (
                   select jsonb_object_agg(by_class.class, by_class.held) from (
                       select t.class, count(*) as held from seat t
                       where t.license_id = l.id and t.bound_at <= $2 and (t.released_at is null or t.released_at > $2)
                       group by t.class
                   ) as by_class
               ) as "in_use: Json<Seats>",
               (
                   select jsonb_agg(jsonb_build_object('at', e.at, 'refusal', e.refusal, 'device', e.device,
                       'country', e.country, 'taken', e.taken, 'countries', e.countries) order by e.id desc)
                   from (
                       select ev.id, ev.at, ev.facts ->> 'refusal' as refusal, d.name as device, ev.country,
                           coalesce((
                               select jsonb_object_agg(t.class, t.seats)
                               from (
                                   select h.class, count(*) as seats from seat h
                                   where h.license_id = l.id and h.bound_at <= ev.at
                                       and (h.released_at is null or h.released_at > ev.at)
                                   group by h.class
                               ) as t
                           ), '{}') as taken,
                           -- what the first change after it found, or else what stands
                           coalesce((
                               select later.facts -> 'from' from audit_event later
                               where later.object_id = c.id and later.event = 'countries_set' and later.id > ev.id
                               order by later.id
                               limit 1
                           ), to_jsonb(c.countries)) as countries
                       from audit_event ev left join device d on d.id = ev.object_id
                       where ev.event = 'activation_refused' and ev.facts ->> 'code' = c.id::text
                           and ($3::timestamptz is null or ev.at between $3 and $4)
                       order by ev.id desc
                       limit 20
                   ) as e
               ) as "refused: Json<Vec<Refused>>"
           from activation_code c
           join product p on p.id = c.product_id
           join seller s on s.id = c.seller_id
           join purchase o on o.id = c.purchase_id
           left join account a on a.id = c.account_id
           left join person ad on ad.id = c.administrator_id
           left join license l on l.code_id = c.id
           where c.id = $1"#,
        id.0,
        at,
        asked.map(|at| at - AROUND),
        asked.map(|at| at + AROUND),
        HELD,
    )
    .fetch_one(&mut *tx)
    .await?;
    let fields = &["kind", "state", "seller", "order", "countries", "term", "seats", "devices", "refusals"];
    let event = Event::RecordViewed { record: Record::Code, id: id.0, request: opened.request.clone(), fields };
    audit::record(&mut tx, &cx, account, event).await?;
    tx.commit().await?;
    let history = CodeHistory {
        first_activated_at: row.first_activated_at,
        expires_at: row.expires_at,
        redeem_by: row.redeem_by,
        blocked_at: row.blocked_at,
        cancelled_at: row.cancelled_at,
        replaced_at: row.replaced_at,
    };
    let held = row.held.map(|Json(held)| held).unwrap_or_default();
    Ok(Some(DeskCode {
        opened,
        id,
        tail: row.code_tail,
        customer: account.zip(row.office),
        administrator: row.administrator,
        product: row.product,
        kind: row.kind,
        state: history.state(at),
        blocked_reason: row.blocked_reason,
        seller: row.seller,
        order: row.order_number,
        countries: row.countries.iter().filter_map(|code| code.parse().ok()).collect(),
        term_days: row.term_days.unsigned_abs(),
        first_activated_at: row.first_activated_at,
        facts: row.facts.filter(|_| row.license.is_some()).map(|Json(facts)| facts),
        license: row.license.map(LicenseId),
        seats: counts(&row.seats, row.in_use.as_deref()),
        shared_at: row.shared_at,
        reserves: u32::try_from(row.reserves).unwrap_or(0),
        at,
        held,
        refused: row.refused.map(|Json(refused)| refused).unwrap_or_default(),
        is_lead: cx.actor.may(Permission::BlockCode),
        may_work: cx.actor.may(Permission::WorkCases),
    }))
}

/// An office with its people, codes, devices, orders and cases; nothing while its record is not open.
///
/// # Errors
/// `Forbidden` for everybody but agents and leads.
pub async fn customer(cx: Cx, id: AccountId) -> Result<Option<DeskCustomer>> {
    cx.require(Permission::ReadRecords)?;
    let mut tx = cx.begin().await?;
    let Some(opened) = opened_account(&mut tx, &cx, id.0).await? else { return Ok(None) };
    let row = sqlx::query!(
        r#"select customer_facts($1, 50) as "facts: Json<CustomerFacts>",
               (
                   select jsonb_agg(jsonb_build_object('id', c.id, 'change', c.change, 'person', p.name, 'new_email', c.new_email,
                       'request', c.request, 'reason', c.reason, 'started_by', s.name, 'is_own', c.started_by = $2,
                       'started_at', c.started_at, 'confirmed_by', f.name, 'due_at', c.due_at) order by c.id)
                   from account_change c
                   join person p on p.id = c.person_id and p.disabled_at is null
                   join staff s on s.id = c.started_by
                   left join staff f on f.id = c.confirmed_by
                   where c.account_id = $1 and c.done_at is null and c.called_off_at is null
               ) as "changes: Json<Vec<AccountChange>>",
               (
                   select jsonb_agg(jsonb_build_array(p.id, p.name) order by p.created_at, p.id)
                   from (
                       select id, name, created_at from person
                       where account_id = $1 and disabled_at is null and email_verified_at is not null
                       order by created_at, id
                       limit 50
                   ) as p
               ) as "changeable: Json<Vec<(PersonId, String)>>""#,
        id.0,
        cx.actor.id(),
    )
    .fetch_one(&mut *tx)
    .await?;
    let Json(customer) = row.facts.ok_or(Error::NotFound)?;
    let fields =
        &["office", "country", "people", "masked e-mails", "codes", "devices", "orders", "cases", "flags", "changes"];
    let event = Event::RecordViewed { record: Record::Customer, id: id.0, request: opened.request.clone(), fields };
    audit::record(&mut tx, &cx, Some(id), event).await?;
    tx.commit().await?;
    Ok(Some(DeskCustomer {
        opened,
        customer: customer.masked(),
        may_flag: cx.actor.may(Permission::FlagCustomers),
        changes: row.changes.map(|Json(changes)| changes).unwrap_or_default(),
        changeable: row.changeable.map(|Json(people)| people).unwrap_or_default(),
        may_change: cx.actor.may(Permission::WorkCases),
        may_confirm: cx.actor.may(Permission::ConfirmAccountChange),
    }))
}

/// A device with the seats it has held; nothing while its record is not open.
///
/// # Errors
/// `Forbidden` for everybody but agents and leads.
pub async fn device(cx: Cx, id: DeviceId) -> Result<Option<DeskDevice>> {
    cx.require(Permission::ReadRecords)?;
    let mut tx = cx.begin().await?;
    let row = sqlx::query!(
        r#"select x.request, x.reason, x.ends_at, d.account_id, d.name, d.os_family as "os_family: OsFamily", d.os_version,
               d.app_version, d.connected_at, d.disconnected_at, a.name as office, o.name as owner,
               t.last_seen_at as "last_seen_at?",
               (
                   select jsonb_agg(jsonb_build_object('code', l.code_id, 'product', p.name, 'since', s.bound_at,
                       'until', s.released_at) order by s.bound_at desc)
                   from (
                       select * from seat where device_id = d.id order by bound_at desc limit 20
                   ) as s
                   join license l on l.id = s.license_id
                   join product p on p.id = l.product_id
               ) as "seats: Json<Vec<DeviceSeat>>"
           from device d
           join support_access x on x.subject_id = d.account_id and x.staff_id = $2 and x.ends_at > $3
           join account a on a.id = d.account_id
           join person o on o.id = d.owner_id
           left join device_contact t on t.device_id = d.id
           where d.id = $1
           order by x.ends_at desc
           limit 1"#,
        id.0,
        cx.actor.id(),
        cx.now,
    )
    .fetch_optional(&mut *tx)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let account = AccountId(row.account_id);
    let fields = &["name", "system", "versions", "owner", "last contact", "seats"];
    let event = Event::RecordViewed { record: Record::Device, id: id.0, request: row.request.clone(), fields };
    audit::record(&mut tx, &cx, Some(account), event).await?;
    tx.commit().await?;
    Ok(Some(DeskDevice {
        opened: Opened { request: row.request, reason: row.reason, ends_at: row.ends_at, now: cx.now },
        id,
        name: row.name,
        customer: (account, row.office),
        os_family: row.os_family,
        os_version: row.os_version,
        app_version: row.app_version,
        owner: row.owner,
        connected_at: row.connected_at,
        disconnected_at: row.disconnected_at,
        last_seen_at: row.last_seen_at,
        seats: row.seats.map(|Json(seats)| seats).unwrap_or_default(),
    }))
}
