//! What happened in the office: every deed, by whom, in words.

pub mod api;
mod device;
mod license;
mod page;

pub use device::DeviceHistory;
pub(crate) use device::{Last, LastOnDevice, last_on_device};
pub use license::LicenseHistory;
pub use page::Activity;
