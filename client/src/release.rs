//! Giving up: the license on this device, or the application as a whole (R53, R46, edge case 55).

use domain::device_api::DeviceStatus;
use serde_json::json;
use time::OffsetDateTime;

use crate::cli::SureArgs;
use crate::failure::{Exit, Failure, Result};
use crate::keep::{self, Word};
use crate::papers::Papers;
use crate::reply::Answer;
use crate::session::Session;
use crate::terminal;
use crate::window;

/// Stops using the license here. The device stays linked.
pub fn release(mut session: Session, args: &SureArgs) -> Result<()> {
    let api = session.linked()?;
    ask(args, "The application stops working on this device, unless a code waits here. Go on? Type yes or no: ")?;
    let answer: Answer<DeviceStatus> = api.post("/api/v1/release", &json!({}))?;
    let device = &answer.value;
    keep::keep(&mut session, &api, device, Word::Unsaid)?;
    if session.json {
        terminal::say_json(&answer.raw);
    } else {
        let window = window::licensing(device, OffsetDateTime::now_utc());
        let what = if device.license.is_some() {
            "The license is no longer used here; the code that waited took over."
        } else {
            "The license is no longer used here, and its seat is free."
        };
        terminal::say(&format!("{what}\n\n{window}"));
    }
    Ok(())
}

/// Takes the application off this device. What stands for the machine is kept, so that it is known again.
pub fn uninstall(mut session: Session, args: &SureArgs) -> Result<()> {
    let api = session.linked()?;
    ask(args, "The application is taken off this device, and its link is forgotten. Go on? Type yes or no: ")?;
    api.tell("/api/v1/uninstallation", &json!({}))?;
    session.state.link = None;
    session.state.papers = Papers::default();
    session.save()?;
    if session.json {
        terminal::say_json(&json!({ "uninstalled": true }));
    } else {
        terminal::say("The application is off this device: its seat is free, and the link is forgotten.");
    }
    Ok(())
}

fn ask(args: &SureArgs, question: &str) -> Result<()> {
    if args.yes || !terminal::can_ask() || terminal::agrees(question)? {
        return Ok(());
    }
    Err(Failure::new(Exit::Input, "Nothing was changed.").advice("Run the command again when you are sure."))
}
