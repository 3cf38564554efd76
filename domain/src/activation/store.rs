//! The deeds of activation: the facts are gathered and locked, judged by the one rule, and what it decides is carried out.

mod facts;

use facts::{Found, gather, limited};

use sqlx::types::Json;
use sqlx::{PgConnection, PgTransaction};
use time::OffsetDateTime;
use uuid::Uuid;

use super::{Added, CodeFacts, Decision, DeviceFacts, Effect, Preview, Refusal, decide};
use crate::actor::{Actor, Permission};
use crate::attempt::{self, CODE_ACCOUNT, CODE_ADDRESS, CODE_EVERYBODY};
use crate::audit::{self, Event};
use crate::code;
use crate::cx::Cx;
use crate::device_api::{Activated, ActivationRequest, Outcome};
use crate::id::{AccountId, DeviceId, LicenseId, SeatId};
use crate::license::{LicenseKey, store::counts};
use crate::seal::{KEY_VERSION, Sealed};
use crate::seat::{SeatClass, SeatCount};
use crate::{Error, Fault, Result, webhook};

/// The version of the license agreement that is accepted with an activation (R21).
pub const AGREEMENT_VERSION: &str = "2026-01";

/// A code as it was entered for a device.
#[derive(Clone)]
pub struct Entry {
    /// The device.
    pub device: DeviceId,
    /// What was typed.
    pub typed: String,
    /// Whether a person has agreed to read look-alike letters as Latin ones (edge case 7).
    pub latin: bool,
    /// Whether the license agreement was accepted (R19).
    pub agreement: bool,
    /// The device's own clock, when the device itself asks.
    pub clock: Option<OffsetDateTime>,
}

/// A device activates a code by itself.
///
/// # Errors
/// The refusals of domain §3.5, in its order; nothing is used up then.
pub async fn activate(cx: Cx, request: ActivationRequest) -> Result<Activated> {
    cx.require(Permission::ActAsDevice)?;
    let Actor::Device { id: device, .. } = cx.actor else { return Err(Error::Forbidden) };
    let entry = Entry {
        device,
        typed: request.code,
        latin: false,
        agreement: request.accept_agreement,
        clock: request.device_time,
    };
    let done = carry_out(&cx, entry).await?;
    let outcome = match done.effect {
        Effect::Starts { .. } => Outcome::Started,
        Effect::Joins { .. } => Outcome::Joined,
        Effect::Nothing => Outcome::Repeated,
        Effect::Kept { .. } => Outcome::Reserved,
    };
    Ok(Activated { outcome, device: crate::device::store::status(cx).await?, ticket: None })
}

/// A person adds a code to the account for one of its devices.
///
/// # Errors
/// `NotFound` for another account's device; the refusals of domain §3.5.
pub async fn add_code(cx: Cx, entry: Entry) -> Result<Added> {
    cx.require(Permission::AddCode)?;
    carry_out(&cx, entry).await
}

/// Tells a person what adding the code would do. Nothing changes, but a wrong code counts as a try (R99).
///
/// # Errors
/// As for adding it.
pub async fn preview_code(cx: Cx, entry: Entry) -> Result<Preview> {
    cx.require(Permission::AddCode)?;
    let Judged { device, code, found, decision, .. } = judge(&cx, &entry).await?;
    let class = device.class;
    let held: u32 = code.license.as_ref().map_or(0, |l| u32::try_from(l.holders.len()).unwrap_or(u32::MAX));
    let takes = u32::from(matches!(decision, Decision::Start { .. } | Decision::Join { .. }));
    let seats = counts(&code.seats, None)
        .into_iter()
        .map(|count| if count.class == class { SeatCount { used: held + takes, ..count } } else { count })
        .collect();
    Ok(Preview {
        device: entry.device,
        device_name: found.device_name,
        product: code.product_name,
        kind: code.kind,
        tail: found.tail,
        countries: code.countries,
        seats,
        effect: effect(decision),
    })
}

fn effect(decision: Decision) -> Effect {
    match decision {
        Decision::Repeat { .. } => Effect::Nothing,
        Decision::Start { starts_at, expires_at } => Effect::Starts { starts_at, ends_at: expires_at },
        Decision::Join { expires_at, .. } => Effect::Joins { ends_at: expires_at },
        Decision::Reserve { from } => Effect::Kept { until: from },
    }
}

async fn carry_out(cx: &Cx, entry: Entry) -> Result<Added> {
    let Judged { mut tx, device, code, found, decision } = judge(cx, &entry).await?;
    let account = device.account;
    code::store::keep(&mut tx, cx, found.code, account, found.administrator.0).await?;
    let license = match decision {
        Decision::Repeat { license } => {
            let event = Event::ActivationRepeated { license, device: entry.device };
            audit::record(&mut tx, cx, None, event).await?;
            Some(license)
        }
        Decision::Start { starts_at, expires_at } => {
            let license = start(&mut tx, cx, &found, &code, account, starts_at, expires_at).await?;
            bind(&mut tx, cx, license, entry.device, account, device.class).await?;
            Some(license)
        }
        Decision::Join { license, .. } => {
            bind(&mut tx, cx, license, entry.device, account, device.class).await?;
            Some(license)
        }
        Decision::Reserve { .. } => None,
    };
    tx.commit().await?;
    Ok(Added { device: entry.device, license, effect: effect(decision) })
}

