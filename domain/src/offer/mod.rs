//! Renewing a license and adding devices to it: what it would bring, from when until when, and what it costs (R74–R79).
//! Money is the seller's: we reckon and hand over.

#[cfg(feature = "postgres")]
pub mod store;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use crate::code::CodeKind;
use crate::id::LicenseId;
use crate::license::LicenseFacts;
use crate::seat::{SeatClass, Seats};
use crate::{Error, Fault, Result};

/// The terms that are sold, in days (domain §3.9).
pub const TERMS: [u32; 3] = [365, 730, 1095];

/// How long an offer can be taken to the checkout.
pub const OFFER_LIFE: Duration = Duration::days(7);

/// The most places of one class that are sold here; more are a partner's business.
pub const MOST_SEATS: u32 = 500;

/// The stand-in store of a demo: an address of ours instead of a seller's.
pub const STAND_IN: &str = "/store";

crate::choice! {
    /// What is sold.
    pub enum OfferKind {
        /// A renewal code, with the discount for who had a license (R76).
        Renewal = "renewal",
        /// A code without the discount: for more devices than before (R79), or after a trial.
        New = "new",
        /// More places at once, until the end of the running term (edge case 22).
        More = "more",
    }
}

/// What a seller asks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PriceList {
    /// The currency by its three letters (ISO 4217).
    pub currency: String,
    /// Of one place of each class for 365 days, in the smallest unit of the currency.
    pub yearly: BTreeMap<SeatClass, i64>,
    /// What is taken off for a renewal, in hundredths.
    pub renewal_discount: u8,
}

/// A license as it stands before.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Held {
    /// What its standing depends on.
    pub facts: LicenseFacts,
    /// Its places.
    pub seats: Seats,
    /// Places in use.
    pub used: Seats,
}

/// What somebody would like.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Wanted {
    /// A further term, with so many places.
    Term { seats: Seats, days: u32 },
    /// So many places in all, at once, until the end of the running term.
    More { seats: Seats },
}

/// What it would be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quote {
    /// What is sold.
    pub kind: OfferKind,
    /// From when it counts.
    #[serde(with = "time::serde::rfc3339")]
    pub from: OffsetDateTime,
    /// Until when.
    #[serde(with = "time::serde::rfc3339")]
    pub until: OffsetDateTime,
    /// Places in all afterwards.
    pub seats: Seats,
    /// Days that are paid for.
    pub days: u32,
    /// The price without the discount, in the smallest unit.
    pub full: i64,
    /// What is taken off.
    pub discount: i64,
    /// What is asked.
    pub total: i64,
    /// The currency.
    pub currency: String,
    /// Whether it waits as reserve until the running term ends: nothing of that is lost (edge case 25).
    pub waits: bool,
    /// Days of a trial that are given up (R43).
    pub trial_days_lost: u32,
    /// Devices that would find no place afterwards, by class (edge case 23).
    pub without_place: Vec<(SeatClass, u32)>,
}

/// Reckons what is wanted at `now`. A renewal begins where the running term ends, or now; it may not have more places than
/// before, else it is sold as a new code (R79). More places in mid-term are paid for by the days left and end with the term.
///
/// # Errors
/// `Invalid(seats)` for none, too many, a class that has no price, or fewer than now in mid-term; `Invalid(term)` for a term
/// that is not sold; `Invalid(license)` for more places of a license that does not run, and for a subscription, which its
/// provider renews.
pub fn quote(held: &Held, prices: &PriceList, wanted: &Wanted, now: OffsetDateTime) -> Result<Quote> {
    if held.facts.kind == CodeKind::Subscription {
        return Err(Error::field("license", Fault::DoesNotBelong));
    }
    match wanted {
        Wanted::Term { seats, days } => term(held, prices, seats, *days, now),
        Wanted::More { seats } => more(held, prices, seats, now),
    }
}

