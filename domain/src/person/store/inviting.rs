//! Asking people to join, and taking the question back (R50, N7).

use sqlx::PgConnection;
use uuid::Uuid;

use super::super::Role;
use super::super::people::{Asked, INVITATION_LIFE, InviteForm};
use crate::actor::{Actor, Permission};
use crate::attempt::{self, INVITE_ACCOUNT, INVITE_ADDRESS};
use crate::audit::{self, Event};
use crate::cx::Cx;
use crate::id::{AccountId, InvitationId, LicenseId, PersonId};
use crate::mail::{self, Letter};
use crate::notice::store::{News, tell};
use crate::notice::{NoticeKind, Severity};
use crate::seal::{Token, hashed};
use crate::{Error, Fault, Result};

/// Asks people to join the office, by a link to each address that works once and for 14 days. Who is asked again gets a new
/// link and the old one is dead. An address that is somebody's elsewhere is answered the same, and only its owner learns it.
///
/// # Errors
/// `Forbidden` for members; `Invalid(role)` when a manager makes managers; `Invalid(emails)` for somebody who is in the
/// office; `NotFound` for a license that somebody else administers; `Refused(Attempts)` after 100 in a day.
pub async fn invite_people(cx: Cx, form: InviteForm, license: Option<(LicenseId, u32)>) -> Result<()> {
    cx.require(Permission::LookAfterOffice)?;
    let (account, inviter) = (cx.actor.account()?, cx.actor.person()?);
    let Actor::Person { role, .. } = &cx.actor else { return Err(Error::Forbidden) };
    if form.role == Role::Manager && *role != Role::Owner {
        return Err(Error::field("role", Fault::NotAChoice));
    }
    let mut tx = cx.begin().await?;
    if let Some((license, _)) = license {
        crate::license::store::administered(&mut tx, account, inviter, license).await?;
    }
    for email in &form.emails {
        attempt::count(&mut tx, &cx, INVITE_ACCOUNT, account.0.as_bytes()).await?;
        attempt::count(&mut tx, &cx, INVITE_ADDRESS, email.folded().as_bytes()).await?;
        let known = sqlx::query!(
            r#"select account_id = $2 and removed_at is null as "is_here!", removed_at is null as "is_in_use!"
               from person where lower(email) = $1"#,
            email.folded(),
            account.0,
        )
        .fetch_optional(&mut *tx)
        .await?;
        if known.as_ref().is_some_and(|known| known.is_here) {
            return Err(Error::field("emails", Fault::AlreadyHere(email.as_str().to_owned())));
        }
        let token = Token::generate();
        let id = sqlx::query_scalar!(
            "insert into invitation (id, account_id, inviter_id, email, role, license_id, seats, token_hash, sent_at, expires_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
             on conflict (account_id, lower(email)) where accepted_at is null and revoked_at is null
             do update set inviter_id = excluded.inviter_id, role = excluded.role, license_id = excluded.license_id,
                 seats = excluded.seats, token_hash = excluded.token_hash, sent_at = excluded.sent_at,
                 expires_at = excluded.expires_at
             returning id",
            InvitationId::generate().0,
            account.0,
            inviter.0,
            email.as_str(),
            form.role.as_str(),
            license.map(|(id, _)| id.0),
            license.map(|(_, seats)| i32::try_from(seats).unwrap_or(i32::MAX)),
            &token.hash()[..],
            cx.now,
            cx.now + INVITATION_LIFE,
        )
        .fetch_one(&mut *tx)
        .await?;
        audit::record(&mut tx, &cx, None, Event::PersonInvited(InvitationId(id))).await?;
        let is_elsewhere = known.is_some_and(|known| known.is_in_use);
        mail_invitation(&mut tx, &cx, email.as_str(), (!is_elsewhere).then_some(&token)).await?;
    }
    tx.commit().await?;
    Ok(())
}

async fn mail_invitation(db: &mut PgConnection, cx: &Cx, to: &str, token: Option<&Token>) -> Result<()> {
    let Actor::Person { name, office, .. } = &cx.actor else { return Ok(()) };
    let asks =
        format!("{name} asks you to join {office} on Latchkey, where the office looks after its devices and licenses.");
    let letter = match token {
        Some(token) => Letter {
            to,
            subject: &format!("{name} invites you to {office}"),
            paragraphs: vec!["Hello,".into(), asks, "Choose a name and a password, and you are in.".into()],
            action: Some(("Join the office", format!("/join?token={}", token.reveal()))),
            footnote: "The link works once, within 14 days. If you do not know this office, there is nothing to do.",
        },
        None => Letter {
            to,
            subject: &format!("{name} invites you to {office}"),
            paragraphs: vec![
                "Hello,".into(),
                asks,
                "This address belongs to another Latchkey account already, and one address is in one office at a time. Ask for \
                 an invitation to another address."
                    .into(),
            ],
            action: Some(("See your account", "/settings".to_owned())),
            footnote: "Nothing was changed in your account. If you do not know this office, there is nothing to do.",
        },
    };
    mail::write(db, cx, &letter).await
}

