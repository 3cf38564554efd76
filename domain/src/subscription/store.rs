//! The deeds of providers around the subscriptions they sold: renewing, suspending, resuming, ending them.

mod held;

use held::{Held, HeldCode, hold};

use sqlx::PgConnection;

use super::{Renewal, grace_of};
use crate::actor::Permission;
use crate::audit::{self, Event};
use crate::cx::Cx;
use crate::seal::hashed;
use crate::seller_api::{RenewSubscription, SubscriptionStatus};
use crate::webhook::WebhookEvent;
use crate::{Error, Fault, Result};

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
