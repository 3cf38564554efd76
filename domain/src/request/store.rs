//! Reading requests of all kinds together: one statement each, along the indexes of their tables.

use uuid::Uuid;

use super::{Asked, Desk, DeskRow, Kind, Part, RequestRow, Requests, Shown, View};
use crate::actor::Permission;
use crate::case::{CaseState, Topic};
use crate::cx::Cx;
use crate::page::USUAL;
use crate::recovery::{Reason, RecoveryState, due_at};
use crate::{Error, Result};

/// What a row of either kind is made of.
struct Parts {
    topic: Option<Topic>,
    subject: Option<String>,
    case_state: Option<CaseState>,
    reason: Option<Reason>,
    recovery_state: Option<RecoveryState>,
}

impl Parts {
    fn asked(self, cx: &Cx, solved_at: Option<time::OffsetDateTime>) -> Result<Asked> {
        match (self.topic, self.subject, self.case_state, self.reason, self.recovery_state) {
            (Some(topic), Some(subject), Some(state), ..) => {
                Ok(Asked::Case { topic, subject, state: state.at(solved_at, cx.now) })
            }
            (.., Some(reason), Some(state)) => Ok(Asked::Recovery { reason, state }),
            _ => Err(Error::Internal(cx.request)),
        }
    }
}

/// The account's requests before this one, the newest first.
///
/// # Errors
/// `Unauthenticated` for strangers, `Forbidden` for everybody else who is not a person of an account.
pub async fn list(cx: Cx, before: Option<Uuid>) -> Result<Requests> {
    cx.require(Permission::SeeAccount)?;
    let rows = sqlx::query!(
        r#"select id as "id!", number as "number!", topic as "topic?: Topic", subject, case_state as "case_state?: CaseState",
               reason as "reason?: Reason", recovery_state as "recovery_state?: RecoveryState", solved_at,
               answered_at as "answered_at!", answered_by_support as "answered_by_support!"
           from (
               (
                   select id, number, topic, subject, state as case_state, null as reason, null as recovery_state, solved_at,
                       answered_at, answered_by_support
                   from support_case
                   where account_id = $1 and ($2::uuid is null or id < $2)
                   order by id desc
                   limit $3
               )
               union all
               (
                   select id, number, null, null, null, reason, state, null, coalesce(decided_at, created_at),
                       decided_at is not null
                   from recovery
                   where account_id = $1 and ($2::uuid is null or id < $2)
                   order by id desc
                   limit $3
               )
           ) as request
           order by id desc
           limit $3"#,
        cx.actor.account()?.0,
        before,
        i64::from(USUAL) + 1,
    )
    .fetch_all(&cx.world.ro)
    .await?;
    let usual = USUAL as usize;
    let older = rows.get(usual).and_then(|_| rows.get(usual - 1)).map(|row| row.id);
    let rows = rows.into_iter().take(usual).map(|row| {
        let parts = Parts {
            topic: row.topic,
            subject: row.subject,
            case_state: row.case_state.map(CaseState::told),
            reason: row.reason,
            recovery_state: row.recovery_state,
        };
        Ok(RequestRow {
            id: row.id,
            number: row.number,
            asked: parts.asked(&cx, row.solved_at)?,
            answered_at: row.answered_at,
            answered_by_support: row.answered_by_support,
        })
    });
    Ok(Requests { now: cx.now, rows: rows.collect::<Result<_>>()?, older })
}

/// The states of cases and of recoveries that make a part of the queue.
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
        Part::Done => (
            &[CaseState::Solved, CaseState::Closed],
            &[
                RecoveryState::Approved,
                RecoveryState::Done,
                RecoveryState::Rejected,
                RecoveryState::Withdrawn,
                RecoveryState::TimedOut,
            ],
        ),
    }
}

