//! The code that waits on this device: adding it, taking it back, and the switch by hand (R32, R44, R45).

use domain::device_api::{Activated, ActivationRequest, DeviceStatus};
use serde_json::json;
use time::OffsetDateTime;

use crate::activate;
use crate::agreement;
use crate::cli::ReserveArgs;
use crate::code;
use crate::failure::Result;
use crate::keep::{self, Word};
use crate::reply::Answer;
use crate::session::Session;
use crate::terminal;
use crate::window;

pub fn reserve(mut session: Session, args: ReserveArgs) -> Result<()> {
    let api = session.linked()?;
    if args.remove {
        let answer: Answer<DeviceStatus> = api.delete("/api/v1/reserve")?;
        keep::keep(&mut session, &api, &answer.value, Word::Unsaid)?;
        if session.json {
            terminal::say_json(&answer.raw);
        } else {
            let window = window::licensing(&answer.value, OffsetDateTime::now_utc());
            terminal::say(&format!("The code no longer waits here. It stays in the account, unused.\n\n{window}"));
        }
        return Ok(());
    }
    let answer: Answer<Activated> = match args.code {
        None => api.post("/api/v1/reserve/activation", &json!({}))?,
        Some(named) => {
            let code = agreement::settle_for(&api, args.accept_agreement, code::read(&named))?;
            let request = ActivationRequest {
                code: code.reveal(),
                accept_agreement: true,
                device_time: Some(OffsetDateTime::now_utc()),
                replace_reserve: args.replace,
                previous_code: args.previous_code,
                accept_shorter_term: args.accept_shorter_term,
                instead_of: None,
            };
            api.post("/api/v1/reserve", &request)?
        }
    };
    activate::finish(&mut session, &api, &answer)
}
