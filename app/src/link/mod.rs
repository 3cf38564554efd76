//! Linking a device: a person enters the device's code, sees what asks, and decides.

pub mod api;
mod decide;
mod install;
mod mail;
mod page;

pub use page::Link;
