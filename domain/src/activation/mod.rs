//! Activation: the checks that a code has to pass, in their one order, and what an accepted code does (domain §3.5).

mod preview;
mod refusal;
#[cfg(feature = "postgres")]
pub mod store;

pub use preview::{Added, Effect, Preview};
pub use refusal::{PreviousCodeCause, Refusal};

use time::{Duration, OffsetDateTime};

use crate::code::{CodeKind, StartRule};
use crate::country::Country;
use crate::id::{AccountId, LicenseId, ProductId};
use crate::license::{Term, term::Span};
use crate::seat::{Holder, SeatClass, Seats, longest_silence_first};

/// How many wrong tries are allowed in which time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AttemptLimit {
    /// Wrong tries after which no further one is looked at.
    pub tries: u32,
    /// The time in which they count.
    pub within: Duration,
}

/// Wrong codes of one account or device before E26 (R99).
pub const ATTEMPTS: AttemptLimit = AttemptLimit { tries: 5, within: Duration::minutes(15) };

/// Wrong codes of everybody together, in one second, beyond which guessing is slowed down.
pub const WRONG_CODES_PER_SECOND: u32 = 50;

/// How far a device's clock may be off before an activation is refused (E24, edge case 1).
pub const CLOCK_TOLERANCE: Duration = Duration::days(7);

/// How far a device's clock may be off before it is worth a warning (edge case 1).
pub const CLOCK_WARNING: Duration = Duration::hours(24);

/// Everything that an activation depends on but the time.
#[derive(Clone, Debug, PartialEq)]
pub struct Facts {
    /// Until when no code is looked at, if there were too many wrong ones.
    pub attempts_until: Option<OffsetDateTime>,
    /// Whether the license agreement was accepted (R19).
    pub agreement_accepted: bool,
    /// What reading the code said, if it could not be read (E01, E02).
    pub format: Option<Refusal>,
    /// The position of the first symbol that our codes never have, for E03.
    pub outside: Option<usize>,
    /// The device.
    pub device: DeviceFacts,
    /// The code; nothing if it is unknown or could not be read.
    pub code: Option<CodeFacts>,
}

/// The device on which a code is activated.
#[derive(Clone, Debug, PartialEq)]
pub struct DeviceFacts {
    /// The account it is linked to.
    pub account: AccountId,
    /// The class of seat it takes.
    pub class: SeatClass,
    /// The product installed on it.
    pub product: ProductId,
    /// What its own clock says, if it told us.
    pub clock: Option<OffsetDateTime>,
    /// The country it is seen in; unknown is not refused (R65, edge case 28).
    pub country: Option<Country>,
    /// When a trial of the product was used on it (R72).
    pub trial_used_at: Option<OffsetDateTime>,
    /// Since when it was licensed commercially for the product, be it over or not (R73).
    pub commercial_since: Option<OffsetDateTime>,
    /// The license of the product that runs on it.
    pub running: Option<Running>,
}

/// The license that runs on a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Running {
    /// The license.
    pub license: LicenseId,
    /// Its kind.
    pub kind: CodeKind,
    /// When it ends.
    pub expires_at: OffsetDateTime,
}

/// What is known of the code.
#[derive(Clone, Debug, PartialEq)]
pub struct CodeFacts {
    /// The account it is registered in, if any.
    pub account: Option<AccountId>,
    /// Its kind.
    pub kind: CodeKind,
    /// The product it is for.
    pub product: ProductId,
    /// That product's name.
    pub product_name: String,
    /// Its seats.
    pub seats: Seats,
    /// How long its license runs.
    pub term: Term,
    /// When its term begins.
    pub start_rule: StartRule,
    /// When it was ordered.
    pub ordered_at: OffsetDateTime,
    /// The instant from which it can no longer be activated for the first time (R7).
    pub redeem_by: Option<OffsetDateTime>,
    /// The countries it was bought for; none means everywhere.
    pub countries: Vec<Country>,
    /// When it was blocked, if it still is.
    pub blocked_at: Option<OffsetDateTime>,
    /// When a refund cancelled it.
    pub cancelled_at: Option<OffsetDateTime>,
    /// When another code took its place.
    pub replaced_at: Option<OffsetDateTime>,
    /// When its subscription was suspended, if it still is.
    pub suspended_at: Option<OffsetDateTime>,
    /// What it became on its first activation.
    pub license: Option<CodeLicense>,
    /// For renewal codes: whether an earlier license of the product was found (R77).
    pub earlier_license_found: bool,
}

/// The license that a code became.
#[derive(Clone, Debug, PartialEq)]
pub struct CodeLicense {
    /// The license.
    pub license: LicenseId,
    /// Its first instant.
    pub starts_at: OffsetDateTime,
    /// The first instant at which it no longer runs.
    pub expires_at: OffsetDateTime,
    /// The devices of the asking device's class that hold its seats.
    pub holders: Vec<Holder>,
    /// Whether the asking device holds one of them.
    pub held_by_this_device: bool,
}

/// What an accepted code does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Nothing: the code is active on this device already (R58, R104).
    Repeat { license: LicenseId },
    /// Starts a license and takes its first seat (R8).
    Start { starts_at: OffsetDateTime, expires_at: OffsetDateTime },
    /// Takes a seat of the license that an earlier device started; its dates do not change (R9).
    Join { license: LicenseId, starts_at: OffsetDateTime, expires_at: OffsetDateTime },
    /// Waits unused until the running license ends at `from` (R32).
    Reserve { from: OffsetDateTime },
}

