//! The deeds of activation: the facts are gathered and locked, judged by the one rule, and what it decides is carried out.

mod answer;
mod each;
mod facts;
mod letters;
mod switch;
mod write;

pub use each::{OnDevice, add_codes, preview_codes};
pub use switch::{Occasion, Switch, rehearse, take_over};
pub(crate) use switch::{fail, take_over_in, waiting_now};

use facts::{Found, gather, limited, recognize};
use write::{Plan, Written, write};

use sqlx::{PgConnection, PgTransaction};

use super::{Added, CodeFacts, Decision, Effect, Facts, Preview, Refusal, Wish, decide, forecast};
use crate::actor::{Actor, Permission};
use crate::attempt::{self, CODE_ACCOUNT, CODE_ADDRESS, CODE_ALARM, CODE_EVERYBODY};
use crate::audit::{self, Event};
use crate::cx::Cx;
use crate::device::status::{self, Told};
use crate::device_api::{Activated, ActivationRequest, Outcome};
use crate::id::{CodeId, DeviceId, LicenseId};
use crate::license::store::counts;
use crate::seat::SeatCount;
use crate::seat::store::gave_way;
use crate::twins::{self, Protection};
use crate::{Error, Fault, Result, ticket};

/// The version of the license agreement of products that have set up none (R21).
pub const AGREEMENT_VERSION: &str = "2026-01";

/// How a code is named.
#[derive(Clone)]
pub enum By {
    /// As a person typed it.
    Typed(String),
    /// It is kept in the account (R34).
    Kept(CodeId),
    /// By the license it became, to send that to a device (R51).
    License(LicenseId),
    /// It waits on the device, and its time may have come (R33).
    Waiting(CodeId),
}

/// A code as it was entered for a device.
#[derive(Clone)]
pub struct Entry {
    /// The device.
    pub device: DeviceId,
    /// The code.
    pub by: By,
    /// Whether a person has agreed to read look-alike letters as Latin ones (edge case 7).
    pub latin: bool,
    /// Whether the license agreement was accepted (R19).
    pub agreement: bool,
    /// The device's own clock, when the device itself asks.
    pub clock: Option<time::OffsetDateTime>,
    /// For a renewal code: the previous one (R77).
    pub previous: Option<String>,
    /// What was agreed to beforehand.
    pub wish: Wish,
}

impl Entry {
    /// A code that waits; the agreement was accepted when it was added.
    fn waiting(device: DeviceId, code: CodeId) -> Self {
        let by = By::Waiting(code);
        Self { device, by, latin: false, agreement: true, clock: None, previous: None, wish: Wish::default() }
    }

    fn of(device: DeviceId, request: ActivationRequest) -> Self {
        Self {
            device,
            by: By::Typed(request.code),
            latin: false,
            agreement: request.accept_agreement,
            clock: request.device_time,
            previous: request.previous_code,
            wish: Wish {
                replace_reserve: request.replace_reserve,
                shorter_term: request.accept_shorter_term,
                instead_of: request.instead_of,
            },
        }
    }
}

/// A device activates a code by itself. How it stands then is read before anything is final: who gets no answer has nothing
/// activated, or is answered the same when asking again.
///
/// # Errors
/// The refusals of domain §3.5, in its order; nothing is used up then.
pub async fn activate(cx: Cx, request: ActivationRequest) -> Result<Activated> {
    let entry = Entry::of(cx.this_device()?, request);
    let key = ticket::store::in_use(&cx).await?;
    let judged = judge(&cx, &entry).await?;
    answer(&cx, entry, judged, &key).await
}

/// As `activate`, for a device that is recognized by its token on the way: one statement less.
///
/// # Errors
/// `Unauthenticated` for a token that is no device's; those of `activate`.
pub async fn activate_by_token(cx: Cx, token: String, request: ActivationRequest) -> Result<Activated> {
    let key = ticket::store::in_use(&cx).await?;
    let mut tx = cx.begin().await?;
    let (cx, entry, facts, found) = recognize(&mut tx, cx, &token, request).await?;
    let judged = rule(tx, &cx, &entry, facts, found).await?;
    answer(&cx, entry, judged, &key).await
}

