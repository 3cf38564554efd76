//! The people of an office as its people see them, and those who were asked to join.

use serde::{Deserialize, Serialize};
use time::{Duration, OffsetDateTime};

use super::{Email, Role};
use crate::id::{DeviceId, InvitationId, LicenseId, PersonId};
use crate::{Error, Fault, Result};

/// How long an invitation can be accepted (domain §3.9).
pub const INVITATION_LIFE: Duration = Duration::days(14);

/// How long the devices of somebody who was removed keep their places (edge case 38).
pub const DEVICES_KEEP_FOR: Duration = Duration::days(7);

/// The most addresses that are invited at once.
pub const INVITED_AT_ONCE: usize = 20;

/// The most colleagues that a form lists to choose one from.
pub const COLLEAGUES_LISTED: usize = 100;

/// The people of an office to choose one from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Colleagues {
    /// All of them by name, when they are few enough to list.
    pub few: Vec<(PersonId, String)>,
    /// Whether they are too many to list: then one is named by the address they sign in with.
    pub many: bool,
}

impl Colleagues {
    /// The choice among these; more than `COLLEAGUES_LISTED` are not listed.
    #[must_use]
    pub fn of(people: Vec<(PersonId, String)>) -> Self {
        if people.len() > COLLEAGUES_LISTED {
            return Self { few: Vec::new(), many: true };
        }
        Self { few: people, many: false }
    }

    /// Whether there is nobody to choose.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.few.is_empty() && !self.many
    }
}

/// Whom the way to install and link can be mailed to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Addressees {
    /// Who asks.
    pub own: PersonId,
    /// The address they sign in with.
    pub own_email: String,
    /// The others, each by name and address.
    pub others: Colleagues,
}

/// Which page of each list of an office's people is read: what stands in the address of the page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pages {
    /// The last person of the page before.
    pub after: Option<PersonId>,
    /// The last invitation of the page before.
    pub asked_before: Option<InvitationId>,
    /// A license that the invitation form lists in any case.
    pub license: Option<LicenseId>,
}

/// Everybody in the office, one page of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct People {
    /// Who is in it, by name.
    pub people: Vec<PersonRow>,
    /// Where the next page of them begins, if there is one.
    pub next: Option<PersonId>,
    /// Who was asked and has not answered, newest first.
    pub invited: Vec<Invited>,
    /// Where the next page of them begins, if there is one.
    pub invited_next: Option<InvitationId>,
    /// Licenses that the reader administers and could let others use, by product and days left.
    pub licenses: Vec<(LicenseId, String)>,
    /// Whether the reader administers more licenses than these.
    pub more_licenses: bool,
    /// Whether the reader may invite and remove.
    pub may_look_after: bool,
    /// Who reads.
    pub reader: PersonId,
    /// When it was read.
    #[serde(with = "time::serde::rfc3339")]
    pub now: OffsetDateTime,
}

/// Somebody of the office.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonRow {
    /// Who.
    pub id: PersonId,
    /// The name.
    pub name: String,
    /// The address they sign in with.
    pub email: String,
    /// What they may do.
    pub role: Role,
    /// Since when.
    #[serde(with = "time::serde::rfc3339")]
    pub joined_at: OffsetDateTime,
    /// When they last signed in.
    #[serde(with = "time::serde::rfc3339::option")]
    pub last_sign_in_at: Option<OffsetDateTime>,
    /// Connected devices of theirs.
    pub devices: u32,
    /// Licenses they administer.
    pub administers: u32,
}

/// Somebody who was asked to join.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invited {
    /// The invitation.
    pub id: InvitationId,
    /// The address it went to.
    pub email: String,
    /// The role offered.
    pub role: Role,
    /// The product of a license they may use, and on how many devices.
    pub license: Option<(String, u32)>,
    /// Who asked them.
    pub inviter: String,
    /// When it was last sent.
    #[serde(with = "time::serde::rfc3339")]
    pub sent_at: OffsetDateTime,
    /// The first instant at which it can't be accepted any more.
    #[serde(with = "time::serde::rfc3339")]
    pub expires_at: OffsetDateTime,
}

