//! The numbers that people read out to support.

use sqlx::PgConnection;
use time::OffsetDateTime;

use crate::Result;
use crate::cx::{Cx, random_below};

/// A number for a request of this kind, which no other has: easy to read out, and nobody can count from it.
pub(crate) async fn new_number(db: &mut PgConnection, cx: &Cx, kind: char) -> Result<String> {
    unused(db, || drawn(kind, cx.now)).await
}

/// Draws until a number comes that no request has: among eight digits and some ten thousand requests of a year, one in ten
/// thousand was drawn before.
///
/// # Errors
/// The database's.
pub async fn unused(db: &mut PgConnection, mut draw: impl FnMut() -> String) -> Result<String> {
    loop {
        let number = draw();
        let taken = sqlx::query_scalar!(
            r#"select exists (select from recovery where number = $1)
                   or exists (select from support_case where number = $1) as "taken!""#,
            number
        )
        .fetch_one(&mut *db)
        .await?;
        if !taken {
            return Ok(number);
        }
    }
}

/// The kind, the year, and eight digits.
fn drawn(kind: char, now: OffsetDateTime) -> String {
    let digits: String = random_below::<8>(10).iter().map(|digit| char::from(b'0' + digit)).collect();
    format!("{kind}{}-{}-{}", now.year() % 100, &digits[..4], &digits[4..])
}
