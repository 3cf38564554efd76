//! A device whose system was installed anew comes back by a ticket: once, with the same seat, and for nobody else.

use domain::PgPool;
use http::header::CONTENT_TYPE;
use serde_json::{Value, json};

use crate::harness::{ANNA, Answer, Browser, Device, House, MIA, send};

const OTHER_BOARD: &str = "board:1111111111111111111111111111111111111111111111111111111111111111,disk:2222222222222222222222222222222222222222222222222222222222222222";

async fn come_back(device: &Device, body: Value) -> Answer {
    let request = device.request(http::Method::POST, "/api/v1/reinstall").header(CONTENT_TYPE, "application/json");
    send(&device.router, request.body(body.to_string().into()).unwrap()).await
}

async fn id_of(device: &Device) -> String {
    device.get("/api/v1/device", 200).await.json()["device_id"].as_str().unwrap().to_owned()
}

async fn ticket_for(browser: &mut Browser, id: &str) -> String {
    let made = browser.call("make_reinstall_ticket", &[("id", id)], 200).await.json();
    made["ticket"].as_str().unwrap().to_owned()
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_reinstalled_device_has_the_same_seat_and_the_same_dates_and_its_old_token_is_dead(db: PgPool) {
    let house = House::demo(db).await;
    house.watch().await;
    let mut anna = house.signed_in(ANNA).await;
    let before = house.linked(&mut anna, "windows").await;
    before.activate(&house.code("desktop=1").await, 201).await;
    let stood = before.get("/api/v1/device", 200).await.json();
    let id = id_of(&before).await;
    let ticket = ticket_for(&mut anna, &id).await;
    let seats = "select count(*) from seat where released_at is null";
    let held = house.count(seats).await;

    let mut after = house.device();
    let body = json!({ "ticket": ticket.to_lowercase(), "fingerprint": OTHER_BOARD, "app_version": "7.9.9" });
    let answer = come_back(&after, body.clone()).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    after.token = answer.json()["access_token"].as_str().unwrap().to_owned();
    let stands = after.get("/api/v1/device", 200).await.json();
    for same in ["device_id", "name", "office", "license"] {
        assert_eq!(stands[same], stood[same], "{same}");
    }
    before.get("/api/v1/device", 401).await;
    assert_eq!(house.count(seats).await, held);
    assert_eq!(come_back(&house.device(), body).await.status, 422, "a ticket works once");
    let page = anna.get("/activity", 200).await;
    assert!(page.text().contains("came back after a reinstall"), "{}", page.text());
    assert_eq!(house.count("select count(*) from mail where subject like '%is back after a reinstall'").await, 1);
    house.assert_told().await;
    house.assert_sound().await;
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn of_two_that_come_with_the_same_ticket_at_once_one_gets_the_token(db: PgPool) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    let id = id_of(&house.linked(&mut anna, "windows").await).await;
    let body = json!({ "ticket": ticket_for(&mut anna, &id).await });
    let (one, two) = (house.device(), house.device());
    let (one, two) = tokio::join!(come_back(&one, body.clone()), come_back(&two, body));
    let mut statuses = [one.status.as_u16(), two.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 422]);
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_ticket_is_dead_when_it_is_old_taken_back_replaced_or_its_device_disconnected(db: PgPool) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    let id = id_of(&house.linked(&mut anna, "windows").await).await;
    let dead = async |ticket: &str| {
        let answer = come_back(&house.device(), json!({ "ticket": ticket })).await;
        assert_eq!(answer.status, 422, "{}", answer.text());
        assert_eq!(answer.json()["fields"][0]["field"], "ticket");
    };
    let first = ticket_for(&mut anna, &id).await;
    let second = ticket_for(&mut anna, &id).await;
    dead(&first).await;
    anna.post_form(&format!("/devices/{id}/reinstall?do=revoke_reinstall_ticket"), &[("id", &id)], 303).await;
    dead(&second).await;
    let third = ticket_for(&mut anna, &id).await;
    house.world.clock.shift(time::Duration::days(14));
    dead(&third).await;
    let mut anna = house.signed_in(ANNA).await;
    let fourth = ticket_for(&mut anna, &id).await;
    anna.call("disconnect_device", &[("id", &id)], 200).await;
    dead(&fourth).await;
    anna.call("make_reinstall_ticket", &[("id", &id)], 409).await;
    let page = anna.get(&format!("/devices/{id}/reinstall"), 200).await;
    assert!(page.text().contains("Connect the device before you begin"), "{}", page.text());
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_server_does_not_take_the_seat_of_a_desktop_and_a_machine_of_another_office_none(db: PgPool) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    let id = id_of(&house.linked(&mut anna, "windows").await).await;
    let ticket = ticket_for(&mut anna, &id).await;
    let answer = come_back(&house.device(), json!({ "ticket": ticket, "os_family": "windows_server" })).await;
    assert_eq!((answer.status.as_u16(), answer.json()["code"].as_str()), (409, Some("E08")), "{}", answer.text());
    let mut noor = house.newcomer("noor@lakeside-books.example").await;
    house.linked_on(&mut noor, "windows", OTHER_BOARD).await;
    let body = json!({ "ticket": ticket, "fingerprint": OTHER_BOARD });
    let answer = come_back(&house.device(), body).await;
    assert_eq!((answer.status.as_u16(), answer.json()["code"].as_str()), (409, Some("E29")), "{}", answer.text());
    assert_eq!(house.count("select count(*) from audit_event where event = 'reinstall_refused'").await, 2);
    let answer = come_back(&house.device(), json!({ "ticket": ticket, "os_family": "mac" })).await;
    assert_eq!(answer.status, 200, "a refused ticket was not used up: {}", answer.text());
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn guessing_tickets_ends_after_ten(db: PgPool) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    let id = id_of(&house.linked(&mut anna, "windows").await).await;
    let ticket = ticket_for(&mut anna, &id).await;
    let guesser = house.device();
    for _ in 0..10 {
        let answer = come_back(&guesser, json!({ "ticket": "ABCDE-FGH23-JKMN4-NPQR5-STUV6-WXYZ7" })).await;
        assert_eq!(answer.status, 422);
    }
    let answer = come_back(&guesser, json!({ "ticket": ticket })).await;
    assert_eq!((answer.status.as_u16(), answer.json()["code"].as_str()), (429, Some("E26")));
    assert!(answer.headers.contains_key("retry-after"));
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_ticket_is_made_by_the_devices_owner_or_the_licenses_administrator_and_shown_once(db: PgPool) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    let mut mia = house.signed_in(MIA).await;
    let id = id_of(&house.linked(&mut anna, "windows").await).await;
    mia.call("make_reinstall_ticket", &[("id", &id)], 403).await;
    let page = mia.get(&format!("/devices/{id}/reinstall"), 200).await;
    assert!(page.text().contains("Ask Anna Berg."), "{}", page.text());
    let mut noor = house.newcomer("noor@lakeside-books.example").await;
    for function in ["make_reinstall_ticket", "revoke_reinstall_ticket", "get_reinstall"] {
        noor.call(function, &[("id", &id)], 404).await;
    }
    let gone = noor.get(&format!("/devices/{id}/reinstall"), 404).await;
    assert!(gone.text().contains("/recover?step=ask&amp;reason=lost"), "{}", gone.text());

    let own = house.linked(&mut mia, "mac").await;
    own.activate(&house.code("desktop=1").await, 201).await;
    let own = id_of(&own).await;
    anna.call("make_reinstall_ticket", &[("id", &own)], 409).await;
    let page = format!("/devices/{own}/reinstall");
    let made = mia.post_form(&format!("{page}?do=make_reinstall_ticket"), &[("id", &own)], 200).await;
    assert!(made.text().contains("the ticket is shown only once") && made.text().contains("class=\"qr\""));
    let again = mia.get(&page, 200).await;
    assert!(again.text().contains("Take the ticket back") && !again.text().contains("class=\"qr\""));
    let kept: Vec<u8> =
        sqlx::query_scalar("select ticket_hash from reinstall_ticket").fetch_one(&house.db).await.unwrap();
    assert_eq!(kept.len(), 32);
}
