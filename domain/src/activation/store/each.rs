//! A code for several devices, each with its own result (R37).

use super::{Entry, carry_out, foresee};
use crate::activation::{Added, Preview, Refusal};
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
    Ok(added)
}

/// Whether every other device would be answered the same: a wrong code is one try, however many devices it was meant for.
fn is_of_the_code(error: &Error) -> bool {
    match error {
        Error::Invalid(_) | Error::Busy | Error::Internal(_) | Error::Unauthenticated | Error::Forbidden => true,
        Error::Refused(refusal) => {
            matches!(refusal, Refusal::Attempts { .. } | Refusal::Agreement | Refusal::CodeInOtherAccount)
        }
        Error::NotFound => false,
    }
}
