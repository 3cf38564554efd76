//! Saved replies: answers that support writes often, kept by leads, with fields that are filled in for each case. Nothing
//! that has the shape of a code is ever among them (R101).

#[cfg(feature = "postgres")]
pub mod store;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::code::hide_codes;
use crate::id::ReplyId;
use crate::text::{self, Faults};
use crate::thread::{MOST_CHARACTERS, read_text};
use crate::{Fault, Result};

crate::choice! {
    /// A field of a saved reply: written in braces, filled in for each case.
    pub enum Blank {
        /// The requester's name.
        Name = "name",
        /// The case's number.
        Number = "number",
        /// The requester's office.
        Office = "office",
        /// The product it is about.
        Product = "product",
        /// The day on which its license ends.
        Ends = "ends",
        /// Whoever answers.
        Agent = "agent",
    }
}

/// What the fields stand for in one case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    /// The requester's name.
    pub name: String,
    /// The case's number.
    pub number: String,
    /// The requester's office.
    pub office: String,
    /// The product, where one is named.
    pub product: Option<String>,
    /// The end of its license, where one is named.
    pub ends_at: Option<OffsetDateTime>,
    /// Whoever answers.
    pub agent: String,
}

impl Facts {
    /// What stands in the place of a field. A product that is not named is said in general words; a day can't be.
    fn of(&self, blank: Blank) -> Option<String> {
        match blank {
            Blank::Name => Some(self.name.clone()),
            Blank::Number => Some(self.number.clone()),
            Blank::Office => Some(self.office.clone()),
            Blank::Product => Some(self.product.clone().unwrap_or_else(|| "your product".to_owned())),
            Blank::Ends => self.ends_at.map(text::day),
            Blank::Agent => Some(self.agent.clone()),
        }
    }
}

/// What of a request is looked at to fill in the fields (H11).
#[cfg(feature = "postgres")]
pub(crate) const LOOKED_AT: &[&str] = &["requester", "office", "license"];

/// The pieces of a text: what stands between braces, and what does not.
fn pieces(text: &str) -> Vec<std::result::Result<&str, &str>> {
    let (mut pieces, mut rest) = (Vec::new(), text);
    while let Some((before, after)) = rest.split_once('{') {
        let Some((inside, behind)) = after.split_once('}') else { break };
        pieces.extend([Ok(before), Err(inside)]);
        rest = behind;
    }
    pieces.push(Ok(rest));
    pieces
}

/// The reply with its fields filled in for one case; a field whose fact the case does not name stays in its braces. What a
/// field brings in is searched for codes like everything that is said in a case: none gets in.
#[must_use]
pub fn fill(text: &str, facts: &Facts) -> String {
    let filled: String = pieces(text)
        .into_iter()
        .map(|piece| match piece {
            Ok(text) => text.to_owned(),
            Err(name) => name.parse().ok().and_then(|blank| facts.of(blank)).unwrap_or_else(|| format!("{{{name}}}")),
        })
        .collect();
    hide_codes(&filled)
}

/// What is written so far, and the reply below it.
#[must_use]
pub fn put_into(written: &str, reply: &str) -> String {
    match written.trim_end() {
        "" => reply.to_owned(),
        written => format!("{}\n\n{reply}", hide_codes(written)),
    }
}

/// The fields of saved replies that still stand in a text, each once.
#[must_use]
pub fn open_blanks(text: &str) -> Vec<Blank> {
    let mut open = Vec::new();
    for blank in pieces(text).into_iter().filter_map(|piece| piece.err()?.parse().ok()) {
        if !open.contains(&blank) {
            open.push(blank);
        }
    }
    open
}

/// Refuses what support tells a customer while a field of a saved reply stands in it that nothing has filled in.
///
/// # Errors
/// `OpenBlank` with the first of them.
pub fn without_blanks(text: String) -> Result<String, Fault> {
    match open_blanks(&text).first() {
        Some(blank) => Err(Fault::OpenBlank(blank.to_string())),
        None => Ok(text),
    }
}

/// Reads what support answers a customer, without codes and without fields that nothing has filled in.
///
/// # Errors
/// `Missing`, `TooLong`, `Unprintable`, `OpenBlank`.
pub fn read_answer(typed: &str) -> Result<String, Fault> {
    read_text(typed).and_then(without_blanks)
}

/// A saved reply as a lead typed it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReplyForm {
    /// By what it is found.
    #[serde(default)]
    pub title: String,
    /// What it says.
    #[serde(default)]
    pub text: String,
}

impl ReplyForm {
    /// Reads the form: title and text.
    ///
    /// # Errors
    /// `Invalid` with every field that can't be used: a code in it is refused, and so is a field that nothing fills in.
    pub fn read(&self) -> Result<(String, String)> {
        let mut faults = Faults::default();
        let title = faults.take("title", text::line(&self.title, 80).and_then(without_codes));
        let body = faults.take("text", read_body(&self.text));
        faults.finish(title.zip(body))
    }
}

