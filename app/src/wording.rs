//! Every sentence and name that people read about facts, choices, times and refusals.

mod choice;
mod error;
mod event;
mod fault;
pub mod receipt;
mod refusal;
mod time;

pub use choice::{
    case_state, channel, country, entitlement, fact, kind, level, notice_kind, os, reason, recovery_state,
    refund_state, seat_class, seat_class_in_sentence, staff_role, standing, topic,
};
pub use error::{at_field, items, title, whole};
pub use event::{by, event};
pub use refusal::refusal;
pub use time::{ago, day, iso, moment, remaining};
