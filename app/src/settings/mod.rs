//! What people change about themselves.

pub mod api;
mod page;

pub use page::Settings;
