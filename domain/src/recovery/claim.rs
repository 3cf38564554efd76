//! What a holder claims: by the store's route the order, by support's the license key.

use serde::{Deserialize, Serialize};
use time::{Date, macros::format_description};

use super::{Reason, Route};
use crate::code::hide_codes;
use crate::license::LicenseKey;
use crate::person::Email;
use crate::text::{self, Faults};
use crate::{Fault, Result};

/// What a holder claims.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// By which route.
    pub route: Route,
    /// Why the code has to be recovered.
    pub reason: Reason,
    /// Identifies the license; a key alone never returns a code (R30). By support's route it is always there (R29).
    pub license_key: Option<LicenseKey>,
    /// Where it was bought, in the holder's words.
    pub bought_at: String,
    /// Full name of the person or the organization that bought it.
    pub buyer_name: String,
    /// The address that the order mail went to; empty where none is known.
    pub buyer_email: String,
    /// The order number, empty for a box or a card.
    pub order_number: String,
    /// The day of the purchase.
    pub bought_on: Date,
    /// Day and approximate time of the first activation, in the holder's words.
    pub first_activated: String,
    /// What happened, in the holder's words.
    pub description: String,
}

/// The recovery form as it was typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClaimForm {
    /// One of the routes; support's where none is named.
    #[serde(default)]
    pub route: String,
    /// One of the reasons of R80.
    #[serde(default)]
    pub reason: String,
    /// The license key from the Licensing window.
    #[serde(default)]
    pub license_key: String,
    /// Place of purchase.
    #[serde(default)]
    pub bought_at: String,
    /// Buyer.
    #[serde(default)]
    pub buyer_name: String,
    /// The e-mail address of the order.
    #[serde(default)]
    pub buyer_email: String,
    /// Order number, if bought online.
    #[serde(default)]
    pub order_number: String,
    /// Exact purchase date, year-month-day.
    #[serde(default)]
    pub bought_on: String,
    /// Date and approximate time of the first activation.
    #[serde(default)]
    pub first_activated: String,
    /// Plain description.
    #[serde(default)]
    pub description: String,
}

impl ClaimForm {
    /// Reads the form. By the store's route the order's four facts have to be there (R81); by support's every mandatory
    /// item of §7 (R83), the license key first of all (R29).
    ///
    /// # Errors
    /// `Invalid` with every field that can't be used.
    pub fn read(&self, today: Date) -> Result<Claim> {
        let mut faults = Faults::default();
        let route = faults.take("route", self.read_route());
        let by_store = route == Some(Route::Store);
        let reason = faults.take("reason", read_reason(&self.reason));
        let license_key = faults.take("license_key", read_key(&self.license_key, !by_store));
        let bought_at = faults.take("bought_at", words(&self.bought_at, 160, !by_store));
        let buyer_name = faults.take("buyer_name", text::public_line(&self.buyer_name, 160));
        let buyer_email = faults.take("buyer_email", read_email(&self.buyer_email, by_store));
        let order_number = faults.take("order_number", words(&self.order_number, 60, by_store));
        let bought_on = faults.take("bought_on", read_date(&self.bought_on, today));
        let first_activated = faults.take("first_activated", words(&self.first_activated, 120, !by_store));
        let description = faults.take("description", text::paragraphs(&hide_codes(&self.description), 2000));
        let claim = (|| {
            Some(Claim {
                route: route?,
                reason: reason?,
                license_key: license_key?,
                bought_at: bought_at?,
                buyer_name: buyer_name?,
                buyer_email: buyer_email?,
                order_number: order_number?,
                bought_on: bought_on?,
                first_activated: first_activated?,
                description: description?,
            })
        })();
        faults.finish(claim)
    }

    fn read_route(&self) -> Result<Route, Fault> {
        if self.route.is_empty() { Ok(Route::Support) } else { self.route.parse().map_err(|_| Fault::NotAChoice) }
    }
}

/// One line that has to be there, or may be empty.
fn words(typed: &str, most: usize, needed: bool) -> Result<String, Fault> {
    match text::public_line(typed, most) {
        Err(Fault::Missing) if !needed => Ok(String::new()),
        read => read,
    }
}

fn read_reason(typed: &str) -> Result<Reason, Fault> {
    if typed.is_empty() { Err(Fault::Missing) } else { typed.parse().map_err(|_| Fault::NotAChoice) }
}

