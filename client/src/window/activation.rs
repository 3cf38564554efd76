//! The Activation window in words: what a device shows that is not activated (R14–R16, R19, R72).

use domain::device_api::DeviceStatus;

use super::{reserve_lines, rows};
use crate::terminal::plain;

/// The whole window of a device that the server knows.
pub fn of(device: &DeviceStatus) -> String {
    let agreement = if device.agreement.accepted {
        format!("version {}, accepted on this device", plain(&device.agreement.version))
    } else {
        format!(
            "version {}, not accepted yet; read it with: latchkey-client agreement",
            plain(&device.agreement.version)
        )
    };
    let trial = if device.trial_offered {
        "possible: a trial code is activated like any other"
    } else {
        "not possible: this device had a trial or a license before"
    };
    let mut lines = vec![("License agreement", agreement), ("Trial", trial.to_owned())];
    lines.extend(device.reserve.iter().flat_map(reserve_lines));
    format!(
        "The application is not activated on {}.\n\n{}\n\nActivate it with: latchkey-client activate CODE",
        plain(&device.name),
        rows(&lines),
    )
}

/// The window of a device that no server knows, or that reaches none.
pub fn unknown(next: &str) -> String {
    format!("The application is not activated on this device.\n\n{next}")
}

#[cfg(test)]
mod tests {
    use super::super::tests::device;
    use super::*;

    #[test]
    fn the_trial_is_offered_only_where_it_is_allowed() {
        let mut device = device(None);
        assert!(of(&device).contains("Trial              not possible"));
        device.trial_offered = true;
        assert!(of(&device).contains("Trial              possible"));
    }

    #[test]
    fn the_agreement_has_to_be_read_first() {
        let mut device = device(None);
        device.agreement.accepted = false;
        assert!(of(&device).contains("latchkey-client agreement"));
        device.agreement.accepted = true;
        assert!(!of(&device).contains("latchkey-client agreement"));
    }
}
