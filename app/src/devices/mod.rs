//! The office's devices: who has them, when they were last seen, the license each holds a seat of; and the page of each.

pub mod api;
mod commands;
mod detail;
mod facts;
mod find;
mod leave;
mod list;
mod matching;
mod outcome;
mod places;
mod reinstall;
mod reserve;
mod send;
mod tiles;
mod together;

pub use detail::Device;
pub use list::Devices;
pub(crate) use list::last_seen;
pub use reinstall::Reinstall;
