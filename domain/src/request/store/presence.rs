//! Who in support has which request open.

use crate::actor::Permission;
use crate::cx::Cx;
use crate::request::{Looking, PRESENT_FOR};
use crate::{Error, Result};

/// Says that the asker still has a request open, and names who else does. One statement, and no look that the audit log has
/// not seen: nothing of the request is shown by it.
///
/// # Errors
/// `Forbidden` for everybody but staff, `NotFound`.
pub async fn stay(cx: Cx, number: String) -> Result<Vec<String>> {
    cx.require(Permission::ReviewRecovery)?;
    let looking = sqlx::query_scalar!(
        r#"select look_at_request(r.id, $2, $3, $4) as "looking!"
           from (
               select id from support_case where number = $1
               union all
               select id from recovery where number = $1
           ) as r"#,
        number,
        cx.actor.id(),
        cx.now,
        cx.now - PRESENT_FOR,
    )
    .fetch_optional(&cx.world.rw)
    .await?;
    looking.ok_or(Error::NotFound)
}

/// Who else in support has which request open, for the list that shows the requests. Nothing of a request is told but its number.
///
/// # Errors
/// `Forbidden` for everybody but staff.
pub async fn looking(cx: Cx) -> Result<Vec<Looking>> {
    cx.require(Permission::ReviewRecovery)?;
    let rows = sqlx::query!(
        r#"select coalesce(c.number, r.number) as "number!", array_agg(h.name order by h.name) as "names!"
           from presence x
           join staff h on h.id = x.staff_id
           left join support_case c on c.id = x.request_id
           left join recovery r on r.id = x.request_id
           where x.seen_at > $1 and x.staff_id <> $2 and coalesce(c.number, r.number) is not null
           group by 1
           order by 1
           limit 200"#,
        cx.now - PRESENT_FOR,
        cx.actor.id(),
    )
    .fetch_all(&cx.world.rw)
    .await?;
    Ok(rows.into_iter().map(|row| Looking { number: row.number, names: row.names }).collect())
}

/// Forgets who is not there any more.
///
/// # Errors
/// Those of the database.
pub(crate) async fn forget(cx: &Cx) -> Result<()> {
    sqlx::query!("delete from presence where seen_at < $1", cx.now - PRESENT_FOR).execute(&cx.world.rw).await?;
    Ok(())
}
