//! The queue of support. Each part and view is a statement of its own, so that each is read along an index from where its
//! page begins, however much waits or is done.

use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use super::{Parts, view};
use crate::Result;
use crate::actor::Permission;
use crate::audit::{self, Event};
use crate::case::{CaseState, Topic};
use crate::cx::Cx;
use crate::page::USUAL;
use crate::recovery::{Reason, RecoveryState, due_at};
use crate::request::{Desk, DeskRow, Kind, PRESENT_FOR, Part, Shown, View};

/// A row as it stands in the database.
struct Queued {
    id: Uuid,
    number: String,
    topic: Option<Topic>,
    subject: Option<String>,
    case_state: Option<CaseState>,
    reason: Option<Reason>,
    recovery_state: Option<RecoveryState>,
    solved_at: Option<OffsetDateTime>,
    created_at: OffsetDateTime,
    said_at: OffsetDateTime,
    customer_waits: bool,
    requester: String,
    office: String,
    product: Option<String>,
    assignee: Option<String>,
    version: i32,
    assignee_id: Option<Uuid>,
    looking: Option<Vec<String>>,
}

/// Reads a page of cases and recoveries that fit, each in the order of its index. Every condition is part of the text: a
/// condition that is a parameter finds no index.
macro_rules! page {
    ($page:expr, cases $cases:tt, recoveries $recoveries:tt, $beyond:tt $order:tt $(, $more:expr)*) => {
        sqlx::query_as!(
            Queued,
            r#"select q.id as "id!", q.number as "number!", q.topic as "topic?: Topic", q.subject,
                   q.case_state as "case_state?: CaseState", q.reason as "reason?: Reason",
                   q.recovery_state as "recovery_state?: RecoveryState", q.solved_at, q.created_at as "created_at!",
                   q.said_at as "said_at!", q.customer_waits as "customer_waits!", p.name as requester, a.name as office,
                   pr.name as "product?", s.name as "assignee?", q.version as "version!", q.assignee_id,
                   (
                       select array_agg(h.name order by h.name)
                       from presence x join staff h on h.id = x.staff_id
                       where x.request_id = q.id and x.seen_at > $3 and x.staff_id <> $2
                   ) as looking
               from (
                   (
                       select id, number, account_id, person_id, topic, subject, state as case_state, null as reason,
                           null as recovery_state, solved_at, created_at, answered_at as said_at,
                           not answered_by_support as customer_waits, product_id, assignee_id, version
                       from support_case
                       where $4 and "# + $cases + " and id " + $beyond + r#" $1
                           and ($6::text is null or topic = $6) and ($7::uuid is null or product_id = $7)
                       order by id "# + $order + r#"
                       limit 51
                   )
                   union all
                   (
                       select r.id, r.number, r.account_id, r.person_id, null, null, null, r.reason, r.state, null, r.created_at,
                           coalesce(r.answered_at, r.created_at), r.state <> 'needs_info', l.product_id,
                           coalesce(r.decided_by, r.assignee_id), r.version
                       from (
                           select * from recovery
                           where $5 and "# + $recoveries + " and id " + $beyond + r#" $1
                               and ($7::uuid is null or (select o.product_id from license o where o.id = license_id) = $7)
                           order by id "# + $order + r#"
                           limit 51
                       ) as r
                       left join license l on l.id = r.license_id
                   )
               ) as q
               join person p on p.id = q.person_id
               join account a on a.id = q.account_id
               left join product pr on pr.id = q.product_id
               left join staff s on s.id = q.assignee_id
               order by q.id "# + $order + r#"
               limit 51"#,
            $page.after,
            $page.reader,
            $page.seen_since,
            $page.cases,
            $page.recoveries,
            $page.topic,
            $page.product
            $(, $more)*
        )
        .fetch_all($page.db)
        .await
    };
}

// so many and one more, to know whether there is another page; written out, because a limit that is a parameter is guessed
const _: () = assert!(USUAL == 50);

/// What every statement of the queue is asked with.
struct Page<'a> {
    db: &'a sqlx::PgPool,
    after: Uuid,
    reader: Option<Uuid>,
    seen_since: OffsetDateTime,
    cases: bool,
    recoveries: bool,
    topic: Option<&'static str>,
    product: Option<Uuid>,
}

/// The states of cases and of recoveries that make a part of what waits.
fn states(part: Part) -> (&'static [CaseState], &'static [RecoveryState]) {
    match part {
        Part::Waiting => (
            &[CaseState::New, CaseState::Open, CaseState::Pending, CaseState::OnHold],
            &[RecoveryState::Submitted, RecoveryState::Checking, RecoveryState::NeedsInfo],
        ),
        Part::New => (&[CaseState::New], &[RecoveryState::Submitted]),
        Part::Open => (&[CaseState::Open], &[RecoveryState::Checking]),
        Part::Pending => (&[CaseState::Pending], &[RecoveryState::NeedsInfo]),
        Part::OnHold => (&[CaseState::OnHold], &[]),
        Part::Done => (&[], &[]),
    }
}

