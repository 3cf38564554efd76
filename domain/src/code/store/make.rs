//! Making one code: drawn, sealed, and kept with the purchase it comes from.

use sqlx::PgConnection;
use sqlx::types::Json;
use time::OffsetDateTime;

use super::super::{ActivationCode, CodeKind, RANDOM_SYMBOLS, StartRule};
use crate::cx::{Cx, random_below};
use crate::id::{CodeId, OrderId, ProductId, SellerId};
use crate::license::Term;
use crate::seal::{KEY_VERSION, Sealed};
use crate::seat::Seats;
use crate::{Error, Fault, Result};

/// What a code is made with.
pub(crate) struct Make<'a> {
    pub(crate) product: ProductId,
    pub(crate) kind: CodeKind,
    pub(crate) seats: &'a Seats,
    pub(crate) term: Term,
    /// Renewals: the term without a usable previous code (R78).
    pub(crate) reduced_term: Option<Term>,
    /// Subscriptions: the days after the end in which everything works (§3.2).
    pub(crate) grace: Option<Term>,
    /// Subscriptions: whether protection ends with them.
    pub(crate) protection_ends: bool,
    pub(crate) start_rule: StartRule,
    pub(crate) redeem_by: Option<OffsetDateTime>,
    pub(crate) seller: SellerId,
    pub(crate) purchase: OrderId,
    pub(crate) countries: &'a [String],
}

fn days(term: Term) -> Result<i32> {
    i32::try_from(term.days()).map_err(|_| Error::field("days", Fault::NotAChoice))
}

/// Makes one code.
pub(crate) async fn make(db: &mut PgConnection, cx: &Cx, make: &Make<'_>) -> Result<ActivationCode> {
    let code = ActivationCode::from_symbols(random_below::<RANDOM_SYMBOLS>(31));
    let id = CodeId::generate();
    sqlx::query!(
        "insert into activation_code (id, code_ct, code_bi, code_tail, key_version, product_id, kind, seats, term_days,
             reduced_term_days, grace_days, protection_ends, start_rule, redeem_by, seller_id, purchase_id, countries,
             created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)",
        id.0,
        cx.world.seal.seal(Sealed::Code, id.0, code.as_bytes()),
        &cx.world.seal.index(Sealed::Code, code.as_bytes())[..],
        code.tail(),
        KEY_VERSION,
        make.product.0,
        make.kind.as_str(),
        Json(make.seats) as _,
        days(make.term)?,
        make.reduced_term.map(days).transpose()?,
        make.grace.map(days).transpose()?,
        make.protection_ends,
        make.start_rule.as_str(),
        make.redeem_by,
        make.seller.0,
        make.purchase.0,
        make.countries,
        cx.now,
    )
    .execute(db)
    .await?;
    Ok(code)
}
