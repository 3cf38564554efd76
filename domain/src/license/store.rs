//! Reading licenses: one statement for the cards, two for a datasheet, whatever the number of rows.

mod endings;
mod extend;
mod grants;
mod transfer;

pub(crate) use endings::look_again;
pub use endings::tell_of_endings;
pub use extend::extend_license;
pub(crate) use grants::{administered, forget_grants, granted, keep_grant};
pub use grants::{grant_license, revoke_grant};
pub use transfer::transfer_license;

use sqlx::types::Json;
use uuid::Uuid;

use super::details::{
    CardRefund, Grant, HeldSeat, KeptCode, LicenseCard, LicenseDetails, Licenses, Pages, ReserveEntry, Search,
};
use super::{LicenseFacts, LicenseKey, RENEWAL_OFFERED};
use crate::activation::Refusal;
use crate::actor::{Actor, Permission};
use crate::audit::{self, Event};
use crate::code::{CodeHistory, CodeKind};
use crate::country::Country;
use crate::cx::Cx;
use crate::device::OsFamily;
use crate::id::{AccountId, CodeId, DeviceId, LicenseId, PersonId, ProductId, SeatId};
use crate::order::Channel;
use crate::person::Role;
use crate::person::people::{COLLEAGUES_LISTED, Colleagues};
use crate::refund::RefundState;
use crate::reserve::ReserveState;
use crate::seal::Sealed;
use crate::seat::{SeatClass, SeatCount, Seats};
use crate::{Error, Result};

/// The most licenses on one page.
const PAGE: usize = 50;
/// The most devices on one page of a license.
const HELD: usize = 40;
/// The most codes that wait, and the most colleagues, on one page of a license: both stand beside the devices.
const BESIDE: usize = 20;

/// The account's licenses, those that end first on top, and the codes that wait.
///
/// # Errors
/// Those of the database.
pub async fn list(cx: Cx) -> Result<Licenses> {
    find(cx, Search::default()).await
}

/// A page of the account's licenses that fit what is looked for, those that end first on top. The codes that wait stand
/// on the first page of all licenses.
///
/// # Errors
/// Those of the database.
pub async fn find(cx: Cx, search: Search) -> Result<Licenses> {
    read(cx, search, PAGE).await
}

/// As `find`, so many at a time: to take all of them along.
pub(crate) async fn some(cx: Cx, search: Search, most: usize) -> Result<Licenses> {
    read(cx, search, most).await
}

async fn read(cx: Cx, search: Search, most: usize) -> Result<Licenses> {
    cx.require(Permission::ReadOffice)?;
    let account = cx.actor.account()?;
    let rows = sqlx::query!(
        r#"select l.id, p.name as product, c.code_tail, l.seats as "seats: Json<Seats>",
               license_facts(l) as "facts!: Json<LicenseFacts>", w.waits as "has_reserve!",
               (
                   select jsonb_object_agg(class, held) from (
                       select class, count(*) as held from seat
                       where license_id = l.id and released_at is null group by class
                   ) as by_class
               ) as "held: Json<Seats>",
               r.state as "refund?: RefundState", r.number as "refund_case?", r.since as "refund_since?"
           from license l
           join product p on p.id = l.product_id
           join activation_code c on c.id = l.code_id
           left join lateral refund_of(c.id) as r on true
           join person a on a.id = l.administrator_id
           cross join lateral (
               select exists (
                   select 1 from seat s join reserve r on r.device_id = s.device_id
                   where s.license_id = l.id and s.released_at is null and r.state = 'waiting'
               ) as waits,
               coalesce(l.blocked_at, l.cancelled_at, l.suspended_at) is null
                   and greatest(l.expires_at, l.grace_until) > $5 as runs
           ) as w
           where l.account_id = $1
               and ($3 = '' or position($3 in lower(p.name)) > 0 or position($3 in lower(a.name)) > 0
                   or lower(c.code_tail) = $3)
               and case $4
                   when 'running' then w.runs
                   when 'ending' then w.runs and l.expires_at <= $6 and not l.auto_renew and not w.waits
                   when 'trial' then l.kind = 'trial'
                   when 'ended' then not w.runs
                   else true
               end
               and ($7::uuid is null
                   or (l.expires_at, l.id) > (select b.expires_at, b.id from license b where b.account_id = $1 and b.id = $7))
           order by l.expires_at, l.id
           limit $2"#,
        account.0,
        most as i64 + 1,
        search.q.to_lowercase(),
        search.show.as_str(),
        cx.now,
        cx.now + RENEWAL_OFFERED,
        search.after.map(|id| id.0),
    )
    .fetch_all(&cx.world.ro)
    .await?;
    let next = rows.get(most.saturating_sub(1)).filter(|_| rows.len() > most).map(|row| LicenseId(row.id));
    let cards = rows.into_iter().take(most).map(|row| LicenseCard {
        id: LicenseId(row.id),
        product: row.product,
        tail: row.code_tail,
        facts: row.facts.0,
        has_reserve: row.has_reserve,
        seats: counts(&row.seats, row.held.as_deref()),
        refund: card_refund(row.refund, row.refund_case, row.refund_since),
    });
    let kept = if search == Search::default() { kept_after(&cx, None, most).await? } else { Vec::new() };
    Ok(Licenses { now: cx.now, cards: cards.collect(), kept, next })
}

