//! What is said about a request, and the files that come with it: who may read it, and what is kept of a file.

mod file;
#[cfg(feature = "postgres")]
pub mod store;

pub use file::{File, FileKind, MOST_BYTES, MOST_FILES, Upload, read_files};

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::code::hide_codes;
use crate::id::{AttachmentId, MessageId};
use crate::{Fault, Result, text};

crate::choice! {
    /// Who reads what was said.
    pub enum Audience {
        /// The people of the account and support.
        Public = "public",
        /// Support alone.
        Internal = "internal",
    }
}

/// Who said something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Author {
    /// A person of the account, by name.
    Customer(String),
    /// Support; among themselves by name.
    Support(Option<String>),
}

/// Something that was said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// The message.
    pub id: MessageId,
    /// Who said it.
    pub by: Author,
    /// Who reads it.
    pub audience: Audience,
    /// What was said.
    pub text: String,
    /// When.
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
    /// The files that came with it.
    pub files: Vec<FileEntry>,
}

/// A file that came with a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileEntry {
    /// The file.
    pub id: AttachmentId,
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: FileKind,
    /// Its size in bytes.
    pub size: u32,
}

/// The most characters of one message.
pub const MOST_CHARACTERS: usize = 4000;

/// Reads what somebody says. Activation codes in it are masked at once: nobody in support may see one (R101), and nobody
/// needs one to be helped.
///
/// # Errors
/// `Missing`, `TooLong` or `Unprintable`.
pub fn read_text(typed: &str) -> Result<String, Fault> {
    let text = text::paragraphs(&hide_codes(typed), MOST_CHARACTERS)?;
    if text.is_empty() { Err(Fault::Missing) } else { Ok(text) }
}
