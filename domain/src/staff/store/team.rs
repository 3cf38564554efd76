//! Looking after the team of support: its leads ask people to join, give roles, suspend, and end sessions. Nobody does any of it
//! to themselves, and so a lead always remains.

use sqlx::PgConnection;
use uuid::Uuid;

use super::super::{INVITATION_LIFE, Invited, Member, StaffChange, StaffRole, Team};
use crate::actor::{Actor, Permission};
use crate::attempt::{self, INVITE_ADDRESS};
use crate::audit::{self, Event};
use crate::cx::Cx;
use crate::id::{StaffId, StaffInvitationId};
use crate::mail::{self, Letter};
use crate::person::Email;
use crate::seal::Token;
use crate::{Error, Fault, Result};

/// Everybody in support and everybody who was asked to join.
///
/// # Errors
/// `Forbidden` for everybody but leads.
pub async fn team(cx: Cx) -> Result<Team> {
    cx.require(Permission::ManageStaff)?;
    let members = sqlx::query!(
        r#"select id, name, email, role as "role: StaffRole", enrolled_at is not null as "enrolled!", last_sign_in_at,
               disabled_at
           from staff order by disabled_at is not null, role <> 'lead', lower(name), id"#
    )
    .fetch_all(&cx.world.ro)
    .await?;
    let invited = sqlx::query!(
        r#"select i.id, i.email, i.role as "role: StaffRole", i.expires_at, s.name as inviter
           from staff_invitation i join staff s on s.id = i.inviter_id
           where i.accepted_at is null and i.revoked_at is null
           order by i.sent_at desc, i.id"#
    )
    .fetch_all(&cx.world.ro)
    .await?;
    let own = cx.actor.id();
    Ok(Team {
        members: members
            .into_iter()
            .map(|row| Member {
                id: StaffId(row.id),
                name: row.name,
                email: row.email,
                role: row.role,
                enrolled: row.enrolled,
                last_sign_in_at: row.last_sign_in_at,
                suspended_at: row.disabled_at,
                is_self: own == Some(row.id),
            })
            .collect(),
        invited: invited
            .into_iter()
            .map(|row| Invited {
                id: StaffInvitationId(row.id),
                email: row.email,
                role: row.role,
                inviter: row.inviter,
                expires_at: row.expires_at,
            })
            .collect(),
        now: cx.now,
    })
}

/// Makes sure, inside the transaction, that whoever asks still is a lead: of two leads who take each other's role at once the
/// second is none any more. The leads stay locked until the end of it.
async fn still_lead(db: &mut PgConnection, cx: &Cx) -> Result<StaffId> {
    let Actor::Staff { id, .. } = cx.actor else { return Err(Error::Forbidden) };
    let leads =
        sqlx::query_scalar!("select id from staff where role = 'lead' and disabled_at is null order by id for update")
            .fetch_all(db)
            .await?;
    if leads.contains(&id.0) { Ok(id) } else { Err(Error::Forbidden) }
}

/// Asks somebody to join support, by a link that works once and for three days. Who is asked again gets a new link, and the old
/// one is dead.
///
/// # Errors
/// `Forbidden` for everybody but leads; `Invalid(email)` for an address that is none or signs in to support already;
/// `Refused(Attempts)` for too many mails to one address.
pub async fn invite_staff(cx: Cx, email: String, role: StaffRole) -> Result<()> {
    cx.require(Permission::ManageStaff)?;
    let email = Email::parse(&email).map_err(|fault| Error::field("email", fault))?;
    let mut tx = cx.begin().await?;
    let lead = still_lead(&mut tx, &cx).await?;
    if super::is_of_support(&mut tx, &email).await? {
        return Err(Error::field("email", Fault::AlreadyHere(email.as_str().to_owned())));
    }
    attempt::count(&mut tx, &cx, INVITE_ADDRESS, email.folded().as_bytes()).await?;
    let token = Token::generate();
    let id = sqlx::query_scalar!(
        "insert into staff_invitation (id, email, role, token_hash, inviter_id, sent_at, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7)
         on conflict (lower(email)) where accepted_at is null and revoked_at is null
         do update set role = excluded.role, token_hash = excluded.token_hash, inviter_id = excluded.inviter_id,
             sent_at = excluded.sent_at, expires_at = excluded.expires_at
         returning id",
        StaffInvitationId::generate().0,
        email.as_str(),
        role.as_str(),
        &token.hash()[..],
        lead.0,
        cx.now,
        cx.now + INVITATION_LIFE,
    )
    .fetch_one(&mut *tx)
    .await?;
    audit::record(&mut tx, &cx, None, Event::StaffInvited { id: StaffInvitationId(id), role }).await?;
    mail_invitation(&mut tx, &cx, email.as_str(), &token).await?;
    tx.commit().await?;
    Ok(())
}

