//! A code for several devices, each with its own result (R37).

use super::{Entry, carry_out, foresee};
use crate::activation::{Added, Effect, Preview, Refusal};
use crate::actor::Permission;
use crate::cx::Cx;
use crate::id::DeviceId;
use crate::{Error, Result};

/// What came of a deed on one of several devices.
pub type OnDevice<T> = (DeviceId, std::result::Result<T, Error>);

/// Tells what adding a code to several devices would do, each by itself (R37).
///
/// # Errors
/// What is wrong with the code itself is told once.
pub async fn preview_codes(cx: Cx, devices: Vec<DeviceId>, entry: Entry) -> Result<Vec<OnDevice<Preview>>> {
    cx.require(Permission::AddCode)?;
    let mut previews = Vec::with_capacity(devices.len());
    for device in devices {
        match foresee(&cx, Entry { device, ..entry.clone() }).await {
            Err(error) if is_of_the_code(&error) => return Err(error),
            done => previews.push((device, done)),
        }
    }
    share_one_clock(previews.iter_mut().filter_map(|(_, told)| Some(&mut told.as_mut().ok()?.effect)).collect());
    Ok(previews)
}

/// Adds a code to several devices, each with its own result (R37).
///
/// # Errors
/// What is wrong with the code itself is told once.
pub async fn add_codes(cx: Cx, devices: Vec<DeviceId>, entry: Entry) -> Result<Vec<OnDevice<Added>>> {
    cx.require(Permission::AddCode)?;
    let mut added = Vec::with_capacity(devices.len());
    for device in devices {
        match carry_out(&cx, Entry { device, ..entry.clone() }).await {
            Err(error) if is_of_the_code(&error) => return Err(error),
            done => added.push((device, done)),
        }
    }
    share_one_clock(added.iter_mut().filter_map(|(_, told)| Some(&mut told.as_mut().ok()?.effect)).collect());
    Ok(added)
}

/// One code has one clock: whichever device is first starts it, and where the code waits it ends with that license (R9, edge
/// case 14).
fn share_one_clock(effects: Vec<&mut Effect>) {
    let end = |effect: &Effect| match effect {
        Effect::Starts { ends_at, .. } | Effect::Waits { ends_at, .. } => Some(*ends_at),
        Effect::Joins { .. } | Effect::Reclaims { .. } | Effect::Nothing => None,
    };
    let Some(first) = effects.iter().filter_map(|effect| end(effect)).min() else { return };
    for effect in effects {
        if let Effect::Waits { ends_at, .. } = effect {
            *ends_at = first;
        }
    }
}

/// Whether every other device would be answered the same: a wrong code is one try, however many devices it was meant for.
fn is_of_the_code(error: &Error) -> bool {
    match error {
        Error::Invalid(_) | Error::Busy | Error::Internal(_) | Error::Unauthenticated | Error::Forbidden => true,
        Error::Refused(refusal) => {
            refusal.is_wrong_code()
                || matches!(refusal, Refusal::Attempts { .. } | Refusal::Agreement | Refusal::CodeInOtherAccount)
        }
        Error::NotFound => false,
    }
}
