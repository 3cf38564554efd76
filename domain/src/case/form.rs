//! The form that opens a case, as it was typed and as it was understood.

use serde::{Deserialize, Serialize};

use super::Topic;
use crate::code::hide_codes;
use crate::id::{DeviceId, LicenseId};
use crate::text::{self, Faults};
use crate::{Fault, Result, thread};

/// The form as it was typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseForm {
    /// One of the topics of R89.
    #[serde(default)]
    pub topic: String,
    /// The license it is about, if it is about one.
    #[serde(default)]
    pub license: String,
    /// The device it is about, if it is about one.
    #[serde(default)]
    pub device: String,
    /// In one line.
    #[serde(default)]
    pub subject: String,
    /// What happened.
    #[serde(default)]
    pub description: String,
    /// The number of the closed case that this one follows.
    #[serde(default)]
    pub follows: String,
}

/// A case to be opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewCase {
    /// What it is about.
    pub topic: Topic,
    /// The license it is about.
    pub license: Option<LicenseId>,
    /// The device it is about.
    pub device: Option<DeviceId>,
    /// In one line, without activation codes.
    pub subject: String,
    /// What happened, without activation codes.
    pub description: String,
    /// The number of the case that it follows.
    pub follows: Option<String>,
}

impl CaseForm {
    /// Reads the form. Activation codes in it are masked at once: nobody in support may see one (R101).
    ///
    /// # Errors
    /// `Invalid` with every field that can't be used.
    pub fn read(&self) -> Result<NewCase> {
        let mut faults = Faults::default();
        let topic = faults.take("topic", read_topic(&self.topic));
        let license = faults.take("license", read_id(&self.license));
        let device = faults.take("device", read_id(&self.device));
        let subject = faults.take("subject", text::line(&hide_codes(&self.subject), 160));
        let description = faults.take("description", thread::read_text(&self.description));
        let follows = Some(self.follows.trim()).filter(|number| !number.is_empty()).map(str::to_owned);
        let case = (|| {
            Some(NewCase {
                topic: topic?,
                license: license?,
                device: device?,
                subject: subject?,
                description: description?,
                follows,
            })
        })();
        faults.finish(case)
    }
}

fn read_topic(typed: &str) -> Result<Topic, Fault> {
    if typed.is_empty() { Err(Fault::Missing) } else { typed.parse().map_err(|_| Fault::NotAChoice) }
}

/// Reads a choice that may be none.
pub(crate) fn read_id<Id: std::str::FromStr>(typed: &str) -> Result<Option<Id>, Fault> {
    let typed = typed.trim();
    if typed.is_empty() { Ok(None) } else { typed.parse().map(Some).map_err(|_| Fault::NotAChoice) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Error;

    fn form() -> CaseForm {
        CaseForm {
            topic: "usage".to_owned(),
            subject: "The scan stops".to_owned(),
            description: "It stops at one half.".to_owned(),
            ..CaseForm::default()
        }
    }

    fn faults(form: &CaseForm) -> Vec<(String, Fault)> {
        match form.read() {
            Err(Error::Invalid(fields)) => fields.into_iter().map(|f| (f.field, f.fault)).collect(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_topic_has_to_be_chosen() {
        assert!(form().read().is_ok());
        assert_eq!(faults(&CaseForm { topic: String::new(), ..form() }), [("topic".to_owned(), Fault::Missing)]);
        assert_eq!(faults(&CaseForm { topic: "love".into(), ..form() }), [("topic".to_owned(), Fault::NotAChoice)]);
    }

    #[test]
    fn all_that_is_missing_is_told_at_once() {
        let told = faults(&CaseForm::default());
        let fields: Vec<&str> = told.iter().map(|(field, _)| field.as_str()).collect();
        assert_eq!(fields, ["topic", "subject", "description"]);
    }

    #[test]
    fn a_license_that_is_no_identity_is_none_of_the_choices() {
        assert_eq!(faults(&CaseForm { license: "x".into(), ..form() }), [("license".to_owned(), Fault::NotAChoice)]);
    }
}
