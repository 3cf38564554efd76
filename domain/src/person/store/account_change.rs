//! The deeds by which support changes how somebody signs in: an agent starts one, a lead who is somebody else agrees, the
//! worker carries it out three days later, and the old address stops it before (H07).

mod letters;

use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use super::email::{may_be_taken_back, set_address};
use crate::actor::{Actor, Permission};
use crate::audit::{self, Event};
use crate::cx::Cx;
use crate::id::{AccountChangeId, AccountId, PersonId, StaffId};
use crate::lookup::store::opened_account;
use crate::person::Email;
use crate::person::account_change::{AccountChangeForm, AccountChangeKind, due_at, may_confirm};
use crate::seal::Token;
use crate::staff::store::{is_of_support, not_own};
use crate::{Error, Fault, Result};

/// A change that is neither done nor called off, and its person, both locked.
struct Open {
    id: Uuid,
    account: AccountId,
    person: PersonId,
    kind: AccountChangeKind,
    name: String,
    old: String,
    new: Option<String>,
    request: String,
    started_by: StaffId,
    is_confirmed: bool,
}

/// Starts a change of how somebody signs in, for a request of their own office. Their address is told at once, with a way to
/// stop it; nothing happens before somebody else in support agrees.
///
/// # Errors
/// `Forbidden` for everybody but agents and leads; `Invalid`, also for an address that is somebody's already and for somebody
/// whose sign-in is being changed; `NotFound` while the record is not open; `Refused(OwnCase)` (H03).
pub async fn start_account_change(cx: Cx, account: AccountId, form: AccountChangeForm) -> Result<()> {
    cx.require(Permission::WorkCases)?;
    let wanted = form.read()?;
    let mut tx = cx.begin().await?;
    let request = opened_for(&mut tx, &cx, account).await?;
    let row = sqlx::query!(
        "select name, email from person
         where account_id = $1 and id = $2 and disabled_at is null and email_verified_at is not null
         for update",
        account.0,
        wanted.person.0,
    )
    .fetch_optional(&mut *tx)
    .await?
    .ok_or_else(|| Error::field("person", Fault::NotAChoice))?;
    if let Some(new) = &wanted.address
        && (may_be_taken_back(&mut tx, &cx, new).await? || is_of_support(&mut tx, new).await?)
    {
        return Err(Error::field("address", Fault::UsedOtherwise));
    }
    let stop = Token::generate();
    let started = sqlx::query!(
        "insert into account_change (id, account_id, person_id, change, old_email, new_email, request, reason, started_by,
             started_at, stop_hash)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
         on conflict (person_id) where done_at is null and called_off_at is null do nothing",
        Uuid::now_v7(),
        account.0,
        wanted.person.0,
        wanted.kind().as_str(),
        row.email,
        wanted.address.as_ref().map(Email::as_str),
        request,
        wanted.reason,
        cx.actor.id(),
        cx.now,
        &stop.hash()[..],
    )
    .execute(&mut *tx)
    .await?;
    if started.rows_affected() == 0 {
        return Err(Error::field("person", Fault::UsedOtherwise));
    }
    let new = wanted.address.as_ref().map(Email::as_str);
    letters::tell_started(&mut tx, &cx, &row.name, &row.email, new, &request, &stop).await?;
    let (person, kind, reason) = (wanted.person, wanted.kind(), wanted.reason);
    audit::record(&mut tx, &cx, Some(account), Event::AccountChangeStarted { person, kind, request, reason }).await?;
    tx.commit().await?;
    Ok(())
}

/// For which request of this office the asker has opened its record; never their own office.
async fn opened_for(db: &mut PgConnection, cx: &Cx, account: AccountId) -> Result<String> {
    let opened = opened_account(db, cx, account.0).await?.ok_or(Error::NotFound)?;
    not_own(db, cx, account).await?;
    let own = sqlx::query_scalar!(
        r#"select exists (select 1 from support_case where account_id = $1 and number = $2)
               or exists (select 1 from recovery where account_id = $1 and number = $2) as "own!""#,
        account.0,
        opened.request,
    );
    if own.fetch_one(db).await? { Ok(opened.request) } else { Err(Error::field("request", Fault::DoesNotBelong)) }
}