fn read_key(typed: &str, needed: bool) -> Result<Option<LicenseKey>, Fault> {
    match typed.trim() {
        "" if needed => Err(Fault::Missing),
        "" => Ok(None),
        typed => LicenseKey::parse(typed).map(Some),
    }
}

fn read_email(typed: &str, needed: bool) -> Result<String, Fault> {
    match Email::parse(typed) {
        Err(Fault::Missing) if !needed => Ok(String::new()),
        read => read.map(|email| email.as_str().to_owned()),
    }
}

fn read_date(typed: &str, today: Date) -> Result<Date, Fault> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Err(Fault::Missing);
    }
    let date = Date::parse(typed, format_description!("[year]-[month]-[day]")).map_err(|_| Fault::NotADate)?;
    if date > today { Err(Fault::InTheFuture) } else { Ok(date) }
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;
    use crate::Error;

    fn form() -> ClaimForm {
        ClaimForm {
            reason: "lost".to_owned(),
            license_key: "0198c0de-0000-7000-8000-00000000abcd".to_owned(),
            bought_at: "Northwall store".to_owned(),
            buyer_name: "Anna Berg".to_owned(),
            bought_on: "2026-02-01".to_owned(),
            first_activated: "2 February, in the morning".to_owned(),
            ..ClaimForm::default()
        }
    }

    fn by_store() -> ClaimForm {
        ClaimForm {
            route: "store".to_owned(),
            reason: "lost".to_owned(),
            buyer_name: "Anna Berg".to_owned(),
            buyer_email: "anna@harbor-dental.example".to_owned(),
            order_number: "NW-1".to_owned(),
            bought_on: "2026-02-01".to_owned(),
            ..ClaimForm::default()
        }
    }

    fn faults(form: &ClaimForm) -> Vec<(String, Fault)> {
        match form.read(date!(2026 - 03 - 01)) {
            Err(Error::Invalid(fields)) => fields.into_iter().map(|f| (f.field, f.fault)).collect(),
            other => panic!("{other:?}"),
        }
    }

    fn missing(form: &ClaimForm) -> Vec<String> {
        let faults = faults(form);
        assert!(faults.iter().all(|(_, fault)| *fault == Fault::Missing), "{faults:?}");
        faults.into_iter().map(|(field, _)| field).collect()
    }

    #[test]
    fn a_complete_claim_is_read_by_either_route() {
        assert_eq!(form().read(date!(2026 - 03 - 01)).unwrap().route, Route::Support);
        let claim = by_store().read(date!(2026 - 03 - 01)).unwrap();
        assert_eq!((claim.route, claim.license_key), (Route::Store, None));
    }

    #[test]
    fn each_route_has_its_mandatory_facts() {
        let nothing = ClaimForm::default();
        let by_support = ["reason", "license_key", "bought_at", "buyer_name", "bought_on", "first_activated"];
        assert_eq!(missing(&nothing), by_support);
        let nothing = ClaimForm { route: "store".to_owned(), ..ClaimForm::default() };
        assert_eq!(missing(&nothing), ["reason", "buyer_name", "buyer_email", "order_number", "bought_on"]);
    }

    #[test]
    fn without_a_license_key_the_support_route_is_closed() {
        let claim = ClaimForm { license_key: " ".to_owned(), ..form() };
        assert_eq!(missing(&claim), ["license_key"]);
        // by the store's route it is not needed, but what is typed has to be one
        let claim = ClaimForm { license_key: "123".to_owned(), ..by_store() };
        assert_eq!(faults(&claim), [("license_key".to_owned(), Fault::NotALicenseKey { entered: 3 })]);
    }

    #[test]
    fn a_reason_has_to_be_chosen() {
        assert_eq!(missing(&ClaimForm { reason: String::new(), ..form() }), ["reason"]);
    }

    #[test]
    fn a_day_that_has_not_come_is_no_day_of_purchase() {
        let claim = ClaimForm { bought_on: "2026-03-02".to_owned(), ..form() };
        assert_eq!(faults(&claim), [("bought_on".to_owned(), Fault::InTheFuture)]);
        let claim = ClaimForm { bought_on: "2 March".to_owned(), ..form() };
        assert_eq!(faults(&claim), [("bought_on".to_owned(), Fault::NotADate)]);
    }
}
