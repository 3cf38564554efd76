//! The one error of every deed: six kinds, each with its own status, none with free text.

use serde::{Deserialize, Serialize};

use crate::activation::Refusal;
use crate::id::RequestId;

/// What every rule and deed answers.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a deed was not done. The sentences for people are written where people are spoken to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, thiserror::Error)]
pub enum Error {
    /// We do not know who asks, or the password has to be entered again (401).
    #[error("not signed in")]
    Unauthenticated,
    /// Known, but may not, and may know that it exists (403).
    #[error("not allowed")]
    Forbidden,
    /// Not there, or another account's (404, R100).
    #[error("not found")]
    NotFound,
    /// A rule says no (409; 429 for E26).
    #[error("refused: {0}")]
    Refused(Refusal),
    /// What was typed can't be used; each entry names its field (422).
    #[error("{} fields can't be used", .0.len())]
    Invalid(Vec<FieldError>),
    /// Too much at once: nothing was used up, the same request works a moment later (503).
    #[error("busy")]
    Busy,
    /// Our own fault (500); the log has the cause under this request.
    #[error("internal error in request {0}")]
    Internal(RequestId),
}

impl Error {
    /// One field that can't be used.
    #[must_use]
    pub fn field(field: &str, fault: Fault) -> Self {
        Self::Invalid(vec![FieldError { field: field.to_owned(), fault }])
    }

    /// The HTTP status this error is answered with.
    #[must_use]
    pub fn status(&self) -> u16 {
        match self {
            Self::Unauthenticated => 401,
            Self::Forbidden => 403,
            Self::NotFound => 404,
            Self::Refused(refusal) => refusal.status(),
            Self::Invalid(_) => 422,
            Self::Busy => 503,
            Self::Internal(_) => 500,
        }
    }
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

/// One field of a form and what is wrong with what stands in it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FieldError {
    /// The field's name in the form and on the wire.
    pub field: String,
    /// What is wrong with it.
    pub fault: Fault,
}

/// What can be wrong with a field.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Fault {
    /// Nothing was entered.
    Missing,
    /// Fewer characters than needed.
    TooShort { min: usize },
    /// More characters than can be kept.
    TooLong { max: usize },
    /// A character that can't be kept, such as a control character.
    Unprintable,
    /// Not an e-mail address.
    NotAnEmail,
    /// Among several addresses, an entry that is none.
    NotAnEmailAmong(String),
    /// Somebody with this address is in the office already.
    AlreadyHere(String),
    /// Somebody who administers licenses that run can't leave: they are handed over first (edge case 37).
    AdministersLicenses,
    /// A paid license runs until then, and the person looks after it; `others` could take it over (edge case 37).
    PaidLicenseRuns {
        #[serde(with = "time::serde::rfc3339")]
        until: time::OffsetDateTime,
        others: bool,
    },
    /// Others work in the office whose owner wants to go.
    OfficeHasPeople,
    /// Somebody whose account is about to be closed can be given nothing to look after.
    ClosesAccount,
    /// The address that the person signs in with already.
    AlreadyYours,
    /// None of the choices offered.
    NotAChoice,
    /// Not a date of the form year-month-day.
    NotADate,
    /// A date that has not come yet.
    InTheFuture,
    /// A moment that is over, or that lies before the one it would take the place of.
    InThePast,
    /// A number beyond what is taken.
    OutOfRange { min: u64, max: u64 },
    /// Nothing may stand here beside the rest.
    DoesNotBelong,
    /// This number stands for something else that was sent before: the same number with other contents (X10).
    UsedOtherwise,
    /// A password on the list of common ones.
    CommonPassword,
    /// A password that contains the person's own name, address or office.
    PersonalPassword,
    /// A password that is guessed quickly.
    GuessablePassword,
    /// Not the password of this account.
    WrongPassword,
    /// Not the one-time code of this moment, or already used.
    WrongOneTimeCode,
    /// Not a passkey that signs in here, or its answer was not the one asked for.
    PasskeyRefused,
    /// The console is reached by a number instead of a name: devices keep no passkeys for that.
    NoPasskeysHere,
    /// As many passkeys as one person may have.
    TooManyPasskeys { most: usize },
    /// Not a license key: 32 hexadecimal digits in groups of 8-4-4-4-12 (R27); `entered` digits were found.
    NotALicenseKey { entered: usize },
    /// An activation code where the license key belongs (edge case 10).
    CodeInsteadOfKey,
    /// No request with this user code is waiting (RFC 8628 §3.3).
    UnknownUserCode,
    /// The link in the mail was used before, has expired, or is not one of ours.
    DeadMailLink,
    /// More files than go with one message.
    TooManyFiles { most: usize },
    /// A file of more than this many megabytes.
    FileTooLong { megabytes: usize },
    /// A seller who told no key that files of codes could be encrypted to.
    NoRecipient,
    /// A file that is neither a picture nor a PDF file, by its content.
    NotAPictureOrPdf,
    /// An activation code in a text that has none.
    CodeInText,
    /// A field in braces that nothing fills in.
    UnknownBlank(String),
    /// A field of a saved reply that nothing has filled in yet.
    OpenBlank(String),
    /// The reinstall ticket was used, taken back, is too old, or is not one of ours.
    DeadTicket,
    /// A code can't be used; the refusal says why.
    Code(Refusal),
}
