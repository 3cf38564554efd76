//! The deeds of recovery: a holder asks, support compares and decides, the code goes to its owner and to nobody else.

mod desk;

pub use desk::{approve, reject, review};

use time::OffsetDateTime;

use super::{ClaimForm, Reason, RecoveryState, RecoveryStatus};
use crate::activation::Refusal;
use crate::actor::{Actor, Permission};
use crate::attempt::{self, RECOVERY_ACCOUNT, RECOVERY_KEY};
use crate::audit::{self, Event};
use crate::code::store::ShownCode;
use crate::code::{self};
use crate::cx::{Cx, random_below};
use crate::id::{CodeId, RecoveryId};
use crate::license::LicenseKey;
use crate::mail::{self, Letter};
use crate::person::store::use_link;
use crate::seal::{KEY_VERSION, Sealed};
use crate::{Error, Fault, Result};

/// Sends a recovery request and gives its number. Whether the key is one of ours is not told (F01).
///
/// # Errors
/// `Invalid` with every field that can't be used; `Refused(Attempts)` for too many requests.
pub async fn ask_recovery(cx: Cx, form: ClaimForm) -> Result<String> {
    cx.require(Permission::AskRecovery)?;
    let claim = form.read(cx.now.date())?;
    let (account, person) = (cx.actor.account()?, cx.actor.person()?);
    let Actor::Person { name, email, .. } = &cx.actor else { return Err(Error::Forbidden) };
    let index = cx.world.seal.index(Sealed::ClaimedKey, claim.license_key.0.as_bytes());
    let mut tx = cx.begin().await?;
    attempt::count(&mut tx, &cx, RECOVERY_ACCOUNT, account.0.as_bytes()).await?;
    attempt::count(&mut tx, &cx, RECOVERY_KEY, &index).await?;
    let id = RecoveryId::generate();
    let number = new_number(cx.now);
    sqlx::query!(
        "insert into recovery (id, account_id, person_id, number, reason, state, license_key_ct, license_key_bi, key_version,
             bought_at, buyer_name, order_number, bought_on, first_activated, description, license_id, created_at)
         values ($1, $2, $3, $4, $5, 'submitted', $6, $7, $8, $9, $10, $11, $12, $13, $14,
             (select id from license where license_key_bi = $7), $15)",
        id.0,
        account.0,
        person.0,
        number,
        claim.reason.as_str(),
        cx.world.seal.seal(Sealed::ClaimedKey, id.0, claim.license_key.0.as_bytes()),
        &index[..],
        KEY_VERSION,
        claim.bought_at,
        claim.buyer_name,
        claim.order_number,
        claim.bought_on,
        claim.first_activated,
        claim.description,
        cx.now,
    )
    .execute(&mut *tx)
    .await?;
    audit::record(&mut tx, &cx, None, Event::RecoveryAsked(id)).await?;
    let letter = Letter {
        to: email,
        subject: &format!("We have your request {number}"),
        paragraphs: vec![
            format!("Hello {name},"),
            "your request to recover an activation code has reached support. We compare what you told us with our records and \
             answer within one working day."
                .into(),
        ],
        action: Some(("See your request", format!("/requests/{number}"))),
        footnote: "If you did not send this request, take it back on that page.",
    };
    mail::write(&mut tx, &cx, &letter).await?;
    tx.commit().await?;
    Ok(number)
}

/// A number that is easy to read out: the year, and eight digits nobody can count from.
fn new_number(now: OffsetDateTime) -> String {
    let digits: String = random_below::<8>(10).iter().map(|d| char::from(b'0' + d)).collect();
    format!("R{}-{}-{}", now.year() % 100, &digits[..4], &digits[4..])
}

/// One of the account's requests.
///
/// # Errors
/// `NotFound` for another account's number.
pub async fn status(cx: Cx, number: String) -> Result<RecoveryStatus> {
    statuses(&cx, Some(&number)).await?.pop().ok_or(Error::NotFound)
}

