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

use domain::country::Country;
use domain::seat::SeatCount;
use leptos::prelude::*;

use crate::ui::Pips;
use crate::wording;

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
