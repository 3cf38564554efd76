//! What the administrator of a license does with its code, and what the pages around it tell.

use domain::PgPool;
use domain::demo::PASSWORD;
use domain::mail;

use crate::harness::{ANNA, Browser, Device, House, MIA};
use crate::statements::Statements;

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

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_license_names_who_sold_it_and_who_helps_and_so_does_a_case_about_a_purchase(db: PgPool) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    let license: String = sqlx::query_scalar(
        "select l.id::text from license l join activation_code c on c.id = l.code_id join purchase o on o.id = c.purchase_id
         where o.order_number = 'NW-204881'",
    )
    .fetch_one(&house.db)
    .await
    .unwrap();
    let ways = ["Look up the order at Paylane", "https://orders.paylane.example/find", "care@northwall.example"];
    let page = anna.get(&format!("/licenses/{license}"), 200).await;
    let statements = Statements::counted();
    let asked = anna.get("/requests/new?topic=purchase", 200).await;
    assert!(statements.count() <= 5, "beside the session and the person: {:?}", statements.texts());
    drop(statements);
    for way in ways {
        assert!(page.text().contains(way), "{way}: {}", page.text());
        assert!(asked.text().contains(way), "{way}: {}", asked.text());
    }
    assert!(page.text().contains("NW-204881") && page.text().contains("Northwall Store India"));
    assert!(page.text().contains("<title>Northwall Small Office Security \u{2013} Licenses \u{2013} Latchkey</title>"));
    sqlx::query("update seller set kind = 'partner', contact = null, payment_partner = null, order_lookup = null")
        .execute(&house.db)
        .await
        .unwrap();
    sqlx::query("update purchase set channel = 'partner'").execute(&house.db).await.unwrap();
    let partner = anna.get(&format!("/licenses/{license}"), 200).await;
    assert!(partner.text().contains("They know the order and help first."), "{}", partner.text());
    assert!(partner.text().contains("Their contact stands on the invoice.") && !partner.text().contains("Paylane"));
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn the_installer_is_for_the_administrator_and_a_colleague_reads_whom_to_ask(db: PgPool) {
    let Shared { house, mut anna, license, .. } = shared(db).await;
    let page = anna.get(&format!("/licenses/{license}"), 200).await;
    let installer = "https://download.northwall.example/nsos/windows";
    assert!(page.text().contains(installer) && page.text().contains("Mail the link"), "{}", page.text());
    assert!(anna.get("/licenses", 200).await.text().contains(&format!("/licenses/{license}#download")));
    let mut mia = house.signed_in(MIA).await;
    let withheld = mia.get(&format!("/licenses/{license}"), 200).await;
    assert!(!withheld.text().contains("download.northwall.example"), "{}", withheld.text());
    let reason = withheld.text().split("id=\"download-installer-refused\"").nth(1).unwrap();
    assert!(reason[..300].contains("Anna Berg"), "{}", &reason[..300]);
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_code_of_another_country_leads_to_the_stores_there_and_to_a_case_that_knows_the_device(db: PgPool) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    let mut abroad = Device { country: "GB", ..house.device() };
    let asked = abroad.ask_to_be_linked("windows").await;
    let fields = [("user_code", asked["user_code"].as_str().unwrap()), ("link_password", PASSWORD)];
    anna.call("link_device", &fields, 200).await;
    abroad.token = abroad.poll(&asked, 200).await["access_token"].as_str().unwrap().to_owned();
    let status = abroad.get("/api/v1/device", 200).await.json();
    let id = status["device_id"].as_str().unwrap();
    let code = house.code("desktop=1").await;
    let fields = [("device", id), ("code", code.as_str()), ("agreement", "true")];
    let page = anna.post_form("/licenses/add?do=preview_code", &fields, 409).await;
    for words in
        ["Activation code is invalid for this region", "Buy in the United Kingdom", "Northwall Store United Kingdom"]
    {
        assert!(page.text().contains(words), "{words}: {}", page.text());
    }
    let case = format!("/requests/new?topic=region&device={id}&country=GB");
    assert!(page.text().contains(&case.replace('&', "&amp;")), "{}", page.text());
    let form = anna.get(&case, 200).await;
    assert!(form.text().contains("The device is in the United Kingdom."), "{}", form.text());
    let chosen = form.text().split(&format!("value=\"{id}\"")).nth(1).unwrap();
    assert!(chosen[..20].contains("selected"), "{}", &chosen[..20]);
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_code_that_can_not_be_right_is_refused_with_the_block_to_look_at(db: PgPool) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    let device: String =
        sqlx::query_scalar("select id::text from device where name = 'Front desk'").fetch_one(&house.db).await.unwrap();
    for (typed, told) in [
        ("ABCDE-5JKM-NPQRS-TUVWX", "You entered 19. Look at the second block."),
        ("ABCDE-5JKMN-NPQ0S-TUVWX", "Look at the third block, character 14"),
    ] {
        let fields = [("device", device.as_str()), ("code", typed), ("agreement", "true")];
        let page = anna.post_form("/licenses/add?do=preview_code", &fields, 422).await;
        assert!(page.text().contains(told), "{told}: {}", page.text());
    }
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_code_is_taken_out_of_what_was_pasted_around_it_and_stands_in_no_page(db: PgPool) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    let (computer, server) =
        (house.linked(&mut anna, "windows").await, house.linked(&mut anna, "windows_server").await);
    let (computer, server) = (id_of(&computer).await, id_of(&server).await);
    let (code, other) = (house.code("desktop=1").await, house.code("desktop=5,file_server=1,mobile=5").await);
    let pasted = format!("Your activation code: {}\r\nThank you for order NW-204881.", code.to_lowercase());
    let fields = [("device", computer.as_str()), ("code", pasted.as_str()), ("agreement", "true")];
    let told = anna.call("preview_code", &fields, 200).await.json();
    assert_eq!(told["tail"].as_str(), Some(&code[18..]));

    let fields = [("device", server.as_str()), ("code", pasted.as_str()), ("agreement", "true")];
    let page = anna.post_form("/licenses/add?do=preview_code", &fields, 409).await;
    assert!(page.text().contains("no places for file servers") && !page.tells(&code), "{}", page.text());

    let both = format!("{code} or {other}");
    let fields = [("device", computer.as_str()), ("code", both.as_str()), ("agreement", "true")];
    let page = anna.post_form("/licenses/add?do=preview_code", &fields, 422).await;
    assert!(page.text().contains("You entered 42."), "{}", page.text());
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_device_is_offered_only_what_has_places_for_its_kind(db: PgPool) {
    let Shared { house, mut anna, code: fitting, license: fits, .. } = shared(db).await;
    let code = house.code("desktop=1").await;
    let activated = house.linked(&mut anna, "windows").await.activate(&code, 201).await;
    let unfit = activated["device"]["license"]["license_id"].as_str().unwrap().to_owned();
    let server = id_of(&house.linked(&mut anna, "windows_server").await).await;

    let told = anna.call("get_device", &[("id", &server)], 200).await.json();
    let offered: Vec<&str> =
        told["licenses"].as_array().unwrap().iter().map(|license| license["id"].as_str().unwrap()).collect();
    assert!(offered.contains(&fits.as_str()) && !offered.contains(&unfit.as_str()), "{told}");
    assert!(told["unfit"].as_u64().unwrap() >= 1, "{told}");
    let page = anna.get(&format!("/devices/{server}"), 200).await;
    assert!(!page.text().contains(&format!("license:{unfit}")), "{}", page.text());
    for words in ["no places for file servers", &format!("code ending in {}", &fitting[18..])] {
        assert!(page.text().contains(words), "{words}: {}", page.text());
    }

    let what = format!("license:{unfit}");
    let fields = [("device", server.as_str()), ("what", what.as_str()), ("agreement", "true")];
    let page = anna.post_form(&format!("/devices/{server}?do=preview_send"), &fields, 409).await;
    for way in [r##"href="#what""##, &format!(r#"href="/licenses/add?device={server}""#)] {
        assert!(page.text().contains(way), "{way}: {}", page.text());
    }
    assert!(!page.text().contains(r##"href="#device""##), "{}", page.text());
}

async fn id_of(device: &Device) -> String {
    device.get("/api/v1/device", 200).await.json()["device_id"].as_str().unwrap().to_owned()
}
