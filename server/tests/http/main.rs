//! The whole application over HTTP, on a real database: what people, devices and attackers get for an answer.

#![expect(clippy::unwrap_used, reason = "a test that can't go on has failed")]

mod abandoned;
mod activity;
mod api_input;
mod attacks;
mod bad_input;
mod cancelled;
mod cases;
mod closing;
mod device_api;
mod device_list;
mod email_change;
mod export;
mod foreign;
mod harness;
mod headers;
mod heartbeats;
mod help;
mod idempotency;
mod license_list;
mod license_pages;
mod limits;
mod link;
mod lookup;

mod machines;
mod mailbox;
mod notices;
mod offers;
mod orders;
mod page_cost;
mod passkeys;
mod people;
mod permissions;
mod queue;
mod recoveries;
mod refunds;
mod reinstall;
mod renew;
mod rfc8628;
mod rotate_keys;
mod seats;
mod seller_keys;
mod session;
mod settings;
mod shop;
mod sign_in;
mod statements;
mod strangers;
mod subscriptions;
mod tenants;
mod two_step;
mod walk;
mod webhooks;
