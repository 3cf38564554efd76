//! The deeds around codes: issuing them, and showing one to the administrator of its license.

use sqlx::types::Json;
use time::OffsetDateTime;
use uuid::Uuid;

pub use super::ShownCode;
use super::{ActivationCode, CodeKind, RANDOM_SYMBOLS, StartRule};
use crate::activation::Refusal;
use crate::actor::{Actor, Permission};
use crate::attempt::{self, SHOW_CODE};
use crate::audit::{self, Event};
use crate::country::Country;
use crate::cx::{Cx, random_below};
use crate::id::{AccountId, CodeId, LicenseId, OrderId};
use crate::license::Term;
use crate::mail::{self, Letter};
use crate::order::Channel;
use crate::seal::{KEY_VERSION, Sealed};
use crate::seat::Seats;
use crate::{Error, Fault, Result};

/// Codes to be issued for one purchase.
#[derive(Clone, Debug)]
pub struct IssueCodes {
    /// The product's own number.
    pub sku: String,
    /// Their kind.
    pub kind: CodeKind,
    /// Seats of each class.
    pub seats: Seats,
    /// How long their licenses will run.
    pub term: Term,
    /// When their terms begin.
    pub start_rule: StartRule,
    /// The instant from which they can no longer be activated for the first time.
    pub redeem_by: Option<OffsetDateTime>,
    /// The countries they work in; none means everywhere.
    pub countries: Vec<Country>,
    /// The purchase they come from.
    pub purchase: Purchase,
    /// How many.
    pub count: usize,
}

/// The purchase that codes come from (R5).
#[derive(Clone, Debug)]
pub struct Purchase {
    /// The seller's own code.
    pub seller: String,
    /// The order number, where there is one.
    pub order_number: Option<String>,
    /// How it was sold.
    pub channel: Channel,
    /// Who bought it.
    pub buyer_name: Option<String>,
    /// The e-mail address of the order.
    pub buyer_email: Option<String>,
    /// When it was bought.
    pub ordered_at: OffsetDateTime,
}

/// Issues codes for a purchase and gives them, this once.
///
/// # Errors
/// `Forbidden` for everybody but Latchkey itself; `Invalid` when the product or the seller is not known, or the order
/// number was used before.
pub async fn issue(cx: Cx, order: IssueCodes) -> Result<Vec<ActivationCode>> {
    if cx.actor != Actor::System {
        return Err(Error::Forbidden);
    }
    let mut tx = cx.begin().await?;
    let product = sqlx::query_scalar!("select id from product where sku = $1", order.sku)
        .fetch_optional(&mut *tx)
        .await?
        .ok_or_else(|| Error::field("product", Fault::NotAChoice))?;
    let seller = sqlx::query_scalar!("select id from seller where code = $1", order.purchase.seller)
        .fetch_optional(&mut *tx)
        .await?
        .ok_or_else(|| Error::field("seller", Fault::NotAChoice))?;
    let purchase = OrderId::generate();
    let kept = sqlx::query!(
        "insert into purchase (id, seller_id, order_number, channel, buyer_name, buyer_email, ordered_at)
         values ($1, $2, $3, $4, $5, $6, $7)
         on conflict do nothing",
        purchase.0,
        seller,
        order.purchase.order_number,
        order.purchase.channel.as_str(),
        order.purchase.buyer_name,
        order.purchase.buyer_email,
        order.purchase.ordered_at,
    )
    .execute(&mut *tx)
    .await?;
    if kept.rows_affected() == 0 {
        return Err(Error::field("order_number", Fault::NotAChoice));
    }
    let countries: Vec<String> = order.countries.iter().map(ToString::to_string).collect();
    let mut codes = Vec::with_capacity(order.count);
    for _ in 0..order.count {
        let code = ActivationCode::from_symbols(random_below::<RANDOM_SYMBOLS>(31));
        let id = CodeId::generate();
        sqlx::query!(
            "insert into activation_code (id, code_ct, code_bi, code_tail, key_version, product_id, kind, seats, term_days,
                 start_rule, redeem_by, seller_id, purchase_id, countries, created_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)",
            id.0,
            cx.world.seal.seal(Sealed::Code, id.0, code.as_bytes()),
            &cx.world.seal.index(Sealed::Code, code.as_bytes())[..],
            code.tail(),
            KEY_VERSION,
            product,
            order.kind.as_str(),
            Json(&order.seats) as _,
            i32::try_from(order.term.days()).map_err(|_| Error::field("days", Fault::NotAChoice))?,
            order.start_rule.as_str(),
            order.redeem_by,
            seller,
            purchase.0,
            &countries,
            cx.now,
        )
        .execute(&mut *tx)
        .await?;
        codes.push(code);
    }
    audit::record(&mut tx, &cx, None, Event::CodesIssued { count: codes.len() }).await?;
    tx.commit().await?;
    Ok(codes)
}

