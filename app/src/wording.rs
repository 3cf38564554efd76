//! Every sentence and name that people read about facts, choices, times and refusals.

mod choice;
mod error;
mod event;
mod fault;
pub mod receipt;
mod refusal;
mod time;

pub use choice::{
    band, brake, case_state, channel, code_state, country, entitlement, fact, flag, kind, level, notice_kind, os,
    piece, reason, recovery_state, refund_state, release_reason, seat_class, seat_class_in_sentence, seats, staff_role,
    standing, topic,
};
pub use error::{at_field, items, title, whole};
pub use event::{by, event, event_reason, events};
pub use refusal::{counted, listed, ordinal, refusal, refusal_name};
pub use time::{ago, clock_off, day, iso, moment, remaining};
