//! What a page or a server function answers when a deed was not done.

use domain::Error;
use leptos::server_fn::codec::JsonEncoding;
use leptos::server_fn::error::{FromServerFnError, ServerFnErrorErr};
use serde::{Deserialize, Serialize};

/// The domain's error on its way to the page, or that the way was cut.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum AppError {
    /// What the deed answered.
    Deed(domain::Error),
    /// The server could not be reached, or its answer not be read.
    Away,
    /// A form that came after its session had ended; what was typed is here again.
    Unsent,
}

/// What every server function answers.
pub type Answer<T> = Result<T, AppError>;

impl From<domain::Error> for AppError {
    fn from(error: domain::Error) -> Self {
        Self::Deed(error)
    }
}

impl FromServerFnError for AppError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(cause: ServerFnErrorErr) -> Self {
        #[cfg(feature = "ssr")]
        crate::cx::blame_sender(&cause);
        #[cfg(feature = "hydrate")]
        if matches!(
            cause,
            ServerFnErrorErr::Request(_) | ServerFnErrorErr::Response(_) | ServerFnErrorErr::Deserialization(_)
        ) {
            crate::away::missed();
        }
        #[cfg(not(any(feature = "ssr", feature = "hydrate")))]
        drop(cause);
        Self::Away
    }
}

impl std::fmt::Display for AppError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Deed(error) => error.fmt(f),
            Self::Away => f.write_str("the server could not be reached"),
            Self::Unsent => f.write_str("the session had ended before this came"),
        }
    }
}

impl std::error::Error for AppError {}

impl AppError {
    /// The HTTP status of this answer.
    #[must_use]
    pub fn status(&self) -> u16 {
        match self {
            Self::Deed(error) => error.status(),
            // arguments that can't be read
            Self::Away => 400,
            Self::Unsent => Error::Unauthenticated.status(),
        }
    }
}
