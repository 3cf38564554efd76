//! The deeds around the catalog: it is read by everybody in support and changed by leads, each change a further version.

mod keys;
mod write;

pub use keys::{make_seller_key, revoke_seller_key};

use sqlx::PgConnection;
use sqlx::types::Json;
use uuid::Uuid;

use super::{Blank, Entry, EntryPage, KeyEntry, Listed, MOST, Part, Typed, Version};
use crate::activation::Refusal;
use crate::actor::Permission;
use crate::audit::{self, Event};
use crate::cx::Cx;
use crate::id::SellerKeyId;
use crate::lookup::read_reason;
use crate::{Error, Result};

/// Why the first version of what was set up with the installation says that it is there.
const SET_UP: &str = "As it was set up";

/// What stands in a part of the catalog, by name; what is retired as well. The text of an agreement stands in its own entry
/// alone.
///
/// # Errors
/// `Forbidden` for everybody outside support.
pub async fn list(cx: Cx, part: Part) -> Result<Vec<Listed>> {
    cx.require(Permission::SeeCatalog)?;
    let mut listed = read(&cx, Some(part), None).await?;
    for listed in &mut listed {
        if let Entry::Agreement(agreement) = &mut listed.entry {
            agreement.text.clear();
        }
    }
    Ok(listed)
}

async fn read(cx: &Cx, part: Option<Part>, id: Option<Uuid>) -> Result<Vec<Listed>> {
    let rows = sqlx::query!(
        r#"select e.id as "id!", e.title as "title!", e.entry as "entry!: Json<Entry>", e.retired_at, p.name as "product?",
               s.name as "seller?",
               coalesce((select max(version) from catalog_version v where v.entry_id = e.id), 1) as "version!"
           from catalog_entry e
           left join product p on p.id = e.product_id and e.part <> 'product'
           left join seller s on s.id = e.seller_id and e.part <> 'seller'
           where ($1::text is null or e.part = $1) and ($2::uuid is null or e.id = $2)
           order by e.retired_at is not null, e.title, e.id
           limit $3"#,
        part.map(Part::as_str),
        id,
        MOST,
    )
    .fetch_all(&cx.world.ro)
    .await?;
    let listed = rows.into_iter().map(|row| Listed {
        id: row.id,
        title: row.title,
        product: row.product,
        seller: row.seller,
        entry: row.entry.0,
        version: row.version,
        retired_at: row.retired_at,
    });
    Ok(listed.collect())
}

/// One entry with its versions and, of a seller, its keys.
///
/// # Errors
/// `Forbidden` for everybody outside support, `NotFound`.
pub async fn entry(cx: Cx, id: Uuid) -> Result<EntryPage> {
    cx.require(Permission::SeeCatalog)?;
    let listed = read(&cx, None, Some(id)).await?.pop().ok_or(Error::NotFound)?;
    let rows = sqlx::query!(
        r#"select v.version, v.entry as "entry: Json<Entry>", v.retired, v.reason, v.at, s.name as "by?"
           from catalog_version v left join staff s on s.id = v.staff_id
           where v.entry_id = $1
           order by v.version desc
           limit $2"#,
        id,
        MOST,
    )
    .fetch_all(&cx.world.ro)
    .await?;
    let versions = rows.into_iter().map(|row| Version {
        version: row.version,
        by: row.by,
        at: row.at,
        reason: row.reason,
        retired: row.retired,
        entry: row.entry.0,
    });
    let versions = versions.collect();
    let keys = if listed.entry.part() == Part::Seller { keys(&cx, id).await? } else { Vec::new() };
    Ok(EntryPage { listed, versions, keys, may_change: cx.actor.may(Permission::ManageCatalog) })
}

async fn keys(cx: &Cx, seller: Uuid) -> Result<Vec<KeyEntry>> {
    Ok(sqlx::query_as!(
        KeyEntry,
        r#"select id as "id: SellerKeyId", name, created_at, revoked_at from seller_key where seller_id = $1
           order by id desc limit $2"#,
        seller,
        MOST,
    )
    .fetch_all(&cx.world.ro)
    .await?)
}

/// What a form for something new can choose from: what is sold, and who sells.
///
/// # Errors
/// `Forbidden` for everybody outside support.
pub async fn blank(cx: Cx) -> Result<Blank> {
    cx.require(Permission::SeeCatalog)?;
    let rows = sqlx::query!(
        r#"select e.part as "part!: Part", e.id as "id!", e.title as "title!", p.name as "product?" from catalog_entry e
           left join product p on p.id = e.product_id
           where e.part in ('product', 'seller', 'bundle') and e.retired_at is null
           order by e.title, e.id limit $1"#,
        3 * MOST,
    )
    .fetch_all(&cx.world.ro)
    .await?;
    let mut blank = Blank { may_change: cx.actor.may(Permission::ManageCatalog), ..Blank::default() };
    for row in rows {
        let id = row.id.to_string();
        match row.part {
            Part::Product => blank.products.push((id, row.title)),
            Part::Seller => blank.sellers.push((id, row.title)),
            Part::Bundle => {
                let product = row.product.unwrap_or_default();
                blank.bundles.push((id, format!("{product}: {}", row.title)));
            }
            Part::Version | Part::Price | Part::Agreement => {}
        }
    }
    Ok(blank)
}

