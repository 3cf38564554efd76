//! What people choose for themselves: the time zone that pages are in, and the language that support answers in.

use serde::{Deserialize, Serialize};

crate::choice! {
    /// The language a person wants answers from support in. The console itself speaks English.
    pub enum Language {
        /// English.
        English = "en",
        /// Arabic.
        Arabic = "ar",
        /// Dutch.
        Dutch = "nl",
        /// French.
        French = "fr",
        /// German.
        German = "de",
        /// Hindi.
        Hindi = "hi",
        /// Italian.
        Italian = "it",
        /// Polish.
        Polish = "pl",
        /// Portuguese.
        Portuguese = "pt",
        /// Russian.
        Russian = "ru",
        /// Spanish.
        Spanish = "es",
        /// Turkish.
        Turkish = "tr",
        /// Ukrainian.
        Ukrainian = "uk",
    }
}

impl Language {
    /// Its name, in English.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::Arabic => "Arabic",
            Self::Dutch => "Dutch",
            Self::French => "French",
            Self::German => "German",
            Self::Hindi => "Hindi",
            Self::Italian => "Italian",
            Self::Polish => "Polish",
            Self::Portuguese => "Portuguese",
            Self::Russian => "Russian",
            Self::Spanish => "Spanish",
            Self::Turkish => "Turkish",
            Self::Ukrainian => "Ukrainian",
        }
    }
}

/// What a person chose.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preferences {
    /// The name of the zone; nothing while none was chosen: UTC counts then.
    pub zone: Option<String>,
    /// Nothing while none was chosen: English counts then.
    pub language: Option<Language>,
}
