//! What this device is told about itself: `status`, `whoami` and `heartbeat`.

use std::thread::sleep;
use std::time::Duration;

use domain::device_api::{DeviceStatus, Heartbeat, HeartbeatAnswer};
use time::OffsetDateTime;

use crate::cli::HeartbeatArgs;
use crate::failure::{Exit, Result};
use crate::machine::APP_VERSION;
use crate::reply::Answer;
use crate::session::Session;
use crate::terminal;
use crate::window;

/// Seconds until the next try when a heartbeat found no connection.
const RETRY_IN: u32 = 60;

/// Shows the Licensing window.
pub fn status(session: &Session) -> Result<()> {
    let answer = fetch(session)?;
    if session.json {
        terminal::say_json(&answer.raw);
    } else {
        terminal::say(&window::licensing(&answer.value, OffsetDateTime::now_utc()));
    }
    Ok(())
}

/// Shows which device of which office this is.
pub fn whoami(session: &Session) -> Result<()> {
    let answer = fetch(session)?;
    if session.json {
        terminal::say_json(&answer.raw);
        return Ok(());
    }
    let device = &answer.value;
    terminal::say(&window::rows(&[
        ("Device", terminal::plain(&device.name)),
        ("System", window::os_family(device.os_family).to_owned()),
        ("Office", terminal::plain(&device.office)),
        ("Server", session.server().to_owned()),
        ("Device id", device.device_id.to_string()),
        ("Works", window::level(device.level).to_owned()),
        ("State file", session.path.display().to_string()),
    ]));
    Ok(())
}

/// Says that this device is alive, once or for as long as the program runs.
pub fn heartbeat(mut session: Session, args: &HeartbeatArgs) -> Result<()> {
    loop {
        let next_in = match beat(&mut session) {
            Ok(next_in) => next_in,
            Err(failure) if args.watch && failure.exit() == Exit::Server => {
                terminal::tell(&format!("{}\nTrying again in {RETRY_IN} seconds.", failure.to_text()));
                RETRY_IN
            }
            Err(failure) => return Err(failure),
        };
        if !args.watch {
            return Ok(());
        }
        sleep(with_jitter(next_in, random_byte()));
    }
}

fn beat(session: &mut Session) -> Result<u32> {
    let (api, link) = session.linked()?;
    let news = Some(APP_VERSION.to_owned()).filter(|version| *version != link.app_version);
    let updated = news.is_some();
    let body = Heartbeat { app_version: news, device_time: Some(OffsetDateTime::now_utc()), fingerprint: None };
    let answer: Answer<HeartbeatAnswer> = api.post("/api/v1/heartbeat", &link.token, &body)?;
    if updated && let Some(link) = &mut session.state.link {
        link.app_version = APP_VERSION.to_owned();
        session.save()?;
    }
    let HeartbeatAnswer { next_in, device, .. } = answer.value;
    if session.json {
        terminal::say_json(&answer.raw);
    } else {
        terminal::say(&format!(
            "{} is known to be alive. {} The next heartbeat is due in {}.",
            terminal::plain(&device.name),
            window::summary(&device, OffsetDateTime::now_utc()),
            window::duration(next_in)
        ));
    }
    Ok(next_in)
}

fn fetch(session: &Session) -> Result<Answer<DeviceStatus>> {
    let (api, link) = session.linked()?;
    api.get("/api/v1/device", &link.token)
}

/// Up to a tenth later, so that devices started together do not stay together.
fn with_jitter(next_in: u32, byte: u8) -> Duration {
    let seconds = Duration::from_secs(next_in.max(1).into());
    seconds + seconds / 10 * u32::from(byte) / 255
}

/// Only spreads the load, so a system without random numbers may do without.
fn random_byte() -> u8 {
    let mut byte = [0; 1];
    match getrandom::fill(&mut byte) {
        Ok(()) => byte[0],
        Err(_) => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn jitter_is_at_most_a_tenth_and_never_early() {
        assert_eq!(with_jitter(3600, 0), Duration::from_secs(3600));
        assert_eq!(with_jitter(3600, 255), Duration::from_secs(3960));
        assert_eq!(with_jitter(0, 0), Duration::from_secs(1));
        assert!((0..=255).all(|byte| with_jitter(u32::MAX, byte) >= Duration::from_secs(u32::MAX.into())));
    }
}
