//! The deeds around cases: people of an account open, answer and solve theirs, support works on them, and the clock closes
//! what is solved.

mod appeal;
mod assign;
mod blanks;
mod clock;
mod desk;
mod follow;
mod letters;
mod look;
mod merge;

pub use appeal::decide_appeal;
pub(crate) use assign::assign;
pub(crate) use blanks::blanks;
pub use clock::{close_solved, remind_waiting, solve_unanswered};
pub use desk::{answer, move_to, note, take};
pub(crate) use desk::{settle, tell};
pub use follow::follow_up;
pub use look::look;
pub use merge::merge;

use sqlx::PgConnection;
use time::Duration;

use super::{CaseDetails, CaseForm, CaseState, Entitlement, Topic};
use crate::actor::Permission;
use crate::attempt::{self, CASE_ACCOUNT, MESSAGE_PERSON};
use crate::audit::{self, Event};
use crate::cx::Cx;
use crate::id::{AccountId, CaseId, DeviceId, LicenseId, ProductId};
use crate::request::store::new_number;
use crate::thread::store::{read, repeats, say};
use crate::thread::{Audience, Upload, read_files, read_text};
use crate::{Error, Fault, Result, device, license, refund};

/// Opens a case and gives its number. A refund is asked for by its own deed.
///
/// # Errors
/// `Invalid` with every field that can't be used, also for a license, a device or an earlier case of another account;
/// `Refused(Attempts)` for too many cases.
pub async fn open_case(cx: Cx, form: CaseForm, uploads: Vec<Upload>) -> Result<String> {
    cx.require(Permission::AskSupport)?;
    let mut tx = cx.begin().await?;
    let (_, number) = open_in(&mut tx, &cx, &form, uploads).await?;
    tx.commit().await?;
    Ok(number)
}

/// Opens a case in a transaction of a deed.
pub(crate) async fn open_in(
    db: &mut PgConnection,
    cx: &Cx,
    form: &CaseForm,
    uploads: Vec<Upload>,
) -> Result<(CaseId, String)> {
    let new = form.read()?;
    let files = read_files(uploads)?;
    let (account, person) = (cx.actor.account()?, cx.actor.person()?);
    attempt::count(db, cx, CASE_ACCOUNT, account.0.as_bytes()).await?;
    if let Some(same) = opened_a_moment_ago(db, cx, &new.subject, &new.description).await? {
        return Ok(same);
    }
    let (product, entitlement) = subject_of(db, cx, account, new.topic, new.license, new.device).await?;
    let parent = match &new.follows {
        Some(number) => Some(closed_case(db, cx, account, number).await?),
        None => None,
    };
    let id = CaseId::generate_at(cx.now);
    let number = new_number(db, cx, 'S').await?;
    sqlx::query!(
        "insert into support_case (id, account_id, person_id, number, topic, subject, product_id, license_id, device_id,
             parent_id, entitlement, state, changed_at, answered_at, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 'new', $12, $12, $12)",
        id.0,
        account.0,
        person.0,
        number,
        new.topic.as_str(),
        new.subject,
        product.map(|product| product.0),
        new.license.map(|license| license.0),
        new.device.map(|device| device.0),
        parent.map(|parent| parent.0),
        entitlement.as_str(),
        cx.now,
    )
    .execute(&mut *db)
    .await?;
    say(db, cx, account, id.0, Audience::Public, &new.description, &files).await?;
    audit::record(db, cx, None, Event::CaseOpened(id)).await?;
    letters::opened(db, cx, &number, &new.subject).await?;
    Ok((id, number))
}

