//! The deeds of linking a device (RFC 8628): it asks, a person decides, it fetches its token once.

mod deciding;
mod granting;
mod mailing;

use sqlx::types::Json;
use time::Duration;

pub use deciding::{deny_device, find_link, link_device};
use granting::Linking;
pub use mailing::mail_way;

use super::{LINK_LIFE, LinkState, POLL_INTERVAL, Poll, SLOW_DOWN, UNNAMED, USER_CODE_LENGTH, UserCode, poll};
use crate::attempt::{self, LINK_ADDRESS};
use crate::audit::{self, Event};
use crate::cx::{Cx, random_below};
use crate::device::OsFamily;
use crate::device::fingerprint::Fingerprint;
use crate::device::machine::Kept;
use crate::device_api::{DeviceAuthorization, DeviceAuthorizationRequest, Token as DeviceToken};
use crate::id::{AccountId, LinkId, PersonId, ProductId};
use crate::seal::{Token, hashed};
use crate::text::{self, Faults};
use crate::{Error, Fault, Result};

/// What a device says of itself, as it was understood.
struct Described {
    name: String,
    os_family: OsFamily,
    os_version: String,
    app_version: String,
    components: Option<Kept>,
}

impl Described {
    fn read(request: &DeviceAuthorizationRequest) -> Result<Self> {
        let mut faults = Faults::default();
        let name = faults.take("device_name", text::public_line(request.device_name.as_deref().unwrap_or(UNNAMED), 80));
        let os_family = faults.take(
            "os_family",
            request.os_family.as_deref().unwrap_or("windows").parse::<OsFamily>().map_err(|_| Fault::NotAChoice),
        );
        let os_version = faults.take("os_version", text::paragraphs(request.os_version.as_deref().unwrap_or(""), 80));
        let app_version =
            faults.take("app_version", text::paragraphs(request.app_version.as_deref().unwrap_or(""), 40));
        let told = request.fingerprint.as_deref().filter(|told| !told.trim().is_empty());
        let told = faults.take("fingerprint", told.map(Fingerprint::parse).transpose());
        let described = (|| {
            Some(Self {
                name: name?,
                os_family: os_family?,
                os_version: os_version?,
                app_version: app_version?,
                components: told?.as_ref().and_then(Kept::of),
            })
        })();
        faults.finish(described)
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
             components, country, requested_at, expires_at, interval_seconds, state)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 'pending')",
        id.0,
        &device_code.hash()[..],
        &cx.world.seal.user_code_hash(&user_code)[..],
        product,
        described.name,
        described.os_family.as_str(),
        described.os_version,
        described.app_version,
        described.components.map(Json) as _,
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

/// A device polls for its token (RFC 8628 §3.4). The first poll after a person agreed makes the device, or brings back the
/// one that the account already has on this machine (R58, R91), and gives its token; of two at once one gets it (L04).
///
/// # Errors
/// `Refused(OtherAccount)` when the machine was connected to another account meanwhile (E29). What the standard calls
/// errors is in the answer.
pub async fn for_polling(cx: Cx, device_code: String) -> Result<Polled> {
    let mut tx = cx.begin().await?;
    let row = sqlx::query!(
        r#"select id, state as "state: LinkState", expires_at, interval_seconds, last_polled_at, account_id, person_id,
               product_id, name, os_family as "os_family: OsFamily", os_version, app_version,
               components as "components: Json<Kept>", country
           from device_link where device_code_hash = $1
           for update"#,
        &hashed(device_code.as_bytes())[..],
    )
    .fetch_optional(&mut *tx)
    .await?;
    let Some(row) = row else { return Ok(Err(Poll::Unknown)) };
    let interval = Duration::seconds(i64::from(row.interval_seconds));
    let answer = poll(row.state, row.expires_at, interval, row.last_polled_at, cx.now);
    let slower = if answer == Poll::SlowDown { SLOW_DOWN.whole_seconds() as i32 } else { 0 };
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
    let linking = Linking {
        link: LinkId(row.id),
        account: AccountId(account),
        owner: PersonId(person),
        product: ProductId(row.product_id),
        components: row.components.map(|kept| kept.0),
        name: row.name,
        os_family: row.os_family,
        os_version: row.os_version,
        app_version: row.app_version,
        country: row.country,
    };
    let granted = linking.grant(&mut tx, &cx).await?;
    tx.commit().await?;
    let token = granted?;
    Ok(Ok(DeviceToken { access_token: token.reveal().to_owned(), token_type: "Bearer".to_owned() }))
}
