//! Codes that are tried in more places than honest use explains.

use time::Duration;

use crate::Result;
use crate::actor::Permission;
use crate::audit::{self, Event};
use crate::cx::Cx;
use crate::id::{AccountId, CodeId, PersonId};
use crate::notice::store::{News, tell};
use crate::notice::{NoticeKind, Severity};

/// Refusals of the last day are looked at.
const WITHIN: Duration = Duration::DAY;
/// So many devices without a seat, or so many countries, make a code look shared.
const DEVICES: i64 = 10;
const COUNTRIES: i64 = 3;
/// An owner who was told is not told again for so long.
const QUIET_FOR: Duration = Duration::days(7);

/// Looks for codes that many devices, devices in many countries, or another account tried to use, notes them for support and
/// tells their owners. Nothing is taken away: the seats are held to their number by themselves.
///
/// # Errors
/// Those of the database; `Forbidden` for everybody but Latchkey itself.
pub async fn find_sharing(cx: &Cx) -> Result<u64> {
    cx.require(Permission::Operate)?;
    let mut tx = cx.begin().await?;
    let found = sqlx::query!(
        r#"with tried as (
               select (e.facts ->> 'code')::uuid as code_id
               from audit_event e
               where e.event = 'activation_refused' and e.at > $1
                   and e.facts ->> 'refusal' in ('E09', 'E12', 'E30') and e.facts ->> 'code' is not null
               group by code_id
               having count(distinct e.object_id) >= $2 or count(distinct e.country) >= $3
                   or bool_or(e.facts ->> 'refusal' = 'E30')
           )
           select c.id, c.account_id as "account_id!", c.code_tail,
               c.administrator_id as "administrator_id!", l.id as "license?"
           from tried
           join activation_code c on c.id = tried.code_id
           left join license l on l.code_id = c.id
           where c.account_id is not null and not exists (
               select 1 from audit_event told
               where told.object_id = c.id and told.event = 'sharing_found' and told.at > $4)"#,
        cx.now - WITHIN,
        DEVICES,
        COUNTRIES,
        cx.now - QUIET_FOR,
    )
    .fetch_all(&mut *tx)
    .await?;
    for row in &found {
        audit::record(&mut tx, cx, Some(AccountId(row.account_id)), Event::SharingFound(CodeId(row.id))).await?;
        let page = row.license.map_or_else(|| "/licenses".to_owned(), |license| format!("/licenses/{license}"));
        let news = News {
            kind: NoticeKind::Code,
            severity: Severity::Warning,
            title: "Somebody else tries to use your activation code".to_owned(),
            said: vec![
                format!(
                    "In the last 24 hours your activation code ending in {} was refused on devices that have no place in \
                     your license: too many of them, in too many countries, or in another account.",
                    row.code_tail
                ),
                "Your devices go on working and nobody else got in. If you gave the code to nobody, it may have leaked: \
                 replace it by a new one on the page of the license."
                    .to_owned(),
            ],
            action: ("See the license", page),
            because: "You get this mail because you administer this license.",
            key: None,
        };
        tell(&mut tx, cx, AccountId(row.account_id), &[PersonId(row.administrator_id)], &news).await?;
    }
    tx.commit().await?;
    Ok(found.len() as u64)
}
