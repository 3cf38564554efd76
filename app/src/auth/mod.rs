//! Coming in and going out: accounts, sessions and passwords.

pub mod api;
#[cfg(feature = "ssr")]
mod browser;
mod confirm;
mod email_change;
pub mod ending;
pub(crate) mod fields;
#[cfg(feature = "ssr")]
pub mod kept;
#[cfg(feature = "ssr")]
pub mod known_browser;
#[cfg(feature = "ssr")]
mod next;
#[cfg(feature = "ssr")]
pub(crate) mod one_time_code;
#[cfg(feature = "ssr")]
pub(crate) mod passkey;
pub(crate) mod passkey_button;
pub(crate) mod passkey_form;
#[cfg(feature = "ssr")]
pub mod password;
mod reset;
mod second_step;
#[cfg(feature = "ssr")]
pub mod session;
mod sign_in;
mod sign_up;
#[cfg(feature = "ssr")]
pub(crate) mod step_up;

pub use confirm::{CheckMail, Confirm};
pub use email_change::{ConfirmEmailChange, StopEmailChange};
pub use reset::{Forgot, Reset};
pub(crate) use second_step::CodeOnce;
pub use second_step::SecondStep;
pub use sign_in::SignIn;
pub use sign_up::SignUpPage;
pub(crate) use sign_up::password_rule;

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

/// What the address of the page says after `?`, read once: these pages are loaded, not changed.
pub(crate) fn query(name: &str) -> Option<String> {
    use_query_map().with_untracked(|query| query.get(name))
}

/// What a link in a mail brought along, also after the form came back.
fn token(posted: String) -> String {
    if posted.is_empty() { query("token").unwrap_or_default() } else { posted }
}
