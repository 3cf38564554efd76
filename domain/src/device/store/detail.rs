//! Reading the page of one device.

use sqlx::types::Json;

use super::super::OsFamily;
use super::super::details::{CommandRow, DeviceDetails, DeviceReserve, HeldPlace, Sendable, SendableCode};
use super::super::expiry::{ExpiryRule, works};
use super::super::listing::DeviceLicense;
use crate::activation::Refusal;
use crate::actor::Permission;
use crate::cx::Cx;
use crate::id::{CodeId, DeviceId, LicenseId};
use crate::license::LicenseFacts;
use crate::reserve::ReserveState;
use crate::{Error, Result};

/// The most of each list on the page.
const MOST: i64 = 20;

/// Everything on the page of one device.
///
/// # Errors
/// `NotFound` for another account's device (R100).
pub async fn details(cx: Cx, id: DeviceId) -> Result<DeviceDetails> {
    cx.require(Permission::ReadOffice)?;
    let (account, person) = (cx.actor.account()?, cx.actor.reader()?);
    let row = sqlx::query!(
        r#"select d.name as "name!", d.os_family as "os_family!: OsFamily", d.os_version as "os_version!",
               d.app_version as "app_version!", d.connected_at as "connected_at!", d.disconnected_at, d.stopped_at,
               d.product_id as "product_id!", d.owner_id as "owner_id!", o.name as "owner!", c.last_seen_at as "last_seen_at?", c.country as "country?",
               c.clock_offset_seconds as "clock_offset?", c.databases_at, l.id as "license_id?", license_facts(l) as "facts?: Json<LicenseFacts>",
               p.name as "product?", l.administrator_id as "administrator_id?", a.name as "administrator?",
               e.updates as "updates?", e.restricted as "restricted?",
               r.state as "reserve_state?: ReserveState", r.due_at as "due_at?", r.rehearsed_at,
               r.trouble as "trouble: Json<Refusal>", rc.code_tail as "tail?",
               (
                   select jsonb_agg(to_jsonb(asked) order by asked.id desc) from (
                       select c.id, c.kind, c.name, c.asked_at, p.name as asked_by, c.confirmed_at, c.ends_by
                       from device_command c left join person p on p.id = c.asked_by
                       where c.account_id = d.account_id and c.device_id = d.id
                       order by c.id desc
                       limit $3
                   ) as asked
               ) as "commands: Json<Vec<CommandRow>>",
               (
                   select jsonb_agg(to_jsonb(place) order by place.bound_at desc) from (
                       select h.license_id as license, hp.name as product, h.bound_at, h.released_at, h.release_reason as reason
                       from seat h
                       join license hl on hl.id = h.license_id
                       join product hp on hp.id = hl.product_id
                       where h.device_id = d.id
                       order by h.bound_at desc
                       limit $3
                   ) as place
               ) as "places: Json<Vec<HeldPlace>>"
           from device d
           join person o on o.id = d.owner_id
           left join device_contact c on c.device_id = d.id
           left join lateral (
               select license_id, bound_at from seat
               where device_id = d.id and released_at is null order by bound_at desc limit 1
           ) as s on true
           left join license l on l.id = s.license_id
           left join product p on p.id = l.product_id
           left join person a on a.id = l.administrator_id
           left join expiry_rule e on e.product_id = d.product_id and e.version_family = split_part(d.app_version, '.', 1)
           left join lateral (
               select * from reserve
               where device_id = d.id
                 and (state = 'waiting' or state = 'failed' and settled_at >= coalesce(s.bound_at, '-infinity'))
               order by id desc limit 1
           ) as r on true
           left join activation_code rc on rc.id = r.code_id
           where d.account_id = $1 and d.id = $2"#,
        account.0,
        id.0,
        MOST,
    )
    .fetch_optional(&cx.world.ro)
    .await?
    .ok_or(Error::NotFound)?;
    let offers = sqlx::query!(
        r#"select l.id as "license?", null::uuid as code, c.code_tail as "tail!", p.name as "product!",
               l.expires_at as "expires_at?", coalesce((l.seats ->> $8)::bigint, 0) > 0 as "fits!"
           from license l
           join product p on p.id = l.product_id
           join activation_code c on c.id = l.code_id
           where l.account_id = $1 and l.product_id = $3 and l.expires_at > $4
             and (l.administrator_id = $2 or $7 and exists (
                 select 1 from license_grant g where g.license_id = l.id and g.person_id = $2))
             and l.cancelled_at is null and l.blocked_at is null
             and not exists (select 1 from seat s where s.license_id = l.id and s.device_id = $5 and s.released_at is null)
           union all
           select null, c.id, c.code_tail, p.name, null, coalesce((c.seats ->> $8)::bigint, 0) > 0
           from activation_code c join product p on p.id = c.product_id
           where c.account_id = $1 and c.administrator_id = $2 and c.product_id = $3 and c.first_activated_at is null
             and c.blocked_at is null and c.cancelled_at is null and c.replaced_at is null
             and not exists (select 1 from reserve w where w.code_id = c.id and w.device_id = $5 and w.state = 'waiting')
           order by "fits!" desc
           limit $6"#,
        account.0,
        person.0,
        row.product_id,
        cx.now,
        id.0,
        MOST,
        row.owner_id == person.0,
        row.os_family.seat_class().as_str(),
    )
    .fetch_all(&cx.world.ro)
    .await?;
    let facts = row.facts.map(|Json(facts)| facts).filter(|_| row.license_id.is_some());
    let rule = match (row.updates, row.restricted) {
        (Some(updates), Some(restricted)) => ExpiryRule { updates, restricted },
        _ => ExpiryRule::default(),
    };
    let works = works(facts.as_ref(), row.stopped_at, &rule, cx.now);
    let runs = facts.is_some_and(|facts| facts.standing(cx.now).runs());
    let license = match (row.license_id, row.product, facts) {
        (Some(license), Some(product), Some(facts)) => Some(DeviceLicense {
            id: LicenseId(license),
            product,
            facts,
            has_reserve: row.reserve_state == Some(ReserveState::Waiting),
        }),
        _ => None,
    };
    let reserve = match (row.reserve_state, row.tail, row.due_at) {
        (Some(state), Some(tail), Some(due_at)) => Some(DeviceReserve {
            tail,
            state,
            due_at,
            rehearsed_at: row.rehearsed_at,
            trouble: row.trouble.map(|Json(refusal)| refusal),
            activate_now: state == ReserveState::Failed && !runs,
        }),
        _ => None,
    };
    let unfit = offers.iter().filter(|offer| !offer.fits).count();
    let (mut licenses, mut codes) = (Vec::new(), Vec::new());
    for offer in offers.into_iter().filter(|offer| offer.fits) {
        let (tail, product) = (offer.tail, offer.product);
        match (offer.license, offer.expires_at, offer.code) {
            (Some(license), Some(expires_at), _) => {
                licenses.push(Sendable { id: LicenseId(license), tail, product, expires_at });
            }
            (_, _, Some(code)) => codes.push(SendableCode { id: CodeId(code), tail, product }),
            _ => {}
        }
    }
    Ok(DeviceDetails {
        now: cx.now,
        id,
        name: row.name,
        os_family: row.os_family,
        os_version: row.os_version,
        app_version: row.app_version,
        owner: row.owner,
        connected_at: row.connected_at,
        disconnected_at: row.disconnected_at,
        last_seen_at: row.last_seen_at,
        country: row.country.and_then(|code| code.parse().ok()),
        clock_offset: row.clock_offset,
        databases_at: row.databases_at,
        level: works.level,
        restricted: works.restricted,
        license,
        license_administrator: row.administrator.filter(|_| row.administrator_id != Some(person.0)),
        reserve,
        places: row.places.map(|Json(places)| places).unwrap_or_default(),
        commands: row.commands.map(|Json(commands)| commands).unwrap_or_default(),
        licenses,
        codes,
        unfit: u32::try_from(unfit).unwrap_or(u32::MAX),
    })
}
