//! What the people and devices of a demo do, each deed at its time and by the product's own functions.

use sqlx::types::Uuid;
use time::Duration;

use super::timeline::Timeline;
use super::{PEOPLE, SKU, STORE, country};
use crate::actor::Actor;
use crate::code::store::{IssueCodes, Purchase, issue};
use crate::code::{ActivationCode, CodeKind, StartRule};
use crate::cx::Cx;
use crate::device::beats::{Beat, heartbeats};
use crate::device_api::{ActivationRequest, DatabasesUpdate, DeviceAuthorizationRequest, Heartbeat};
use crate::id::{AccountId, DeviceId, PersonId};
use crate::license::Term;
use crate::order::Channel;
use crate::person::Role;
use crate::person::store::{for_sign_in, sign_in};
use crate::seat::Seats;
use crate::{Error, Result, activation, device, link};

/// How old the newest databases of a device are when it calls.
const DATABASES_AGE: Duration = Duration::hours(4);

/// An office with its people, opened so long ago.
pub(super) async fn found_office(
    time: &Timeline,
    office: &str,
    members: &[(&str, &str, Role)],
    password_hash: &str,
    ago: Duration,
) -> Result<Vec<Actor>> {
    let cx = time.at(&Actor::System, ago).await;
    let account = AccountId::generate();
    let mut tx = cx.begin().await?;
    sqlx::query!(
        "insert into account (id, name, country, created_at) values ($1, $2, 'IN', $3)",
        account.0,
        office,
        cx.now,
    )
    .execute(&mut *tx)
    .await?;
    let mut people = Vec::new();
    for (name, email, role) in members {
        let id = PersonId::generate();
        sqlx::query!(
            "insert into person (id, account_id, role, email, name, password_hash, credential_stamp, email_verified_at, created_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $8)",
            id.0,
            account.0,
            role.as_str(),
            email,
            name,
            password_hash,
            Uuid::new_v4(),
            cx.now,
        )
        .execute(&mut *tx)
        .await?;
        let (name, office, email) = ((*name).into(), office.into(), (*email).into());
        people.push(Actor::Person { id, account, role: *role, name, office, email, preferences: Default::default() });
    }
    tx.commit().await?;
    Ok(people)
}

/// A person signs in.
pub(super) async fn come_in(time: &Timeline, person: &Actor, ago: Duration) -> Result<()> {
    let Actor::Person { email, .. } = person else { return Err(Error::Forbidden) };
    let cx = time.at(&Actor::Stranger, ago).await;
    let credential = for_sign_in(cx.clone(), email.clone(), None).await?.ok_or(Error::NotFound)?;
    sign_in(cx, credential, email.clone()).await.map(drop)
}

/// A device that was linked.
pub(super) struct Machine {
    pub actor: Actor,
    pub id: DeviceId,
    token: String,
}

pub(super) async fn link_device(
    time: &Timeline,
    owner: &Actor,
    name: &str,
    os: &str,
    version: &str,
    ago: Duration,
) -> Result<Machine> {
    let request = DeviceAuthorizationRequest {
        client_id: None,
        scope: None,
        device_name: Some(name.into()),
        os_family: Some(os.into()),
        os_version: Some(version.into()),
        app_version: Some("7.2.1".into()),
        product: Some(SKU.into()),
        fingerprint: None,
    };
    let stranger = time.at(&Actor::Stranger, ago).await;
    let asked = link::store::for_device(stranger.clone(), request).await?;
    link::store::link_device(time.at(owner, ago).await, asked.user_code).await?;
    let polled = link::store::for_polling(stranger.clone(), asked.device_code).await?;
    let token = polled.map_err(|_| Error::Internal(stranger.request))?.access_token;
    let actor = device::store::for_token(&stranger.world.rw, &token).await?.ok_or(Error::Internal(stranger.request))?;
    let Actor::Device { id, .. } = actor else { return Err(Error::Forbidden) };
    Ok(Machine { actor, id, token })
}

/// A code that Anna buys.
pub(super) async fn code(
    time: &Timeline,
    kind: CodeKind,
    seats: &str,
    days: u32,
    order: Option<&str>,
    ago: Duration,
) -> Result<ActivationCode> {
    let cx = time.at(&Actor::System, ago).await;
    let order = IssueCodes {
        sku: SKU.into(),
        kind,
        seats: Seats::parse(seats).unwrap_or_default(),
        term: Term::of_days(days),
        start_rule: StartRule::OnFirstActivation,
        redeem_by: None,
        countries: vec![country("IN")?],
        purchase: Purchase {
            seller: STORE.into(),
            order_number: order.map(str::to_owned),
            channel: Channel::OnlineStore,
            buyer_name: Some("Anna Berg".into()),
            buyer_email: Some(PEOPLE[0].1.into()),
            ordered_at: cx.now,
        },
        count: 1,
    };
    let request = cx.request;
    issue(cx, order).await?.pop().ok_or(Error::Internal(request))
}

pub(super) async fn activate(time: &Timeline, device: &Machine, code: &ActivationCode, ago: Duration) -> Result<()> {
    activate_in(time.at(&device.actor, ago).await, code).await
}

/// The device that asks activates a code.
pub(super) async fn activate_in(cx: Cx, code: &ActivationCode) -> Result<()> {
    let request = ActivationRequest { code: code.reveal(), accept_agreement: true, ..ActivationRequest::default() };
    activation::store::activate(cx, request).await.map(drop)
}

/// The device calls: it gets a ticket to work offline with, and loads the newest databases while its license lets it.
pub(super) async fn check_in(time: &Timeline, device: &Machine, ago: Duration) -> Result<()> {
    let cx = time.at(&device.actor, ago).await;
    let said = Heartbeat { app_version: None, device_time: Some(cx.now), fingerprint: None };
    let beat = Beat { cx: cx.clone(), token: device.token.clone(), said };
    for answer in heartbeats(cx.world.clone(), cx.now, vec![beat]).await {
        answer?;
    }
    let update = DatabasesUpdate { databases_at: cx.now - DATABASES_AGE, by_hand: false, confirmed: false };
    match device::store::update_databases(cx, update).await {
        Ok(_) | Err(Error::Refused(_)) => Ok(()),
        Err(error) => Err(error),
    }
}