/// The codes that wait in the account after this one, so many of them.
pub(crate) async fn kept_after(cx: &Cx, after: Option<CodeId>, most: usize) -> Result<Vec<KeptCode>> {
    cx.require(Permission::ReadOffice)?;
    let kept = sqlx::query!(
        r#"select c.id, c.code_tail, p.name as product, c.kind as "kind: CodeKind", c.seats as "seats: Json<Seats>",
               c.term_days, c.redeem_by, c.blocked_at, c.cancelled_at, c.replaced_at
           from activation_code c
           join product p on p.id = c.product_id
           where c.account_id = $1 and c.first_activated_at is null and ($3::uuid is null or c.id > $3)
           order by c.id
           limit $2"#,
        cx.actor.account()?.0,
        most as i64,
        after.map(|id| id.0),
    )
    .fetch_all(&cx.world.ro)
    .await?;
    let kept = kept.into_iter().map(|row| {
        let history = CodeHistory {
            first_activated_at: None,
            expires_at: None,
            redeem_by: row.redeem_by,
            blocked_at: row.blocked_at,
            cancelled_at: row.cancelled_at,
            replaced_at: row.replaced_at,
        };
        KeptCode {
            id: CodeId(row.id),
            tail: row.code_tail,
            product: row.product,
            kind: row.kind,
            state: history.state(cx.now),
            term_days: u32::try_from(row.term_days).unwrap_or(0),
            seats: counts(&row.seats, None),
        }
    });
    Ok(kept.collect())
}

fn card_refund(
    state: Option<RefundState>,
    case: Option<String>,
    since: Option<time::OffsetDateTime>,
) -> Option<CardRefund> {
    Some(CardRefund { state: state?, case: case?, since: since? })
}

/// Seats of each class, in use and in all.
pub(crate) fn counts(seats: &Seats, held: Option<&Seats>) -> Vec<SeatCount> {
    seats.iter().map(|(class, total)| SeatCount { class, total, used: held.map_or(0, |held| held.of(class)) }).collect()
}