impl ShownCode {
    fn of(code: &ActivationCode) -> Self {
        Self { code: code.reveal(), spelled: code.spelled() }
    }
}

/// Opens the sealed code of a row.
pub(crate) fn open(cx: &Cx, row: Uuid, sealed: &[u8]) -> Result<ShownCode> {
    let bytes = cx.world.seal.open(Sealed::Code, row, sealed)?;
    let text = String::from_utf8(bytes).map_err(|_| Error::Internal(cx.request))?;
    let code = ActivationCode::parse(&text).map_err(|_| Error::Internal(cx.request))?;
    Ok(ShownCode::of(&code))
}

/// Shows the code of a license to its administrator (R10, R11). The caller has made sure that the password was entered
/// within the last five minutes. The audit event is committed before the code leaves (C05).
///
/// # Errors
/// `NotFound` for another account's license, `Refused(NotAdministrator)` (E27), `Refused(Attempts)` after ten in an hour.
pub async fn show(cx: Cx, license: LicenseId) -> Result<ShownCode> {
    cx.require(Permission::SeeAccount)?;
    let (account, person) = (cx.actor.account()?, cx.actor.person()?);
    let mut tx = cx.begin().await?;
    let row = sqlx::query!(
        "select c.id, c.code_ct, l.administrator_id, p.name as administrator, p.email
         from license l
         join activation_code c on c.id = l.code_id
         join person p on p.id = l.administrator_id
         where l.account_id = $1 and l.id = $2",
        account.0,
        license.0,
    )
    .fetch_optional(&mut *tx)
    .await?
    .ok_or(Error::NotFound)?;
    let code = CodeId(row.id);
    if row.administrator_id != person.0 {
        let refusal = Refusal::NotAdministrator { administrator: row.administrator };
        audit::record(&mut tx, &cx, None, Event::CodeWithheld { code, refusal: refusal.code() }).await?;
        tx.commit().await?;
        return Err(refusal.into());
    }
    attempt::count(&mut tx, &cx, SHOW_CODE, account.0.as_bytes()).await?;
    audit::record(&mut tx, &cx, None, Event::CodeShown(code)).await?;
    tell_that_it_was_shown(&mut tx, &cx, &row.administrator, &row.email).await?;
    tx.commit().await?;
    open(&cx, code.0, &row.code_ct)
}

/// N6: whoever may see a code learns each time it was seen.
async fn tell_that_it_was_shown(db: &mut sqlx::PgConnection, cx: &Cx, name: &str, email: &str) -> Result<()> {
    let letter = Letter {
        to: email,
        subject: "An activation code was shown",
        paragraphs: vec![
            format!("Hello {name},"),
            "the activation code of one of your licenses was shown in the console, after your password was entered."
                .into(),
        ],
        action: Some(("See your licenses", "/licenses".into())),
        footnote: "If this was not you, set a new password at once with \"Forgot your password?\" on the sign-in page.",
    };
    mail::write(db, cx, &letter).await
}

/// Blocks a code: it is no longer accepted, devices that use it are told and keep working for eight days (R13, R20), and
/// where it waits it fails at once (edge case 17).
///
/// # Errors
/// `Forbidden` for everybody but a lead in support, `NotFound`, `Invalid(reason)`.
pub async fn block_code(cx: Cx, code: CodeId, reason: String) -> Result<()> {
    set_blocked(cx, code, reason, true).await
}

/// Accepts a blocked code again; its dates do not change (§3.1).
///
/// # Errors
/// As for blocking it.
pub async fn unblock_code(cx: Cx, code: CodeId, reason: String) -> Result<()> {
    set_blocked(cx, code, reason, false).await
}

