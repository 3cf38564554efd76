//! What stands in the rows of many offices: what they bought and when, what runs, what waits, what they asked. Dates
//! spread, and codes and keys are their own.

use serde_json::{Value, json};
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use super::columns::Rows;
use super::drawn::{FIRST, LAST, PLACE, SUBJECTS, TRADE, drawn, pick};
use crate::code::{ActivationCode, RANDOM_SYMBOLS};
use crate::cx::{Cx, random_below};
use crate::seal::{Seal, Sealed};

/// A seller and what is sold there: the seller's place in the list of them, its country, currency and channel.
const SHOPS: [(i32, &str, &str, &str); 5] = [
    (1, "IN", "INR", "online_store"),
    (1, "IN", "INR", "online_store"),
    (1, "IN", "INR", "online_store"),
    (2, "GB", "GBP", "online_store"),
    (3, "IN", "INR", "partner"),
];
const OFFICE_SEATS: &str = r#"{"desktop": 5, "file_server": 1, "mobile": 5}"#;

/// An office as it is filled.
struct Office<'a> {
    seal: &'a Seal,
    now: OffsetDateTime,
    n: u64,
    account: Uuid,
    person: Uuid,
    name: String,
    email: String,
    short: String,
    shop: (i32, &'a str, &'a str, &'a str),
    product: i32,
}

/// What somebody buys.
#[derive(Clone, Copy)]
struct Bought {
    kind: &'static str,
    seats: &'static str,
    days: i64,
    starts_at: Option<OffsetDateTime>,
    expires_at: Option<OffsetDateTime>,
    ordered_at: OffsetDateTime,
}

/// A code that was bought, and its license.
struct Sold {
    purchase: Uuid,
    order: String,
    code: Uuid,
    license: Uuid,
    key: Uuid,
}

fn minutes(many: u64) -> Duration {
    Duration::minutes(i64::try_from(many).unwrap_or_default())
}

impl Rows {
    /// One more office; the same number gives the same names and dates.
    pub(super) fn add(&mut self, cx: &Cx, n: u64) {
        let (first, last) = (pick(&FIRST, n, 2), pick(&LAST, n, 3));
        let (account, person) = (Uuid::now_v7(), Uuid::now_v7());
        let short = Uuid::new_v4().simple().to_string()[..12].to_owned();
        let shop = pick(&SHOPS, n, 14);
        let office = Office {
            seal: &cx.world.seal,
            now: cx.now,
            n,
            account,
            person,
            name: format!("{first} {last}"),
            email: format!("{}.{}@{short}.example", first.to_lowercase(), last.to_lowercase()),
            short,
            shop,
            product: if drawn(n, 15, 7) == 0 { 2 } else { 1 },
        };
        let opened = cx.now - Duration::days(800);
        let place = format!("{} {}", pick(&PLACE, n, 4), pick(&TRADE, n, 5));
        self.offices.add((
            account,
            place,
            shop.1.to_owned(),
            person,
            office.name.clone(),
            office.email.clone(),
            opened,
        ));
        match drawn(n, 16, 100) {
            0..10 => self.trial(&office),
            10..18 => self.subscription(&office),
            18..48 => self.renewed(&office),
            _ => self.year(&office),
        }
    }

