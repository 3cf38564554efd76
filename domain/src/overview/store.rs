//! Reading an office at a glance: one statement for its licenses, one for everything else that may need somebody.

use serde::Deserialize;
use sqlx::types::Json;

use super::{Asks, Need, Overview, REMEMBERED, Stuck, Term, Troubled, worst_first};
use crate::Result;
use crate::actor::Permission;
use crate::cx::Cx;
use crate::device::SILENT_AFTER;
use crate::id::{DeviceId, LicenseId};
use crate::license::store::counts;
use crate::license::{LicenseFacts, RENEWAL_OFFERED};
use crate::reserve::ReserveState;
use crate::seat::Seats;

/// The most licenses that are drawn.
const DRAWN: i64 = 50;
/// The most devices with a reserve in trouble, and the most requests of a kind, that are listed.
const LISTED: i64 = 5;

/// The account at a glance. Who only looks with its eyes is told of no requests and no notices.
///
/// # Errors
/// `Forbidden` for who is no person of an account and looks at none; those of the database.
pub async fn overview(cx: Cx) -> Result<Overview> {
    cx.require(Permission::ReadOffice)?;
    let terms = terms(&cx).await?;
    let (others, begun) = others(&cx).await?;
    let needs = worst_first(&terms, others, cx.now);
    Ok(Overview { now: cx.now, begins: terms.is_empty() && !begun, terms, needs })
}

async fn terms(cx: &Cx) -> Result<Vec<Term>> {
    let rows = sqlx::query!(
        r#"select l.id, p.name as product, code.code_tail as tail, l.seats as "seats: Json<Seats>", license_facts(l) as "facts!: Json<LicenseFacts>",
               s.held as "held: Json<Seats>", w.until as "reserve_until?"
           from license l
           join product p on p.id = l.product_id
           join activation_code code on code.id = l.code_id
           cross join lateral (
               select jsonb_object_agg(c.class, c.held) as held,
                   coalesce(bool_or(c.held >= (l.seats ->> c.class)::bigint), false) as is_full
               from (
                   select class, count(*) as held from seat
                   where license_id = l.id and released_at is null group by class
               ) as c
           ) as s
           cross join lateral (
               select max(coalesce(started.expires_at,
                   case c.start_rule when 'on_order' then o.ordered_at else r.due_at end + make_interval(days => c.term_days))
               ) as until
               from seat h
               join reserve r on r.device_id = h.device_id and r.state = 'waiting'
               join activation_code c on c.id = r.code_id
               join purchase o on o.id = c.purchase_id
               left join license started on started.code_id = c.id
               where h.license_id = l.id and h.released_at is null
           ) as w
           where l.account_id = $1 and l.cancelled_at is null
               and (s.held is not null or greatest(l.expires_at, l.grace_until) > $2)
           order by l.blocked_at is null and l.suspended_at is null and not s.is_full and l.expires_at > $3,
               l.expires_at, l.id
           limit $4"#,
        cx.actor.account()?.0,
        cx.now - REMEMBERED,
        cx.now + RENEWAL_OFFERED,
        DRAWN,
    )
    .fetch_all(&cx.world.ro)
    .await?;
    let terms = rows.into_iter().map(|row| Term {
        id: LicenseId(row.id),
        product: row.product,
        tail: row.tail,
        facts: row.facts.0,
        reserve_until: row.reserve_until,
        seats: counts(&row.seats, row.held.as_deref()),
    });
    Ok(terms.collect())
}

/// A device on which the reserve code has trouble, as the database tells it.
#[derive(Debug, Deserialize)]
struct StuckRow {
    state: ReserveState,
    #[serde(flatten)]
    stuck: Stuck,
}

/// What needs somebody besides the licenses, and whether there is anything at all.
async fn others(cx: &Cx) -> Result<(Vec<Need>, bool)> {
    let row = sqlx::query!(
        r#"with linked as (
               select d.id, d.name, coalesce(c.last_seen_at, d.connected_at) <= $2 as is_silent,
                   l.expires_at is null as is_bare,
                   coalesce(greatest(l.expires_at, l.grace_until) > $3 and not l.is_off, false) as runs
               from device d
               left join device_contact c on c.device_id = d.id
               left join lateral (
                   select l.expires_at, l.grace_until,
                       coalesce(l.blocked_at, l.cancelled_at, l.suspended_at) is not null as is_off
                   from seat s join license l on l.id = s.license_id
                   where s.device_id = d.id and s.released_at is null
                   order by s.bound_at desc
                   limit 1
               ) as l on true
               where d.account_id = $1 and d.disconnected_at is null
           ), stuck as (
               select jsonb_build_object('state', r.state, 'device', d.id, 'name', d.name, 'due_at', r.due_at,
                   'trouble', r.trouble) as told
               from linked d
               cross join lateral (
                   select state, due_at, trouble from reserve where device_id = d.id order by id desc limit 1
               ) as r
               where r.trouble is not null and (r.state = 'waiting' or r.state = 'failed' and not d.runs)
               order by r.due_at, d.id
               limit $5
           ), asks as (
               (
                   select number, subject from support_case
                   where account_id = $1 and state = 'pending' and merged_into is null order by id desc limit $5
               )
               union all
               (
                   select number, null from recovery
                   where account_id = $1 and state = 'needs_info' order by id desc limit $5
               )
           )
           select (select count(*) from linked where is_silent) as "silent!",
               (select jsonb_build_array(id, name) from linked where is_silent order by name, id limit 1)
                   as "first_silent: Json<(DeviceId, String)>",
               (select count(*) from linked where is_bare) as "bare!",
               (select jsonb_build_array(id, name) from linked where is_bare order by name, id limit 1)
                   as "first_bare: Json<(DeviceId, String)>",
               (select jsonb_agg(told) from stuck) as "stuck: Json<Vec<StuckRow>>",
               (select jsonb_agg(jsonb_build_object('number', number, 'subject', subject)) from asks where $4::uuid is not null)
                   as "asks: Json<Vec<Asks>>",
               (
                   select count(*) from notice
                   where person_id = $4 and read_at is null and severity = 'critical'
               ) as "unread!",
               (
                   exists (select 1 from linked) or exists (select 1 from license where account_id = $1)
                   or exists (select 1 from activation_code where account_id = $1)
               ) as "begun!""#,
        cx.actor.account()?.0,
        cx.now - SILENT_AFTER,
        cx.now,
        cx.actor.person().ok().map(|id| id.0),
        LISTED,
    )
    .fetch_one(&cx.world.ro)
    .await?;
    let many = |count: i64| u32::try_from(count).unwrap_or(u32::MAX);
    let troubled = |count, first: Option<Json<_>>| first.map(|Json(first)| Troubled { count: many(count), first });
    let stuck = row.stuck.map(|Json(stuck)| stuck).unwrap_or_default();
    let asks = row.asks.map(|Json(asks)| asks).unwrap_or_default();
    let mut needs: Vec<Need> = stuck
        .into_iter()
        .map(|StuckRow { state, stuck }| match state {
            ReserveState::Waiting => Need::Rehearsal(stuck),
            _ => Need::ReserveFailed(stuck),
        })
        .collect();
    needs.extend(troubled(row.bare, row.first_bare).map(Need::Unlicensed));
    needs.extend(troubled(row.silent, row.first_silent).map(Need::Silent));
    needs.extend(asks.into_iter().map(Need::Request));
    needs.extend((row.unread > 0).then(|| Need::Notices { unread: many(row.unread) }));
    Ok((needs, row.begun))
}
