//! Who is in the office: inviting, joining, roles and leaving.

pub mod api;
mod choose;
mod invite;
mod join;
mod list;
mod one;

pub(crate) use choose::colleague;
pub use join::Join;
pub use list::People;
pub use one::Person;

use domain::person::Role;

/// What a role is called, and what it may do.
const fn role(role: Role) -> (&'static str, &'static str) {
    match role {
        Role::Owner => ("Owner", "Looks after everything, and decides who manages the office."),
        Role::Manager => ("Manager", "Invites and removes people, and chooses when the office is told of things."),
        Role::Member => ("Member", "Protects own devices."),
    }
}
