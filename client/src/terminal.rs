//! Speaking to the person or program that called: answers on standard output, everything else on standard error.

use std::io::{IsTerminal, Write, stderr, stdin, stdout};

use serde_json::Value;

use crate::failure::{Exit, Failure, Result};

/// Prints one answer for a person. A reader that went away ends the program quietly, as it does other tools.
pub fn say(text: &str) {
    let mut out = stdout().lock();
    if writeln!(out, "{text}").and_then(|()| out.flush()).is_err() {
        std::process::exit(0);
    }
}

/// Prints one answer for a program: one line, written at once.
pub fn say_json(value: &Value) {
    say(&value.to_string());
}

/// Prints what is not part of the answer. Nobody reading it is no reason to stop.
pub fn tell(text: &str) {
    let _ = writeln!(stderr().lock(), "{text}");
}

/// Whether a person sees the answer.
pub fn is_seen() -> bool {
    stdout().is_terminal()
}

/// Whether a person can be asked.
pub fn can_ask() -> bool {
    stdin().is_terminal() && stderr().is_terminal()
}

/// Whether the terminal takes bold letters and colors (<https://no-color.org>).
pub fn is_styled() -> bool {
    is_seen()
        && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
        && std::env::var_os("TERM").is_none_or(|term| term != "dumb")
}

/// Asks on the terminal; the answer without its line end.
pub fn ask(question: &str) -> Result<String> {
    let mut err = stderr().lock();
    let _ = write!(err, "{question}").and_then(|()| err.flush());
    drop(err);
    read_line()
}

/// Asks a question that only "yes" says yes to.
pub fn agrees(question: &str) -> Result<bool> {
    Ok(matches!(ask(question)?.trim().to_lowercase().as_str(), "y" | "yes"))
}

/// The first line of standard input.
pub fn read_line() -> Result<String> {
    let mut line = String::new();
    match stdin().read_line(&mut line) {
        Ok(_) => Ok(line.trim_end_matches(['\r', '\n']).to_owned()),
        Err(cause) => Err(Failure::new(Exit::Input, format!("Standard input can't be read: {cause}."))),
    }
}

/// Text from elsewhere on one line, without the control characters that move cursors and change titles.
pub fn plain(text: &str) -> String {
    text.chars().map(|c| if is_control(c) { '\u{fffd}' } else { c }).collect()
}

/// The same for text of several lines.
pub fn plain_lines(text: &str) -> String {
    text.lines().map(plain).collect::<Vec<_>>().join("\n")
}

/// Control characters, and those that turn the direction of text around.
fn is_control(c: char) -> bool {
    c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}
