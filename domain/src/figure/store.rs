//! Counting what happened, once, and reading the counts.

use time::Duration;
use uuid::Uuid;

use super::{AHEAD, Anomaly, Figure, MOST_ANOMALIES, Period, Pictures, Point, Span, Sum, Waiting};
use crate::Result;
use crate::actor::Permission;
use crate::cx::Cx;
use crate::lookup::Record;

/// Events that are counted in one statement.
const AT_ONCE: i64 = 5000;
/// So old has an event to be: one with a smaller number may still be on its way until then.
const RIPE: Duration = Duration::seconds(60);

/// Counts what happened since the last time, each event once: how far the log was counted is kept with the counts. Says how
/// many events were looked at.
///
/// # Errors
/// `Forbidden` for everybody but Latchkey itself; those of the database.
pub async fn tally(cx: &Cx) -> Result<i64> {
    cx.require(Permission::Operate)?;
    let mut looked_at = 0;
    loop {
        let some = step(cx).await?;
        looked_at += some;
        if some < AT_ONCE {
            return Ok(looked_at);
        }
    }
}

async fn step(cx: &Cx) -> Result<i64> {
    let mut tx = cx.begin().await?;
    let from = sqlx::query_scalar!("select until from tally where source = 'audit_event' for update")
        .fetch_one(&mut *tx)
        .await?;
    let looked_at = sqlx::query_scalar!(
        r#"with seen as (
               select id, at, event, object_id, actor_kind, facts, coalesce(country, '??') as country
               from audit_event
               where id > $1
               order by id
               limit $2
           ),
           ripe as (
               select * from seen where id < coalesce((select min(id) from seen where at > $3), 9223372036854775807)
           ),
           took as (
               select 'first_answer' as figure, r.at, r.at - c.created_at as span
               from ripe r join support_case c on c.id = r.object_id and c.first_reply_at = r.at
               where r.event = 'case_answered' and r.actor_kind = 'staff'
               union all
               select 'decided', r.at, r.at - c.created_at
               from ripe r join support_case c on c.id = r.object_id
               where r.event in ('case_answered', 'case_moved') and r.facts ->> 'state' = 'solved' and r.actor_kind = 'staff'
               union all
               select 'decided', r.at, r.at - q.created_at
               from ripe r join recovery q on q.id = r.object_id
               where r.event in ('recovery_approved', 'recovery_rejected')
           ),
           counted as (
               select 'activated' as figure, country as key, at from ripe where event = 'seat_bound'
               union all
               select 'refused', facts ->> 'refusal', at from ripe
               where event = 'activation_refused' and facts ->> 'refusal' is not null
               union all
               select 'refused_in', country, at from ripe where event = 'activation_refused'
               union all
               select 'opened', case event when 'case_opened' then 'case' else 'recovery' end, at from ripe
               where event in ('case_opened', 'recovery_asked')
               union all
               select figure, case when span <= interval '1 hour' then 'hour' when span <= interval '4 hours' then 'four_hours'
                   when span <= interval '1 day' then 'day' when span <= interval '3 days' then 'three_days' else 'longer' end, at
               from took
           ),
           kept as (
               insert into daily_figure (day, figure, key, count)
               select (at at time zone 'utc')::date, figure, left(key, 40), count(*) from counted group by 1, 2, 3
               on conflict (day, figure, key) do update set count = daily_figure.count + excluded.count
           ),
           noted as (
               update tally set until = coalesce((select max(id) from ripe), until) where source = 'audit_event'
           )
           select count(*) as "looked_at!" from ripe"#,
        from,
        AT_ONCE,
        cx.now - RIPE,
    )
    .fetch_one(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(looked_at)
}

/// Counts anew which licenses end in the weeks ahead.
///
/// # Errors
/// `Forbidden` for everybody but Latchkey itself; those of the database.
pub async fn count_ends(cx: &Cx) -> Result<()> {
    cx.require(Permission::Operate)?;
    let mut tx = cx.begin().await?;
    sqlx::query!("delete from daily_figure where figure = 'ends' and day >= $1", cx.now.date())
        .execute(&mut *tx)
        .await?;
    sqlx::query!(
        "insert into daily_figure (day, figure, key, count)
         select (expires_at at time zone 'utc')::date, 'ends', kind, count(*)
         from license
         where cancelled_at is null and expires_at > $1 and expires_at <= $2
         group by 1, 2, 3
         on conflict (day, figure, key) do update set count = excluded.count",
        cx.now,
        cx.now + Duration::days(i64::from(AHEAD)),
    )
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(())
}

