//! Reading licenses: one statement for the cards, two for a datasheet, whatever the number of rows.

mod endings;
mod extend;
mod grants;

pub(crate) use endings::look_again;
pub use endings::tell_of_endings;
pub use extend::extend_license;
pub(crate) use grants::{administered, forget_grants, keep_grant};
pub use grants::{grant_license, revoke_grant};

use sqlx::types::Json;

use super::details::{Grant, HeldSeat, KeptCode, LicenseCard, LicenseDetails, Licenses, ReserveEntry, Search};
use super::{LicenseFacts, LicenseKey, RENEWAL_OFFERED};
use crate::activation::Refusal;
use crate::actor::{Actor, Permission};
use crate::audit::{self, Event};
use crate::code::{CodeHistory, CodeKind};
use crate::country::Country;
use crate::cx::Cx;
use crate::device::OsFamily;
use crate::id::{AccountId, CodeId, DeviceId, LicenseId, PersonId, ProductId};
use crate::order::Channel;
use crate::person::Role;
use crate::reserve::ReserveState;
use crate::seal::Sealed;
use crate::seat::{SeatClass, SeatCount, Seats};
use crate::{Error, Result};

/// The most licenses on one page.
const PAGE: usize = 50;
/// The most licenses that are read at once.
const ALL: usize = 1000;

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

/// The account's licenses and waiting codes as `list` has them, up to a thousand of each: to take them along.
///
/// # Errors
/// Those of the database.
pub async fn all(cx: Cx) -> Result<Licenses> {
    read(cx, Search::default(), ALL).await
}

async fn read(cx: Cx, search: Search, most: usize) -> Result<Licenses> {
    cx.require(Permission::SeeAccount)?;
    let account = cx.actor.account()?;
    let rows = sqlx::query!(
        r#"select l.id, p.name as product, l.seats as "seats: Json<Seats>", license_facts(l) as "facts!: Json<LicenseFacts>",
               w.waits as "has_reserve!",
               (
                   select jsonb_object_agg(class, held) from (
                       select class, count(*) as held from seat
                       where license_id = l.id and released_at is null group by class
                   ) as by_class
               ) as "held: Json<Seats>"
           from license l
           join product p on p.id = l.product_id
           join activation_code c on c.id = l.code_id
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
        facts: row.facts.0,
        has_reserve: row.has_reserve,
        seats: counts(&row.seats, row.held.as_deref()),
    });
    let kept = if search == Search::default() { kept(&cx, account, most).await? } else { Vec::new() };
    Ok(Licenses { now: cx.now, cards: cards.collect(), kept, next })
}

