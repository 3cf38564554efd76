//! What the activation server answered: what was asked for, or why not (RFC 9457) and what to do about it.

use domain::device_api::{Problem, ProblemHolder};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::advice;
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

    /// Nothing, if the server did what was asked, else why it did not.
    pub fn done(self) -> Result<()> {
        if (200..300).contains(&self.status) { Ok(()) } else { Err(self.failure()) }
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
    let mut failure =
        Failure::new(exit, detail).rule(problem.rule.clone()).fix(problem.fix.clone()).holders(problem.holders.clone());
    if let Some(code) = &problem.code {
        failure = failure.code(code);
    }
    if let Some(latin) = &problem.suggestion {
        failure = failure.suggestion(latin);
    }
    match problem.code.as_deref().and_then(advice::on) {
        Some(step) => failure.advice(named(step, &problem.holders)),
        None if exit == Exit::Server => failure
            .advice(format!("Run the command again; if it stays so, tell support: request {}.", problem.request_id)),
        None => failure,
    }
}

/// The device most likely to be meant stands in for the word DEVICE: this very machine, else the longest silence.
fn named(step: &str, holders: &[ProblemHolder]) -> String {
    let meant = holders.iter().find(|holder| holder.same_machine).or(holders.first());
    match meant.filter(|holder| !holder.name.contains('"')) {
        Some(holder) => step.replace("DEVICE", &format!("\"{}\"", holder.name)),
        None => step.to_owned(),
    }
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
    #[test]
    fn a_refusal_names_its_rule_its_fix_and_the_holders_of_the_seats() {
        let body = serde_json::json!({
            "type": "urn:latchkey:problem:refused", "title": "t", "status": 409, "detail": "All 1 places are in use.",
            "code": "E12", "rule": "R56", "fix": "release one of these devices", "request_id": "r",
            "holders": [{ "device_id": "00000000-0000-0000-0000-000000000001", "name": "Old", "same_machine": true }],
        });
        let failure = Reply::new(409, Some(body), "http://s").failure();
        assert!(failure.is("E12"));
        assert_eq!(failure.held_by()[0].name, "Old");
        let text = failure.to_text();
        assert!(text.contains("- Old, never seen: the same machine as this one"), "{text}");
        assert!(text.contains("--instead-of \"Old\""), "{text}");
        assert!(text.contains("(rule R56)\nFix: release one of these devices\nWhat to do: "), "{text}");
    }

    #[test]
    fn an_answer_without_a_body_is_done() {
        assert!(Reply::new(204, None, "http://s").done().is_ok());
        assert_eq!(Reply::new(500, None, "http://s").done().unwrap_err().exit(), Exit::Server);
    }
}
