//! Gathering what an activation is judged by: one statement that locks what it would change, and one that reads.

use serde::Deserialize;
use sqlx::PgConnection;
use sqlx::types::Json;
use time::OffsetDateTime;
use uuid::Uuid;

use super::super::renewal::{Earlier, Renewal};
use super::super::{CodeFacts, CodeLicense, DeviceFacts, Facts, PreviousCodeCause, Refusal, Running, Waiting};
use super::{AGREEMENT_VERSION, By, Entry};
use crate::actor::Actor;
use crate::attempt::{CODE_ACCOUNT, CODE_ADDRESS, CODE_EVERYBODY};
use crate::code::{ActivationCode, CodeKind, StartRule, code_part, suggest_latin};
use crate::country::{Country, CountrySource};
use crate::cx::Cx;
use crate::device::OsFamily;
use crate::device::expiry::ExpiryRule;
use crate::device_api::{ActivationRequest, DeviceCommand};
use crate::id::{AccountId, CodeId, DeviceId, LicenseId, PersonId, ProductId, ReserveId};
use crate::license::{LicenseFacts, Term};
use crate::seal::{Sealed, hashed};
use crate::seat::{Holder, SeatClass, Seats};
use crate::twins::{self, Protection};
use crate::{Error, Result};

/// Whose wrong codes are counted: those of the device, or of the person's account.
pub(super) fn limited(cx: &Cx, entry: &Entry) -> Result<Vec<u8>> {
    Ok(match cx.actor {
        Actor::Device { .. } => entry.device.0.as_bytes().to_vec(),
        Actor::System => Vec::new(),
        _ => cx.actor.account()?.0.as_bytes().to_vec(),
    })
}

/// What the rule does not look at, but carrying it out needs.
pub(super) struct Found {
    pub(super) code: CodeId,
    pub(super) tail: String,
    pub(super) device_name: String,
    pub(super) administrator: PersonId,
    pub(super) owner: PersonId,
    pub(super) code_known: bool,
    pub(super) agreement: String,
    pub(super) version_accepted: bool,
    pub(super) grace_days: Option<i32>,
    /// Whether protection ends with a subscription of this code.
    pub(super) protection_ends: bool,
    /// The license that the code became, if it did.
    pub(super) license: Option<LicenseFacts>,
    /// The license that runs on the device.
    pub(super) running: Option<LicenseFacts>,
    /// Whether a subscription renews itself.
    pub(super) renews: bool,
    /// Whether a code that waited on the device failed to take over, now or earlier.
    pub(super) has_failed: bool,
    /// Whether somebody's system is told of the activation.
    pub(super) is_told: bool,
    /// Seats in use of every class of the license that the code became.
    pub(super) held: Seats,
    /// Other devices on which the code waits.
    pub(super) waits_elsewhere: u32,
    /// When the device last contacted us before this.
    pub(super) last_seen_at: Option<OffsetDateTime>,
    /// Whether the asker may send this license to the device, which is their own, without administering it (R50).
    pub(super) granted: bool,
    /// What the answer to a device tells besides.
    pub(super) about: About,
}

/// What a device is told of itself that an activation does not change.
pub(super) struct About {
    pub(super) office: String,
    pub(super) os_family: OsFamily,
    pub(super) rule: ExpiryRule,
    pub(super) commands: Vec<DeviceCommand>,
    /// The sealed key of the license that the code became, if it did.
    pub(super) license_key: Option<Vec<u8>>,
}

/// What reading a typed code came to: its index to look it up by, or why it can't be a code.
#[derive(Default)]
struct Typed {
    index: Option<Vec<u8>>,
    format: Option<Refusal>,
    outside: Option<usize>,
}

