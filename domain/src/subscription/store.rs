//! The deeds of providers around the subscriptions they sold: renewing, suspending, resuming, ending them.

use serde_json::{Value, json};
use sqlx::{PgConnection, PgTransaction};
use time::OffsetDateTime;
use uuid::Uuid;

use super::{Renewal, grace_of};
use crate::activation::Refusal;
use crate::actor::Permission;
use crate::audit::{self, Event};
use crate::code::CodeKind;
use crate::cx::Cx;
use crate::id::{AccountId, CodeId, LicenseId, SellerId};
use crate::license::{LicenseFacts, Term};
use crate::order::{OrderState, read_number};
use crate::seal::hashed;
use crate::seller_api::{RenewSubscription, Subscription, SubscriptionLicense, SubscriptionStatus};
use crate::webhook::WebhookEvent;
use crate::webhook::store::{rfc3339, write as tell};
use crate::{Error, Fault, Result};

/// The subscriptions of one order, with the rows locked: order, codes, licenses.
struct Held {
    tx: PgTransaction<'static>,
    seller: SellerId,
    order: Uuid,
    number: String,
    renews: bool,
    codes: Vec<HeldCode>,
}

struct HeldCode {
    id: CodeId,
    account: Option<AccountId>,
    tail: String,
    term: Term,
    grace: Option<Term>,
    cancelled: bool,
    suspended_at: Option<OffsetDateTime>,
    license: Option<(LicenseId, LicenseFacts)>,
}

async fn hold(cx: &Cx, number: &str) -> Result<Held> {
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
            "select id, starts_at, expires_at, grace_until, blocked_at, cancelled_at, suspended_at
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
                };
                (LicenseId(row.id), facts)
            }),
        });
    }
    Ok(held)
}

