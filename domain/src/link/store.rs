//! The deeds of linking a device (RFC 8628): it asks, a person decides, it fetches its token once.

use time::{Duration, OffsetDateTime};

use super::{LINK_LIFE, LinkRequest, LinkState, POLL_INTERVAL, Poll, USER_CODE_LENGTH, UserCode, poll};
use crate::activation::Refusal;
use crate::actor::Permission;
use crate::attempt::{self, LINK_ADDRESS, USER_CODE_ADDRESS, USER_CODE_PERSON};
use crate::audit::{self, Event};
use crate::cx::{Cx, random_below};
use crate::device::OsFamily;
use crate::device_api::{DeviceAuthorization, DeviceAuthorizationRequest, Token as DeviceToken};
use crate::id::{DeviceId, LinkId};
use crate::seal::{Token, hashed};
use crate::text::{self, Faults};
use crate::{Error, Fault, Result};

/// What a device says of itself, as it was understood.
struct Described {
    name: String,
    os_family: OsFamily,
    os_version: String,
    app_version: String,
    fingerprint: Option<Vec<u8>>,
}

impl Described {
    fn read(request: &DeviceAuthorizationRequest) -> Result<Self> {
        let mut faults = Faults::default();
        let name = faults.take("device_name", text::line(request.device_name.as_deref().unwrap_or("New device"), 80));
        let os_family = faults.take(
            "os_family",
            request.os_family.as_deref().unwrap_or("windows").parse::<OsFamily>().map_err(|_| Fault::NotAChoice),
        );
        let os_version = faults.take("os_version", text::paragraphs(request.os_version.as_deref().unwrap_or(""), 80));
        let app_version =
            faults.take("app_version", text::paragraphs(request.app_version.as_deref().unwrap_or(""), 40));
        let fingerprint = faults.take("fingerprint", read_fingerprint(request.fingerprint.as_deref()));
        let described = (|| {
            Some(Self {
                name: name?,
                os_family: os_family?,
                os_version: os_version?,
                app_version: app_version?,
                fingerprint: fingerprint?,
            })
        })();
        faults.finish(described)
    }
}

/// 64 hexadecimal digits, hashed once more so that a copy of the table impersonates no machine.
fn read_fingerprint(typed: Option<&str>) -> Result<Option<Vec<u8>>, Fault> {
    match typed.map(str::trim).filter(|typed| !typed.is_empty()) {
        None => Ok(None),
        Some(hex) if hex.len() == 64 && hex.bytes().all(|b| b.is_ascii_hexdigit()) => {
            Ok(Some(hashed(hex.to_ascii_lowercase().as_bytes()).to_vec()))
        }
        Some(_) => Err(Fault::NotAChoice),
    }
}

/// A device asks to be linked (RFC 8628 §3.1).
///
/// # Errors
/// `Invalid` for what it says of itself, `Refused(Attempts)` when one network asks too often.
pub async fn for_device(cx: Cx, request: DeviceAuthorizationRequest) -> Result<DeviceAuthorization> {
    let described = Described::read(&request)?;
    let mut tx = cx.begin().await?;
    if let Some(address) = cx.network() {
        attempt::count(&mut tx, &cx, LINK_ADDRESS, &address).await?;
    }
    let product = sqlx::query_scalar!(
        "select id from product where $1::text is null or sku = $1 order by id limit 1",
        request.product.as_deref().map(str::trim).filter(|sku| !sku.is_empty()),
    )
    .fetch_optional(&mut *tx)
    .await?
    .ok_or_else(|| Error::field("product", Fault::NotAChoice))?;
    let (id, device_code) = (LinkId::generate(), Token::generate());
    let user_code = UserCode::from_symbols(random_below::<USER_CODE_LENGTH>(20));
    sqlx::query!(
        "insert into device_link (id, device_code_hash, user_code_hash, product_id, name, os_family, os_version, app_version,
             fingerprint_hash, country, requested_at, expires_at, interval_seconds, state)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 'pending')",
        id.0,
        &device_code.hash()[..],
        &cx.world.seal.user_code_hash(&user_code)[..],
        product,
        described.name,
        described.os_family.as_str(),
        described.os_version,
        described.app_version,
        described.fingerprint,
        cx.country.map(|c| c.to_string()),
        cx.now,
        cx.now + LINK_LIFE,
        POLL_INTERVAL.whole_seconds() as i32,
    )
    .execute(&mut *tx)
    .await?;
    audit::record(&mut tx, &cx, None, Event::LinkAsked(id)).await?;
    tx.commit().await?;
    let origin = &cx.world.origin;
    Ok(DeviceAuthorization {
        device_code: device_code.reveal().to_owned(),
        user_code: user_code.grouped(),
        verification_uri: format!("{origin}/link"),
        verification_uri_complete: format!("{origin}/link?code={}", user_code.grouped()),
        expires_in: LINK_LIFE.whole_seconds() as u32,
        interval: POLL_INTERVAL.whole_seconds() as u32,
    })
}