impl Typed {
    fn read(cx: &Cx, latin: bool, typed: &str) -> Self {
        let typed = code_part(typed);
        let latin = if latin { suggest_latin(typed) } else { None };
        match ActivationCode::parse(latin.as_deref().unwrap_or(typed)) {
            Ok(code) if code.check_symbol_holds() => {
                let index = cx.world.seal.index(Sealed::Code, code.as_bytes()).to_vec();
                Self { index: Some(index), ..Self::default() }
            }
            // a typing error is told without a look-up
            Ok(code) => Self { outside: code.symbol_outside_alphabet(), ..Self::default() },
            Err(refusal) => Self { format: Some(refusal), ..Self::default() },
        }
    }
}

/// The previous code of a renewal, or why it can't be looked up.
fn read_previous(cx: &Cx, entry: &Entry) -> Option<Result<[u8; 16], PreviousCodeCause>> {
    let typed = entry.previous.as_deref().map(str::trim).filter(|typed| !typed.is_empty())?;
    Some(match ActivationCode::parse(code_part(typed)) {
        Ok(code) if code.check_symbol_holds() => Ok(cx.world.seal.index(Sealed::Code, code.as_bytes())),
        Ok(_) => Err(PreviousCodeCause::Unknown),
        Err(_) => Err(PreviousCodeCause::Malformed),
    })
}

/// Gathers the facts and locks the device and the code: of two activations at once the second sees what the first did
/// (edge cases 20 and 21). Whatever takes or gives seats of a license locks its code; whatever changes a device's license
/// locks the device, and the device first.
pub(super) async fn gather(db: &mut PgConnection, cx: &Cx, entry: &Entry) -> Result<(Facts, Option<Found>)> {
    let account = match cx.actor {
        Actor::System => None,
        _ => Some(cx.actor.account()?),
    };
    let mut typed = Typed::default();
    let mut known = Known::default();
    match &entry.by {
        By::Typed(text) => typed = Typed::read(cx, entry.latin, text),
        By::Kept(code) | By::Waiting(code) => known.code = Some(*code),
        By::License(license) => known.license = Some(*license),
    }
    // tries of one account queue up behind each other, so that parallel ones count as well; those of a device do on its row
    known.queues = matches!(cx.actor, Actor::Person { .. });
    let whose = Whose::Device(entry.device, account);
    lock_both(db, &whose, entry.wish.instead_of).await?;
    let locked = lock(db, whose, typed.index.as_deref(), known).await?;
    let locked = locked.ok_or(Error::NotFound)?;
    let (facts, found) = read(db, cx, entry, locked.code, typed).await?;
    // a code that is named by where it stands has to be the account's own
    if !matches!(entry.by, By::Typed(_)) && found.is_none() {
        return Err(Error::NotFound);
    }
    Ok((facts, found))
}

/// As `gather`, for a device that nobody has recognized yet: whose the token is, is found out by the statement that locks.
///
/// # Errors
/// `Unauthenticated` when it is no device's.
pub(super) async fn recognize(
    db: &mut PgConnection,
    cx: Cx,
    token: &str,
    request: ActivationRequest,
) -> Result<(Cx, Entry, Facts, Option<Found>)> {
    let typed = Typed::read(&cx, false, &request.code);
    let token = hashed(token.as_bytes());
    let whose = Whose::Token(&token);
    lock_both(db, &whose, request.instead_of).await?;
    let locked = lock(db, whose, typed.index.as_deref(), Known::default()).await?;
    let Locked { device, account, code } = locked.ok_or(Error::Unauthenticated)?;
    let cx = Cx { actor: Actor::Device { id: device, account }, ..cx };
    let entry = Entry::of(device, request);
    let (facts, found) = read(db, &cx, &entry, code, typed).await?;
    Ok((cx, entry, facts, found))
}

/// How the device is named for which a code is entered.
enum Whose<'a> {
    /// By its id, in one account or, for Latchkey itself, in any.
    Device(DeviceId, Option<AccountId>),
    /// By its token's hash.
    Token(&'a [u8; 32]),
}