impl Held {
    /// Writes what happened for those who listen, commits, and tells how the subscriptions stand now.
    async fn settle(mut self, cx: &Cx, happened: Option<WebhookEvent>) -> Result<SubscriptionStatus> {
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

/// A further period was paid: the licenses run on, and their grace days move along. Codes that nobody has activated yet
/// get the days added to their term. A subscription that was to end goes on.
///
/// # Errors
/// `NotFound` for an order that is another seller's or has no subscription; `Refused(Cancelled)` (E05) for one that was
/// taken back; `Invalid`, with `payment` when the number stands for another renewal.
pub async fn renew(cx: Cx, number: String, request: RenewSubscription) -> Result<SubscriptionStatus> {
    cx.require(Permission::SellCodes)?;
    let renewal = Renewal::read(&request, cx.now);
    let mut held = hold(&cx, &number).await?;
    // a repeated renewal is known by its payment, also when its instant has come meanwhile
    if let Some(payment) = request.payment.as_deref()
        && is_known(&mut held, &cx, payment, &request).await?
    {
        return held.settle(&cx, None).await;
    }
    let renewal = renewal?;
    let mut happened = None;
    for code in &mut held.codes {
        // to go on after all is a change as well
        if lengthen(&mut held.tx, &cx, code, &renewal).await? || !held.renews {
            audit::record(&mut held.tx, &cx, code.account, Event::SubscriptionRenewed(code.id)).await?;
            happened = Some(WebhookEvent::SubscriptionRenewed);
        }
    }
    sqlx::query!("update purchase set renewal_stopped_at = null where id = $1", held.order)
        .execute(&mut *held.tx)
        .await?;
    held.renews = true;
    held.settle(&cx, happened).await
}

/// Whether the payment was told of before, with the same contents; else it is from now on.
async fn is_known(held: &mut Held, cx: &Cx, payment: &str, request: &RenewSubscription) -> Result<bool> {
    let Ok(payment) = crate::text::line(payment, 60) else { return Ok(false) };
    let body = serde_json::to_vec(request).map_err(|_| Error::Internal(cx.request))?;
    let hash = hashed(&body);
    let kept = sqlx::query!(
        "insert into subscription_payment (purchase_id, payment, body_hash, at) values ($1, $2, $3, $4)
         on conflict do nothing",
        held.order,
        payment,
        &hash[..],
        cx.now,
    )
    .execute(&mut *held.tx)
    .await?;
    if kept.rows_affected() == 1 {
        return Ok(false);
    }
    let before = sqlx::query_scalar!(
        "select body_hash from subscription_payment where purchase_id = $1 and payment = $2",
        held.order,
        payment,
    )
    .fetch_one(&mut *held.tx)
    .await?;
    if before == hash { Ok(true) } else { Err(Error::field("payment", Fault::UsedOtherwise)) }
}

/// Lengthens one subscription, and says whether that changed anything.
async fn lengthen(db: &mut PgConnection, cx: &Cx, code: &mut HeldCode, renewal: &Renewal) -> Result<bool> {
    let field = if matches!(renewal, Renewal::Days { .. }) { "period_days" } else { "until" };
    let unfit = |fault| Error::field(field, fault);
    match &mut code.license {
        Some((id, facts)) => {
            let expires_at = renewal.end_of(facts, cx.now).map_err(unfit)?;
            let changed = expires_at != facts.expires_at;
            if changed {
                facts.grace_until = grace_of(facts, code.grace, expires_at);
                facts.expires_at = expires_at;
            }
            sqlx::query!(
                "update license set expires_at = $2, grace_until = $3, auto_renew = true,
                     term_changed_at = case when $4 then $5 else term_changed_at end
                 where id = $1",
                id.0,
                facts.expires_at,
                facts.grace_until,
                changed,
                cx.now,
            )
            .execute(db)
            .await?;
            Ok(changed)
        }
        None => {
            let term = renewal.term_of(code.term, cx.now).map_err(unfit)?;
            let days = i32::try_from(term.days()).map_err(|_| Error::Internal(cx.request))?;
            sqlx::query!("update activation_code set term_days = $2 where id = $1", code.id.0, days)
                .execute(db)
                .await?;
            Ok(std::mem::replace(&mut code.term, term) != term)
        }
    }
}

/// The subscription is paused, or its payment failed: nothing is updated until it is resumed, and its code activates no
/// further device (E35). One that is suspended already stays so.
///
/// # Errors
/// As for renewing.
pub async fn suspend(cx: Cx, number: String) -> Result<SubscriptionStatus> {
    set_suspension(cx, number, true).await
}

/// A suspended subscription goes on. Its end is where it was.
///
/// # Errors
/// As for renewing.
pub async fn resume(cx: Cx, number: String) -> Result<SubscriptionStatus> {
    set_suspension(cx, number, false).await
}

async fn set_suspension(cx: Cx, number: String, suspended: bool) -> Result<SubscriptionStatus> {
    let mut held = hold(&cx, &number).await?;
    let at = suspended.then_some(cx.now);
    let mut changed = false;
    for code in held.codes.iter_mut().filter(|code| code.suspended_at.is_some() != suspended) {
        code.suspended_at = at;
        sqlx::query!("update activation_code set suspended_at = $2 where id = $1", code.id.0, at)
            .execute(&mut *held.tx)
            .await?;
        if let Some((id, facts)) = &mut code.license {
            facts.suspended_at = at;
            sqlx::query!("update license set suspended_at = $2 where id = $1", id.0, at).execute(&mut *held.tx).await?;
        }
        let event = if suspended { Event::SubscriptionSuspended } else { Event::SubscriptionResumed };
        audit::record(&mut held.tx, &cx, code.account, event(code.id)).await?;
        changed = true;
    }
    let event = if suspended { WebhookEvent::SubscriptionSuspended } else { WebhookEvent::SubscriptionResumed };
    held.settle(&cx, changed.then_some(event)).await
}

/// The subscription is not renewed any more: it runs to its end, then through its grace days. One that was ended before
/// stays so; a further renewal takes it up again.
///
/// # Errors
/// As for renewing.
pub async fn cancel(cx: Cx, number: String) -> Result<SubscriptionStatus> {
    let mut held = hold(&cx, &number).await?;
    if !held.renews {
        return held.settle(&cx, None).await;
    }
    sqlx::query!("update purchase set renewal_stopped_at = $2 where id = $1", held.order, cx.now)
        .execute(&mut *held.tx)
        .await?;
    for code in &held.codes {
        sqlx::query!("update license set auto_renew = false where code_id = $1", code.id.0)
            .execute(&mut *held.tx)
            .await?;
        audit::record(&mut held.tx, &cx, code.account, Event::SubscriptionCancelled(code.id)).await?;
    }
    held.renews = false;
    held.settle(&cx, Some(WebhookEvent::SubscriptionCancelled)).await
}
