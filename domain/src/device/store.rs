//! The deeds around devices: listing them, knowing one by its token, and what it is told when it calls.

use sqlx::PgPool;
use sqlx::types::Json;

use super::OsFamily;
use super::listing::{DeviceLicense, DeviceRow, Devices};
use crate::actor::{Actor, Permission};
use crate::code::CodeKind;
use crate::cx::{Cx, random};
use crate::device_api::{AgreementState, DeviceStatus, Heartbeat, HeartbeatAnswer, LicenseWindow};
use crate::id::{AccountId, DeviceId, LicenseId};
use crate::license::store::{counts, open_key};
use crate::license::{Level, LicenseFacts};
use crate::seal::hashed;
use crate::seat::{SeatClass, Seats};
use crate::{Error, Result, text};

/// The most devices on one page.
const PAGE: usize = 50;
/// The most devices that are read at once.
const ALL: usize = 1000;
/// Seconds between two heartbeats of one device; the jitter keeps an office from calling in one breath.
const HEARTBEAT_SECONDS: u32 = 3600;
const HEARTBEAT_JITTER: u32 = 360;

/// The device of this token, unless it was disconnected.
///
/// # Errors
/// Those of the database.
pub async fn for_token(db: &PgPool, token: &str) -> Result<Option<Actor>> {
    let row = sqlx::query!(
        "select id, account_id from device where token_hash = $1 and disconnected_at is null",
        &hashed(token.as_bytes())[..],
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| Actor::Device { id: DeviceId(row.id), account: AccountId(row.account_id) }))
}

/// The account's devices by name, from `after` on.
///
/// # Errors
/// Those of the database.
pub async fn list(cx: Cx, after: Option<DeviceId>) -> Result<Devices> {
    read(cx, after, PAGE).await
}

/// The account's devices by name, all of them up to a thousand: to choose one, or to find those that need something.
///
/// # Errors
/// Those of the database.
pub async fn all(cx: Cx) -> Result<Devices> {
    read(cx, None, ALL).await
}

async fn read(cx: Cx, after: Option<DeviceId>, most: usize) -> Result<Devices> {
    cx.require(Permission::SeeAccount)?;
    let account = cx.actor.account()?;
    let rows = sqlx::query!(
        r#"select d.id, d.name, d.os_family as "os_family: OsFamily", d.os_version, d.app_version, d.connected_at,
               o.name as owner, c.last_seen_at as "last_seen_at?", c.country as "country?",
               l.id as "license_id?", l.product as "product?", l.kind as "kind?: CodeKind", l.starts_at as "starts_at?",
               l.expires_at as "expires_at?", l.grace_until, l.blocked_at, l.cancelled_at, l.suspended_at
           from device d
           join person o on o.id = d.owner_id
           left join device_contact c on c.device_id = d.id
           left join lateral (
               select l.id, p.name as product, l.kind, l.starts_at, l.expires_at, l.grace_until, l.blocked_at,
                   l.cancelled_at, l.suspended_at
               from seat s
               join license l on l.id = s.license_id
               join product p on p.id = l.product_id
               where s.device_id = d.id and s.released_at is null
               order by s.bound_at desc
               limit 1
           ) as l on true
           where d.account_id = $1 and d.disconnected_at is null
             and ($2::uuid is null or (d.name, d.id) > (select name, id from device where id = $2 and account_id = $1))
           order by d.name, d.id
           limit $3"#,
        account.0,
        after.map(|id| id.0),
        most as i64 + 1,
    )
    .fetch_all(&cx.world.ro)
    .await?;
    let more = rows.len() > most;
    let rows: Vec<DeviceRow> = rows
        .into_iter()
        .take(most)
        .map(|row| {
            let license = match (row.license_id, row.product, row.kind, row.starts_at, row.expires_at) {
                (Some(id), Some(product), Some(kind), Some(starts_at), Some(expires_at)) => Some(DeviceLicense {
                    id: LicenseId(id),
                    product,
                    facts: LicenseFacts {
                        kind,
                        starts_at,
                        expires_at,
                        grace_until: row.grace_until,
                        blocked_at: row.blocked_at,
                        cancelled_at: row.cancelled_at,
                        suspended_at: row.suspended_at,
                    },
                }),
                _ => None,
            };
            DeviceRow {
                id: DeviceId(row.id),
                name: row.name,
                os_family: row.os_family,
                os_version: row.os_version,
                app_version: row.app_version,
                owner: row.owner,
                connected_at: row.connected_at,
                last_seen_at: row.last_seen_at,
                country: row.country.and_then(|code| code.parse().ok()),
                license,
            }
        })
        .collect();
    let next = if more { rows.last().map(|row| row.id) } else { None };
    Ok(Devices { now: cx.now, rows, next })
}

