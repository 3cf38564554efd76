//! Files that an office takes along: everything of its own in them, nothing of anybody else's, and no code.

use domain::PgPool;
use domain::cx::Cx;
use http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};

use crate::harness::{ANNA, Browser, House};

const FILES: [&str; 10] = [
    "latchkey.json",
    "latchkey.xlsx",
    "licenses.csv",
    "codes.csv",
    "grants.csv",
    "devices.csv",
    "people.csv",
    "requests.csv",
    "notices.csv",
    "activity.csv",
];

/// Where the files of the export are that this browser's person has had prepared.
async fn prepared(house: &House, browser: &mut Browser) -> String {
    browser.call("prepare_export", &[], 200).await;
    domain::job::store::work(&Cx::system(&house.world)).await.unwrap();
    let export = browser.call("get_export", &[], 200).await.json();
    format!("/settings/export/{}", export["id"].as_str().unwrap())
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn every_file_is_downloaded_and_kept_by_no_browser(db: PgPool) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    let folder = prepared(&house, &mut anna).await;
    for file in FILES {
        let answer = anna.get(&format!("{folder}/{file}"), 200).await;
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
    let taken = "select count(*) from audit_event where event = 'export_taken'";
    assert_eq!(house.count(taken).await, FILES.len() as i64);
    anna.get(&format!("{folder}/passwords.csv"), 404).await;
    anna.get(&format!("{folder}/latchkey.exe"), 404).await;
    let page = anna.get("/settings/export", 200).await;
    assert!(FILES.iter().all(|file| page.text().contains(&format!("{folder}/{file}\""))));
    assert!(anna.get("/settings", 200).await.text().contains("href=\"/settings/export\""));
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn the_files_hold_the_offices_own_things_with_codes_masked(db: PgPool) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    let folder = prepared(&house, &mut anna).await;
    let json = anna.get(&format!("{folder}/latchkey.json"), 200).await.json();
    let count = async |question: &'static str| usize::try_from(house.count(question).await).unwrap();
    let licenses = count("select count(*) from license where account_id = (select account_id from person where email = 'anna@harbor-dental.example')").await;
    let devices = count("select count(*) from device where disconnected_at is null and account_id = (select account_id from person where email = 'anna@harbor-dental.example')").await;
    assert_eq!(json["licenses"].as_array().unwrap().len(), licenses);
    assert_eq!(json["devices"].as_array().unwrap().len(), devices);
    assert!(!json["activity"].as_array().unwrap().is_empty());
    let codes = house.facts().await.codes;
    for file in FILES.into_iter().filter(|file| !file.ends_with(".xlsx")) {
        let answer = anna.get(&format!("{folder}/{file}"), 200).await;
        for code in &codes {
            assert!(!answer.tells(&code.code), "{file}");
        }
    }
    let workbook = anna.get(&format!("{folder}/latchkey.xlsx"), 200).await;
    let mut workbook = zip::ZipArchive::new(std::io::Cursor::new(workbook.body)).unwrap();
    let mut inside = String::new();
    for part in 0..workbook.len() {
        std::io::Read::read_to_string(&mut workbook.by_index(part).unwrap(), &mut inside).unwrap();
    }
    assert!(inside.contains("Northwall"), "the workbook can be read");
    for code in house.facts().await.codes {
        let bare = code.code.replace('-', "");
        assert!(!inside.contains(&code.code) && !inside.contains(&bare) && !inside.contains(&code.code[..11]));
    }
    let csv = anna.get(&format!("{folder}/devices.csv"), 200).await;
    assert_eq!(csv.text().lines().count(), devices + 1, "{}", csv.text());
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn strangers_and_support_get_no_file_and_another_office_its_own(db: PgPool) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    let folder = prepared(&house, &mut anna).await;
    for file in FILES {
        let answer = house.browser().get(&format!("{folder}/{file}"), 303).await;
        assert!(answer.location().starts_with("/sign-in"), "{file}");
    }
    let answer = house.sam().await.get(&format!("{folder}/latchkey.json"), 303).await;
    assert_eq!(answer.location(), "/support");
    let mut noor = house.newcomer("noor@lakeside-books.example").await;
    let own = prepared(&house, &mut noor).await;
    let json = noor.get(&format!("{own}/latchkey.json"), 200).await;
    assert!(json.json()["devices"].as_array().unwrap().is_empty());
    assert!(!json.text().contains("Anna") && !json.text().contains("Reception"), "{}", json.text());
}
