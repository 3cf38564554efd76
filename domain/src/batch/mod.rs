//! Many codes at once: made for a seller and handed over in one encrypted file, or brought along by another issuer in a file
//! of theirs. No page and no answer ever has one of them (R101).

mod form;
#[cfg(feature = "postgres")]
mod import;
#[cfg(feature = "postgres")]
pub mod store;

pub use form::{Terms, Typed};

use serde::{Deserialize, Serialize};
use time::{Duration, OffsetDateTime};

use crate::activation::Refusal;
use crate::code::CodeKind;
use crate::country::Country;
use crate::id::{BatchId, ImportId};
use crate::seat::Seats;

/// The most codes of one batch.
pub const MOST_CODES: u32 = 100_000;
/// The most lines of one file that is brought along.
pub const MOST_LINES: usize = 20_000;
/// The most lines that are told to be wrong; of more only the number.
pub const MOST_TOLD: usize = 200;
/// How long the good lines of a file that was tried can be brought in.
pub const IMPORT_LIFE: Duration = Duration::hours(1);

crate::choice! {
    /// Where the codes of a batch come from.
    pub enum Source {
        /// We made them.
        Made = "made",
        /// Another issuer made them.
        Imported = "imported",
    }
}

crate::choice! {
    /// Where a batch stands.
    pub enum BatchState {
        /// Its codes are being made or brought in.
        Working = "working",
        /// All codes are there; their file has not left.
        Ready = "ready",
        /// The file left, and there is no other.
        HandedOver = "handed_over",
        /// The codes are there, and whoever brought them has them.
        Finished = "finished",
    }
}

impl BatchState {
    /// Whether something is still to happen to it.
    #[must_use]
    pub const fn goes_on(self) -> bool {
        match self {
            Self::Working | Self::Ready => true,
            Self::HandedOver | Self::Finished => false,
        }
    }
}

/// A batch in the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BatchRow {
    /// The batch.
    pub id: BatchId,
    /// Where its codes come from.
    pub source: Source,
    /// The product.
    pub product: String,
    /// The bundle, by name.
    pub bundle: String,
    /// The seller.
    pub seller: String,
    /// What the codes are given as.
    pub kind: CodeKind,
    /// How many were ordered.
    pub wanted: u32,
    /// How many are there.
    pub done: u32,
    /// Of an import: how many came to be ours by another way.
    pub skipped: u32,
    /// Where it stands.
    pub state: BatchState,
    /// Who ordered it.
    pub asked_by: String,
    /// When.
    pub asked_at: OffsetDateTime,
}

/// A page of batches, the newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Batches {
    /// The batches.
    pub rows: Vec<BatchRow>,
    /// Where the next page begins, if there is one.
    pub older: Option<BatchId>,
    /// Whether the reader may order further ones.
    pub may_change: bool,
}

/// One batch, without any of its codes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BatchPage {
    /// As in the list.
    pub row: BatchRow,
    /// The seats of each code.
    pub seats: Seats,
    /// The term of each code in days.
    pub days: u32,
    /// The countries they work in; none means everywhere.
    pub countries: Vec<Country>,
    /// Until when they can be activated for the first time.
    pub redeem_by: Option<OffsetDateTime>,
    /// Why it was ordered.
    pub reason: String,
    /// The key that their file is encrypted to.
    pub recipient: Option<String>,
    /// When the last code was there.
    pub finished_at: Option<OffsetDateTime>,
    /// With whom the file left, and when.
    pub handed: Option<(String, OffsetDateTime)>,
    /// Whether the reader may take the file.
    pub may_take: bool,
}

/// What is wrong with a line of a file. It never says what stands in the line: that may be a code.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Wrong {
    /// The code can't be read (E01, E02).
    Code(Refusal),
    /// A symbol that our codes never have stands there (edge case 8).
    Symbol { position: usize },
    /// The last symbol does not fit the others (edge case 9).
    CheckSymbol,
    /// The same code stands in an earlier line.
    Twice { first: u64 },
    /// The code is ours already.
    AlreadyOurs,
    /// No bundle has this number.
    UnknownProduct,
    /// Not a date.
    NotADate,
    /// A last day that is over.
    InThePast,
    /// A last day of a code that is paid for, which never gets old (R6).
    LastDayOfPaid,
    /// Not text.
    NotText,
    /// One line more than are taken: the rest of the file was not read.
    TooManyLines,
}

/// A line that can't be brought in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BadLine {
    /// Its number in the file, from 1.
    pub line: u64,
    /// What is wrong with it.
    pub wrong: Wrong,
}

/// A file that was tried: what would be brought in, and what is wrong with the rest.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ImportPage {
    /// The try.
    pub id: ImportId,
    /// The seller the codes would be of.
    pub seller: String,
    /// The bundle of lines that name none.
    pub bundle: String,
    /// What the codes would be given as.
    pub kind: CodeKind,
    /// How many lines are good.
    pub good: u32,
    /// The lines that are not.
    pub bad: Vec<BadLine>,
    /// So many more are not.
    pub bad_more: u32,
    /// Until when the good ones can be brought in.
    pub expires_at: OffsetDateTime,
    /// Whether they still can.
    pub open: bool,
    /// The batch that they were brought in with.
    pub batch: Option<BatchId>,
}
