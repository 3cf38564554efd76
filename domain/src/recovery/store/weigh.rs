//! The evidence of new requests is weighed apart from the answer to whoever sent them, so that neither its words nor its
//! time tell what was found.

use sqlx::PgConnection;
use sqlx::types::Json;
use time::{Duration, OffsetDateTime};

use super::super::evidence::{
    Band, Evidence, HEARD_WITHIN, KNOWN_AFTER, Named, SETTLES_AFTER, Weighed, compare_day, compare_days,
};
use super::super::{Reason, RecoveryState, Route, compare};
use super::desk::{Locked, decide, grant, letters};
use crate::Result;
use crate::actor::Permission;
use crate::audit::{self, Event};
use crate::cx::Cx;
use crate::id::{AccountId, LicenseId, OrderId, PersonId, RecoveryId};
use crate::license::LicenseFacts;

/// Why a request of the high band is granted.
const AGREES: &str = "What you told us agrees with our records.";
/// Why a request of the low band is not; the same words whether the key is somebody else's or nobody's.
const SHOWS_NOTHING: &str = "What you told us does not show that the license is yours. Send a new request with the license key from the \
     program's Licensing window and a photo of the proof of purchase. Somebody in support looks at it then.";

/// Weighs requests that are new: the high band is granted, the low band refused, the middle waits for a person with the score
/// beside it. What somebody took in the meantime is weighed and left to them.
///
/// # Errors
/// `Forbidden` for everybody but Latchkey itself.
pub async fn weigh_new(cx: &Cx) -> Result<usize> {
    cx.require(Permission::Operate)?;
    let mut weighed = 0;
    // one by one, each in a transaction of its own: what fails holds up nothing else
    while weighed < 100 && weigh_next(cx).await? {
        weighed += 1;
    }
    Ok(weighed)
}

async fn weigh_next(cx: &Cx) -> Result<bool> {
    let mut tx = cx.begin().await?;
    let Some((request, evidence)) = next(&mut tx, cx).await? else { return Ok(false) };
    let weighed = evidence.weigh();
    sqlx::query!(
        "update recovery set weighed_at = $2, weighed = $3, band = $4 where id = $1",
        request.id.0,
        cx.now,
        Json(&weighed) as _,
        weighed.band.as_str(),
    )
    .execute(&mut *tx)
    .await?;
    let event = Event::RecoveryWeighed { recovery: request.id, score: weighed.score, band: weighed.band };
    audit::record(&mut tx, cx, Some(request.account), event).await?;
    if request.state == RecoveryState::Submitted {
        act(&mut tx, cx, &request, &weighed).await?;
    }
    tx.commit().await?;
    Ok(true)
}

async fn act(db: &mut PgConnection, cx: &Cx, request: &Locked, weighed: &Weighed) -> Result<()> {
    match weighed.band {
        Band::High => grant(db, cx, request, None, AGREES).await,
        Band::Middle => Ok(()),
        Band::Low => {
            decide(db, cx, request, None, RecoveryState::Rejected, SHOWS_NOTHING).await?;
            letters::rejected(db, cx, request, SHOWS_NOTHING).await
        }
    }
}

