//! Reading what happened: one statement, along the index of the account's events.

use uuid::Uuid;

use super::{About, Activity, By, Happened};
use crate::actor::{Actor, Permission};
use crate::audit::{self, Event};
use crate::chain;
use crate::cx::Cx;
use crate::id::{DeviceId, LicenseId};
use crate::page::USUAL;
use crate::person::Role;
use crate::{Error, Result};

/// The most events of a file.
pub const MOST: usize = 10_000;
/// The events of one device on a page.
const OF_DEVICE: usize = 20;

/// Which events are read.
#[derive(Default)]
struct Which {
    /// Before the event of this number.
    before: Option<i64>,
    /// About one of these.
    about: Option<Vec<Uuid>>,
    /// About this device, or on it.
    device: Option<DeviceId>,
}

/// What happened in the account before the event of this number, the newest first. Who only protects own devices sees what
/// they did, what was done with their account, and what happened to those devices.
///
/// # Errors
/// `Unauthenticated` for strangers, `Forbidden` for everybody else who is not a person of an account.
pub async fn activity(cx: Cx, before: Option<i64>) -> Result<Activity> {
    cx.require(Permission::SeeAccount)?;
    let chain = if cx.actor.may(Permission::LookAfterOffice) { Some(chain::store::head(&cx).await?) } else { None };
    Ok(Activity { chain, ..read(cx, Which { before, ..Which::default() }, USUAL as usize).await? })
}

/// The newest of `activity`, to take along; that it was taken is an event itself.
///
/// # Errors
/// Those of `activity`.
pub async fn taken_along(cx: Cx) -> Result<Vec<Happened>> {
    cx.require(Permission::SeeAccount)?;
    let events = some(cx.clone(), None, MOST).await?.events;
    let mut tx = cx.begin().await?;
    audit::record(&mut tx, &cx, None, Event::ActivityTaken { events: events.len() }).await?;
    tx.commit().await?;
    Ok(events)
}

/// What happened to one license, its code and its seats, the newest first; what support did, and why, is among it.
///
/// # Errors
/// `NotFound` for another account's license.
pub async fn of_license(cx: Cx, license: LicenseId, before: Option<i64>) -> Result<Activity> {
    cx.require(Permission::SeeAccount)?;
    let mut objects = sqlx::query_scalar!(
        r#"with recursive codes (id) as (
               select code_id from license where account_id = $1 and id = $2
               union
               -- those that were replaced before it
               select c.id from activation_code c join codes on c.replaced_by = codes.id
           )
           select id as "id!" from codes
           union
           -- codes that wait behind it on its devices, or took over from there
           select r.id from seat s
           join reserve r on r.device_id = s.device_id
           join activation_code c on c.id = r.code_id
           join license l on l.id = s.license_id
           where s.license_id = $2 and l.account_id = $1 and c.product_id = l.product_id"#,
        cx.actor.account()?.0,
        license.0,
    )
    .fetch_all(&cx.world.ro)
    .await?;
    if objects.is_empty() {
        return Err(Error::NotFound);
    }
    objects.push(license.0);
    read(cx, Which { before, about: Some(objects), device: None }, USUAL as usize).await
}

/// What happened to one device and on it, the newest first.
///
/// # Errors
/// `NotFound` for another account's device.
pub async fn of_device(cx: Cx, device: DeviceId, before: Option<i64>) -> Result<Activity> {
    cx.require(Permission::ReadOffice)?;
    let read = read(cx, Which { before, about: None, device: Some(device) }, OF_DEVICE).await?;
    // every device has at least been linked
    if before.is_none() && read.events.is_empty() { Err(Error::NotFound) } else { Ok(read) }
}

/// As `activity`, so many events at a time: to take all of it along.
pub(crate) async fn some(cx: Cx, before: Option<i64>, most: usize) -> Result<Activity> {
    read(cx, Which { before, ..Which::default() }, most).await
}

