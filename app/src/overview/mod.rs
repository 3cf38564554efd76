//! The first page: what needs doing, worst first, and otherwise that nothing does.

pub mod api;
mod needs;
mod page;
mod seats;
mod terms;

pub use page::Overview;
