//! Installing databases: by the application itself while the license runs, or by hand, which stops it afterwards (R67, R69).

use domain::device_api::{DatabasesUpdate, DeviceStatus};
use time::OffsetDateTime;

use crate::cli::UpdateArgs;
use crate::failure::{Exit, Failure, Result};
use crate::http::Api;
use crate::keep::{self, Word};
use crate::reply::Answer;
use crate::session::Session;
use crate::terminal;
use crate::window;

pub fn update(mut session: Session, args: &UpdateArgs) -> Result<()> {
    let api = session.linked()?;
    let update = DatabasesUpdate {
        databases_at: args.date.unwrap_or_else(OffsetDateTime::now_utc),
        by_hand: args.by_hand,
        confirmed: args.yes,
    };
    let answer = send(&api, &update)?;
    let device = &answer.value;
    keep::keep(&mut session, &api, device, Word::Unsaid)?;
    if session.json {
        terminal::say_json(&answer.raw);
        return Ok(());
    }
    terminal::say(&format!(
        "The databases of {} are installed. {}",
        window::date(update.databases_at),
        window::words::works(device.level)
    ));
    Ok(())
}

/// Warned of what a person would do by hand, that person may go on (E31).
fn send(api: &Api, update: &DatabasesUpdate) -> Result<Answer<DeviceStatus>> {
    const PATH: &str = "/api/v1/databases";
    match api.post(PATH, update) {
        Err(warning) if warning.is("E31") && !update.confirmed && terminal::can_ask() => {
            terminal::tell(&warning.to_text());
            if terminal::agrees("Install them although the application stops? Type yes or no: ")? {
                api.post(PATH, &DatabasesUpdate { confirmed: true, ..update.clone() })
            } else {
                Err(Failure::new(Exit::Refused, "Nothing was installed.").code("E31"))
            }
        }
        answer => answer,
    }
}
