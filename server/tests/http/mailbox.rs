//! The mails and the style guide of a demo as pages; nobody else has them.

use domain::PgPool;

use crate::harness::House;

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn only_a_demo_shows_its_mails_and_its_components(db: PgPool) {
    let house = House::demo(db).await;
    // the application here runs as one whose mails go out
    for path in ["/dev/mailbox", "/dev/mailbox/00000000-0000-0000-0000-000000000000", "/styleguide"] {
        house.browser().get(path, 404).await;
    }
}
