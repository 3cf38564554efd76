//! What support does with a case: it takes it, notes, answers and says where it stands. Whoever decides names the version of
//! the case that was looked at: of two at once, the second is told of the first.

use sqlx::PgConnection;

use super::super::CaseState;
use super::letters::{self, About};
use crate::activation::Refusal;
use crate::actor::{Actor, Permission};
use crate::audit::{self, Event};
use crate::cx::Cx;
use crate::id::{AccountId, CaseId, PersonId, StaffId};
use crate::reply::read_answer;
use crate::staff::store::{not_own, refuse_own};
use crate::thread::store::say;
use crate::thread::{Audience, Upload, read_files, read_text};
use crate::{Error, Fault, Result, refund};

/// What working on a case needs of it, locked.
pub(super) struct Locked {
    pub(super) id: CaseId,
    pub(super) account: AccountId,
    pub(super) state: CaseState,
    pub(super) number: String,
    pub(super) subject: String,
    pub(super) person: PersonId,
}

impl Locked {
    pub(super) fn about(&self) -> About<'_> {
        About { account: self.account, person: self.person, number: &self.number, subject: &self.subject }
    }
}

/// Locks a case that still is what was looked at.
pub(super) async fn lock(db: &mut PgConnection, cx: &Cx, number: &str, version: i32) -> Result<(Locked, StaffId)> {
    let Actor::Staff { id: staff, email: own_email, .. } = &cx.actor else { return Err(Error::Forbidden) };
    let row = sqlx::query!(
        r#"select is_own_account(c.account_id, $2) as "own!", c.id, c.account_id, c.person_id, c.number, c.subject, c.state as "state: CaseState", c.solved_at, c.version,
               c.changed_at,
               p.name as requester, s.name as "changed_by?"
           from support_case c
           join person p on p.id = c.person_id
           left join staff s on s.id = c.changed_by
           where c.number = $1
           for update of c"#,
        number,
        own_email,
    )
    .fetch_optional(db)
    .await?
    .ok_or(Error::NotFound)?;
    refuse_own(cx, AccountId(row.account_id), row.own).await?;
    let state = row.state.at(row.solved_at, cx.now);
    if state != CaseState::Closed && row.version != version {
        let by = row.changed_by.unwrap_or(row.requester);
        return Err(Refusal::CaseChanged { by, at: row.changed_at }.into());
    }
    let locked = Locked {
        id: CaseId(row.id),
        account: AccountId(row.account_id),
        state,
        number: row.number,
        subject: row.subject,
        person: PersonId(row.person_id),
    };
    Ok((locked, *staff))
}

