//! Messages to the systems of sellers and of the vendor: what they tell, and how often they are tried.

#[cfg(feature = "postgres")]
pub mod secret;
#[cfg(feature = "postgres")]
pub mod store;

use time::Duration;

/// How often a message is sent before it is given up.
pub const TRIES: u32 = 8;
/// How long the first wait is; each further one is twice as long.
const FIRST_WAIT: Duration = Duration::seconds(30);

crate::choice! {
    /// What a message tells.
    pub enum WebhookEvent {
        /// Codes were ordered and paid.
        OrderPaid = "order.paid",
        /// An order was taken back.
        OrderCancelled = "order.cancelled",
        /// Support granted a refund: the seller pays the money back.
        OrderRefunded = "order.refunded",
        /// A sold code was activated for the first time: its license runs.
        CodeActivated = "code.activated",
        /// A further period of a subscription was paid.
        SubscriptionRenewed = "subscription.renewed",
        /// A subscription was paused, or its payment failed.
        SubscriptionSuspended = "subscription.suspended",
        /// A suspended subscription goes on.
        SubscriptionResumed = "subscription.resumed",
        /// A subscription will not be renewed.
        SubscriptionCancelled = "subscription.cancelled",
    }
}

crate::choice! {
    /// Where a message stands.
    pub enum WebhookState {
        /// It is sent, or sent again, when its time comes.
        Waiting = "waiting",
        /// It was taken.
        Delivered = "delivered",
        /// It was given up; it can be replayed.
        Dead = "dead",
    }
}

impl WebhookState {
    /// Where a message stands that was sent so many times.
    #[must_use]
    pub const fn of(delivered: bool, tries: u32) -> Self {
        if delivered {
            Self::Delivered
        } else if tries < TRIES {
            Self::Waiting
        } else {
            Self::Dead
        }
    }
}

crate::choice! {
    /// Why a message was not taken.
    pub enum DeliveryTrouble {
        /// The host has no address, or none that messages may go to.
        Address = "address",
        /// No connection came about.
        Unreachable = "unreachable",
        /// The connection could not be secured: the certificate, or the protocol.
        Tls = "tls",
        /// The answer did not come in time.
        Timeout = "timeout",
        /// What came back was no HTTP.
        Protocol = "protocol",
        /// The answer was none of 200 to 299; a redirect is not followed.
        Refused = "refused",
    }
}

/// How long to wait after the given try, counted from 1: 30 seconds after the first, twice as long after each further
/// one, and up to half of it more by chance, so that what failed together does not come back together.
#[must_use]
pub fn wait_after(tries: u32, chance: u8) -> Duration {
    let doubled = FIRST_WAIT * 2_i32.pow(tries.clamp(1, TRIES) - 1);
    doubled + doubled * i32::from(chance) / 512
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_from_half_a_minute() {
        assert_eq!(wait_after(1, 0), Duration::seconds(30));
        assert_eq!(wait_after(2, 0), Duration::seconds(60));
        assert_eq!(wait_after(7, 0), Duration::seconds(1920));
        assert_eq!(wait_after(0, 0), wait_after(1, 0));
        assert_eq!(wait_after(u32::MAX, 0), wait_after(TRIES, 0));
    }

    #[test]
    fn chance_adds_up_to_half_and_never_reaches_the_next_wait() {
        for tries in 1..TRIES {
            let most = wait_after(tries, u8::MAX);
            assert!(most > wait_after(tries, 0) && most < wait_after(tries, 0) * 3 / 2, "{tries}");
            assert!(most < wait_after(tries + 1, 0), "{tries}");
        }
    }

    #[test]
    fn a_message_is_given_up_after_its_eighth_try() {
        assert_eq!(WebhookState::of(false, 7), WebhookState::Waiting);
        assert_eq!(WebhookState::of(false, 8), WebhookState::Dead);
        assert_eq!(WebhookState::of(true, 8), WebhookState::Delivered);
    }
}
