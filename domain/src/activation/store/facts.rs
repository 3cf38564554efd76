//! Gathering what an activation is judged by, with the rows locked that it would change.

use sqlx::PgConnection;
use sqlx::types::Json;
use time::OffsetDateTime;

use super::super::{CodeFacts, CodeLicense, DeviceFacts, Facts, Running};
use super::Entry;
use crate::actor::Actor;
use crate::attempt::{self, CODE_ACCOUNT, CODE_ADDRESS, CODE_EVERYBODY};
use crate::code::{ActivationCode, CodeKind, StartRule, suggest_latin};
use crate::cx::Cx;
use crate::device::OsFamily;
use crate::id::{AccountId, CodeId, DeviceId, LicenseId, PersonId, ProductId};
use crate::license::Term;
use crate::seal::Sealed;
use crate::seat::{Holder, SeatClass, Seats};
use crate::{Error, Result};

/// Whose wrong codes are counted: those of the device, or of the person's account.
pub(super) fn limited(cx: &Cx, entry: &Entry) -> Result<Vec<u8>> {
    Ok(match cx.actor {
        Actor::Device { .. } => entry.device.0.as_bytes().to_vec(),
        _ => cx.actor.account()?.0.as_bytes().to_vec(),
    })
}

/// What the rule does not look at, but carrying it out needs.
pub(super) struct Found {
    pub(super) code: CodeId,
    pub(super) tail: String,
    pub(super) device_name: String,
    pub(super) administrator: PersonId,
}

/// Gathers the facts and locks the code, and with it its license: of two activations at once the second sees what the
/// first did (edge cases 20 and 21).
pub(super) async fn gather(db: &mut PgConnection, cx: &Cx, entry: &Entry) -> Result<(Facts, Option<Found>)> {
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