async fn mail_invitation(db: &mut PgConnection, cx: &Cx, to: &str, token: &Token) -> Result<()> {
    let Actor::Staff { name, .. } = &cx.actor else { return Ok(()) };
    let letter = Letter {
        to,
        subject: &format!("{name} asks you to join support"),
        paragraphs: vec![
            "Hello,".into(),
            format!("{name} asks you to work in support on Latchkey."),
            "Choose a name and a password, then set up the one-time codes that you sign in with. Have an app for one-time codes \
             at hand."
                .into(),
        ],
        action: Some(("Join support", format!("/support/join?token={}", token.reveal()))),
        footnote: "The link works once, within three days. If you do not know what this is about, there is nothing to do.",
    };
    mail::write(db, cx, &letter).await
}

/// Takes an invitation back: its link is dead.
///
/// # Errors
/// `Forbidden` for everybody but leads, `NotFound` for one that is not open.
pub async fn revoke_staff_invitation(cx: Cx, id: StaffInvitationId) -> Result<()> {
    cx.require(Permission::ManageStaff)?;
    let mut tx = cx.begin().await?;
    still_lead(&mut tx, &cx).await?;
    sqlx::query!(
        "update staff_invitation set revoked_at = $2 where id = $1 and accepted_at is null and revoked_at is null
         returning id",
        id.0,
        cx.now,
    )
    .fetch_optional(&mut *tx)
    .await?
    .ok_or(Error::NotFound)?;
    audit::record(&mut tx, &cx, None, Event::StaffInvitationRevoked(id)).await?;
    tx.commit().await?;
    Ok(())
}

/// Gives somebody another role; their open pages follow with the next click.
///
/// # Errors
/// `Forbidden` for everybody but leads, and for a lead's own role; `NotFound`.
pub async fn set_staff_role(cx: Cx, id: StaffId, role: StaffRole) -> Result<()> {
    cx.require(Permission::ManageStaff)?;
    let mut tx = cx.begin().await?;
    another(still_lead(&mut tx, &cx).await?, id)?;
    let before = sqlx::query_scalar!(r#"select role as "role: StaffRole" from staff where id = $1 for update"#, id.0)
        .fetch_optional(&mut *tx)
        .await?
        .ok_or(Error::NotFound)?;
    if before == role {
        return Ok(());
    }
    sqlx::query!("update staff set role = $2 where id = $1", id.0, role.as_str()).execute(&mut *tx).await?;
    audit::record(&mut tx, &cx, None, Event::StaffRoleSet { staff: id, from: before, to: role }).await?;
    tx.commit().await?;
    Ok(())
}

/// Suspends somebody or lets them back in, ends their sessions, or has them set up their second factor anew. Whatever it is,
/// every session of theirs is over; what was so already stays so. With the second factor go the passkeys, which count as one.
///
/// # Errors
/// `Forbidden` for everybody but leads, and for a lead's own; `NotFound`.
pub async fn change_staff(cx: Cx, id: StaffId, change: StaffChange) -> Result<()> {
    cx.require(Permission::ManageStaff)?;
    let mut tx = cx.begin().await?;
    another(still_lead(&mut tx, &cx).await?, id)?;
    sqlx::query!(
        "update staff
         set credential_stamp = $2,
             disabled_at = case $3 when 'suspend' then coalesce(disabled_at, $4) when 'restore' then null else disabled_at end,
             enrolled_at = case when $3 = 'new_factor' then null else enrolled_at end
         where id = $1
         returning id",
        id.0,
        Uuid::new_v4(),
        change.as_str(),
        cx.now,
    )
    .fetch_optional(&mut *tx)
    .await?
    .ok_or(Error::NotFound)?;
    if change == StaffChange::NewFactor {
        sqlx::query!("delete from staff_passkey where staff_id = $1", id.0).execute(&mut *tx).await?;
    }
    let event = match change {
        StaffChange::Suspend => Event::StaffSuspended(id),
        StaffChange::Restore => Event::StaffRestored(id),
        StaffChange::EndSessions => Event::StaffSessionsEnded(id),
        StaffChange::NewFactor => Event::StaffFactorDropped(id),
    };
    audit::record(&mut tx, &cx, None, event).await?;
    tx.commit().await?;
    Ok(())
}

/// What leads do, they do to others.
fn another(own: StaffId, id: StaffId) -> Result<()> {
    if own == id { Err(Error::Forbidden) } else { Ok(()) }
}