/// The datasheet of one license, with one page of each of its lists.
///
/// # Errors
/// `NotFound` for another account's license (R100).
pub async fn details(cx: Cx, id: LicenseId, pages: Pages) -> Result<LicenseDetails> {
    cx.require(Permission::ReadOffice)?;
    let (account, person) = (cx.actor.account()?, cx.actor.reader()?);
    let row = sqlx::query!(
        r#"select l.license_key_ct, l.seats as "seats: Json<Seats>", l.agreement_version,
               license_facts(l) as "facts!: Json<LicenseFacts>", l.administrator_id,
               p.name as product, c.code_tail, c.term_days, c.countries, s.name as seller, s.contact as seller_contact, s.payment_partner, s.order_lookup,
               r.state as "refund?: RefundState", r.number as "refund_case?", r.since as "refund_since?",
               o.channel as "channel: Channel", o.order_number, o.ordered_at, o.certificate_number, f.name as office,
               a.name as administrator,
               (
                   select jsonb_agg(jsonb_build_array(i.os_family, i.address) order by i.os_family desc)
                   from installer i where i.product_id = l.product_id and l.administrator_id = $3
               ) as "installers: Json<Vec<(OsFamily, String)>>",
               (
                   select jsonb_agg(jsonb_build_array(few.id, few.name) order by few.name) from (
                       select o.id, o.name from person o
                       where o.account_id = l.account_id and o.id <> l.administrator_id
                         and o.disabled_at is null and o.email_verified_at is not null
                       limit $4
                   ) as few
               ) as "people: Json<Vec<(PersonId, String)>>",
               (
                   select jsonb_agg(jsonb_build_object('person', few.id, 'name', few.name, 'seats', few.seats, 'used', (
                       select count(*) from seat s join device d on d.id = s.device_id
                       where s.license_id = l.id and s.released_at is null and d.owner_id = few.id
                   )) order by few.name, few.id) from (
                       select gp.id, gp.name, g.seats
                       from license_grant g join person gp on gp.id = g.person_id
                       where g.license_id = l.id
                         and ($5::uuid is null
                             or (gp.name, gp.id) > (select b.name, b.id from person b where b.id = $5 and b.account_id = $1))
                       order by gp.name, gp.id
                       limit $6
                   ) as few
               ) as "grants: Json<Vec<Grant>>",
               (
                   select jsonb_object_agg(class, held) from (
                       select class, count(*) as held from seat
                       where license_id = l.id and released_at is null group by class
                   ) as by_class
               ) as "held: Json<Seats>",
               exists (
                   select 1 from seat s join reserve w on w.device_id = s.device_id
                   where s.license_id = l.id and s.released_at is null and w.state = 'waiting'
               ) as "has_reserve!"
           from license l
           join product p on p.id = l.product_id
           join activation_code c on c.id = l.code_id
           join seller s on s.id = c.seller_id
           join purchase o on o.id = c.purchase_id
           join person a on a.id = l.administrator_id
           join account f on f.id = l.account_id
           left join lateral refund_of(c.id) as r on true
           where l.account_id = $1 and l.id = $2"#,
        account.0,
        id.0,
        person.0,
        COLLEAGUES_LISTED as i64 + 1,
        pages.grants_after.map(|id| id.0),
        BESIDE as i64 + 1,
    )
    .fetch_optional(&cx.world.ro)
    .await?
    .ok_or(Error::NotFound)?;
    let mut held = sqlx::query!(
        r#"select s.id as seat, d.id, d.name, d.os_family as "os_family: OsFamily", s.class as "class: SeatClass", s.bound_at,
               c.last_seen_at as "last_seen_at?"
           from seat s
           join device d on d.id = s.device_id
           left join device_contact c on c.device_id = d.id
           where s.license_id = $1 and s.released_at is null
             and ($2::uuid is null
                 or (s.bound_at, s.id) > (select b.bound_at, b.id from seat b where b.id = $2 and b.license_id = $1))
           order by s.bound_at, s.id
           limit $3"#,
        id.0,
        pages.held_after.map(|id| id.0),
        HELD as i64 + 1,
    )
    .fetch_all(&cx.world.ro)
    .await?;
    let more_held = held.get(HELD - 1).filter(|_| held.len() > HELD).map(|seat| SeatId(seat.seat));
    held.truncate(HELD);
    let held: Vec<HeldSeat> = held
        .into_iter()
        .map(|seat| HeldSeat {
            device: DeviceId(seat.id),
            name: seat.name,
            os_family: seat.os_family,
            class: seat.class,
            bound_at: seat.bound_at,
            last_seen_at: seat.last_seen_at,
        })
        .collect();
    let mut reserves = sqlx::query!(
        r#"select d.id, d.name, c.code_tail, r.state as "state: ReserveState", r.due_at, r.rehearsed_at,
               r.trouble as "trouble: Json<Refusal>"
           from seat s
           join device d on d.id = s.device_id
           join reserve r on r.device_id = d.id
               and (r.state = 'waiting' or r.state = 'failed' and r.settled_at >= s.bound_at)
           join activation_code c on c.id = r.code_id
           where s.license_id = $1 and s.released_at is null
           order by r.state = 'failed' or r.trouble is not null desc, r.due_at, r.id
           limit $2"#,
        id.0,
        BESIDE as i64 + 1,
    )
    .fetch_all(&cx.world.ro)
    .await?;
    let more_reserves = reserves.len() > BESIDE;
    reserves.truncate(BESIDE);
    let mut grants = row.grants.map(|Json(grants)| grants).unwrap_or_default();
    let more_grants = grants.get(BESIDE - 1).filter(|_| grants.len() > BESIDE).map(|grant| grant.person);
    grants.truncate(BESIDE);
    let viewed = matches!(cx.actor, Actor::Viewer { .. });
    let key = open_key(&cx, id, &row.license_key_ct)?;
    Ok(LicenseDetails {
        now: cx.now,
        id,
        product: row.product,
        license_key: if viewed { key.hidden() } else { key },
        key_hidden: viewed,
        code_tail: row.code_tail,
        facts: row.facts.0,
        term_days: u32::try_from(row.term_days).unwrap_or(0),
        seats: counts(&row.seats, row.held.as_deref()),
        held,
        more_held,
        has_reserve: row.has_reserve,
        seller: row.seller,
        seller_contact: row.seller_contact,
        payment_partner: row.payment_partner,
        order_lookup: row.order_lookup,
        refund: card_refund(row.refund, row.refund_case, row.refund_since),
        countries: row.countries.iter().filter_map(|code| code.parse::<Country>().ok()).collect(),
        channel: row.channel,
        order_number: row.order_number,
        ordered_at: row.ordered_at,
        certificate_number: row.certificate_number,
        office: row.office,
        agreement_version: row.agreement_version,
        installers: row.installers.map(|Json(installers)| installers).unwrap_or_default(),
        administrator: row.administrator,
        administered_by_reader: row.administrator_id == person.0,
        may_hand_over: row.administrator_id == person.0
            || viewed
            || matches!(cx.actor, Actor::Person { role: Role::Owner, .. }),
        grants,
        more_grants,
        people: Colleagues::of(row.people.map(|Json(people)| people).unwrap_or_default()),
        reserves: reserves
            .into_iter()
            .map(|row| ReserveEntry {
                device: DeviceId(row.id),
                device_name: row.name,
                tail: row.code_tail,
                state: row.state,
                due_at: row.due_at,
                rehearsed_at: row.rehearsed_at,
                trouble: row.trouble.map(|Json(refusal)| refusal),
            })
            .collect(),
        more_reserves,
    })
}

