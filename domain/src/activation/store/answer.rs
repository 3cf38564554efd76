//! How a device stands after it has taken a seat, from what is at hand: the answer to an activation costs no statement.

use super::{Found, Written};
use crate::Result;
use crate::activation::{CodeFacts, Decision, Facts};
use crate::cx::Cx;
use crate::device::expiry;
use crate::device::status::Told;
use crate::device_api::{AgreementState, DeviceStatus, LicenseWindow};
use crate::id::DeviceId;
use crate::license::store::{counts, open_key};

/// What `status::read` would tell within the same transaction. Nothing where more has changed, or more is to be told, than
/// the facts of the activation say: a code waits or has failed to take over, or the code itself only waits.
///
/// # Errors
/// `Internal` for a license key that does not open.
pub(super) fn known(
    cx: &Cx,
    device: DeviceId,
    judged: (&Facts, &CodeFacts, &Found, &Decision),
    written: &Written,
) -> Result<Option<Told>> {
    let (facts, code, found, decision) = judged;
    let takes_a_further_seat = match decision {
        Decision::Start { .. } => true,
        Decision::Join { instead_of, .. } => instead_of.is_none(),
        Decision::Repeat { license } => {
            let runs = facts.device.running.is_some_and(|running| running.license == *license);
            if !runs || !found.version_accepted || found.has_failed {
                return Ok(None);
            }
            false
        }
        Decision::Reserve { .. } => return Ok(None),
    };
    let (Some(id), Some(runs)) = (written.license, written.facts) else { return Ok(None) };
    if facts.device.waiting.is_some() {
        return Ok(None);
    }
    let license_key = match (&written.key, &found.about.license_key) {
        (Some(key), _) => *key,
        (None, Some(sealed)) => open_key(cx, id, sealed)?,
        (None, None) => return Ok(None),
    };
    let class = facts.device.class;
    let mut seats = counts(&code.seats, Some(&found.held));
    for count in seats.iter_mut().filter(|count| count.class == class && takes_a_further_seat) {
        count.used += 1;
    }
    let works = expiry::works(Some(&runs), None, &found.about.rule, cx.now);
    let status = DeviceStatus {
        device_id: device,
        name: found.device_name.clone(),
        os_family: found.about.os_family,
        office: found.about.office.clone(),
        level: works.level,
        updates: works.updates,
        restricted: works.restricted,
        license: Some(LicenseWindow {
            license_id: id,
            license_key,
            kind: runs.kind,
            product: code.product_name.clone(),
            code_tail: found.tail.clone(),
            standing: runs.standing(cx.now),
            days_left: runs.days_left(cx.now),
            starts_at: runs.starts_at,
            expires_at: runs.expires_at,
            seats,
            seat_class: class,
        }),
        reserve: None,
        trial_offered: false,
        // it was accepted, or nothing would have been activated (E33)
        agreement: AgreementState { version: found.agreement.clone(), accepted: true },
        commands: found.about.commands.clone(),
        server_time: cx.now,
    };
    Ok(Some(Told { status, facts: Some(runs), rule: found.about.rule.clone(), due: false }))
}
