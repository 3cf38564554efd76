//! Seats: how many devices of each class may use a license at the same time (R24, R56–R59).

pub mod release;
#[cfg(feature = "postgres")]
pub mod store;

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::id::DeviceId;

crate::choice! {
    /// A kind of device that seats are counted for; a place of one kind never serves another (R59).
    pub enum SeatClass {
        /// Personal computers, whatever their system.
        Desktop = "desktop",
        /// File servers.
        FileServer = "file_server",
        /// Phones and tablets.
        Mobile = "mobile",
        /// The password manager, on any system.
        PasswordManager = "password_manager",
    }
}

impl SeatClass {
    /// The devices of this kind, as people read of them: “places for file servers”.
    #[must_use]
    pub const fn in_sentence(self) -> &'static str {
        match self {
            Self::Desktop => "computers",
            Self::FileServer => "file servers",
            Self::Mobile => "phones and tablets",
            Self::PasswordManager => "the password manager",
        }
    }
}

/// The number of seats of each class that a code or license has (R24).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Seats(BTreeMap<SeatClass, u32>);

impl Seats {
    /// Reads a list like `desktop=5,file_server=1`.
    ///
    /// # Errors
    /// `UnreadableSeats` with the entry that is no class and number, or names a class twice.
    pub fn parse(list: &str) -> Result<Self, UnreadableSeats> {
        let mut seats = BTreeMap::new();
        for entry in list.split(',').map(str::trim).filter(|entry| !entry.is_empty()) {
            let unreadable = || UnreadableSeats { entry: entry.to_owned() };
            let (class, count) = entry.split_once('=').ok_or_else(unreadable)?;
            let class: SeatClass = class.trim().parse().map_err(|_| unreadable())?;
            let count: u32 = count.trim().parse().map_err(|_| unreadable())?;
            if seats.insert(class, count).is_some() {
                return Err(unreadable());
            }
        }
        Ok(Self(seats))
    }

    /// The seats of one class; zero when the class is not covered (E08).
    #[must_use]
    pub fn of(&self, class: SeatClass) -> u32 {
        self.0.get(&class).copied().unwrap_or(0)
    }

    /// The seats of all classes together.
    #[must_use]
    pub fn total(&self) -> u32 {
        self.0.values().fold(0, |total, count| total.saturating_add(*count))
    }

    /// What is left when what grew `before` into `grown` is taken back (edge case 44).
    #[must_use]
    pub fn without(&self, grown: &Self, before: &Self) -> Self {
        let fewer = |class: SeatClass| grown.of(class).saturating_sub(before.of(class));
        self.iter().map(|(class, count)| (class, count.saturating_sub(fewer(class)))).collect()
    }

    /// The classes covered, with their seats, in the order in which people see them.
    pub fn iter(&self) -> impl Iterator<Item = (SeatClass, u32)> {
        self.0.iter().filter(|(_, count)| **count > 0).map(|(class, count)| (*class, *count))
    }
}

impl FromIterator<(SeatClass, u32)> for Seats {
    fn from_iter<T: IntoIterator<Item = (SeatClass, u32)>>(counts: T) -> Self {
        Self(counts.into_iter().collect())
    }
}

impl FromStr for Seats {
    type Err = UnreadableSeats;

    fn from_str(list: &str) -> Result<Self, Self::Err> {
        Self::parse(list)
    }
}

impl fmt::Display for Seats {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, (class, count)) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str(",")?;
            }
            write!(f, "{class}={count}")?;
        }
        Ok(())
    }
}

/// An entry in a list of seats that is not one class and its number.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("“{entry}” is not a seat class and a number, like desktop=5, that is in the list once")]
pub struct UnreadableSeats {
    /// The entry as it was written.
    pub entry: String,
}

/// The seats of one class, in use and in all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SeatCount {
    /// The class.
    pub class: SeatClass,
    /// Devices that may use the license at the same time.
    pub total: u32,
    /// Devices that use it now; more than `total` is overuse (R61).
    pub used: u32,
}

impl SeatCount {
    /// Seats that a further device could take.
    #[must_use]
    pub const fn free(&self) -> u32 {
        self.total.saturating_sub(self.used)
    }

    /// Whether more devices use the license than it allows (R61).
    #[must_use]
    pub const fn is_overused(&self) -> bool {
        self.used > self.total
    }
}

/// A device that holds a seat, as it is listed when all are taken (E12).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    /// The device.
    pub device: DeviceId,
    /// Its name in the console.
    pub name: String,
    /// When it last contacted us; nothing if it never did.
    #[serde(with = "time::serde::rfc3339::option")]
    pub last_seen_at: Option<OffsetDateTime>,
    /// Whether it looks like the very machine that asks: parts of its hardware or its name are the same (edge case 3).
    #[serde(default)]
    pub same_machine: bool,
}

/// Puts the devices first that are least likely to be missed: those that look like the asking machine, then those never
/// seen, then the longest silence (edge case 3).
pub fn longest_silence_first(holders: &mut [Holder]) {
    holders.sort_by_key(|holder| (!holder.same_machine, holder.last_seen_at));
}

/// Whether so many devices more than were bought use a license that it is critical: from ten percent over (N3, R61).
#[must_use]
pub const fn overuse_is_grave(used: i64, total: i64) -> bool {
    used * 10 >= total * 11
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_percent_over_is_grave() {
        for (used, total, grave) in [(101, 100, false), (109, 100, false), (110, 100, true), (6, 5, true), (1, 0, true)]
        {
            assert_eq!(overuse_is_grave(used, total), grave, "{used} of {total}");
        }
    }

    #[test]
    fn each_class_is_counted_by_itself() {
        let seats = Seats::parse("desktop=5, file_server = 1").unwrap();
        assert_eq!(seats.of(SeatClass::Desktop), 5);
        assert_eq!(seats.of(SeatClass::FileServer), 1);
        assert_eq!(seats.of(SeatClass::Mobile), 0);
        assert_eq!(seats.total(), 6);
    }

    #[test]
    fn a_list_is_read_as_it_is_written() {
        let list = "desktop=5,file_server=1,mobile=5,password_manager=5";
        assert_eq!(list.parse::<Seats>().unwrap().to_string(), list);
        assert_eq!(Seats::parse(""), Ok(Seats::default()));
    }

    #[test]
    fn a_list_with_an_unreadable_entry_names_it() {
        for entry in ["desktop", "laptop=5", "desktop=-1", "desktop=many", "mobile=2"] {
            let refused = Seats::parse(&format!("mobile=1,{entry}"));
            assert_eq!(refused, Err(UnreadableSeats { entry: entry.to_owned() }));
        }
    }

    #[test]
    fn seats_travel_as_a_map_of_words() {
        let seats = Seats::parse("desktop=5,file_server=1").unwrap();
        let json = serde_json::to_string(&seats).unwrap();
        assert_eq!(json, r#"{"desktop":5,"file_server":1}"#);
        assert_eq!(serde_json::from_str::<Seats>(&json).unwrap(), seats);
    }

    #[test]
    fn overuse_leaves_no_free_seat() {
        let mut count = SeatCount { class: SeatClass::Desktop, total: 5, used: 4 };
        assert_eq!((count.free(), count.is_overused()), (1, false));
        count.used = 5;
        assert_eq!((count.free(), count.is_overused()), (0, false));
        count.used = 6;
        assert_eq!((count.free(), count.is_overused()), (0, true));
    }
}
