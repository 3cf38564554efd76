//! Views of the queue that somebody in support keeps for themselves, and what its filters choose from.

use sqlx::types::Json;

use super::super::{MOST_VIEWS, SavedView, Shown};
use crate::actor::Permission;
use crate::audit::{self, Event};
use crate::cx::Cx;
use crate::id::{ProductId, SavedViewId};
use crate::{Error, Fault, Result, text};

/// The longest name of a view, in characters.
const NAME_MAX: usize = 40;

/// The reader's own views by name, and the products that requests can be about.
pub(super) async fn choices(cx: &Cx) -> Result<(Vec<SavedView>, Vec<(ProductId, String)>)> {
    let row = sqlx::query!(
        r#"select
               (
                   select jsonb_agg(jsonb_build_object('id', v.id, 'name', v.name, 'shown', v.shown) order by lower(v.name))
                   from saved_view v where v.staff_id = $1
               ) as "views: Json<Vec<SavedView>>",
               (
                   select jsonb_agg(jsonb_build_array(p.id, p.name) order by p.name, p.id)
                   from (select id, name from product order by name, id limit 50) as p
               ) as "products: Json<Vec<(ProductId, String)>>""#,
        cx.actor.id(),
    )
    .fetch_one(&cx.world.rw)
    .await?;
    Ok((row.views.map(|Json(views)| views).unwrap_or_default(), row.products.map(|Json(all)| all).unwrap_or_default()))
}

/// Keeps what is shown of the queue under a name; a name that is there already stands for it from now on.
///
/// # Errors
/// `Forbidden` for everybody but staff; `Invalid(view_name)` for no name, one that is too long, and beyond ten views.
pub async fn keep_view(cx: Cx, name: String, shown: Shown) -> Result<()> {
    cx.require(Permission::ReviewRecovery)?;
    let name = text::line(&name, NAME_MAX).map_err(|fault| Error::field("view_name", fault))?;
    let mut tx = cx.begin().await?;
    // of two at once the second counts the first
    sqlx::query!("select id from staff where id = $1 for update", cx.actor.id()).fetch_one(&mut *tx).await?;
    let others = sqlx::query_scalar!(
        r#"select count(*) as "others!" from saved_view where staff_id = $1 and lower(name) <> lower($2)"#,
        cx.actor.id(),
        name,
    )
    .fetch_one(&mut *tx)
    .await?;
    if others >= MOST_VIEWS {
        return Err(Error::field("view_name", Fault::OutOfRange { min: 1, max: MOST_VIEWS.unsigned_abs() }));
    }
    let id = sqlx::query_scalar!(
        "insert into saved_view (id, staff_id, name, shown, kept_at) values ($1, $2, $3, $4, $5)
         on conflict (staff_id, lower(name)) do update
         set name = excluded.name, shown = excluded.shown, kept_at = excluded.kept_at
         returning id",
        SavedViewId::generate().0,
        cx.actor.id(),
        name,
        Json(shown) as _,
        cx.now,
    )
    .fetch_one(&mut *tx)
    .await?;
    audit::record(&mut tx, &cx, None, Event::ViewKept(SavedViewId(id))).await?;
    tx.commit().await?;
    Ok(())
}

/// Removes one of the asker's own views.
///
/// # Errors
/// `Forbidden` for everybody but staff; `NotFound`, also for somebody else's.
pub async fn remove_view(cx: Cx, id: SavedViewId) -> Result<()> {
    cx.require(Permission::ReviewRecovery)?;
    let mut tx = cx.begin().await?;
    let removed = sqlx::query!("delete from saved_view where id = $1 and staff_id = $2", id.0, cx.actor.id())
        .execute(&mut *tx)
        .await?;
    if removed.rows_affected() == 0 {
        return Err(Error::NotFound);
    }
    audit::record(&mut tx, &cx, None, Event::ViewRemoved(id)).await?;
    tx.commit().await?;
    Ok(())
}