/// Opens the sealed key of a license.
pub(crate) fn open_key(cx: &Cx, id: LicenseId, sealed: &[u8]) -> Result<LicenseKey> {
    let bytes = cx.world.seal.open(Sealed::LicenseKey, id.0, sealed)?;
    uuid::Uuid::from_slice(&bytes).map(LicenseKey).map_err(|_| Error::Internal(cx.request))
}

/// Hands a license to another person of the account, who administers it from then on (edge case 37). Its administrator may,
/// and the account's owner, who can take it to themselves.
///
/// # Errors
/// `NotFound` for another account's license or person, `Refused(NotAdministrator)` (E27), `Invalid(to: ClosesAccount)`.
pub async fn hand_over_license(cx: Cx, license: LicenseId, to: PersonId) -> Result<()> {
    cx.require(Permission::SeeAccount)?;
    let (account, person) = (cx.actor.account()?, cx.actor.person()?);
    let mut tx = cx.begin().await?;
    let row = sqlx::query!(
        "select l.code_id, l.administrator_id, a.name as administrator
         from license l join person a on a.id = l.administrator_id
         where l.account_id = $1 and l.id = $2
         for update of l",
        account.0,
        license.0,
    )
    .fetch_optional(&mut *tx)
    .await?
    .ok_or(Error::NotFound)?;
    let owner = matches!(cx.actor, Actor::Person { role: Role::Owner, .. });
    if row.administrator_id != person.0 && !owner {
        return Err(Refusal::NotAdministrator { administrator: row.administrator }.into());
    }
    sqlx::query!(
        "select id from person
         where account_id = $1 and id = $2 and disabled_at is null and email_verified_at is not null",
        account.0,
        to.0,
    )
    .fetch_optional(&mut *tx)
    .await?
    .ok_or(Error::NotFound)?;
    crate::person::store::refuse_closing(&mut tx, account, to).await?;
    if row.administrator_id == to.0 {
        return Ok(());
    }
    sqlx::query!("update license set administrator_id = $2 where id = $1", license.0, to.0).execute(&mut *tx).await?;
    sqlx::query!("update activation_code set administrator_id = $2 where id = $1", row.code_id, to.0)
        .execute(&mut *tx)
        .await?;
    audit::record(&mut tx, &cx, None, Event::LicenseHandedOver { license, to }).await?;
    tx.commit().await?;
    Ok(())
}

/// Licenses of an account as far as a case needs them, each by its product; with `one`, only that one.
pub(crate) async fn of_account(
    db: &mut sqlx::PgConnection,
    account: AccountId,
    one: Option<LicenseId>,
) -> Result<Vec<(ProductId, LicenseFacts)>> {
    let rows = sqlx::query!(
        r#"select l.product_id, license_facts(l) as "facts!: Json<LicenseFacts>" from license l
           where l.account_id = $1 and ($2::uuid is null or l.id = $2)
           order by l.expires_at desc
           limit $3"#,
        account.0,
        one.map(|license| license.0),
        PAGE as i64,
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| (ProductId(row.product_id), row.facts.0)).collect())
}

/// Licenses are gone through by jobs so many at a time.
const STRETCH: i64 = 1000;

/// The last of the licenses that a job looks at next, after this one; none when all were gone through.
///
/// # Errors
/// Those of the database.
pub(crate) async fn stretch(cx: &Cx, after: Uuid) -> Result<Option<Uuid>> {
    let last = sqlx::query_scalar!(
        "select id from (select id from license where id > $1 order by id limit $2) as next order by id desc limit 1",
        after,
        STRETCH,
    );
    Ok(last.fetch_optional(&cx.world.rw).await?)
}