async fn kept(cx: &Cx, account: AccountId, most: usize) -> Result<Vec<KeptCode>> {
    let kept = sqlx::query!(
        r#"select c.id, c.code_tail, p.name as product, c.kind as "kind: CodeKind", c.seats as "seats: Json<Seats>",
               c.term_days, c.redeem_by, c.blocked_at, c.cancelled_at, c.replaced_at
           from activation_code c
           join product p on p.id = c.product_id
           where c.account_id = $1 and c.first_activated_at is null
           order by c.id
           limit $2"#,
        account.0,
        most as i64,
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

/// Seats of each class, in use and in all.
pub(crate) fn counts(seats: &Seats, held: Option<&Seats>) -> Vec<SeatCount> {
    seats.iter().map(|(class, total)| SeatCount { class, total, used: held.map_or(0, |held| held.of(class)) }).collect()
}

/// The datasheet of one license.
///
/// # Errors
/// `NotFound` for another account's license (R100).
pub async fn details(cx: Cx, id: LicenseId) -> Result<LicenseDetails> {
    cx.require(Permission::SeeAccount)?;
    let (account, person) = (cx.actor.account()?, cx.actor.person()?);
    let row = sqlx::query!(
        r#"select l.license_key_ct, l.seats as "seats: Json<Seats>", l.agreement_version,
               license_facts(l) as "facts!: Json<LicenseFacts>", l.administrator_id,
               p.name as product, c.code_tail, c.term_days, c.countries, s.name as seller,
               o.channel as "channel: Channel", o.order_number, o.ordered_at, o.certificate_number, f.name as office,
               a.name as administrator,
               (
                   select jsonb_agg(jsonb_build_array(o.id, o.name) order by o.name)
                   from person o
                   where o.account_id = l.account_id and o.id <> l.administrator_id
                     and o.disabled_at is null and o.email_verified_at is not null
               ) as "people: Json<Vec<(PersonId, String)>>",
               (
                   select jsonb_agg(jsonb_build_object('person', g.person_id, 'name', gp.name, 'seats', g.seats, 'used', (
                       select count(*) from seat s join device d on d.id = s.device_id
                       where s.license_id = l.id and s.released_at is null and d.owner_id = g.person_id
                   )) order by gp.name)
                   from license_grant g join person gp on gp.id = g.person_id
                   where g.license_id = l.id
               ) as "grants: Json<Vec<Grant>>"
           from license l
           join product p on p.id = l.product_id
           join activation_code c on c.id = l.code_id
           join seller s on s.id = c.seller_id
           join purchase o on o.id = c.purchase_id
           join person a on a.id = l.administrator_id
           join account f on f.id = l.account_id
           where l.account_id = $1 and l.id = $2"#,
        account.0,
        id.0,
    )
    .fetch_optional(&cx.world.ro)
    .await?
    .ok_or(Error::NotFound)?;
    let held = sqlx::query!(
        r#"select d.id, d.name, d.os_family as "os_family: OsFamily", s.class as "class: SeatClass", s.bound_at,
               c.last_seen_at as "last_seen_at?"
           from seat s
           join device d on d.id = s.device_id
           left join device_contact c on c.device_id = d.id
           where s.license_id = $1 and s.released_at is null
           order by s.bound_at, s.id"#,
        id.0,
    )
    .fetch_all(&cx.world.ro)
    .await?;
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
    let reserves = sqlx::query!(
        r#"select d.id, d.name, c.code_tail, r.state as "state: ReserveState", r.due_at, r.rehearsed_at,
               r.trouble as "trouble: Json<Refusal>"
           from seat s
           join device d on d.id = s.device_id
           join reserve r on r.device_id = d.id
               and (r.state = 'waiting' or r.state = 'failed' and r.settled_at >= s.bound_at)
           join activation_code c on c.id = r.code_id
           where s.license_id = $1 and s.released_at is null
           order by r.due_at, r.id"#,
        id.0,
    )
    .fetch_all(&cx.world.ro)
    .await?;
    let in_use = |class| u32::try_from(held.iter().filter(|seat| seat.class == class).count()).unwrap_or(u32::MAX);
    Ok(LicenseDetails {
        now: cx.now,
        id,
        product: row.product,
        license_key: open_key(&cx, id, &row.license_key_ct)?,
        code_tail: row.code_tail,
        facts: row.facts.0,
        term_days: u32::try_from(row.term_days).unwrap_or(0),
        seats: row.seats.iter().map(|(class, total)| SeatCount { class, total, used: in_use(class) }).collect(),
        held,
        seller: row.seller,
        countries: row.countries.iter().filter_map(|code| code.parse::<Country>().ok()).collect(),
        channel: row.channel,
        order_number: row.order_number,
        ordered_at: row.ordered_at,
        certificate_number: row.certificate_number,
        office: row.office,
        agreement_version: row.agreement_version,
        administrator: row.administrator,
        administered_by_reader: row.administrator_id == person.0,
        may_hand_over: row.administrator_id == person.0 || matches!(cx.actor, Actor::Person { role: Role::Owner, .. }),
        grants: row.grants.map(|Json(grants)| grants).unwrap_or_default(),
        people: row.people.map(|Json(people)| people).unwrap_or_default(),
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
/// `NotFound` for another account's license or person, `Refused(NotAdministrator)` (E27).
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
