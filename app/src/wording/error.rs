//! What a page says when a deed was not done: at the fields, or as one sentence on top.

use domain::{Error, Fault, FieldError};

use super::{fault, refusal};
use crate::error::AppError;

/// The fields to blame, each with its sentence, for the summary on top of a form.
#[must_use]
pub fn items(error: &AppError) -> Vec<(String, String)> {
    let shown = fields(error).iter().filter(|at| has_a_field(at));
    shown.map(|at| (at.field.clone(), fault::sentence(&at.field, &at.fault))).collect()
}

/// The sentence that stands at this field.
#[must_use]
pub fn at_field(error: &AppError, field: &str) -> Option<String> {
    let at = fields(error).iter().find(|at| at.field == field && has_a_field(at))?;
    Some(fault::sentence(&at.field, &at.fault))
}

/// The sentence for the whole form, when no field is to blame.
#[must_use]
pub fn whole(error: &AppError) -> Option<String> {
    let sentence = match error {
        AppError::Away => {
            "We did not get an answer that we could read. Check your connection, load the page again and look whether it was done."
                .to_owned()
        }
        AppError::Unsent => {
            "You were signed out before this was sent. What you typed is here again, but no password and no code. Look it over and send it once more.".to_owned()
        }
        AppError::Deed(Error::Unauthenticated) => {
            "You are no longer signed in, or the password has to be entered again. Sign in, then repeat this.".to_owned()
        }
        AppError::Deed(Error::Forbidden) => {
            "Your role does not allow this. Ask somebody whose role does; the owner of your account knows who that is.".to_owned()
        }
        AppError::Deed(Error::NotFound) => {
            "We did not find this in your account. Check the address, or look it up in the list.".to_owned()
        }
        AppError::Deed(Error::Refused(refused)) => refusal(refused),
        AppError::Deed(Error::Invalid(fields)) => {
            let at = fields.iter().find(|at| !has_a_field(at))?;
            fault::sentence(&at.field, &at.fault)
        }
        AppError::Deed(Error::Busy) => {
            "Too much is going on at this moment. Nothing was changed; try again in a few seconds.".to_owned()
        }
        AppError::Deed(Error::Internal(request)) => {
            format!("Something failed on our side, and nothing was changed. Try again; if it stays, give support this number: {request}.")
        }
    };
    Some(sentence)
}

/// The title of a page, which says so when something went wrong.
#[must_use]
pub fn title(error: Option<AppError>, title: &str) -> String {
    if error.is_some() { format!("Error: {title}") } else { title.to_owned() }
}

fn fields(error: &AppError) -> &[FieldError] {
    match error {
        AppError::Deed(Error::Invalid(fields)) => fields,
        AppError::Deed(_) | AppError::Away | AppError::Unsent => &[],
    }
}

/// What a link from a mail brought along stands in no field that anybody sees.
fn has_a_field(at: &FieldError) -> bool {
    at.fault != Fault::DeadMailLink
}

#[cfg(test)]
mod tests {
    use domain::activation::Refusal;

    use super::*;

    #[test]
    fn a_field_is_blamed_at_the_field_and_nowhere_else() {
        let error = AppError::Deed(Error::field("email", Fault::Missing));
        assert_eq!(items(&error), [("email".to_owned(), "Enter your e-mail address.".to_owned())]);
        assert_eq!(at_field(&error, "email").as_deref(), Some("Enter your e-mail address."));
        assert_eq!(at_field(&error, "password"), None);
        assert_eq!(whole(&error), None);
        assert_eq!(title(Some(error), "Sign in"), "Error: Sign in");
    }

    #[test]
    fn a_dead_link_and_a_refusal_are_told_on_top() {
        for error in [Error::field("token", Fault::DeadMailLink), Error::Refused(Refusal::Blocked)] {
            let error = AppError::Deed(error);
            assert!(items(&error).is_empty() && at_field(&error, "token").is_none());
            assert!(whole(&error).is_some());
        }
    }
}
