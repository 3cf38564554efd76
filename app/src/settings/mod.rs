//! What people change about themselves.

pub mod api;
mod page;
mod sessions;

pub use page::Settings;
