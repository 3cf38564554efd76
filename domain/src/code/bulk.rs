//! Published codes that are blocked together: a list that somebody pasted is read once, and only which codes of ours stand in
//! it is kept (edge case 58).

use serde::{Deserialize, Serialize};
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use super::{ActivationCode, CodeState, replaced, suggest_latin};
use crate::text;
use crate::{Error, Fault, Result};

/// The most codes of one list.
pub const MOST_LISTED: usize = 500;
/// So long after a list was blocked that can be taken back.
pub const UNDO_WITHIN: Duration = Duration::hours(24);

/// The codes in a text, each once, however they are written and whatever stands between them.
///
/// # Errors
/// `Invalid(list)` for a text without a code, and for more than 500.
pub fn read_list(typed: &str) -> Result<Vec<ActivationCode>> {
    let found = std::cell::RefCell::new(Vec::<ActivationCode>::new());
    replaced(typed, |typed| {
        let latin = suggest_latin(typed);
        let code = ActivationCode::parse(latin.as_deref().unwrap_or(typed)).ok()?;
        let mut found = found.borrow_mut();
        if !found.iter().any(|known| known.as_bytes() == code.as_bytes()) {
            found.push(code);
        }
        // the run of symbols is used up, whatever is put there
        Some(String::new())
    });
    let found = found.into_inner();
    match found.len() {
        0 => Err(Error::field("list", Fault::Missing)),
        1..=MOST_LISTED => Ok(found),
        _ => Err(Error::field("list", Fault::OutOfRange { min: 1, max: MOST_LISTED as u64 })),
    }
}

/// Reads where the list was found, which the customers read.
///
/// # Errors
/// `Invalid(found_at)`.
pub fn read_found_at(typed: &str) -> Result<String> {
    let line = text::line(&super::hide_codes(typed), 200).map_err(|fault| Error::field("found_at", fault))?;
    if line.chars().count() < 3 { Err(Error::field("found_at", Fault::TooShort { min: 3 })) } else { Ok(line) }
}

/// A list that was read: what is ours in it, and what became of that.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BlockList {
    /// Which one.
    pub id: Uuid,
    /// Where it was found.
    pub found_at: String,
    /// How many codes stood in it.
    pub listed: u32,
    /// How many of them are none of ours.
    pub unknown: u32,
    /// How many of ours are in which state, as of now.
    pub states: Vec<(CodeState, u32)>,
    /// How many would be blocked, or were.
    pub blocks: u32,
    /// On how many devices these are in use.
    pub devices: u32,
    /// In how many offices.
    pub offices: u32,
    /// Who read it.
    pub made_by: String,
    /// When it was read.
    #[serde(with = "time::serde::rfc3339")]
    pub created_at: OffsetDateTime,
    /// When it was blocked.
    #[serde(with = "time::serde::rfc3339::option")]
    pub blocked_at: Option<OffsetDateTime>,
    /// When that was taken back.
    #[serde(with = "time::serde::rfc3339::option")]
    pub undone_at: Option<OffsetDateTime>,
}

impl BlockList {
    /// Until when it can be taken back, if it can.
    #[must_use]
    pub fn undo_until(&self, now: OffsetDateTime) -> Option<OffsetDateTime> {
        let until = self.blocked_at.filter(|_| self.undone_at.is_none())?.saturating_add(UNDO_WITHIN);
        (now < until).then_some(until)
    }
}

/// A list among those of before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EarlierList {
    /// Which one.
    pub id: Uuid,
    /// Where it was found.
    pub found_at: String,
    /// How many codes it blocked.
    pub blocked: u32,
    /// When it was blocked.
    #[serde(with = "time::serde::rfc3339")]
    pub blocked_at: OffsetDateTime,
    /// When that was taken back.
    #[serde(with = "time::serde::rfc3339::option")]
    pub undone_at: Option<OffsetDateTime>,
}

/// The page of published codes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BlockLists {
    /// When it was read.
    #[serde(with = "time::serde::rfc3339")]
    pub now: OffsetDateTime,
    /// The list that is looked at.
    pub list: Option<BlockList>,
    /// The lists that were blocked before, the newest first.
    pub earlier: Vec<EarlierList>,
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    fn code(seed: usize) -> ActivationCode {
        ActivationCode::from_symbols(std::array::from_fn(|n| u8::try_from((n * 7 + seed) % 31).unwrap()))
    }

    #[test]
    fn codes_are_read_out_of_any_text_each_once() {
        let (one, two) = (code(0).reveal(), code(3).reveal());
        let pasted = format!("free keys!!!\n1) {one}\n2) {} (works)\n{}\n", two.to_lowercase(), one.replace('-', " "));
        let read: Vec<String> = read_list(&pasted).unwrap().iter().map(ActivationCode::reveal).collect();
        assert_eq!(read, [one, two]);
        assert_eq!(read_list("nothing here"), Err(Error::field("list", Fault::Missing)));
    }

    #[test]
    fn a_block_can_be_taken_back_for_a_day() {
        let at = datetime!(2026-11-25 10:00 UTC);
        let list = BlockList {
            id: Uuid::nil(),
            found_at: "a forum".to_owned(),
            listed: 1,
            unknown: 0,
            states: vec![],
            blocks: 1,
            devices: 0,
            offices: 0,
            made_by: "Lena".to_owned(),
            created_at: at,
            blocked_at: Some(at),
            undone_at: None,
        };
        assert_eq!(list.undo_until(at + UNDO_WITHIN - Duration::SECOND), Some(at + UNDO_WITHIN));
        assert_eq!(list.undo_until(at + UNDO_WITHIN), None);
        assert_eq!(BlockList { undone_at: Some(at), ..list.clone() }.undo_until(at), None);
        assert_eq!(BlockList { blocked_at: None, ..list }.undo_until(at), None);
    }
}
