//! Roles, handing the office over, and leaving it (edge cases 37 and 38).

use sqlx::PgConnection;
use uuid::Uuid;

use super::super::Role;
use super::super::people::DEVICES_KEEP_FOR;
use super::people::may_remove;
use crate::actor::{Actor, Permission};
use crate::audit::{self, Event};
use crate::cx::Cx;
use crate::id::{AccountId, PersonId};
use crate::notice::store::{News, tell};
use crate::notice::{NoticeKind, Severity};
use crate::{Error, Fault, Result};

fn require_owner(cx: &Cx) -> Result<()> {
    cx.require(Permission::LookAfterOffice)?;
    if matches!(cx.actor, Actor::Person { role: Role::Owner, .. }) { Ok(()) } else { Err(Error::Forbidden) }
}

/// Makes somebody a manager, or a member again.
///
/// # Errors
/// `Forbidden` for everybody but the owner; `NotFound` for another office's person; `Invalid(role)` for the owner's own and
/// for anything but those two.
pub async fn set_role(cx: Cx, id: PersonId, role: Role) -> Result<()> {
    require_owner(&cx)?;
    if role == Role::Owner || id == cx.actor.person()? {
        return Err(Error::field("role", Fault::NotAChoice));
    }
    let mut tx = cx.begin().await?;
    let changed = sqlx::query!(
        r#"update person p set role = $3
           from person before
           where before.id = p.id and p.account_id = $1 and p.id = $2 and p.removed_at is null
           returning before.role <> $3 as "is_new!""#,
        cx.actor.account()?.0,
        id.0,
        role.as_str(),
    )
    .fetch_optional(&mut *tx)
    .await?
    .ok_or(Error::NotFound)?;
    if changed.is_new {
        audit::record(&mut tx, &cx, None, Event::RoleSet { person: id, role }).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// Hands the office to somebody else; the former owner stays as manager.
///
/// # Errors
/// `Forbidden` for everybody but the owner; `NotFound` for another office's person and for the owner themselves;
/// `Invalid(to: ClosesAccount)` for somebody whose account is about to be closed.
pub async fn hand_over_office(cx: Cx, to: PersonId) -> Result<()> {
    require_owner(&cx)?;
    let (account, from) = (cx.actor.account()?, cx.actor.person()?);
    if to == from {
        return Err(Error::NotFound);
    }
    let mut tx = cx.begin().await?;
    // two at once would leave two owners: the office itself is locked
    sqlx::query!("select id from account where id = $1 for update", account.0).fetch_one(&mut *tx).await?;
    refuse_closing(&mut tx, account, to).await?;
    let given = sqlx::query!(
        "update person set role = 'owner'
         where account_id = $1 and id = $2 and removed_at is null and disabled_at is null and email_verified_at is not null
             and exists (select 1 from person o where o.id = $3 and o.role = 'owner')",
        account.0,
        to.0,
        from.0,
    )
    .execute(&mut *tx)
    .await?;
    if given.rows_affected() == 0 {
        return Err(Error::NotFound);
    }
    sqlx::query!("update person set role = 'manager' where id = $1", from.0).execute(&mut *tx).await?;
    audit::record(&mut tx, &cx, None, Event::OfficeHandedOver(to)).await?;
    let Actor::Person { name, office, .. } = &cx.actor else { return Err(Error::Forbidden) };
    let news = News {
        kind: NoticeKind::People,
        severity: Severity::Warning,
        title: format!("{office} is yours now"),
        said: vec![format!(
            "{name} handed the office over to you. You invite and remove people, and decide who manages it."
        )],
        action: ("See your people", "/people".to_owned()),
        because: "You get this mail because you own the office.",
        key: None,
    };
    tell(&mut tx, &cx, account, &[to], &news).await?;
    tx.commit().await?;
    Ok(())
}

/// Nobody is given something to look after who will be gone when it has to be done.
///
/// # Errors
/// `Invalid(to: ClosesAccount)`.
pub(crate) async fn refuse_closing(db: &mut PgConnection, account: AccountId, person: PersonId) -> Result<()> {
    let closing = sqlx::query_scalar!(
        "select id from person where account_id = $1 and id = $2 and closing_at is not null for update",
        account.0,
        person.0,
    )
    .fetch_optional(db)
    .await?;
    closing.map_or(Ok(()), |_| Err(Error::field("to", Fault::ClosesAccount)))
}

/// Takes somebody out of the office: they can't sign in from this moment on, and what they may use of others' licenses is
/// taken back. Their devices keep their places for seven days (edge case 38). Also how somebody leaves by themselves.
///
/// # Errors
/// `Forbidden` without the right to, and for the owner, who hands the office over first; `NotFound` for another office's
/// person; `Invalid(person)` while they administer a license that runs (edge case 37).
pub async fn remove_person(cx: Cx, id: PersonId) -> Result<()> {
    cx.require(Permission::SeeAccount)?;
    let account = cx.actor.account()?;
    let mut tx = cx.begin().await?;
    let row = sqlx::query!(
        r#"select p.name, p.role as "role: Role",
               exists (
                   select 1 from license l
                   where l.account_id = $1 and l.administrator_id = p.id and l.expires_at > $3 and l.cancelled_at is null
               ) as "administers!"
           from person p
           where p.account_id = $1 and p.id = $2 and p.removed_at is null
           for update of p"#,
        account.0,
        id.0,
        cx.now,
    )
    .fetch_optional(&mut *tx)
    .await?
    .ok_or(Error::NotFound)?;
    if !may_remove(&cx.actor, row.role, id) {
        return Err(Error::Forbidden);
    }
    if row.administers {
        return Err(Error::field("person", Fault::AdministersLicenses));
    }
    sqlx::query!(
        "update person set removed_at = $2, disabled_at = $2, credential_stamp = $3 where id = $1",
        id.0,
        cx.now,
        Uuid::new_v4(),
    )
    .execute(&mut *tx)
    .await?;
    crate::license::store::forget_grants(&mut tx, account, id).await?;
    audit::record(&mut tx, &cx, None, Event::PersonRemoved(id)).await?;
    let owner = sqlx::query_scalar!(
        "select id from person where account_id = $1 and role = 'owner' and removed_at is null limit 1",
        account.0,
    )
    .fetch_optional(&mut *tx)
    .await?;
    let until = crate::text::day(cx.now + DEVICES_KEEP_FOR);
    let news = News {
        kind: NoticeKind::People,
        severity: Severity::Info,
        title: format!("{} has left your office", row.name),
        said: vec![format!(
            "Devices of {} keep their places until {until}. After that the places are free; release one earlier on its own page.",
            row.name
        )],
        action: ("See your devices", "/devices".to_owned()),
        because: "You get this mail because you own the office.",
        key: None,
    };
    let owner: Vec<PersonId> = owner.map(PersonId).into_iter().collect();
    tell(&mut tx, &cx, account, &owner, &news).await?;
    tx.commit().await?;
    Ok(())
}
