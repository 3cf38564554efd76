//! Places that an order brought go back with it (edge case 44).

use sqlx::PgConnection;
use sqlx::types::Json;

use super::super::OfferKind;
use crate::Result;
use crate::audit::{self, Event};
use crate::cx::Cx;
use crate::id::{AccountId, LicenseId, OrderId};
use crate::seat::Seats;

/// Takes the places back that an order brought to a license: it has again as many as before, and what other orders brought
/// stays. Its dates do not change. Where more devices use it now than it has places, whoever administers it chooses who stays.
///
/// # Errors
/// Those of the database.
pub(crate) async fn take_back(db: &mut PgConnection, cx: &Cx, order: OrderId) -> Result<()> {
    let offer = sqlx::query!(
        r#"update offer set taken_back_at = $2
           where purchase_id = $1 and kind = $3 and taken_back_at is null and seats_before is not null
           returning account_id, license_id, seats as "seats: Json<Seats>", seats_before as "before!: Json<Seats>""#,
        order.0,
        cx.now,
        OfferKind::More.as_str(),
    )
    .fetch_optional(&mut *db)
    .await?;
    let Some(offer) = offer else { return Ok(()) };
    // whatever takes or gives seats of a license locks its code
    let license = sqlx::query!(
        r#"select c.id, l.seats as "seats: Json<Seats>"
           from activation_code c join license l on l.code_id = c.id where l.id = $1 for update of c, l"#,
        offer.license_id,
    )
    .fetch_one(&mut *db)
    .await?;
    let left = license.seats.without(&offer.seats, &offer.before);
    sqlx::query!("update activation_code set seats = $2 where id = $1", license.id, Json(&left) as _)
        .execute(&mut *db)
        .await?;
    sqlx::query!("update license set seats = $2 where id = $1", offer.license_id, Json(&left) as _)
        .execute(&mut *db)
        .await?;
    let (account, license) = (AccountId(offer.account_id), LicenseId(offer.license_id));
    audit::record(&mut *db, cx, Some(account), Event::LicenseShrunk(license)).await?;
    crate::seat::store::choose_who_stays(db, cx, license).await
}