/// Judges an activation at `now`. The first check that fails is the one that is told; on any refusal nothing is used up
/// (R17).
///
/// # Errors
/// The refusals of domain §3.5, in its order.
pub fn decide(facts: &Facts, now: OffsetDateTime) -> Result<Decision, Refusal> {
    before_the_look_up(facts, now)?;
    let code = facts.code.as_ref().ok_or(Refusal::NotFound { outside: facts.outside })?;
    let device = &facts.device;
    code.usable(now)?;
    // who the code belongs to is nobody's business before it is known to be usable
    if code.account.is_some_and(|account| account != device.account) {
        return Err(Refusal::CodeInOtherAccount);
    }
    // a device that holds a seat is never refused it, even abroad or when all places are taken
    if let Some(license) = code.license.as_ref().filter(|held| held.held_by_this_device && now < held.expires_at) {
        return Ok(Decision::Repeat { license: license.license });
    }
    code.fits(device)?;
    code.trial_rules(device)?;
    let span = code.span(now);
    if now >= span.expires_at {
        return Err(Refusal::CodeOver { ended_at: span.expires_at });
    }
    // during a trial a bought code activates at once (R43)
    if let Some(running) = device.running.filter(|running| running.kind != CodeKind::Trial) {
        return code.reserve_behind(running, span);
    }
    match &code.license {
        Some(license) => {
            code.seat_free(license, device.class)?;
            Ok(Decision::Join { license: license.license, starts_at: span.starts_at, expires_at: span.expires_at })
        }
        // asked once, at the first activation: whoever joins later shares its answer
        None if code.kind == CodeKind::Renewal && !code.earlier_license_found => Err(Refusal::NoEarlierLicense),
        None => Ok(Decision::Start { starts_at: span.starts_at, expires_at: span.expires_at }),
    }
}

fn before_the_look_up(facts: &Facts, now: OffsetDateTime) -> Result<(), Refusal> {
    if let Some(until) = facts.attempts_until.filter(|until| now < *until) {
        return Err(Refusal::Attempts { until });
    }
    if !facts.agreement_accepted {
        return Err(Refusal::Agreement);
    }
    if let Some(unreadable) = &facts.format {
        return Err(unreadable.clone());
    }
    match facts.device.clock {
        Some(clock) if (clock - now).abs() > CLOCK_TOLERANCE => Err(Refusal::Clock { device: clock, server: now }),
        _ => Ok(()),
    }
}

impl CodeFacts {
    fn usable(&self, now: OffsetDateTime) -> Result<(), Refusal> {
        if self.blocked_at.is_some() {
            return Err(Refusal::Blocked);
        }
        if self.cancelled_at.is_some() {
            return Err(Refusal::Cancelled);
        }
        if let Some(at) = self.replaced_at {
            return Err(Refusal::Replaced { at });
        }
        if let Some(by) = self.redeem_by.filter(|by| self.license.is_none() && now >= *by) {
            return Err(Refusal::RedeemBy { by });
        }
        if self.suspended_at.is_some() {
            return Err(Refusal::Suspended);
        }
        Ok(())
    }

    fn fits(&self, device: &DeviceFacts) -> Result<(), Refusal> {
        if self.product != device.product {
            return Err(Refusal::OtherProduct { product: self.product_name.clone() });
        }
        if self.seats.of(device.class) == 0 {
            return Err(Refusal::NoSeatsOfClass { class: device.class });
        }
        match device.country {
            Some(seen) if !self.countries.is_empty() && !self.countries.contains(&seen) => {
                Err(Refusal::Region { bought_in: self.countries.clone(), seen })
            }
            _ => Ok(()),
        }
    }

    fn trial_rules(&self, device: &DeviceFacts) -> Result<(), Refusal> {
        if self.kind != CodeKind::Trial {
            return Ok(());
        }
        if let Some(at) = device.trial_used_at {
            return Err(Refusal::TrialUsed { at });
        }
        if device.commercial_since.is_some() || device.running.is_some() {
            return Err(Refusal::TrialCannotRenew);
        }
        Ok(())
    }

    /// The dates of the license that the code became, or becomes at `now`.
    fn span(&self, now: OffsetDateTime) -> Span {
        match &self.license {
            Some(license) => Span { starts_at: license.starts_at, expires_at: license.expires_at },
            None => self.term.span(self.start_rule, self.ordered_at, now),
        }
    }

    fn reserve_behind(&self, running: Running, span: Span) -> Result<Decision, Refusal> {
        if running.kind == CodeKind::Subscription {
            return Err(Refusal::SubscriptionRuns);
        }
        if self.kind == CodeKind::Subscription {
            return Err(Refusal::ReserveIsSubscription);
        }
        // an unused code whose term begins with its first activation cannot end too early: it begins when this one ends
        let clock_runs = self.license.is_some() || self.start_rule == StartRule::OnOrder;
        if clock_runs && span.expires_at <= running.expires_at {
            return Err(Refusal::ReserveEndsTooEarly { ends_at: span.expires_at });
        }
        Ok(Decision::Reserve { from: running.expires_at })
    }

    fn seat_free(&self, license: &CodeLicense, class: SeatClass) -> Result<(), Refusal> {
        let total = self.seats.of(class);
        if u32::try_from(license.holders.len()).is_ok_and(|used| used < total) {
            return Ok(());
        }
        let mut holders = license.holders.clone();
        longest_silence_first(&mut holders);
        Err(Refusal::SeatsFull { class, total, holders })
    }
}

#[cfg(test)]
mod tests;
