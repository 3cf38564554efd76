//! The requests that an account has sent to support, and where each of them stands.

pub mod api;
mod list;
mod one;
mod progress;

pub use list::Requests;
pub use one::Request;
