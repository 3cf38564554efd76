//! What the administrator of a license does with its code, and what the pages around it tell.

use domain::PgPool;
use domain::demo::PASSWORD;
use domain::mail;

use crate::harness::{ANNA, Browser, Device, House, MIA};

struct Shared {
    house: House,
    anna: Browser,
    code: String,
    license: String,
    devices: Vec<(Device, String)>,
}

/// A license that two devices use.
async fn shared(db: PgPool) -> Shared {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    let code = house.code("desktop=5,file_server=1,mobile=5").await;
    let (mut devices, mut license) = (Vec::new(), String::new());
    for os in ["windows", "mac"] {
        let device = house.linked(&mut anna, os).await;
        let told = device.try_activate(&code).await.json();
        license = told["device"]["license"]["license_id"].as_str().unwrap().to_owned();
        devices.push((device, told["device"]["device_id"].as_str().unwrap().to_owned()));
    }
    Shared { house, anna, code, license, devices }
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_leaked_code_is_replaced_known_devices_stay_and_the_old_one_is_dead_at_once(db: PgPool) {
    let Shared { house, mut anna, code, license, devices } = shared(db).await;
    let page = anna.get(&format!("/licenses/{license}/leaked"), 200).await;
    assert!(page.text().contains("Devices you know") && !page.tells(&code));
    let known = format!("devices[d{}]", devices[0].1);
    let at = format!("/licenses/{license}/leaked?do=rotate_code");
    let with =
        |password: &'static str| vec![("id", license.as_str()), ("password", password), (known.as_str(), "true")];
    anna.post_form(&at, &with(""), 401).await;
    anna.post_form(&at, &with("wrong"), 422).await;
    anna.post_form(&at, &with(PASSWORD), 303).await;

    let third = house.linked(&mut anna, "windows").await;
    assert_eq!(third.try_activate(&code).await.json()["code"], "E06");
    let kept = devices[0].0.get("/api/v1/device", 200).await.json();
    assert_eq!((&kept["level"], &kept["license"]["license_id"]), (&"full".into(), &license.as_str().into()));
    assert!(devices[1].0.get("/api/v1/device", 200).await.json()["license"].is_null());
    let new = anna.call("show_code", &[("id", &license)], 200).await.json()["code"].as_str().unwrap().to_owned();
    assert_ne!(new, code);
    third.activate(&new, 200).await;
    house.assert_sound().await;

    let history = anna.call("get_license_history", &[("id", &license)], 200).await;
    for told in ["code_replaced", "It became known to others", "seat_released", "license_started"] {
        assert!(history.text().contains(told), "{told}: {}", history.text());
    }
    assert!(anna.get(&format!("/licenses/{license}/history"), 200).await.text().contains("The code was replaced"));
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn nobody_but_its_administrator_replaces_or_mails_a_code(db: PgPool) {
    let Shared { house, code, license, devices, .. } = shared(db).await;
    let mut mia = house.signed_in(MIA).await;
    let mut noor = house.newcomer("noor@lakeside.example").await;
    let fields = [("id", license.as_str()), ("password", PASSWORD)];
    for function in ["rotate_code", "mail_code"] {
        mia.call(function, &fields, 409).await;
        noor.call(function, &[("id", &license), ("password", crate::harness::NEW_PASSWORD)], 404).await;
        house.browser().call(function, &fields, 401).await;
    }
    noor.call("get_license_history", &[("id", &license)], 404).await;
    for page in ["history", "leaked", "certificate"] {
        noor.get(&format!("/licenses/{license}/{page}"), 404).await;
    }
    assert!(mia.get(&format!("/licenses/{license}/leaked"), 200).await.text().contains("Only its administrator"));
    assert_eq!(devices[1].0.get("/api/v1/device", 200).await.json()["level"], "full");
    let third = house.linked(&mut house.signed_in(ANNA).await, "windows").await;
    third.activate(&code, 200).await;
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_code_is_mailed_to_its_administrator_and_lies_sealed_until_it_leaves(db: PgPool) {
    let Shared { house, mut anna, code, license, .. } = shared(db).await;
    let page = anna.get(&format!("/licenses/{license}?ask=mail"), 200).await;
    assert!(page.text().contains("Mail the code to yourself?") && !page.tells(&code));
    let at = format!("/licenses/{license}?do=mail_code");
    anna.post_form(&at, &[("id", &license)], 401).await;
    anna.post_form(&at, &[("id", &license), ("password", PASSWORD)], 303).await;
    let plain = "select count(*) from mail where subject = 'Your activation code' and text = '' and html = ''";
    assert_eq!(house.count(plain).await, 1);
    let mails = mail::for_sending(&house.world, 100).await.unwrap();
    let letter = mails.iter().find(|mail| mail.subject == "Your activation code").unwrap();
    assert!(letter.to_address == ANNA && letter.text.contains(&code));
    assert_eq!(house.count("select count(*) from audit_event where event = 'code_mailed'").await, 1);
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_certificate_tells_what_was_bought_and_no_code(db: PgPool) {
    let Shared { mut anna, code, license, .. } = shared(db).await;
    let page = anna.get(&format!("/licenses/{license}/certificate"), 200).await;
    for told in ["Harbor Dental", "Northwall Small Office Security", "5 for computers", "License key"] {
        assert!(page.text().contains(told), "{told}");
    }
    assert!(!page.tells(&code));
}