/// What a poll is answered: the token, once, or why there is none.
pub type Polled = std::result::Result<DeviceToken, Poll>;

/// A device polls for its token (RFC 8628 §3.4). The first poll after a person agreed makes the device and gives its
/// token; of two at once one gets it (L04).
///
/// # Errors
/// Those of the database; what the standard calls errors is in the answer.
pub async fn for_polling(cx: Cx, device_code: String) -> Result<Polled> {
    let mut tx = cx.begin().await?;
    let row = sqlx::query!(
        r#"select id, state as "state: LinkState", expires_at, interval_seconds, last_polled_at, account_id, person_id,
               product_id, name, os_family, os_version, app_version, fingerprint_hash, country
           from device_link where device_code_hash = $1
           for update"#,
        &hashed(device_code.as_bytes())[..],
    )
    .fetch_optional(&mut *tx)
    .await?;
    let Some(row) = row else { return Ok(Err(Poll::Unknown)) };
    let interval = Duration::seconds(i64::from(row.interval_seconds));
    let answer = poll(row.state, row.expires_at, interval, row.last_polled_at, cx.now);
    let slower = if answer == Poll::SlowDown { POLL_INTERVAL.whole_seconds() as i32 } else { 0 };
    sqlx::query!(
        "update device_link set last_polled_at = $2, interval_seconds = interval_seconds + $3 where id = $1",
        row.id,
        cx.now,
        slower,
    )
    .execute(&mut *tx)
    .await?;
    let (Poll::Grant, Some(account), Some(person)) = (answer, row.account_id, row.person_id) else {
        tx.commit().await?;
        return Ok(Err(answer));
    };
    let (device, token) = (DeviceId::generate(), Token::generate());
    sqlx::query!(
        "insert into device (id, account_id, owner_id, product_id, name, fingerprint_hash, os_family, os_version, app_version,
             token_hash, connected_at, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11)",
        device.0,
        account,
        person,
        row.product_id,
        row.name,
        row.fingerprint_hash,
        row.os_family,
        row.os_version,
        row.app_version,
        &token.hash()[..],
        cx.now,
    )
    .execute(&mut *tx)
    .await?;
    sqlx::query!(
        "insert into device_contact (device_id, last_seen_at, country) values ($1, $2, $3)",
        device.0,
        cx.now,
        row.country,
    )
    .execute(&mut *tx)
    .await?;
    sqlx::query!("update device_link set state = 'used', device_id = $2 where id = $1", row.id, device.0)
        .execute(&mut *tx)
        .await?;
    let account = crate::id::AccountId(account);
    audit::record(&mut tx, &cx, Some(account), Event::DeviceLinked(device)).await?;
    tx.commit().await?;
    Ok(Ok(DeviceToken { access_token: token.reveal().to_owned(), token_type: "Bearer".to_owned() }))
}

/// Shows a person what is about to be linked. Every user code that finds nothing counts as a try, malformed ones too (L01).
///
/// # Errors
/// `Invalid(user_code)`, `Refused(Attempts)` after five wrong ones in five minutes.
pub async fn find_link(cx: Cx, typed: String) -> Result<LinkRequest> {
    cx.require(Permission::LinkDevice)?;
    let (_, request) = find(&cx, &typed).await?;
    Ok(request)
}

