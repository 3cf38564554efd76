//! Who may use a license on own devices without administering it (glossary: colleague; R49, R50).

use sqlx::PgConnection;

use crate::activation::Refusal;
use crate::actor::Permission;
use crate::audit::{self, Event};
use crate::cx::Cx;
use crate::id::{AccountId, LicenseId, PersonId};
use crate::license::details::Granted;
use crate::{Error, Fault, Result};

/// The most devices that one grant covers.
const MOST: u32 = 1000;

/// Makes sure that this person administers the license.
///
/// # Errors
/// `NotFound` for another account's license, `Refused(NotAdministrator)` (E27).
pub(crate) async fn administered(
    db: &mut PgConnection,
    account: AccountId,
    person: PersonId,
    license: LicenseId,
) -> Result<()> {
    let row = sqlx::query!(
        "select l.administrator_id, a.name
         from license l join person a on a.id = l.administrator_id
         where l.account_id = $1 and l.id = $2
         for update of l",
        account.0,
        license.0,
    )
    .fetch_optional(db)
    .await?
    .ok_or(Error::NotFound)?;
    if row.administrator_id == person.0 {
        Ok(())
    } else {
        Err(Refusal::NotAdministrator { administrator: row.name }.into())
    }
}

/// Everybody who may use a license of the account without administering it.
pub(crate) async fn granted(cx: &Cx) -> Result<Vec<Granted>> {
    cx.require(Permission::ReadOffice)?;
    let rows = sqlx::query!(
        "select pr.name as product, c.code_tail, p.name as person, g.seats
         from license l
         join license_grant g on g.license_id = l.id
         join person p on p.id = g.person_id
         join product pr on pr.id = l.product_id
         join activation_code c on c.id = l.code_id
         where l.account_id = $1
         order by l.expires_at, l.id, p.name",
        cx.actor.account()?.0,
    )
    .fetch_all(&cx.world.ro)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Granted {
            product: row.product,
            tail: row.code_tail,
            person: row.person,
            seats: row.seats.unsigned_abs(),
        })
        .collect())
}

/// Lets a person use a license on so many own devices: they send it to them from the console. They never see its code (R11).
///
/// # Errors
/// `NotFound` for another account's license or person, `Refused(NotAdministrator)` (E27), `Invalid(seats)`.
pub async fn grant_license(cx: Cx, license: LicenseId, to: PersonId, seats: u32) -> Result<()> {
    cx.require(Permission::SeeAccount)?;
    let (account, person) = (cx.actor.account()?, cx.actor.person()?);
    if !(1..=MOST).contains(&seats) {
        return Err(Error::field("seats", Fault::OutOfRange { min: 1, max: u64::from(MOST) }));
    }
    let mut tx = cx.begin().await?;
    administered(&mut tx, account, person, license).await?;
    sqlx::query!(
        "select id from person where account_id = $1 and id = $2 and disabled_at is null and email_verified_at is not null",
        account.0,
        to.0,
    )
    .fetch_optional(&mut *tx)
    .await?
    .ok_or(Error::NotFound)?;
    keep_grant(&mut tx, &cx, account, license, to, i32::try_from(seats).unwrap_or(i32::MAX), person).await?;
    tx.commit().await?;
    Ok(())
}

pub(crate) async fn keep_grant(
    db: &mut PgConnection,
    cx: &Cx,
    account: AccountId,
    license: LicenseId,
    to: PersonId,
    seats: i32,
    by: PersonId,
) -> Result<()> {
    sqlx::query!(
        "insert into license_grant (license_id, person_id, account_id, seats, granted_by, granted_at)
         values ($1, $2, $3, $4, $5, $6)
         on conflict (license_id, person_id) do update set seats = excluded.seats",
        license.0,
        to.0,
        account.0,
        seats,
        by.0,
        cx.now,
    )
    .execute(&mut *db)
    .await?;
    audit::record(db, cx, Some(account), Event::LicenseGranted { license, to }).await
}

/// Takes the right to use a license back. Devices that have a place keep it until somebody releases it.
///
/// # Errors
/// `NotFound` for another account's license or what was not granted, `Refused(NotAdministrator)` (E27).
pub async fn revoke_grant(cx: Cx, license: LicenseId, from: PersonId) -> Result<()> {
    cx.require(Permission::SeeAccount)?;
    let (account, person) = (cx.actor.account()?, cx.actor.person()?);
    let mut tx = cx.begin().await?;
    administered(&mut tx, account, person, license).await?;
    let gone = sqlx::query!(
        "delete from license_grant where account_id = $1 and license_id = $2 and person_id = $3",
        account.0,
        license.0,
        from.0,
    )
    .execute(&mut *tx)
    .await?;
    if gone.rows_affected() == 0 {
        return Err(Error::NotFound);
    }
    audit::record(&mut tx, &cx, None, Event::LicenseGrantRevoked { license, from }).await?;
    tx.commit().await?;
    Ok(())
}

/// Takes back everything a person was let to use.
pub(crate) async fn forget_grants(db: &mut PgConnection, account: AccountId, person: PersonId) -> Result<()> {
    sqlx::query!("delete from license_grant where account_id = $1 and person_id = $2", account.0, person.0)
        .execute(db)
        .await?;
    Ok(())
}
