//! The deeds of activation: the facts are gathered and locked, judged by the one rule, and what it decides is carried out.

use sqlx::types::Json;
use sqlx::{PgConnection, PgTransaction};
use time::OffsetDateTime;
use uuid::Uuid;

use super::{Added, CodeFacts, CodeLicense, Decision, DeviceFacts, Effect, Facts, Preview, Refusal, Running, decide};
use crate::actor::{Actor, Permission};
use crate::attempt::{self, CODE_ACCOUNT, CODE_ADDRESS, CODE_EVERYBODY};
use crate::audit::{self, Event};
use crate::code::{self, ActivationCode, CodeKind, StartRule, suggest_latin};
use crate::cx::Cx;
use crate::device::OsFamily;
use crate::device_api::{Activated, ActivationRequest, Outcome};
use crate::id::{AccountId, CodeId, DeviceId, LicenseId, PersonId, ProductId, SeatId};
use crate::license::{LicenseKey, Term, store::counts};
use crate::seal::{KEY_VERSION, Sealed};
use crate::seat::{Holder, SeatClass, SeatCount, Seats};
use crate::{Error, Fault, Result};

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
        Effect::Kept { .. } => Outcome::Kept,
    };
    Ok(Activated { outcome, device: crate::device::store::status(cx).await? })
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
    let mut tx = cx.begin().await?;
    let (facts, found) = match gather(&mut tx, &cx, &entry).await {
        Ok(gathered) => gathered,
        Err(error) => return Err(error),
    };
    let decision = match decide(&facts, cx.now) {
        Ok(decision) => decision,
        Err(refusal) => {
            return Err(refuse(tx, &cx, &entry, refusal).await?);
        }
    };
    let (Some(found), Some(code)) = (found, facts.code) else { return Err(Error::Internal(cx.request)) };
    let class = facts.device.class;
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
    let mut tx = cx.begin().await?;
    let (facts, found) = gather(&mut tx, cx, &entry).await?;
    let decision = match decide(&facts, cx.now) {
        Ok(decision) => decision,
        Err(refusal) => {
            return Err(refuse(tx, cx, &entry, refusal).await?);
        }
    };
    let (Some(found), Some(code)) = (found, facts.code.as_ref()) else { return Err(Error::Internal(cx.request)) };
    let account = facts.device.account;
    code::store::keep(&mut tx, cx, found.code, account, found.administrator.0).await?;
    let license = match decision {
        Decision::Repeat { license } => {
            let event = Event::ActivationRepeated { license, device: entry.device };
            audit::record(&mut tx, cx, None, event).await?;
            Some(license)
        }
        Decision::Start { starts_at, expires_at } => {
            let license = start(&mut tx, cx, &found, code, account, starts_at, expires_at).await?;
            bind(&mut tx, cx, license, entry.device, account, facts.device.class).await?;
            Some(license)
        }
        Decision::Join { license, .. } => {
            bind(&mut tx, cx, license, entry.device, account, facts.device.class).await?;
            Some(license)
        }
        Decision::Reserve { .. } => None,
    };
    tx.commit().await?;
    Ok(Added { device: entry.device, license, effect: effect(decision) })
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

/// Whose wrong codes are counted: those of the device, or of the person's account.
fn limited(cx: &Cx, entry: &Entry) -> Result<Vec<u8>> {
    Ok(match cx.actor {
        Actor::Device { .. } => entry.device.0.as_bytes().to_vec(),
        _ => cx.actor.account()?.0.as_bytes().to_vec(),
    })
}

/// What the rule does not look at, but carrying it out needs.
struct Found {
    code: CodeId,
    tail: String,
    device_name: String,
    administrator: PersonId,
}

/// Gathers the facts and locks the code, and with it its license: of two activations at once the second sees what the
/// first did (edge cases 20 and 21).
async fn gather(db: &mut PgConnection, cx: &Cx, entry: &Entry) -> Result<(Facts, Option<Found>)> {
    let account = cx.actor.account()?;
    let device = sqlx::query!(
        r#"select d.name, d.os_family as "os_family: OsFamily", d.product_id, d.owner_id, d.fingerprint_hash,
               (
                   select min(l.starts_at) from seat s join license l on l.id = s.license_id join device same on same.id = s.device_id
                   where l.product_id = d.product_id and l.kind = 'trial'
                     and (same.id = d.id or same.fingerprint_hash = d.fingerprint_hash)
               ) as trial_used_at,
               (
                   select min(s.bound_at) from seat s join license l on l.id = s.license_id join device same on same.id = s.device_id
                   where l.product_id = d.product_id and l.kind <> 'trial'
                     and (same.id = d.id or same.fingerprint_hash = d.fingerprint_hash)
               ) as commercial_since,
               r.license_id as "running_id?", r.kind as "running_kind?: CodeKind", r.expires_at as "running_until?"
           from device d
           left join lateral (
               select s.license_id, l.kind, l.expires_at
               from seat s join license l on l.id = s.license_id
               where s.device_id = d.id and s.released_at is null and l.product_id = d.product_id
                 and l.expires_at > $3 and l.cancelled_at is null and l.blocked_at is null
               order by l.expires_at desc
               limit 1
           ) as r on true
           where d.account_id = $1 and d.id = $2 and d.disconnected_at is null
           for update of d"#,
        account.0,
        entry.device.0,
        cx.now,
    )
    .fetch_optional(&mut *db)
    .await?
    .ok_or(Error::NotFound)?;
    let running = match (device.running_id, device.running_kind, device.running_until) {
        (Some(license), Some(kind), Some(expires_at)) => {
            Some(Running { license: LicenseId(license), kind, expires_at })
        }
        _ => None,
    };
    let class = device.os_family.seat_class();
    let mut facts = Facts {
        attempts_until: attempts_until(db, cx, entry).await?,
        agreement_accepted: entry.agreement,
        format: None,
        outside: None,
        device: DeviceFacts {
            account,
            class,
            product: ProductId(device.product_id),
            clock: entry.clock,
            country: country_of(db, cx, entry.device).await?,
            trial_used_at: device.trial_used_at,
            commercial_since: device.commercial_since,
            running,
        },
        code: None,
    };
    let typed = if entry.latin { suggest_latin(&entry.typed) } else { None };
    let code = match ActivationCode::parse(typed.as_deref().unwrap_or(&entry.typed)) {
        // a typing error is told without a look-up
        Ok(code) if !code.check_symbol_holds() => {
            facts.outside = code.symbol_outside_alphabet();
            return Ok((facts, None));
        }
        Ok(code) => code,
        Err(refusal) => {
            facts.format = Some(refusal);
            return Ok((facts, None));
        }
    };
    let administrator = match &cx.actor {
        Actor::Person { id, .. } => *id,
        _ => PersonId(device.owner_id),
    };
    let found = look_up(db, cx, &code, entry.device, class, device.commercial_since).await?;
    let found = found.map(|(id, tail, code)| {
        facts.code = Some(code);
        Found { code: id, tail, device_name: device.name, administrator }
    });
    Ok((facts, found))
}

