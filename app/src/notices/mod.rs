//! What people were told, what they want by mail, and stopping mails by a link.

pub mod api;
mod choose;
mod page;
mod unsubscribe;

pub use page::Notices;
pub use unsubscribe::Unsubscribe;
