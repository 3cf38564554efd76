//! Moving a license to another account: its owner asks for it in a case, a lead does it, both sides are told (J02).

use sqlx::PgConnection;

use crate::activation::Refusal;
use crate::actor::{Actor, Permission};
use crate::audit::{self, Event};
use crate::code::CodeKind;
use crate::code::store::release;
use crate::cx::Cx;
use crate::id::{AccountId, CodeId, LicenseId, PersonId};
use crate::notice::store::{News, tell};
use crate::notice::{NoticeKind, Severity};
use crate::person::Role;
use crate::staff::store::{not_own, refuse_own};
use crate::{Error, Fault, Result, reserve};

/// The code that moves, locked, and whose it is.
struct Moving {
    account: AccountId,
    administrator: PersonId,
    license: Option<LicenseId>,
    tail: String,
    product: String,
}

/// Moves a code, and the license that it became, to the account of another person, who administers it from then on. It has to
/// be asked for in the case by the license's administrator or the owner of the office that has it: that is their yes. Seats go
/// back, as their devices stay where they are; what waits on these devices takes over.
///
/// # Errors
/// `Forbidden` for everybody but leads; `NotFound` for a code that is in no account; `Refused` for one that is blocked,
/// cancelled or replaced, whose refund is not decided, and when somebody else asks (E27); `Invalid(new_owner)` for somebody who
/// can't take it over, and for a trial; `Refused(OwnCase)` when the asker has it or would get it.
pub async fn transfer_license(cx: Cx, code: CodeId, request: String, new_owner: String, reason: String) -> Result<()> {
    cx.require(Permission::BlockCode)?;
    let mut tx = cx.begin().await?;
    let moving = lock(&mut tx, code).await?;
    not_own(&mut tx, &cx, moving.account).await?;
    asked_by_owner(&mut tx, &moving, &request).await?;
    let (to, person) = taker(&mut tx, &cx, &moving, &new_owner).await?;
    reserve::store::fail_waiting(&mut tx, &cx, code, &Refusal::CodeInOtherAccount).await?;
    if let Some(license) = moving.license {
        release(&mut tx, &cx, Some(moving.account), license, "transfer").await?;
        sqlx::query!("delete from license_grant where license_id = $1", license.0).execute(&mut *tx).await?;
        // what was offered and not paid is for an office that has it no longer
        sqlx::query!(
            "update offer set expires_at = least(expires_at, $2) where license_id = $1 and ordered_at is null",
            license.0,
            cx.now,
        )
        .execute(&mut *tx)
        .await?;
        sqlx::query!(
            "update invitation set revoked_at = $2 where license_id = $1 and accepted_at is null and revoked_at is null",
            license.0,
            cx.now,
        )
        .execute(&mut *tx)
        .await?;
        sqlx::query!(
            "update license set account_id = $2, administrator_id = $3 where id = $1",
            license.0,
            to.0,
            person.0
        )
        .execute(&mut *tx)
        .await?;
    }
    sqlx::query!(
        "update activation_code set account_id = $2, administrator_id = $3 where id = $1",
        code.0,
        to.0,
        person.0
    )
    .execute(&mut *tx)
    .await?;
    let event = |reason: &str| Event::LicenseTransferred {
        code,
        from: moving.account,
        to,
        request: request.clone(),
        reason: reason.to_owned(),
    };
    audit::record(&mut tx, &cx, Some(moving.account), event(&reason)).await?;
    audit::record(&mut tx, &cx, Some(to), event(&reason)).await?;
    gone(&mut tx, &cx, &moving, &reason).await?;
    come(&mut tx, &cx, &moving, to, person).await?;
    tx.commit().await?;
    Ok(())
}

