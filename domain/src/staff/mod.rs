//! The people in support: a realm of their own, always with a second factor.

#[cfg(feature = "postgres")]
pub mod store;

use serde::{Deserialize, Serialize};
use time::{Duration, OffsetDateTime};

use crate::id::{StaffId, StaffInvitationId};

crate::choice! {
    /// What a person in support may do.
    pub enum StaffRole {
        /// Works the queue and decides recoveries.
        Agent = "agent",
        /// Decides refunds and blocks as well, and looks after the team.
        Lead = "lead",
        /// Reads everything that happened, decides nothing.
        Auditor = "auditor",
    }
}

crate::choice! {
    /// What a lead does about somebody in the team. Each ends every session of theirs.
    pub enum StaffChange {
        /// They can't sign in until they are let back in.
        Suspend = "suspend",
        /// They can sign in again.
        Restore = "restore",
        /// They sign in again, with both factors.
        EndSessions = "end_sessions",
        /// They set up their second factor anew, before anything else.
        NewFactor = "new_factor",
    }
}

/// How long the link of an invitation to support works.
pub const INVITATION_LIFE: Duration = Duration::days(3);

/// Everybody in support, as leads see them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Team {
    /// Those who are in it; leads first, suspended ones last.
    pub members: Vec<Member>,
    /// Those who were asked and have not joined.
    pub invited: Vec<Invited>,
    /// When it was read.
    #[serde(with = "time::serde::rfc3339")]
    pub now: OffsetDateTime,
}

/// Somebody in support.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// The identity.
    pub id: StaffId,
    /// The name, which customers read under answers.
    pub name: String,
    /// The address to sign in with.
    pub email: String,
    /// What they may do.
    pub role: StaffRole,
    /// Whether the second factor is set up.
    pub enrolled: bool,
    /// When they last signed in.
    #[serde(with = "time::serde::rfc3339::option")]
    pub last_sign_in_at: Option<OffsetDateTime>,
    /// Since when they can't.
    #[serde(with = "time::serde::rfc3339::option")]
    pub suspended_at: Option<OffsetDateTime>,
    /// Whether it is the reader: what leads do, they do to others.
    pub is_self: bool,
}

/// Somebody who was asked to join support.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invited {
    /// The identity of the invitation.
    pub id: StaffInvitationId,
    /// The address it went to.
    pub email: String,
    /// What they will do.
    pub role: StaffRole,
    /// The lead who asked.
    pub inviter: String,
    /// Until when the link works.
    #[serde(with = "time::serde::rfc3339")]
    pub expires_at: OffsetDateTime,
}

/// What the link of an invitation to support offers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StaffAsked {
    /// The address to sign in with.
    pub email: String,
    /// What they will do.
    pub role: StaffRole,
    /// The lead who asks.
    pub inviter: String,
}