/// The case that the same person opened with the same words a moment ago: a button pressed twice opens one (R104). Openings
/// of an account queue up behind the count of them.
async fn opened_a_moment_ago(
    db: &mut PgConnection,
    cx: &Cx,
    subject: &str,
    description: &str,
) -> Result<Option<(CaseId, String)>> {
    let row = sqlx::query!(
        "select id, number from support_case
         where account_id = $1 and person_id = $2 and subject = $3 and created_at > $4
         order by id desc
         limit 1",
        cx.actor.account()?.0,
        cx.actor.person()?.0,
        subject,
        cx.now - Duration::minutes(1),
    )
    .fetch_optional(&mut *db)
    .await?;
    match row {
        Some(row) if repeats(db, cx, row.id, description).await? => Ok(Some((CaseId(row.id), row.number))),
        _ => Ok(None),
    }
}

/// The product a case is about, and what entitles it to an answer (R22, R23).
async fn subject_of(
    db: &mut PgConnection,
    cx: &Cx,
    account: AccountId,
    topic: Topic,
    chosen: Option<LicenseId>,
    device: Option<DeviceId>,
) -> Result<(Option<ProductId>, Entitlement)> {
    let licenses = license::store::of_account(db, account, chosen).await?;
    if chosen.is_some() && licenses.is_empty() {
        return Err(Error::field("license", Fault::NotAChoice));
    }
    let runs = licenses.iter().any(|(_, facts)| facts.standing(cx.now).runs());
    let of_device = match device {
        Some(device) => {
            let product = device::store::product_of(db, account, device).await?;
            Some(product.ok_or_else(|| Error::field("device", Fault::NotAChoice))?)
        }
        None => None,
    };
    let of_license = chosen.and_then(|_| licenses.first()).map(|(product, _)| *product);
    Ok((of_license.or(of_device), Entitlement::of(topic, runs)))
}

/// A case of the account that another one can follow: only what is closed can't be answered itself.
async fn closed_case(db: &mut PgConnection, cx: &Cx, account: AccountId, number: &str) -> Result<CaseId> {
    let row = sqlx::query!(
        r#"select id, state as "state: CaseState", solved_at from support_case
           where account_id = $1 and number = $2 and merged_into is null"#,
        account.0,
        number,
    )
    .fetch_optional(db)
    .await?;
    let closed = row.filter(|row| row.state.at(row.solved_at, cx.now) == CaseState::Closed);
    closed.map(|row| CaseId(row.id)).ok_or_else(|| Error::field("follows", Fault::NotAChoice))
}

/// A case of the account with what was said in it.
///
/// # Errors
/// `NotFound` for another account's number.
pub async fn details(cx: Cx, number: String) -> Result<CaseDetails> {
    cx.require(Permission::SeeAccount)?;
    let mut db = cx.world.ro.acquire().await?;
    let row = sqlx::query!(
        r#"select c.id, c.number, c.topic as "topic: Topic", c.subject, c.state as "state: CaseState", c.created_at,
               c.first_reply_at, c.solved_at, c.closed_at, p.name as requester, l.id as "license_id?", pr.name as "product?",
               d.id as "device_id?", d.name as "device?", parent.number as "follows?",
               (select number from support_case f where f.parent_id = c.id order by f.id limit 1) as followed_by,
               m.number as "merged_into?"
           from support_case c
           join person p on p.id = c.person_id
           left join license l on l.id = c.license_id
           left join product pr on pr.id = l.product_id
           left join device d on d.id = c.device_id
           left join support_case parent on parent.id = c.parent_id
           left join support_case m on m.id = c.merged_into
           where c.account_id = $1 and c.number = $2"#,
        cx.actor.account()?.0,
        number,
    )
    .fetch_optional(&mut *db)
    .await?
    .ok_or(Error::NotFound)?;
    let thread = read(&mut db, &cx, row.id).await?;
    let refund = match row.topic {
        Topic::Refund => refund::store::status(&mut db, &cx, CaseId(row.id)).await?,
        _ => None,
    };
    let state = row.state.at(row.solved_at, cx.now);
    Ok(CaseDetails {
        now: cx.now,
        number: row.number,
        topic: row.topic,
        subject: row.subject,
        state: state.told(),
        requester: row.requester,
        created_at: row.created_at,
        first_reply_at: row.first_reply_at,
        solved_at: row.solved_at,
        closed_at: row.closed_at.or_else(|| row.solved_at.filter(|_| state == CaseState::Closed).map(super::closes_at)),
        license: row.license_id.zip(row.product).map(|(id, product)| (LicenseId(id), product)),
        device: row.device_id.zip(row.device).map(|(id, name)| (DeviceId(id), name)),
        follows: row.follows,
        followed_by: row.followed_by,
        merged_into: row.merged_into,
        thread,
        refund,
    })
}

