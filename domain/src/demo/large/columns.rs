//! The columns of the rows of a batch, as a statement takes them.

use serde_json::Value;
use time::OffsetDateTime;
use uuid::Uuid;

/// The rows of one batch, column by column.
#[derive(Default)]
pub(super) struct Rows {
    pub(super) offices: Offices,
    pub(super) sales: Sales,
    pub(super) devices: Devices,
    pub(super) seats: SeatRows,
    pub(super) reserves: Reserves,
    pub(super) cases: Cases,
    pub(super) recoveries: Recoveries,
    pub(super) notices: Notices,
    pub(super) payments: Payments,
    pub(super) events: Events,
}

/// Declares the columns of some rows, and how one more row is added.
macro_rules! columns {
    ($(#[$doc:meta])* $name:ident { $($column:ident: $kind:ty),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Default)]
        pub(super) struct $name { $(pub(super) $column: Vec<$kind>),+ }

        impl $name {
            pub(super) fn add(&mut self, row: ($($kind,)+)) {
                let ($($column,)+) = row;
                $(self.$column.push($column);)+
            }
        }
    };
}

columns!(
    /// Offices with the one person each has.
    Offices { id: Uuid, name: String, country: String, person: Uuid, person_name: String, email: String, at: OffsetDateTime }
);
columns!(
    /// Orders, the code of each, and its license where it was activated.
    Sales {
        account: Uuid, person: Uuid, name: String, email: String, purchase: Uuid, order: String, shop: i32, country: String,
        currency: String, channel: String, ordered_at: OffsetDateTime, code: Uuid, code_ct: Vec<u8>, code_bi: Vec<u8>,
        tail: String, product: i32, kind: String, seats: String, days: i32, license: Option<Uuid>,
        key_ct: Option<Vec<u8>>, key_bi: Option<Vec<u8>>, starts_at: Option<OffsetDateTime>,
        expires_at: Option<OffsetDateTime>,
    }
);
columns!(
    /// Devices and when they called last.
    Devices {
        id: Uuid, account: Uuid, person: Uuid, product: i32, name: String, country: String, at: OffsetDateTime,
        seen: OffsetDateTime,
    }
);
columns!(
    /// Places that are held or were.
    SeatRows { id: Uuid, account: Uuid, license: Uuid, device: Uuid, at: OffsetDateTime, until: Option<OffsetDateTime> }
);
columns!(
    /// Codes that wait.
    Reserves { id: Uuid, account: Uuid, device: Uuid, code: Uuid, at: OffsetDateTime, due_at: OffsetDateTime }
);
columns!(
    /// Cases, and the refund of each that asks for one.
    Cases {
        id: Uuid, account: Uuid, person: Uuid, number: String, topic: String, subject: String, state: String,
        license: Uuid, code: Uuid, purchase: Uuid, answered: bool, at: OffsetDateTime,
    }
);
columns!(
    /// Requests for a lost code.
    Recoveries {
        id: Uuid, account: Uuid, person: Uuid, number: String, state: String, key_ct: Vec<u8>, key_bi: Vec<u8>,
        buyer: String, order: String, license: Uuid, at: OffsetDateTime,
    }
);
columns!(
    /// What people were told.
    Notices { id: Uuid, account: Uuid, person: Uuid, license: Uuid, at: OffsetDateTime, key: String }
);
columns!(
    /// Months of subscriptions that were paid.
    Payments { purchase: Uuid, payment: String, at: OffsetDateTime }
);
columns!(
    /// What the deeds left in the log.
    Events {
        at: OffsetDateTime, account: Uuid, actor_kind: String, actor: Option<Uuid>, event: String, object: Uuid, facts: Value,
        country: String,
    }
);