/// The oldest request that was not weighed, locked, with everything recorded about it.
async fn next(db: &mut PgConnection, cx: &Cx) -> Result<Option<(Locked, Evidence)>> {
    let row = sqlx::query!(
        r#"select r.id, r.account_id, r.person_id, r.number, r.reason as "reason: Reason", r.route as "route: Route",
               r.state as "state: RecoveryState", r.license_id, r.purchase_id, r.buyer_name, r.buyer_email, r.order_number,
               r.bought_on, r.first_activated, p.name, p.email,
               l.account_id as "license_account?", l.administrator_id as "administrator_id?",
               p.email_verified_at is not null and p.disabled_at is null as "confirmed!",
               coalesce(l.license_key_bi = r.license_key_bi, false) as "by_key!",
               license_facts(l) as "facts?: Json<LicenseFacts>", c.replaced_at as "replaced_at?", c.first_activated_at,
               o.buyer_name as recorded_buyer, o.buyer_email as recorded_email, o.order_number as recorded_order,
               o.ordered_at as "ordered_at?",
               exists (
                   select 1 from audit_event e
                   where e.object_id in (l.id, l.administrator_id, p.id) and e.at > r.created_at - $1::interval
                       and e.event in ('license_handed_over', 'email_changed', 'password_changed', 'two_step_off')
               ) as "unsettled!",
               exists (
                   select 1 from seat st join device d on d.id = st.device_id join device_contact dc on dc.device_id = d.id
                   where st.license_id = l.id and d.account_id = r.account_id and d.disconnected_at is null
                       and d.connected_at <= r.created_at - $2::interval and dc.last_seen_at > r.created_at - $3::interval
               ) as "known_device!",
               exists (select 1 from attachment f where f.request_id = r.id) as "brings_files!",
               (
                   select count(*) from (
                       select 1 from recovery e
                       where e.account_id = r.account_id and e.id < r.id and e.created_at > r.created_at - $4::interval
                       limit 10
                   ) as earlier
               ) as "asked_before!"
           from (
               select * from recovery
               where weighed_at is null and state in ('submitted', 'checking', 'needs_info')
               order by created_at
               limit 1
               for update skip locked
           ) as r
           join person p on p.id = r.person_id
           left join license l on l.id = r.license_id
           left join activation_code c on c.id = l.code_id
           left join purchase o on o.id = coalesce(c.purchase_id, r.purchase_id)"#,
        interval(SETTLES_AFTER),
        interval(KNOWN_AFTER),
        interval(HEARD_WITHIN),
        interval(Duration::days(30)),
    )
    .fetch_optional(db)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let asks = row.administrator_id == Some(row.person_id) && row.confirmed;
    let claimed_email = if row.buyer_email.is_empty() { &row.email } else { &row.buyer_email };
    let day = |at: Option<OffsetDateTime>| at.map(OffsetDateTime::date);
    let recorded = |text: &Option<String>| text.clone().unwrap_or_default();
    let evidence = Evidence {
        reason: row.reason,
        named: match row.license_account {
            None => Named::Nothing,
            Some(account) if account == row.account_id => Named::Own,
            Some(_) => Named::Foreign,
        },
        by_key: row.by_key,
        administrator_asks: asks,
        code_serves: row.replaced_at.is_none() && row.facts.is_some_and(|Json(facts)| facts.standing(cx.now).runs()),
        settled: !row.unsettled,
        order_mail_theirs: asks && row.recorded_email.as_ref().is_some_and(|to| to.eq_ignore_ascii_case(&row.email)),
        known_device: row.known_device,
        order_number: compare(&row.order_number, &recorded(&row.recorded_order)),
        order_address: compare(claimed_email, &recorded(&row.recorded_email)),
        bought_on: compare_day(row.bought_on, day(row.ordered_at)),
        first_activation: compare_days(&row.first_activated, day(row.first_activated_at)),
        buyer: compare(&row.buyer_name, &recorded(&row.recorded_buyer)),
        brings_files: row.brings_files,
        asked_before: u32::try_from(row.asked_before).unwrap_or(u32::MAX),
    };
    let locked = Locked {
        id: RecoveryId(row.id),
        account: AccountId(row.account_id),
        number: row.number,
        requester: PersonId(row.person_id),
        requester_email: row.email,
        license: row.license_id.map(LicenseId),
        order: row.purchase_id.map(OrderId),
        reason: row.reason,
        state: row.state,
    };
    Ok(Some((locked, evidence)))
}

fn interval(span: Duration) -> sqlx::postgres::types::PgInterval {
    sqlx::postgres::types::PgInterval {
        months: 0,
        days: 0,
        microseconds: i64::try_from(span.whole_microseconds()).unwrap_or(i64::MAX),
    }
}