async fn set_blocked(cx: Cx, code: CodeId, reason: String, block: bool) -> Result<()> {
    cx.require(Permission::BlockCode)?;
    let reason = crate::text::line(&reason, 500).map_err(|fault| Error::field("reason", fault))?;
    let mut tx = cx.begin().await?;
    let row = sqlx::query!("select account_id, blocked_at from activation_code where id = $1 for update", code.0)
        .fetch_optional(&mut *tx)
        .await?
        .ok_or(Error::NotFound)?;
    // done before: the first block's days count
    if row.blocked_at.is_some() == block {
        return Ok(());
    }
    let since = block.then_some(cx.now);
    sqlx::query!(
        "update activation_code set blocked_at = $2, blocked_reason = $3 where id = $1",
        code.0,
        since,
        block.then_some(&reason),
    )
    .execute(&mut *tx)
    .await?;
    sqlx::query!("update license set blocked_at = $2 where code_id = $1", code.0, since).execute(&mut *tx).await?;
    if block {
        crate::reserve::store::fail_waiting(&mut tx, &cx, code, &Refusal::Blocked).await?;
        // what waits behind the blocked license takes over when its devices are no longer tolerated
        sqlx::query!(
            "update reserve r set due_at = least(r.due_at, $2)
             from seat s join license l on l.id = s.license_id
             where l.code_id = $1 and s.released_at is null and r.device_id = s.device_id and r.state = 'waiting'",
            code.0,
            cx.now + crate::license::BLOCK_TOLERANCE,
        )
        .execute(&mut *tx)
        .await?;
    }
    let event = if block { Event::CodeBlocked { code, reason } } else { Event::CodeUnblocked { code, reason } };
    audit::record(&mut tx, &cx, row.account_id.map(AccountId), event).await?;
    tx.commit().await?;
    Ok(())
}

/// Puts a new code in the place of one that was lost or became known: seats and dates move to it, where the old one waits
/// the new one waits, and the old one is refused from then on (E06, edge cases 17 and 45).
///
/// # Errors
/// `Forbidden` for everybody but support and Latchkey itself; `NotFound`; `Refused` when the code is blocked, cancelled or
/// was replaced before; `Invalid(reason)`.
pub async fn replace_code(cx: Cx, code: CodeId, reason: String) -> Result<CodeId> {
    if cx.actor != Actor::System {
        cx.require(Permission::DecideRecovery)?;
    }
    let reason = crate::text::line(&reason, 500).map_err(|fault| Error::field("reason", fault))?;
    let mut tx = cx.begin().await?;
    let row = sqlx::query!(
        "select account_id, blocked_at, cancelled_at, replaced_at from activation_code where id = $1 for update",
        code.0,
    )
    .fetch_optional(&mut *tx)
    .await?
    .ok_or(Error::NotFound)?;
    if row.blocked_at.is_some() {
        return Err(Refusal::Blocked.into());
    }
    if row.cancelled_at.is_some() {
        return Err(Refusal::Cancelled.into());
    }
    if let Some(at) = row.replaced_at {
        return Err(Refusal::Replaced { at }.into());
    }
    let (fresh, id) = (ActivationCode::from_symbols(random_below::<RANDOM_SYMBOLS>(31)), CodeId::generate());
    sqlx::query!(
        "insert into activation_code (id, account_id, administrator_id, code_ct, code_bi, code_tail, key_version, product_id,
             kind, seats, term_days, reduced_term_days, previous_code_id, grace_days, protection_ends, start_rule, redeem_by,
             seller_id, purchase_id, countries, first_activated_at, suspended_at, created_at)
         select $2, account_id, administrator_id, $3, $4, $5, $6, product_id,
             kind, seats, term_days, reduced_term_days, null::uuid, grace_days, protection_ends, start_rule, redeem_by,
             seller_id, purchase_id, countries, first_activated_at, suspended_at, $7
         from activation_code where id = $1",
        code.0,
        id.0,
        cx.world.seal.seal(Sealed::Code, id.0, fresh.as_bytes()),
        &cx.world.seal.index(Sealed::Code, fresh.as_bytes())[..],
        fresh.tail(),
        KEY_VERSION,
        cx.now,
    )
    .execute(&mut *tx)
    .await?;
    // what backed the old one backs the new one; one earlier code backs one renewal (R79)
    sqlx::query!(
        "with old as (
             update activation_code set replaced_at = $3, replaced_by = $2, first_activated_at = null, previous_code_id = null
             where id = $1
         )
         update license set code_id = $2 where code_id = $1",
        code.0,
        id.0,
        cx.now,
    )
    .execute(&mut *tx)
    .await?;
    crate::reserve::store::follow(&mut tx, code, id).await?;
    let event = Event::CodeReplaced { code, by: id, reason };
    audit::record(&mut tx, &cx, row.account_id.map(AccountId), event).await?;
    tx.commit().await?;
    Ok(id)
}
