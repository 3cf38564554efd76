//! Reading who is in the office, who was asked, and one of them.

use sqlx::PgConnection;
use sqlx::types::Json;
use uuid::Uuid;

use super::super::Role;
use super::super::people::{Invited, People, PersonDetails, PersonRow};
use crate::actor::{Actor, Permission};
use crate::cx::Cx;
use crate::id::{AccountId, DeviceId, LicenseId, PersonId};
use crate::{Error, Result};

/// The most people and invitations on the page.
const MOST: i64 = 200;

/// Everybody in the office. Who was asked is shown to those who look after it.
///
/// # Errors
/// `Unauthenticated` for strangers, `Forbidden` for everybody else who is not a person of an account.
pub async fn people(cx: Cx) -> Result<People> {
    cx.require(Permission::SeeAccount)?;
    let (account, reader) = (cx.actor.account()?, cx.actor.person()?);
    let may_look_after = cx.actor.may(Permission::LookAfterOffice);
    let people = rows(&cx, None).await?;
    let row = sqlx::query!(
        r#"select
               (
                   select jsonb_agg(jsonb_build_array(l.id, p.name || ' (…' || c.code_tail || ')') order by l.expires_at desc)
                   from license l join product p on p.id = l.product_id join activation_code c on c.id = l.code_id
                   where l.account_id = $1 and l.administrator_id = $2 and l.expires_at > $3
                       and l.cancelled_at is null and l.blocked_at is null
               ) as "licenses: Json<Vec<(LicenseId, String)>>",
               (
                   select jsonb_agg(jsonb_build_object(
                       'id', i.id, 'email', i.email, 'role', i.role, 'inviter', b.name,
                       'license', case when i.license_id is not null then jsonb_build_array(p.name, i.seats) end,
                       'sent_at', to_char(i.sent_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
                       'expires_at', to_char(i.expires_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
                   ) order by i.sent_at desc)
                   from invitation i
                   join person b on b.id = i.inviter_id
                   left join license l on l.id = i.license_id
                   left join product p on p.id = l.product_id
                   where i.account_id = $1 and i.accepted_at is null and i.revoked_at is null and $4
               ) as "invited: Json<Vec<Invited>>""#,
        account.0,
        reader.0,
        cx.now,
        may_look_after,
    )
    .fetch_one(&cx.world.ro)
    .await?;
    Ok(People {
        people,
        invited: row.invited.map(|Json(invited)| invited).unwrap_or_default(),
        licenses: row.licenses.map(|Json(licenses)| licenses).unwrap_or_default(),
        may_look_after,
        reader,
        now: cx.now,
    })
}

async fn rows(cx: &Cx, one: Option<PersonId>) -> Result<Vec<PersonRow>> {
    let rows = sqlx::query!(
        r#"select p.id, p.name, p.email, p.role as "role: Role", p.created_at, p.last_sign_in_at,
               (select count(*) from device d where d.account_id = $1 and d.owner_id = p.id and d.disconnected_at is null)
                   as "devices!",
               (select count(*) from license l where l.account_id = $1 and l.administrator_id = p.id
                   and l.expires_at > $3 and l.cancelled_at is null) as "administers!"
           from person p
           where p.account_id = $1 and p.removed_at is null and p.email_verified_at is not null
               and ($2::uuid is null or p.id = $2)
           order by p.created_at, p.name, p.id
           limit $4"#,
        cx.actor.account()?.0,
        one.map(|id| id.0),
        cx.now,
        MOST,
    )
    .fetch_all(&cx.world.ro)
    .await?;
    let many = |count: i64| u32::try_from(count).unwrap_or(u32::MAX);
    Ok(rows
        .into_iter()
        .map(|row| PersonRow {
            id: PersonId(row.id),
            name: row.name,
            email: row.email,
            role: row.role,
            joined_at: row.created_at,
            last_sign_in_at: row.last_sign_in_at,
            devices: many(row.devices),
            administers: many(row.administers),
        })
        .collect())
}

/// One person of the office, with what has to be settled before they can be removed.
///
/// # Errors
/// `NotFound` for another office's person, and for members who look at anybody but themselves.
pub async fn person(cx: Cx, id: PersonId) -> Result<PersonDetails> {
    cx.require(Permission::SeeAccount)?;
    let (account, reader) = (cx.actor.account()?, cx.actor.person()?);
    let looks_after = cx.actor.may(Permission::LookAfterOffice);
    if !looks_after && id != reader {
        return Err(Error::NotFound);
    }
    let person = rows(&cx, Some(id)).await?.pop().ok_or(Error::NotFound)?;
    let row = sqlx::query!(
        r#"select
               (
                   select jsonb_agg(jsonb_build_array(d.id, d.name) order by d.name)
                   from device d where d.account_id = $1 and d.owner_id = $2 and d.disconnected_at is null
               ) as "devices: Json<Vec<(Uuid, String)>>",
               (
                   select jsonb_agg(jsonb_build_array(l.id, p.name || ' (…' || c.code_tail || ')') order by l.expires_at)
                   from license l join product p on p.id = l.product_id join activation_code c on c.id = l.code_id
                   where l.account_id = $1 and l.administrator_id = $2 and l.expires_at > $3 and l.cancelled_at is null
               ) as "administers: Json<Vec<(Uuid, String)>>""#,
        account.0,
        id.0,
        cx.now,
    )
    .fetch_one(&cx.world.ro)
    .await?;
    let is_owner = matches!(cx.actor, Actor::Person { role: Role::Owner, .. });
    let devices = row.devices.map(|Json(devices)| devices).unwrap_or_default();
    let administers = row.administers.map(|Json(licenses)| licenses).unwrap_or_default();
    Ok(PersonDetails {
        may_set_role: is_owner && person.role != Role::Owner,
        may_remove: person.role != Role::Owner && may_remove(&cx.actor, person.role, id),
        is_reader: id == reader,
        person,
        devices: devices.into_iter().map(|(id, name)| (DeviceId(id), name)).collect(),
        administers: administers.into_iter().map(|(id, name)| (LicenseId(id), name)).collect(),
        now: cx.now,
    })
}

/// Owners remove everybody, managers remove members, and everybody but the owner may leave.
pub(super) fn may_remove(actor: &Actor, role: Role, whom: PersonId) -> bool {
    match actor {
        _ if role == Role::Owner => false,
        Actor::Person { id, .. } if *id == whom => true,
        Actor::Person { role: Role::Owner, .. } => true,
        Actor::Person { role: Role::Manager, .. } => role == Role::Member,
        _ => false,
    }
}

/// Name and address of somebody in the office.
///
/// # Errors
/// `NotFound` for somebody who is not in it, or has not confirmed the address.
pub(crate) async fn address(db: &mut PgConnection, account: AccountId, id: PersonId) -> Result<(String, String)> {
    let row = sqlx::query!(
        "select name, email from person
         where account_id = $1 and id = $2 and disabled_at is null and email_verified_at is not null",
        account.0,
        id.0,
    )
    .fetch_optional(db)
    .await?
    .ok_or(Error::NotFound)?;
    Ok((row.name, row.email))
}