/// Everything that the page of pictures shows, over a period.
///
/// # Errors
/// `Forbidden` for everybody but leads.
pub async fn pictures(cx: Cx, period: Period) -> Result<Pictures> {
    cx.require(Permission::SeePictures)?;
    let (sums, points) = figures(&cx, period).await?;
    Ok(Pictures {
        now: cx.now,
        period,
        waiting: waiting(&cx).await?,
        sums,
        points,
        anomalies: anomalies(&cx, period).await?,
    })
}

/// What waits now, from the indexes of what is open.
async fn waiting(cx: &Cx) -> Result<Vec<Waiting>> {
    let rows = sqlx::query!(
        r#"select recovery as "recovery!", state as "state!", age as "age!: Span", count(id) as "count!"
           from (
               select id, false as recovery, state, $1 - created_at as waits from support_case
               where state in ('new', 'open', 'pending', 'on_hold')
               union all
               select id, true, state, $1 - created_at from recovery where state in ('submitted', 'checking', 'needs_info')
           ) as open
           cross join lateral (
               select case when waits <= interval '1 hour' then 'hour' when waits <= interval '4 hours' then 'four_hours'
                   when waits <= interval '1 day' then 'day' when waits <= interval '3 days' then 'three_days'
                   else 'longer' end as age
           ) as by_age
           group by 1, 2, 3
           order by 1, 2, 3"#,
        cx.now,
    )
    .fetch_all(&cx.world.ro)
    .await?;
    let rows = rows.into_iter().map(|row| Waiting {
        state: row.state,
        recovery: row.recovery,
        age: row.age,
        count: row.count,
    });
    Ok(rows.collect())
}

async fn figures(cx: &Cx, period: Period) -> Result<(Vec<Sum>, Vec<Point>)> {
    let today = cx.now.date();
    let rows = sqlx::query!(
        r#"select figure as "figure!: Figure", key as "key?", null::date as "day?", sum(count)::bigint as "count!"
           from daily_figure
           where day > $1::date - $2::int and day <= $1 and figure <> 'ends'
           group by figure, key
           union all
           select figure, null, $1::date - (($1::date - day) / $3::int) * $3::int, sum(count)::bigint
           from daily_figure
           where day > $1::date - $2::int and day <= $1 and figure in ('activated', 'refused_in', 'opened')
           group by 1, 3
           union all
           select figure, null, $1::date + ((day - $1::date + 6) / 7) * 7, sum(count)::bigint
           from daily_figure
           where day > $1 and day <= $1::date + $4::int and figure = 'ends'
           group by 1, 3
           order by 4 desc, 2"#,
        today,
        period.days(),
        period.step(),
        AHEAD,
    )
    .fetch_all(&cx.world.ro)
    .await?;
    let (mut sums, mut points) = (Vec::new(), Vec::new());
    for row in rows {
        match (row.key, row.day) {
            (Some(key), _) => sums.push(Sum { figure: row.figure, key, count: row.count }),
            (None, Some(day)) => points.push(Point { figure: row.figure, day, count: row.count }),
            (None, None) => {}
        }
    }
    Ok((sums, points))
}

async fn anomalies(cx: &Cx, period: Period) -> Result<Vec<Anomaly>> {
    let rows = sqlx::query!(
        r#"select e.at, e.event, p.name as product, c.code_tail, c.id
           from unnest(array['seat_hopping', 'sharing_found', 'overuse_found', 'country_unknown']) as kind
           cross join lateral (
               select id, at, event, object_id from audit_event
               where event = kind
                 -- as the index says it: what else may happen is not in it
                 and event in ('seat_hopping', 'sharing_found', 'overuse_found', 'country_unknown')
               order by id desc
               limit $2
           ) as e
           left join license l on l.id = e.object_id
           join activation_code c on c.id = coalesce(l.code_id, e.object_id)
           join product p on p.id = c.product_id
           where e.at > $1
           order by e.id desc"#,
        cx.now - Duration::days(i64::from(period.days())),
        MOST_ANOMALIES,
    )
    .fetch_all(&cx.world.ro)
    .await?;
    let one = |id: Uuid| (Record::Code, id);
    let rows = rows.into_iter().map(|row| Anomaly {
        at: row.at,
        event: row.event,
        product: row.product,
        tail: row.code_tail,
        record: one(row.id),
    });
    Ok(rows.collect())
}
