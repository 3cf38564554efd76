//! Codes of any kind, issued as the vendor does.

use domain::code::store::{IssueCodes, Purchase, issue};
use domain::code::{CodeKind, StartRule};
use domain::cx::Cx;
use domain::demo;
use domain::license::Term;
use domain::order::Channel;
use domain::seat::Seats;
use time::Duration;

use crate::harness::House;

/// A code to be issued.
pub struct Sold {
    pub kind: CodeKind,
    pub seats: &'static str,
    pub sku: &'static str,
    pub seller: &'static str,
    pub country: &'static str,
    pub days: u32,
    pub redeem_in: Option<Duration>,
    pub ordered_ago: Option<Duration>,
}

impl Default for Sold {
    fn default() -> Self {
        Self {
            kind: CodeKind::Commercial,
            seats: "desktop=1",
            sku: demo::SKU,
            seller: demo::STORE,
            country: "IN",
            days: 365,
            redeem_in: None,
            ordered_ago: None,
        }
    }
}

impl Sold {
    pub fn of(kind: CodeKind) -> Self {
        Self { kind, ..Self::default() }
    }

    pub async fn code(self, house: &House) -> String {
        let cx = Cx::system(&house.world);
        let purchase = Purchase {
            seller: self.seller.to_owned(),
            order_number: None,
            channel: Channel::Card,
            buyer_name: None,
            buyer_email: None,
            ordered_at: cx.now - self.ordered_ago.unwrap_or_default(),
        };
        let start_rule = match self.ordered_ago {
            Some(_) => StartRule::OnOrder,
            None => StartRule::OnFirstActivation,
        };
        let order = IssueCodes {
            sku: self.sku.to_owned(),
            kind: self.kind,
            seats: Seats::parse(self.seats).unwrap(),
            term: Term::of_days(self.days),
            start_rule,
            redeem_by: self.redeem_in.map(|within| cx.now + within),
            countries: vec![self.country.parse().unwrap()],
            purchase,
            count: 1,
        };
        issue(cx, order).await.unwrap()[0].reveal()
    }
}
