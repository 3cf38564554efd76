//! What people change about themselves.

pub mod api;
mod close;
mod data;
mod page;
mod passkeys;
mod preferences;
mod sessions;
mod two_step;

pub use page::Settings;
