//! Offers as a seller's own program sees them: read by their name, ordered once, and taken back with their order.

use domain::PgPool;
use domain::cx::Cx;
use domain::seat::store::release_surplus;
use serde_json::{Value, json};
use time::Duration;

use crate::harness::{ANNA, Browser, House};
use crate::shop::{BRITAIN, INDIA, Shop};

/// A license of one computer that Anna activated, its code, and what she wants of it at the checkout.
async fn license(house: &House, anna: &mut Browser) -> (String, String) {
    let code = house.code("desktop=1").await;
    let told = house.linked(anna, "windows").await.activate(&code, 201).await;
    (code, told["device"]["license"]["license_id"].as_str().unwrap().to_owned())
}

async fn offered(anna: &mut Browser, license: &str, what: &[(&str, &str)]) -> String {
    let mut fields = vec![("license", license)];
    fields.extend_from_slice(what);
    let answer = anna.post_form(&format!("/renew?license={license}&do=make_offer"), &fields, 303).await;
    answer.location().split_once("offer=").unwrap().1.to_owned()
}

/// The order that a seller's program places when the offer was paid.
fn ordering(house: &House, number: &str, offer: &str, terms: &Value) -> Value {
    let mut order = house.order(number);
    order["offer"] = json!(offer);
    order["price"] = terms["price"].clone();
    order["currency"] = terms["currency"].clone();
    let kind = if terms["kind"] == "renewal" { "renewal" } else { "commercial" };
    order["items"] = json!([{
        "product": terms["product"], "kind": kind, "seats": terms["seats"], "term_days": terms["term_days"],
        "reduced_term_days": if kind == "renewal" { json!(180) } else { Value::Null },
    }]);
    order
}

