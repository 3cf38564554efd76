//! The rules of licensing as deeds carry them out on a real database, at whatever instant a test says it is.

#![expect(clippy::unwrap_used, reason = "a test that can't go on has failed")]

mod boundary;
#[cfg(feature = "twins")]
mod clock;
mod expiry;
mod harness;
#[cfg(feature = "twins")]
mod load;
mod renewal;
mod reserve;
mod seats;
mod switch;
mod tickets;
mod what_if;