async fn answer(cx: &Cx, entry: Entry, judged: Judged, key: &ticket::store::Opened) -> Result<Activated> {
    let device = entry.device;
    let Settled { mut tx, written, effect, told } = settle(cx, entry, judged).await?;
    let outcome = match effect {
        Effect::Starts { .. } => Outcome::Started,
        Effect::Joins { .. } => Outcome::Joined,
        Effect::Reclaims { .. } => Outcome::Reclaimed,
        Effect::Nothing => Outcome::Repeated,
        Effect::Waits { .. } => Outcome::Reserved,
    };
    let (device, ticket) = status::told_in(&mut tx, cx, device, key, written.ticket_until, told).await?;
    if twins::is_out(Protection::CommitFirst) {
        let _open = std::mem::ManuallyDrop::new(tx);
    } else {
        tx.commit().await?;
    }
    Ok(Activated { outcome, device, ticket })
}

/// A device takes a code that is to wait for the end of its running license, and only for that (R32).
///
/// # Errors
/// `Refused(NoLicense)` when the code would not have to wait, `Refused(AlreadyHere)` (E19) when it is in use on this device;
/// the refusals of domain §3.5.
pub async fn reserve(cx: Cx, request: ActivationRequest) -> Result<Activated> {
    let entry = Entry::of(cx.this_device()?, request);
    let key = ticket::store::in_use(&cx).await?;
    let judged = judge(&cx, &entry).await?;
    match judged.decision {
        Decision::Reserve { .. } => answer(&cx, entry, judged, &key).await,
        Decision::Repeat { .. } => {
            Err(refuse(judged.tx, &cx, &entry, Some(judged.code.code), Refusal::AlreadyHere).await?)
        }
        Decision::Start { .. } | Decision::Join { .. } => {
            Err(refuse(judged.tx, &cx, &entry, Some(judged.code.code), Refusal::NoLicense).await?)
        }
    }
}

/// Tells a device what a code would do on it. Nothing changes, but a wrong code counts as a try (R99).
///
/// # Errors
/// As for activating it.
pub async fn preview(cx: Cx, request: ActivationRequest) -> Result<Preview> {
    let device = cx.this_device()?;
    foresee(&cx, Entry::of(device, request)).await
}

/// A person adds a code to the account for one of its devices, or sends a license to it (R51).
///
/// # Errors
/// `NotFound` for another account's device, code or license; `Refused(NotAdministrator)` (E27) for sending a license that
/// somebody else administers; the refusals of domain §3.5.
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
    foresee(&cx, entry).await
}

async fn foresee(cx: &Cx, entry: Entry) -> Result<Preview> {
    let mut judged = judge(cx, &entry).await?;
    let trouble = judged.trouble(&entry).await?;
    let Judged { facts, code, found, decision, .. } = judged;
    let (effect, losses) = forecast(&facts, &code, &decision, cx.now);
    let takes = match decision {
        Decision::Start { .. } | Decision::Join { instead_of: None, .. } => 1,
        Decision::Join { .. } | Decision::Repeat { .. } | Decision::Reserve { .. } => 0,
    };
    let seats = counts(&code.seats, Some(&found.held))
        .into_iter()
        .map(|count| {
            let takes = if count.class == facts.device.class { takes } else { 0 };
            SeatCount { used: count.used + takes, ..count }
        })
        .collect();
    Ok(Preview {
        device: entry.device,
        device_name: found.device_name,
        class: facts.device.class,
        product: code.product_name,
        kind: code.kind,
        tail: found.tail,
        countries: code.countries,
        seats,
        effect,
        losses,
        waits_elsewhere: found.waits_elsewhere,
        trouble: trouble.map(|refusal| refusal.code().to_owned()),
    })
}

async fn carry_out(cx: &Cx, entry: Entry) -> Result<Added> {
    let judged = judge(cx, &entry).await?;
    let device = entry.device;
    let Settled { tx, written, effect, .. } = settle(cx, entry, judged).await?;
    tx.commit().await?;
    Ok(Added { device, license: written.license, effect })
}

/// What was decided stands in the database, and is final when its transaction is.
struct Settled {
    tx: PgTransaction<'static>,
    written: Written,
    effect: Effect,
    /// How the device stands then, where that needs no reading.
    told: Option<Told>,
}

