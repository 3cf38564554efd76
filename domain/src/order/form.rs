//! Reading an order that a seller's program sends: all of its faults at once.

use time::{Duration, OffsetDateTime};

use super::{Channel, read_number};
use crate::code::CodeKind;
use crate::license::Term;
use crate::person::Email;
use crate::seller_api::{Buyer, OrderItem, OrderRequest};
use crate::text::{self, Faults};
use crate::{Fault, Result};

/// The most codes that one order brings.
pub const CODES_PER_ORDER: u32 = 500;
/// The most items of an order.
const ITEMS: usize = 20;
/// How far a seller's clock may be ahead of ours.
const AHEAD: Duration = Duration::DAY;
/// The most seats of one class.
const SEATS: u32 = 100_000;

/// An order that was read: it can be carried out if its products are known.
#[derive(Clone, Debug, PartialEq)]
pub struct Order {
    /// The seller's own number.
    pub number: String,
    /// The address of the order, if there is one.
    pub email: Option<Email>,
    /// The order as it came, with its texts trimmed and its instants in UTC.
    pub request: OrderRequest,
}

impl Order {
    /// Reads an order at `now`. An online store names the buyer and an address, to which the codes go (R5); days that
    /// belong to a renewal or a subscription stand with no other kind.
    ///
    /// # Errors
    /// `Invalid` with every field that can't be used, such as `items[1].seats`.
    pub fn read(mut request: OrderRequest, now: OffsetDateTime) -> Result<Self> {
        let mut faults = Faults::default();
        let number = faults.take("order_number", read_number(&request.order_number));
        let email = read_buyer(&mut faults, &mut request);
        if request.ordered_at > now + AHEAD {
            faults.note("ordered_at", Fault::InTheFuture);
        }
        request.ordered_at = request.ordered_at.to_offset(time::UtcOffset::UTC);
        read_money(&mut faults, &request);
        if request.language.as_deref().is_some_and(|language| !is_language(language)) {
            faults.note("language", Fault::NotAChoice);
        }
        if request.items.is_empty() {
            faults.note("items", Fault::Missing);
        } else if request.items.len() > ITEMS {
            faults.note("items", Fault::OutOfRange { min: 1, max: ITEMS as u64 });
        }
        for (index, item) in request.items.iter_mut().enumerate() {
            read_item(&mut faults, &format!("items[{index}]"), item, now);
        }
        let codes = request.items.iter().fold(0_u32, |sum, item| sum.saturating_add(item.count));
        if codes > CODES_PER_ORDER {
            faults.note("items", Fault::OutOfRange { min: 1, max: u64::from(CODES_PER_ORDER) });
        }
        if let Some(number) = &number {
            request.order_number.clone_from(number);
        }
        faults.finish(number.map(|number| Self { number, email, request }))
    }
}

fn read_buyer(faults: &mut Faults, request: &mut OrderRequest) -> Option<Email> {
    let mailed = request.channel == Channel::OnlineStore;
    let Some(Buyer { name, email, .. }) = &mut request.buyer else {
        if mailed {
            faults.note("buyer", Fault::Missing);
        }
        return None;
    };
    if let Some(read) = faults.take("buyer.name", text::public_line(name, 160)) {
        *name = read;
    }
    match email {
        Some(typed) => faults.take("buyer.email", Email::parse(typed)),
        None => {
            if mailed {
                faults.note("buyer.email", Fault::Missing);
            }
            None
        }
    }
}

fn read_money(faults: &mut Faults, request: &OrderRequest) {
    let prices = std::iter::once(request.price).chain(request.items.iter().map(|item| item.price));
    if prices.clone().flatten().any(|price| price < 0) {
        faults.note("price", Fault::OutOfRange { min: 0, max: i64::MAX.unsigned_abs() });
    }
    match &request.currency {
        Some(currency) if currency.len() == 3 && currency.bytes().all(|byte| byte.is_ascii_uppercase()) => {}
        Some(_) => faults.note("currency", Fault::NotAChoice),
        None if prices.flatten().next().is_some() => faults.note("currency", Fault::Missing),
        None => {}
    }
}