/// What a device is told about itself: the license it holds a seat of, and how much of the application works.
///
/// # Errors
/// `Forbidden` for everybody but a device.
pub async fn status(cx: Cx) -> Result<DeviceStatus> {
    cx.require(Permission::ActAsDevice)?;
    let Actor::Device { id, account } = cx.actor else { return Err(Error::Forbidden) };
    let row = sqlx::query!(
        r#"select d.name, d.os_family as "os_family: OsFamily", a.name as office,
               l.id as "license_id?", l.license_key_ct as "license_key_ct?", l.kind as "kind?: CodeKind",
               l.seats as "seats?: Json<Seats>", l.starts_at as "starts_at?", l.expires_at as "expires_at?", l.grace_until,
               l.blocked_at, l.cancelled_at, l.suspended_at, l.product as "product?", l.code_tail as "code_tail?",
               l.class as "class?: SeatClass", l.held as "held: Json<Seats>"
           from device d
           join account a on a.id = d.account_id
           left join lateral (
               select l.*, p.name as product, c.code_tail, s.class,
                   (
                       select jsonb_object_agg(class, used) from (
                           select class, count(*) as used from seat
                           where license_id = l.id and released_at is null group by class
                       ) as by_class
                   ) as held
               from seat s
               join license l on l.id = s.license_id
               join product p on p.id = l.product_id
               join activation_code c on c.id = l.code_id
               where s.device_id = d.id and s.released_at is null
               order by s.bound_at desc
               limit 1
           ) as l on true
           where d.account_id = $1 and d.id = $2"#,
        account.0,
        id.0,
    )
    .fetch_optional(&cx.world.rw)
    .await?
    .ok_or(Error::NotFound)?;
    let mut level = Level::Stopped;
    let mut license = None;
    if let (Some(license_id), Some(key), Some(kind), Some(seats), Some(starts_at), Some(expires_at), Some(class)) =
        (row.license_id, row.license_key_ct, row.kind, row.seats, row.starts_at, row.expires_at, row.class)
    {
        let facts = LicenseFacts {
            kind,
            starts_at,
            expires_at,
            grace_until: row.grace_until,
            blocked_at: row.blocked_at,
            cancelled_at: row.cancelled_at,
            suspended_at: row.suspended_at,
        };
        level = facts.level(cx.now);
        license = Some(LicenseWindow {
            license_id: LicenseId(license_id),
            license_key: open_key(&cx, LicenseId(license_id), &key)?,
            kind,
            product: row.product.unwrap_or_default(),
            code_tail: row.code_tail.unwrap_or_default(),
            standing: facts.standing(cx.now),
            days_left: facts.days_left(cx.now),
            starts_at,
            expires_at,
            seats: counts(&seats, row.held.as_deref()),
            seat_class: class,
        });
    }
    Ok(DeviceStatus {
        device_id: id,
        name: row.name,
        os_family: row.os_family,
        office: row.office,
        level,
        updates: level == Level::Full,
        restricted: Vec::new(),
        license,
        reserve: None,
        trial_offered: false,
        agreement: AgreementState { version: crate::activation::store::AGREEMENT_VERSION.to_owned(), accepted: false },
        commands: Vec::new(),
        server_time: cx.now,
    })
}

/// Notes that the device is alive, and tells it how it stands.
///
/// # Errors
/// `Forbidden` for everybody but a device; `Invalid(app_version)`.
pub async fn heartbeat(cx: Cx, beat: Heartbeat) -> Result<HeartbeatAnswer> {
    cx.require(Permission::ActAsDevice)?;
    let Actor::Device { id, account } = cx.actor else { return Err(Error::Forbidden) };
    let version = beat.app_version.as_deref().map(|version| text::line(version, 40)).transpose();
    let version = version.map_err(|fault| Error::field("app_version", fault))?;
    let offset = beat.device_time.map(|time| (time - cx.now).whole_seconds());
    sqlx::query!(
        "insert into device_contact (device_id, last_seen_at, country, clock_offset_seconds) values ($1, $2, $3, $4)
         on conflict (device_id) do update
         set last_seen_at = excluded.last_seen_at, country = coalesce(excluded.country, device_contact.country),
             clock_offset_seconds = coalesce(excluded.clock_offset_seconds, device_contact.clock_offset_seconds)",
        id.0,
        cx.now,
        cx.country.map(|c| c.to_string()),
        offset,
    )
    .execute(&cx.world.rw)
    .await?;
    if let Some(version) = version {
        sqlx::query!(
            "update device set app_version = $3 where account_id = $1 and id = $2 and app_version <> $3",
            account.0,
            id.0,
            version,
        )
        .execute(&cx.world.rw)
        .await?;
    }
    let [jitter] = random::<1>();
    let next_in = HEARTBEAT_SECONDS + u32::from(jitter) * HEARTBEAT_JITTER / 256;
    Ok(HeartbeatAnswer { next_in, device: status(cx).await?, ticket: None })
}
