//! The office's licenses: the cards, one license's datasheet with its code, and adding an activation code.

mod add_code;
pub mod api;
mod certificate;
mod details;
mod download;
mod everywhere;
mod find;
mod grants;
mod hand_over;
mod held;
mod leaked;
mod list;
mod purchase;
mod show_code;
mod stores;

pub use add_code::AddCode;
pub use certificate::Certificate;
pub use details::Details;
pub(crate) use held::{mark, rehearsed};
pub use leaked::Leaked;
pub use list::Licenses;
pub(crate) use purchase::Care;
pub(crate) use stores::Stores;

use domain::country::Country;
use domain::license::details::LicenseDetails;
use domain::license::{LicenseFacts, Standing};
use domain::seat::SeatCount;
use leptos::prelude::*;
use time::OffsetDateTime;

use crate::ui::{Pips, State};
use crate::wording;

/// Where a license stands, in a word with its mark. An end behind which a code waits is no warning (edge case 52).
pub(crate) fn standing(facts: &LicenseFacts, has_reserve: bool, now: OffsetDateTime) -> (State, &'static str) {
    match facts.standing(now) {
        Standing::Expiring if has_reserve => (State::Reserve, "Reserve waits"),
        standing => wording::standing(standing),
    }
}

/// The seats of each class, in use and in all.
pub(crate) fn pips(seats: &[SeatCount]) -> AnyView {
    let rows = seats.iter().map(|seat| {
        view! { <Pips label=wording::seat_class(seat.class) used=seat.used total=seat.total/> }
    });
    rows.collect_view().into_any()
}

/// The license key, or only its end where the reader may not see it.
pub(crate) fn key(license: &LicenseDetails) -> String {
    if license.key_hidden { format!("…{}", license.license_key.tail()) } else { license.license_key.to_string() }
}

/// The countries a code was bought for.
pub(crate) fn countries(countries: &[Country]) -> String {
    if countries.is_empty() {
        return "Everywhere".to_owned();
    }
    countries.iter().map(|country| country.name()).collect::<Vec<_>>().join(", ")
}