/// A tag of BCP 47, as far as its shape goes.
fn is_language(tag: &str) -> bool {
    let mut parts = tag.split('-');
    tag.len() <= 35
        && parts.next().is_some_and(|first| (2..=3).contains(&first.len()) && is_word(first))
        && parts.all(|part| (1..=8).contains(&part.len()) && is_word(part))
}

fn is_word(part: &str) -> bool {
    part.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

fn read_item(faults: &mut Faults, at: &str, item: &mut OrderItem, now: OffsetDateTime) {
    let mut within = |field: &str, number: u32, min: u32, max: u32| {
        if !(min..=max).contains(&number) {
            faults.note(&format!("{at}.{field}"), Fault::OutOfRange { min: min.into(), max: max.into() });
        }
    };
    within("term_days", item.term_days, 1, Term::MOST_DAYS);
    within("count", item.count, 1, 100);
    if let Some(days) = item.reduced_term_days {
        within("reduced_term_days", days, 1, item.term_days);
    }
    if let Some(days) = item.grace_days {
        within("grace_days", days, 0, 90);
    }
    if item.seats.total() == 0 {
        faults.note(&format!("{at}.seats"), Fault::Missing);
    } else if item.seats.iter().any(|(_, count)| count > SEATS) {
        faults.note(&format!("{at}.seats"), Fault::OutOfRange { min: 0, max: SEATS.into() });
    }
    let mut belongs = |field: &str, there: bool, kind: CodeKind| {
        if there && item.kind != kind {
            faults.note(&format!("{at}.{field}"), Fault::DoesNotBelong);
        }
    };
    belongs("reduced_term_days", item.reduced_term_days.is_some(), CodeKind::Renewal);
    belongs("grace_days", item.grace_days.is_some(), CodeKind::Subscription);
    belongs("protection_ends", item.protection_ends, CodeKind::Subscription);
    if item.redeem_by.is_some_and(|by| by <= now) {
        faults.note(&format!("{at}.redeem_by"), Fault::InThePast);
    }
    item.redeem_by = item.redeem_by.map(|by| by.to_offset(time::UtcOffset::UTC));
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;
    use crate::Error;
    use crate::order::BuyerKind;
    use crate::seat::Seats;

    const NOW: OffsetDateTime = datetime!(2026-05-01 10:00 UTC);

    fn order() -> OrderRequest {
        let json = r#"{
            "order_number": " W-1 ", "channel": "online_store", "ordered_at": "2026-05-01T11:30:00+02:00",
            "buyer": {"name": "Anna  Berg", "email": "anna@x.example", "kind": "person"},
            "items": [{"product": "NSOS", "kind": "commercial", "seats": {"desktop": 5}, "term_days": 365}]
        }"#;
        serde_json::from_str(json).unwrap()
    }

    fn faults(change: impl Fn(&mut OrderRequest)) -> Vec<(String, Fault)> {
        let mut request = order();
        change(&mut request);
        match Order::read(request, NOW) {
            Err(Error::Invalid(fields)) => fields.into_iter().map(|at| (at.field, at.fault)).collect(),
            other => panic!("{other:?}"),
        }
    }

    fn only(field: &str, fault: Fault) -> Vec<(String, Fault)> {
        vec![(field.to_owned(), fault)]
    }

    #[test]
    fn an_order_needs_little_and_is_read_without_its_blanks() {
        let read = Order::read(order(), NOW).unwrap();
        assert_eq!((read.number.as_str(), read.request.items[0].count), ("W-1", 1));
        assert_eq!(read.request.buyer.unwrap().name, "Anna Berg");
        assert_eq!(read.request.ordered_at.to_string(), "2026-05-01 9:30:00.0 +00:00:00");
    }

    #[test]
    fn a_code_in_place_of_a_name_is_masked() {
        let symbols = std::array::from_fn(|n| u8::try_from(n * 7 % 31).unwrap());
        let code = crate::code::ActivationCode::from_symbols(symbols).reveal();
        let mut asked = order();
        asked.buyer.as_mut().unwrap().name = format!("Anna {code}");
        let name = Order::read(asked, NOW).unwrap().request.buyer.unwrap().name;
        assert!(name.starts_with("Anna ") && !name.contains(&code), "{name}");
    }

    #[test]
    fn an_online_store_knows_its_buyer_and_a_box_does_not() {
        assert_eq!(faults(|order| order.buyer = None), only("buyer", Fault::Missing));
        assert_eq!(faults(|order| order.buyer.as_mut().unwrap().email = None), only("buyer.email", Fault::Missing));
        assert!(Order::read(OrderRequest { buyer: None, channel: Channel::Box, ..order() }, NOW).is_ok());
    }

    #[test]
    fn every_fault_is_told_at_once() {
        let told = faults(|order| {
            order.order_number = String::new();
            order.buyer = Some(Buyer { name: " ".into(), email: Some("anna".into()), kind: BuyerKind::Person });
            order.items[0].count = 101;
            order.items[0].seats = Seats::default();
        });
        let fields: Vec<_> = told.iter().map(|(field, _)| field.as_str()).collect();
        assert_eq!(fields, ["order_number", "buyer.name", "buyer.email", "items[0].count", "items[0].seats"]);
    }

    #[test]
    fn a_price_needs_its_currency() {
        assert_eq!(faults(|order| order.items[0].price = Some(4990)), only("currency", Fault::Missing));
        assert_eq!(faults(|order| order.currency = Some("eur".into())), only("currency", Fault::NotAChoice));
        let priced = OrderRequest { price: Some(0), currency: Some("EUR".into()), ..order() };
        assert!(Order::read(priced, NOW).is_ok());
    }

    #[test]
    fn days_stand_only_with_the_kind_they_belong_to() {
        for (field, change) in [
            ("reduced_term_days", (|item: &mut OrderItem| item.reduced_term_days = Some(90)) as fn(&mut OrderItem)),
            ("grace_days", |item| item.grace_days = Some(3)),
            ("protection_ends", |item| item.protection_ends = true),
        ] {
            let told = faults(|order| change(&mut order.items[0]));
            assert_eq!(told, only(&format!("items[0].{field}"), Fault::DoesNotBelong));
        }
        let mut subscription = order();
        let item = &mut subscription.items[0];
        (item.kind, item.grace_days, item.protection_ends) = (CodeKind::Subscription, Some(0), true);
        assert!(Order::read(subscription, NOW).is_ok());
    }

    #[test]
    fn an_order_lies_no_more_than_a_day_ahead_and_can_still_be_redeemed() {
        assert_eq!(faults(|o| o.ordered_at = NOW + Duration::seconds(86_401)), only("ordered_at", Fault::InTheFuture));
        assert_eq!(faults(|o| o.items[0].redeem_by = Some(NOW)), only("items[0].redeem_by", Fault::InThePast));
        assert!(Order::read(OrderRequest { ordered_at: NOW + Duration::DAY, ..order() }, NOW).is_ok());
    }

    #[test]
    fn an_order_brings_at_most_five_hundred_codes() {
        let with = |count| {
            let mut request = order();
            request.items = vec![OrderItem { count: 100, ..request.items[0].clone() }; 5];
            request.items[0].count = count;
            Order::read(request, NOW)
        };
        assert!(with(100).is_ok());
        let more = faults(|order| order.items = vec![OrderItem { count: 100, ..order.items[0].clone() }; 6]);
        assert_eq!(more, only("items", Fault::OutOfRange { min: 1, max: 500 }));
    }

    #[test]
    fn a_language_has_the_shape_of_a_tag() {
        for tag in ["en", "pt-BR", "zh-Hant-TW"] {
            assert!(is_language(tag), "{tag}");
        }
        for tag in ["", "e", "english", "en-", "en_GB", "é"] {
            assert!(!is_language(tag), "{tag}");
        }
    }
}