async fn statuses(cx: &Cx, number: Option<&str>) -> Result<Vec<RecoveryStatus>> {
    cx.require(Permission::SeeAccount)?;
    let account = cx.actor.account()?;
    let rows = sqlx::query!(
        r#"select id, number, reason as "reason: Reason", state as "state: RecoveryState", license_key_ct, created_at,
               decided_at, decision_reason, disclosed_at
           from recovery
           where account_id = $1 and ($2::text is null or number = $2)
           order by id desc
           limit 50"#,
        account.0,
        number,
    )
    .fetch_all(&cx.world.ro)
    .await?;
    rows.into_iter()
        .map(|row| {
            let id = RecoveryId(row.id);
            Ok(RecoveryStatus {
                id,
                number: row.number,
                reason: row.reason,
                state: row.state,
                key_tail: open_claimed(cx, id, &row.license_key_ct)?.tail(),
                created_at: row.created_at,
                decided_at: row.decided_at,
                decision_reason: row.decision_reason,
                disclosed_at: row.disclosed_at,
            })
        })
        .collect()
}

fn open_claimed(cx: &Cx, id: RecoveryId, sealed: &[u8]) -> Result<LicenseKey> {
    let bytes = cx.world.seal.open(Sealed::ClaimedKey, id.0, sealed)?;
    uuid::Uuid::from_slice(&bytes).map(LicenseKey).map_err(|_| Error::Internal(cx.request))
}

/// Takes a request back.
///
/// # Errors
/// `NotFound` for another account's number, `Refused(RequestDecided)` when it is too late.
pub async fn withdraw(cx: Cx, number: String) -> Result<()> {
    cx.require(Permission::AskRecovery)?;
    let account = cx.actor.account()?;
    let mut tx = cx.begin().await?;
    let row = sqlx::query!(
        r#"select r.id, r.state as "state: RecoveryState", s.name as "decided_by?", r.decided_at
           from recovery r left join staff s on s.id = r.decided_by
           where r.account_id = $1 and r.number = $2
           for update of r"#,
        account.0,
        number,
    )
    .fetch_optional(&mut *tx)
    .await?
    .ok_or(Error::NotFound)?;
    if !row.state.is_open() {
        let by = row.decided_by.unwrap_or_else(|| "you".to_owned());
        return Err(Refusal::RequestDecided { by, at: row.decided_at.unwrap_or(cx.now) }.into());
    }
    sqlx::query!("update recovery set state = 'withdrawn' where id = $1", row.id).execute(&mut *tx).await?;
    audit::record(&mut tx, &cx, None, Event::RecoveryWithdrawn(RecoveryId(row.id))).await?;
    tx.commit().await?;
    Ok(())
}

/// Shows a recovered code to its owner, once: the link from the mail is used up, and that it was shown is recorded
/// before the code leaves.
///
/// # Errors
/// `Invalid(token: DeadMailLink)`, also for a link that was mailed to somebody else.
pub async fn disclose(cx: Cx, token: String) -> Result<ShownCode> {
    cx.require(Permission::SeeAccount)?;
    let person = cx.actor.person()?;
    let mut tx = cx.begin().await?;
    let dead = || Error::field("token", Fault::DeadMailLink);
    let (owner, subject) = use_link(&mut tx, &cx, &token, "disclose").await?;
    let Some(recovery) = subject.filter(|_| owner == person) else { return Err(dead()) };
    let row = sqlx::query!(
        "select c.id, c.code_ct
         from recovery r join license l on l.id = r.license_id join activation_code c on c.id = l.code_id
         where r.id = $1 and r.state = 'approved' and l.administrator_id = $2",
        recovery,
        person.0,
    )
    .fetch_optional(&mut *tx)
    .await?
    .ok_or_else(dead)?;
    sqlx::query!("update recovery set state = 'done', disclosed_at = $2 where id = $1", recovery, cx.now)
        .execute(&mut *tx)
        .await?;
    let event = Event::RecoveryDisclosed { recovery: RecoveryId(recovery), code: CodeId(row.id) };
    audit::record(&mut tx, &cx, None, event).await?;
    tx.commit().await?;
    code::store::open(&cx, row.id, &row.code_ct)
}
