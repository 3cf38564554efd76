//! Finding licenses, page by page.

use domain::PgPool;
use serde_json::Value;

use crate::harness::{ANNA, Browser, House};

async fn found(browser: &mut Browser, q: &str, show: &str) -> Vec<Value> {
    let fields = [("search[q]", q), ("search[show]", show)];
    browser.call("find_licenses", &fields, 200).await.json()["cards"].as_array().unwrap().clone()
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn licenses_are_found_by_name_by_the_last_block_and_by_where_they_stand(db: PgPool) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    assert_eq!(found(&mut anna, "", "all").await.len(), 5);
    assert_eq!(found(&mut anna, "NORTHWALL", "all").await.len(), 5);
    assert_eq!(found(&mut anna, "anna", "all").await.len(), 4, "by its administrator");
    assert_eq!(found(&mut anna, "%", "all").await.len(), 0, "a percent sign is a percent sign");
    assert_eq!(found(&mut anna, "", "running").await.len(), 4);
    assert_eq!(found(&mut anna, "", "ended").await.len(), 1);
    let trials = found(&mut anna, "", "trial").await;
    assert_eq!((trials.len(), &trials[0]["facts"]["kind"]), (1, &"trial".into()));
    let tail: String = sqlx::query_scalar(
        "select c.code_tail from license l join activation_code c on c.id = l.code_id where l.kind = 'trial'",
    )
    .fetch_one(&house.db)
    .await
    .unwrap();
    let by_block = found(&mut anna, &tail.to_lowercase(), "all").await;
    assert_eq!((by_block.len(), &by_block[0]["id"]), (1, &trials[0]["id"]));
    assert_eq!(found(&mut anna, &tail[1..], "all").await.len(), 0, "the whole block or nothing");

    let ending = found(&mut anna, "", "ending").await.len();
    sqlx::query("update license set auto_renew = true where kind = 'trial'").execute(&house.db).await.unwrap();
    assert_eq!(found(&mut anna, "", "ending").await.len(), ending - 1, "what renews itself is no reason to act");

    let page = anna.get("/licenses?show=ended", 200).await;
    assert!(page.text().contains("Ended") && !page.text().contains("Kept codes"));
    assert!(anna.get("/licenses?q=nothing", 200).await.text().contains("No license fits"));
    anna.get("/licenses?show=%27&after=x", 200).await;
    let mut noor = house.newcomer("noor@lakeside.example").await;
    assert_eq!(found(&mut noor, "", "all").await.len(), 0);
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn every_license_stands_on_exactly_one_page(db: PgPool) {
    let house = House::demo(db).await;
    let copies = "with c as (
            insert into activation_code
            select r.* from activation_code a, generate_series(1, 60) as n, jsonb_populate_record(a, jsonb_build_object(
                'id', gen_random_uuid(), 'code_bi', '\\x' || md5('code' || n))) as r
            where a.id = (select code_id from license where kind = 'trial')
            returning id
        )
        insert into license
        select r.* from license l, c, jsonb_populate_record(l, jsonb_build_object(
            'id', gen_random_uuid(), 'code_id', c.id, 'license_key_bi', '\\x' || md5(c.id::text))) as r
        where l.kind = 'trial'";
    sqlx::query(copies).execute(&house.db).await.unwrap();
    let mut anna = house.signed_in(ANNA).await;
    let (mut seen, mut after, mut pages) = (Vec::new(), String::new(), 0);
    loop {
        let mut fields = vec![("search[q]", ""), ("search[show]", "all")];
        if !after.is_empty() {
            fields.push(("search[after]", &after));
        }
        let page = anna.call("find_licenses", &fields, 200).await.json();
        seen.extend(page["cards"].as_array().unwrap().iter().map(|card| card["id"].as_str().unwrap().to_owned()));
        pages += 1;
        let Some(next) = page["next"].as_str() else { break };
        after = next.to_owned();
    }
    let all = seen.len();
    seen.sort_unstable();
    seen.dedup();
    assert_eq!((pages, all, seen.len()), (2, 65, 65));
    assert!(anna.get("/licenses", 200).await.text().contains("Next page"));
}
