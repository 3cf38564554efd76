//! What a code would do, told before anything changes (edge cases 14, 16 and 19).

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use super::{CodeFacts, Decision, Facts, Refusal};
use crate::code::{CodeKind, StartRule};
use crate::country::Country;
use crate::id::{DeviceId, LicenseId};
use crate::seat::{SeatClass, SeatCount};

/// What a code would do on a device, for a person to agree to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Preview {
    /// The device.
    pub device: DeviceId,
    /// Its name.
    pub device_name: String,
    /// The kind of seat it takes.
    pub class: SeatClass,
    /// The product the code is for.
    pub product: String,
    /// The code's kind.
    pub kind: CodeKind,
    /// The code's last block, to compare with the paper.
    pub tail: String,
    /// The countries it was bought for, by their two letters; none means everywhere.
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<String>))]
    pub countries: Vec<Country>,
    /// Seats as they would be afterwards.
    pub seats: Vec<SeatCount>,
    /// What would happen.
    pub effect: Effect,
    /// What would be lost by it.
    pub losses: Vec<Loss>,
    /// For a code that would wait: other devices on which it waits already.
    pub waits_elsewhere: u32,
    /// For a code that would wait: what would refuse the switch as things stand, E01 to E36; nothing if it would succeed.
    pub trouble: Option<String>,
}

/// What would happen, or has happened, to the code and the device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// A license begins and ends at these instants (R8).
    Starts {
        #[serde(with = "time::serde::rfc3339")]
        #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
        starts_at: OffsetDateTime,
        #[serde(with = "time::serde::rfc3339")]
        #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
        ends_at: OffsetDateTime,
        /// Whether the term is the shorter one of a renewal without a previous code (R78).
        shorter: bool,
    },
    /// The device takes a seat of a license that runs until then (R9).
    Joins {
        #[serde(with = "time::serde::rfc3339")]
        #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
        ends_at: OffsetDateTime,
    },
    /// The device takes over the seat of another entry, named here, because it is the same machine or was given up.
    Reclaims {
        #[serde(with = "time::serde::rfc3339")]
        #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
        ends_at: OffsetDateTime,
        from: String,
    },
    /// Nothing: the code is active on this device.
    Nothing,
    /// The device has a license until then; the code waits and takes over by itself (R32).
    Waits {
        #[serde(with = "time::serde::rfc3339")]
        #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
        until: OffsetDateTime,
        /// The end of the license that takes over.
        #[serde(with = "time::serde::rfc3339")]
        #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
        ends_at: OffsetDateTime,
    },
}

/// What is lost by a deed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Loss {
    /// The rest of the trial, in days, rounded up (R43).
    TrialRest { days: u32 },
    /// The rest of the device's running term, in days, rounded up (edge case 19).
    TermRest { days: u32 },
    /// The code that waited: it is unused again and stays in the account (edge case 18).
    Reserve { tail: String },
    /// The license on another device.
    LicenseOf { device: String },
    /// Protection on this device.
    Protection,
}

/// What adding a code has done.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Added {
    /// The device.
    pub device: DeviceId,
    /// The license, unless the code waits.
    pub license: Option<LicenseId>,
    /// What happened.
    pub effect: Effect,
}

/// Days that are begun, as people count what is left (R26).
#[must_use]
pub(crate) fn days_begun(left: time::Duration) -> u32 {
    let seconds = left.whole_seconds().max(0);
    u32::try_from((seconds + 86_399) / 86_400).unwrap_or(u32::MAX)
}

/// What a decision does and what is lost by it: the one function behind every preview, every answer and the deed itself.
#[must_use]
pub fn forecast(facts: &Facts, code: &CodeFacts, decision: &Decision, now: OffsetDateTime) -> (Effect, Vec<Loss>) {
    let mut losses = Vec::new();
    if let (Some(running), Decision::Start { .. } | Decision::Join { .. }) = (facts.device.running, decision) {
        losses.push(Loss::TrialRest { days: days_begun(running.ends_at - now) });
    }
    let effect = match *decision {
        Decision::Repeat { .. } => Effect::Nothing,
        Decision::Start { starts_at, expires_at, backing } => {
            Effect::Starts { starts_at, ends_at: expires_at, shorter: backing == super::renewal::Backing::ShorterTerm }
        }
        Decision::Join { expires_at, instead_of: None, .. } => Effect::Joins { ends_at: expires_at },
        Decision::Join { expires_at, instead_of: Some(other), .. } => {
            let holders = code.license.as_ref().map(|license| &license.holders[..]).unwrap_or_default();
            let from = holders.iter().find(|holder| holder.device == other);
            let from = from.map(|holder| holder.name.clone()).unwrap_or_default();
            losses.push(Loss::LicenseOf { device: from.clone() });
            Effect::Reclaims { ends_at: expires_at, from }
        }
        Decision::Reserve { from, replaces } => {
            if let Some(waiting) = facts.device.waiting.as_ref().filter(|_| replaces.is_some()) {
                losses.push(Loss::Reserve { tail: waiting.tail.clone() });
            }
            // an unused code's own clock starts when it takes over, unless it runs from the order
            let ends_at = match (&code.license, code.start_rule) {
                (None, StartRule::OnFirstActivation) => code.term.end_from(from),
                _ => code.span(code.term, now).expires_at,
            };
            Effect::Waits { until: from, ends_at }
        }
    };
    (effect, losses)
}

/// The facts as they will be when the running license has ended at `at`, so that the switch can be tried dry: the same
/// checks as an activation, without those that were passed when the code was added.
#[must_use]
pub fn at_takeover(facts: &Facts, ahead: u32) -> Facts {
    let mut then = facts.clone();
    then.attempts_until = None;
    then.agreement_accepted = true;
    then.device.clock = None;
    then.device.running = None;
    then.device.waiting = None;
    if let Some(code) = &mut then.code {
        code.ahead = ahead;
    }
    then
}

/// What would refuse the switch at `at`, as things stand now; nothing if it would succeed (R38).
#[must_use]
pub fn rehearse(facts: &Facts, ahead: u32, at: OffsetDateTime) -> Option<Refusal> {
    super::decide(&at_takeover(facts, ahead), at).err()
}