/// Writes where a case stands now, and who made it so. With an answer, that one came; the first answers make an assignee.
pub(super) async fn set(
    db: &mut PgConnection,
    cx: &Cx,
    case: &Locked,
    staff: StaffId,
    to: CaseState,
    answered: bool,
) -> Result<()> {
    sqlx::query!(
        "update support_case
         set state = $2,
             solved_at = case when $2 = 'solved' then coalesce(solved_at, $4) end,
             pending_since = case when $2 = 'pending' then case when $5 then $4 else coalesce(pending_since, $4) end end,
             reminded_at = case when $2 = 'pending' and not $5 then reminded_at end,
             assignee_id = coalesce(assignee_id, $3),
             version = version + 1,
             changed_by = $3,
             changed_at = $4,
             answered_at = case when $5 then $4 else answered_at end,
             answered_by_support = answered_by_support or $5,
             first_reply_at = case when $5 then coalesce(first_reply_at, $4) else first_reply_at end
         where id = $1",
        case.id.0,
        to.as_str(),
        staff.0,
        cx.now,
        answered,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Takes a case: it is the asker's from now on, whoever had it before, and what was new is open.
///
/// # Errors
/// `NotFound`, `Refused(CaseChanged)` with the name of who was faster, `Refused(CaseClosed)`, `Refused(OwnCase)`.
pub async fn take(cx: Cx, number: String, version: i32) -> Result<()> {
    cx.require(Permission::WorkCases)?;
    let mut tx = cx.begin().await?;
    let (case, staff) = lock(&mut tx, &cx, &number, version).await?;
    let state = case.state.taken()?;
    sqlx::query!("update support_case set assignee_id = $2 where id = $1", case.id.0, staff.0)
        .execute(&mut *tx)
        .await?;
    set(&mut tx, &cx, &case, staff, state, false).await?;
    refund::store::begin_review(&mut tx, case.id).await?;
    audit::record(&mut tx, &cx, Some(case.account), Event::CaseTaken(case.id)).await?;
    if state.told() != case.state.told() {
        letters::moved(&mut tx, &cx, &case.about(), state).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// Notes something that support alone reads. A case that changed meanwhile is no hindrance: nothing is decided.
///
/// # Errors
/// `NotFound`, `Refused(OwnCase)`, `Invalid(note)`.
pub async fn note(cx: Cx, number: String, note: String) -> Result<()> {
    cx.require(Permission::WorkCases)?;
    let text = read_text(&note).map_err(|fault| Error::field("note", fault))?;
    let mut tx = cx.begin().await?;
    let row = sqlx::query!("select id, account_id from support_case where number = $1", number)
        .fetch_optional(&mut *tx)
        .await?
        .ok_or(Error::NotFound)?;
    let account = AccountId(row.account_id);
    not_own(&mut tx, &cx, account).await?;
    say(&mut tx, &cx, account, row.id, Audience::Internal, &text, &[]).await?;
    audit::record(&mut tx, &cx, Some(account), Event::CaseNoted(CaseId(row.id))).await?;
    tx.commit().await?;
    Ok(())
}

/// Answers a case, with files if there are any, and says where it stands from now on.
///
/// # Errors
/// As for taking; `Invalid(message)`, `Invalid(state)` and `Invalid(files)`.
pub async fn answer(
    cx: Cx,
    number: String,
    version: i32,
    message: String,
    state: String,
    uploads: Vec<Upload>,
) -> Result<()> {
    cx.require(Permission::WorkCases)?;
    let text = read_answer(&message).map_err(|fault| Error::field("message", fault))?;
    let state = read_state(&state)?;
    let files = read_files(uploads)?;
    let mut tx = cx.begin().await?;
    let (case, staff) = lock(&mut tx, &cx, &number, version).await?;
    let state = moved(&mut tx, &case, state).await?;
    set(&mut tx, &cx, &case, staff, state, true).await?;
    refund::store::begin_review(&mut tx, case.id).await?;
    say(&mut tx, &cx, case.account, case.id.0, Audience::Public, &text, &files).await?;
    let event = Event::CaseAnswered { case: case.id, state: state.as_str() };
    audit::record(&mut tx, &cx, Some(case.account), event).await?;
    letters::answered(&mut tx, &cx, &case.about(), state).await?;
    tx.commit().await?;
    Ok(())
}

/// Says where a case stands, without an answer. The customer is told what is told of it.
///
/// # Errors
/// As for answering.
pub async fn move_to(cx: Cx, number: String, version: i32, state: String) -> Result<()> {
    cx.require(Permission::WorkCases)?;
    let state = read_state(&state)?;
    let mut tx = cx.begin().await?;
    let (case, staff) = lock(&mut tx, &cx, &number, version).await?;
    let state = moved(&mut tx, &case, state).await?;
    if state != case.state {
        set(&mut tx, &cx, &case, staff, state, false).await?;
        let event = Event::CaseMoved { case: case.id, state: state.as_str() };
        audit::record(&mut tx, &cx, Some(case.account), event).await?;
        if state.told() != case.state.told() {
            letters::moved(&mut tx, &cx, &case.about(), state).await?;
        }
    }
    tx.commit().await?;
    Ok(())
}

/// The state that support chooses; what asks for a refund is not solved before that is decided.
async fn moved(db: &mut PgConnection, case: &Locked, to: CaseState) -> Result<CaseState> {
    let state = case.state.moved_by_support(to)?;
    if state == CaseState::Solved {
        refund::store::has_to_be_decided(db, case.id).await?;
    }
    Ok(state)
}

/// Solves a case with a decision about what it asks for: the reason is the answer. The case's row is locked.
pub(crate) async fn settle(db: &mut PgConnection, cx: &Cx, case: CaseId, reason: &str) -> Result<()> {
    let row =
        sqlx::query!("select number, version from support_case where id = $1", case.0).fetch_one(&mut *db).await?;
    let (locked, staff) = lock(&mut *db, cx, &row.number, row.version).await?;
    let state = locked.state.moved_by_support(CaseState::Solved)?;
    set(&mut *db, cx, &locked, staff, state, true).await?;
    say(&mut *db, cx, locked.account, case.0, Audience::Public, reason, &[]).await?;
    letters::answered(db, cx, &locked.about(), state).await
}

/// Tells the customer something about a case that changes nothing in it.
pub(crate) async fn tell(db: &mut PgConnection, cx: &Cx, case: CaseId, title: &str, said: &str) -> Result<()> {
    let row = sqlx::query!("select account_id, person_id, number, subject from support_case where id = $1", case.0,)
        .fetch_one(&mut *db)
        .await?;
    let (account, person) = (AccountId(row.account_id), PersonId(row.person_id));
    let about = About { account, person, number: &row.number, subject: &row.subject };
    letters::told(db, cx, &about, title, said).await
}

fn read_state(typed: &str) -> Result<CaseState> {
    if typed.is_empty() {
        return Err(Error::field("state", Fault::Missing));
    }
    typed.parse().map_err(|_| Error::field("state", Fault::NotAChoice))
}
