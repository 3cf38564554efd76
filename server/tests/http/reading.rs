//! Reading changes nothing: every page is opened, and the database is as before (I02).

use domain::PgPool;

use crate::crawl::crawl;
use crate::harness::{ANNA, House};
use crate::viewing::all_of_it;

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn opening_every_page_changes_nothing(db: PgPool) {
    let house = House::demo(db).await;
    let (anna, lena) = (house.signed_in(ANNA).await, house.lena().await);
    let before = all_of_it(&house).await;
    for (mut browser, from) in [(anna, "/"), (lena, "/support")] {
        let seen = crawl(&mut browser, from).await;
        assert!(seen.len() > 20, "{:?}", seen.keys());
        let after = all_of_it(&house).await;
        assert_eq!(after, before, "from {from}");
    }
}