impl Whose<'_> {
    /// Its id, its account and its token's hash, as far as they are known.
    fn named(&self) -> (Option<Uuid>, Option<Uuid>, Option<&[u8]>) {
        match self {
            Self::Device(device, account) => (Some(device.0), account.map(|id| id.0), None),
            Self::Token(hash) => (None, None, Some(&hash[..])),
        }
    }
}

/// How the code is named, where it is not typed.
#[derive(Default)]
struct Known {
    code: Option<CodeId>,
    license: Option<LicenseId>,
    queues: bool,
}

struct Locked {
    device: DeviceId,
    account: AccountId,
    code: Option<CodeId>,
}

/// Where a device takes the place of another one, both are locked before the code, and always in the same order: what waits
/// on the other one takes over (R46).
async fn lock_both(db: &mut PgConnection, whose: &Whose<'_>, instead_of: Option<DeviceId>) -> Result<()> {
    let Some(other) = instead_of else { return Ok(()) };
    let (device, account, token) = whose.named();
    sqlx::query!(
        "select d.id
         from device d join device own on own.account_id = d.account_id and (own.id = $1 or own.token_hash = $2)
         where (d.id = own.id or d.id = $3) and ($4::uuid is null or own.account_id = $4)
         order by d.id
         for update of d",
        device,
        token,
        other.0,
        account,
    )
    .fetch_all(db)
    .await?;
    Ok(())
}

async fn lock(db: &mut PgConnection, whose: Whose<'_>, index: Option<&[u8]>, known: Known) -> Result<Option<Locked>> {
    let (device, account, token) = whose.named();
    let row = sqlx::query_file!(
        "src/activation/store/lock.sql",
        account,
        device,
        index,
        known.code.map(|id| id.0),
        known.license.map(|id| id.0),
        known.queues,
        token,
    )
    .fetch_one(&mut *db)
    .await?;
    let (Some(device), Some(account)) = (row.device, row.account) else { return Ok(None) };
    if twins::is_out(Protection::RowLocks) {
        sqlx::raw_sql("commit; begin").execute(db).await?;
    }
    Ok(Some(Locked { device: DeviceId(device), account: AccountId(account), code: row.code.map(CodeId) }))
}

#[derive(Debug, Deserialize)]
struct HolderRow {
    device: DeviceId,
    name: String,
    class: SeatClass,
    #[serde(with = "time::serde::rfc3339::option")]
    last_seen_at: Option<OffsetDateTime>,
    same_machine: bool,
    alike: bool,
}

#[derive(Debug, Deserialize)]
struct EarlierRow {
    code: CodeId,
    seats: Seats,
    used: bool,
}

#[derive(Debug, Deserialize)]
struct PreviousRow {
    code: CodeId,
    kind: CodeKind,
    product: ProductId,
    seats: Seats,
    countries: Vec<String>,
    dead: bool,
    activated: bool,
    used: bool,
}

