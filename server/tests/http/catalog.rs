//! The catalog: each change is a further version, what is retired is no longer sold, and a seller's key is shown once.

use domain::PgPool;
use serde_json::Value;

use crate::harness::{Browser, House};
use crate::shop::INDIA;

const REASON: (&str, &str) = ("reason", "The price list of spring");

/// The identity of an entry by what it is called.
pub async fn entry(browser: &mut Browser, part: &str, title: &str) -> String {
    let listed = browser.call("get_catalog", &[("part", part)], 200).await.json();
    let found = listed.as_array().unwrap().iter().find(|entry| entry["title"] == title);
    found.unwrap_or_else(|| panic!("no {title}: {listed}"))["id"].as_str().unwrap().to_owned()
}

/// The form of a bundle of the demo's product.
async fn bundle(browser: &mut Browser, changes: &[(&'static str, &str)]) -> Vec<(String, String)> {
    let product = entry(browser, "product", "Northwall Small Office Security").await;
    let mut form: Vec<(String, String)> = [
        ("part", "bundle"),
        ("typed[product]", &product),
        ("typed[sku]", "nsos-25"),
        ("typed[name]", "25 computers"),
        ("typed[desktop]", "25"),
        ("typed[days]", "365"),
        REASON,
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .into();
    for (name, value) in changes {
        form.retain(|(known, _)| known != name);
        form.push(((*name).to_owned(), (*value).to_owned()));
    }
    form
}

fn borrowed(form: &[(String, String)]) -> Vec<(&str, &str)> {
    form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
}

fn faults(answer: &Value) -> Vec<&str> {
    answer["Deed"]["Invalid"].as_array().unwrap().iter().map(|at| at["field"].as_str().unwrap()).collect()
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_change_is_a_further_version_and_what_stood_before_stays_readable(db: PgPool) {
    let house = House::demo(db).await;
    let mut lena = house.lena().await;
    let new = bundle(&mut lena, &[]).await;
    let away = lena.post_form("/support/catalog/new?do=save_entry", &borrowed(&new), 303).await;
    let page = away.location().to_owned();
    assert!(lena.get(&page, 200).await.text().contains("25 computers"));
    let id = page.split('/').nth(3).unwrap().split('?').next().unwrap().to_owned();
    let changed = bundle(
        &mut lena,
        &[("id", &id), ("version", "1"), ("typed[sku]", "OTHER"), ("typed[days]", "730"), ("typed[desktop]", "30")],
    )
    .await;
    lena.post_form(&format!("/support/catalog/{id}?do=save_entry"), &borrowed(&changed), 303).await;
    let text = lena.get(&format!("/support/catalog/{id}"), 200).await;
    let text = text.text();
    for told in ["<del>365 days</del>", "<ins>730 days</ins>", "All of version 1", "Lena Fischer", REASON.1, "NSOS-25"]
    {
        assert!(text.contains(told), "{told}: {text}");
    }
    assert!(!text.contains("OTHER"), "a number stays for good");
    assert_eq!(house.count("select count(*) from catalog_version where entry->'bundle'->>'sku' = 'NSOS-25'").await, 2);
    assert_eq!(house.count("select term_days::bigint from bundle where sku = 'NSOS-25'").await, 730);
    for statement in ["update catalog_version set reason = 'x'", "delete from catalog_version"] {
        assert!(sqlx::query(statement).execute(&house.db).await.is_err(), "{statement}");
    }
    let recorded = "select count(*) from audit_event where event = 'catalog_changed' and actor_kind = 'staff'";
    assert_eq!(house.count(recorded).await, 2);
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn what_a_lead_enters_as_installer_is_what_the_administrator_downloads(db: PgPool) {
    let house = House::demo(db).await;
    let mut lena = house.lena().await;
    let id = entry(&mut lena, "product", "Northwall Small Office Security").await;
    let shown = lena.call("get_entry", &[("id", &id)], 200).await.json();
    let (version, product) = (shown["listed"]["version"].to_string(), &shown["listed"]["entry"]["product"]);
    let covers: Vec<(String, String)> = product["covers"]
        .as_object()
        .unwrap()
        .iter()
        .map(|(class, applications)| {
            let names: Vec<&str> = applications.as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect();
            (format!("typed[{class}]"), names.join(", "))
        })
        .collect();
    let components: Vec<&str> =
        product["components"].as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect();
    let components = components.join("\n");
    let mut form = vec![
        ("part", "product"),
        ("id", &id),
        ("version", &version),
        ("typed[sku]", product["sku"].as_str().unwrap()),
        ("typed[name]", product["name"].as_str().unwrap()),
        ("typed[family]", product["family"].as_str().unwrap()),
        ("typed[components]", &components),
        ("typed[windows]", "https://get.northwall.example/windows-8"),
        ("typed[mac]", "http://plain.example"),
        REASON,
    ];
    form.extend(covers.iter().map(|(class, names)| (class.as_str(), names.as_str())));
    assert_eq!(faults(&lena.call("save_entry", &form, 422).await.json()), ["mac"]);
    form.retain(|(name, _)| *name != "typed[mac]");
    lena.call("save_entry", &form, 200).await;
    let history = lena.get(&format!("/support/catalog/{id}"), 200).await;
    for told in ["Installer for Windows", "<ins>https://get.northwall.example/windows-8</ins>", "Installer for macOS"] {
        assert!(history.text().contains(told), "{told}: {}", history.text());
    }
    let mut anna = house.signed_in(crate::harness::ANNA).await;
    let device = house.linked(&mut anna, "windows").await;
    let told = device.activate(&house.code("desktop=1").await, 201).await;
    let license = told["device"]["license"]["license_id"].as_str().unwrap();
    let page = anna.get(&format!("/licenses/{license}"), 200).await;
    assert!(page.text().contains("https://get.northwall.example/windows-8"), "{}", page.text());
    assert!(!page.text().contains("nsos/mac"), "what has no address any more is not offered");
}

/// R19: what was accepted stays readable as it was; another text is another version.
#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_published_agreement_is_asked_for_by_devices_and_stays_as_it_is(db: PgPool) {
    let house = House::demo(db).await;
    let mut lena = house.lena().await;
    let product = entry(&mut lena, "product", "Northwall Small Office Security").await;
    house.world.clock.shift(time::Duration::minutes(1));
    let text = "You may use it on your devices.\n\nYou may not lend it.";
    let form = [
        ("part", "agreement"),
        ("typed[product]", &product),
        ("typed[agreement]", "2027-01"),
        ("typed[text]", text),
        REASON,
    ];
    let mut missing = faults(&lena.call("save_entry", &[("part", "agreement")], 422).await.json())
        .into_iter()
        .map(str::to_owned)
        .collect::<Vec<_>>();
    missing.sort_unstable();
    assert_eq!(missing, ["agreement", "product", "reason", "text"]);
    let page = lena.post_form("/support/catalog/new?do=save_entry", &form, 303).await.location().to_owned();
    let id = page.split('/').nth(3).unwrap().split('?').next().unwrap().to_owned();
    let shown = lena.get(&page, 200).await;
    assert!(shown.text().contains("You may not lend it.") && !shown.text().contains("Save new version"));
    assert_eq!(faults(&lena.call("save_entry", &form, 422).await.json()), ["agreement"]);
    let mut other = form.to_vec();
    other.extend([("id", id.as_str()), ("version", "1")]);
    lena.call("save_entry", &other, 404).await;
    lena.call("retire_entry", &[("id", &id), ("version", "1"), ("retired", "true"), REASON], 404).await;
    assert!(!lena.call("get_catalog", &[("part", "agreement")], 200).await.text().contains("lend it"));
    let mut anna = house.signed_in(crate::harness::ANNA).await;
    let device = house.linked(&mut anna, "windows").await;
    let asked = device.get("/api/v1/agreement", 200).await.json();
    assert_eq!((asked["version"].as_str(), asked["text"].as_str()), (Some("2027-01"), Some(text)));
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn of_two_who_change_the_same_the_second_is_told_of_the_first(db: PgPool) {
    let house = House::demo(db).await;
    let mut lena = house.lena().await;
    // a one-time code signs in once
    house.world.clock.shift(time::Duration::minutes(1));
    let mut again = house.lena().await;
    let id = entry(&mut lena, "bundle", "3 computers, 3 phones").await;
    let changed =
        bundle(&mut lena, &[("id", &id), ("version", "1"), ("typed[mobile]", "3"), ("typed[desktop]", "4")]).await;
    lena.call("save_entry", &borrowed(&changed), 200).await;
    let refused = again.call("save_entry", &borrowed(&changed), 409).await;
    assert!(refused.text().contains("EntryChanged") && refused.text().contains("Lena Fischer"), "{}", refused.text());
    again.call("retire_entry", &[("id", &id), ("version", "1"), ("retired", "true"), REASON], 409).await;
    again.call("retire_entry", &[("id", &id), ("version", "2"), ("retired", "true"), REASON], 200).await;
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_form_is_told_everything_that_is_wrong_with_it(db: PgPool) {
    let house = House::demo(db).await;
    let mut lena = house.lena().await;
    let empty = lena.call("save_entry", &[("part", "bundle")], 422).await.json();
    let mut named = faults(&empty);
    named.sort_unstable();
    assert_eq!(named, ["days", "desktop", "name", "product", "reason", "sku"]);
    for (change, field) in [
        (("typed[sku]", "NSOS-5"), "sku"),
        (("typed[product]", "00000000-0000-0000-0000-000000000000"), "product"),
        (("typed[days]", "4000"), "days"),
        (("reason", "because"), "reason"),
    ] {
        let form = bundle(&mut lena, &[change]).await;
        assert_eq!(faults(&lena.call("save_entry", &borrowed(&form), 422).await.json()), [field]);
    }
    let home = entry(&mut lena, "product", "Northwall Home Security").await;
    let form = bundle(&mut lena, &[("typed[product]", &home), ("typed[file_server]", "1")]).await;
    assert_eq!(faults(&lena.call("save_entry", &borrowed(&form), 422).await.json()), ["file_server"]);
    let page = lena.post_form("/support/catalog/new?do=save_entry", &borrowed(&form), 422).await;
    assert!(page.text().contains("This product has no seats of this class") && page.text().contains("nsos-25"));
    let id = entry(&mut lena, "seller", "Northwall Store India").await;
    let seller = [
        ("part", "seller"),
        ("id", &id),
        ("version", "2"),
        ("typed[sku]", INDIA),
        ("typed[name]", "Store"),
        ("typed[kind]", "partner"),
        ("typed[countries]", "IN"),
        ("typed[recipient]", "age1notakeyatall"),
        REASON,
    ];
    assert_eq!(faults(&lena.call("save_entry", &seller, 422).await.json()), ["recipient"]);
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn what_is_retired_is_no_longer_sold_and_goes_on_where_it_was_sold(db: PgPool) {
    let house = House::demo(db).await;
    house.watch().await;
    let mut lena = house.lena().await;
    let shop = house.shop(INDIA).await;
    let code = house.code("desktop=1").await;
    let product = entry(&mut lena, "product", "Northwall Small Office Security").await;
    let call = async |browser: &mut Browser, version: &str, retired: &str| {
        let form = [("id", product.as_str()), ("version", version), ("retired", retired), REASON];
        browser.call("retire_entry", &form, 200).await;
    };
    call(&mut lena, "2", "true").await;
    let refused = shop.try_call(http::Method::POST, "/api/v1/orders", Some(&house.order("W-1"))).await;
    assert_eq!(refused.status, 422, "{}", refused.text());
    let mut anna = house.signed_in(crate::harness::ANNA).await;
    house.linked(&mut anna, "windows").await.activate(&code, 201).await;
    let sold = lena.get("/support/batches/new", 200).await;
    assert!(sold.text().contains("3 computers, 3 phones"));
    call(&mut lena, "3", "false").await;
    shop.sell(&house.order("W-1")).await;
    let seller = entry(&mut lena, "seller", "Northwall Store India").await;
    lena.call("retire_entry", &[("id", &seller), ("version", "2"), ("retired", "true"), REASON], 200).await;
    let refused = shop.try_call(http::Method::POST, "/api/v1/orders", Some(&house.order("W-2"))).await;
    assert_eq!(refused.status, 403, "{}", refused.text());
    shop.get("/api/v1/orders/W-1", 200).await;
    house.assert_told().await;
    house.assert_sound().await;
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_sellers_key_is_shown_once_and_opens_until_it_is_taken_back(db: PgPool) {
    let house = House::demo(db).await;
    let mut lena = house.lena().await;
    let seller = entry(&mut lena, "seller", "Northwall Store India").await;
    let page = format!("/support/catalog/{seller}");
    let form = [("seller", seller.as_str()), ("key_name", "Checkout of the web shop")];
    let shown = lena.post_form(&format!("{page}?do=make_seller_key"), &form, 200).await;
    let start = shown.text().find("lks_").unwrap();
    let key = shown.text()[start..start + 47].to_owned();
    assert_eq!(shown.headers["cache-control"], "no-store");
    let shop = house.shop(INDIA).await.with_key(&key);
    shop.get("/api/v1/orders", 200).await;
    let later = lena.get(&page, 200).await;
    assert!(!later.text().contains("lks_") && later.text().contains("Checkout of the web shop"));
    let id: String = sqlx::query_scalar("select id::text from seller_key where name like 'Checkout%'")
        .fetch_one(&house.db)
        .await
        .unwrap();
    let other = entry(&mut lena, "seller", "Bright Office Supplies").await;
    lena.call("revoke_seller_key", &[("seller", &other), ("key", &id)], 404).await;
    lena.call("make_seller_key", &[("seller", &seller), ("key_name", " ")], 422).await;
    lena.post_form(&format!("{page}?do=revoke_seller_key"), &[("seller", &seller), ("key", &id)], 303).await;
    let refused = shop.try_call(http::Method::GET, "/api/v1/orders", None).await;
    assert_eq!(refused.status, 401, "{}", refused.text());
    assert_eq!(house.count("select count(*) from audit_event where facts::text like '%lks_%'").await, 0);
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn support_reads_the_catalog_and_only_leads_find_its_forms(db: PgPool) {
    let house = House::demo(db).await;
    let mut sam = house.sam().await;
    for part in ["product", "version", "bundle", "seller", "price", "countries"] {
        let page = sam.get(&format!("/support/catalog?part={part}"), 200).await;
        assert!(page.text().contains("<tbody>"), "{part}: {}", page.text());
    }
    let id = entry(&mut sam, "seller", "Northwall Store India").await;
    let page = sam.get(&format!("/support/catalog/{id}"), 200).await;
    assert!(page.text().contains("Changes are made by a lead.") && !page.text().contains("Save new version"));
    assert!(!sam.get("/support/catalog/new?part=seller", 200).await.text().contains("typed[name]"));
    sam.get("/support/catalog/00000000-0000-0000-0000-000000000000", 404).await;
}

/// Who takes the money is told to those who look for their code (R83), so a lead keeps it right.
#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn who_takes_the_money_for_a_seller_is_set_in_the_catalog_and_told_to_customers(db: PgPool) {
    let house = House::demo(db).await;
    let mut lena = house.lena().await;
    let id = entry(&mut lena, "seller", "Northwall Store India").await;
    let page = lena.get(&format!("/support/catalog/{id}"), 200).await;
    assert!(page.text().contains("Paylane") && page.text().contains("https://orders.paylane.example/find"));
    let version = lena.call("get_entry", &[("id", &id)], 200).await.json()["listed"]["version"].to_string();
    let seller = |page: &'static str| {
        [
            ("part", "seller"),
            ("id", id.as_str()),
            ("version", version.as_str()),
            ("typed[sku]", INDIA),
            ("typed[name]", "Northwall Store India"),
            ("typed[kind]", "vendor_store"),
            ("typed[countries]", "IN"),
            ("typed[payment_partner]", "Coinwell"),
            ("typed[order_lookup]", page),
            REASON,
        ]
    };
    let refused = lena.call("save_entry", &seller("ftp://orders.coinwell.example"), 422).await.json();
    assert_eq!(faults(&refused), ["order_lookup"]);
    lena.call("save_entry", &seller("https://orders.coinwell.example/find"), 200).await;
    let page = lena.get(&format!("/support/catalog/{id}"), 200).await;
    assert!(
        page.text().contains("<del>Paylane</del>") && page.text().contains("<ins>Coinwell</ins>"),
        "{}",
        page.text()
    );
    let mut anna = house.signed_in(crate::harness::ANNA).await;
    let told = anna.get("/requests/new?topic=purchase", 200).await;
    assert!(told.text().contains("Coinwell") && !told.text().contains("Paylane"), "{}", told.text());
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn the_limit_above_which_two_leads_refund_is_set_in_the_catalog_and_binds_whoever_set_it(db: PgPool) {
    let house = House::demo(db).await;
    let mut lena = house.lena().await;
    let id = entry(&mut lena, "seller", "Northwall Store India").await;
    let page = lena.get(&format!("/support/catalog/{id}"), 200).await;
    assert!(page.text().contains("One lead refunds up to") && page.text().contains("1000000"), "{}", page.text());
    let version = lena.call("get_entry", &[("id", &id)], 200).await.json()["listed"]["version"].to_string();
    let seller = |limit: &'static str, version: &str| {
        [
            ("part", "seller"),
            ("id", &id),
            ("version", version),
            ("typed[sku]", INDIA),
            ("typed[name]", "Northwall Store India"),
            ("typed[kind]", "vendor_store"),
            ("typed[countries]", "IN"),
            ("typed[refund_by_one]", limit),
            REASON,
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
    };
    for wrong in ["-1", "a lot", "1.50"] {
        let refused = lena.call("save_entry", &borrowed(&seller(wrong, &version)), 422).await.json();
        assert_eq!(faults(&refused), ["refund_by_one"], "{wrong}");
    }
    lena.call("save_entry", &borrowed(&seller("5000000", &version)), 200).await;
    let limit = "select refund_by_one_up_to from seller where code = 'NW-IN'";
    assert_eq!(house.count(limit).await, 5_000_000);
    let page = lena.get(&format!("/support/catalog/{id}"), 200).await;
    for told in ["<del>1000000</del>", "<ins>5000000</ins>"] {
        assert!(page.text().contains(told), "{told}: {}", page.text());
    }
    // Lena raised it: of a refund that it would leave to one lead hers is only the first yes
    let (_, number) = crate::refunds::dear(&house).await;
    let decision = crate::refunds::decision(&number, "approved");
    lena.call("decide_refund", &decision, 200).await;
    assert_eq!(
        house.count("select count(*) from refund where state = 'under_review' and first_by is not null").await,
        1
    );
    let alone =
        "update refund set state = 'approved', decision = 'approved', decision_reason = 'Long enough a reason.',
                     decided_at = now(), decided_by = (select id from staff where name like 'Lena%'),
                     first_by = null, first_at = null, first_reason = null, first_price = null";
    assert!(sqlx::query(alone).execute(&house.db).await.is_err(), "the database does not grant it either");
    house.priya().await.call("decide_refund", &decision, 200).await;
    assert_eq!(house.count("select count(*) from refund where state = 'approved'").await, 1);
}
