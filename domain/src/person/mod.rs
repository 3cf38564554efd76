//! The people of an account: what they type when they sign up, their roles, and what a password must be.

pub mod account_change;
pub mod closing;
pub mod passkey;
pub mod people;
pub mod preferences;
#[cfg(feature = "postgres")]
pub mod store;
pub mod two_step;

use serde::{Deserialize, Serialize};

use crate::country::Country;
use crate::person::preferences::Preferences;
use crate::text::{self, Faults};
use crate::{Fault, Result};

crate::choice! {
    /// What a person may do in the account; duties on one license come on top (R49, R50).
    pub enum Role {
        /// Opened the account, or was handed it.
        Owner = "owner",
        /// Looks after people and devices.
        Manager = "manager",
        /// Protects own devices.
        Member = "member",
    }
}

/// What people see of themselves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Own {
    /// The name that stands on devices, licenses and requests.
    pub name: String,
    /// The address they sign in with.
    pub email: String,
    /// The account's name.
    pub office: String,
    /// What they look after in it.
    pub role: Role,
    /// What they chose for themselves.
    pub preferences: Preferences,
    /// The zones to choose from.
    pub zones: Vec<String>,
}

/// The least number of characters of a password (design §10; this replaces the composition part of R47).
pub const PASSWORD_MIN: usize = 12;
/// The most characters of a password that are read.
pub const PASSWORD_MAX: usize = 256;

/// An e-mail address as its owner writes it; compared without regard to case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Email(String);

impl Email {
    /// Reads an address: one `@`, a dotted host, no blanks, at most 254 characters (RFC 5321 §4.5.3.1.3).
    ///
    /// # Errors
    /// `Missing`, `TooLong` or `NotAnEmail`.
    pub fn parse(typed: &str) -> Result<Self, Fault> {
        let address = typed.trim();
        if address.is_empty() {
            return Err(Fault::Missing);
        }
        if address.len() > 254 {
            return Err(Fault::TooLong { max: 254 });
        }
        let Some((local, host)) = address.rsplit_once('@') else { return Err(Fault::NotAnEmail) };
        let local_reads = !local.is_empty()
            && local.len() <= 64
            && local.chars().all(|c| c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(c))
            && !local.starts_with('.')
            && !local.ends_with('.')
            && !local.contains("..");
        let host_reads = host.contains('.')
            && host.split('.').all(|label| {
                !label.is_empty()
                    && label.len() <= 63
                    && !label.starts_with('-')
                    && !label.ends_with('-')
                    && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
            });
        if local_reads && host_reads { Ok(Self(address.to_owned())) } else { Err(Fault::NotAnEmail) }
    }

    /// The address as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The address as it is compared.
    #[must_use]
    pub fn folded(&self) -> String {
        self.0.to_lowercase()
    }
}

/// Somebody who opens an account, as the form was understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignUp {
    /// Where the confirmation link goes.
    pub email: Email,
    /// The person's name.
    pub name: String,
    /// The organization's name.
    pub office: String,
    /// The organization's country: decides prices, not where codes work (R65).
    pub country: Country,
}

impl SignUp {
    /// Reads the sign-up form; the password is judged where passwords are hashed.
    ///
    /// # Errors
    /// `Invalid` with every field that can't be used.
    pub fn read(email: &str, name: &str, office: &str, country: &str) -> Result<Self> {
        let mut faults = Faults::default();
        let email = faults.take("email", Email::parse(email));
        let name = faults.take("name", text::public_line(name, 120));
        let office = faults.take("office", text::public_line(office, 120));
        let country = faults.take("country", read_country(country));
        let form = (|| Some(Self { email: email?, name: name?, office: office?, country: country? }))();
        faults.finish(form)
    }
}

fn read_country(typed: &str) -> Result<Country, Fault> {
    if typed.trim().is_empty() {
        return Err(Fault::Missing);
    }
    typed.trim().parse().map_err(|_| Fault::NotAChoice)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_needs_a_name_an_at_sign_and_a_dotted_host() {
        assert!(Email::parse(" anna.berg+it@north-office.example ").is_ok());
        for typed in [
            "anna",
            "@x.example",
            "anna@",
            "anna@host",
            "an na@x.example",
            "a..b@x.example",
            "a@-x.example",
            "a@x..example",
            "a\r\nb@x.example",
        ] {
            assert_eq!(Email::parse(typed), Err(Fault::NotAnEmail), "{typed}");
        }
    }

    #[test]
    fn every_field_of_the_sign_up_form_is_judged_at_once() {
        let Err(crate::Error::Invalid(fields)) = SignUp::read("anna", "", " ", "XX") else { panic!("accepted") };
        assert_eq!(fields.iter().map(|f| f.field.as_str()).collect::<Vec<_>>(), ["email", "name", "office", "country"]);
    }
}
