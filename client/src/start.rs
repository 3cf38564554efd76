//! The start of the application: while it is not activated, the Activation window opens each time (R14, R15).

use domain::device_api::DeviceStatus;
use domain::license::Level;
use serde_json::json;
use time::OffsetDateTime;

use crate::activate;
use crate::failure::{Exit, Failure, Result};
use crate::keep::{self, Word};
use crate::offline;
use crate::reply::Answer;
use crate::session::Session;
use crate::terminal;
use crate::window;

/// What a program is told about a start.
const WINDOW: &str = "activation";

pub fn start(mut session: Session) -> Result<Exit> {
    let told = session.linked().and_then(|api| {
        let answer: Answer<DeviceStatus> = api.get("/api/v1/device")?;
        Ok((api, answer.value))
    });
    match told {
        Ok((api, device)) => {
            keep::keep(&mut session, &api, &device, Word::Unsaid)?;
            by_server(session, &device)
        }
        Err(away) => by_ticket(session, away),
    }
}

fn by_server(mut session: Session, device: &DeviceStatus) -> Result<Exit> {
    let works = device.level != Level::Stopped;
    if session.json {
        let window = (!works).then_some(WINDOW);
        terminal::say_json(&json!({ "offline": false, "works": works, "window": window, "device": device }));
        return Ok(if works { Exit::Done } else { Exit::Stopped });
    }
    let now = OffsetDateTime::now_utc();
    if works {
        let how = window::words::works(device.level);
        let next = match device.level {
            Level::Restricted => "\nWhat to do: renew the license in the console under Licenses.",
            Level::Full | Level::Stopped => "",
        };
        terminal::say(&format!("{how} {}{next}", window::summary(device, now)));
        return Ok(Exit::Done);
    }
    terminal::say(&window::licensing(device, now));
    if terminal::can_ask() { fill_in(&mut session) } else { Ok(Exit::Stopped) }
}

/// The one field of the window (R16). It stays open over a refusal; an empty line closes it, and nothing has changed (R4).
fn fill_in(session: &mut Session) -> Result<Exit> {
    loop {
        let typed = terminal::ask("\nActivation code (an empty line closes the window): ")?;
        if typed.trim().is_empty() {
            return Ok(Exit::Stopped);
        }
        match activate::entered(session, &typed) {
            Ok(()) => return Ok(Exit::Done),
            Err(refused) => terminal::tell(&refused.to_text()),
        }
    }
}

fn by_ticket(mut session: Session, away: Failure) -> Result<Exit> {
    let next = match away.exit() {
        Exit::NotLinked => "Link it first: latchkey-client link",
        _ => "There is no connection to the activation server, which an activation needs (E25); nothing was used up.",
    };
    let problem = away.to_json();
    let json = session.json;
    match offline::go_by_ticket(&mut session, away) {
        Ok(told) => {
            if json {
                let mut line = told.json;
                line["window"] = json!((!told.works).then_some(WINDOW));
                terminal::say_json(&line);
            } else {
                terminal::say(&told.text);
            }
            Ok(if told.works { Exit::Done } else { Exit::Stopped })
        }
        Err(_) if json => {
            terminal::say_json(&json!({ "offline": true, "works": false, "window": WINDOW, "problem": problem }));
            Ok(Exit::Stopped)
        }
        Err(_) => {
            terminal::say(&window::activation::unknown(next));
            Ok(Exit::Stopped)
        }
    }
}
