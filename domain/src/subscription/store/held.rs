//! Holding the subscriptions of an order while a deed changes them, and telling how they stand afterwards.

use serde_json::{Value, json};
use sqlx::{PgConnection, PgTransaction};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::activation::Refusal;
use crate::actor::Permission;
use crate::code::CodeKind;
use crate::cx::Cx;
use crate::id::{AccountId, CodeId, LicenseId, SellerId};
use crate::license::{LicenseFacts, Term};
use crate::order::{OrderState, read_number};
use crate::seller_api::{Subscription, SubscriptionLicense, SubscriptionStatus};
use crate::webhook::WebhookEvent;
use crate::webhook::store::{rfc3339, write as tell};
use crate::{Error, Result};

/// The subscriptions of one order, with the rows locked: order, codes, licenses.
pub(super) struct Held {
    pub(super) tx: PgTransaction<'static>,
    seller: SellerId,
    pub(super) order: Uuid,
    number: String,
    pub(super) renews: bool,
    pub(super) codes: Vec<HeldCode>,
}

pub(super) struct HeldCode {
    pub(super) id: CodeId,
    pub(super) account: Option<AccountId>,
    tail: String,
    pub(super) term: Term,
    pub(super) grace: Option<Term>,
    cancelled: bool,
    pub(super) suspended_at: Option<OffsetDateTime>,
    pub(super) license: Option<(LicenseId, LicenseFacts)>,
}

pub(super) async fn hold(cx: &Cx, number: &str) -> Result<Held> {
    cx.require(Permission::SellCodes)?;
    let seller = cx.actor.seller()?;
    let number = read_number(number).map_err(|_| Error::NotFound)?;
    let mut tx = cx.begin().await?;
    let order = sqlx::query!(
        r#"select id, state as "state: OrderState", renewal_stopped_at
           from purchase where seller_id = $1 and order_number = $2 for no key update"#,
        seller.0,
        number,
    )
    .fetch_optional(&mut *tx)
    .await?
    .ok_or(Error::NotFound)?;
    let mut codes = codes_of(&mut tx, order.id).await?;
    if codes.is_empty() {
        return Err(Error::NotFound);
    }
    codes.retain(|code| !code.cancelled);
    match order.state {
        OrderState::Paid | OrderState::RefundRequested if !codes.is_empty() => {}
        OrderState::Paid | OrderState::RefundRequested | OrderState::Cancelled | OrderState::Refunded => {
            return Err(Refusal::Cancelled.into());
        }
    }
    Ok(Held { tx, seller, order: order.id, number, renews: order.renewal_stopped_at.is_none(), codes })
}

/// An activation locks code and license in the same order, so that of the two at once the second sees what the first did.
async fn codes_of(db: &mut PgConnection, order: Uuid) -> Result<Vec<HeldCode>> {
    let codes = sqlx::query!(
        "select id, account_id, code_tail, term_days, grace_days, cancelled_at, suspended_at
         from activation_code
         where purchase_id = $1 and kind = 'subscription' and replaced_at is null
         order by id
         for no key update",
        order,
    )
    .fetch_all(&mut *db)
    .await?;
    let mut held = Vec::with_capacity(codes.len());
    for code in codes {
        let license = sqlx::query!(
            "select id, starts_at, expires_at, grace_until, blocked_at, cancelled_at, suspended_at, protection_ends
             from license where code_id = $1 for no key update",
            code.id,
        )
        .fetch_optional(&mut *db)
        .await?;
        let days = |days: i32| Term::of_days(u32::try_from(days).unwrap_or(0));
        held.push(HeldCode {
            id: CodeId(code.id),
            account: code.account_id.map(AccountId),
            tail: code.code_tail,
            term: days(code.term_days),
            grace: code.grace_days.map(days),
            cancelled: code.cancelled_at.is_some(),
            suspended_at: code.suspended_at,
            license: license.map(|row| {
                let facts = LicenseFacts {
                    kind: CodeKind::Subscription,
                    starts_at: row.starts_at,
                    expires_at: row.expires_at,
                    grace_until: row.grace_until,
                    blocked_at: row.blocked_at,
                    cancelled_at: row.cancelled_at,
                    suspended_at: row.suspended_at,
                    protection_ends: row.protection_ends,
                };
                (LicenseId(row.id), facts)
            }),
        });
    }
    Ok(held)
}

impl Held {
    /// Writes what happened for those who listen, commits, and tells how the subscriptions stand now.
    pub(super) async fn settle(mut self, cx: &Cx, happened: Option<WebhookEvent>) -> Result<SubscriptionStatus> {
        if let Some(event) = happened {
            let facts = self.facts(cx)?;
            tell(&mut self.tx, cx, self.seller, event, facts).await?;
        }
        self.tx.commit().await?;
        let subscriptions = self.codes.into_iter().map(|code| Subscription {
            tail: code.tail,
            suspended: code.suspended_at.is_some(),
            term_days: code.term.days(),
            license: code.license.map(|(id, facts)| SubscriptionLicense {
                id,
                standing: facts.standing(cx.now),
                expires_at: facts.expires_at,
                grace_until: facts.grace_until,
            }),
        });
        Ok(SubscriptionStatus {
            order_number: self.number,
            renews: self.renews,
            subscriptions: subscriptions.collect(),
        })
    }

    fn facts(&self, cx: &Cx) -> Result<Value> {
        let mut subscriptions = Vec::with_capacity(self.codes.len());
        for code in &self.codes {
            let license = code.license.as_ref();
            subscriptions.push(json!({
                "tail": code.tail,
                "license_id": license.map(|(id, _)| id),
                "expires_at": license.map(|(_, facts)| rfc3339(cx, facts.expires_at)).transpose()?,
            }));
        }
        Ok(json!({ "order_number": self.number, "subscriptions": subscriptions }))
    }
}