fn term(held: &Held, prices: &PriceList, seats: &Seats, days: u32, now: OffsetDateTime) -> Result<Quote> {
    if !TERMS.contains(&days) {
        return Err(Error::field("term", Fault::NotAChoice));
    }
    check(seats)?;
    let trial = held.facts.kind == CodeKind::Trial;
    let runs = held.facts.standing(now).runs();
    let waits = runs && !trial;
    let from = if waits { held.facts.runs_until() } else { now };
    let grows = seats.iter().any(|(class, count)| count > held.seats.of(class));
    let kind = if trial || grows { OfferKind::New } else { OfferKind::Renewal };
    let full = price(prices, seats, days)?;
    let discount = if kind == OfferKind::Renewal { full * i64::from(prices.renewal_discount) / 100 } else { 0 };
    let without_place = held
        .used
        .iter()
        .filter(|(class, used)| *used > seats.of(*class))
        .map(|(class, used)| (class, used - seats.of(class)))
        .collect();
    Ok(Quote {
        kind,
        from,
        until: from + Duration::days(days.into()),
        seats: seats.clone(),
        days,
        full,
        discount,
        total: full - discount,
        currency: prices.currency.clone(),
        waits,
        trial_days_lost: if trial && runs { held.facts.days_left(now) } else { 0 },
        without_place,
    })
}

fn more(held: &Held, prices: &PriceList, seats: &Seats, now: OffsetDateTime) -> Result<Quote> {
    let until = held.facts.runs_until();
    if !held.facts.standing(now).runs() || held.facts.kind == CodeKind::Trial {
        return Err(Error::field("license", Fault::DoesNotBelong));
    }
    check(seats)?;
    let shrinks = held.seats.iter().any(|(class, count)| seats.of(class) < count);
    let added: Seats = seats.iter().map(|(class, count)| (class, count.saturating_sub(held.seats.of(class)))).collect();
    if shrinks || added.total() == 0 {
        return Err(Error::field("seats", Fault::InThePast));
    }
    let left = until - now;
    let begun = left > Duration::days(left.whole_days());
    let days = u32::try_from(left.whole_days() + i64::from(begun)).unwrap_or(u32::MAX);
    let total = price(prices, &added, days)?;
    Ok(Quote {
        kind: OfferKind::More,
        from: now,
        until,
        seats: seats.clone(),
        days,
        full: total,
        discount: 0,
        total,
        currency: prices.currency.clone(),
        waits: false,
        trial_days_lost: 0,
        without_place: Vec::new(),
    })
}

fn check(seats: &Seats) -> Result<()> {
    if seats.total() == 0 {
        return Err(Error::field("seats", Fault::Missing));
    }
    if seats.iter().any(|(_, count)| count > MOST_SEATS) {
        return Err(Error::field("seats", Fault::OutOfRange { min: 0, max: u64::from(MOST_SEATS) }));
    }
    Ok(())
}

/// By days, rounded up to the smallest unit.
fn price(prices: &PriceList, seats: &Seats, days: u32) -> Result<i64> {
    let mut yearly = 0_i64;
    for (class, count) in seats.iter() {
        let each = prices.yearly.get(&class).ok_or_else(|| Error::field("seats", Fault::NotAChoice))?;
        yearly += each * i64::from(count);
    }
    let product = i128::from(yearly) * i128::from(days);
    Ok(i64::try_from((product + 364) / 365).unwrap_or(i64::MAX))
}

/// What the Renewal and Upgrade Center shows of a license.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Renewable {
    /// The license.
    pub license: LicenseId,
    /// The product's name.
    pub product: String,
    /// The last block of its code.
    pub tail: String,
    /// As it stands.
    pub held: Held,
    /// Who would sell it, with the prices; nothing where no seller told us any.
    pub seller: Option<(String, PriceList)>,
    /// When it was read.
    #[serde(with = "time::serde::rfc3339")]
    pub now: OffsetDateTime,
}

/// An offer that was taken to the checkout.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offer {
    /// The offer, by which the seller's program asks for its terms.
    pub id: Uuid,
    /// What is sold.
    pub kind: OfferKind,
    /// The product's name.
    pub product: String,
    /// Places in all afterwards.
    pub seats: Seats,
    /// Days that are paid for.
    pub days: u32,
    /// What is asked, in the smallest unit.
    pub total: i64,
    /// The currency.
    pub currency: String,
    /// The seller's name.
    pub seller: String,
    /// The license it is about.
    pub license: LicenseId,
    /// Whether it was paid.
    pub paid: bool,
    /// Until when it can be.
    #[serde(with = "time::serde::rfc3339")]
    pub expires_at: OffsetDateTime,
}

#[cfg(test)]
mod tests;
