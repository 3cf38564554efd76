//! A file of another issuer's codes: it is tried first, which tells of each bad line, and the file itself is not kept. For an
//! hour the good lines stand sealed; then they are brought in, or gone.

use std::collections::HashMap;

use sqlx::PgConnection;
use sqlx::types::Json;

use super::super::import::{Kind, Line, Staged, read};
use super::super::{BadLine, IMPORT_LIFE, ImportPage, MOST_TOLD, Source, Terms, Typed, Wrong};
use super::{Order, Sold, lead, open, sold};
use crate::actor::Permission;
use crate::audit::{self, Event};
use crate::code::CodeKind;
use crate::cx::Cx;
use crate::id::{BatchId, ImportId};
use crate::seal::Sealed;
use crate::seat::Seats;
use crate::thread::{MOST_BYTES, Upload};
use crate::{Error, Fault, Result};

/// Looked up in one statement.
const AT_ONCE: usize = 2000;

/// Tries a file: nothing is brought in, and of each bad line it is told what is wrong with it.
///
/// # Errors
/// `Forbidden` for everybody but leads; `Invalid` with each field that can't be used, among them the file.
pub async fn try_import(cx: Cx, typed: Typed, files: Vec<Upload>) -> Result<ImportId> {
    let staff = lead(&cx)?;
    let file = one_file(files);
    let (terms, bytes) = match (typed.import(cx.now), file) {
        (Err(Error::Invalid(mut faults)), Err(Error::Invalid(more))) => {
            faults.extend(more);
            return Err(Error::Invalid(faults));
        }
        (terms, file) => (terms?, file?),
    };
    let mut tx = cx.begin().await?;
    let usual = sold(&mut tx, &terms).await?;
    let (kinds, bundles) = kinds(&mut tx, &terms, &usual).await?;
    let paid = matches!(terms.kind, CodeKind::Commercial | CodeKind::Renewal);
    let mut tried = read(&bytes, &bundles, paid, cx.now);
    drop(bytes);
    known(&mut tx, &cx, &mut tried.good, &mut tried.bad).await?;
    tried.bad.sort_by_key(|bad| bad.line);
    let more = tried.bad.len().saturating_sub(MOST_TOLD);
    audit::record(&mut tx, &cx, None, Event::ImportTried { good: tried.good.len(), bad: tried.bad.len() }).await?;
    tried.bad.truncate(MOST_TOLD);
    let id = ImportId::generate();
    let staged = serde_json::to_vec(&Staged::of(kinds, &tried.good)).map_err(|_| Error::Internal(cx.request))?;
    let staged = cx.world.seal.seal(Sealed::Staged, id.0, &staged);
    sqlx::query!(
        "insert into code_import (id, staff_id, terms, good, bad, bad_more, staged, created_at, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        id.0,
        staff.0,
        Json(&terms) as _,
        i32::try_from(tried.good.len()).unwrap_or(i32::MAX),
        Json(&tried.bad) as _,
        i32::try_from(more).unwrap_or(i32::MAX),
        (!tried.good.is_empty()).then_some(staged),
        cx.now,
        cx.now + IMPORT_LIFE,
    )
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(id)
}

fn one_file(files: Vec<Upload>) -> Result<Vec<u8>> {
    let wrong = |fault| Error::field("file", fault);
    match files.into_iter().next() {
        Some(file) if file.too_long => Err(wrong(Fault::FileTooLong { megabytes: MOST_BYTES / 1024 / 1024 })),
        Some(file) if !file.bytes.is_empty() => Ok(file.bytes),
        _ => Err(wrong(Fault::Missing)),
    }
}

/// The kinds of codes that the lines of a file can name, the usual one first.
async fn kinds(db: &mut PgConnection, terms: &Terms, usual: &Sold) -> Result<(Vec<Kind>, HashMap<String, usize>)> {
    let rows = sqlx::query!(
        r#"select b.id, b.product_id, b.sku, b.seats as "seats: Json<Seats>", b.term_days
           from bundle b join product p on p.id = b.product_id
           where b.retired_at is null and p.retired_at is null and b.id <> $1
           order by b.sku limit 1000"#,
        terms.bundle,
    )
    .fetch_all(db)
    .await?;
    let first = Kind {
        bundle: terms.bundle,
        product: usual.product,
        seats: usual.seats.clone(),
        days: usual.days.unsigned_abs(),
    };
    let (mut kinds, mut by_sku) = (vec![first], HashMap::from([(usual.sku.clone(), 0)]));
    for row in rows {
        by_sku.insert(row.sku, kinds.len());
        let days = row.term_days.unsigned_abs();
        kinds.push(Kind { bundle: row.id, product: row.product_id, seats: row.seats.0, days });
    }
    Ok((kinds, by_sku))
}

