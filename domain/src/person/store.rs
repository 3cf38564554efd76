//! The deeds around people: opening an account, confirming an address, signing in, a new password.

mod account_change;
mod closing;
mod email;
mod entry;
mod inviting;
mod leaving;
mod own;
mod passkey;
mod people;
mod two_step;

pub use account_change::{
    call_off_account_change, carry_out_account_changes, confirm_account_change, start_account_change,
};
pub use closing::{close_due, close_own};
pub use email::{Stopped, ask_email_change, for_email_change, for_email_stop};
use entry::STRANGERS;
pub use entry::{
    Credential, enter_password_again, for_job, for_session, for_sign_in, own_credential, refuse_sign_in, sign_in,
    sign_out,
};
pub(crate) use entry::{admit, attempt_sign_in, count_network};
pub use inviting::{for_invitation, for_joining, invite_people, revoke_invitation};
pub(crate) use leaving::refuse_closing;
pub use leaving::{hand_over_office, remove_person, set_role};
pub use own::{change_password, own, rename_own, set_preferences, sign_out_elsewhere};
pub use passkey::{
    NewPasskey, Shown, add_passkey, begin_passkey, for_passkey, for_passkey_try, for_sign_in_by_passkey,
    is_own_passkey, own_credentials, passkeys, remove_passkey, take_passkey_try,
};
pub(crate) use people::address;
pub(crate) use people::everybody;
pub use people::{addressees, colleague, people, person};
pub use two_step::{
    begin_two_step, for_second_step, for_sign_in_by_code, own_two_step_secret, switch_off_two_step, switch_on_two_step,
    two_step,
};

use sqlx::PgConnection;
use time::OffsetDateTime;
use uuid::Uuid;

use super::{Email, Role, SignUp};
use crate::attempt::{self, MAIL_ADDRESS, RESET_NETWORK};
use crate::audit::{self, Event};
use crate::cx::Cx;
use crate::id::{AccountId, PersonId};
use crate::mail::{self, CONFIRM_LIFE, Letter, RESET_LIFE};
use crate::seal::{Token, hashed};
use crate::{Error, Fault, Result};

/// Opens an account and mails a link to confirm the address. For an address that is in use the answer is the same, and
/// its owner is told by mail (A05).
///
/// # Errors
/// Those of the database.
pub async fn for_sign_up(cx: Cx, form: SignUp, password_hash: String) -> Result<()> {
    let mut tx = cx.begin().await?;
    let may_mail = mail_is_allowed(&mut tx, &cx, &form.email).await?;
    let known = sqlx::query!(
        "select id, name, email, email_verified_at from person where lower(email) = $1",
        form.email.folded()
    )
    .fetch_optional(&mut *tx)
    .await?;
    match known {
        Some(person) if person.email_verified_at.is_some() => {
            let letter = Letter {
                to: &person.email,
                subject: "You already have a Latchkey account",
                paragraphs: vec![
                    format!("Hello {},", person.name),
                    "somebody entered this address to open an account. You have one already, so nothing was changed."
                        .into(),
                ],
                action: Some(("Sign in", "/sign-in".into())),
                footnote: "If you forgot your password, choose \"Forgot your password?\" on the sign-in page. If this was not you, there is nothing to do.",
            };
            if may_mail {
                mail::write(&mut tx, &cx, &letter).await?;
            }
        }
        Some(person) => {
            if may_mail {
                mail_confirmation(&mut tx, &cx, PersonId(person.id), &person.name, &person.email).await?;
            }
        }
        // its owner may still take it back: it is nobody else's until then
        None if email::may_be_taken_back(&mut tx, &cx, &form.email).await? => {}
        None => {
            let account = AccountId::generate();
            let person = insert_account(&mut tx, &cx, account, &form, password_hash).await?;
            audit::record(&mut tx, &cx, Some(account), Event::AccountOpened(person)).await?;
            if may_mail {
                mail_confirmation(&mut tx, &cx, person, &form.name, form.email.as_str()).await?;
            }
        }
    }
    tx.commit().await?;
    Ok(())
}