/// Agrees to a change as the second person. The old address is told again; three days later it is carried out.
///
/// # Errors
/// `Forbidden` for everybody but leads, and for whoever started it; `NotFound` for one that is over, and while the record is not
/// open; `Refused(OwnCase)` (H03).
pub async fn confirm_account_change(cx: Cx, id: AccountChangeId) -> Result<AccountId> {
    cx.require(Permission::ConfirmAccountChange)?;
    let Actor::Staff { id: staff, .. } = cx.actor else { return Err(Error::Forbidden) };
    let mut tx = cx.begin().await?;
    let open = open_by_id(&mut tx, id).await?;
    opened_for(&mut tx, &cx, open.account).await?;
    if !may_confirm(open.started_by, staff) {
        return Err(Error::Forbidden);
    }
    if open.is_confirmed {
        return Ok(open.account);
    }
    let (stop, due_at) = (Token::generate(), due_at(cx.now));
    sqlx::query!(
        "update account_change set confirmed_by = $2, confirmed_at = $3, due_at = $4, second_stop_hash = $5 where id = $1",
        open.id,
        staff.0,
        cx.now,
        due_at,
        &stop.hash()[..],
    )
    .execute(&mut *tx)
    .await?;
    letters::tell_confirmed(&mut tx, &cx, &open, due_at, &stop).await?;
    let event = Event::AccountChangeConfirmed { person: open.person, kind: open.kind, request: open.request };
    audit::record(&mut tx, &cx, Some(open.account), event).await?;
    tx.commit().await?;
    Ok(open.account)
}

/// Calls a change off before it is carried out, as somebody in support.
///
/// # Errors
/// `Forbidden` for everybody but agents and leads; `NotFound` for one that is over, and while the record is not open;
/// `Refused(OwnCase)` (H03).
pub async fn call_off_account_change(cx: Cx, id: AccountChangeId) -> Result<AccountId> {
    cx.require(Permission::WorkCases)?;
    let mut tx = cx.begin().await?;
    let open = open_by_id(&mut tx, id).await?;
    opened_for(&mut tx, &cx, open.account).await?;
    call_off(&mut tx, &cx, &open).await?;
    tx.commit().await?;
    Ok(open.account)
}

/// Stops the change that a link in a mail to the old address is about; says whether there is one.
pub(super) async fn stop(db: &mut PgConnection, cx: &Cx, hash: &[u8; 32]) -> Result<bool> {
    let id = sqlx::query_scalar!(
        "select id from account_change
         where (stop_hash = $1 or second_stop_hash = $1) and done_at is null and called_off_at is null",
        &hash[..],
    )
    .fetch_optional(&mut *db)
    .await?;
    let Some(id) = id else { return Ok(false) };
    match open_by_id(db, AccountChangeId(id)).await {
        Ok(open) => call_off(db, cx, &open).await.map(|()| true),
        Err(Error::NotFound) => Ok(false),
        Err(error) => Err(error),
    }
}

async fn call_off(db: &mut PgConnection, cx: &Cx, open: &Open) -> Result<()> {
    sqlx::query!("update account_change set called_off_at = $2 where id = $1", open.id, cx.now)
        .execute(&mut *db)
        .await?;
    letters::tell_called_off(db, cx, open).await?;
    audit::record(db, cx, Some(open.account), Event::AccountChangeCalledOff(open.person)).await
}

