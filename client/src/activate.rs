//! Activating a code on this device, and telling before what it would do: what can be said without the server is said
//! first, then the server decides (§3.5).

use domain::activation::Preview;
use domain::code::ActivationCode;
use domain::device_api::{Activated, ActivationRequest, Outcome};
use domain::id::DeviceId;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use time::OffsetDateTime;

use crate::agreement;
use crate::cli::{ActivateArgs, CodeArgs, PreviewArgs};
use crate::code;
use crate::failure::{Exit, Failure, Result};
use crate::http::Api;
use crate::keep::{self, Word};
use crate::reply::Answer;
use crate::session::Session;
use crate::terminal;
use crate::window;

const ACTIVATIONS: &str = "/api/v1/activations";
const PREVIEWS: &str = "/api/v1/previews";

pub fn activate(mut session: Session, args: &ActivateArgs) -> Result<()> {
    let api = session.linked()?;
    let code = agreement::settle_for(&api, args.accept_agreement, code::read(&args.code.code))?;
    let request = request(&args.code, &code);
    if !args.yes && terminal::can_ask() {
        ask_about_losses(&api, &request, &args.code)?;
    }
    let answer: Answer<Activated> = send(&api, ACTIVATIONS, request, args.code.instead_of.as_deref())?;
    finish(&mut session, &api, &answer)
}

/// Tells what the code would do. The agreement is not accepted by that.
pub fn preview(session: &Session, args: &PreviewArgs) -> Result<()> {
    let api = session.linked()?;
    let code = code::read(&args.code.code)?;
    let answer: Answer<Value> = send(&api, PREVIEWS, request(&args.code, &code), args.code.instead_of.as_deref())?;
    if session.json {
        terminal::say_json(&answer.raw);
        return Ok(());
    }
    match Preview::deserialize(&answer.value) {
        Ok(preview) => terminal::say(&window::preview::of(&preview)),
        // a newer server may know effects that this program has no words for
        Err(_) => terminal::say(&terminal::plain_lines(&format!("{:#}", answer.value))),
    }
    Ok(())
}

/// Activates a code that was entered in the Activation window.
pub fn entered(session: &mut Session, typed: &str) -> Result<()> {
    let api = session.linked()?;
    let code = agreement::settle_for(&api, false, code::check(typed, true))?;
    let plain = ActivationRequest {
        code: code.reveal(),
        accept_agreement: true,
        device_time: Some(OffsetDateTime::now_utc()),
        ..ActivationRequest::default()
    };
    let answer = api.post(ACTIVATIONS, &plain)?;
    finish(session, &api, &answer)
}

/// Keeps and shows what an activation came to.
pub fn finish(session: &mut Session, api: &Api, answer: &Answer<Activated>) -> Result<()> {
    let Activated { outcome, device, ticket } = &answer.value;
    keep::keep(session, api, device, Word::of(ticket.clone(), device))?;
    if session.json {
        terminal::say_json(&answer.raw);
    } else {
        let window = window::licensing(device, OffsetDateTime::now_utc());
        terminal::say(&format!("{}\n\n{window}", outcome_sentence(*outcome)));
    }
    Ok(())
}

fn request(args: &CodeArgs, code: &ActivationCode) -> ActivationRequest {
    ActivationRequest {
        code: code.reveal(),
        accept_agreement: true,
        device_time: Some(OffsetDateTime::now_utc()),
        replace_reserve: args.replace_reserve,
        previous_code: args.previous_code.clone(),
        accept_shorter_term: args.accept_shorter_term,
        instead_of: None,
    }
}

