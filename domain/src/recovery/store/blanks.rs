//! What the fields of a saved reply stand for in one recovery.

use sqlx::PgConnection;
use sqlx::types::Json;

use crate::actor::Actor;
use crate::audit::{self, Event};
use crate::cx::Cx;
use crate::id::{AccountId, RecoveryId};
use crate::license::LicenseFacts;
use crate::reply::{Facts, LOOKED_AT};
use crate::staff::store::not_own;
use crate::{Error, Result};

/// What a recovery fills into the fields of a saved reply: of the license only where it is one of the requester's account.
/// That it was looked at is recorded (H11).
pub(crate) async fn blanks(db: &mut PgConnection, cx: &Cx, number: &str) -> Result<Facts> {
    let Actor::Staff { name: agent, .. } = &cx.actor else { return Err(Error::Forbidden) };
    let row = sqlx::query!(
        r#"select r.id, r.account_id, r.number, p.name as requester, a.name as office, pr.name as "product?",
               l.id as "license_id?", license_facts(l) as "facts?: Json<LicenseFacts>"
           from recovery r
           join person p on p.id = r.person_id
           join account a on a.id = r.account_id
           left join license l on l.id = r.license_id and l.account_id = r.account_id
           left join product pr on pr.id = l.product_id
           where r.number = $1"#,
        number,
    )
    .fetch_optional(&mut *db)
    .await?
    .ok_or(Error::NotFound)?;
    let account = AccountId(row.account_id);
    not_own(db, cx, account).await?;
    let event = Event::RecoveryViewed { recovery: RecoveryId(row.id), fields: LOOKED_AT };
    audit::record(db, cx, Some(account), event).await?;
    Ok(Facts {
        name: row.requester,
        number: row.number,
        office: row.office,
        product: row.product,
        ends_at: row.facts.filter(|_| row.license_id.is_some()).map(|Json(facts)| facts.ends_at()),
        agent: agent.clone(),
    })
}
