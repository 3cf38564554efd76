//! A case that follows a closed one, opened by support: linked, of the same customer, with the first word said.

use super::super::{CaseState, Entitlement, Topic};
use super::letters::{self, About};
use crate::actor::{Actor, Permission};
use crate::audit::{self, Event};
use crate::cx::Cx;
use crate::id::{AccountId, CaseId, LicenseId, PersonId};
use crate::reply::read_answer;
use crate::request::store::new_number;
use crate::staff::store::refuse_own;
use crate::thread::Audience;
use crate::thread::store::say;
use crate::{Error, Fault, Result, license};

/// Opens a case that follows a closed one and waits for the customer; it is the asker's. Gives its number. One that follows
/// and is not over is not opened twice.
///
/// # Errors
/// `NotFound`; `Invalid(message)`, also where the case is not closed or another one that is not over follows it;
/// `Refused(OwnCase)`.
pub async fn follow_up(cx: Cx, number: String, message: String) -> Result<String> {
    cx.require(Permission::WorkCases)?;
    let text = read_answer(&message).map_err(|fault| Error::field("message", fault))?;
    let Actor::Staff { id: staff, email: own_email, .. } = &cx.actor else { return Err(Error::Forbidden) };
    let mut tx = cx.begin().await?;
    let row = sqlx::query!(
        r#"select is_own_account(c.account_id, $2) as "own!", c.id, c.account_id, c.person_id, c.topic as "topic: Topic", c.subject, c.product_id, c.license_id,
               c.device_id, c.state as "state: CaseState", c.solved_at, c.merged_into,
               exists (
                   select 1 from support_case f where f.parent_id = c.id and f.state not in ('solved', 'closed')
               ) as "followed!"
           from support_case c
           where c.number = $1
           for update of c"#,
        number,
        own_email,
    )
    .fetch_optional(&mut *tx)
    .await?
    .ok_or(Error::NotFound)?;
    refuse_own(&cx, AccountId(row.account_id), row.own).await?;
    let over = row.state.at(row.solved_at, cx.now) == CaseState::Closed && row.merged_into.is_none();
    if !over || row.followed {
        return Err(Error::field("message", Fault::DoesNotBelong));
    }
    let (account, person) = (AccountId(row.account_id), PersonId(row.person_id));
    let licenses = license::store::of_account(&mut tx, account, row.license_id.map(LicenseId)).await?;
    let runs = licenses.iter().any(|(_, facts)| facts.standing(cx.now).runs());
    let (id, number) = (CaseId::generate_at(cx.now), new_number(&mut tx, &cx, 'S').await?);
    sqlx::query!(
        "insert into support_case (id, account_id, person_id, number, topic, subject, product_id, license_id, device_id,
             parent_id, entitlement, state, assignee_id, changed_by, changed_at, answered_at, answered_by_support,
             first_reply_at, pending_since, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 'pending', $12, $12, $13, $13, true, $13, $13, $13)",
        id.0,
        account.0,
        person.0,
        number,
        row.topic.as_str(),
        row.subject,
        row.product_id,
        row.license_id,
        row.device_id,
        row.id,
        Entitlement::of(row.topic, runs).as_str(),
        staff.0,
        cx.now,
    )
    .execute(&mut *tx)
    .await?;
    say(&mut tx, &cx, account, id.0, Audience::Public, &text, &[]).await?;
    audit::record(&mut tx, &cx, Some(account), Event::CaseOpened(id)).await?;
    let about = About { account, person, number: &number, subject: &row.subject };
    letters::answered(&mut tx, &cx, &about, CaseState::Pending).await?;
    tx.commit().await?;
    Ok(number)
}
