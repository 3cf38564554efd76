//! The worker's part: codes are made, or brought in from a file, some at a time. What is there is counted in the transaction
//! that keeps it, so that a batch goes on where it stood, whatever happened in between, and makes no code twice.

use sqlx::PgTransaction;
use sqlx::types::Json;
use time::OffsetDateTime;
use uuid::Uuid;

use super::super::Source;
use super::super::import::{Kind, Staged};
use crate::actor::Permission;
use crate::audit::{self, Event};
use crate::code::store::{Make, draw, make_many};
use crate::code::{ActivationCode, CodeKind, StartRule};
use crate::cx::Cx;
use crate::id::{BatchId, OrderId, ProductId, SellerId};
use crate::license::Term;
use crate::seal::Sealed;
use crate::seat::Seats;
use crate::{Error, Result};

/// Codes that are kept in one transaction.
const AT_ONCE: i32 = 1000;

/// Goes on with the batches that are not done, the oldest first, until none is left; two workers share them. Says how many
/// codes were kept.
///
/// # Errors
/// `Forbidden` for everybody but Latchkey itself; those of the database, and the next round goes on from there.
pub async fn work(cx: &Cx) -> Result<u64> {
    cx.require(Permission::Operate)?;
    let mut kept = 0;
    while let Some(more) = step(cx).await? {
        kept += more;
    }
    Ok(kept)
}

struct Batch {
    id: BatchId,
    kind: CodeKind,
    redeem_by: Option<OffsetDateTime>,
    countries: Vec<String>,
    seller: SellerId,
    purchase: OrderId,
    own: Kind,
}

type Lines = Vec<(ActivationCode, Option<OffsetDateTime>)>;

/// One transaction of work, or nothing when there is none.
async fn step(cx: &Cx) -> Result<Option<u64>> {
    let mut tx = cx.begin().await?;
    let row = sqlx::query!(
        r#"select id, source as "source: Source", bundle_id, product_id, seats as "seats: Json<Seats>", term_days,
               kind as "kind: CodeKind", redeem_by, countries, seller_id, purchase_id, wanted, done, skipped, staged
           from code_batch
           where state = 'working'
           order by id
           limit 1
           for update skip locked"#,
    )
    .fetch_optional(&mut *tx)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let own =
        Kind { bundle: row.bundle_id, product: row.product_id, seats: row.seats.0, days: row.term_days.unsigned_abs() };
    let batch = Batch {
        id: BatchId(row.id),
        kind: row.kind,
        redeem_by: row.redeem_by,
        countries: row.countries,
        seller: SellerId(row.seller_id),
        purchase: OrderId(row.purchase_id),
        own,
    };
    let stood = row.done + row.skipped;
    let now = AT_ONCE.min(row.wanted - stood);
    let kept = match row.source {
        Source::Made => {
            let codes: Lines = (0..now).map(|_| (draw(), None)).collect();
            keep(&mut tx, cx, &batch, &batch.own, &codes).await?
        }
        Source::Imported => {
            let staged = staged(cx, row.id, row.staged.as_deref())?;
            let mut kept = 0;
            for (kind, codes) in part(&staged, stood, now)? {
                kept += keep(&mut tx, cx, &batch, kind, &codes).await?;
            }
            kept
        }
    };
    // a code that was drawn twice is drawn again; one of a file that is ours by now is passed over
    let (done, skipped) = match row.source {
        Source::Made => (row.done + small(kept), 0),
        Source::Imported => (row.done + small(kept), row.skipped + now - small(kept)),
    };
    note(&mut tx, cx, &batch, row.source, (done, skipped, row.wanted)).await?;
    tx.commit().await?;
    Ok(Some(kept))
}

fn small(count: u64) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}

/// Counts what is there, and says so once it is all.
async fn note(
    tx: &mut PgTransaction<'static>,
    cx: &Cx,
    batch: &Batch,
    source: Source,
    (done, skipped, wanted): (i32, i32, i32),
) -> Result<()> {
    let over = done + skipped >= wanted;
    let state = match (over, source) {
        (false, _) => "working",
        (true, Source::Made) => "ready",
        (true, Source::Imported) => "finished",
    };
    sqlx::query!(
        "update code_batch
         set done = $2, skipped = $3, state = $4, finished_at = $5, staged = case when $6 then null else staged end
         where id = $1",
        batch.id.0,
        done,
        skipped,
        state,
        over.then_some(cx.now),
        over,
    )
    .execute(&mut **tx)
    .await?;
    if over {
        let event = Event::BatchDone { batch: batch.id, codes: done.unsigned_abs() };
        audit::record(tx, cx, None, event).await?;
    }
    Ok(())
}

async fn keep(
    tx: &mut PgTransaction<'static>,
    cx: &Cx,
    batch: &Batch,
    kind: &Kind,
    codes: &[(ActivationCode, Option<OffsetDateTime>)],
) -> Result<u64> {
    let make = Make {
        product: ProductId(kind.product),
        kind: batch.kind,
        seats: &kind.seats,
        term: Term::of_days(kind.days),
        reduced_term: (batch.kind == CodeKind::Renewal).then(|| Term::of_days((kind.days / 2).max(1))),
        grace: None,
        protection_ends: false,
        start_rule: StartRule::OnFirstActivation,
        redeem_by: batch.redeem_by,
        seller: batch.seller,
        purchase: batch.purchase,
        countries: &batch.countries,
    };
    make_many(tx, cx, &make, codes).await
}

fn staged(cx: &Cx, id: Uuid, sealed: Option<&[u8]>) -> Result<Staged> {
    let opened = cx.world.seal.open(Sealed::Staged, id, sealed.unwrap_or_default())?;
    serde_json::from_slice(&opened).map_err(|_| Error::Internal(cx.request))
}

/// The lines from `from` on, by what they are made with.
fn part(staged: &Staged, from: i32, count: i32) -> Result<Vec<(&Kind, Lines)>> {
    let (from, count) = (from.unsigned_abs() as usize, count.unsigned_abs() as usize);
    let mut parts: Vec<(&Kind, Lines)> = staged.kinds.iter().map(|kind| (kind, Vec::new())).collect();
    for (text, kind, redeem_by) in staged.lines.iter().skip(from).take(count) {
        let code = ActivationCode::parse(text)?;
        let by = redeem_by.and_then(|at| OffsetDateTime::from_unix_timestamp(at).ok());
        parts.get_mut(*kind).ok_or(Error::NotFound)?.1.push((code, by));
    }
    parts.retain(|(_, codes)| !codes.is_empty());
    Ok(parts)
}
