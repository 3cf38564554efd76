//! The first page: what needs doing, worst first, and otherwise that nothing does.

pub mod api;
mod page;
mod terms;
mod trouble;

pub use page::Overview;