async fn insert_account(
    db: &mut PgConnection,
    cx: &Cx,
    account: AccountId,
    form: &SignUp,
    password_hash: String,
) -> Result<PersonId> {
    let person = PersonId::generate();
    sqlx::query!(
        "insert into account (id, name, country, created_at) values ($1, $2, $3, $4)",
        account.0,
        form.office,
        form.country.to_string(),
        cx.now,
    )
    .execute(&mut *db)
    .await?;
    sqlx::query!(
        "insert into person (id, account_id, role, email, name, password_hash, credential_stamp, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        person.0,
        account.0,
        Role::Owner.as_str(),
        form.email.as_str(),
        form.name,
        password_hash,
        Uuid::new_v4(),
        cx.now,
    )
    .execute(db)
    .await?;
    Ok(person)
}

/// A stranger's word must not fill somebody's mailbox: beyond the limit the page answers the same and nothing is sent.
async fn mail_is_allowed(db: &mut PgConnection, cx: &Cx, email: &Email) -> Result<bool> {
    attempt::within(db, cx, &[(MAIL_ADDRESS, email.folded().as_bytes())]).await
}

async fn mail_confirmation(db: &mut PgConnection, cx: &Cx, person: PersonId, name: &str, to: &str) -> Result<()> {
    let token = Token::generate();
    keep_link(db, cx, &token, "confirm", person, None, cx.now + CONFIRM_LIFE).await?;
    let letter = Letter {
        to,
        subject: "Confirm your e-mail address",
        paragraphs: vec![
            format!("Hello {name},"),
            "welcome to Latchkey. Confirm that this address is yours, then you can sign in.".into(),
        ],
        action: Some(("Confirm my address", format!("/confirm?token={}", token.reveal()))),
        footnote: "The link works once, within 7 days. If you did not open an account, there is nothing to do: it is forgotten after 7 days.",
    };
    mail::write(db, cx, &letter).await
}

