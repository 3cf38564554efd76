//! What the activation server answered: what was asked for, or why not (RFC 9457) and what to do about it.

use domain::device_api::Problem;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::failure::{Exit, Failure, Result};

/// A status and, where the body was JSON, the body.
pub struct Reply {
    pub status: u16,
    pub body: Option<Value>,
    server: String,
}

/// An answer as read, and as it came.
#[derive(Debug)]
pub struct Answer<T> {
    pub value: T,
    pub raw: Value,
}

impl Reply {
    pub fn new(status: u16, body: Option<Value>, server: &str) -> Self {
        Self { status, body, server: server.to_owned() }
    }

    /// The answer if the server did what was asked, else why it did not.
    pub fn answer<T: DeserializeOwned>(self) -> Result<Answer<T>> {
        if !(200..300).contains(&self.status) {
            return Err(self.failure());
        }
        let Some(raw) = &self.body else { return Err(self.strange()) };
        match T::deserialize(raw) {
            Ok(value) => Ok(Answer { value, raw: raw.clone() }),
            Err(_) => Err(self.strange()),
        }
    }

    /// Why the server did not do what was asked (RFC 9457).
    pub fn failure(self) -> Failure {
        let problem: Option<Problem> = self.body.as_ref().and_then(|body| Problem::deserialize(body).ok());
        let Some(problem) = problem else {
            return match self.status {
                401 | 410 => not_accepted(&self.server),
                _ => self.strange(),
            };
        };
        let failure = match self.status {
            401 | 410 => not_accepted(&self.server),
            status => from_problem(status, &problem),
        };
        failure.answer(self.body.unwrap_or_default())
    }

    /// An answer that no activation server gives.
    pub fn strange(&self) -> Failure {
        let Self { status, server, .. } = self;
        let failure = |detail: String| Failure::new(Exit::Server, detail);
        match status {
            300..400 => failure(format!("{server} points to another address, where no token is sent."))
                .advice("Give the final address of the activation server with --server."),
            404 | 405 => failure(format!("There is no activation server at {server}."))
                .advice("Check the address given with --server."),
            429 => failure(format!("{server} gets too many requests from here. Nothing was used up."))
                .advice("Wait a minute, then run the command again."),
            500.. => failure(format!("The activation server at {server} has a fault (status {status})."))
                .advice("Nothing is lost; run the command again in a few minutes."),
            _ => failure(format!("{server} answered with status {status}, but not as an activation server does."))
                .advice("Check the address given with --server; a network sign-in page may be in the way."),
        }
    }
}

fn not_accepted(server: &str) -> Failure {
    Failure::new(
        Exit::NotLinked,
        format!("{server} no longer accepts this device: it was disconnected, or linked anew."),
    )
    .advice("Link it again with: latchkey-client link")
}

fn from_problem(status: u16, problem: &Problem) -> Failure {
    let exit = match status {
        _ if problem.code.is_some() => Exit::Refused,
        400 | 413 | 415 | 422 => Exit::Input,
        500.. => Exit::Server,
        _ => Exit::Refused,
    };
    let mut detail = problem.detail.clone();
    for field in &problem.fields {
        detail.push_str(&format!("\n- {}: {}", field.field, field.detail));
    }
    let mut failure = Failure::new(exit, detail);
    if let Some(code) = &problem.code {
        failure = failure.code(code);
    }
    match problem.code.as_deref().and_then(next_step) {
        Some(step) => failure.advice(step),
        None if exit == Exit::Server => failure
            .advice(format!("Run the command again; if it stays so, tell support: request {}.", problem.request_id)),
        None => failure,
    }
}

/// What the person at the device does about a refusal, where the server's sentence leaves that open.
fn next_step(code: &str) -> Option<&'static str> {
    Some(match code {
        "E01" | "E03" => "Type the code again from the box, the card or the mail, and run the command again.",
        "E02" => "Type the code in Latin letters.",
        "E04" => "Open a request in the console under Support, with the license key and the proof of purchase.",
        "E05" | "E10" | "E11" | "E13" | "E14" => "Buy a new code in the console under Licenses, then activate it here.",
        "E06" => "Look up the new code in the console: Licenses, Details.",
        "E07" => "Look in the console under Licenses which code belongs to this application.",
        "E08" => "Use a code that has places for this kind of device.",
        "E09" => "Buy a code in the country where the device is, or ask support in the console.",
        "E12" => "Release a device in the console under Devices, then run the same command again.",
        "E22" | "E23" => "Add the renewal code in the console, which asks for the previous one.",
        "E24" => "Set date and time of the device, then run the same command again.",
        "E25" => "Run the same command again.",
        "E26" => "Wait until then, check the code meanwhile, and run the command again.",
        "E27" => "Ask the license administrator, whose name the console shows under Licenses.",
        "E29" => "Disconnect it in the other account, then run: latchkey-client link",
        "E30" => "Ask the colleague who bought the code, or support.",
        "E33" => "Read the agreement, then add --accept-agreement.",
        "E35" => "Check the payment of the subscription, or ask its provider.",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_exit_1_and_a_dead_token_exit_3() {
        let problem = |status: u16, code: Option<&str>| {
            let body = serde_json::json!({
                "type": "about:blank", "title": "t", "status": status, "detail": "d", "code": code, "request_id": "r",
            });
            Reply::new(status, Some(body), "http://s").failure().exit()
        };
        assert_eq!(problem(409, Some("E12")), Exit::Refused);
        assert_eq!(problem(429, Some("E26")), Exit::Refused);
        assert_eq!(problem(422, Some("E01")), Exit::Refused);
        assert_eq!(problem(422, None), Exit::Input);
        assert_eq!(problem(401, None), Exit::NotLinked);
        assert_eq!(problem(410, None), Exit::NotLinked);
        assert_eq!(problem(503, None), Exit::Server);
    }
}