async fn read(
    db: &mut PgConnection,
    cx: &Cx,
    entry: &Entry,
    code: Option<CodeId>,
    typed: Typed,
) -> Result<(Facts, Option<Found>)> {
    let previous = read_previous(cx, entry);
    let account_key = hashed(&limited(cx, entry)?);
    let address_key = cx.network().map(|network| hashed(&network).to_vec());
    let previous_index = previous.as_ref().and_then(|previous| previous.as_ref().ok()).map(|index| index.to_vec());
    let row = sqlx::query_file!(
        "src/activation/store/facts.sql",
        entry.device.0,
        code.map(|id| id.0),
        cx.now,
        &account_key[..],
        address_key.as_deref(),
        &hashed(&[])[..],
        cx.now - CODE_ACCOUNT.within,
        cx.now - CODE_ADDRESS.within,
        cx.now - CODE_EVERYBODY.within,
        previous_index.as_deref(),
        CODE_ACCOUNT.most,
        CODE_ADDRESS.most,
        CODE_EVERYBODY.most,
        AGREEMENT_VERSION,
        cx.actor.person().ok().map(|id| id.0),
    )
    .fetch_one(&mut *db)
    .await?;
    // what is not managed here is given no code; the license that it has runs on, and so does what waits behind it (R52)
    if row.disconnected_at.is_some() && !matches!(entry.by, By::Waiting(_)) {
        return Err(Refusal::NotConnected.into());
    }
    let reached = |tries: Option<i64>, first: Option<OffsetDateTime>, limit: crate::attempt::Limit| {
        first.filter(|_| tries.is_some_and(|tries| tries >= limit.most)).map(|first| first + limit.within)
    };
    let attempts_until = reached(row.account_tries, row.account_first, CODE_ACCOUNT)
        .or_else(|| reached(row.address_tries, row.address_first, CODE_ADDRESS))
        .or_else(|| reached(row.all_tries, row.all_first, CODE_EVERYBODY))
        // Latchkey itself guesses no codes
        .filter(|_| cx.actor != Actor::System);
    let version_accepted = row.version_accepted;
    let account = AccountId(row.account_id);
    let class = row.os_family.seat_class();
    let seen = match cx.actor {
        Actor::Device { .. } => cx.country.map(|country| (country, cx.country_by)),
        _ => row.country.and_then(|code| code.parse().ok()).map(|country| (country, CountrySource::LastContact)),
    };
    let running_facts = row.running.map(|Json(running)| running);
    let running = match (row.running_id, running_facts) {
        (Some(license), Some(running)) => {
            Some(Running { license: LicenseId(license), kind: running.kind, ends_at: running.runs_until() })
        }
        _ => None,
    };
    let waiting = match (row.reserve_id, row.reserve_code, row.reserve_tail) {
        (Some(reserve), Some(code), Some(tail)) => {
            Some(Waiting { reserve: ReserveId(reserve), code: CodeId(code), tail })
        }
        _ => None,
    };
    let mut facts = Facts {
        attempts_until,
        agreement_accepted: entry.agreement || version_accepted,
        format: typed.format,
        outside: typed.outside,
        wish: entry.wish,
        device: DeviceFacts {
            account,
            class,
            product: ProductId(row.product_id),
            clock: entry.clock,
            seen,
            trial_used_at: row.trial_used_at,
            commercial_since: row.commercial_since,
            has_commercial: row.has_commercial,
            running,
            waiting,
        },
        code: None,
    };
    let (Some(code), Some(product), Some(kind), Some(seats), Some(term_days), Some(start_rule), Some(ordered_at)) =
        (row.code_id, row.code_product, row.kind, row.seats, row.term_days, row.start_rule, row.ordered_at)
    else {
        return Ok((facts, None));
    };
    let mut holders = row.holders.map(|Json(holders)| holders).unwrap_or_default();
    holders.retain(|holder| holder.class == class);
    let administrator = match &cx.actor {
        Actor::Person { id, .. } => *id,
        _ => PersonId(row.owner_id),
    };
    let license_facts = row.license_facts.map(|Json(dates)| dates);
    let license = match (row.license_id, license_facts) {
        (Some(license), Some(dates)) => Some(CodeLicense {
            license: LicenseId(license),
            starts_at: dates.starts_at,
            expires_at: dates.expires_at,
            grace_until: dates.grace_until,
            held_by_this_device: holders.iter().any(|holder| holder.device == entry.device),
            held_by_this_machine: holders
                .iter()
                .find(|holder| holder.same_machine && holder.device != entry.device)
                .map(|holder| holder.device),
            administered_by_other: row
                .administrator_name
                .filter(|_| row.license_administrator != Some(administrator.0)),
            holders: holders.into_iter().map(|row| row.holder()).collect(),
        }),
        _ => None,
    };
    let earlier = row.earlier.map(|Json(rows)| rows).unwrap_or_default();
    let countries: Vec<Country> =
        row.countries.unwrap_or_default().iter().filter_map(|code| code.parse().ok()).collect();
    let days = |days: i32| Term::of_days(u32::try_from(days).unwrap_or(0));
    let renewal = Renewal {
        earlier: earlier.into_iter().filter(|earlier| earlier.code.0 != code).map(EarlierRow::fact).collect(),
        previous: previous.map(|previous| {
            previous.and_then(|_| match row.previous {
                Some(Json(found)) => found.judged(ProductId(product), &countries),
                None => Err(PreviousCodeCause::Unknown),
            })
        }),
    };
    facts.code = Some(CodeFacts {
        code: CodeId(code),
        account: row.code_account.map(AccountId),
        kind,
        product: ProductId(product),
        product_name: row.product_name.unwrap_or_default(),
        seats: seats.0,
        term: days(term_days),
        reduced_term: row.reduced_term_days.map(days),
        start_rule,
        ordered_at,
        redeem_by: row.redeem_by,
        countries,
        blocked_at: row.blocked_at,
        cancelled_at: row.cancelled_at,
        replaced_at: row.replaced_at,
        suspended_at: row.suspended_at,
        license,
        renewal,
        ahead: 0,
    });
    let found = Found {
        code: CodeId(code),
        tail: row.code_tail.unwrap_or_default(),
        device_name: row.device_name,
        administrator,
        owner: PersonId(row.owner_id),
        code_known: row.code_account.is_some(),
        agreement: row.agreement,
        version_accepted,
        grace_days: row.grace_days,
        protection_ends: row.protection_ends.unwrap_or_default(),
        license: license_facts,
        running: running_facts,
        renews: kind == CodeKind::Subscription && row.renewal_stopped_at.is_none(),
        has_failed: row.has_failed,
        is_told: row.is_told,
        held: row.held.map(|Json(held)| held).unwrap_or_default(),
        waits_elsewhere: u32::try_from(row.waits_elsewhere.unwrap_or(0)).unwrap_or(u32::MAX),
        last_seen_at: row.last_seen_at,
        granted: row.granted,
        about: About {
            office: row.office,
            os_family: row.os_family,
            rule: match (row.updates, row.restricted) {
                (Some(updates), Some(restricted)) => ExpiryRule { updates, restricted },
                _ => ExpiryRule::default(),
            },
            commands: row.commands.map(|Json(commands)| commands).unwrap_or_default(),
            license_key: row.license_key_ct,
        },
    };
    Ok((facts, Some(found)))
}

