//! What is sold, by whom and for how much; and codes issued in numbers. Everybody in support reads it, leads change it.

mod batch;
mod batches;
mod entry;
mod fields;
mod import;
mod keys;
mod list;
mod order;
mod words;

pub use batch::BatchPage;
pub use batches::BatchesPage;
pub use entry::{EntryPage, NewEntry};
pub use import::{ImportPage, NewImport};
pub use list::CatalogPage;
pub use order::NewBatch;

/// Why somebody who is no lead finds no forms here.
const FOR_LEADS: &str = "Changes are made by a lead.";
