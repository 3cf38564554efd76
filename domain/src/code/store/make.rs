//! Making one code: drawn, sealed, and kept with the purchase it comes from.

use sqlx::PgConnection;
use sqlx::types::Json;
use time::OffsetDateTime;
use uuid::Uuid;

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

/// Draws a code that nobody has.
pub(crate) fn draw() -> ActivationCode {
    ActivationCode::from_symbols(random_below::<RANDOM_SYMBOLS>(31))
}

/// Keeps many codes in one statement, each with its own last day if it has one, and says how many: one that is ours
/// already is left as it is.
pub(crate) async fn make_many(
    db: &mut PgConnection,
    cx: &Cx,
    make: &Make<'_>,
    codes: &[(ActivationCode, Option<OffsetDateTime>)],
) -> Result<u64> {
    let ids: Vec<Uuid> = codes.iter().map(|_| CodeId::generate().0).collect();
    let each = || ids.iter().zip(codes);
    let sealed: Vec<Vec<u8>> =
        each().map(|(id, (code, _))| cx.world.seal.seal(Sealed::Code, *id, code.as_bytes())).collect();
    let indices: Vec<Vec<u8>> =
        codes.iter().map(|(code, _)| cx.world.seal.index(Sealed::Code, code.as_bytes()).to_vec()).collect();
    let tails: Vec<String> = codes.iter().map(|(code, _)| code.tail().to_owned()).collect();
    let redeem_by: Vec<Option<OffsetDateTime>> = codes.iter().map(|(_, by)| by.or(make.redeem_by)).collect();
    let kept = sqlx::query!(
        "insert into activation_code (id, code_ct, code_bi, code_tail, redeem_by, key_version, product_id, kind, seats, term_days,
             reduced_term_days, grace_days, protection_ends, start_rule, seller_id, purchase_id, countries, created_at)
         select each.id, each.ct, each.bi, each.tail, each.redeem_by, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18
         from unnest($1::uuid[], $2::bytea[], $3::bytea[], $4::text[], $5::timestamptz[]) as each (id, ct, bi, tail, redeem_by)
         on conflict on constraint activation_code_bi_key do nothing",
        &ids,
        &sealed,
        &indices,
        &tails,
        &redeem_by as &[Option<OffsetDateTime>],
        KEY_VERSION,
        make.product.0,
        make.kind.as_str(),
        Json(make.seats) as _,
        days(make.term)?,
        make.reduced_term.map(days).transpose()?,
        make.grace.map(days).transpose()?,
        make.protection_ends,
        make.start_rule.as_str(),
        make.seller.0,
        make.purchase.0,
        make.countries,
        cx.now,
    )
    .execute(db)
    .await?;
    Ok(kept.rows_affected())
}

/// Makes one code.
pub(crate) async fn make(db: &mut PgConnection, cx: &Cx, make: &Make<'_>) -> Result<ActivationCode> {
    let code = draw();
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
