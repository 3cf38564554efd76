//! What happened in the office: every deed, by whom, in words.

pub mod api;
mod page;

pub use page::Activity;
