//! The words of the seller API: what programs of stores and providers send and what they are told.

use std::fmt;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::code::{CodeKind, CodeState, StartRule};
use crate::country::Country;
use crate::id::{LicenseId, WebhookId};
use crate::license::Standing;
use crate::offer::OfferKind;
use crate::order::{BuyerKind, Channel, OrderState};
use crate::seat::Seats;
use crate::webhook::{DeliveryTrouble, WebhookEvent, WebhookState};

/// A paid order, for which codes are asked (R5).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct OrderRequest {
    /// The seller's own number for the order, up to 60 characters. The same order under the same number is one order.
    pub order_number: String,
    /// How it was sold. For `online_store` the codes are mailed to the buyer.
    pub channel: Channel,
    /// Who bought it; a box or a card knows nobody (edge case 48).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub buyer: Option<Buyer>,
    /// When it was bought.
    #[serde(with = "time::serde::rfc3339")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub ordered_at: OffsetDateTime,
    /// The buyer's country, by its two letters. The codes work in the seller's countries, whatever stands here (edge
    /// case 29).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>))]
    pub country: Option<Country>,
    /// The currency of all prices, by its three letters (ISO 4217).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
    /// What was paid in all, in the smallest unit of the currency: 4990 for 49.90.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price: Option<i64>,
    /// The buyer's language, like `en` or `pt-BR`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// What was bought: 1 to 20 items.
    pub items: Vec<OrderItem>,
    /// The offer that the buyer brought from the Renewal and Upgrade Center, if it was one. More places of a license that
    /// runs bring no code: they work at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offer: Option<Uuid>,
}

/// What a buyer was offered in the Renewal and Upgrade Center and brings to the seller's checkout.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OfferTerms {
    /// The offer, as it stands in the address of the checkout.
    pub offer: Uuid,
    /// What is sold.
    pub kind: OfferKind,
    /// The vendor's own number for the product.
    pub product: String,
    /// Devices of each class in all afterwards.
    #[cfg_attr(feature = "openapi", schema(value_type = std::collections::BTreeMap<String, u32>))]
    pub seats: Seats,
    /// Days that are paid for.
    pub term_days: u32,
    /// The currency by its three letters (ISO 4217).
    pub currency: String,
    /// What is asked, in the smallest unit of the currency.
    pub price: i64,
    /// Who was offered it.
    pub buyer: Buyer,
    /// Until when it can be paid.
    #[serde(with = "time::serde::rfc3339")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub expires_at: OffsetDateTime,
    /// Whether it was ordered already.
    pub ordered: bool,
}

/// Who bought.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Buyer {
    /// Full name of the person, or name of the organization.
    pub name: String,
    /// The e-mail address of the order; an online store has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Whether it is a person or an organization.
    pub kind: BuyerKind,
}

/// Codes of one make.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct OrderItem {
    /// The vendor's own number for the product.
    pub product: String,
    /// What the codes are sold or given as.
    pub kind: CodeKind,
    /// Devices of each class.
    #[cfg_attr(feature = "openapi", schema(value_type = std::collections::BTreeMap<String, u32>))]
    pub seats: Seats,
    /// Days that the license runs, 1 to 3660 (R102).
    pub term_days: u32,
    /// Renewals: days without a usable previous code (R78).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reduced_term_days: Option<u32>,
    /// Subscriptions: days after the end in which everything still works, 0 to 90; 7 if left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grace_days: Option<u32>,
    /// Subscriptions: whether protection ends with the grace days, and not only updates (§3.2).
    #[serde(default)]
    pub protection_ends: bool,
    /// When the term begins.
    #[serde(default = "with_the_activation")]
    pub start_rule: StartRule,
    /// The instant from which the codes can no longer be activated for the first time (R7).
    #[serde(default, with = "time::serde::rfc3339::option", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = DateTime))]
    pub redeem_by: Option<OffsetDateTime>,
    /// How many codes, 1 to 100; one if left out.
    #[serde(default = "one")]
    pub count: u32,
    /// What one of them costs, in the smallest unit of the currency.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price: Option<i64>,
}

const fn one() -> u32 {
    1
}

const fn with_the_activation() -> StartRule {
    StartRule::OnFirstActivation
}

/// An order with its codes: the answer to the order itself, and to the same order sent again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PlacedOrder {
    /// The seller's own number.
    pub order_number: String,
    /// Where the order stands.
    pub state: OrderState,
    /// The number of the license certificate.
    pub certificate_number: String,
    /// The codes, in the order of the items.
    pub codes: Vec<IssuedCode>,
    /// The address the codes were mailed to, if they were.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mailed_to: Option<String>,
}

