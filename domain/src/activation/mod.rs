//! Activation: the checks that a code has to pass, in their one order, and what an accepted code does (domain §3.5).

mod facts;
mod preview;
mod refusal;
pub mod renewal;
#[cfg(feature = "postgres")]
pub mod store;

pub use facts::{CodeFacts, CodeLicense, DeviceFacts, Facts, Running, Waiting, Wish};
pub(crate) use preview::days_begun;
pub use preview::{Added, Effect, Loss, Preview, at_takeover, forecast, rehearse};
pub use refusal::{PreviousCodeCause, Refusal};

use time::{Duration, OffsetDateTime};

use self::renewal::{Backing, backing};
use crate::code::{CodeKind, StartRule};
use crate::id::{DeviceId, LicenseId, ReserveId};
use crate::license::term::Span;
use crate::seat::{SeatClass, longest_silence_first};

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

/// What an accepted code does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Nothing: the code is active on this device already (R58, R104).
    Repeat { license: LicenseId },
    /// Starts a license and takes its first seat (R8).
    Start { starts_at: OffsetDateTime, expires_at: OffsetDateTime, backing: Backing },
    /// Takes a seat of the license that an earlier device started; its dates do not change (R9). The seat is a free one or
    /// that of `instead_of`.
    Join { license: LicenseId, starts_at: OffsetDateTime, expires_at: OffsetDateTime, instead_of: Option<DeviceId> },
    /// Waits until the running license ends at `from` (R32), in place of the code that waited before, if there was one.
    Reserve { from: OffsetDateTime, replaces: Option<ReserveId> },
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
    if let Some(license) = code.license.as_ref().filter(|held| held.held_by_this_device && now < held.runs_until()) {
        return Ok(Decision::Repeat { license: license.license });
    }
    // during a trial a bought code activates at once (R43)
    let running = device.running.filter(|running| running.kind != CodeKind::Trial);
    if running.is_some() && device.waiting.as_ref().is_some_and(|waiting| waiting.code == code.code) {
        return Err(Refusal::AlreadyHere);
    }
    code.fits(device)?;
    code.trial_rules(device)?;
    let span = code.span(code.term, now);
    if now >= code.runs_until(span) {
        return Err(Refusal::CodeOver { ended_at: span.expires_at });
    }
    if let Some(running) = running {
        code.reserve_behind(running, span)?;
        let replaces = device.waiting.as_ref();
        if let Some(waiting) = replaces.filter(|_| !facts.wish.replace_reserve) {
            return Err(Refusal::ReserveWaiting { tail: waiting.tail.clone() });
        }
        return Ok(Decision::Reserve { from: running.ends_at, replaces: replaces.map(|waiting| waiting.reserve) });
    }
    match &code.license {
        Some(license) => {
            let instead_of = code.seat_for(license, device.class, facts.wish)?;
            Ok(Decision::Join {
                license: license.license,
                starts_at: span.starts_at,
                expires_at: span.expires_at,
                instead_of,
            })
        }
        None => code.start(facts.wish, device.class, now),
    }
}

fn before_the_look_up(facts: &Facts, now: OffsetDateTime) -> Result<(), Refusal> {
    if let Some(until) = facts.attempts_until.filter(|until| now < *until) {
        return Err(Refusal::Attempts { until });
    }
    if let Some(administrator) = facts.not_theirs_to_take() {
        return Err(Refusal::NotAdministrator { administrator });
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

impl Facts {
    /// Who administers the license, where the place of another machine is asked for by somebody who does not (E27). Nobody
    /// is named for a code of another account.
    fn not_theirs_to_take(&self) -> Option<String> {
        let other = self.wish.instead_of?;
        let code = self.code.as_ref().filter(|code| code.account == Some(self.device.account))?;
        let license = code.license.as_ref().filter(|license| license.held_by_this_machine.is_none())?;
        let administrator = license.administered_by_other.as_ref()?;
        license.holders.iter().any(|holder| holder.device == other).then(|| administrator.clone())
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
        match device.seen {
            Some((seen, how)) if !self.countries.is_empty() && !self.countries.contains(&seen) => {
                Err(Refusal::Region { bought_in: self.countries.clone(), seen, how })
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
        if device.has_commercial || device.running.is_some() {
            return Err(Refusal::TrialCannotRenew);
        }
        match device.commercial_since {
            Some(at) => Err(Refusal::TrialAfterLicense { at }),
            None => Ok(()),
        }
    }

    fn reserve_behind(&self, running: Running, span: Span) -> Result<(), Refusal> {
        if running.kind == CodeKind::Subscription {
            return Err(Refusal::SubscriptionRuns);
        }
        if self.kind == CodeKind::Subscription {
            return Err(Refusal::ReserveIsSubscription);
        }
        // an unused code whose term begins with its first activation cannot end too early: it begins when this one ends
        let clock_runs = self.license.is_some() || self.start_rule == StartRule::OnOrder;
        if clock_runs && span.expires_at <= running.ends_at {
            return Err(Refusal::ReserveEndsTooEarly { ends_at: span.expires_at });
        }
        Ok(())
    }

    /// The first activation. What backs a renewal is asked once: whoever joins later shares its answer.
    fn start(&self, wish: Wish, class: SeatClass, now: OffsetDateTime) -> Result<Decision, Refusal> {
        let backing = match self.kind {
            CodeKind::Renewal => backing(&self.renewal, &self.seats, wish)?,
            CodeKind::Commercial | CodeKind::Trial | CodeKind::Subscription | CodeKind::Promo => Backing::None,
        };
        let term = match backing {
            Backing::ShorterTerm => self.reduced_term.unwrap_or(self.term),
            Backing::None | Backing::Previous(_) => self.term,
        };
        let span = self.span(term, now);
        if now >= span.expires_at {
            return Err(Refusal::CodeOver { ended_at: span.expires_at });
        }
        let total = self.seats.of(class);
        if self.ahead >= total {
            return Err(Refusal::SeatsFull { class, total, holders: Vec::new() });
        }
        Ok(Decision::Start { starts_at: span.starts_at, expires_at: span.expires_at, backing })
    }

    /// The device whose seat is taken over, or nothing if one is free.
    fn seat_for(&self, license: &CodeLicense, class: SeatClass, wish: Wish) -> Result<Option<DeviceId>, Refusal> {
        if let Some(own) = license.held_by_this_machine {
            return Ok(Some(own));
        }
        // whether it is theirs to give was judged before (E27)
        if let Some(given_up) = wish.instead_of.filter(|id| license.holders.iter().any(|holder| holder.device == *id)) {
            return Ok(Some(given_up));
        }
        let total = self.seats.of(class);
        let taken = u32::try_from(license.holders.len()).unwrap_or(u32::MAX).saturating_add(self.ahead);
        if taken < total {
            return Ok(None);
        }
        let mut holders = license.holders.clone();
        longest_silence_first(&mut holders);
        Err(Refusal::SeatsFull { class, total, holders })
    }
}

#[cfg(test)]
mod tests;