async fn lock(db: &mut PgConnection, code: CodeId) -> Result<Moving> {
    let row = sqlx::query!(
        r#"select c.account_id, c.administrator_id, c.code_tail, c.kind as "kind: CodeKind", c.blocked_at, c.cancelled_at,
               c.replaced_at, p.name as product,
               exists (
                   select 1 from refund r where r.code_id = c.id and r.state in ('requested', 'under_review')
               ) as "asked_back!"
           from activation_code c join product p on p.id = c.product_id
           where c.id = $1
           for no key update of c"#,
        code.0,
    )
    .fetch_optional(&mut *db)
    .await?
    .ok_or(Error::NotFound)?;
    let (Some(account), Some(administrator)) = (row.account_id, row.administrator_id) else {
        return Err(Error::NotFound);
    };
    if row.blocked_at.is_some() {
        return Err(Refusal::Blocked.into());
    }
    if row.cancelled_at.is_some() {
        return Err(Refusal::Cancelled.into());
    }
    if let Some(at) = row.replaced_at {
        return Err(Refusal::Replaced { at }.into());
    }
    if row.asked_back {
        return Err(Refusal::RefundUndecided.into());
    }
    if row.kind == CodeKind::Trial {
        return Err(Error::field("new_owner", Fault::DoesNotBelong));
    }
    let license = sqlx::query_scalar!("select id from license where code_id = $1 for no key update", code.0)
        .fetch_optional(db)
        .await?;
    Ok(Moving {
        account: AccountId(account),
        administrator: PersonId(administrator),
        license: license.map(LicenseId),
        tail: row.code_tail,
        product: row.product,
    })
}

/// The license's administrator or its office's owner has to have asked for it, in a case that is not over.
async fn asked_by_owner(db: &mut PgConnection, moving: &Moving, request: &str) -> Result<()> {
    let row = sqlx::query!(
        r#"select a.name as administrator,
               exists (
                   select 1 from support_case c join person p on p.id = c.person_id
                   where c.number = $3 and c.account_id = $1 and c.state not in ('solved', 'closed')
                       and (p.id = a.id or p.role = $4)
               ) as "asked!"
           from person a
           where a.id = $2"#,
        moving.account.0,
        moving.administrator.0,
        request,
        Role::Owner.as_str(),
    )
    .fetch_one(db)
    .await?;
    if row.asked { Ok(()) } else { Err(Refusal::NotAdministrator { administrator: row.administrator }.into()) }
}

/// Who takes it over: somebody of another account with a confirmed address, and nobody in support.
async fn taker(db: &mut PgConnection, cx: &Cx, moving: &Moving, typed: &str) -> Result<(AccountId, PersonId)> {
    let Actor::Staff { email: own, .. } = &cx.actor else { return Err(Error::Forbidden) };
    let row = sqlx::query!(
        r#"select p.id, p.account_id, is_own_account(p.account_id, $3) as "own!"
           from person p
           where lower(p.email) = lower($1) and p.account_id <> $2 and p.disabled_at is null
               and p.email_verified_at is not null"#,
        typed.trim(),
        moving.account.0,
        own,
    )
    .fetch_optional(db)
    .await?
    .ok_or_else(|| Error::field("new_owner", Fault::NotAChoice))?;
    let account = AccountId(row.account_id);
    refuse_own(cx, account, row.own).await?;
    Ok((account, PersonId(row.id)))
}

/// Tells those who had it.
async fn gone(db: &mut PgConnection, cx: &Cx, moving: &Moving, reason: &str) -> Result<()> {
    let owners =
        sqlx::query_scalar!("select id from person where account_id = $1 and role = 'owner'", moving.account.0)
            .fetch_all(&mut *db)
            .await?;
    let mut told: Vec<PersonId> = owners.into_iter().map(PersonId).chain([moving.administrator]).collect();
    told.sort_unstable_by_key(|person| person.0);
    told.dedup();
    let news = News {
        kind: NoticeKind::Code,
        severity: Severity::Critical,
        title: format!("Your license {} was moved to another account", moving.product),
        said: vec![
            format!(
                "You asked for it, and support moved the license with the activation code ending in {}. The reason: {reason}",
                moving.tail
            ),
            "Devices of your office gave their places back. If you did not ask for this, answer in your case at once."
                .to_owned(),
        ],
        action: ("See your requests", "/requests".to_owned()),
        because: "You get this mail because you looked after this license.",
        key: None,
    };
    tell(db, cx, moving.account, &told, &news).await.map(drop)
}

/// Tells those who have it now.
async fn come(db: &mut PgConnection, cx: &Cx, moving: &Moving, to: AccountId, person: PersonId) -> Result<()> {
    let page = moving.license.map_or_else(|| "/licenses".to_owned(), |license| format!("/licenses/{license}"));
    let news = News {
        kind: NoticeKind::Code,
        severity: Severity::Info,
        title: format!("The license {} is yours now", moving.product),
        said: vec![
            "Support moved it to your account, as its owner asked. You administer it: send it to your devices."
                .to_owned(),
        ],
        action: ("See the license", page),
        because: "You get this mail because you administer this license.",
        key: None,
    };
    tell(db, cx, to, &[person], &news).await.map(drop)
}