/// Takes out what is ours already.
async fn known(db: &mut PgConnection, cx: &Cx, good: &mut Vec<Line>, bad: &mut Vec<BadLine>) -> Result<()> {
    let mut ours = Vec::new();
    for some in good.chunks(AT_ONCE) {
        let indices: Vec<Vec<u8>> =
            some.iter().map(|line| cx.world.seal.index(Sealed::Code, line.code.as_bytes()).to_vec()).collect();
        let found = sqlx::query_scalar!("select code_bi from activation_code where code_bi = any($1)", &indices)
            .fetch_all(&mut *db)
            .await?;
        let lines = some.iter().zip(&indices).filter(|(_, index)| found.contains(index));
        ours.extend(lines.map(|(line, _)| line.line));
    }
    good.retain(|line| ours.binary_search(&line.line).is_err());
    bad.extend(ours.into_iter().map(|line| BadLine { line, wrong: Wrong::AlreadyOurs }));
    Ok(())
}

/// What came of trying a file. Only whoever tried it reads it.
///
/// # Errors
/// `Forbidden` for everybody but leads, `NotFound`.
pub async fn import(cx: Cx, id: ImportId) -> Result<ImportPage> {
    let staff = lead(&cx)?;
    let row = sqlx::query!(
        r#"select i.terms as "terms: Json<Terms>", i.good, i.bad as "bad: Json<Vec<BadLine>>", i.bad_more, i.expires_at,
               i.staged is not null as "staged!", i.batch_id, b.name as "bundle?", s.name as "seller?"
           from code_import i
           left join bundle b on b.id = (i.terms ->> 'bundle')::uuid
           left join seller s on s.id = (i.terms ->> 'seller')::uuid
           where i.id = $1 and i.staff_id = $2"#,
        id.0,
        staff.0,
    )
    .fetch_optional(&cx.world.rw)
    .await?
    .ok_or(Error::NotFound)?;
    Ok(ImportPage {
        id,
        seller: row.seller.unwrap_or_default(),
        bundle: row.bundle.unwrap_or_default(),
        kind: row.terms.0.kind,
        good: row.good.unsigned_abs(),
        bad: row.bad.0,
        bad_more: row.bad_more.unsigned_abs(),
        expires_at: row.expires_at,
        open: row.staged && row.batch_id.is_none() && cx.now < row.expires_at,
        batch: row.batch_id.map(BatchId),
    })
}

/// Brings the good lines of a file in, as a batch that the worker goes on with. Once more it is the same batch (R104).
///
/// # Errors
/// As for reading it; `Invalid(import)` when the hour is over or nothing is good.
pub async fn bring_in(cx: Cx, id: ImportId) -> Result<BatchId> {
    let staff = lead(&cx)?;
    let mut tx = cx.begin().await?;
    let row = sqlx::query!(
        r#"select terms as "terms: Json<Terms>", good, staged, expires_at, batch_id
           from code_import where id = $1 and staff_id = $2 for update"#,
        id.0,
        staff.0,
    )
    .fetch_optional(&mut *tx)
    .await?
    .ok_or(Error::NotFound)?;
    if let Some(batch) = row.batch_id {
        return Ok(BatchId(batch));
    }
    let Some(staged) = row.staged.filter(|_| cx.now < row.expires_at) else {
        return Err(Error::field("import", Fault::InThePast));
    };
    let sold = sold(&mut tx, &row.terms.0).await?;
    // under the same identity, so that what is sealed for one row opens for the other
    let batch = BatchId(id.0);
    let order = Order {
        id: batch,
        source: Source::Imported,
        wanted: row.good.unsigned_abs(),
        recipient: None,
        staged: Some(&staged),
    };
    open(&mut tx, &cx, staff, &row.terms.0, &sold, &order).await?;
    sqlx::query!("update code_import set batch_id = $2, staged = null where id = $1", id.0, batch.0)
        .execute(&mut *tx)
        .await?;
    tx.commit().await?;
    Ok(batch)
}

/// Brings nothing in: the good lines are gone at once, and nothing but their number is left of them.
///
/// # Errors
/// As for reading it.
pub async fn drop_import(cx: Cx, id: ImportId) -> Result<()> {
    let staff = lead(&cx)?;
    let mut tx = cx.begin().await?;
    let dropped = sqlx::query!("update code_import set staged = null where id = $1 and staff_id = $2", id.0, staff.0,)
        .execute(&mut *tx)
        .await?;
    if dropped.rows_affected() == 0 {
        return Err(Error::NotFound);
    }
    tx.commit().await?;
    Ok(())
}

/// Forgets the good lines of files whose hour is over.
///
/// # Errors
/// Those of the database.
pub async fn forget(cx: &Cx) -> Result<()> {
    cx.require(Permission::Operate)?;
    sqlx::query!("update code_import set staged = null where staged is not null and expires_at < $1", cx.now)
        .execute(&cx.world.rw)
        .await?;
    Ok(())
}