/// An accepted code: what was looked at, what it does, and the transaction in which the rows are locked.
struct Judged {
    tx: PgTransaction<'static>,
    device: DeviceFacts,
    code: CodeFacts,
    found: Found,
    decision: Decision,
}

async fn judge(cx: &Cx, entry: &Entry) -> Result<Judged> {
    let mut tx = cx.begin().await?;
    let (facts, found) = gather(&mut tx, cx, entry).await?;
    match (decide(&facts, cx.now), facts.code, found) {
        (Ok(decision), Some(code), Some(found)) => Ok(Judged { tx, device: facts.device, code, found, decision }),
        (Err(refusal), ..) => Err(refuse(tx, cx, entry, refusal).await?),
        // a code that was not found is not accepted
        (Ok(_), ..) => Err(Error::Internal(cx.request)),
    }
}

/// A refusal leaves one event and nothing else (R98): so far the transaction has only looked. A wrong code counts against
/// the limit (R99), a right one does not; it counts before the next try on the same key is looked at.
async fn refuse(mut tx: PgTransaction<'static>, cx: &Cx, entry: &Entry, refusal: Refusal) -> Result<Error> {
    if matches!(refusal, Refusal::NotFound { .. } | Refusal::Format { .. } | Refusal::NonLatin { .. }) {
        attempt::note(&mut tx, cx.now, CODE_ACCOUNT.bucket, &limited(cx, entry)?).await?;
        attempt::note(&mut tx, cx.now, CODE_EVERYBODY.bucket, &[]).await?;
        if let Some(address) = cx.network() {
            attempt::note(&mut tx, cx.now, CODE_ADDRESS.bucket, &address).await?;
        }
    }
    let event = Event::ActivationRefused { device: Some(entry.device), refusal: refusal.code() };
    audit::record(&mut tx, cx, None, event).await?;
    tx.commit().await?;
    Ok(match refusal {
        // what was typed can't be a code: the reason belongs to the field
        Refusal::Format { .. } | Refusal::NonLatin { .. } | Refusal::NotFound { .. }
            if matches!(cx.actor, Actor::Person { .. }) =>
        {
            Error::field("code", Fault::Code(refusal))
        }
        refusal => Error::Refused(refusal),
    })
}

async fn start(
    db: &mut PgConnection,
    cx: &Cx,
    found: &Found,
    code: &CodeFacts,
    account: AccountId,
    starts_at: OffsetDateTime,
    expires_at: OffsetDateTime,
) -> Result<LicenseId> {
    let id = LicenseId::generate();
    let key = LicenseKey(Uuid::new_v4());
    sqlx::query!("update activation_code set first_activated_at = $2 where id = $1", found.code.0, cx.now)
        .execute(&mut *db)
        .await?;
    sqlx::query!(
        "insert into license (id, account_id, administrator_id, code_id, product_id, license_key_ct, license_key_bi,
             key_version, kind, seats, agreement_version, starts_at, expires_at, created_at)
         select $1, $2, c.administrator_id, c.id, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13
         from activation_code c where c.id = $3",
        id.0,
        account.0,
        found.code.0,
        code.product.0,
        cx.world.seal.seal(Sealed::LicenseKey, id.0, key.0.as_bytes()),
        &cx.world.seal.index(Sealed::LicenseKey, key.0.as_bytes())[..],
        KEY_VERSION,
        code.kind.as_str(),
        Json(&code.seats) as _,
        AGREEMENT_VERSION,
        starts_at,
        expires_at,
        cx.now,
    )
    .execute(&mut *db)
    .await?;
    audit::record(&mut *db, cx, Some(account), Event::LicenseStarted(id)).await?;
    webhook::store::tell_of_activation(db, cx, found.code, id).await?;
    Ok(id)
}

/// Takes a seat. A device holds one license of a product: what it held before and has ended is let go.
async fn bind(
    db: &mut PgConnection,
    cx: &Cx,
    license: LicenseId,
    device: DeviceId,
    account: AccountId,
    class: SeatClass,
) -> Result<()> {
    sqlx::query!(
        "update seat set released_at = $3, release_reason = 'expired'
         from license mine, license other
         where seat.device_id = $1 and seat.released_at is null and seat.license_id = other.id
           and mine.id = $2 and other.product_id = mine.product_id and other.id <> mine.id",
        device.0,
        license.0,
        cx.now,
    )
    .execute(&mut *db)
    .await?;
    sqlx::query!(
        "insert into seat (id, account_id, license_id, device_id, class, bound_at) values ($1, $2, $3, $4, $5, $6)
         on conflict (license_id, device_id) where released_at is null do nothing",
        SeatId::generate().0,
        account.0,
        license.0,
        device.0,
        class.as_str(),
        cx.now,
    )
    .execute(&mut *db)
    .await?;
    audit::record(db, cx, Some(account), Event::SeatBound { license, device }).await
}
