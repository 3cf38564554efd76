//! The reckoning, at its edges.

use time::macros::datetime;

use super::*;

const NOW: OffsetDateTime = datetime!(2026-05-01 10:00 UTC);

fn held(kind: CodeKind, expires_at: OffsetDateTime) -> Held {
    let facts = LicenseFacts {
        kind,
        starts_at: NOW - Duration::days(300),
        expires_at,
        grace_until: None,
        blocked_at: None,
        cancelled_at: None,
        suspended_at: None,
        protection_ends: false,
    };
    Held { facts, seats: seats("desktop=5,mobile=5"), used: seats("desktop=4") }
}

fn seats(list: &str) -> Seats {
    Seats::parse(list).unwrap()
}

fn prices() -> PriceList {
    let yearly = BTreeMap::from([(SeatClass::Desktop, 3650), (SeatClass::Mobile, 1000)]);
    PriceList { currency: "EUR".to_owned(), yearly, renewal_discount: 30 }
}

fn quoted(held: &Held, wanted: &Wanted) -> Result<Quote> {
    quote(held, &prices(), wanted, NOW)
}

fn a_term(list: &str, days: u32) -> Wanted {
    Wanted::Term { seats: seats(list), days }
}

#[test]
fn a_renewal_of_a_running_license_begins_where_that_ends_and_costs_less() {
    let ends = NOW + Duration::days(20);
    let quote = quoted(&held(CodeKind::Commercial, ends), &a_term("desktop=5,mobile=5", 365)).unwrap();
    assert_eq!((quote.kind, quote.waits), (OfferKind::Renewal, true));
    assert_eq!((quote.from, quote.until), (ends, ends + Duration::days(365)));
    assert_eq!((quote.full, quote.discount, quote.total), (23_250, 6_975, 16_275));
}

#[test]
fn a_renewal_of_an_ended_license_begins_now() {
    let quote = quoted(&held(CodeKind::Commercial, NOW), &a_term("desktop=5", 730)).unwrap();
    assert_eq!((quote.from, quote.waits, quote.kind), (NOW, false, OfferKind::Renewal));
    assert_eq!(quote.full, 5 * 3650 * 2);
}

#[test]
fn more_devices_than_before_are_no_renewal_and_have_no_discount() {
    let quote = quoted(&held(CodeKind::Commercial, NOW), &a_term("desktop=6,mobile=5", 365)).unwrap();
    assert_eq!((quote.kind, quote.discount), (OfferKind::New, 0));
}

#[test]
fn fewer_places_than_devices_names_those_without() {
    let quote = quoted(&held(CodeKind::Commercial, NOW), &a_term("desktop=3", 365)).unwrap();
    assert_eq!(quote.without_place, [(SeatClass::Desktop, 1)]);
}

#[test]
fn a_trial_is_bought_for_at_once_and_the_rest_of_it_is_lost() {
    let quote = quoted(&held(CodeKind::Trial, NOW + Duration::days(20)), &a_term("desktop=1", 365)).unwrap();
    assert_eq!((quote.kind, quote.from, quote.waits, quote.trial_days_lost), (OfferKind::New, NOW, false, 20));
}

#[test]
fn more_places_in_mid_term_are_paid_by_the_days_left_and_end_with_the_term() {
    let ends = NOW + Duration::days(73);
    let more = |list: &str| quoted(&held(CodeKind::Commercial, ends), &Wanted::More { seats: seats(list) });
    let quote = more("desktop=6,mobile=5").unwrap();
    assert_eq!((quote.kind, quote.until, quote.days, quote.total), (OfferKind::More, ends, 73, 730));
    assert_eq!(more("desktop=5,mobile=5"), Err(Error::field("seats", Fault::InThePast)));
    assert_eq!(more("desktop=6"), Err(Error::field("seats", Fault::InThePast)), "there is no going back");
}

#[test]
fn a_begun_day_counts_and_a_begun_cent_too() {
    let ends = NOW + Duration::hours(25);
    let quote =
        quoted(&held(CodeKind::Commercial, ends), &Wanted::More { seats: seats("desktop=5,mobile=6") }).unwrap();
    assert_eq!((quote.days, quote.total), (2, 6));
}

#[test]
fn what_is_not_sold_is_refused_at_its_field() {
    let ended = held(CodeKind::Commercial, NOW);
    assert_eq!(quoted(&ended, &a_term("desktop=1", 400)), Err(Error::field("term", Fault::NotAChoice)));
    assert_eq!(quoted(&ended, &a_term("", 365)), Err(Error::field("seats", Fault::Missing)));
    assert_eq!(quoted(&ended, &a_term("file_server=1", 365)), Err(Error::field("seats", Fault::NotAChoice)));
    assert!(quoted(&ended, &a_term("desktop=501", 365)).is_err());
    let more = Wanted::More { seats: seats("desktop=9,mobile=5") };
    assert_eq!(quoted(&ended, &more), Err(Error::field("license", Fault::DoesNotBelong)));
    let subscription = held(CodeKind::Subscription, NOW + Duration::days(9));
    assert_eq!(quoted(&subscription, &a_term("desktop=1", 365)), Err(Error::field("license", Fault::DoesNotBelong)));
}
