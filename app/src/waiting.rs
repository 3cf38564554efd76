//! What stands in the place of something while it is being read, or when it could not be.

use domain::Error;
use leptos::prelude::*;

use crate::error::AppError;
use crate::ui::Empty;
use crate::{paths, wording};

/// What stands while something is being read.
pub(crate) fn reading() -> AnyView {
    view! { <p class="muted" role="status">"Loading…"</p> }.into_any()
}

/// What stands where something could not be read.
pub(crate) fn unread(error: &AppError) -> AnyView {
    if *error == AppError::Deed(Error::NotFound) {
        return view! {
            <Empty title="Not found" text="There is nothing at this address in your office.">
                <a href=paths::OVERVIEW>"Go to the overview"</a>
            </Empty>
        }
        .into_any();
    }
    let text = wording::whole(error).unwrap_or_default();
    view! { <Empty title="This can't be shown now" text=text/> }.into_any()
}
