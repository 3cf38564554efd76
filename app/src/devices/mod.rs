//! The office's devices: who has them, when they were last seen, and the license each holds a seat of.

pub mod api;
mod list;

pub use list::Devices;