/// A case of the asker's account, locked, as it stands at this instant.
async fn lock_own(db: &mut PgConnection, cx: &Cx, number: &str) -> Result<(CaseId, CaseState)> {
    let row = sqlx::query!(
        r#"select id, state as "state: CaseState", solved_at from support_case
           where account_id = $1 and number = $2
           for update"#,
        cx.actor.account()?.0,
        number,
    )
    .fetch_optional(db)
    .await?
    .ok_or(Error::NotFound)?;
    Ok((CaseId(row.id), row.state.at(row.solved_at, cx.now)))
}

/// Answers in a case of the account: what waited for the customer, or seemed solved, is open again.
///
/// # Errors
/// `NotFound` for another account's number, `Refused(CaseClosed)`, `Invalid(message)` and `Invalid(files)`,
/// `Refused(Attempts)`.
pub async fn answer_case(cx: Cx, number: String, message: String, uploads: Vec<Upload>) -> Result<()> {
    cx.require(Permission::AskSupport)?;
    let text = read_text(&message).map_err(|fault| Error::field("message", fault))?;
    let files = read_files(uploads)?;
    let (account, person) = (cx.actor.account()?, cx.actor.person()?);
    let mut tx = cx.begin().await?;
    attempt::count(&mut tx, &cx, MESSAGE_PERSON, person.0.as_bytes()).await?;
    let (case, before) = lock_own(&mut tx, &cx, &number).await?;
    if repeats(&mut tx, &cx, case.0, &text).await? {
        return Ok(());
    }
    let state = before.answered_by_customer()?;
    refund::store::answered(&mut tx, &cx, case).await?;
    let reopened = before == CaseState::Solved;
    sqlx::query!(
        "update support_case
         set state = $2, solved_at = null, pending_since = null, reminded_at = null, version = version + 1,
             changed_by = null, changed_at = $3, answered_at = $3, answered_by_support = false, reopened_count = reopened_count + $4
         where id = $1",
        case.0,
        state.as_str(),
        cx.now,
        i32::from(reopened),
    )
    .execute(&mut *tx)
    .await?;
    say(&mut tx, &cx, account, case.0, Audience::Public, &text, &files).await?;
    audit::record(&mut tx, &cx, None, Event::CaseAnswered { case, state: state.as_str() }).await?;
    tx.commit().await?;
    Ok(())
}

/// Says that a case of the account is solved; once more changes nothing.
///
/// # Errors
/// `NotFound` for another account's number, `Refused(CaseClosed)`.
pub async fn solve_case(cx: Cx, number: String) -> Result<()> {
    cx.require(Permission::AskSupport)?;
    let mut tx = cx.begin().await?;
    let (case, before) = lock_own(&mut tx, &cx, &number).await?;
    let state = before.solved_by_customer()?;
    if before != state {
        refund::store::has_to_be_decided(&mut tx, case).await?;
        sqlx::query!(
            "update support_case
             set state = $2, solved_at = $3, pending_since = null, version = version + 1, changed_by = null,
                 changed_at = $3
             where id = $1",
            case.0,
            state.as_str(),
            cx.now,
        )
        .execute(&mut *tx)
        .await?;
        audit::record(&mut tx, &cx, None, Event::CaseMoved { case, state: state.as_str() }).await?;
    }
    tx.commit().await?;
    Ok(())
}
