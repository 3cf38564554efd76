//! The Renewal and Upgrade Center, and the stand-in store of a demo.

pub mod api;
mod offer;
mod page;
mod store;

pub use page::Renew;
pub use store::Store;

use domain::seat::Seats;

use crate::wording;

/// “5 computers, 1 file server” as far as words go: each class with its number.
fn in_words(seats: &Seats) -> String {
    let each: Vec<String> =
        seats.iter().map(|(class, count)| format!("{count} for {}", wording::seat_class_in_sentence(class))).collect();
    each.join(", ")
}