/// Keeps an entry as it was entered, as a further version, and gives its identity. Whoever changes one names the version
/// that was looked at: of two at once, the second is told of the first.
///
/// # Errors
/// `Forbidden` for everybody but leads, `NotFound` and for an agreement, which stays as it was published, `Invalid` with
/// each field that can't be used, `Refused(EntryChanged)`.
pub async fn save_entry(
    cx: Cx,
    part: Part,
    id: Option<Uuid>,
    version: i32,
    typed: Typed,
    reason: String,
) -> Result<Uuid> {
    cx.require(Permission::ManageCatalog)?;
    let (entry, reason) = match (Entry::read(part, &typed), read_reason(&reason)) {
        (Err(Error::Invalid(mut faults)), Err(Error::Invalid(more))) => {
            faults.extend(more);
            return Err(Error::Invalid(faults));
        }
        (entry, reason) => (entry?, reason?),
    };
    let mut tx = cx.begin().await?;
    let (id, version, entry, retired) = match id {
        None => (Uuid::now_v7(), 1, entry, false),
        Some(id) => {
            let before = newest(&mut tx, id).await?;
            if before.entry.part() != part || !part.may_change() {
                return Err(Error::NotFound);
            }
            keep_first(&mut tx, id, &before).await?;
            (id, version + 1, entry.keeping(&before.entry), before.retired)
        }
    };
    keep(&mut tx, &cx, id, &Kept { version, entry: &entry, retired, reason: &reason }).await?;
    write::entry(&mut tx, &cx, id, &entry).await?;
    tx.commit().await?;
    Ok(id)
}

/// Takes something out of the catalog, or brings it back: what is retired is no longer sold, and what was sold goes on.
///
/// # Errors
/// As for changing an entry; `NotFound` for what can't be retired.
pub async fn retire_entry(cx: Cx, id: Uuid, version: i32, retired: bool, reason: String) -> Result<()> {
    cx.require(Permission::ManageCatalog)?;
    let reason = read_reason(&reason)?;
    let mut tx = cx.begin().await?;
    let before = newest(&mut tx, id).await?;
    if !before.entry.part().may_retire() {
        return Err(Error::NotFound);
    }
    keep_first(&mut tx, id, &before).await?;
    let kept = Kept { version: version + 1, entry: &before.entry, retired, reason: &reason };
    keep(&mut tx, &cx, id, &kept).await?;
    write::retired(&mut tx, id, before.entry.part(), retired.then_some(cx.now)).await?;
    tx.commit().await?;
    Ok(())
}

struct Before {
    entry: Entry,
    retired: bool,
}

async fn newest(db: &mut PgConnection, id: Uuid) -> Result<Before> {
    let row = sqlx::query!(
        r#"select entry as "entry!: Json<Entry>", retired_at is not null as "retired!" from catalog_entry where id = $1"#,
        id,
    )
    .fetch_optional(db)
    .await?
    .ok_or(Error::NotFound)?;
    Ok(Before { entry: row.entry.0, retired: row.retired })
}

/// Of what was set up, the first version is written with the second.
async fn keep_first(db: &mut PgConnection, id: Uuid, before: &Before) -> Result<()> {
    sqlx::query!(
        "insert into catalog_version (entry_id, version, entry, retired, reason) values ($1, 1, $2, $3, $4)
         on conflict do nothing",
        id,
        Json(&before.entry) as _,
        before.retired,
        SET_UP,
    )
    .execute(db)
    .await?;
    Ok(())
}

struct Kept<'a> {
    version: i32,
    entry: &'a Entry,
    retired: bool,
    reason: &'a str,
}

/// Writes a version, unless somebody else wrote it first.
async fn keep(db: &mut PgConnection, cx: &Cx, id: Uuid, kept: &Kept<'_>) -> Result<()> {
    let staff = cx.actor.id();
    let follows = kept.version == 1
        || sqlx::query_scalar!(
            r#"select coalesce(max(version), 0) = $2 as "follows!" from catalog_version where entry_id = $1"#,
            id,
            kept.version - 1,
        )
        .fetch_one(&mut *db)
        .await?;
    let written = if follows {
        sqlx::query!(
            "insert into catalog_version (entry_id, version, entry, retired, staff_id, reason, at)
             values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing",
            id,
            kept.version,
            Json(kept.entry) as _,
            kept.retired,
            staff,
            kept.reason,
            cx.now,
        )
        .execute(&mut *db)
        .await?
        .rows_affected()
    } else {
        0
    };
    if written == 0 {
        return Err(changed(db, cx, id).await?.into());
    }
    let event = Event::CatalogChanged {
        part: kept.entry.part(),
        id,
        version: kept.version,
        retired: kept.retired,
        reason: kept.reason.to_owned(),
    };
    audit::record(db, cx, None, event).await
}

/// Who was faster.
async fn changed(db: &mut PgConnection, cx: &Cx, id: Uuid) -> Result<Refusal> {
    let row = sqlx::query!(
        r#"select v.at, s.name as "by?" from catalog_version v left join staff s on s.id = v.staff_id
           where v.entry_id = $1 order by v.version desc limit 1"#,
        id,
    )
    .fetch_optional(db)
    .await?
    .ok_or(Error::NotFound)?;
    Ok(Refusal::EntryChanged { by: row.by.unwrap_or_else(|| "Latchkey".to_owned()), at: row.at.unwrap_or(cx.now) })
}
