//! Reading requests of all kinds together: one statement each, along the indexes of their tables.

mod assign;
mod fill;
mod number;
mod presence;
mod queue;
mod view;

pub(crate) use assign::{Assigned, colleague, tell_colleague};
pub use assign::{hand_over, put_back, take_request};
pub use fill::fill_reply;
pub(crate) use number::new_number;
pub use number::unused;
pub(crate) use presence::forget;
pub use presence::{looking, stay};
pub use queue::queue;
pub use view::{keep_view, remove_view};

use uuid::Uuid;

use super::{Asked, Refunding, RequestRow, Requests};
use crate::actor::Permission;
use crate::case::{CaseState, Topic};
use crate::cx::Cx;
use crate::page::USUAL;
use crate::recovery::{Reason, RecoveryState};
use crate::refund::RefundState;
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
    let mut rows = read(&cx, before, None).await?;
    let usual = USUAL as usize;
    let older = rows.get(usual).and_then(|_| rows.get(usual - 1)).map(|row| row.id);
    rows.truncate(usual);
    Ok(Requests { now: cx.now, rows, older })
}

/// Where one of the account's requests stands: what an open page of it asks again and again.
///
/// # Errors
/// `NotFound` for another account's request; otherwise those of `list`.
pub async fn standing(cx: Cx, number: &str) -> Result<RequestRow> {
    read(&cx, None, Some(number)).await?.pop().ok_or(Error::NotFound)
}

async fn read(cx: &Cx, before: Option<Uuid>, number: Option<&str>) -> Result<Vec<RequestRow>> {
    cx.require(Permission::SeeAccount)?;
    let rows = sqlx::query!(
        r#"select request.id as "id!", number as "number!", topic as "topic?: Topic", subject, case_state as "case_state?: CaseState",
               request.reason as "reason?: Reason", recovery_state as "recovery_state?: RecoveryState", request.solved_at,
               answered_at as "answered_at!", answered_by_support as "answered_by_support!",
               r.state as "refund?: RefundState", refund_since(r) as refund_since
           from (
               (
                   select id, number, topic, subject, state as case_state, null as reason, null as recovery_state, solved_at,
                       answered_at, answered_by_support
                   from support_case
                   where account_id = $1 and id < $2 and ($4::text is null or number = $4) and merged_into is null
                   order by id desc
                   limit $3
               )
               union all
               (
                   select id, number, null, null, null, reason, state, null, coalesce(decided_at, created_at),
                       decided_at is not null
                   from recovery
                   where account_id = $1 and id < $2 and ($4::text is null or number = $4)
                   order by id desc
                   limit $3
               )
           ) as request
           left join refund r on r.case_id = request.id
           order by request.id desc
           limit $3"#,
        cx.actor.account()?.0,
        before.unwrap_or(Uuid::max()),
        i64::from(USUAL) + 1,
        number,
    )
    .fetch_all(&cx.world.ro)
    .await?;
    let rows = rows.into_iter().map(|row| {
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
            asked: parts.asked(cx, row.solved_at)?,
            answered_at: row.answered_at,
            answered_by_support: row.answered_by_support,
            refund: row.refund.zip(row.refund_since).map(|(state, since)| Refunding { state, since }),
        })
    });
    rows.collect()
}
