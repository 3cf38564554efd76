//! The office's licenses: the cards, one license's datasheet with its code, and adding an activation code.

mod add_code;
pub mod api;
mod details;
mod list;
mod offer;
mod show_code;

pub use add_code::AddCode;
pub use details::Details;
pub use list::Licenses;

use domain::Error;
use domain::country::Country;
use domain::seat::SeatCount;
use leptos::prelude::*;

use crate::error::AppError;
use crate::ui::{Empty, Pips};
use crate::{paths, wording};

/// The seats of each class, in use and in all.
pub(crate) fn pips(seats: &[SeatCount]) -> AnyView {
    let rows = seats.iter().map(|seat| {
        view! { <Pips label=wording::seat_class(seat.class) used=seat.used total=seat.total/> }
    });
    rows.collect_view().into_any()
}

/// The countries a code was bought for.
pub(crate) fn countries(countries: &[Country]) -> String {
    if countries.is_empty() {
        return "Everywhere".to_owned();
    }
    countries.iter().map(|country| country.name()).collect::<Vec<_>>().join(", ")
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

/// What stands while something is being read.
pub(crate) fn reading() -> AnyView {
    view! { <p class="muted" role="status">"Loading…"</p> }.into_any()
}
