//! What this device is told about itself: `status` and `whoami`.

use domain::device_api::DeviceStatus;
use serde_json::json;
use time::OffsetDateTime;

use crate::failure::{Exit, Result};
use crate::keep::{self, Word};
use crate::offline;
use crate::reply::Answer;
use crate::session::Session;
use crate::terminal;
use crate::window;

/// Shows the Licensing window, or what the ticket allows.
pub fn status(mut session: Session) -> Result<Exit> {
    match fetch(&mut session) {
        Ok(answer) => {
            if session.json {
                terminal::say_json(&answer.raw);
            } else {
                terminal::say(&window::licensing(&answer.value, OffsetDateTime::now_utc()));
            }
            Ok(Exit::Done)
        }
        Err(away) if away.exit() == Exit::Server => {
            let told = offline::go_by_ticket(&mut session, away)?;
            if session.json {
                terminal::say_json(&told.json);
            } else {
                terminal::say(&told.text);
            }
            Ok(if told.works { Exit::Done } else { Exit::Stopped })
        }
        Err(failure) => Err(failure),
    }
}

/// Shows which device of which office this is; without the server, as it was told last.
pub fn whoami(mut session: Session) -> Result<()> {
    let device = match fetch(&mut session) {
        Ok(answer) if session.json => {
            terminal::say_json(&answer.raw);
            return Ok(());
        }
        Ok(answer) => answer.value,
        Err(away) => match session.state.papers.last_told() {
            Some(device) if away.exit() == Exit::Server => {
                let at = window::instant(device.server_time);
                terminal::tell(&format!("No connection to the activation server; this is what it said on {at}."));
                device
            }
            _ => return Err(away),
        },
    };
    if session.json {
        terminal::say_json(&json!(device));
        return Ok(());
    }
    let mut lines = vec![
        ("Device", terminal::plain(&device.name)),
        ("System", window::words::os_family(device.os_family).to_owned()),
        ("Office", terminal::plain(&device.office)),
        ("Server", session.server().to_owned()),
        ("Device id", device.device_id.to_string()),
        ("Works", window::words::level(device.level).to_owned()),
    ];
    if let Some(ticket) = session.state.papers.ticket() {
        lines.push(("Without the server", format!("until {}", window::instant(ticket.works_until()))));
    }
    lines.push(("State file", session.path.display().to_string()));
    terminal::say(&window::rows(&lines));
    Ok(())
}

fn fetch(session: &mut Session) -> Result<Answer<DeviceStatus>> {
    let api = session.linked()?;
    let answer: Answer<DeviceStatus> = api.get("/api/v1/device")?;
    keep::keep(session, &api, &answer.value, Word::Unsaid)?;
    Ok(answer)
}
