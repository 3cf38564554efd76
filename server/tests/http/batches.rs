//! Codes in numbers: made in the background, handed over once in a file that support can't read; and files of others'
//! codes, tried before anything is brought in.

use std::collections::BTreeSet;

use age::x25519::Identity;
use domain::PgPool;
use domain::batch::store::work;
use domain::catalog::store::{entry as read_entry, save_entry};
use domain::catalog::{Entry, Part};
use domain::code::{ActivationCode, RANDOM_SYMBOLS};
use domain::cx::Cx;
use http::Method;

use crate::cases::post_files;
use crate::catalog::entry;
use crate::harness::{ANNA, Browser, House};

const REASON: &str = "Boxes for the spring campaign";

/// A seller's key, entered for the store in India by Latchkey itself.
async fn recipient(house: &House, lena: &mut Browser) -> Identity {
    let identity = Identity::generate();
    let cx = Cx::system(&house.world);
    let id = entry(lena, "seller", "Northwall Store India").await.parse().unwrap();
    let page = read_entry(cx.clone(), id).await.unwrap();
    let Entry::Seller(_) = &page.listed.entry else { panic!("not a seller") };
    let mut typed = page.listed.entry.typed();
    typed.recipient = identity.to_public().to_string();
    save_entry(cx, Part::Seller, Some(id), page.listed.version, typed, "The key of the seller".to_owned())
        .await
        .unwrap();
    identity
}