/// A code on its way to the seller, who sold it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct IssuedCode {
    /// The code in its four blocks.
    pub code: String,
    /// The vendor's own number for the product.
    pub product: String,
    /// Its kind.
    pub kind: CodeKind,
    /// Its last block, by which it is named from now on.
    pub tail: String,
}

impl fmt::Debug for IssuedCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "IssuedCode({})", crate::code::mask(&self.tail))
    }
}

/// An order as it stands, without its codes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OrderStatus {
    /// The seller's own number.
    pub order_number: String,
    /// Where the order stands.
    pub state: OrderState,
    /// How it was sold.
    pub channel: Channel,
    /// When it was bought.
    #[serde(with = "time::serde::rfc3339")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub ordered_at: OffsetDateTime,
    /// The number of the license certificate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certificate_number: Option<String>,
    /// The currency of all prices.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
    /// What was paid in all, in the smallest unit of the currency.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price: Option<i64>,
    /// What was bought.
    pub items: Vec<OrderItem>,
    /// Each code of the order by its last block.
    pub codes: Vec<SoldCode>,
    /// When it was cancelled.
    #[serde(default, with = "time::serde::rfc3339::option", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = DateTime))]
    pub cancelled_at: Option<OffsetDateTime>,
    /// Why it was cancelled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cancel_reason: Option<String>,
}

/// A sold code, by its last block.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SoldCode {
    /// Its last block.
    pub tail: String,
    /// The vendor's own number for the product.
    pub product: String,
    /// Its kind.
    pub kind: CodeKind,
    /// Where it stands.
    pub state: CodeState,
}

/// One page of a list, the newest first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Page<T> {
    /// The entries.
    pub entries: Vec<T>,
    /// Where the next page begins: sent back as `after`. Nothing on the last page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

/// An order in the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OrderSummary {
    /// The seller's own number.
    pub order_number: String,
    /// Where the order stands.
    pub state: OrderState,
    /// How it was sold.
    pub channel: Channel,
    /// When it was bought.
    #[serde(with = "time::serde::rfc3339")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub ordered_at: OffsetDateTime,
}

/// Takes an order back: its codes stop working at once (R87).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CancelOrder {
    /// Why, up to 500 characters.
    pub reason: String,
}

/// A further period of a subscription was paid. Either `period_days` with the payment it comes from, or `until`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct RenewSubscription {
    /// Days that are added, 1 to 3660.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub period_days: Option<u32>,
    /// The instant at which the paid time ends.
    #[serde(default, with = "time::serde::rfc3339::option", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = DateTime))]
    pub until: Option<OffsetDateTime>,
    /// The provider's own number for the payment, up to 60 characters: a payment renews once, however often it is told
    /// of. `period_days` needs one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment: Option<String>,
}

/// A message without contents: what it asks stands in its address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Nothing {}

/// The subscriptions of an order as they stand (§3.2).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SubscriptionStatus {
    /// The seller's own number of the order.
    pub order_number: String,
    /// Whether the provider renews it at its end.
    pub renews: bool,
    /// Each of them.
    pub subscriptions: Vec<Subscription>,
}

/// One subscription.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Subscription {
    /// The last block of its code.
    pub tail: String,
    /// Whether it is suspended (E35).
    pub suspended: bool,
    /// The term it was sold for and was lengthened to while nobody had activated it, in days.
    pub term_days: u32,
    /// Its license, from the first activation on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub license: Option<SubscriptionLicense>,
}

/// The license of a subscription.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SubscriptionLicense {
    /// The license.
    pub id: LicenseId,
    /// Where it stands now.
    pub standing: Standing,
    /// The first instant at which it no longer runs.
    #[serde(with = "time::serde::rfc3339")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub expires_at: OffsetDateTime,
    /// The end of the days in which everything still works.
    #[serde(default, with = "time::serde::rfc3339::option", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = DateTime))]
    pub grace_until: Option<OffsetDateTime>,
}

/// A message to the seller's own system, and what became of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WebhookStatus {
    /// The message; the same however often it is sent.
    pub id: WebhookId,
    /// What it tells.
    pub event: WebhookEvent,
    /// Where it stands.
    pub state: WebhookState,
    /// When it was written.
    #[serde(with = "time::serde::rfc3339")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub created_at: OffsetDateTime,
    /// How often it was sent.
    pub tries: u32,
    /// When it is sent next, while it waits.
    #[serde(default, with = "time::serde::rfc3339::option", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = DateTime))]
    pub next_at: Option<OffsetDateTime>,
    /// When it was taken.
    #[serde(default, with = "time::serde::rfc3339::option", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = DateTime))]
    pub delivered_at: Option<OffsetDateTime>,
    /// The status of the last answer, if there was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_status: Option<u16>,
    /// Why it was not taken the last time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_error: Option<DeliveryTrouble>,
}
