//! Help: the list of articles with its search, each article, and what its readers say about it (R93–R96).

pub mod api;
mod article;
mod articles;
mod feedback;
mod list;

pub use article::Article;
pub use list::Help;
