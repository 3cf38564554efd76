//! Carrying out what was decided: one statement that writes all of it, with its audit events.

use serde_json::Value;
use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use super::super::renewal::Backing;
use super::super::{CodeFacts, Decision, Facts};
use super::facts::Found;
use super::{By, Entry};
use crate::actor::Actor;
use crate::audit::Event;
use crate::code::CodeKind;
use crate::cx::Cx;
use crate::id::{CommandId, LicenseId, ReserveId, SeatId};
use crate::license::{LicenseFacts, LicenseKey};
use crate::seal::{KEY_VERSION, Sealed};
use crate::{Result, ticket, webhook};

/// Everything that carrying out a decision needs.
pub(super) struct Plan<'a> {
    pub(super) entry: &'a Entry,
    pub(super) facts: &'a Facts,
    pub(super) found: &'a Found,
    pub(super) code: &'a CodeFacts,
    pub(super) decision: &'a Decision,
    /// The waiting entry that this takes over from.
    pub(super) promotes: Option<ReserveId>,
    /// For a code that begins to wait: what would refuse the switch.
    pub(super) trouble: Option<Value>,
    /// The instant from which it counts; for a switch that may be a moment ago (R33).
    pub(super) at: OffsetDateTime,
}

/// What was written.
pub(super) struct Written {
    /// The license that runs on the device now.
    pub(super) license: Option<LicenseId>,
    /// What its standing depends on.
    pub(super) facts: Option<LicenseFacts>,
    /// The key it got, when it started.
    pub(super) key: Option<LicenseKey>,
    /// For a device that asks for itself: the latest instant until which the ticket it will get lets it work.
    pub(super) ticket_until: Option<OffsetDateTime>,
}

/// Writes what a decision does: the code is kept in the account (R34), a license starts (R8), a seat is taken (R58), or a
/// code waits (R32).
pub(super) async fn write(db: &mut PgConnection, cx: &Cx, plan: Plan<'_>) -> Result<Written> {
    let Plan { entry, facts, found, code, decision, promotes, trouble, at } = plan;
    let mut events = Vec::new();
    if !found.code_known {
        events.push(Event::CodeAdded(found.code));
    }
    let person = match &cx.actor {
        Actor::Person { id, .. } => Some(id.0),
        _ => None,
    };
    let key = LicenseKey(Uuid::new_v4());
    let (mut license, mut starts, mut seat, mut instead_of, mut previous) = (None, None, None, None, None);
    let (mut waits, mut removes) = (None, None);
    match *decision {
        Decision::Repeat { license: held } => {
            license = Some(held);
            events.push(Event::ActivationRepeated { license: held, device: entry.device });
        }
        Decision::Start { starts_at, expires_at, backing } => {
            let id = LicenseId::generate();
            license = Some(id);
            starts = Some((starts_at, expires_at));
            events.push(Event::LicenseStarted(id));
            if let Backing::Previous(earlier) = backing {
                previous = Some(earlier.0);
            }
        }
        Decision::Join { license: joined, instead_of: other, .. } => {
            license = Some(joined);
            instead_of = other.map(|id| id.0);
        }
        Decision::Reserve { from, replaces } => {
            let id = ReserveId::generate();
            waits = Some((id.0, from));
            removes = replaces.map(|id| id.0);
            events.extend(replaces.map(Event::ReserveRemoved));
            events.push(Event::ReserveAdded { reserve: id, device: entry.device });
        }
    }
    if let (Some(license), Decision::Start { .. } | Decision::Join { .. }) = (license, decision) {
        let id = SeatId::generate();
        seat = Some(id.0);
        events.push(Event::SeatBound { license, device: entry.device, seat: id });
        if facts.device.seen.is_none() && !code.countries.is_empty() {
            events.push(Event::CountryUnknown(license));
        }
    }
    if let Some(license) = license {
        events.extend(promotes.map(|reserve| Event::ReservePromoted { reserve, license }));
    }
    // what a person sends to a device is delivered at its next contact (R51)
    let command = (person.is_some() && seat.is_some()).then(|| CommandId::generate().0);
    // a device lets go of its trial when it is bought for, and of what has ended (R43)
    let let_go = if facts.device.running.is_some() { "user" } else { "expired" };
    let subscription = code.kind == CodeKind::Subscription;
    let expires_at = starts.map(|(_, expires_at)| expires_at);
    let grace = found.grace_days.map_or(crate::license::Term::GRACE.days().cast_signed(), |days| days);
    let grace_until = expires_at.filter(|_| subscription).map(|at| at + time::Duration::days(i64::from(grace)));
    let term_days = starts.map(|(from, to)| i32::try_from((to - from).whole_days()).unwrap_or(i32::MAX));
    let facts_after = match *decision {
        Decision::Start { starts_at, expires_at, .. } => Some(LicenseFacts {
            kind: code.kind,
            starts_at,
            expires_at,
            grace_until,
            blocked_at: None,
            cancelled_at: None,
            suspended_at: None,
            protection_ends: found.protection_ends,
        }),
        Decision::Join { .. } | Decision::Repeat { .. } => found.license,
        Decision::Reserve { .. } => found.running,
    };
    let asks_for_itself = matches!(cx.actor, Actor::Device { .. });
    let ticket_until =
        facts_after.filter(|_| asks_for_itself).map(|facts| ticket::works_until_if_given(&facts, cx.now));
    let accepts = entry.agreement && !found.version_accepted && !matches!(entry.by, By::Waiting(_)) && seat.is_some();
    let sealed = license.map(|id| cx.world.seal.seal(Sealed::LicenseKey, id.0, key.0.as_bytes()));
    let events: Vec<Value> = events.iter().map(Event::as_json).collect();
    sqlx::query_file!(
        "src/activation/store/write.sql",
        found.code.0,
        facts.device.account.0,
        found.administrator.0,
        at,
        cx.now,
        license.map(|id| id.0),
        starts.map(|(starts_at, _)| starts_at),
        expires_at,
        grace_until,
        found.renews,
        term_days,
        sealed,
        &cx.world.seal.index(Sealed::LicenseKey, key.0.as_bytes())[..],
        KEY_VERSION,
        found.agreement,
        previous,
        seat,
        entry.device.0,
        facts.device.class.as_str(),
        person,
        facts.device.product.0,
        let_go,
        instead_of,
        removes,
        waits.map(|(id, _)| id),
        waits.map(|(_, due)| due),
        trouble,
        promotes.map(|id| id.0),
        command,
        accepts,
        Value::Array(events),
        cx.actor.kind(),
        cx.actor.id(),
        cx.country.map(|country| country.to_string()),
        cx.request.0,
        ticket_until,
        // how far its clock is ahead, for people to see (edge case 1)
        entry.clock.map(|clock| (clock - cx.now).whole_seconds()),
    )
    .execute(&mut *db)
    .await?;
    if let (Some(license), Some(_)) = (license, starts)
        && found.is_told
    {
        webhook::store::tell_of_activation(db, cx, found.code, license).await?;
    }
    Ok(Written { license, facts: facts_after, key: starts.map(|_| key), ticket_until })
}
