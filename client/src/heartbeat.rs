//! The sign of life: it brings a fresh ticket, and what people asked of the device in the console (R51, R54).

use std::thread::sleep;
use std::time::Duration;

use domain::device::CommandKind;
use domain::device_api::{DeviceCommand, DeviceStatus, Heartbeat, HeartbeatAnswer};
use serde_json::{Value, json};
use time::OffsetDateTime;

use crate::cli::HeartbeatArgs;
use crate::failure::{Exit, Result};
use crate::http::Api;
use crate::keep::{self, Word};
use crate::machine::{self, APP_VERSION};
use crate::reply::Answer;
use crate::session::Session;
use crate::state::State;
use crate::terminal;
use crate::window;

/// Seconds until the next try when a heartbeat found no connection.
const RETRY_IN: u32 = 60;

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
        session.reload()?;
    }
}

fn beat(session: &mut Session) -> Result<u32> {
    let api = session.linked()?;
    let news = Some(APP_VERSION.to_owned()).filter(|version| *version != session.state.version_told());
    let changed = new_parts(&mut session.state)?;
    let body =
        Heartbeat { app_version: news, device_time: Some(OffsetDateTime::now_utc()), fingerprint: changed.clone() };
    let answer: Answer<HeartbeatAnswer> = api.post("/api/v1/heartbeat", &body)?;
    let HeartbeatAnswer { next_in, mut device, ticket } = answer.value;
    if let Some(link) = &mut session.state.link {
        link.app_version = APP_VERSION.to_owned();
        link.fingerprint = changed.unwrap_or_else(|| std::mem::take(&mut link.fingerprint));
    }
    keep::keep(session, &api, &device, Word::of(ticket, &device))?;
    let done = obey(session, &api, &mut device)?;
    if session.json {
        let mut line = answer.raw;
        line["device"] = json!(device);
        line["confirmed"] = done.iter().map(|command| json!(command.kind)).collect::<Value>();
        terminal::say_json(&line);
        return Ok(next_in);
    }
    for command in &done {
        terminal::say(&format!("Done, as the console asked: {}.", window::words::command(command.kind)));
    }
    terminal::say(&format!(
        "{} is known to be alive. {} The next heartbeat is due in {}.",
        terminal::plain(&device.name),
        window::summary(&device, OffsetDateTime::now_utc()),
        window::duration(next_in)
    ));
    Ok(next_in)
}

/// What the machine is made of, if that is not what the server was told last.
fn new_parts(state: &mut State) -> Result<Option<String>> {
    let now = machine::fingerprint(state)?;
    let told = state.link.as_ref().filter(|link| !link.fingerprint_typed);
    Ok(told.filter(|link| link.fingerprint != now).map(|_| now))
}

/// Does what was asked, the oldest first, and confirms each. What can't be confirmed is done again at the next contact.
fn obey(session: &mut Session, api: &Api, device: &mut DeviceStatus) -> Result<Vec<DeviceCommand>> {
    let mut done = Vec::new();
    for command in std::mem::take(&mut device.commands) {
        carry_out(&mut session.state, &command);
        session.save()?;
        match api.post(&format!("/api/v1/commands/{}/confirmation", command.id), &json!({})) {
            Ok(Answer { value, .. }) => *device = value,
            Err(failure) => {
                terminal::tell(&format!("Not confirmed yet: {}", failure.to_text()));
                return Ok(done);
            }
        }
        done.push(command);
    }
    if !done.is_empty() {
        keep::keep(session, api, device, Word::Unsaid)?;
    }
    Ok(done)
}

fn carry_out(state: &mut State, command: &DeviceCommand) {
    match command.kind {
        // the ticket for it came with the answer, or comes after the confirmation
        CommandKind::License => {}
        CommandKind::Release => state.papers.give_up_ticket(),
        CommandKind::Rename => {
            if let (Some(link), Some(name)) = (&mut state.link, &command.name) {
                link.name.clone_from(name);
            }
        }
    }
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
    use crate::papers::Papers;
    use crate::state::{Link, Secret};
    use domain::device::OsFamily;
    use domain::id::CommandId;
    use uuid::Uuid;

    fn after(kind: CommandKind, name: Option<&str>) -> State {
        let link = Link {
            server: "http://s".to_owned(),
            token: Secret::from("t".to_owned()),
            name: "Reception".to_owned(),
            os_family: OsFamily::Mac,
            fingerprint: format!("system:{}", "ab".repeat(32)),
            fingerprint_typed: false,
            app_version: "0".to_owned(),
        };
        let papers = Papers { ticket: Some("a.b.c".to_owned()), ..Papers::default() };
        let mut state = State { link: Some(link), papers, ..State::default() };
        let asked_at = OffsetDateTime::UNIX_EPOCH;
        let id = CommandId(Uuid::from_u128(1));
        carry_out(&mut state, &DeviceCommand { id, kind, name: name.map(str::to_owned), asked_at });
        state
    }

    #[test]
    fn a_released_seat_takes_the_ticket_with_it_and_leaves_the_link() {
        let state = after(CommandKind::Release, None);
        assert_eq!((state.papers.ticket, state.link.is_some()), (None, true));
    }

    #[test]
    fn a_new_name_is_kept_and_a_license_that_was_sent_changes_nothing_here() {
        let renamed = after(CommandKind::Rename, Some("Front desk"));
        assert_eq!(renamed.link.unwrap().name, "Front desk");
        assert!(renamed.papers.ticket.is_some());
        assert_eq!(after(CommandKind::License, None).link.unwrap().name, "Reception");
    }

    #[test]
    fn jitter_is_at_most_a_tenth_and_never_early() {
        assert_eq!(with_jitter(3600, 0), Duration::from_secs(3600));
        assert_eq!(with_jitter(3600, 255), Duration::from_secs(3960));
        assert_eq!(with_jitter(0, 0), Duration::from_secs(1));
        assert!((0..=255).all(|byte| with_jitter(u32::MAX, byte) >= Duration::from_secs(u32::MAX.into())));
    }
}
