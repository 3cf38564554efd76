//! A person looks at a device that asks to be linked, and decides.

use sqlx::PgConnection;
use sqlx::types::Json;
use time::OffsetDateTime;

use crate::activation::Refusal;
use crate::actor::Permission;
use crate::attempt::{self, USER_CODE_ADDRESS, USER_CODE_PERSON};
use crate::audit::{self, Event};
use crate::cx::Cx;
use crate::device::OsFamily;
use crate::device::machine::{self, Kept};
use crate::id::{AccountId, LinkId, ProductId};
use crate::link::{LinkRequest, LinkState, UserCode};
use crate::seat::SeatClass;
use crate::{Error, Fault, Result};

/// Shows a person what is about to be linked. Every user code that finds nothing counts as a try, malformed ones too (L01).
///
/// # Errors
/// `Invalid(user_code)`, `Refused(Attempts)` after five wrong ones within the life of a code.
pub async fn find_link(cx: Cx, typed: String) -> Result<LinkRequest> {
    cx.require(Permission::LinkDevice)?;
    let found = find(&cx, &typed).await?;
    Ok(found.request)
}

/// A request that waits for a person.
struct Found {
    id: LinkId,
    product: ProductId,
    components: Option<Kept>,
    request: LinkRequest,
}

async fn find(cx: &Cx, typed: &str) -> Result<Found> {
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
               l.state as "state: LinkState", l.product_id, l.components as "components: Json<Kept>",
               not exists (
                   select 1 from device d join device_contact c on c.device_id = d.id
                   where d.account_id = $3 and c.country = l.country
               ) and not exists (
                   select 1 from account a where a.id = $3 and a.country = l.country
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
    if row.state != LinkState::Pending {
        tx.commit().await?;
        return Err(Refusal::LinkSettled.into());
    }
    let (product, components) = (ProductId(row.product_id), row.components.map(|kept| kept.0));
    let known_as = match &components {
        Some(kept) => known_as(&mut tx, kept, account, product, row.os_family.seat_class()).await?,
        None => None,
    };
    tx.commit().await?;
    let request = LinkRequest {
        name: row.name,
        os_family: row.os_family,
        os_version: row.os_version,
        country_is_new: row.country.is_some() && row.country_is_new,
        country: row.country.and_then(|code| code.parse().ok()),
        requested_at: row.requested_at,
        age_seconds: age(row.requested_at, cx.now),
        state: row.state,
        known_as,
    };
    Ok(Found { id: LinkId(row.id), product, components, request })
}

async fn known_as(
    db: &mut PgConnection,
    kept: &Kept,
    account: AccountId,
    product: ProductId,
    class: SeatClass,
) -> Result<Option<String>> {
    let Some(machine) = machine::find(db, kept).await? else { return Ok(None) };
    Ok(machine::device_on(db, machine, account, product, class).await?.map(|(_, name)| name))
}

fn age(since: OffsetDateTime, now: OffsetDateTime) -> u32 {
    u32::try_from((now - since).whole_seconds()).unwrap_or(0)
}

/// A person agrees to link the device: it will belong to the person and the account. Where its country is new to the account,
/// the caller has made sure that the password was entered for it (L05).
///
/// # Errors
/// `Invalid(user_code)`; `Refused(LinkSettled)` when somebody was faster (L06), `Refused(OtherAccount)` when the machine is
/// connected to another account (E29).
pub async fn link_device(cx: Cx, typed: String) -> Result<LinkRequest> {
    settle(cx, typed, LinkState::Approved).await
}

/// A person refuses to link the device.
///
/// # Errors
/// `Invalid(user_code)`; `Refused(LinkSettled)` when somebody was faster (L06).
pub async fn deny_device(cx: Cx, typed: String) -> Result<LinkRequest> {
    settle(cx, typed, LinkState::Denied).await
}

async fn settle(cx: Cx, typed: String, state: LinkState) -> Result<LinkRequest> {
    cx.require(Permission::LinkDevice)?;
    let (account, person) = (cx.actor.account()?, cx.actor.person()?);
    let Found { id, product, components, request } = find(&cx, &typed).await?;
    let mut tx = cx.begin().await?;
    if state == LinkState::Approved
        && let Some(kept) = &components
        && let Some(machine) = machine::find(&mut tx, kept).await?
        && machine::is_connected_elsewhere(&mut tx, machine, account, product).await?
    {
        let refusal = Refusal::OtherAccount;
        audit::record(&mut tx, &cx, None, Event::LinkRefused { link: id, refusal: refusal.code() }).await?;
        tx.commit().await?;
        return Err(refusal.into());
    }
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
