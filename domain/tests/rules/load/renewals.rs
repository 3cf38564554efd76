//! Two renewals of one office at the same moment.

use domain::PgPool;
use domain::activation::store::activate;
use domain::code::CodeKind;
use domain::twins::Protection;
use time::Duration;

use super::{Answer, TRIES, at_once, request, size};
use crate::harness::{Office, Sold};

/// Two devices enter a renewal code each, and one license has ended that either could rest on.
async fn renewed_at_once(db: &PgPool, out: Option<Protection>) -> Vec<Answer> {
    let mut office = Office::open(db).await;
    office.activate(&office.desktop("Earlier").await, &office.year("desktop=1").await).await.unwrap();
    office.pass(Duration::days(366));
    let mut deeds = Vec::new();
    for name in ["A", "B"] {
        let code = office.sold(Sold { kind: CodeKind::Renewal, ..Sold::default() }).await;
        deeds.push(activate(office.cx(&office.desktop(name).await), request(&code)));
    }
    let answers = at_once(out, deeds).await;
    if out.is_none() {
        office.assert_sound().await;
    }
    answers
}

/// R79: one previous code backs one renewal. The second rests on the license that the first one started.
#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn two_renewals_at_once_rest_on_a_license_each(db: PgPool) {
    for _ in 0..size(10, 100) {
        for answer in renewed_at_once(&db, None).await {
            answer.unwrap();
        }
    }
    let renewed: i64 = sqlx::query_scalar("select count(previous_code_id) from activation_code where kind = 'renewal'")
        .fetch_one(&db)
        .await
        .unwrap();
    assert_eq!(renewed, 2 * size(10, 100).cast_signed() as i64);
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn without_the_row_locks_two_renewals_rest_on_one_license(db: PgPool) {
    for _ in 0..TRIES {
        if renewed_at_once(&db, Some(Protection::RowLocks)).await.iter().any(Result::is_err) {
            return;
        }
    }
    panic!("the locks protect nothing that this scenario would see");
}
