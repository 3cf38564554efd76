//! Why a command ended without doing its work: the exit code, the sentence for a person and the same as JSON.

use domain::device_api::ProblemHolder;
use serde_json::{Value, json};

use crate::terminal;
use crate::window;

/// What every command answers.
pub type Result<T> = std::result::Result<T, Failure>;

/// The exit codes of the program, as `--help` lists them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// The work was done.
    Done = 0,
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
    /// The application does not work on this device.
    Stopped = 7,
}

/// Why the work was not done. Never holds the token.
#[derive(Debug)]
pub struct Failure {
    exit: Exit,
    detail: String,
    more: Box<More>,
}

/// What may be known besides.
#[derive(Debug, Default)]
struct More {
    code: Option<String>,
    rule: Option<String>,
    fix: Option<String>,
    suggestion: Option<String>,
    advice: Option<String>,
    holders: Vec<ProblemHolder>,
    answer: Option<Value>,
}

impl Failure {
    pub fn new(exit: Exit, detail: impl Into<String>) -> Self {
        Self { exit, detail: detail.into(), more: Box::default() }
    }

    /// The refusal's code, E01 to E36.
    pub fn code(mut self, code: impl Into<String>) -> Self {
        self.more.code = Some(code.into());
        self
    }

    /// The rule that says no.
    pub fn rule(mut self, rule: Option<String>) -> Self {
        self.more.rule = rule;
        self
    }

    /// What puts it right, in the server's words.
    pub fn fix(mut self, fix: Option<String>) -> Self {
        self.more.fix = fix;
        self
    }

    /// What to do next.
    pub fn advice(mut self, advice: impl Into<String>) -> Self {
        self.more.advice = Some(advice.into());
        self
    }

    /// What was typed, in Latin letters.
    pub fn suggestion(mut self, suggestion: impl Into<String>) -> Self {
        self.more.suggestion = Some(suggestion.into());
        self
    }

    /// The devices that hold the seats (E12).
    pub fn holders(mut self, holders: Vec<ProblemHolder>) -> Self {
        self.more.holders = holders;
        self
    }

    /// The server's own answer, which `--json` prints as it came.
    pub fn answer(mut self, answer: Value) -> Self {
        self.more.answer = Some(answer);
        self
    }

    pub fn exit(&self) -> Exit {
        self.exit
    }

    /// What happened.
    pub fn detail(&self) -> &str {
        &self.detail
    }

    /// Whether this is the refusal of that code.
    pub fn is(&self, code: &str) -> bool {
        self.more.code.as_deref() == Some(code)
    }

    /// The devices that hold the seats, where that is why.
    pub fn held_by(&self) -> &[ProblemHolder] {
        &self.more.holders
    }

    /// The problem as `--json` prints it: the server's own, or one of the same shape.
    pub fn to_json(&self) -> Value {
        if let Some(answer) = &self.more.answer {
            return answer.clone();
        }
        let mut problem = json!({ "type": "about:blank", "title": self.title(), "detail": self.detail });
        let texts = [
            ("code", &self.more.code),
            ("rule", &self.more.rule),
            ("fix", &self.more.fix),
            ("suggestion", &self.more.suggestion),
            ("advice", &self.more.advice),
        ];
        for (name, text) in texts {
            if let Some(text) = text {
                problem[name] = json!(text);
            }
        }
        if !self.more.holders.is_empty() {
            problem["holders"] = json!(self.more.holders);
        }
        problem
    }

    /// The problem for a person: what happened, who holds the seats, its code and rule, what to do.
    pub fn to_text(&self) -> String {
        let mut text = if self.more.holders.is_empty() {
            terminal::plain_lines(&self.detail)
        } else {
            // the list below says more than the names in the sentence
            let sentence = self.detail.lines().next().unwrap_or_default();
            format!("{}\n{}", terminal::plain(sentence), window::holders(&self.more.holders))
        };
        if let Some(code) = &self.more.code {
            text.push_str(&format!("\nCode: {}", terminal::plain(code)));
            if let Some(rule) = &self.more.rule {
                text.push_str(&format!(" (rule {})", terminal::plain(rule)));
            }
        }
        for (label, said) in [("Fix", &self.more.fix), ("What to do", &self.more.advice)] {
            if let Some(said) = said {
                text.push_str(&format!("\n{label}: {}", terminal::plain(said)));
            }
        }
        text
    }

    fn title(&self) -> &'static str {
        match self.exit {
            Exit::Done => "Done",
            Exit::Refused => "Refused",
            Exit::Input => "Can't be used",
            Exit::NotLinked => "Not linked",
            Exit::Server => "No usable answer",
            Exit::Denied => "Link denied",
            Exit::Expired => "Link expired",
            Exit::Stopped => "Does not work",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::id::DeviceId;
    use time::macros::datetime;
    use uuid::Uuid;

    #[test]
    fn a_failure_says_what_happened_its_code_and_what_to_do() {
        let failure = Failure::new(Exit::Refused, "All 2 places are in use.")
            .code("E12")
            .rule(Some("R56".to_owned()))
            .fix(Some("release one".to_owned()))
            .advice("Release one.");
        assert_eq!(
            failure.to_text(),
            "All 2 places are in use.\nCode: E12 (rule R56)\nFix: release one\nWhat to do: Release one."
        );
        assert_eq!(
            (failure.to_json()["code"].as_str(), failure.to_json()["rule"].as_str()),
            (Some("E12"), Some("R56"))
        );
    }

    #[test]
    fn the_holders_of_the_seats_are_listed_with_their_silence_and_the_same_machine() {
        let holder = |name: &str, last_seen_at, same_machine| ProblemHolder {
            device_id: DeviceId(Uuid::from_u128(1)),
            name: name.to_owned(),
            last_seen_at,
            same_machine,
        };
        let failure = Failure::new(Exit::Refused, "All 2 places are in use.\n- Desk\n- Till")
            .holders(vec![holder("Desk", None, true), holder("Till", Some(datetime!(2026-05-01 10:00 UTC)), false)]);
        assert_eq!(
            failure.to_text(),
            "All 2 places are in use.\n\
             - Desk, never seen: the same machine as this one\n\
             - Till, last seen 2026-05-01 10:00 UTC"
        );
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
