//! Devices: computers, file servers and phones. Being managed here and being licensed are two separate axes (§3.3).

#[cfg(feature = "postgres")]
pub mod beats;
pub mod details;
pub mod expiry;
pub mod fingerprint;
pub mod listing;
#[cfg(feature = "postgres")]
pub mod machine;
pub mod reinstall;
#[cfg(feature = "postgres")]
pub mod status;
#[cfg(feature = "postgres")]
pub mod store;

use time::{Duration, OffsetDateTime};

use crate::seat::SeatClass;

/// A device that has not called for so long is silent, and told of (N9).
pub const SILENT_AFTER: Duration = Duration::days(30);

crate::choice! {
    /// A device's kind of system.
    pub enum OsFamily {
        /// Windows on a personal computer.
        Windows = "windows",
        /// Windows on a file server.
        WindowsServer = "windows_server",
        /// macOS.
        Mac = "mac",
        /// Android.
        Android = "android",
        /// iOS and iPadOS.
        Ios = "ios",
    }
}

impl OsFamily {
    /// The class of the seat that a device of this kind takes: computers of all kinds are counted together (R24).
    #[must_use]
    pub const fn seat_class(self) -> SeatClass {
        match self {
            Self::Windows | Self::Mac => SeatClass::Desktop,
            Self::WindowsServer => SeatClass::FileServer,
            Self::Android | Self::Ios => SeatClass::Mobile,
        }
    }
}

crate::choice! {
    /// Whether a device is managed from its account. It says nothing about its license (R52).
    pub enum Connection {
        /// It was never tied to an account.
        NeverConnected = "never_connected",
        /// It is seen and managed from its account.
        Connected = "connected",
        /// It was taken out of remote management; it can come back.
        Disconnected = "disconnected",
    }
}

impl Connection {
    /// The connection that follows from when the device was last connected and last disconnected.
    #[must_use]
    pub fn of(connected_at: Option<OffsetDateTime>, disconnected_at: Option<OffsetDateTime>) -> Self {
        match (connected_at, disconnected_at) {
            (None, _) => Self::NeverConnected,
            (Some(connected), Some(disconnected)) if disconnected >= connected => Self::Disconnected,
            (Some(_), _) => Self::Connected,
        }
    }
}

crate::choice! {
    /// What people ask of a device; it learns it at its next contact.
    pub enum CommandKind {
        /// Use the license that was sent from the console (R51).
        License = "license",
        /// Stop using the license: the seat was released (R54).
        Release = "release",
        /// Go by another name.
        Rename = "rename",
    }
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    #[test]
    fn computers_of_all_kinds_are_counted_together() {
        assert_eq!(OsFamily::Windows.seat_class(), OsFamily::Mac.seat_class());
        assert_eq!(OsFamily::Android.seat_class(), OsFamily::Ios.seat_class());
        assert_eq!(OsFamily::WindowsServer.seat_class(), SeatClass::FileServer);
    }

    #[test]
    fn a_device_can_leave_and_come_back() {
        let may = Some(datetime!(2026-05-01 10:00 UTC));
        let june = Some(datetime!(2026-06-01 10:00 UTC));
        assert_eq!(Connection::of(None, None), Connection::NeverConnected);
        assert_eq!(Connection::of(may, None), Connection::Connected);
        assert_eq!(Connection::of(may, june), Connection::Disconnected);
        assert_eq!(Connection::of(may, may), Connection::Disconnected);
        assert_eq!(Connection::of(june, may), Connection::Connected);
    }
}