async fn read(cx: Cx, which: Which, most: usize) -> Result<Activity> {
    let own = match &cx.actor {
        Actor::Person { id, role: Role::Member, .. } if which.about.is_none() && which.device.is_none() => Some(id.0),
        _ => None,
    };
    let rows = sqlx::query!(
        r#"select e.id as "id!", e.at as "at!", e.event as "event!", e.actor_kind as "actor_kind!", e.country,
               coalesce(e.facts ->> 'reason', e.facts ->> 'refusal') as reason,
               p.name as "person?", actor.name as "actor_device?",
               d.id as "device_id?", d.name as "device?", d.id = e.object_id as is_about_device,
               l.id as "license_id?", pr.name as "product?", c.code_tail as "tail?",
               coalesce(r.number, sc.number) as request
           from (
               select * from audit_event
               where account_id = $1 and ($2::bigint is null or id < $2)
                   and ($3::uuid is null or actor_id = $3 or object_id = $3
                       or object_id in (select id from device where account_id = $1 and owner_id = $3))
                   and ($5::uuid[] is null or object_id = any($5))
                   and ($6::uuid is null or object_id = $6 or facts ->> 'device' = $6::text)
               order by id desc
               limit $4
           ) as e
           -- who comes in is a stranger until then
           left join person p on p.account_id = $1 and p.id = case
               when e.actor_kind = 'person' then e.actor_id
               when e.event in ('account_opened', 'email_confirmed', 'person_joined', 'signed_in') then e.object_id
           end
           left join device actor on actor.account_id = $1 and actor.id = case
               when e.actor_kind = 'device' then e.actor_id
               when e.event in ('device_linked', 'device_relinked', 'device_reinstalled') then e.object_id
           end
           left join device d on d.id = coalesce((e.facts ->> 'device')::uuid, e.object_id) and d.account_id = $1
           left join license l on l.id = coalesce((e.facts ->> 'license')::uuid, e.object_id) and l.account_id = $1
           left join product pr on pr.id = l.product_id
           left join reserve rs on rs.id = e.object_id and rs.account_id = $1
           left join activation_code c on c.id = coalesce(rs.code_id, e.object_id) and c.account_id = $1
           left join recovery r on r.id = e.object_id and r.account_id = $1
           left join support_case sc on sc.id = e.object_id and sc.account_id = $1
           order by e.id desc"#,
        cx.actor.account()?.0,
        which.before,
        own,
        most as i64 + 1,
        which.about.as_deref(),
        which.device.map(|device| device.0),
    )
    .fetch_all(&cx.world.ro)
    .await?;
    let older = rows.get(most).and_then(|_| rows.get(most - 1)).map(|row| row.id);
    let events = rows.into_iter().take(most).map(|row| {
        let device = row.device_id.zip(row.device).map(|(id, name)| (DeviceId(id), name));
        let (about_device, device) = if row.is_about_device.unwrap_or(false) { (device, None) } else { (None, device) };
        let license = row.license_id.zip(row.product).map(|(id, product)| About::License(LicenseId(id), product));
        let about = about_device
            .map(|(id, name)| About::Device(id, name))
            .or(license)
            .or(row.tail.map(About::Code))
            .or(row.request.map(About::Request));
        Happened {
            number: row.id,
            at: row.at,
            event: row.event,
            by: by(&row.actor_kind, row.person, row.actor_device),
            about,
            device,
            reason: row.reason,
            country: row.country.and_then(|code| code.parse().ok()),
        }
    });
    Ok(Activity { events: events.collect(), older, own_only: own.is_some(), chain: None, now: cx.now })
}

fn by(kind: &str, person: Option<String>, device: Option<String>) -> By {
    match (kind, person, device) {
        ("person", name, _) => By::Person(name.unwrap_or_else(|| "Somebody who has left".to_owned())),
        ("device", _, name) => By::Device(name.unwrap_or_else(|| "A device that is gone".to_owned())),
        ("staff", ..) => By::Support,
        ("seller", ..) => By::Seller,
        ("system", ..) => By::Latchkey,
        ("stranger", Some(name), _) => By::Person(name),
        ("stranger", _, Some(name)) => By::Device(name),
        _ => By::Stranger,
    }
}
