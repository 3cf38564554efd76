//! What people change about themselves.

pub mod api;
mod close;
mod data;
mod export;
mod page;
mod passkeys;
mod preferences;
mod sessions;
mod two_step;

pub use export::Export;
pub use page::Settings;
