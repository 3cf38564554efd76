//! The whole application over HTTP, on a real database: what people, devices and attackers get for an answer.

#![expect(clippy::unwrap_used, reason = "a test that can't go on has failed")]

mod abandoned;
mod bad_input;
mod foreign;
mod harness;
mod headers;
mod link;
mod permissions;
mod rotate_keys;
mod seats;
mod session;
mod sign_in;
mod strangers;
mod tenants;
mod walk;