async fn grown(house: &House, anna: &mut Browser, store: &Shop) -> (String, String) {
    let (code, license) = license(house, anna).await;
    let offer = offered(anna, &license, &[("what", "more"), ("seats[desktop]", "3")]).await;
    let terms = store.get(&format!("/api/v1/offers/{offer}"), 200).await;
    store.post("/api/v1/orders", &ordering(house, "MORE-1", &offer, &terms), 201).await;
    (code, license)
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_sellers_program_reads_its_own_offers_and_nobody_elses(db: PgPool) {
    let house = House::demo(db).await;
    let (india, britain) = (house.shop(INDIA).await, house.shop(BRITAIN).await);
    let mut anna = house.signed_in(ANNA).await;
    let (_, license) = license(&house, &mut anna).await;
    let offer = offered(&mut anna, &license, &[("term", "365"), ("seats[desktop]", "1")]).await;
    let path = format!("/api/v1/offers/{offer}");
    let terms = india.get(&path, 200).await;
    assert_eq!(
        (&terms["kind"], &terms["ordered"], &terms["price"]),
        (&json!("renewal"), &json!(false), &json!(69_930))
    );
    assert_eq!(terms["buyer"]["email"], ANNA);
    assert!(!terms.to_string().contains(&license), "it names no license");
    for (shop, path) in [(&britain, path.as_str()), (&india, "/api/v1/offers/00000000-0000-4000-8000-000000000000")] {
        let refused = shop.get(path, 404).await;
        assert_eq!(refused["status"], 404, "{refused}");
    }
    let without_key = india.with_key("");
    without_key.get(&path, 401).await;
    anna.get(&path, 401).await;

    india.post("/api/v1/orders", &ordering(&house, "RENEW-1", &offer, &terms), 201).await;
    assert_eq!(india.get(&path, 200).await["ordered"], json!(true), "it stays readable and says that it was ordered");
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn an_order_carries_out_the_sellers_own_offer_once(db: PgPool) {
    let house = House::demo(db).await;
    let (india, britain) = (house.shop(INDIA).await, house.shop(BRITAIN).await);
    let mut anna = house.signed_in(ANNA).await;
    let (_, license) = license(&house, &mut anna).await;
    let offer = offered(&mut anna, &license, &[("term", "365"), ("seats[desktop]", "1")]).await;
    let terms = india.get(&format!("/api/v1/offers/{offer}"), 200).await;
    let order = ordering(&house, "RENEW-1", &offer, &terms);
    let named = |refused: &Value| refused["fields"][0]["field"].as_str().map(str::to_owned);

    let foreign = britain.post("/api/v1/orders", &order, 422).await;
    assert_eq!(named(&foreign).as_deref(), Some("offer"), "{foreign}");
    let missing = ordering(&house, "RENEW-2", "00000000-0000-4000-8000-000000000000", &terms);
    assert_eq!(named(&india.post("/api/v1/orders", &missing, 422).await).as_deref(), Some("offer"));
    assert_eq!(
        house.count("select count(*) from purchase where order_number like 'RENEW%'").await,
        0,
        "nothing was sold"
    );

    let placed = india.post("/api/v1/orders", &order, 201).await;
    assert_eq!(placed["codes"][0]["kind"], "renewal");
    let again = india.post("/api/v1/orders", &order, 200).await;
    assert_eq!(again["codes"], placed["codes"], "the same order is placed once");
    let used = ordering(&house, "RENEW-3", &offer, &terms);
    assert_eq!(named(&india.post("/api/v1/orders", &used, 422).await).as_deref(), Some("offer"));

    let late = offered(&mut anna, &license, &[("term", "365"), ("seats[desktop]", "1")]).await;
    house.world.clock.shift(Duration::days(60));
    let late = ordering(&house, "RENEW-4", &late, &terms);
    assert_eq!(named(&india.post("/api/v1/orders", &late, 422).await).as_deref(), Some("offer"));
    house.assert_sound().await;
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn more_places_go_back_with_their_order_and_those_bound_first_stay(db: PgPool) {
    let house = House::demo(db).await;
    let store = house.shop(INDIA).await;
    let mut anna = house.signed_in(ANNA).await;
    let (code, license) = grown(&house, &mut anna, &store).await;
    let (second, third) = (house.linked(&mut anna, "windows").await, house.linked(&mut anna, "mac").await);
    second.activate(&code, 200).await;
    house.world.clock.shift(Duration::minutes(1));
    third.activate(&code, 200).await;

    for _ in 0..2 {
        store.post("/api/v1/orders/MORE-1/cancel", &json!({ "reason": "Money back" }), 200).await;
    }
    assert_eq!(house.count("select (seats ->> 'desktop')::bigint from license where fit_by is not null").await, 1);
    let bound = "select count(*) from seat where released_at is null and license_id in (select license_id from offer)";
    assert_eq!(house.count(bound).await, 3, "there is time to choose");
    assert_eq!(house.count("select count(*) from notice where title like 'Choose which devices%'").await, 1);
    house.linked(&mut anna, "windows").await.activate(&code, 409).await;

    house.world.clock.shift(Duration::days(7));
    assert_eq!(release_surplus(&Cx::system(&house.world)).await.unwrap(), 0);
    house.world.clock.shift(Duration::days(1));
    assert_eq!(release_surplus(&Cx::system(&house.world)).await.unwrap(), 2);
    assert_eq!(release_surplus(&Cx::system(&house.world)).await.unwrap(), 0);
    assert_eq!(house.count(bound).await, 1);
    let first = "select count(*) from seat s where s.released_at is null
        and s.bound_at = (select min(bound_at) from seat where license_id in (select license_id from offer))";
    assert_eq!(house.count(first).await, 1, "the one that was bound first stays");
    let mut anna = house.signed_in(ANNA).await;
    assert!(anna.call("get_license_history", &[("id", &license)], 200).await.text().contains("license_shrunk"));
    house.assert_sound().await;
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn who_stays_is_chosen_by_releasing_the_others(db: PgPool) {
    let house = House::demo(db).await;
    let store = house.shop(INDIA).await;
    let mut anna = house.signed_in(ANNA).await;
    let (code, license) = grown(&house, &mut anna, &store).await;
    let second = house.linked(&mut anna, "windows").await;
    second.activate(&code, 200).await;
    store.post("/api/v1/orders/MORE-1/cancel", &json!({ "reason": "Money back" }), 200).await;
    let first: uuid::Uuid = sqlx::query_scalar(
        "select device_id from seat where license_id in (select license_id from offer) order by bound_at limit 1",
    )
    .fetch_one(&house.db)
    .await
    .unwrap();
    anna.call("release_seat", &[("device", &first.to_string()), ("license", &license)], 200).await;
    house.world.clock.shift(Duration::days(9));
    assert_eq!(release_surplus(&Cx::system(&house.world)).await.unwrap(), 0);
    assert_eq!(
        house
            .count(
                "select count(*) from seat where released_at is null and license_id in (select license_id from offer)"
            )
            .await,
        1
    );
    assert_eq!(house.count("select count(*) from license where fit_by is not null").await, 0);
    house.assert_sound().await;
}
