//! What the administrator of a waiting code and the user of its device are told (N4, N5).

use sqlx::PgConnection;
use time::OffsetDateTime;

use super::super::{CodeFacts, Facts, Refusal};
use super::facts::Found;
use crate::Result;
use crate::cx::Cx;
use crate::id::{AccountId, PersonId, ReserveId};
use crate::notice::store::News;
use crate::notice::{self, NoticeKind, Severity};

/// Whoever administers the code and whoever uses the device.
async fn people(db: &mut PgConnection, found: &Found) -> Result<(AccountId, Vec<PersonId>)> {
    let row = sqlx::query!(
        r#"select account_id as "account!", administrator_id as "administrator!" from activation_code where id = $1"#,
        found.code.0,
    )
    .fetch_one(db)
    .await?;
    let mut people = vec![PersonId(row.administrator)];
    if found.owner.0 != row.administrator {
        people.push(found.owner);
    }
    Ok((AccountId(row.account), people))
}

async fn tell(
    db: &mut PgConnection,
    cx: &Cx,
    found: &Found,
    severity: Severity,
    title: String,
    said: Vec<String>,
    key: Option<String>,
) -> Result<()> {
    let (account, people) = people(db, found).await?;
    let news = News {
        kind: NoticeKind::Reserve,
        severity,
        title,
        said,
        action: ("See your licenses", "/licenses".to_owned()),
        because: "You get this mail because you look after this license or use the device.",
        key,
    };
    notice::store::tell(db, cx, account, &people, &news).await.map(drop)
}

/// N4: a code began to wait.
pub(super) async fn waits(db: &mut PgConnection, cx: &Cx, found: &Found, until: OffsetDateTime) -> Result<()> {
    let said = format!(
        "The code that ends in {} now waits on {}. It takes over by itself on {}, when the running license ends.",
        found.tail,
        found.device_name,
        crate::text::day(until),
    );
    tell(db, cx, found, Severity::Info, format!("A reserve code waits on {}", found.device_name), vec![said], None)
        .await
}

/// N4: a code took over.
pub(super) async fn took_over(db: &mut PgConnection, cx: &Cx, found: &Found, code: &CodeFacts) -> Result<()> {
    let said = format!(
        "The reserve code that ends in {} took over on {}. {} keeps working; there is nothing to do.",
        found.tail, found.device_name, code.product_name,
    );
    tell(
        db,
        cx,
        found,
        Severity::Info,
        format!("The reserve code on {} took over", found.device_name),
        vec![said],
        None,
    )
    .await
}

/// N5: a code could not take over. Once for an entry and a cause, however often somebody tries by hand.
pub(super) async fn failed(
    db: &mut PgConnection,
    cx: &Cx,
    found: &Found,
    reserve: ReserveId,
    refusal: &Refusal,
) -> Result<()> {
    let said = vec![
        format!(
            "The license on {} has ended, and the reserve code that ends in {} could not take over ({refusal}).",
            found.device_name, found.tail,
        ),
        "The code is not lost. Licenses shows what stands in the way; put it right and choose Activate now.".to_owned(),
    ];
    tell(
        db,
        cx,
        found,
        Severity::Critical,
        format!("The reserve code on {} did not take over", found.device_name),
        said,
        Some(format!("reserve/{reserve}/{refusal}")),
    )
    .await
}

/// N5, in good time: a code would not take over as things stand.
pub(super) async fn would_fail(
    db: &mut PgConnection,
    cx: &Cx,
    facts: &Facts,
    found: &Found,
    refusal: &Refusal,
) -> Result<()> {
    let ends =
        facts.device.running.map(|running| format!(" on {}", crate::text::day(running.ends_at))).unwrap_or_default();
    let said = vec![
        format!(
            "The license on {} ends{ends}. As things stand, the reserve code that ends in {} would not take over ({refusal}).",
            found.device_name, found.tail,
        ),
        "Licenses shows what stands in the way, so that it can be put right in time.".to_owned(),
    ];
    tell(db, cx, found, Severity::Warning, format!("The reserve code on {} needs you", found.device_name), said, None)
        .await
}
