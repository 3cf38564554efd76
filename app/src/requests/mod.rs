//! The requests that an account has sent to support, and where each of them stands.

pub mod api;
mod list;
mod one;
mod progress;

pub use list::Requests;
pub use one::Request;

use leptos::prelude::*;

use crate::error::AppError;
use crate::ui::*;
use crate::wording;

/// What stands in the place of something that could not be read.
pub(crate) fn unread(error: &AppError) -> AnyView {
    let sentence = wording::whole(error);
    view! {
        <Notice tone=Tone::Warn title="This can't be shown">
            <p>{sentence}</p>
        </Notice>
    }
    .into_any()
}