async fn waiting(page: Page<'_>, part: Part, view: View, now: OffsetDateTime) -> sqlx::Result<Vec<Queued>> {
    let (cases, recoveries) = states(part);
    let cases: Vec<String> = cases.iter().map(ToString::to_string).collect();
    let recoveries: Vec<String> = recoveries.iter().map(ToString::to_string).collect();
    match view {
        View::All if part == Part::Waiting => page!(
            page,
            cases "state in ('new', 'open', 'pending', 'on_hold')",
            recoveries "state in ('submitted', 'checking', 'needs_info')",
            ">" "asc"
        ),
        // a part is one state
        View::All => page!(
            page,
            cases "state in ('new', 'open', 'pending', 'on_hold') and state = $8",
            recoveries "state in ('submitted', 'checking', 'needs_info') and state = $9",
            ">" "asc",
            cases.first().map(String::as_str),
            recoveries.first().map(String::as_str)
        ),
        View::Mine => page!(
            page,
            cases "state in ('new', 'open', 'pending', 'on_hold') and state = any($8) and assignee_id = $2",
            recoveries "state in ('submitted', 'checking', 'needs_info') and state = any($9) and assignee_id = $2",
            ">" "asc",
            &cases,
            &recoveries
        ),
        View::Unassigned => page!(
            page,
            cases "state in ('new', 'open', 'pending', 'on_hold') and state = any($8) and assignee_id is null",
            recoveries "state in ('submitted', 'checking', 'needs_info') and state = any($9) and assignee_id is null",
            ">" "asc",
            &cases,
            &recoveries
        ),
        View::Overdue => page!(
            page,
            cases "state in ('new', 'open', 'pending', 'on_hold') and state = any($8) and not answered_by_support
                and answered_at <= $10",
            recoveries "state in ('submitted', 'checking', 'needs_info') and state = any($9) and state <> 'needs_info'
                and coalesce(answered_at, created_at) <= $10",
            ">" "asc",
            &cases,
            &recoveries,
            // nothing is due within a day of being said
            now - Duration::DAY
        ),
    }
}

async fn done(page: Page<'_>, view: View) -> sqlx::Result<Vec<Queued>> {
    match view {
        View::All => page!(
            page,
            cases "state in ('solved', 'closed') and merged_into is null",
            recoveries "state in ('approved', 'done', 'rejected', 'withdrawn', 'timed_out')",
            "<" "desc"
        ),
        View::Mine => page!(
            page,
            cases "state in ('solved', 'closed') and merged_into is null and assignee_id = $2",
            recoveries "state in ('approved', 'done', 'rejected', 'withdrawn', 'timed_out')
                and coalesce(decided_by, assignee_id) = $2",
            "<" "desc"
        ),
        View::Unassigned => page!(
            page,
            cases "state in ('solved', 'closed') and merged_into is null and assignee_id is null",
            recoveries "state in ('approved', 'done', 'rejected', 'withdrawn', 'timed_out')
                and coalesce(decided_by, assignee_id) is null",
            "<" "desc"
        ),
        // nobody owes an answer to what is done
        View::Overdue => Ok(Vec::new()),
    }
}

/// A page of the queue: what waits is the oldest first, what is done the newest. What is late is judged by the rule, row by
/// row: such a page may be shorter than others. That it was looked at is recorded (H11).
///
/// # Errors
/// `Forbidden` for everybody but staff.
pub async fn queue(cx: Cx, shown: Shown, after: Option<Uuid>) -> Result<Desk> {
    cx.require(Permission::ReviewRecovery)?;
    let page = Page {
        db: &cx.world.ro,
        after: after.unwrap_or(if shown.part == Part::Done { Uuid::max() } else { Uuid::nil() }),
        reader: cx.actor.id(),
        seen_since: cx.now - PRESENT_FOR,
        cases: shown.kind != Kind::Recoveries,
        recoveries: shown.kind != Kind::Cases && shown.topic.is_none_or(|topic| topic == Topic::Recovery),
        topic: shown.topic.map(Topic::as_str),
        product: shown.product.map(|product| product.0),
    };
    let rows = match shown.part {
        Part::Done => done(page, shown.view).await?,
        part => waiting(page, part, shown.view, cx.now).await?,
    };
    let usual = USUAL as usize;
    let next = rows.get(usual).and_then(|_| rows.get(usual - 1)).map(|row| row.id);
    let fits = |row: &Queued| shown.view != View::Overdue || due_at(row.said_at) <= cx.now;
    let rows = rows.into_iter().take(usual).filter(fits).map(|row| desk_row(&cx, row));
    let rows = rows.collect::<Result<Vec<DeskRow>>>()?;
    note_viewed(&cx, &rows).await?;
    let (views, products) = view::choices(&cx).await?;
    Ok(Desk { now: cx.now, rows, next, may_take: cx.actor.may(Permission::WorkCases), views, products })
}

/// Notes which requests were shown, with who asks and their office (H11).
async fn note_viewed(cx: &Cx, rows: &[DeskRow]) -> Result<()> {
    let mut tx = cx.begin().await?;
    let requests = rows.iter().map(|row| row.number.clone()).collect();
    let fields = &["number", "topic", "subject", "requester", "office", "product", "state", "assignee"];
    audit::record(&mut tx, cx, None, Event::QueueViewed { requests, fields }).await?;
    tx.commit().await?;
    Ok(())
}

fn desk_row(cx: &Cx, row: Queued) -> Result<DeskRow> {
    let parts = Parts {
        topic: row.topic,
        subject: row.subject,
        case_state: row.case_state,
        reason: row.reason,
        recovery_state: row.recovery_state,
    };
    Ok(DeskRow {
        id: row.id,
        number: row.number,
        asked: parts.asked(cx, row.solved_at)?,
        requester: row.requester,
        office: row.office,
        product: row.product,
        assignee: row.assignee,
        created_at: row.created_at,
        said_at: row.said_at,
        customer_waits: row.customer_waits,
        version: row.version,
        is_mine: row.assignee_id.is_some() && row.assignee_id == cx.actor.id(),
        looking: row.looking.unwrap_or_default(),
    })
}
