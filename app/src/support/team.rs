//! The team of support: who is in it, who was asked, one member, and the way in.

mod factor;
mod join;
mod list;
mod member;

pub use factor::SupportFactor;
pub use join::JoinSupport;
pub use list::TeamPage;
pub use member::MemberPage;

use domain::staff::StaffRole;

/// What somebody of a role does, in a sentence.
const fn does(role: StaffRole) -> &'static str {
    match role {
        StaffRole::Agent => "Works the queue, opens records for a case and decides recoveries.",
        StaffRole::Lead => {
            "Does what agents do; decides refunds and blocks, reads the audit log and looks after the team."
        }
        StaffRole::Auditor => "Reads requests, records and the audit log, and changes nothing.",
    }
}