/// One person, as those who look after the office see them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonDetails {
    /// The row of the list.
    pub person: PersonRow,
    /// Their connected devices, as many as one page lists.
    pub devices: Vec<(DeviceId, String)>,
    /// Whether there are more of them.
    pub more_devices: bool,
    /// Licenses they administer, as many as one page lists: they have to be handed over before the person can be removed
    /// (edge case 37).
    pub administers: Vec<(LicenseId, String)>,
    /// Whether there are more of them.
    pub more_administers: bool,
    /// Whether the reader may give another role, or the office itself.
    pub may_set_role: bool,
    /// Whether the reader may remove the person; nobody removes the owner.
    pub may_remove: bool,
    /// Whether it is the reader.
    pub is_reader: bool,
    /// When it was read.
    #[serde(with = "time::serde::rfc3339")]
    pub now: OffsetDateTime,
}

/// What somebody who was asked to join sees before they answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// The office.
    pub office: String,
    /// Who asked.
    pub inviter: String,
    /// The address it went to; they will sign in with it.
    pub email: String,
    /// The role offered.
    pub role: Role,
}

/// Addresses to invite, as they were pasted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InviteForm {
    /// Each address once.
    pub emails: Vec<Email>,
    /// The role offered.
    pub role: Role,
}

impl InviteForm {
    /// Reads addresses pasted one a line, with commas or semicolons, with or without names around them.
    ///
    /// # Errors
    /// `Invalid(emails)` with the first entry that is no address, or when there are none or too many; `Invalid(role)`.
    pub fn read(pasted: &str, role: &str) -> Result<Self> {
        let role = match role {
            "" | "member" => Role::Member,
            "manager" => Role::Manager,
            _ => return Err(Error::field("role", Fault::NotAChoice)),
        };
        let mut emails: Vec<Email> = Vec::new();
        for entry in pasted.split([',', ';', '\n', '\r', '\t']).map(str::trim).filter(|entry| !entry.is_empty()) {
            // a mail program writes: Anna Berg <anna@example.com>
            let address = entry.rsplit_once('<').map_or(entry, |(_, inner)| inner.trim_end_matches('>'));
            let email =
                Email::parse(address).map_err(|_| Error::field("emails", Fault::NotAnEmailAmong(cut(entry))))?;
            if !emails.iter().any(|known| known.folded() == email.folded()) {
                emails.push(email);
            }
        }
        match emails.len() {
            0 => Err(Error::field("emails", Fault::Missing)),
            1..=INVITED_AT_ONCE => Ok(Self { emails, role }),
            _ => Err(Error::field("emails", Fault::OutOfRange { min: 1, max: INVITED_AT_ONCE as u64 })),
        }
    }
}

fn cut(entry: &str) -> String {
    entry.chars().filter(|c| !c.is_control()).take(60).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_as_mail_programs_write_them_each_once() {
        let pasted = "anna@a.example, Jonas Lind <jonas@a.example>;\n ANNA@a.example\r\n\tmia@a.example";
        let form = InviteForm::read(pasted, "").unwrap();
        let emails: Vec<&str> = form.emails.iter().map(Email::as_str).collect();
        assert_eq!((emails, form.role), (vec!["anna@a.example", "jonas@a.example", "mia@a.example"], Role::Member));
    }

    #[test]
    fn the_entry_that_is_no_address_is_named() {
        let refused = InviteForm::read("anna@a.example\nJonas", "member");
        assert_eq!(refused, Err(Error::field("emails", Fault::NotAnEmailAmong("Jonas".to_owned()))));
    }

    #[test]
    fn nobody_is_invited_as_owner_and_not_too_many_at_once() {
        assert_eq!(InviteForm::read("a@a.example", "owner"), Err(Error::field("role", Fault::NotAChoice)));
        assert_eq!(InviteForm::read(" ,; ", "member"), Err(Error::field("emails", Fault::Missing)));
        let many: String = (0..21).map(|n| format!("p{n}@a.example\n")).collect();
        assert!(InviteForm::read(&many, "member").is_err());
    }
}
