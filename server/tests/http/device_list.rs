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
    house.watch().await;
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
    house.assert_told().await;
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
    assert_eq!(anna.call("undo_releases", &[("batch", &undone)], 200).await.json()["given"], 0);
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

/// The heads of the table of devices.
fn heads(page: &str) -> Vec<String> {
    let head = page.split("<thead>").nth(1).unwrap().split("</thead>").next().unwrap();
    head.split("<th").skip(1).map(str::to_owned).collect()
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn list_and_tiles_tell_protection_databases_and_connection_and_which_way_it_is_sorted(db: PgPool) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    let sorted = |page: &str, title: &str| {
        heads(page).into_iter().find(|head| head.contains(title)).unwrap().contains("aria-sort=\"ascending\"")
    };
    let (by_name, by_silence) = (anna.get("/devices", 200).await, anna.get("/devices?sort=silence", 200).await);
    assert!(sorted(by_name.text(), "Name") && !sorted(by_name.text(), "Last seen"), "{}", by_name.text());
    assert!(!sorted(by_silence.text(), "Name") && sorted(by_silence.text(), "Last seen"));
    sqlx::query("update device_contact set databases_at = '2026-11-02T10:00:00Z' where device_id = (select id from device where name = 'Front desk')")
        .execute(&house.db)
        .await
        .unwrap();
    house.linked(&mut anna, "windows").await;
    for address in ["/devices", "/devices?view=tiles"] {
        let page = anna.get(address, 200).await;
        for told in ["Everything works", "Stopped", "2 Nov 2026", "Databases: ", "not reported", "Connected", "Silent"]
        {
            assert!(page.text().contains(told), "{told} on {address}: {}", page.text());
        }
        assert_eq!(page.text().contains("class=\"device-tile\""), address.ends_with("tiles"));
        assert_eq!(page.text().contains("<thead>"), !address.ends_with("tiles"));
    }
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn the_page_of_a_device_tells_what_happened_on_it_and_leads_to_the_rest(db: PgPool) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    let device = house.linked(&mut anna, "windows").await;
    let told = device.activate(&house.code("desktop=1").await, 201).await;
    let id = told["device"]["device_id"].as_str().unwrap();
    let page = anna.get(&format!("/devices/{id}"), 200).await;
    for words in ["License history", "Uses it now", "A device took a place", "The device was linked"] {
        assert!(page.text().contains(words), "{words}: {}", page.text());
    }
    assert!(page.text().contains("<title>Reception \u{2013} Devices \u{2013} Latchkey</title>"), "{}", page.text());
    assert!(!page.text().contains("history?before="));
    for n in 0..20 {
        anna.call("rename_device", &[("id", id), ("device_name", &format!("Desk {n}"))], 200).await;
    }
    let page = anna.get(&format!("/devices/{id}"), 200).await;
    assert!(!page.text().contains("The device was linked"), "the last twenty");
    let rest = page.text().split("href=\"").find(|part| part.contains("history?before=")).unwrap();
    let rest = anna.get(rest.split('"').next().unwrap(), 200).await;
    assert!(rest.text().contains("The device was linked"), "{}", rest.text());
    let license = told["device"]["license"]["license_id"].as_str().unwrap();
    anna.call("release_seat", &[("device", id), ("license", license)], 200).await;
    assert!(anna.get(&format!("/devices/{id}"), 200).await.text().contains("Released in the console"));
    house.signed_in(MIA).await.call("get_device_history", &[("id", id)], 200).await;
    let mut noor = house.newcomer("noor@lakeside.example").await;
    noor.call("get_device_history", &[("id", id)], 404).await;
    noor.get(&format!("/devices/{id}/history"), 404).await;
}
