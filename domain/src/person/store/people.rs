//! Reading who is in the office, who was asked, and one of them.

use sqlx::PgConnection;
use sqlx::types::Json;
use uuid::Uuid;

use super::super::people::{
    Addressees, COLLEAGUES_LISTED, Colleagues, Invited, Pages, People, PersonDetails, PersonRow,
};
use super::super::{Email, Role};
use crate::actor::{Actor, Permission};
use crate::cx::Cx;
use crate::id::{AccountId, DeviceId, LicenseId, PersonId};
use crate::text::COUNTED;
use crate::{Error, Fault, Result};

/// The most people, invitations, devices and licenses on one page.
const PAGE: usize = 50;

/// Everybody in the office, one page of them. Who was asked is shown to those who look after it.
///
/// # Errors
/// `Unauthenticated` for strangers, `Forbidden` for everybody else who is not a person of an account.
pub async fn people(cx: Cx, pages: Pages) -> Result<People> {
    cx.require(Permission::SeeAccount)?;
    let (account, reader) = (cx.actor.account()?, cx.actor.person()?);
    let may_look_after = cx.actor.may(Permission::LookAfterOffice);
    let mut people = rows(&cx, None, pages.after, PAGE as i64 + 1).await?;
    let next = cut(&mut people, |person| person.id);
    let row = sqlx::query!(
        r#"select
               (
                   select jsonb_agg(jsonb_build_array(few.id, few.words) order by few.is_named desc, few.expires_at desc) from (
                       select l.id, p.name || ' (…' || c.code_tail || ')' as words, l.expires_at,
                           l.id is not distinct from $5 as is_named
                       from license l join product p on p.id = l.product_id join activation_code c on c.id = l.code_id
                       where l.account_id = $1 and l.administrator_id = $2 and l.expires_at > $3
                           and l.cancelled_at is null and l.blocked_at is null
                       order by is_named desc, l.expires_at desc
                       limit $7
                   ) as few
               ) as "licenses: Json<Vec<(LicenseId, String)>>",
               (
                   select jsonb_agg(jsonb_build_object(
                       'id', i.id, 'email', i.email, 'role', i.role, 'inviter', b.name,
                       'license', case when i.license_id is not null then jsonb_build_array(p.name, i.seats) end,
                       'sent_at', to_char(i.sent_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
                       'expires_at', to_char(i.expires_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
                   ) order by i.sent_at desc, i.id desc)
                   from (
                       select o.id, o.email, o.role, o.inviter_id, o.license_id, o.seats, o.sent_at, o.expires_at
                       from invitation o
                       where o.account_id = $1 and o.accepted_at is null and o.revoked_at is null and $4
                           and ($6::uuid is null
                               or (o.sent_at, o.id) < (select n.sent_at, n.id from invitation n where n.id = $6 and n.account_id = $1))
                       order by o.sent_at desc, o.id desc
                       limit $7
                   ) as i
                   join person b on b.id = i.inviter_id
                   left join license l on l.id = i.license_id
                   left join product p on p.id = l.product_id
               ) as "invited: Json<Vec<Invited>>""#,
        account.0,
        reader.0,
        cx.now,
        may_look_after,
        pages.license.map(|id| id.0),
        pages.asked_before.map(|id| id.0),
        PAGE as i64 + 1,
    )
    .fetch_one(&cx.world.ro)
    .await?;
    let mut invited = row.invited.map(|Json(invited)| invited).unwrap_or_default();
    let invited_next = cut(&mut invited, |invited| invited.id);
    let mut licenses = row.licenses.map(|Json(licenses)| licenses).unwrap_or_default();
    let more_licenses = cut(&mut licenses, |(id, _)| *id).is_some();
    Ok(People { people, next, invited, invited_next, licenses, more_licenses, may_look_after, reader, now: cx.now })
}

/// Keeps one page of what was read, and tells its last if there is more.
fn cut<T, I>(read: &mut Vec<T>, id: impl Fn(&T) -> I) -> Option<I> {
    let is_more = read.len() > PAGE;
    read.truncate(PAGE);
    read.last().map(id).filter(|_| is_more)
}

/// Whom something can be mailed to: oneself and the others of the office.
///
/// # Errors
/// `Unauthenticated` for strangers, `Forbidden` for everybody else who is not a person of an account.
pub async fn addressees(cx: Cx) -> Result<Addressees> {
    cx.require(Permission::SeeAccount)?;
    let own = cx.actor.person()?;
    let Actor::Person { email, .. } = &cx.actor else { return Err(Error::Forbidden) };
    let others = sqlx::query!(
        r#"select few.id, few.name || ' (' || few.email || ')' as "words!" from (
               select id, name, email from person
               where account_id = $1 and id <> $2 and disabled_at is null and email_verified_at is not null
               limit $3
           ) as few
           order by few.name, few.id"#,
        cx.actor.account()?.0,
        own.0,
        COLLEAGUES_LISTED as i64 + 1,
    )
    .fetch_all(&cx.world.ro)
    .await?;
    let others = others.into_iter().map(|row| (PersonId(row.id), row.words)).collect();
    Ok(Addressees { own, own_email: email.clone(), others: Colleagues::of(others) })
}

/// The colleague whom a form names in its field `to`, chosen from a list or by the address they sign in with.
///
/// # Errors
/// `Invalid(to)` for nothing, for what is no address, and for an address of nobody in the office.
pub async fn colleague(cx: &Cx, to: &str) -> Result<PersonId> {
    cx.require(Permission::SeeAccount)?;
    if let Ok(id) = to.parse() {
        return Ok(id);
    }
    let email = Email::parse(to).map_err(|fault| match fault {
        Fault::Missing => Error::field("to", Fault::NotAChoice),
        fault => Error::field("to", fault),
    })?;
    let found = sqlx::query_scalar!(
        "select id from person
         where lower(email) = $2 and account_id = $1 and disabled_at is null and email_verified_at is not null",
        cx.actor.account()?.0,
        email.folded(),
    )
    .fetch_optional(&cx.world.ro)
    .await?;
    found.map(PersonId).ok_or_else(|| Error::field("to", Fault::DoesNotBelong))
}

/// Everybody in the office, to take it along.
pub(crate) async fn everybody(cx: &Cx) -> Result<Vec<PersonRow>> {
    cx.require(Permission::SeeAccount)?;
    rows(cx, None, None, i64::MAX).await
}

async fn rows(cx: &Cx, one: Option<PersonId>, after: Option<PersonId>, most: i64) -> Result<Vec<PersonRow>> {
    let rows = sqlx::query!(
        r#"select p.id, p.name, p.email, p.role as "role: Role", p.created_at, p.last_sign_in_at,
               (
                   select count(*) from (
                       select 1 from device d
                       where d.owner_id = p.id and d.account_id = $1 and d.disconnected_at is null
                       limit $5
                   ) as few
               ) as "devices!",
               (
                   select count(*) from (
                       select 1 from license l
                       where l.administrator_id = p.id and l.account_id = $1 and l.expires_at > $3 and l.cancelled_at is null
                       limit $5
                   ) as few
               ) as "administers!"
           from person p
           where p.account_id = $1 and p.removed_at is null and p.email_verified_at is not null
               and ($2::uuid is null or p.id = $2)
               and ($6::uuid is null
                   or (p.name, p.id) > (select a.name, a.id from person a where a.id = $6 and a.account_id = $1))
           order by p.name, p.id
           limit $4"#,
        cx.actor.account()?.0,
        one.map(|id| id.0),
        cx.now,
        most,
        i64::from(COUNTED) + 1,
        after.map(|id| id.0),
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
    let person = rows(&cx, Some(id), None, 1).await?.pop().ok_or(Error::NotFound)?;
    let row = sqlx::query!(
        r#"select
               (
                   select jsonb_agg(jsonb_build_array(few.id, few.name) order by few.name, few.id) from (
                       select d.id, d.name from device d
                       where d.account_id = $1 and d.owner_id = $2 and d.disconnected_at is null
                       order by d.name, d.id
                       limit $4
                   ) as few
               ) as "devices: Json<Vec<(Uuid, String)>>",
               (
                   select jsonb_agg(jsonb_build_array(few.id, few.words) order by few.expires_at, few.id) from (
                       select l.id, p.name || ' (…' || c.code_tail || ')' as words, l.expires_at
                       from license l join product p on p.id = l.product_id join activation_code c on c.id = l.code_id
                       where l.account_id = $1 and l.administrator_id = $2 and l.expires_at > $3 and l.cancelled_at is null
                       order by l.expires_at, l.id
                       limit $4
                   ) as few
               ) as "administers: Json<Vec<(Uuid, String)>>""#,
        account.0,
        id.0,
        cx.now,
        PAGE as i64 + 1,
    )
    .fetch_one(&cx.world.ro)
    .await?;
    let is_owner = matches!(cx.actor, Actor::Person { role: Role::Owner, .. });
    let mut devices = row.devices.map(|Json(devices)| devices).unwrap_or_default();
    let mut administers = row.administers.map(|Json(licenses)| licenses).unwrap_or_default();
    let more_devices = cut(&mut devices, |(id, _)| *id).is_some();
    let more_administers = cut(&mut administers, |(id, _)| *id).is_some();
    Ok(PersonDetails {
        may_set_role: is_owner && person.role != Role::Owner,
        may_remove: person.role != Role::Owner && may_remove(&cx.actor, person.role, id),
        is_reader: id == reader,
        person,
        devices: devices.into_iter().map(|(id, name)| (DeviceId(id), name)).collect(),
        more_devices,
        administers: administers.into_iter().map(|(id, name)| (LicenseId(id), name)).collect(),
        more_administers,
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