    fn trial(&mut self, office: &Office<'_>) {
        let starts_at = office.now - minutes(drawn(office.n, 1, 60 * 1440) + 10);
        let sold = self.starts(office, "trial", r#"{"desktop": 1}"#, 30, starts_at);
        self.devices(office, &sold, starts_at, 1);
    }

    /// A subscription by the month, paid up to now.
    fn subscription(&mut self, office: &Office<'_>) {
        let ago = drawn(office.n, 1, 360 * 1440) + 10;
        let starts_at = office.now - minutes(ago);
        let months = i64::try_from(ago / (30 * 1440)).unwrap_or_default();
        let bought = Bought {
            kind: "subscription",
            seats: r#"{"desktop": 3}"#,
            days: 30,
            starts_at: Some(starts_at),
            expires_at: Some(starts_at + Duration::days(30 * (months + 1))),
            ordered_at: starts_at,
        };
        let sold = self.sell(office, bought);
        for month in 1..=months {
            self.payments.add((sold.purchase, format!("month-{month}"), starts_at + Duration::days(30 * month)));
        }
        self.devices(office, &sold, starts_at, drawn(office.n, 6, 3) + 1);
    }

    /// A license of last year, and the one that took over from it.
    fn renewed(&mut self, office: &Office<'_>) {
        let starts_at = office.now - minutes(drawn(office.n, 1, 400 * 1440) + 10);
        let before = starts_at - Duration::days(365);
        let earlier = self.starts(office, "commercial", OFFICE_SEATS, 365, before);
        let sold = self.starts(office, "renewal", OFFICE_SEATS, 365, starts_at);
        let device = self.devices(office, &sold, starts_at, drawn(office.n, 6, 5) + 1);
        self.seat(office, earlier.license, device, before, Some(starts_at));
        self.runs_on(office, &sold, device, starts_at);
    }

    fn year(&mut self, office: &Office<'_>) {
        let starts_at = office.now - minutes(drawn(office.n, 1, 400 * 1440) + 10);
        let sold = self.starts(office, "commercial", OFFICE_SEATS, 365, starts_at);
        let device = self.devices(office, &sold, starts_at, drawn(office.n, 6, 5) + 1);
        self.runs_on(office, &sold, device, starts_at);
    }

    /// What happens in the year of a license: a code waits for its end, people are told, and ask.
    fn runs_on(&mut self, office: &Office<'_>, sold: &Sold, device: Uuid, starts_at: OffsetDateTime) {
        let (n, ends) = (office.n, starts_at + Duration::days(365));
        if ends > office.now && drawn(n, 17, 8) == 0 {
            let bought = Bought {
                kind: "renewal",
                seats: OFFICE_SEATS,
                days: 365,
                starts_at: None,
                expires_at: None,
                ordered_at: office.now - Duration::days(2),
            };
            let (next, at) = (self.sell(office, bought), office.now - Duration::DAY);
            let reserve = Uuid::now_v7();
            self.reserves.add((reserve, office.account, device, next.code, at, ends));
            self.event(office, at, Some(office.person), "code_added", next.code, json!({}));
            self.event(office, at, Some(office.person), "reserve_added", reserve, json!({ "device": device }));
        }
        if drawn(n, 18, 3) == 0 {
            let at = office.now - minutes(drawn(n, 19, 300 * 1440) + 10);
            let key = format!("demo:{}", sold.license);
            self.notices.add((Uuid::now_v7(), office.account, office.person, sold.license, at, key));
        }
        match drawn(n, 10, 100) {
            0..5 => self.case(office, sold),
            5..7 => self.recovery(office, sold),
            _ => {}
        }
    }

    fn starts(
        &mut self,
        office: &Office<'_>,
        kind: &'static str,
        seats: &'static str,
        days: i64,
        starts_at: OffsetDateTime,
    ) -> Sold {
        let expires_at = Some(starts_at + Duration::days(days));
        let ordered_at = starts_at - Duration::minutes(5);
        self.sell(office, Bought { kind, seats, days, starts_at: Some(starts_at), expires_at, ordered_at })
    }

    fn sell(&mut self, office: &Office<'_>, bought: Bought) -> Sold {
        let code = ActivationCode::from_symbols(random_below::<RANDOM_SYMBOLS>(31));
        let (seal, (shop, country, currency, channel)) = (office.seal, office.shop);
        let sold = Sold {
            purchase: Uuid::now_v7(),
            order: format!("LG-{}-{}", office.short, self.sales.code.len()),
            code: Uuid::now_v7(),
            license: Uuid::now_v7(),
            key: Uuid::new_v4(),
        };
        let is_active = bought.starts_at.is_some();
        let key = sold.key.as_bytes();
        self.sales.add((
            office.account,
            office.person,
            office.name.clone(),
            office.email.clone(),
            sold.purchase,
            sold.order.clone(),
            shop,
            country.to_owned(),
            currency.to_owned(),
            channel.to_owned(),
            bought.ordered_at,
            sold.code,
            seal.seal(Sealed::Code, sold.code, code.as_bytes()),
            seal.index(Sealed::Code, code.as_bytes()).to_vec(),
            code.tail().to_string(),
            office.product,
            bought.kind.to_owned(),
            bought.seats.to_owned(),
            i32::try_from(bought.days).unwrap_or_default(),
            is_active.then_some(sold.license),
            is_active.then(|| seal.seal(Sealed::LicenseKey, sold.license, key)),
            is_active.then(|| seal.index(Sealed::LicenseKey, key).to_vec()),
            bought.starts_at,
            bought.expires_at,
        ));
        if let Some(starts_at) = bought.starts_at {
            self.event(office, starts_at, None, "license_started", sold.license, json!({}));
        }
        sold
    }

    /// Devices that hold places of a license; gives the first.
    fn devices(&mut self, office: &Office<'_>, sold: &Sold, starts_at: OffsetDateTime, many: u64) -> Uuid {
        let mut first = None;
        for device in 0..many {
            let (nth, id) = (office.n * 8 + device, Uuid::now_v7());
            let name = format!("{}-PC-{}", pick(&PLACE, nth, 7), drawn(nth, 8, 900) + 100);
            // most called today, some not for weeks
            let silent = drawn(nth, 9, 1000);
            let silent = if silent < 850 { silent } else { (silent - 840) * 600 };
            let seen = (office.now - minutes(silent)).max(starts_at);
            let at = starts_at + minutes(device);
            let country = office.shop.1.to_owned();
            self.devices.add((id, office.account, office.person, office.product, name, country, at, seen));
            self.seat(office, sold.license, id, at, None);
            first = first.or(Some(id));
        }
        first.unwrap_or_default()
    }

    fn seat(
        &mut self,
        office: &Office<'_>,
        license: Uuid,
        device: Uuid,
        at: OffsetDateTime,
        until: Option<OffsetDateTime>,
    ) {
        let seat = Uuid::now_v7();
        self.seats.add((seat, office.account, license, device, at, until));
        self.event(office, at, None, "seat_bound", license, json!({ "device": device, "seat": seat }));
        if let Some(until) = until {
            let facts = json!({ "device": device, "seat": seat, "reason": "expired" });
            self.event(office, until, None, "seat_released", license, facts);
        }
    }

    /// One request in twelve is not done yet; one case in eight asks for a refund.
    fn case(&mut self, office: &Office<'_>, sold: &Sold) {
        let n = office.n;
        let refund = drawn(n, 20, 8) == 0;
        let (topic, subject) = if refund { ("refund", "We bought one too many") } else { pick(&SUBJECTS, n, 11) };
        let is_open = drawn(n, 12, 12) == 0;
        let state = if is_open { pick(&["new", "open", "open", "pending"], n, 21) } else { "closed" };
        let age = drawn(n, 13, if is_open { 5 * 1440 } else { 300 * 1440 }) + 1;
        let (id, at) = (Uuid::now_v7(), office.now - minutes(age));
        self.cases.add((
            id,
            office.account,
            office.person,
            format!("C-{}", office.short),
            topic.to_owned(),
            subject.to_owned(),
            state.to_owned(),
            sold.license,
            sold.code,
            sold.purchase,
            matches!(state, "pending" | "closed"),
            at,
        ));
        self.event(office, at, Some(office.person), "case_opened", id, json!({}));
    }

    fn recovery(&mut self, office: &Office<'_>, sold: &Sold) {
        let (n, id) = (office.n, Uuid::now_v7());
        let is_open = drawn(n, 12, 12) == 0;
        let states =
            if is_open { ["submitted", "checking", "needs_info"] } else { ["approved", "rejected", "withdrawn"] };
        let at = office.now - minutes(drawn(n, 13, if is_open { 5 * 1440 } else { 300 * 1440 }) + 1);
        let key = sold.key.as_bytes();
        self.recoveries.add((
            id,
            office.account,
            office.person,
            format!("R-{}", office.short),
            pick(&states, n, 21).to_owned(),
            office.seal.seal(Sealed::ClaimedKey, id, key),
            office.seal.index(Sealed::ClaimedKey, key).to_vec(),
            office.name.clone(),
            sold.order.clone(),
            sold.license,
            at,
        ));
        self.event(office, at, Some(office.person), "recovery_asked", id, json!({}));
    }

    /// By a person, or by Latchkey itself.
    fn event(
        &mut self,
        office: &Office<'_>,
        at: OffsetDateTime,
        person: Option<Uuid>,
        event: &str,
        object: Uuid,
        facts: Value,
    ) {
        let kind = if person.is_some() { "person" } else { "system" };
        let (event, country) = (event.to_owned(), office.shop.1.to_owned());
        self.events.add((at, office.account, kind.to_owned(), person, event, object, facts, country));
    }
}
