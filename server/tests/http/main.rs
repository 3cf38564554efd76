//! The whole application over HTTP, on a real database: what people, devices and attackers get for an answer.

#![expect(clippy::unwrap_used, reason = "a test that can't go on has failed")]

mod abandoned;
mod bad_input;
mod cancelled;
mod foreign;
mod harness;
mod headers;
mod link;
mod orders;
mod permissions;
mod rotate_keys;
mod seats;
mod seller_keys;
mod session;
mod shop;
mod sign_in;
mod strangers;
mod subscriptions;
mod tenants;
mod walk;
mod webhooks;
