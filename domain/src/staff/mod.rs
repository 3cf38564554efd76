//! The people in support: a realm of their own, always with a second factor.

#[cfg(feature = "postgres")]
pub mod store;

crate::choice! {
    /// What a person in support may do.
    pub enum StaffRole {
        /// Works the queue and decides recoveries.
        Agent = "agent",
        /// Decides refunds and blocks as well.
        Lead = "lead",
        /// Reads everything that happened, decides nothing.
        Auditor = "auditor",
    }
}
