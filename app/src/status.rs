//! How the service is doing, for everybody: what is promised, and whether it is kept, from its own numbers.

pub mod api;
mod page;
#[cfg(feature = "ssr")]
pub mod pulse;

pub use page::Status;
