//! Why a command stops without having done its work: one sentence that says what to do.

use std::fmt;
use std::io;
use std::process::ExitCode;

use server::database::DatabaseError;
use server::geo::CountriesError;
use server::keys::KeyError;
use server::mail::MailerError;
use server::pages::FrontEndMissing;
use server::postgres::StartError;

/// A sentence for the person at the terminal, and the exit code for the program that called us.
#[derive(Debug)]
pub struct Stop {
    sentence: String,
    code: u8,
}

impl Stop {
    /// The caller has to change something first: a setting, a key, an argument (exit code 2).
    #[must_use]
    pub fn wrong(sentence: impl Into<String>) -> Self {
        Self { sentence: sentence.into(), code: 2 }
    }

    /// It can work the next time without a change (exit code 1).
    #[must_use]
    pub fn failed(sentence: impl Into<String>) -> Self {
        Self { sentence: sentence.into(), code: 1 }
    }

    /// The exit code of the process.
    #[must_use]
    pub fn code(&self) -> ExitCode {
        ExitCode::from(self.code)
    }
}

impl fmt::Display for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentence)
    }
}

impl From<StartError> for Stop {
    fn from(error: StartError) -> Self {
        match error {
            StartError::NotReady { .. } | StartError::Unusable(_) => Self::failed(error.to_string()),
            _ => Self::wrong(error.to_string()),
        }
    }
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        Self::failed(format!("The operating system says: {error}."))
    }
}

impl From<DatabaseError> for Stop {
    fn from(error: DatabaseError) -> Self {
        match error {
            DatabaseError::Lost(_) | DatabaseError::Unreachable { .. } => Self::failed(error.to_string()),
            _ => Self::wrong(error.to_string()),
        }
    }
}

impl From<KeyError> for Stop {
    fn from(error: KeyError) -> Self {
        Self::wrong(error.to_string())
    }
}

impl From<MailerError> for Stop {
    fn from(error: MailerError) -> Self {
        Self::wrong(error.to_string())
    }
}

impl From<FrontEndMissing> for Stop {
    fn from(error: FrontEndMissing) -> Self {
        Self::wrong(error.to_string())
    }
}

impl From<CountriesError> for Stop {
    fn from(error: CountriesError) -> Self {
        Self::wrong(error.to_string())
    }
}

impl From<sqlx::Error> for Stop {
    fn from(error: sqlx::Error) -> Self {
        DatabaseError::from(error).into()
    }
}

impl From<domain::Error> for Stop {
    fn from(error: domain::Error) -> Self {
        match error {
            domain::Error::Invalid(fields) => {
                let names: Vec<_> = fields.iter().map(|field| field.field.replace('_', "-")).collect();
                Self::wrong(format!("Nothing was changed: correct {}.", names.join(", ")))
            }
            domain::Error::Internal(_) | domain::Error::Busy => {
                Self::failed("The database refused, and nothing was changed: the log line above has the cause.")
            }
            other => Self::wrong(format!("Nothing was changed: {other}.")),
        }
    }
}
