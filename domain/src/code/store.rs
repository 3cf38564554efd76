//! The deeds around codes: issuing them, and showing one to the administrator of its license.

mod block;
mod bulk;
mod cancel;
mod countries;
mod mailing;
mod make;
mod replace;
mod rotate;
mod sharing;
mod told;

use sqlx::PgTransaction;
use time::OffsetDateTime;
use uuid::Uuid;

pub use super::ShownCode;
use super::{ActivationCode, CodeKind, StartRule};
use crate::activation::Refusal;
use crate::actor::{Actor, Permission};
use crate::attempt::{self, SHOW_CODE};
use crate::audit::{self, Event};
use crate::country::Country;
use crate::cx::Cx;
use crate::id::{CodeId, LicenseId, OrderId, ProductId, SellerId};
use crate::license::Term;
use crate::mail::{self, Letter};
use crate::order::Channel;
use crate::seal::Sealed;
use crate::seat::Seats;
use crate::{Error, Fault, Result};
pub(crate) use block::set_blocked_in;
pub use block::{block_code, unblock_code};
pub use bulk::{block_published, blocks, prepare_block, undo_block};
pub use cancel::Cancellation;
pub(crate) use cancel::{cancel, release};
pub use countries::set_countries;
pub use mailing::mail_codes;
pub(crate) use make::{Make, draw, make, make_many};
pub use replace::replace_code;
pub(crate) use replace::replace_in;
pub use rotate::{holders, rotate_code};
pub use sharing::find_sharing;

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
    cx.require(Permission::Operate)?;
    let mut tx = cx.begin().await?;
    let product = sqlx::query_scalar!("select id from product where sku = $1 and retired_at is null", order.sku)
        .fetch_optional(&mut *tx)
        .await?
        .ok_or_else(|| Error::field("product", Fault::NotAChoice))?;
    let seller =
        sqlx::query_scalar!("select id from seller where code = $1 and retired_at is null", order.purchase.seller)
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
    let one = Make {
        product: ProductId(product),
        kind: order.kind,
        seats: &order.seats,
        term: order.term,
        reduced_term: None,
        grace: None,
        protection_ends: false,
        start_rule: order.start_rule,
        redeem_by: order.redeem_by,
        seller: SellerId(seller),
        purchase,
        countries: &countries,
    };
    let mut codes = Vec::with_capacity(order.count);
    for _ in 0..order.count {
        codes.push(make(&mut tx, &cx, &one).await?);
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

/// As `open`, for whoever gets the code. That one does not open is recorded: it was changed or moved by somebody who has the
/// database, and every other code is as good as before (K03).
///
/// # Errors
/// `Internal` for such a code.
pub(crate) async fn hand_out(cx: &Cx, code: CodeId, sealed: &[u8]) -> Result<ShownCode> {
    let opened = open(cx, code.0, sealed);
    if opened.is_err() {
        let mut tx = cx.begin().await?;
        audit::record(&mut tx, cx, None, Event::CodeUnreadable(code)).await?;
        tx.commit().await?;
    }
    opened
}

/// Shows the code of a license to its administrator (R10, R11). The caller has made sure that the password was entered
/// within the last five minutes. The audit event is committed before the code leaves (C05).
///
/// # Errors
/// `NotFound` for another account's license, `Refused(NotAdministrator)` (E27), `Refused(Attempts)` after ten in an hour.
pub async fn show(cx: Cx, license: LicenseId) -> Result<ShownCode> {
    let (mut tx, code, sealed) = administered_code(&cx, license).await?;
    audit::record(&mut tx, &cx, None, Event::CodeShown(code)).await?;
    told::shown(&mut tx, &cx, license).await?;
    tx.commit().await?;
    hand_out(&cx, code, &sealed).await
}

/// Mails the code of a license to its administrator, to the address they sign in with. The mail lies sealed until it leaves.
/// The caller has made sure that the password was entered within the last five minutes.
///
/// # Errors
/// As for showing it.
pub async fn mail_code(cx: Cx, license: LicenseId) -> Result<()> {
    let (mut tx, code, sealed) = administered_code(&cx, license).await?;
    audit::record(&mut tx, &cx, None, Event::CodeMailed(code)).await?;
    let Actor::Person { name, email, .. } = &cx.actor else { return Err(Error::Forbidden) };
    let shown = hand_out(&cx, code, &sealed).await?;
    let letter = Letter {
        to: email,
        subject: "Your activation code",
        paragraphs: vec![
            format!("Hello {name},"),
            "you asked for the activation code of one of your licenses:".into(),
            shown.code,
            "Keep this mail to yourself: whoever has the code can use your seats.".into(),
        ],
        action: Some(("See the license", format!("/licenses/{license}"))),
        footnote: "If you did not ask for it, set a new password at once and replace the code on the page of the license.",
    };
    mail::write_sealed(&mut tx, &cx, &letter).await?;
    told::mailed(&mut tx, &cx, license).await?;
    tx.commit().await?;
    Ok(())
}

/// The sealed code of a license that the asker administers, counted among those that an hour allows.
async fn administered_code(cx: &Cx, license: LicenseId) -> Result<(PgTransaction<'static>, CodeId, Vec<u8>)> {
    cx.require(Permission::SeeAccount)?;
    let (account, person) = (cx.actor.account()?, cx.actor.person()?);
    let mut tx = cx.begin().await?;
    let row = sqlx::query!(
        "select c.id, c.code_ct, l.administrator_id, p.name as administrator
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
        audit::record(&mut tx, cx, None, Event::CodeWithheld { code, refusal: refusal.code() }).await?;
        tx.commit().await?;
        return Err(refusal.into());
    }
    if let Err(refused) = attempt::count(&mut tx, cx, SHOW_CODE, account.0.as_bytes()).await {
        told::stopped(&mut tx, cx, account).await?;
        tx.commit().await?;
        return Err(refused);
    }
    Ok((tx, code, row.code_ct))
}