async fn find(cx: &Cx, typed: &str) -> Result<(LinkId, LinkRequest)> {
    let (account, person) = (cx.actor.account()?, cx.actor.person()?);
    let mut tx = cx.begin().await?;
    attempt::count(&mut tx, cx, USER_CODE_PERSON, person.0.as_bytes()).await?;
    if let Some(address) = cx.network() {
        attempt::count(&mut tx, cx, USER_CODE_ADDRESS, &address).await?;
    }
    let code = match UserCode::parse(typed) {
        Ok(code) => code,
        Err(fault) => {
            tx.commit().await?;
            return Err(Error::field("user_code", fault));
        }
    };
    let row = sqlx::query!(
        r#"select l.id, l.name, l.os_family as "os_family: OsFamily", l.os_version, l.country, l.requested_at,
               l.state as "state: LinkState",
               not exists (
                   select 1 from device d join device_contact c on c.device_id = d.id
                   where d.account_id = $3 and c.country = l.country
               ) as "country_is_new!"
           from device_link l
           where l.user_code_hash = $1 and l.expires_at > $2
           order by l.requested_at desc
           limit 1"#,
        &cx.world.seal.user_code_hash(&code)[..],
        cx.now,
        account.0,
    )
    .fetch_optional(&mut *tx)
    .await?;
    let Some(row) = row else {
        tx.commit().await?;
        return Err(Error::field("user_code", Fault::UnknownUserCode));
    };
    attempt::forgive(&mut tx, cx.now, USER_CODE_PERSON.bucket, person.0.as_bytes()).await?;
    if let Some(address) = cx.network() {
        attempt::forgive(&mut tx, cx.now, USER_CODE_ADDRESS.bucket, &address).await?;
    }
    tx.commit().await?;
    if row.state != LinkState::Pending {
        return Err(Refusal::LinkSettled.into());
    }
    let request = LinkRequest {
        name: row.name,
        os_family: row.os_family,
        os_version: row.os_version,
        country_is_new: row.country.is_some() && row.country_is_new,
        country: row.country.and_then(|code| code.parse().ok()),
        requested_at: row.requested_at,
        age_seconds: age(row.requested_at, cx.now),
        state: row.state,
    };
    Ok((LinkId(row.id), request))
}

fn age(since: OffsetDateTime, now: OffsetDateTime) -> u32 {
    u32::try_from((now - since).whole_seconds()).unwrap_or(0)
}

/// A person agrees to link the device: it will belong to the person and the account.
///
/// # Errors
/// `Invalid(user_code)`; `Refused(LinkSettled)` when somebody was faster (L06).
pub async fn link_device(cx: Cx, typed: String) -> Result<LinkRequest> {
    settle(cx, typed, LinkState::Approved).await
}

/// A person refuses to link the device.
///
/// # Errors
/// As for agreeing.
pub async fn deny_device(cx: Cx, typed: String) -> Result<LinkRequest> {
    settle(cx, typed, LinkState::Denied).await
}

async fn settle(cx: Cx, typed: String, state: LinkState) -> Result<LinkRequest> {
    cx.require(Permission::LinkDevice)?;
    let (account, person) = (cx.actor.account()?, cx.actor.person()?);
    let (id, request) = find(&cx, &typed).await?;
    let mut tx = cx.begin().await?;
    let settled = sqlx::query!(
        "update device_link set state = $2, account_id = $3, person_id = $4, settled_at = $5
         where id = $1 and state = 'pending' and expires_at > $5",
        id.0,
        state.as_str(),
        account.0,
        person.0,
        cx.now,
    )
    .execute(&mut *tx)
    .await?;
    if settled.rows_affected() == 0 {
        return Err(Refusal::LinkSettled.into());
    }
    let event = if state == LinkState::Approved { Event::LinkApproved(id) } else { Event::LinkDenied(id) };
    audit::record(&mut tx, &cx, None, event).await?;
    tx.commit().await?;
    Ok(LinkRequest { state, ..request })
}
