//! Reading what an office has, some rows at a time, and keeping them sealed.

use sqlx::PgTransaction;
use uuid::Uuid;

use super::super::{Part, Rows};
use super::Job;
use super::work::{Step, part};
use crate::cx::Cx;
use crate::id::{CodeId, DeviceId, LicenseId};
use crate::license::details::Search as LicenseSearch;
use crate::seal::Sealed;
use crate::{Error, Result};
use crate::{activity, device, license, notice, person, request};

/// Rows of one step.
const AT_ONCE: usize = 500;

/// Keeps the next rows of the part that is being read.
pub(super) async fn step(tx: &mut PgTransaction<'static>, cx: &Cx, job: &Job) -> Result<Step> {
    let (rows, after) = read(cx, part(job), job.after.as_deref()).await?;
    let came = rows.count();
    if came > 0 {
        keep(tx, cx, job, &rows).await?;
    }
    Ok(Step { done: i32::from(after.is_none()), came: i32::try_from(came).unwrap_or(i32::MAX), after })
}

async fn keep(tx: &mut PgTransaction<'static>, cx: &Cx, job: &Job, rows: &Rows) -> Result<()> {
    let text = serde_json::to_vec(rows).map_err(|_| Error::Internal(cx.request))?;
    let id = Uuid::now_v7();
    sqlx::query!(
        "insert into job_piece (id, job_id, number, sealed)
         select $1, $2, coalesce(max(number), 0) + 1, $3 from job_piece where job_id = $2",
        id,
        job.id.0,
        cx.world.seal.seal(Sealed::ExportPiece, id, &text),
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// The rows of a part after this one, and where the next ones begin, if there are any.
async fn read(cx: &Cx, part: Part, after: Option<&str>) -> Result<(Rows, Option<String>)> {
    let own = cx.clone();
    let id = after.and_then(|after| after.parse::<Uuid>().ok());
    Ok(match part {
        Part::Licenses => {
            let search = LicenseSearch { after: id.map(LicenseId), ..LicenseSearch::default() };
            let read = license::store::some(own, search, AT_ONCE).await?;
            (Rows::Licenses(read.cards), read.next.map(|id| id.to_string()))
        }
        Part::Codes => {
            let rows = license::store::kept_after(&own, id.map(CodeId), AT_ONCE).await?;
            let next = further(rows.len(), rows.last().map(|code| code.id.to_string()));
            (Rows::Codes(rows), next)
        }
        Part::Grants => (Rows::Grants(license::store::granted(&own).await?), None),
        Part::Devices => {
            let rows = device::store::some(&own, id.map(DeviceId), AT_ONCE).await?;
            let next = further(rows.len(), rows.last().map(|device| device.id.to_string()));
            (Rows::Devices(rows), next)
        }
        Part::People => (Rows::People(person::store::everybody(&own).await?), None),
        Part::Requests => {
            let read = request::store::list(own, id).await?;
            (Rows::Requests(read.rows), read.older.map(|id| id.to_string()))
        }
        Part::Notices => {
            let read = notice::store::notices(own, id).await?;
            (Rows::Notices(read.notices), read.older.map(|id| id.to_string()))
        }
        Part::Activity => {
            let before = after.and_then(|after| after.parse().ok());
            let read = activity::store::some(own, before, AT_ONCE).await?;
            (Rows::Activity(read.events), read.older.map(|number| number.to_string()))
        }
    })
}

/// A full page may have another one behind it.
fn further(count: usize, last: Option<String>) -> Option<String> {
    last.filter(|_| count == AT_ONCE)
}