impl HolderRow {
    fn holder(self) -> Holder {
        Holder {
            device: self.device,
            name: self.name,
            last_seen_at: self.last_seen_at,
            same_machine: self.same_machine || self.alike,
        }
    }
}

impl EarlierRow {
    fn fact(self) -> Earlier {
        Earlier { code: self.code, seats: self.seats, used: self.used }
    }
}

impl PreviousRow {
    /// Whether it can back a renewal at all (E23).
    fn judged(self, product: ProductId, renewed_in: &[Country]) -> Result<Earlier, PreviousCodeCause> {
        let bought_in: Vec<Country> = self.countries.iter().filter_map(|code| code.parse().ok()).collect();
        let no_country_in_common = !bought_in.is_empty()
            && !renewed_in.is_empty()
            && !bought_in.iter().any(|country| renewed_in.contains(country));
        if self.dead {
            Err(PreviousCodeCause::Blocked)
        } else if self.product != product {
            Err(PreviousCodeCause::OtherProduct)
        } else if matches!(self.kind, CodeKind::Promo | CodeKind::Trial) {
            Err(PreviousCodeCause::FreePromo)
        } else if no_country_in_common {
            Err(PreviousCodeCause::OtherRegion)
        } else if !self.activated {
            Err(PreviousCodeCause::NeverActivated)
        } else {
            Ok(Earlier { code: self.code, seats: self.seats, used: self.used })
        }
    }
}