async fn settle(cx: &Cx, entry: Entry, mut judged: Judged) -> Result<Settled> {
    let device = entry.device;
    let trouble = judged.trouble(&entry).await?;
    let Judged { mut tx, facts, code, found, decision } = judged;
    let (effect, _) = forecast(&facts, &code, &decision, cx.now);
    let trouble = trouble.and_then(|refusal| serde_json::to_value(refusal).ok());
    // the very code that waits here was entered: it takes over now (edge case 54)
    let waiting = facts.device.waiting.as_ref().filter(|waiting| waiting.code == code.code);
    let plan = Plan {
        entry: &entry,
        facts: &facts,
        found: &found,
        code: &code,
        decision: &decision,
        promotes: waiting.map(|waiting| waiting.reserve),
        trouble,
        at: cx.now,
    };
    let written = write(&mut tx, cx, plan).await?;
    match decision {
        Decision::Reserve { from, .. } => letters::waits(&mut tx, cx, &found, from).await?,
        Decision::Join { instead_of: Some(other), .. } if entry.wish.instead_of == Some(other) => {
            gave_way(&mut tx, cx, facts.device.account, other).await?;
        }
        Decision::Repeat { .. } | Decision::Start { .. } | Decision::Join { .. } => {}
    }
    let told = answer::known(cx, device, (&facts, &code, &found, &decision), &written)?;
    Ok(Settled { tx, written, effect, told })
}

/// A code that may be used for a device, with the rows locked that using it would change.
struct Judged {
    tx: PgTransaction<'static>,
    facts: Facts,
    code: CodeFacts,
    found: Found,
    decision: Decision,
}

impl Judged {
    /// For a code that begins to wait: what would refuse the switch as things stand (R38).
    async fn trouble(&mut self, entry: &Entry) -> Result<Option<Refusal>> {
        match self.decision {
            Decision::Reserve { from, .. } => switch::trouble(&mut self.tx, entry, &self.facts, from, None).await,
            Decision::Repeat { .. } | Decision::Start { .. } | Decision::Join { .. } => Ok(None),
        }
    }
}

async fn judge(cx: &Cx, entry: &Entry) -> Result<Judged> {
    let mut tx = cx.begin().await?;
    let (facts, found) = gather(&mut tx, cx, entry).await?;
    rule(tx, cx, entry, facts, found).await
}

async fn rule(
    tx: PgTransaction<'static>,
    cx: &Cx,
    entry: &Entry,
    facts: Facts,
    found: Option<Found>,
) -> Result<Judged> {
    let code = facts.code.as_ref().map(|code| code.code);
    if let (By::License(_), Some(license)) = (&entry.by, facts.code.as_ref().and_then(|code| code.license.as_ref()))
        && let Some(administrator) = &license.administered_by_other
        && !found.as_ref().is_some_and(|found| found.granted)
    {
        let refusal = Refusal::NotAdministrator { administrator: administrator.clone() };
        return Err(refuse(tx, cx, entry, code, refusal).await?);
    }
    match decide(&facts, cx.now) {
        Ok(decision) => {
            let code = facts.code.clone();
            let (Some(found), Some(code)) = (found, code) else { return Err(Error::Internal(cx.request)) };
            Ok(Judged { tx, facts, code, found, decision })
        }
        Err(refusal) => Err(refuse(tx, cx, entry, code, refusal).await?),
    }
}

/// Whoever runs this learns of many wrong codes at once before the limit of everybody is reached (S-1).
async fn warn_of_guessing(db: &mut PgConnection, cx: &Cx) -> Result<()> {
    if attempt::tally(db, cx.now, CODE_ALARM, &[]).await?.is_some() {
        metrics::counter!("latchkey_code_guessing_alarms_total").increment(1);
        tracing::warn!(per_second = CODE_ALARM.most, "many wrong activation codes at once");
    }
    Ok(())
}

/// A refusal leaves one event and nothing else (R98): so far the transaction has only looked. A wrong code counts against
/// the limit, a wrong previous code as well (R99), a right one does not; it counts before the next try on the same key is
/// looked at.
async fn refuse(
    mut tx: PgTransaction<'static>,
    cx: &Cx,
    entry: &Entry,
    code: Option<CodeId>,
    refusal: Refusal,
) -> Result<Error> {
    if refusal.is_wrong_code() {
        attempt::note(&mut tx, cx.now, CODE_ACCOUNT.bucket, &limited(cx, entry)?).await?;
        attempt::note(&mut tx, cx.now, CODE_EVERYBODY.bucket, &[]).await?;
        warn_of_guessing(&mut tx, cx).await?;
        if let Some(address) = cx.network() {
            attempt::note(&mut tx, cx.now, CODE_ADDRESS.bucket, &address).await?;
        }
    }
    let event = Event::ActivationRefused { device: entry.device, code, refusal: refusal.code() };
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
