//! Going by the ticket when the server can't be reached: what `status` and `start` then say.

use domain::license::Level;
use domain::ticket::{Offline, Ticket};
use serde_json::{Value, json};
use time::OffsetDateTime;

use crate::clock;
use crate::failure::{Exit, Failure, Result};
use crate::papers::Stands;
use crate::session::Session;
use crate::window;

/// How the device stands, as told to a person and to a program.
pub struct Told {
    /// Whether the application works.
    pub works: bool,
    pub text: String,
    pub json: Value,
}

/// Looks at the clocks and judges by the ticket; what was seen of the time is kept.
///
/// # Errors
/// The reason why the server was not asked, where there is no ticket to go by.
pub fn go_by_ticket(session: &mut Session, away: Failure) -> Result<Told> {
    let stands = session.state.papers.stand(&clock::read());
    match stands {
        Stands::NoTicket => Err(away),
        Stands::Distrusted(distrust) => {
            let detail = format!("{}\n{}", away.detail(), window::offline::distrusted(distrust));
            Err(Failure::new(away.exit(), detail).advice("Connect the device, then: latchkey-client heartbeat"))
        }
        Stands::By(ticket, offline) => {
            session.save()?;
            Ok(told(session, &ticket, &offline, away.exit()))
        }
    }
}

fn told(session: &Session, ticket: &Ticket, offline: &Offline, away: Exit) -> Told {
    let works = offline.level != Level::Stopped;
    let next = window::offline::next_step(offline.why);
    let first = match away {
        Exit::NotLinked => "The server no longer accepts this device. By its last ticket:",
        _ => "No connection to the activation server. By the last ticket:",
    };
    let mut text = format!("{first}\n\n{}\n\nWhat to do: {next}", window::offline::of(ticket, offline));
    if let Some(device) = session.state.papers.last_told().filter(|device| device.license.is_some()) {
        let at = window::instant(device.server_time);
        let window = window::licensing(&device, OffsetDateTime::now_utc());
        text.push_str(&format!("\n\nAs the server told it on {at}:\n\n{window}"));
    }
    let rfc_3339 = |at: OffsetDateTime| at.format(&time::format_description::well_known::Rfc3339).ok();
    let json = json!({
        "offline": true,
        "works": works,
        "level": offline.level,
        "updates": offline.updates,
        "restricted": offline.restricted,
        "why": window::offline::word(offline.why),
        "until": offline.until.and_then(rfc_3339),
        "ticket": ticket,
        "advice": next,
    });
    Told { works, text, json }
}