/// Takes an invitation back: its link is dead.
///
/// # Errors
/// `Forbidden` for members, `NotFound` for another office's invitation or one that was accepted.
pub async fn revoke_invitation(cx: Cx, id: InvitationId) -> Result<()> {
    cx.require(Permission::LookAfterOffice)?;
    let mut tx = cx.begin().await?;
    sqlx::query!(
        "update invitation set revoked_at = $3
         where account_id = $1 and id = $2 and accepted_at is null and revoked_at is null
         returning id",
        cx.actor.account()?.0,
        id.0,
        cx.now,
    )
    .fetch_optional(&mut *tx)
    .await?
    .ok_or(Error::NotFound)?;
    audit::record(&mut tx, &cx, None, Event::InvitationRevoked(id)).await?;
    tx.commit().await?;
    Ok(())
}

/// What the link in an invitation offers; looking at it changes nothing (F08).
///
/// # Errors
/// `Invalid(token: DeadMailLink)`.
pub async fn for_invitation(cx: Cx, token: String) -> Result<Asked> {
    let row = sqlx::query!(
        r#"select a.name as office, b.name as inviter, i.email, i.role as "role: Role"
           from invitation i join account a on a.id = i.account_id join person b on b.id = i.inviter_id
           where i.token_hash = $1 and i.accepted_at is null and i.revoked_at is null and i.expires_at > $2"#,
        &hashed(token.as_bytes())[..],
        cx.now,
    )
    .fetch_optional(&cx.world.ro)
    .await?
    .ok_or_else(|| Error::field("token", Fault::DeadMailLink))?;
    Ok(Asked { office: row.office, inviter: row.inviter, email: row.email, role: row.role })
}

/// Joins the office that asked: the address is confirmed by the link itself. Who asked and who owns the office are told (N7).
///
/// # Errors
/// `Invalid(token: DeadMailLink)`, also when the address has become somebody's elsewhere; `Invalid(name)`.
pub async fn for_joining(cx: Cx, token: String, name: String, password_hash: String) -> Result<()> {
    let name = crate::text::public_line(&name, 120).map_err(|fault| Error::field("name", fault))?;
    let dead = || Error::field("token", Fault::DeadMailLink);
    let mut tx = cx.begin().await?;
    let row = sqlx::query!(
        "update invitation set accepted_at = $2
         where token_hash = $1 and accepted_at is null and revoked_at is null and expires_at > $2
         returning id, account_id, inviter_id, email, role, license_id, seats",
        &hashed(token.as_bytes())[..],
        cx.now,
    )
    .fetch_optional(&mut *tx)
    .await?
    .ok_or_else(dead)?;
    let account = AccountId(row.account_id);
    // who has left an office, this one or another, begins anew
    sqlx::query!(
        "update person set email = id || '@removed.invalid' where lower(email) = lower($1) and removed_at is not null",
        row.email,
    )
    .execute(&mut *tx)
    .await?;
    let person = PersonId::generate();
    let joined = sqlx::query!(
        "insert into person (id, account_id, role, email, name, password_hash, credential_stamp, email_verified_at, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $8)
         on conflict do nothing",
        person.0,
        account.0,
        row.role,
        row.email,
        name,
        password_hash,
        Uuid::new_v4(),
        cx.now,
    )
    .execute(&mut *tx)
    .await?;
    if joined.rows_affected() == 0 {
        return Err(dead());
    }
    if let (Some(license), Some(seats)) = (row.license_id, row.seats) {
        crate::license::store::keep_grant(
            &mut tx,
            &cx,
            account,
            LicenseId(license),
            person,
            seats,
            PersonId(row.inviter_id),
        )
        .await?;
    }
    audit::record(&mut tx, &cx, Some(account), Event::PersonJoined(person)).await?;
    let owner = sqlx::query_scalar!(
        "select id from person where account_id = $1 and role = 'owner' and removed_at is null limit 1",
        account.0,
    )
    .fetch_optional(&mut *tx)
    .await?;
    let mut told = vec![PersonId(row.inviter_id)];
    told.extend(owner.map(PersonId).filter(|owner| owner.0 != row.inviter_id));
    let news = News {
        kind: NoticeKind::People,
        severity: Severity::Info,
        title: format!("{name} has joined your office"),
        said: vec![format!("{name} accepted the invitation that went to {}.", row.email)],
        action: ("See your people", "/people".to_owned()),
        because: "You get this mail because you invited this person or own the office.",
        key: None,
    };
    tell(&mut tx, &cx, account, &told, &news).await?;
    tx.commit().await?;
    Ok(())
}
