//! Examples of what sellers send and are told.

use domain::code::{CodeKind, CodeState, StartRule};
use domain::id::{LicenseId, WebhookId};
use domain::license::Standing;
use domain::offer::OfferKind;
use domain::order::{BuyerKind, Channel, OrderState};
use domain::seat::Seats;
use domain::seller_api::{
    Buyer, CancelOrder, IssuedCode, Nothing, OfferTerms, OrderItem, OrderRequest, OrderStatus, OrderSummary, Page,
    PlacedOrder, RenewSubscription, SoldCode, Subscription, SubscriptionLicense, SubscriptionStatus, WebhookStatus,
};
use domain::webhook::{WebhookEvent, WebhookState};
use serde_json::Value;
use time::Duration;
use uuid::uuid;

use super::{CODE, ENDS, NOW, STARTS, value};

const NUMBER: &str = "W-204881";
const SUBSCRIPTION: &str = "S-100312";
const CERTIFICATE: &str = "C-2026-000517";
const PRODUCT: &str = "NSOS";

pub fn of(schema: &str) -> Option<Value> {
    match schema {
        "OrderRequest" => value(OrderRequest {
            order_number: NUMBER.to_owned(),
            channel: Channel::OnlineStore,
            buyer: Some(Buyer {
                name: "Noor Haddad".to_owned(),
                email: Some("noor@lakeside.example".to_owned()),
                kind: BuyerKind::Organization,
            }),
            ordered_at: STARTS,
            country: "IN".parse().ok(),
            currency: Some("INR".to_owned()),
            price: Some(499_900),
            language: Some("en".to_owned()),
            items: vec![item()],
            offer: None,
        }),
        "OfferTerms" => value(OfferTerms {
            offer: uuid!("6f0c3a55-9d0e-4a64-8f5c-3a1d7f1b9c20"),
            kind: OfferKind::Renewal,
            product: PRODUCT.to_owned(),
            seats: Seats::parse("desktop=5").unwrap_or_default(),
            term_days: 365,
            currency: "INR".to_owned(),
            price: 349_900,
            buyer: Buyer {
                name: "Noor Haddad".to_owned(),
                email: Some("noor@lakeside.example".to_owned()),
                kind: BuyerKind::Organization,
            },
            expires_at: ENDS,
            ordered: false,
        }),
        "PlacedOrder" => value(PlacedOrder {
            order_number: NUMBER.to_owned(),
            state: OrderState::Paid,
            certificate_number: CERTIFICATE.to_owned(),
            codes: vec![IssuedCode {
                code: CODE.to_owned(),
                product: PRODUCT.to_owned(),
                kind: CodeKind::Commercial,
                tail: "VB8NP".to_owned(),
            }],
            mailed_to: Some("noor@lakeside.example".to_owned()),
        }),
        "OrderStatus" => value(OrderStatus {
            order_number: NUMBER.to_owned(),
            state: OrderState::Paid,
            channel: Channel::OnlineStore,
            ordered_at: STARTS,
            certificate_number: Some(CERTIFICATE.to_owned()),
            currency: Some("INR".to_owned()),
            price: Some(499_900),
            items: vec![item()],
            codes: vec![SoldCode {
                tail: "VB8NP".to_owned(),
                product: PRODUCT.to_owned(),
                kind: CodeKind::Commercial,
                state: CodeState::Active,
            }],
            cancelled_at: None,
            cancel_reason: None,
        }),
        "Page_OrderSummary" => value(Page {
            entries: vec![OrderSummary {
                order_number: NUMBER.to_owned(),
                state: OrderState::Paid,
                channel: Channel::OnlineStore,
                ordered_at: STARTS,
            }],
            next: None,
        }),
        "CancelOrder" => value(CancelOrder { reason: "Returned within 14 days.".to_owned() }),
        "RenewSubscription" => {
            value(RenewSubscription { period_days: Some(30), until: None, payment: Some("P-77120".to_owned()) })
        }
        "Nothing" => value(Nothing {}),
        "SubscriptionStatus" => value(SubscriptionStatus {
            order_number: SUBSCRIPTION.to_owned(),
            renews: true,
            subscriptions: vec![Subscription {
                tail: "K4XQD".to_owned(),
                suspended: false,
                term_days: 30,
                license: Some(SubscriptionLicense {
                    id: LicenseId(uuid!("019353b7-7a52-7000-8000-000000000005")),
                    standing: Standing::Active,
                    expires_at: ENDS,
                    grace_until: Some(ENDS + Duration::days(7)),
                }),
            }],
        }),
        "WebhookStatus" => value(message()),
        "Page_WebhookStatus" => value(Page { entries: vec![message()], next: None }),
        _ => None,
    }
}

fn item() -> OrderItem {
    OrderItem {
        product: PRODUCT.to_owned(),
        kind: CodeKind::Commercial,
        seats: Seats::parse("desktop=5,file_server=1").unwrap_or_default(),
        term_days: 365,
        reduced_term_days: None,
        grace_days: None,
        protection_ends: false,
        start_rule: StartRule::OnFirstActivation,
        redeem_by: None,
        count: 1,
        price: Some(499_900),
    }
}

fn message() -> WebhookStatus {
    WebhookStatus {
        id: WebhookId(uuid!("019353b7-7a52-7000-8000-000000000006")),
        event: WebhookEvent::CodeActivated,
        state: WebhookState::Delivered,
        created_at: NOW,
        tries: 1,
        next_at: None,
        delivered_at: Some(NOW),
        last_status: Some(200),
        last_error: None,
    }
}
