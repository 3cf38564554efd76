//! Placeholder
pub mod ui;