/// Sends a request. A device that it is to stand in for may be named: the server tells which devices hold the seats when
/// all are taken, and the one of that name is meant.
fn send<T: DeserializeOwned>(
    api: &Api,
    path: &str,
    mut request: ActivationRequest,
    instead_of: Option<&str>,
) -> Result<Answer<T>> {
    let Some(named) = instead_of else { return api.post(path, &request) };
    request.instead_of = named.trim().parse::<DeviceId>().ok();
    if request.instead_of.is_some() {
        return api.post(path, &request);
    }
    match api.post(path, &request) {
        Err(full) if full.is("E12") => {
            request.instead_of = Some(find(&full, named)?);
            api.post(path, &request)
        }
        Ok(answer) => {
            terminal::tell(&format!("A seat is free, so nothing is taken from {}.", terminal::plain(named)));
            Ok(answer)
        }
        Err(other) => Err(other),
    }
}

/// The device of that name among those that hold the seats.
fn find(full: &Failure, named: &str) -> Result<DeviceId> {
    let wanted = named.trim().to_lowercase();
    let found: Vec<_> = full.held_by().iter().filter(|holder| holder.name.trim().to_lowercase() == wanted).collect();
    let failure = |detail: String| Failure::new(Exit::Input, detail).holders(full.held_by().to_vec());
    match found.as_slice() {
        [one] => Ok(one.device_id),
        [] => Err(failure(format!("No device called {named} holds a seat; these do:"))
            .advice("Name one of them with --instead-of.")),
        several => {
            let ids: Vec<String> = several.iter().map(|holder| holder.device_id.to_string()).collect();
            Err(failure(format!("Several devices called {named} hold seats:"))
                .advice(format!("Name one by its id with --instead-of: {}", ids.join(", "))))
        }
    }
}

/// On a terminal nothing is lost unasked: the rest of a trial is given up by a code that is activated (R43).
fn ask_about_losses(api: &Api, request: &ActivationRequest, args: &CodeArgs) -> Result<()> {
    let preview: Answer<Value> = match send(api, PREVIEWS, request.clone(), args.instead_of.as_deref()) {
        Ok(preview) => preview,
        Err(refused) if refused.exit() != Exit::Server => return Err(refused),
        // the activation itself will say what is wrong with the server
        Err(_) => return Ok(()),
    };
    let Ok(preview) = Preview::deserialize(&preview.value) else { return Ok(()) };
    if preview.losses.is_empty() {
        return Ok(());
    }
    terminal::tell(&format!("This is lost:\n{}", window::preview::losses(&preview.losses)));
    if terminal::agrees("Go on? Type yes or no: ")? {
        return Ok(());
    }
    Err(Failure::new(Exit::Input, "Nothing was changed.").advice("Run the command again when you are sure."))
}

fn outcome_sentence(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Started => "Activated. The license starts now.",
        Outcome::Joined => "Activated. The license was running already, and this device uses it from now on.",
        Outcome::Repeated => "This code is already active on this device. Nothing changed.",
        Outcome::Reclaimed => "Activated. This machine took over a seat that was taken before.",
        Outcome::Reserved => "A license is running on this device, so the code waits and takes over at its end.",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::device_api::ProblemHolder;
    use uuid::Uuid;

    fn full(names: &[&str]) -> Failure {
        let holders = names.iter().zip(1..).map(|(name, id)| ProblemHolder {
            device_id: DeviceId(Uuid::from_u128(id)),
            name: (*name).to_owned(),
            last_seen_at: None,
            same_machine: false,
        });
        Failure::new(Exit::Refused, "All places are in use.").code("E12").holders(holders.collect())
    }

    #[test]
    fn a_device_to_stand_in_for_is_found_by_its_name_whatever_the_case() {
        let full = full(&["Desk", "Old laptop"]);
        assert_eq!(find(&full, " old LAPTOP").unwrap(), DeviceId(Uuid::from_u128(2)));
    }

    #[test]
    fn a_name_that_no_holder_has_or_several_have_is_answered_with_the_choices() {
        let none = find(&full(&["Desk"]), "Till").unwrap_err();
        assert_eq!(none.exit(), Exit::Input);
        assert!(none.to_text().contains("- Desk, never seen"), "{}", none.to_text());
        let several = find(&full(&["Desk", "desk"]), "Desk").unwrap_err();
        assert!(several.to_text().contains(&Uuid::from_u128(2).to_string()), "{}", several.to_text());
    }
}
