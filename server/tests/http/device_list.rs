//! Finding devices, and releasing the places of several at once.

use domain::PgPool;
use serde_json::Value;
use time::Duration;

use crate::harness::{ANNA, Browser, House, MIA};

async fn names(browser: &mut Browser, search: &[(&str, &str)]) -> Vec<String> {
    let mut fields = vec![("search[q]", ""), ("search[show]", "all"), ("search[sort]", "name")];
    for (name, value) in search {
        fields.retain(|(known, _)| known != name);
        fields.push((name, value));
    }
    let found = browser.call("get_devices", &fields, 200).await.json();
    found["rows"].as_array().unwrap().iter().map(|row| row["name"].as_str().unwrap().to_owned()).collect()
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn devices_are_found_by_part_of_a_name_by_person_and_by_what_is_wrong(db: PgPool) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    assert_eq!(names(&mut anna, &[("search[q]", "ROOM")]).await, ["Treatment room 1"]);
    assert_eq!(names(&mut anna, &[("search[q]", "mia")]).await, ["Office Mac"]);
    assert_eq!(names(&mut anna, &[("search[q]", "%")]).await, Vec::<String>::new(), "a percent sign is a percent sign");
    assert_eq!(names(&mut anna, &[("search[show]", "silent")]).await, ["Anna's phone"]);
    assert_eq!(names(&mut anna, &[("search[show]", "unlicensed")]).await, Vec::<String>::new());
    assert_eq!(names(&mut anna, &[("search[show]", "risk")]).await, ["Lab computer"]);
    let silence = names(&mut anna, &[("search[sort]", "silence")]).await;
    assert_eq!((silence[0].as_str(), silence.len()), ("Anna's phone", 7));
    let page = anna.get("/devices?q=room&show=all", 200).await;
    assert!(page.text().contains("Treatment room 1") && !page.text().contains("Front desk"));
    assert!(anna.get("/devices?q=nothing", 200).await.text().contains("No device fits"));
    anna.get("/devices?show=%27&sort=zzz&after=x", 200).await;
    let mut noor = house.newcomer("noor@lakeside.example").await;
    assert_eq!(names(&mut noor, &[("search[q]", "room")]).await, Vec::<String>::new());
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn pages_of_both_orders_go_on_where_the_last_ended(db: PgPool) {
    let house = House::demo(db).await;
    sqlx::query(
        "insert into device (id, account_id, owner_id, product_id, name, os_family, os_version, app_version, connected_at, created_at)
         select gen_random_uuid(), account_id, owner_id, product_id, 'Bulk ' || n, 'windows', '', '7', now(), now()
         from device, generate_series(1, 100) as n where name = 'Front desk'",
    )
    .execute(&house.db)
    .await
    .unwrap();
    let mut anna = house.signed_in(ANNA).await;
    for sort in ["name", "silence"] {
        let (mut seen, mut after) = (Vec::new(), String::new());
        loop {
            let mut fields = vec![("search[q]", ""), ("search[show]", "all"), ("search[sort]", sort)];
            if !after.is_empty() {
                fields.push(("search[after]", &after));
            }
            let page = anna.call("get_devices", &fields, 200).await.json();
            seen.extend(page["rows"].as_array().unwrap().iter().map(|row| row["id"].as_str().unwrap().to_owned()));
            let Some(next) = page["next"].as_str() else { break };
            after = next.to_owned();
        }
        let all = seen.len();
        seen.sort_unstable();
        seen.dedup();
        assert_eq!((all, seen.len()), (107, 107), "{sort}");
    }
}

async fn three_licensed(house: &House, anna: &mut Browser) -> (Vec<(crate::harness::Device, String)>, String) {
    let code = house.code("desktop=5,file_server=1,mobile=5").await;
    let mut devices = Vec::new();
    let mut license = String::new();
    for os in ["windows", "mac", "windows"] {
        let device = house.linked(anna, os).await;
        let told = device.try_activate(&code).await.json();
        license = told["device"]["license"]["license_id"].as_str().unwrap().to_owned();
        devices.push((device, told["device"]["device_id"].as_str().unwrap().to_owned()));
    }
    (devices, license)
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn places_of_several_devices_are_released_and_given_back_together(db: PgPool) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    let (devices, license) = three_licensed(&house, &mut anna).await;
    let names: Vec<String> = devices.iter().take(2).map(|(_, id)| format!("devices[d{id}]")).collect();
    let fields: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "true")).collect();
    let page = anna.post_form("/devices?do=preview_releases", &fields, 200).await;
    assert!(page.text().contains("Release 2 seats"), "{}", page.text());
    let held = "select count(*) from seat where released_at is null";
    let before = house.count(held).await;
    assert!(
        anna.post_form("/devices?do=preview_releases", &[], 422).await.text().contains("Tick at least one device.")
    );

    anna.post_form("/devices?do=release_seats", &fields, 303).await;
    assert_eq!(house.count(held).await, before - 2);
    assert_eq!(devices[0].0.get("/api/v1/device", 200).await.json()["license"], Value::Null);
    let list =
        anna.call("get_devices", &[("search[q]", ""), ("search[show]", "all"), ("search[sort]", "name")], 200).await;
    let batch = list.json()["undo"]["batch"].as_str().unwrap().to_owned();
    house.signed_in(MIA).await.call("undo_releases", &[("batch", &batch)], 404).await;
    house.newcomer("noor@lakeside.example").await.call("undo_releases", &[("batch", &batch)], 404).await;
    anna.post_form("/devices?do=undo_releases", &[("batch", &batch)], 303).await;
    assert_eq!(house.count(held).await, before);
    let back = devices[0].0.get("/api/v1/device", 200).await.json();
    assert_eq!(back["license"]["license_id"], license.as_str());
    anna.call("undo_releases", &[("batch", &batch)], 404).await;
    house.assert_sound().await;
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn what_was_taken_meanwhile_is_not_given_back_and_after_a_day_nothing_is(db: PgPool) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    let code = house.code("desktop=1").await;
    let (first, second) = (house.linked(&mut anna, "windows").await, house.linked(&mut anna, "mac").await);
    let told = first.activate(&code, 201).await;
    let name = format!("devices[d{}]", told["device"]["device_id"].as_str().unwrap());
    let batch = async |anna: &mut Browser| {
        let fields = [("search[q]", ""), ("search[show]", "all"), ("search[sort]", "name")];
        anna.call("get_devices", &fields, 200).await.json()["undo"]["batch"].as_str().map(str::to_owned)
    };
    anna.call("release_seats", &[(&name, "true")], 200).await;
    second.activate(&code, 200).await;
    let undone = batch(&mut anna).await.unwrap();
    assert_eq!(anna.call("undo_releases", &[("batch", &undone)], 200).await.json(), serde_json::json!([0, 1]));
    house.assert_sound().await;

    let other = format!("devices[d{}]", second.get("/api/v1/device", 200).await.json()["device_id"].as_str().unwrap());
    anna.call("release_seats", &[(&other, "true")], 200).await;
    let late = batch(&mut anna).await.unwrap();
    house.world.clock.shift(Duration::DAY);
    let mut anna = house.signed_in(ANNA).await;
    assert_eq!(batch(&mut anna).await, None);
    anna.call("undo_releases", &[("batch", &late)], 404).await;
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_colleague_releases_nothing_of_what_others_administer(db: PgPool) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    let (devices, _) = three_licensed(&house, &mut anna).await;
    let name = format!("devices[d{}]", devices[0].1);
    let told = house.signed_in(MIA).await.call("release_seats", &[(&name, "true")], 200).await.json();
    assert_eq!((&told["released"], told["refused"].as_array().unwrap().len()), (&serde_json::json!([]), 1), "{told}");
    assert_eq!(devices[0].0.get("/api/v1/device", 200).await.json()["level"], "full");
    house.newcomer("noor@lakeside.example").await.call("release_seats", &[(&name, "true")], 404).await;
}