/// Keeps the hash of a link that goes out by mail.
pub(crate) async fn keep_link(
    db: &mut PgConnection,
    cx: &Cx,
    token: &Token,
    purpose: &str,
    person: PersonId,
    subject: Option<Uuid>,
    expires_at: OffsetDateTime,
) -> Result<()> {
    sqlx::query!(
        "insert into mail_link (token_hash, purpose, person_id, subject_id, created_at, expires_at)
         values ($1, $2, $3, $4, $5, $6)",
        &token.hash()[..],
        purpose,
        person.0,
        subject,
        cx.now,
        expires_at,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Uses up a link from a mail: it works once, until it expires, and only while no newer one was sent (F05).
pub(crate) async fn use_link(
    db: &mut PgConnection,
    cx: &Cx,
    token: &str,
    purpose: &str,
) -> Result<(PersonId, Option<Uuid>)> {
    let link = sqlx::query!(
        "update mail_link as used set used_at = $3
         where token_hash = $1 and purpose = $2 and used_at is null and expires_at > $3
           and not exists (
               select 1 from mail_link as newer
               where newer.person_id = used.person_id and newer.purpose = used.purpose
                 and newer.subject_id is not distinct from used.subject_id and newer.created_at > used.created_at
           )
         returning person_id, subject_id",
        &hashed(token.as_bytes())[..],
        purpose,
        cx.now,
    )
    .fetch_optional(db)
    .await?
    .ok_or_else(|| Error::field("token", Fault::DeadMailLink))?;
    Ok((PersonId(link.person_id), link.subject_id))
}

/// Confirms the address to which the link was mailed.
///
/// # Errors
/// `Invalid(token: DeadMailLink)`.
pub async fn for_confirming(cx: Cx, token: String) -> Result<()> {
    let mut tx = cx.begin().await?;
    let (person, _) = use_link(&mut tx, &cx, &token, "confirm").await?;
    let account = sqlx::query_scalar!(
        "update person set email_verified_at = coalesce(email_verified_at, $2) where id = $1 returning account_id",
        person.0,
        cx.now,
    )
    .fetch_one(&mut *tx)
    .await?;
    audit::record(&mut tx, &cx, Some(AccountId(account)), Event::EmailConfirmed(person)).await?;
    tx.commit().await?;
    Ok(())
}

/// Mails a link to set a new password, if the address is a person's. The answer does not tell; beyond the limits nothing is
/// sent (F04).
///
/// # Errors
/// Those of the database.
pub async fn for_password_reset(cx: Cx, email: Email) -> Result<()> {
    let mut tx = cx.begin().await?;
    let (address, network) = (email.folded(), cx.network());
    let mut limits = vec![(MAIL_ADDRESS, address.as_bytes())];
    limits.extend(network.as_ref().map(|network| (RESET_NETWORK, &network[..])));
    let allowed = attempt::within(&mut tx, &cx, &limits).await?;
    let person = sqlx::query!(
        "select id, account_id, name, email, email_verified_at from person where lower(email) = $1 and disabled_at is null",
        address,
    )
    .fetch_optional(&mut *tx)
    .await?;
    match person.filter(|_| allowed) {
        Some(person) if person.email_verified_at.is_none() => {
            mail_confirmation(&mut tx, &cx, PersonId(person.id), &person.name, &person.email).await?;
        }
        Some(person) => {
            let token = Token::generate();
            keep_link(&mut tx, &cx, &token, "reset", PersonId(person.id), None, cx.now + RESET_LIFE).await?;
            let letter = Letter {
                to: &person.email,
                subject: "Set a new password",
                paragraphs: vec![
                    format!("Hello {},", person.name),
                    "somebody, most likely you, asked to set a new password for Latchkey.".into(),
                ],
                action: Some(("Set a new password", format!("/reset?token={}", token.reveal()))),
                footnote: "The link works once, within 30 minutes. If this was not you, there is nothing to do: your password stays as it is.",
            };
            mail::write(&mut tx, &cx, &letter).await?;
            let event = Event::PasswordResetAsked(PersonId(person.id));
            audit::record(&mut tx, &cx, Some(AccountId(person.account_id)), event).await?;
        }
        None => {}
    }
    tx.commit().await?;
    Ok(())
}

/// Sets the new password for the person to whom the link was mailed; every session of theirs ends (B04).
///
/// # Errors
/// `Invalid(token: DeadMailLink)`.
pub async fn for_new_password(cx: Cx, token: String, password_hash: String) -> Result<()> {
    let mut tx = cx.begin().await?;
    let (person, _) = use_link(&mut tx, &cx, &token, "reset").await?;
    let row = sqlx::query!(
        "update person set password_hash = $2, credential_stamp = $3 where id = $1 returning account_id, email, name",
        person.0,
        password_hash,
        Uuid::new_v4(),
    )
    .fetch_one(&mut *tx)
    .await?;
    let letter = Letter {
        to: &row.email,
        subject: "Your password was changed",
        paragraphs: vec![
            format!("Hello {},", row.name),
            "your Latchkey password was changed. Every browser that was signed in has been signed out.".into(),
        ],
        action: Some(("Set a new password", "/forgot".to_owned())),
        footnote: "If this was not you, set a new password at once. If it was you, there is nothing to do.",
    };
    mail::write(&mut tx, &cx, &letter).await?;
    attempt::clear(&mut tx, STRANGERS, row.email.to_lowercase().as_bytes()).await?;
    audit::record(&mut tx, &cx, Some(AccountId(row.account_id)), Event::PasswordChanged(person)).await?;
    tx.commit().await?;
    Ok(())
}

/// Whether a link to set a new password still works, and whose it is: name, address and office, none of which the new
/// password may contain.
///
/// # Errors
/// `Invalid(token: DeadMailLink)`.
pub async fn for_reset_link(cx: Cx, token: String) -> Result<Vec<String>> {
    let row = sqlx::query!(
        "select p.name, p.email, a.name as office
         from mail_link l join person p on p.id = l.person_id join account a on a.id = p.account_id
         where l.token_hash = $1 and l.purpose = 'reset' and l.used_at is null and l.expires_at > $2
           and not exists (
               select 1 from mail_link newer
               where newer.person_id = l.person_id and newer.purpose = l.purpose and newer.created_at > l.created_at
           )",
        &hashed(token.as_bytes())[..],
        cx.now,
    )
    .fetch_optional(&cx.world.ro)
    .await?
    .ok_or_else(|| Error::field("token", Fault::DeadMailLink))?;
    Ok(vec![row.name, row.email, row.office])
}