async fn attempts_until(db: &mut PgConnection, cx: &Cx, entry: &Entry) -> Result<Option<OffsetDateTime>> {
    if let Some(until) = attempt::reached(db, cx.now, CODE_ACCOUNT, &limited(cx, entry)?).await? {
        return Ok(Some(until));
    }
    if let Some(address) = cx.network()
        && let Some(until) = attempt::reached(db, cx.now, CODE_ADDRESS, &address).await?
    {
        return Ok(Some(until));
    }
    attempt::tally(db, cx.now, CODE_EVERYBODY, &[]).await
}

/// The country a device is seen in (R65): of this very request when the device asks, else of its last contact.
async fn country_of(db: &mut PgConnection, cx: &Cx, device: DeviceId) -> Result<Option<crate::country::Country>> {
    if matches!(cx.actor, Actor::Device { .. }) {
        return Ok(cx.country);
    }
    let seen = sqlx::query_scalar!("select country from device_contact where device_id = $1", device.0)
        .fetch_optional(db)
        .await?
        .flatten();
    Ok(seen.and_then(|code| code.parse().ok()))
}

async fn look_up(
    db: &mut PgConnection,
    cx: &Cx,
    code: &ActivationCode,
    device: DeviceId,
    class: SeatClass,
    commercial_since: Option<OffsetDateTime>,
) -> Result<Option<(CodeId, String, CodeFacts)>> {
    let index = cx.world.seal.index(Sealed::Code, code.as_bytes());
    let row = sqlx::query!(
        r#"select c.id, c.account_id, c.code_tail, c.kind as "kind: CodeKind", c.product_id, p.name as product,
               c.seats as "seats: Json<Seats>", c.term_days, c.start_rule as "start_rule: StartRule", o.ordered_at,
               c.redeem_by, c.countries, c.blocked_at, c.cancelled_at, c.replaced_at, c.suspended_at
           from activation_code c
           join product p on p.id = c.product_id
           join purchase o on o.id = c.purchase_id
           where c.code_bi = $1
           for update of c"#,
        &index[..],
    )
    .fetch_optional(&mut *db)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let license = sqlx::query!("select id, starts_at, expires_at from license where code_id = $1 for update", row.id,)
        .fetch_optional(&mut *db)
        .await?;
    let license = match license {
        None => None,
        Some(license) => {
            let holders = holders(db, LicenseId(license.id), class).await?;
            let held_by_this_device = holders.iter().any(|holder| holder.device == device);
            Some(CodeLicense {
                license: LicenseId(license.id),
                starts_at: license.starts_at,
                expires_at: license.expires_at,
                holders,
                held_by_this_device,
            })
        }
    };
    let facts = CodeFacts {
        account: row.account_id.map(AccountId),
        kind: row.kind,
        product: ProductId(row.product_id),
        product_name: row.product,
        seats: row.seats.0,
        term: Term::of_days(u32::try_from(row.term_days).unwrap_or(0)),
        start_rule: row.start_rule,
        ordered_at: row.ordered_at,
        redeem_by: row.redeem_by,
        countries: row.countries.iter().filter_map(|code| code.parse().ok()).collect(),
        blocked_at: row.blocked_at,
        cancelled_at: row.cancelled_at,
        replaced_at: row.replaced_at,
        suspended_at: row.suspended_at,
        license,
        // the device's own history is proof enough (R77); other proofs come with the previous code
        earlier_license_found: commercial_since.is_some(),
    };
    Ok(Some((CodeId(row.id), row.code_tail, facts)))
}

async fn holders(db: &mut PgConnection, license: LicenseId, class: SeatClass) -> Result<Vec<Holder>> {
    let rows = sqlx::query!(
        r#"select d.id, d.name, c.last_seen_at as "last_seen_at?"
           from seat s
           join device d on d.id = s.device_id
           left join device_contact c on c.device_id = d.id
           where s.license_id = $1 and s.class = $2 and s.released_at is null
           order by s.bound_at, s.id"#,
        license.0,
        class.as_str(),
    )
    .fetch_all(db)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Holder { device: DeviceId(row.id), name: row.name, last_seen_at: row.last_seen_at })
        .collect())
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
    audit::record(db, cx, Some(account), Event::LicenseStarted(id)).await?;
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
