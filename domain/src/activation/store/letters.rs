//! What the administrator of a waiting code and the user of its device are told (N4, N5).

use sqlx::PgConnection;
use time::OffsetDateTime;

use super::super::{CodeFacts, Facts, Refusal};
use super::facts::Found;
use crate::Result;
use crate::cx::Cx;
use crate::mail::{self, Letter};

async fn tell(db: &mut PgConnection, cx: &Cx, found: &Found, subject: String, said: Vec<String>) -> Result<()> {
    let people = sqlx::query!(
        "select p.name, p.email
         from person p
         where p.disabled_at is null and p.email_verified_at is not null
           and (p.id = $2 or p.id = (select administrator_id from activation_code where id = $1))",
        found.code.0,
        found.owner.0,
    )
    .fetch_all(&mut *db)
    .await?;
    for person in people {
        let mut paragraphs = vec![format!("Hello {},", person.name)];
        paragraphs.extend_from_slice(&said);
        let letter = Letter {
            to: &person.email,
            subject: &subject,
            paragraphs,
            action: Some(("See your licenses", "/licenses".into())),
            footnote: "You get this mail because you look after this license or use the device.",
        };
        mail::write(db, cx, &letter).await?;
    }
    Ok(())
}

/// N4: a code began to wait.
pub(super) async fn waits(db: &mut PgConnection, cx: &Cx, found: &Found, until: OffsetDateTime) -> Result<()> {
    let said = format!(
        "the code that ends in {} now waits on {}. It takes over by itself on {}, when the running license ends.",
        found.tail,
        found.device_name,
        until.date(),
    );
    tell(db, cx, found, format!("A reserve code waits on {}", found.device_name), vec![said]).await
}

/// N4: a code took over.
pub(super) async fn took_over(db: &mut PgConnection, cx: &Cx, found: &Found, code: &CodeFacts) -> Result<()> {
    let said = format!(
        "the reserve code that ends in {} took over on {}. {} keeps working; there is nothing to do.",
        found.tail, found.device_name, code.product_name,
    );
    tell(db, cx, found, format!("The reserve code on {} took over", found.device_name), vec![said]).await
}

/// N5: a code could not take over.
pub(super) async fn failed(db: &mut PgConnection, cx: &Cx, found: &Found, refusal: &Refusal) -> Result<()> {
    let said = vec![
        format!(
            "the license on {} has ended, and the reserve code that ends in {} could not take over ({refusal}).",
            found.device_name, found.tail,
        ),
        "The code is not lost. Licenses shows what stands in the way; put it right and choose Activate now.".to_owned(),
    ];
    tell(db, cx, found, format!("The reserve code on {} did not take over", found.device_name), said).await
}

/// N5, in good time: a code would not take over as things stand.
pub(super) async fn would_fail(
    db: &mut PgConnection,
    cx: &Cx,
    facts: &Facts,
    found: &Found,
    refusal: &Refusal,
) -> Result<()> {
    let ends = facts.device.running.map(|running| format!(" on {}", running.ends_at.date())).unwrap_or_default();
    let said = vec![
        format!(
            "the license on {} ends{ends}. As things stand, the reserve code that ends in {} would not take over ({refusal}).",
            found.device_name, found.tail,
        ),
        "Licenses shows what stands in the way, so that it can be put right in time.".to_owned(),
    ];
    tell(db, cx, found, format!("The reserve code on {} needs you", found.device_name), said).await
}
