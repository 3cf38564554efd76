//! What was typed to order codes, or to bring some along, and how it is read.

use serde::{Deserialize, Serialize};
use time::format_description::well_known::Iso8601;
use time::{Date, OffsetDateTime, Time};
use uuid::Uuid;

use super::MOST_CODES;
use crate::catalog::{form_countries as countries, form_number as number};
use crate::code::CodeKind;
use crate::country::Country;
use crate::id::SellerId;
use crate::lookup::read_reason;
use crate::order::Channel;
use crate::text::Faults;
use crate::{Error, Fault, Result};

/// The form as it was typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Typed {
    /// The bundle.
    pub bundle: String,
    /// The seller.
    pub seller: String,
    /// What the codes are given as.
    pub kind: String,
    /// How they reach their owners.
    pub channel: String,
    /// The countries they work in; nothing means those of the seller.
    pub countries: String,
    /// The last day on which they can be activated for the first time.
    pub redeem_by: String,
    /// How many; nothing where a file says it.
    pub count: String,
    /// Why.
    pub reason: String,
}

/// What codes are issued with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// The bundle.
    pub bundle: Uuid,
    /// The seller.
    pub seller: SellerId,
    /// What they are given as; subscriptions come one by one, with their orders.
    pub kind: CodeKind,
    /// How they reach their owners.
    pub channel: Channel,
    /// The countries they work in; nothing named means those of the seller (edge case 29).
    pub countries: Vec<Country>,
    /// The instant from which they can no longer be activated for the first time (R7).
    pub redeem_by: Option<OffsetDateTime>,
    /// Why.
    pub reason: String,
}

impl Typed {
    /// Reads the form of an order for codes.
    ///
    /// # Errors
    /// `Invalid` with each field that can't be used.
    pub fn order(&self, now: OffsetDateTime) -> Result<(Terms, u32)> {
        let mut faults = Faults::default();
        let terms = self.terms(now, &mut faults);
        let count = faults.take("count", number(&self.count, None, 1, u64::from(MOST_CODES)));
        let count = count.and_then(|count| u32::try_from(count).ok());
        faults.finish(terms.zip(count))
    }

    /// Reads the form that goes with a file of codes.
    ///
    /// # Errors
    /// `Invalid` with each field that can't be used.
    pub fn import(&self, now: OffsetDateTime) -> Result<Terms> {
        let mut faults = Faults::default();
        let terms = self.terms(now, &mut faults);
        faults.finish(terms)
    }

    fn terms(&self, now: OffsetDateTime, faults: &mut Faults) -> Option<Terms> {
        let bundle = faults.take("bundle", chosen(&self.bundle));
        let seller = faults.take("seller", chosen(&self.seller));
        let kind =
            faults.take("kind", self.kind.parse::<CodeKind>().map_err(|_| Fault::NotAChoice).and_then(in_numbers));
        let channel = faults.take("channel", self.channel.parse().map_err(|_| Fault::NotAChoice));
        let countries = faults.take("countries", countries(&self.countries));
        let redeem_by = faults.take("redeem_by", last_day(&self.redeem_by, now));
        // what is paid for never gets old before it is used (R6)
        let paid = matches!(kind, Some(CodeKind::Commercial | CodeKind::Renewal));
        if paid && matches!(redeem_by, Some(Some(_))) {
            faults.note("redeem_by", Fault::DoesNotBelong);
        }
        let reason = match read_reason(&self.reason) {
            Ok(reason) => Some(reason),
            Err(Error::Invalid(of_reason)) => {
                for at in of_reason {
                    faults.note("reason", at.fault);
                }
                None
            }
            Err(_) => None,
        };
        Some(Terms {
            bundle: bundle?,
            seller: seller?,
            kind: kind?,
            channel: channel?,
            countries: countries?,
            redeem_by: redeem_by?,
            reason: reason?,
        })
    }
}

fn chosen<T: std::str::FromStr>(typed: &str) -> Result<T, Fault> {
    if typed.is_empty() { Err(Fault::Missing) } else { typed.parse().map_err(|_| Fault::NotAChoice) }
}

const fn in_numbers(kind: CodeKind) -> Result<CodeKind, Fault> {
    match kind {
        CodeKind::Commercial | CodeKind::Renewal | CodeKind::Trial | CodeKind::Promo => Ok(kind),
        CodeKind::Subscription => Err(Fault::NotAChoice),
    }
}

/// Reads a last day, which counts whole (UTC).
pub(super) fn last_day(typed: &str, now: OffsetDateTime) -> Result<Option<OffsetDateTime>, Fault> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Ok(None);
    }
    let day = Date::parse(typed, &Iso8601::DATE).map_err(|_| Fault::NotADate)?;
    let over = day.next_day().ok_or(Fault::NotADate)?.with_time(Time::MIDNIGHT).assume_utc();
    if over <= now { Err(Fault::InThePast) } else { Ok(Some(over)) }
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    const NOW: OffsetDateTime = datetime!(2027-03-14 10:00 UTC);

    fn typed() -> Typed {
        let id = Uuid::from_u128(1).to_string();
        Typed {
            bundle: id.clone(),
            seller: id,
            kind: "commercial".into(),
            channel: "box".into(),
            count: "100000".into(),
            reason: "Boxes for the spring campaign".into(),
            ..Typed::default()
        }
    }

    fn faults(typed: &Typed) -> Vec<String> {
        match typed.order(NOW) {
            Ok(_) => Vec::new(),
            Err(Error::Invalid(faults)) => faults.into_iter().map(|at| at.field).collect(),
            Err(other) => panic!("{other}"),
        }
    }

    #[test]
    fn a_hundred_thousand_codes_are_the_most() {
        assert_eq!(typed().order(NOW).unwrap().1, 100_000);
        for count in ["", "0", "100001", "many", "-1"] {
            assert_eq!(faults(&Typed { count: count.into(), ..typed() }), ["count"], "{count}");
        }
    }

    #[test]
    fn what_is_paid_for_has_no_last_day_and_what_is_given_may_have_one() {
        let until = |kind: &str, day: &str| Typed { kind: kind.into(), redeem_by: day.into(), ..typed() };
        assert_eq!(faults(&until("commercial", "2027-12-31")), ["redeem_by"]);
        let (terms, _) = until("trial", "2027-12-31").order(NOW).unwrap();
        assert_eq!(terms.redeem_by, Some(datetime!(2028-01-01 0:00 UTC)));
        assert!(until("promo", "2027-03-14").order(NOW).is_ok(), "today counts whole");
        for day in ["2027-03-13", "31.12.2027", "2027-02-30"] {
            assert_eq!(faults(&until("promo", day)), ["redeem_by"], "{day}");
        }
    }

    #[test]
    fn subscriptions_are_not_issued_in_numbers() {
        assert_eq!(faults(&Typed { kind: "subscription".into(), ..typed() }), ["kind"]);
    }

    #[test]
    fn an_empty_form_is_told_everything_at_once() {
        let mut all = faults(&Typed::default());
        all.sort_unstable();
        assert_eq!(all, ["bundle", "channel", "count", "kind", "reason", "seller"]);
    }
}
