//! Purchases: the way by which a code reached its owner.

mod form;
#[cfg(feature = "postgres")]
pub mod store;

pub use form::{CODES_PER_ORDER, Order};

crate::choice! {
    /// How a code was sold; kept with every code, because it decides who helps when it is lost (R5, R88).
    pub enum Channel {
        /// Printed in a retail box: there is no order number and no e-mail (edge case 48).
        Box = "box",
        /// On the back of an activation card.
        Card = "card",
        /// Mailed by an online store to the address given in the order.
        OnlineStore = "online_store",
        /// Sold by a reseller, who is the first contact.
        Partner = "partner",
        /// A subscription paid at a service provider.
        Provider = "provider",
    }
}

crate::choice! {
    /// Who bought.
    pub enum BuyerKind {
        /// A person.
        Person = "person",
        /// An organization.
        Organization = "organization",
    }
}

crate::choice! {
    /// Where an order stands.
    pub enum OrderState {
        /// Paid; its codes can be used.
        Paid = "paid",
        /// Taken back by its seller: its codes are worth nothing.
        Cancelled = "cancelled",
        /// The buyer asks for the money; support decides (R86).
        RefundRequested = "refund_requested",
        /// Support granted the refund; its codes are worth nothing (R87).
        Refunded = "refunded",
    }
}

impl OrderState {
    /// Whether the seller can still take the order back: not what is over already, be it taken back or refunded.
    #[must_use]
    pub const fn can_be_cancelled(self) -> bool {
        match self {
            Self::Paid | Self::RefundRequested => true,
            Self::Cancelled | Self::Refunded => false,
        }
    }
}

/// Reads an order number: one line of at most 60 characters.
///
/// # Errors
/// `Missing`, `TooLong` or `Unprintable`.
pub fn read_number(typed: &str) -> crate::Result<String, crate::Fault> {
    crate::text::line(typed, 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_over_is_not_cancelled_again() {
        let can: Vec<_> = OrderState::ALL.iter().filter(|state| state.can_be_cancelled()).collect();
        assert_eq!(can, [&OrderState::Paid, &OrderState::RefundRequested]);
    }
}