async fn open_by_id(db: &mut PgConnection, id: AccountChangeId) -> Result<Open> {
    let row = sqlx::query!(
        r#"select c.id, c.account_id, c.person_id, c.change as "kind: AccountChangeKind", p.name, c.old_email, c.new_email,
               c.request, c.started_by, c.confirmed_at
           from account_change c join person p on p.id = c.person_id
           where c.id = $1 and c.done_at is null and c.called_off_at is null and p.disabled_at is null
           for update"#,
        id.0,
    )
    .fetch_optional(db)
    .await?
    .ok_or(Error::NotFound)?;
    Ok(Open {
        id: row.id,
        account: AccountId(row.account_id),
        person: PersonId(row.person_id),
        kind: row.kind,
        name: row.name,
        old: row.old_email,
        new: row.new_email,
        request: row.request,
        started_by: StaffId(row.started_by),
        is_confirmed: row.confirmed_at.is_some(),
    })
}

/// Carries out the changes whose three days are over, each in a transaction of its own.
///
/// # Errors
/// Those of the database; what was carried out stays so.
pub async fn carry_out_account_changes(cx: &Cx) -> Result<()> {
    cx.require(Permission::Operate)?;
    while let Some(id) = next_due(cx).await? {
        carry_out(cx, id).await?;
    }
    Ok(())
}

async fn next_due(cx: &Cx) -> Result<Option<AccountChangeId>> {
    let id = sqlx::query_scalar!(
        "select c.id from account_change c join person p on p.id = c.person_id
         where c.due_at <= $1 and c.done_at is null and c.called_off_at is null and p.disabled_at is null
         order by c.due_at
         limit 1",
        cx.now,
    )
    .fetch_optional(&cx.world.rw)
    .await?;
    Ok(id.map(AccountChangeId))
}

/// Carries one out: the new address or no second step, and with either no session, no passkey and no link that was mailed
/// before goes on working. The password stays what it is: whoever has the address sets a new one.
async fn carry_out(cx: &Cx, id: AccountChangeId) -> Result<()> {
    let mut tx = cx.begin().await?;
    let open = match open_by_id(&mut tx, id).await {
        Ok(open) => open,
        // stopped at this very moment
        Err(Error::NotFound) => return Ok(()),
        Err(error) => return Err(error),
    };
    let event = match &open.new {
        Some(new) => {
            let new = Email::parse(new).map_err(|fault| Error::field("address", fault))?;
            if may_be_taken_back(&mut tx, cx, &new).await? {
                // it became somebody else's meanwhile
                call_off(&mut tx, cx, &open).await?;
                tx.commit().await?;
                return Ok(());
            }
            set_address(&mut tx, cx, open.person, new.as_str(), Some(Uuid::new_v4())).await?;
            sqlx::query!(
                "update email_change set stopped_at = $2 where person_id = $1 and stopped_at is null",
                open.person.0,
                cx.now,
            )
            .execute(&mut *tx)
            .await?;
            Event::EmailChanged(open.person)
        }
        None => {
            super::two_step::forget_two_step(&mut tx, open.person).await?;
            let stamp = Uuid::new_v4();
            sqlx::query!("update person set credential_stamp = $2 where id = $1", open.person.0, stamp)
                .execute(&mut *tx)
                .await?;
            Event::TwoStepOff(open.person)
        }
    };
    super::passkey::forget_passkeys(&mut tx, open.person).await?;
    sqlx::query!("delete from mail_link where person_id = $1", open.person.0).execute(&mut *tx).await?;
    sqlx::query!("update account_change set done_at = $2 where id = $1", open.id, cx.now).execute(&mut *tx).await?;
    letters::tell_done(&mut tx, cx, &open).await?;
    audit::record(&mut tx, cx, Some(open.account), event).await?;
    tx.commit().await?;
    Ok(())
}

/// Until when the old address can stop it, for its letter.
fn until(due_at: OffsetDateTime) -> String {
    format!("{} at {:02}:{:02} UTC", due_at.date(), due_at.hour(), due_at.minute())
}
