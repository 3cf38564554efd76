//! What happened in the office: every deed, by whom, in words.

pub mod api;
mod license;
mod page;

pub use license::LicenseHistory;
pub use page::Activity;
