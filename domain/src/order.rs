//! Purchases: the way by which a code reached its owner.

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
