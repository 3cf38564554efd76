//! Why a command ended without doing its work: the exit code, the sentence for a person and the same as JSON.

use serde_json::{Value, json};

use crate::terminal;

/// What every command answers.
pub type Result<T> = std::result::Result<T, Failure>;

/// The exit codes of the program, as `--help` lists them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// A rule of licensing said no.
    Refused = 1,
    /// The command line or what was typed can't be used.
    Input = 2,
    /// There is no token, or the server accepts it no longer.
    NotLinked = 3,
    /// No connection, or an answer that can't be used.
    Server = 4,
    /// The person denied the link.
    Denied = 5,
    /// Nobody confirmed the link in time.
    Expired = 6,
}

/// Why the work was not done. Never holds the token.
#[derive(Debug)]
pub struct Failure {
    exit: Exit,
    detail: String,
    code: Option<String>,
    suggestion: Option<String>,
    advice: Option<String>,
    answer: Option<Box<Value>>,
}

impl Failure {
    pub fn new(exit: Exit, detail: impl Into<String>) -> Self {
        Self { exit, detail: detail.into(), code: None, suggestion: None, advice: None, answer: None }
    }

    /// The refusal's code, E01 to E36.
    pub fn code(mut self, code: impl Into<String>) -> Self {
        self.code = Some(code.into());
        self
    }

    /// What to do next.
    pub fn advice(mut self, advice: impl Into<String>) -> Self {
        self.advice = Some(advice.into());
        self
    }

    /// What was typed, in Latin letters.
    pub fn suggestion(mut self, suggestion: impl Into<String>) -> Self {
        self.suggestion = Some(suggestion.into());
        self
    }

    /// The server's own answer, which `--json` prints as it came.
    pub fn answer(mut self, answer: Value) -> Self {
        self.answer = Some(Box::new(answer));
        self
    }

    pub fn exit(&self) -> Exit {
        self.exit
    }

    /// The problem as `--json` prints it: the server's own, or one of the same shape.
    pub fn to_json(&self) -> Value {
        if let Some(answer) = &self.answer {
            return (**answer).clone();
        }
        let mut problem = json!({ "type": "about:blank", "title": self.title(), "detail": self.detail });
        for (name, text) in [("code", &self.code), ("suggestion", &self.suggestion), ("advice", &self.advice)] {
            if let Some(text) = text {
                problem[name] = json!(text);
            }
        }
        problem
    }

    /// The problem for a person: what happened, its code, what to do.
    pub fn to_text(&self) -> String {
        let mut text = terminal::plain_lines(&self.detail);
        if let Some(code) = &self.code {
            text.push_str(&format!("\nCode: {}", terminal::plain(code)));
        }
        if let Some(advice) = &self.advice {
            text.push_str(&format!("\nWhat to do: {}", terminal::plain(advice)));
        }
        text
    }

    fn title(&self) -> &'static str {
        match self.exit {
            Exit::Refused => "Refused",
            Exit::Input => "Can't be used",
            Exit::NotLinked => "Not linked",
            Exit::Server => "No usable answer",
            Exit::Denied => "Link denied",
            Exit::Expired => "Link expired",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_says_what_happened_its_code_and_what_to_do() {
        let failure =
            Failure::new(Exit::Refused, "All 2 places are in use.\n- A\n- B").code("E12").advice("Release one.");
        assert_eq!(failure.to_text(), "All 2 places are in use.\n- A\n- B\nCode: E12\nWhat to do: Release one.");
        assert_eq!(failure.to_json()["code"], "E12");
    }

    #[test]
    fn the_servers_own_problem_is_printed_as_it_came() {
        let failure = Failure::new(Exit::Refused, "x").answer(json!({ "type": "t", "new_field": 1 }));
        assert_eq!(failure.to_json(), json!({ "type": "t", "new_field": 1 }));
    }

    #[test]
    fn escape_sequences_from_a_server_do_not_reach_the_terminal() {
        assert_eq!(Failure::new(Exit::Server, "a\u{1b}[2Jb").to_text(), "a\u{fffd}[2Jb");
    }
}
