//! What support does to a code while its record is open: it matches what is read out, and changes what a customer needs.

use super::super::{CodeChange, MOST_DAYS, read_reason};
use super::read::opened_code;
use crate::actor::{Actor, Permission};
use crate::attempt::{self, MATCH_CODE};
use crate::audit::{self, Event};
use crate::code::ActivationCode;
use crate::code::store::{block_code, replace_code, set_countries, unblock_code};
use crate::country::Country;
use crate::cx::Cx;
use crate::id::CodeId;
use crate::license::LicenseKey;
use crate::license::store::{extend_license, transfer_license};
use crate::seal::Sealed;
use crate::staff::store::not_own;
use crate::{Error, Fault, Result};

/// Says whether what the customer reads out is this code, or the key of its license: yes or no, counted and recorded (R101).
///
/// # Errors
/// `NotFound` while the record is not open; `Invalid(read_out)` for what is neither a code nor a key; `Refused(Attempts)`.
pub async fn match_code(cx: Cx, code: CodeId, read_out: String) -> Result<bool> {
    cx.require(Permission::WorkCases)?;
    let Actor::Staff { id: staff, .. } = cx.actor else { return Err(Error::Forbidden) };
    let mut tx = cx.begin().await?;
    let (opened, account) = opened_code(&mut tx, &cx, code).await?.ok_or(Error::NotFound)?;
    if let Some(account) = account {
        not_own(&mut tx, &cx, account).await?;
    }
    let (code_bi, key_bi) = match (LicenseKey::parse(&read_out), ActivationCode::parse(&read_out)) {
        (Ok(key), _) => (None, Some(cx.world.seal.index(Sealed::LicenseKey, key.0.as_bytes()).to_vec())),
        (_, Ok(typed)) => (Some(cx.world.seal.index(Sealed::Code, typed.as_bytes()).to_vec()), None),
        (_, Err(refusal)) => return Err(Error::field("read_out", Fault::Code(refusal))),
    };
    attempt::count(&mut tx, &cx, MATCH_CODE, staff.0.as_bytes()).await?;
    let matches = sqlx::query_scalar!(
        r#"select (c.code_bi = $2 or l.license_key_bi = $3) is true as "matches!"
           from activation_code c left join license l on l.code_id = c.id
           where c.id = $1"#,
        code.0,
        code_bi,
        key_bi,
    )
    .fetch_one(&mut *tx)
    .await?;
    let event = Event::CodeMatched { code, matches, request: opened.request };
    audit::record(&mut tx, &cx, account, event).await?;
    tx.commit().await?;
    Ok(matches)
}

/// Changes a code or its license, with a reason that the customer reads. `value` is the number of days, or the countries.
///
/// # Errors
/// `NotFound` while the record is not open; `Forbidden` when the role may not; `Invalid`; those of each change.
pub async fn change_code(cx: Cx, code: CodeId, change: CodeChange, value: String, reason: String) -> Result<()> {
    cx.require(match change {
        CodeChange::Replace => Permission::DecideRecovery,
        CodeChange::Block | CodeChange::Unblock | CodeChange::Extend | CodeChange::Countries => Permission::BlockCode,
    })?;
    let reason = read_reason(&reason)?;
    let mut tx = cx.begin().await?;
    let (_, account) = opened_code(&mut tx, &cx, code).await?.ok_or(Error::NotFound)?;
    if let Some(account) = account {
        not_own(&mut tx, &cx, account).await?;
    }
    tx.commit().await?;
    match change {
        CodeChange::Block => block_code(cx, code, reason).await,
        CodeChange::Unblock => unblock_code(cx, code, reason).await,
        CodeChange::Replace => replace_code(cx, code, reason).await.map(drop),
        CodeChange::Extend => extend_license(cx, code, read_days(&value)?, reason).await,
        CodeChange::Countries => set_countries(cx, code, read_countries(&value)?, reason).await,
    }
}

fn read_days(typed: &str) -> Result<u32> {
    let days = typed.trim().parse().ok().filter(|days| (1..=MOST_DAYS).contains(days));
    days.ok_or_else(|| Error::field("value", Fault::OutOfRange { min: 1, max: u64::from(MOST_DAYS) }))
}

fn read_countries(typed: &str) -> Result<Vec<Country>> {
    let words = typed.split([',', ' ', ';']).filter(|word| !word.is_empty());
    let countries: std::result::Result<Vec<Country>, _> = words.map(|word| word.to_uppercase().parse()).collect();
    match countries {
        Ok(countries) if !countries.is_empty() => Ok(countries),
        _ => Err(Error::field("value", Fault::NotAChoice)),
    }
}

/// Moves the license of a code whose record is open to another account, for the case that it was opened for. Gives that
/// case's number.
///
/// # Errors
/// `NotFound` while the record is not open; `Forbidden` for everybody but leads; those of the transfer.
pub async fn transfer(cx: Cx, code: CodeId, new_owner: String, reason: String) -> Result<String> {
    cx.require(Permission::BlockCode)?;
    let reason = read_reason(&reason)?;
    let mut tx = cx.begin().await?;
    let (opened, _) = opened_code(&mut tx, &cx, code).await?.ok_or(Error::NotFound)?;
    tx.commit().await?;
    let request = opened.request.clone();
    transfer_license(cx, code, opened.request, new_owner, reason).await?;
    Ok(request)
}