fn read_body(typed: &str) -> Result<String, Fault> {
    let text = text::paragraphs(typed, MOST_CHARACTERS)?;
    if text.is_empty() {
        return Err(Fault::Missing);
    }
    for name in pieces(&text).into_iter().filter_map(std::result::Result::err) {
        if name.parse::<Blank>().is_err() {
            return Err(Fault::UnknownBlank(name.chars().take(40).collect()));
        }
    }
    without_codes(text)
}

fn without_codes(text: String) -> Result<String, Fault> {
    if hide_codes(&text) == text { Ok(text) } else { Err(Fault::CodeInText) }
}

/// A saved reply.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedReply {
    /// Which one.
    pub id: ReplyId,
    /// By what it is found.
    pub title: String,
    /// What it says, with its fields in braces.
    pub text: String,
    /// Who changed it last.
    pub changed_by: String,
    /// When.
    #[serde(with = "time::serde::rfc3339")]
    pub changed_at: OffsetDateTime,
}

/// The saved replies, by their titles.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Replies {
    /// When this was read.
    #[serde(with = "time::serde::rfc3339")]
    pub now: OffsetDateTime,
    /// The replies.
    pub replies: Vec<SavedReply>,
    /// Whether the reader keeps them.
    pub may_keep: bool,
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;
    use crate::Error;
    use crate::code::ActivationCode;

    fn facts() -> Facts {
        Facts {
            name: "Anna Berg".to_owned(),
            number: "S26-1111-2222".to_owned(),
            office: "Harbor Dental".to_owned(),
            product: None,
            ends_at: Some(datetime!(2027-03-14 10:00 UTC)),
            agent: "Sam Rivera".to_owned(),
        }
    }

    fn code() -> String {
        ActivationCode::from_symbols(std::array::from_fn(|n| u8::try_from(n * 7 % 31).unwrap())).reveal()
    }

    #[test]
    fn fields_are_filled_in_and_a_product_that_is_not_named_is_said_in_general_words() {
        let text = "Hello {name} of {office}, {product} runs until {ends}.\n{agent}, {number}";
        let filled = fill(text, &facts());
        assert_eq!(
            filled,
            "Hello Anna Berg of Harbor Dental, your product runs until 14 Mar 2027.\nSam Rivera, S26-1111-2222"
        );
        assert_eq!(fill("a { b } {x} {name", &facts()), "a { b } {x} {name");
    }

    #[test]
    fn a_day_that_the_case_does_not_name_stays_open_and_is_not_sent() {
        let filled = fill("{product} runs until {ends}, {ends}.", &Facts { ends_at: None, ..facts() });
        assert_eq!(filled, "your product runs until {ends}, {ends}.");
        assert_eq!(open_blanks(&filled), [Blank::Ends]);
        assert_eq!(read_answer(&filled), Err(Fault::OpenBlank("ends".to_owned())));
        assert_eq!(read_answer("Set {x} to {y"), Ok("Set {x} to {y".to_owned()), "other braces are the agent's own");
    }

    #[test]
    fn a_reply_stands_below_what_is_written() {
        assert_eq!(put_into(" \n", "Hello."), "Hello.");
        assert_eq!(put_into("I looked at it.\n", "Hello."), "I looked at it.\n\nHello.");
        assert!(!put_into(&code(), "Hello.").contains(&code()[..11]));
    }

    #[test]
    fn no_field_brings_a_code_in() {
        let filled = fill("Hello {name}.", &Facts { name: code(), ..facts() });
        assert!(!filled.contains(&code()[..11]), "{filled}");
    }

    #[test]
    fn a_reply_with_a_code_in_it_or_a_field_that_nothing_fills_in_is_refused() {
        let faults = |title: &str, text: &str| match (ReplyForm { title: title.into(), text: text.into() }).read() {
            Err(Error::Invalid(fields)) => fields.into_iter().map(|field| field.fault).collect::<Vec<_>>(),
            other => panic!("{other:?}"),
        };
        assert_eq!(faults("", ""), [Fault::Missing, Fault::Missing]);
        assert_eq!(faults("Codes", &format!("Use {}.", code().to_lowercase())), [Fault::CodeInText]);
        assert_eq!(faults(&code(), "Hello {nme}"), [Fault::CodeInText, Fault::UnknownBlank("nme".to_owned())]);
        let kept = ReplyForm { title: " How  to ".into(), text: "Hello {name},\r\ntry this.".into() }.read();
        assert_eq!(kept, Ok(("How to".to_owned(), "Hello {name},\ntry this.".to_owned())));
    }
}