/// The form, with these changes.
async fn form(browser: &mut Browser, changes: &[(&'static str, &str)]) -> Vec<(String, String)> {
    let bundle = entry(browser, "bundle", "5 computers, 1 file server, 5 phones").await;
    let seller = entry(browser, "seller", "Northwall Store India").await;
    let mut form: Vec<(String, String)> = [
        ("typed[bundle]", bundle.as_str()),
        ("typed[seller]", &seller),
        ("typed[kind]", "commercial"),
        ("typed[channel]", "box"),
        ("typed[count]", "2500"),
        ("typed[reason]", REASON),
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

/// Orders codes and gives the page of the batch.
async fn ordered(browser: &mut Browser, changes: &[(&'static str, &str)]) -> String {
    let form = form(browser, changes).await;
    let away = browser.post_form("/support/batches/new?do=order_codes", &borrowed(&form), 303).await;
    away.location().split('?').next().unwrap().to_owned()
}

async fn take(browser: &mut Browser, page: &str) -> crate::harness::Answer {
    let request = browser.request(Method::POST, &format!("{page}/file"));
    let request = request.header("content-type", crate::harness::FORM).body(axum::body::Body::empty()).unwrap();
    browser.send(request).await
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn codes_are_made_in_the_background_and_their_file_leaves_once_and_encrypted(db: PgPool) {
    let house = House::demo(db).await;
    let mut lena = house.lena().await;
    let identity = recipient(&house, &mut lena).await;
    let page = ordered(&mut lena, &[]).await;
    let waiting = lena.get(&page, 200).await;
    assert!(waiting.text().contains("0 of 2500 codes") && waiting.text().contains(r#"http-equiv="refresh""#));
    assert_eq!(take(&mut lena, &page).await.status, 404, "there is no file while the codes are being made");
    assert_eq!(work(&Cx::system(&house.world)).await.unwrap(), 2500);
    let ready = lena.get(&page, 200).await;
    assert!(ready.text().contains("All 2500 codes are there.") && ready.text().contains("This works once"));
    assert_eq!(take(&mut house.sam().await, &page).await.status, 403);
    lena.get(&format!("{page}/file"), 405).await;
    let file = take(&mut lena, &page).await;
    assert_eq!(file.status, 200);
    assert_eq!(file.headers["cache-control"], "no-store");
    assert!(file.headers["content-disposition"].to_str().unwrap().ends_with(".csv.age\""));
    assert!(file.body.starts_with(b"age-encryption.org/v1"));
    let opened = String::from_utf8(age::decrypt(&identity, &file.body).unwrap()).unwrap();
    let codes: BTreeSet<&str> = opened.lines().skip(1).map(|line| line.strip_suffix(",NSOS-5").unwrap()).collect();
    assert_eq!(codes.len(), 2500);
    assert!(age::decrypt(&Identity::generate(), &file.body).is_err());
    assert_eq!(take(&mut lena, &page).await.status, 409, "it leaves once");
    let over = lena.get(&page, 200).await;
    assert!(over.text().contains("There is no other.") && !over.text().contains("Download encrypted file"));
    for answer in [&waiting, &ready, &over] {
        assert!(!codes.iter().any(|code| answer.tells(code)), "no page has a code");
    }
    let left = "select count(*) from audit_event where event = 'batch_handed_over' and actor_kind = 'staff'";
    assert_eq!(house.count(left).await, 1);
    let mut anna = house.signed_in(ANNA).await;
    let code = codes.first().unwrap();
    house.linked(&mut anna, "windows").await.activate(code, 201).await;
    house.assert_sound().await;
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_batch_goes_on_where_it_stood_and_two_workers_share_it(db: PgPool) {
    let house = House::demo(db).await;
    let mut lena = house.lena().await;
    recipient(&house, &mut lena).await;
    ordered(&mut lena, &[("typed[count]", "7000")]).await;
    for after in [5, 30, 90] {
        let world = house.world.clone();
        let running = tokio::spawn(async move { work(&Cx::system(&world)).await });
        let _ = tokio::time::timeout(std::time::Duration::from_millis(after), async {
            loop {
                tokio::task::yield_now().await;
            }
        })
        .await;
        running.abort();
        let _ = running.await;
    }
    let (one, other) = (Cx::system(&house.world), Cx::system(&house.world));
    let (one, other) = tokio::join!(work(&one), work(&other));
    assert!(one.is_ok() && other.is_ok(), "{one:?} {other:?}");
    // whichever was busy while the other passed by, or held by what was given up, the rest is done in the next rounds
    let ready = "select coalesce(max(done), 0)::bigint from code_batch where state = 'ready'";
    for _ in 0..100 {
        if house.count(ready).await > 0 {
            break;
        }
        work(&Cx::system(&house.world)).await.unwrap();
    }
    assert_eq!(house.count(ready).await, 7000);
    let made = "select count(*) from activation_code c join code_batch b on b.purchase_id = c.purchase_id";
    assert_eq!(house.count(made).await, 7000);
    assert_eq!(house.count("select count(*) from audit_event where event = 'batch_done'").await, 1);
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn whoever_entered_the_key_orders_no_file_for_it(db: PgPool) {
    let house = House::demo(db).await;
    let mut lena = house.lena().await;
    let id = entry(&mut lena, "seller", "Northwall Store India").await;
    let page = read_entry(Cx::system(&house.world), id.parse().unwrap()).await.unwrap();
    let (mut typed, version) = (page.listed.entry.typed(), page.listed.version.to_string());
    typed.recipient = Identity::generate().to_public().to_string();
    let seller = [
        ("part", "seller"),
        ("id", &id),
        ("version", &version),
        ("typed[name]", &typed.name),
        ("typed[sku]", &typed.sku),
        ("typed[kind]", &typed.kind),
        ("typed[countries]", &typed.countries),
        ("typed[checkout]", &typed.checkout),
        ("typed[recipient]", &typed.recipient),
        ("reason", "The seller sent another key"),
    ];
    lena.call("save_entry", &seller, 200).await;
    let order = form(&mut lena, &[]).await;
    let refused = lena.call("order_codes", &borrowed(&order), 409).await;
    assert!(refused.text().contains("OwnRecipient"), "{}", refused.text());
    assert_eq!(house.count("select count(*) from code_batch").await, 0);
    let none = seller.map(|(name, value)| if name == "typed[recipient]" { (name, "") } else { (name, value) });
    let none = none.map(|(name, value)| if name == "version" { (name, "3") } else { (name, value) });
    lena.call("save_entry", &none, 200).await;
    let refused = lena.call("order_codes", &borrowed(&order), 422).await;
    assert!(refused.text().contains("NoRecipient"), "{}", refused.text());
}

fn code(n: u8) -> String {
    ActivationCode::from_symbols([n; RANDOM_SYMBOLS]).reveal()
}

/// Tries a file and gives the page of what came of it.
async fn tried(browser: &mut Browser, changes: &[(&'static str, &str)], file: &str) -> String {
    let form = form(browser, changes).await;
    let files = [("codes.csv", file.as_bytes())];
    let away = post_files(browser, "/support/imports/new?do=try_import", &borrowed(&form), &files, 303).await;
    away.location().to_owned()
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_file_is_tried_line_by_line_and_its_good_lines_are_brought_in(db: PgPool) {
    let house = House::demo(db).await;
    let mut lena = house.lena().await;
    let ours = house.code("desktop=1").await;
    let lines = [
        "code,product,redeem_by".to_owned(),
        format!("{},,", code(1)),
        format!("{},NSOS-10,", code(2)),
        format!("{},,", code(1)),
        format!("{ours},,"),
        format!("{},NOTHING,", code(3)),
        "AAAAA-AAAAA-AAAAA-AAAAB,,".to_owned(),
        format!("{},,2027-13-01", code(4)),
    ];
    let page = tried(&mut lena, &[], &lines.join("\r\n")).await;
    let told = lena.get(&page, 200).await;
    for sentence in [
        "2 codes can be brought in, 5 lines can't.",
        "The same code stands in line 2.",
        "This code is here already.",
        "No bundle that is sold has this number.",
        "The last character does not fit the others",
        "The last day is no date.",
    ] {
        assert!(told.text().contains(sentence), "{sentence}: {}", told.text());
    }
    assert!(![code(1), code(2), code(3), ours].iter().any(|code| told.tells(code)), "no line is shown");
    assert_eq!(house.count("select count(*) from code_batch").await, 0, "nothing was brought in");
    let id = page.rsplit('/').next().unwrap();
    let away = lena.post_form(&format!("{page}?do=bring_in"), &[("id", id)], 303).await;
    assert_eq!(work(&Cx::system(&house.world)).await.unwrap(), 2);
    assert!(lena.get(away.location(), 200).await.text().contains("All 2 codes are there."));
    lena.call("bring_in", &[("id", id)], 200).await;
    assert_eq!(house.count("select count(*) from code_batch").await, 1, "twice is once");
    assert_eq!(house.count("select count(*) from code_batch where staged is not null").await, 0);
    assert_eq!(house.count("select count(*) from code_import where staged is not null").await, 0);
    assert_eq!(take(&mut lena, away.location().split('?').next().unwrap()).await.status, 404);
    let ten =
        "select (c.seats->>'desktop')::bigint from activation_code c join code_batch b on b.purchase_id = c.purchase_id
               order by 1 desc limit 1";
    assert_eq!(house.count(ten).await, 10);
    let mut anna = house.signed_in(ANNA).await;
    house.linked(&mut anna, "windows").await.activate(&code(1), 201).await;
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn what_was_tried_is_its_leads_alone_and_gone_after_an_hour_or_at_once(db: PgPool) {
    let house = House::demo(db).await;
    let mut lena = house.lena().await;
    let file = format!("code\n{}\n", code(1));
    let page = tried(&mut lena, &[], &file).await;
    let id = page.rsplit('/').next().unwrap().to_owned();
    sqlx::query("update staff set role = 'lead' where email = 'sam@northwall.example'")
        .execute(&house.db)
        .await
        .unwrap();
    let mut other = house.sam().await;
    other.call("get_import", &[("id", &id)], 404).await;
    other.call("bring_in", &[("id", &id)], 404).await;
    other.call("drop_import", &[("id", &id)], 404).await;
    house.world.clock.shift(time::Duration::minutes(61));
    let mut lena = house.lena().await;
    lena.call("bring_in", &[("id", &id)], 422).await;
    domain::batch::store::forget(&Cx::system(&house.world)).await.unwrap();
    assert_eq!(house.count("select count(*) from code_import where staged is not null").await, 0);
    let page = tried(&mut lena, &[], &file).await;
    let id = page.rsplit('/').next().unwrap().to_owned();
    let away = lena.post_form(&format!("{page}?do=drop_import"), &[("id", &id)], 303).await;
    assert!(lena.get(away.location(), 200).await.text().contains("Nothing was brought in"));
    assert_eq!(house.count("select count(*) from code_import where staged is not null").await, 0);
    assert_eq!(house.count("select count(*) from code_batch").await, 0);
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_file_that_is_missing_or_too_long_is_told_at_its_field(db: PgPool) {
    let house = House::demo(db).await;
    let mut lena = house.lena().await;
    let form = form(&mut lena, &[("typed[reason]", "")]).await;
    let path = "/support/imports/new?do=try_import";
    let page = post_files(&mut lena, path, &borrowed(&form), &[("", b"")], 422).await;
    assert!(page.text().contains("Choose the file.") && page.text().contains("Give the reason."), "{}", page.text());
    let long = vec![b'A'; 6 * 1024 * 1024];
    let page = post_files(&mut lena, path, &borrowed(&form), &[("codes.csv", &long)], 422).await;
    assert!(page.text().contains("A file has more than 5 MB."), "{}", page.text());
    assert_eq!(house.count("select count(*) from code_import").await, 0);
}
