//! Everything that is sealed opens with the key in use, and what is found by an index has the right one (V9).

use sqlx::PgConnection;
use uuid::Uuid;

use super::Finding;
use crate::Result;
use crate::cx::Cx;
use crate::seal::Sealed;

/// So many sealed values are read at a time.
const PAGE: i64 = 10_000;

/// A sealed value of one row, and the index it is found by, if anybody looks for it.
struct Kept {
    id: Uuid,
    sealed: Vec<u8>,
    index: Option<Vec<u8>>,
}

/// Goes through the sealed values of a table page by page.
macro_rules! open_all {
    ($db:expr, $cx:expr, $findings:expr, $table:literal, $what:expr, $page:tt) => {{
        let mut after = Uuid::nil();
        loop {
            let page = sqlx::query_as!(Kept, $page, after, PAGE).fetch_all(&mut *$db).await?;
            let Some(last) = page.last() else { break };
            after = last.id;
            $findings.extend(page.iter().filter_map(|kept| judge($cx, $table, $what, kept)));
        }
    }};
}

/// V9: every sealed value opens, and is found by the index of what is inside.
///
/// # Errors
/// Those of the database.
pub(super) async fn unreadable(db: &mut PgConnection, cx: &Cx) -> Result<Vec<Finding>> {
    let mut found = Vec::new();
    open_all!(
        db,
        cx,
        found,
        "activation_code",
        Sealed::Code,
        r#"select id, code_ct as "sealed!", code_bi as index from activation_code where id > $1 order by id limit $2"#
    );
    open_all!(
        db,
        cx,
        found,
        "license",
        Sealed::LicenseKey,
        r#"select id, license_key_ct as "sealed!", license_key_bi as index from license where id > $1 order by id limit $2"#
    );
    open_all!(
        db,
        cx,
        found,
        "recovery",
        Sealed::ClaimedKey,
        r#"select id, license_key_ct as "sealed!", license_key_bi as index
           from recovery where id > $1 and license_key_ct is not null order by id limit $2"#
    );
    open_all!(
        db,
        cx,
        found,
        "mail",
        Sealed::Mail,
        r#"select id, sealed as "sealed!", null::bytea as index
           from mail where id > $1 and sealed is not null order by id limit $2"#
    );
    open_all!(
        db,
        cx,
        found,
        "idempotent_answer",
        Sealed::Answer,
        r#"select run_id as id, body_ct as "sealed!", null::bytea as index
           from idempotent_answer where run_id > $1 and body_ct is not null order by run_id limit $2"#
    );
    of_people(db, cx, &mut found).await?;
    of_sellers(db, cx, &mut found).await?;
    Ok(found)
}

async fn of_people(db: &mut PgConnection, cx: &Cx, found: &mut Vec<Finding>) -> Result<()> {
    open_all!(
        db,
        cx,
        found,
        "two_step",
        Sealed::PersonTotp,
        r#"select person_id as id, secret_ct as "sealed!", null::bytea as index
           from two_step where person_id > $1 order by person_id limit $2"#
    );
    open_all!(
        db,
        cx,
        found,
        "staff",
        Sealed::Totp,
        r#"select id, totp_ct as "sealed!", null::bytea as index from staff where id > $1 order by id limit $2"#
    );
    open_all!(
        db,
        cx,
        found,
        "ticket_key",
        Sealed::TicketKey,
        r#"select secret_id as id, secret_ct as "sealed!", null::bytea as index
           from ticket_key where secret_id > $1 and secret_ct is not null order by secret_id limit $2"#
    );
    Ok(())
}

async fn of_sellers(db: &mut PgConnection, cx: &Cx, found: &mut Vec<Finding>) -> Result<()> {
    open_all!(
        db,
        cx,
        found,
        "webhook_endpoint",
        Sealed::Endpoint,
        r#"select id, secret_ct as "sealed!", null::bytea as index from webhook_endpoint where id > $1 order by id limit $2"#
    );
    open_all!(
        db,
        cx,
        found,
        "code_import",
        Sealed::Staged,
        r#"select id, staged as "sealed!", null::bytea as index
           from code_import where id > $1 and staged is not null and batch_id is null order by id limit $2"#
    );
    open_all!(
        db,
        cx,
        found,
        "code_batch",
        Sealed::Staged,
        r#"select id, staged as "sealed!", null::bytea as index
           from code_batch where id > $1 and staged is not null order by id limit $2"#
    );
    Ok(())
}

fn judge(cx: &Cx, table: &str, what: Sealed, kept: &Kept) -> Option<Finding> {
    let Ok(secret) = cx.world.seal.open(what, kept.id, &kept.sealed) else {
        return Some(Finding { invariant: "V9", what: format!("{table} {} does not open", kept.id) });
    };
    let index = kept.index.as_deref()?;
    (cx.world.seal.index(what, &secret)[..] != *index)
        .then(|| Finding { invariant: "V9", what: format!("the index of {table} {} is another secret's", kept.id) })
}
