//! Files that an office takes along: everything of its own in them, nothing of anybody else's, and no code.

use domain::PgPool;
use http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};

use crate::harness::{ANNA, House};

const FILES: [&str; 6] = ["latchkey.json", "latchkey.xlsx", "licenses.csv", "codes.csv", "devices.csv", "activity.csv"];

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn every_file_is_downloaded_and_kept_nowhere(db: PgPool) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    let before = house.count("select count(*) from audit_event").await;
    for file in FILES {
        let answer = anna.get(&format!("/settings/export/{file}"), 200).await;
        let disposition = answer.headers[CONTENT_DISPOSITION].to_str().unwrap();
        let ending = file.rsplit('.').next().unwrap();
        assert!(
            disposition.starts_with("attachment;") && disposition.ends_with(&format!(".{ending}\"")),
            "{disposition}"
        );
        assert_eq!(answer.headers[CACHE_CONTROL], "no-store");
        assert!(answer.body.len() > 20, "{file}");
        assert!(!answer.headers[CONTENT_TYPE].to_str().unwrap().contains("html"));
    }
    assert_eq!(house.count("select count(*) from audit_event").await, before, "reading changes nothing");
    anna.get("/settings/export/people.csv", 404).await;
    anna.get("/settings/export/latchkey.exe", 404).await;
    let page = anna.get("/settings", 200).await;
    assert!(FILES.iter().all(|file| page.text().contains(&format!("/settings/export/{file}\""))));
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn the_files_hold_the_offices_own_things_with_codes_masked(db: PgPool) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    let all = anna.get("/settings/export/latchkey.json", 200).await;
    let json = all.json();
    let count = async |question: &'static str| usize::try_from(house.count(question).await).unwrap();
    let office = "(select account_id from person where email = 'anna@harbor-dental.example')";
    assert!(office.contains("anna"));
    let licenses = count("select count(*) from license where account_id = (select account_id from person where email = 'anna@harbor-dental.example')").await;
    let devices = count("select count(*) from device where disconnected_at is null and account_id = (select account_id from person where email = 'anna@harbor-dental.example')").await;
    assert_eq!(json["licenses"].as_array().unwrap().len(), licenses);
    assert_eq!(json["devices"].as_array().unwrap().len(), devices);
    assert!(!json["activity"].as_array().unwrap().is_empty());
    for code in house.facts().await.codes {
        for file in ["latchkey.json", "codes.csv", "activity.csv"] {
            let answer = anna.get(&format!("/settings/export/{file}"), 200).await;
            assert!(!answer.tells(&code.code), "{file}");
        }
    }
    let csv = anna.get("/settings/export/devices.csv", 200).await;
    assert_eq!(csv.text().lines().count(), devices + 1, "{}", csv.text());
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn strangers_and_support_get_no_file_and_another_office_its_own(db: PgPool) {
    let house = House::demo(db).await;
    for file in FILES {
        let answer = house.browser().get(&format!("/settings/export/{file}"), 303).await;
        assert!(answer.location().starts_with("/sign-in"), "{file}");
    }
    let answer = house.sam().await.get("/settings/export/latchkey.json", 303).await;
    assert_eq!(answer.location(), "/support");
    let mut noor = house.newcomer("noor@lakeside-books.example").await;
    let json = noor.get("/settings/export/latchkey.json", 200).await;
    assert!(json.json()["devices"].as_array().unwrap().is_empty());
    assert!(!json.text().contains("Anna") && !json.text().contains("Reception"), "{}", json.text());
}