/// A page of the queue: what waits is the oldest first, what is done the newest. What is late is judged by the rule, row by
/// row: such a page may be shorter than others.
///
/// # Errors
/// `Forbidden` for everybody but staff.
pub async fn queue(cx: Cx, shown: Shown, after: Option<Uuid>) -> Result<Desk> {
    cx.require(Permission::ReviewRecovery)?;
    let (part, overdue) = (shown.part, shown.view == View::Overdue);
    let (cases, recoveries) = states(part);
    let (cases, recoveries) = match shown.kind {
        Kind::Both => (cases, recoveries),
        Kind::Cases => (cases, &[][..]),
        Kind::Recoveries => (&[][..], recoveries),
    };
    let mine = cx.actor.id().filter(|_| shown.view == View::Mine);
    let nobodys = shown.view == View::Unassigned;
    // nothing is due within a day of being sent
    let sent_by = overdue.then(|| cx.now - time::Duration::days(1));
    let cases: Vec<String> = cases.iter().map(ToString::to_string).collect();
    let recoveries: Vec<String> = recoveries.iter().map(ToString::to_string).collect();
    let newest_first = part == Part::Done;
    let rows = sqlx::query!(
        r#"select q.id as "id!", q.number as "number!", q.topic as "topic?: Topic", q.subject,
               q.case_state as "case_state?: CaseState", q.reason as "reason?: Reason",
               q.recovery_state as "recovery_state?: RecoveryState", q.solved_at, q.created_at as "created_at!",
               q.customer_waits as "customer_waits!", p.name as requester, a.name as office, pr.name as "product?",
               s.name as "assignee?"
           from (
               (
                   select id, number, account_id, person_id, topic, subject, state as case_state, null as reason,
                       null as recovery_state, solved_at, created_at, not answered_by_support as customer_waits, product_id,
                       assignee_id
                   from support_case
                   where state = any($1) and ($3::uuid is null or case when $4 then id < $3 else id > $3 end)
                       and ($6::uuid is null or assignee_id = $6) and (not $7 or assignee_id is null)
                       and ($8::timestamptz is null or created_at <= $8 and not answered_by_support)
                   order by case when not $4 then id end, id desc
                   limit $5
               )
               union all
               (
                   select r.id, r.number, r.account_id, r.person_id, null, null, null, r.reason, r.state, null, r.created_at,
                       r.state <> 'needs_info', l.product_id, coalesce(r.decided_by, r.assignee_id)
                   from recovery r
                   left join license l on l.id = r.license_id
                   where r.state = any($2) and ($3::uuid is null or case when $4 then r.id < $3 else r.id > $3 end)
                       and ($6::uuid is null or coalesce(r.decided_by, r.assignee_id) = $6)
                       and (not $7 or coalesce(r.decided_by, r.assignee_id) is null)
                       and ($8::timestamptz is null or r.created_at <= $8 and r.state in ('submitted', 'checking'))
                   order by case when not $4 then r.id end, r.id desc
                   limit $5
               )
           ) as q
           join person p on p.id = q.person_id
           join account a on a.id = q.account_id
           left join product pr on pr.id = q.product_id
           left join staff s on s.id = q.assignee_id
           order by case when not $4 then q.id end, q.id desc
           limit $5"#,
        &cases,
        &recoveries,
        after,
        newest_first,
        i64::from(USUAL) + 1,
        mine,
        nobodys,
        sent_by,
    )
    .fetch_all(&cx.world.ro)
    .await?;
    let usual = USUAL as usize;
    let next = rows.get(usual).and_then(|_| rows.get(usual - 1)).map(|row| row.id);
    let late = |created_at| !overdue || due_at(created_at) <= cx.now;
    let rows = rows.into_iter().take(usual).filter(|row| late(row.created_at)).map(|row| {
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
            asked: parts.asked(&cx, row.solved_at)?,
            requester: row.requester,
            office: row.office,
            product: row.product,
            assignee: row.assignee,
            created_at: row.created_at,
            customer_waits: row.customer_waits,
        })
    });
    Ok(Desk { now: cx.now, rows: rows.collect::<Result<_>>()?, next })
}
