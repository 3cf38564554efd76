//! Support's look-up: what it finds, what it takes to open a record, and what is told of it.

use domain::PgPool;
use domain::lookup::OPEN_FOR;

use crate::harness::{ANNA, Browser, House, LENA};

pub const REASON: &str = "The customer asks why the end date changed";

async fn one(house: &House, question: &'static str) -> String {
    sqlx::query_scalar(question).fetch_one(&house.db).await.unwrap()
}

/// The code of the demo office's license with most seats, and an open case of that office.
pub async fn code_and_case(house: &House) -> (String, String) {
    let code = "select l.code_id::text from license l join seat s on s.license_id = l.id
                where s.released_at is null group by l.id order by count(*) desc, l.id limit 1";
    let case = "select number from support_case where state in ('new', 'open', 'pending') order by id limit 1";
    (one(house, code).await, one(house, case).await)
}

pub async fn open(browser: &mut Browser, record: &str, id: &str, request: &str, reason: &str, expected: u16) -> String {
    let fields = [("record", record), ("id", id), ("request", request), ("reason", reason)];
    browser.call("open_record", &fields, expected).await.text().to_owned()
}

pub async fn whole_code(house: &House, id: &str) -> String {
    use domain::seal::Sealed;
    let id: uuid::Uuid = id.parse().unwrap();
    let sealed: Vec<u8> = sqlx::query_scalar("select code_ct from activation_code where id = $1")
        .bind(id)
        .fetch_one(&house.db)
        .await
        .unwrap();
    String::from_utf8(house.world.seal.open(Sealed::Code, id, &sealed).unwrap()).unwrap()
}

/// H06: four characters or more, exactly, and no pattern.
#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn records_are_found_by_what_a_customer_tells_and_by_nothing_less(db: PgPool) {
    let house = House::demo(db).await;
    let mut sam = house.sam().await;
    let (code, case) = code_and_case(&house).await;
    let whole = whole_code(&house, &code).await;
    let tail = whole[15..].to_owned();
    for sought in [whole.as_str(), tail.as_str()] {
        let found = sam.call("look_up", &[("sought", sought)], 200).await;
        assert!(found.text().contains(&code), "{sought}: {}", found.text());
        assert!(!found.text().contains(&whole[..15]), "{}", found.text());
    }
    let account = one(&house, "select account_id::text from person where email = 'anna@harbor-dental.example'").await;
    for sought in [ANNA, "ANNA@Harbor-Dental.example", &case] {
        let found = sam.call("look_up", &[("sought", sought)], 200).await;
        assert!(found.text().contains(&account), "{sought}: {}", found.text());
        assert!(!found.text().contains(ANNA), "{}", found.text());
    }
    let found = sam.call("look_up", &[("sought", "front DESK")], 200).await;
    assert!(found.text().contains("device"), "{}", found.text());
    for sought in ["", "a", "%", "*", "  b ", "abc"] {
        sam.call("look_up", &[("sought", sought)], 422).await;
    }
    for sought in ["%%%%", "anna%", "@harbor-dental.example", "Front des"] {
        assert_eq!(sam.call("look_up", &[("sought", sought)], 200).await.text(), "[]", "{sought}");
    }
    let page = sam.post_form("/support/look-up?do=look_up", &[("sought", &whole)], 200).await;
    assert!(page.text().contains(&code) && !page.text().contains(&whole[..15]), "{}", page.text());
    assert!(house.count("select count(*) from audit_event where event = 'records_looked_up'").await > 5);
    let kept = "select count(*) from audit_event where event = 'records_looked_up' and facts ? 'sought'";
    assert_eq!(house.count(kept).await, 0);
}

/// H04: not without a case and a reason that says something.
#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_record_opens_for_a_case_and_a_reason_and_the_customer_reads_both(db: PgPool) {
    let house = House::demo(db).await;
    let mut sam = house.sam().await;
    let (code, case) = code_and_case(&house).await;
    let page = format!("/support/codes/{code}");
    let shut = sam.get(&page, 200).await;
    assert!(shut.text().contains("This record is closed") && !shut.text().contains("Sold by"), "{}", shut.text());
    for reason in ["", ".", "test", "test test test"] {
        open(&mut sam, "code", &code, &case, reason, 422).await;
    }
    for request in ["", "S00-0000-0000"] {
        open(&mut sam, "code", &code, request, REASON, 422).await;
    }
    let solved = one(&house, "select number from support_case where state = 'closed' limit 1").await;
    open(&mut sam, "code", &code, &solved, REASON, 422).await;
    assert_eq!(sam.call("get_desk_code", &[("id", &code)], 200).await.text(), "null");
    assert_eq!(house.count("select count(*) from support_access").await, 0);
    let fields = [("record", "code"), ("id", code.as_str()), ("request", &case), ("reason", REASON)];
    let away = sam.post_form(&format!("{page}?do=open_record"), &fields, 303).await;
    let shown = sam.get(away.location(), 200).await;
    assert!(shown.text().contains("Sold by"), "{}", shown.text());
    let whole = whole_code(&house, &code).await;
    assert!(!shown.tells(&format!("{}-{}", &whole[..5], &whole[5..10])), "a code is shown");
    let account = one(&house, "select account_id::text from person where email = 'anna@harbor-dental.example'").await;
    let customer = sam.get(&format!("/support/customers/{account}"), 200).await;
    assert!(customer.text().contains("a…@harbor-dental.example"), "{}", customer.text());
    assert!(!customer.text().contains(ANNA), "{}", customer.text());
    let device = one(&house, "select id::text from device where name = 'Front desk'").await;
    assert!(sam.get(&format!("/support/devices/{device}"), 200).await.text().contains("Licenses it used"));
    let activity = house.signed_in(ANNA).await.get("/activity", 200).await;
    assert!(
        activity.text().contains("Support opened a record") && activity.text().contains(REASON),
        "{}",
        activity.text()
    );
    let seen = "select count(*) from audit_event where event = 'record_viewed' and facts ->> 'request' is not null";
    assert_eq!(house.count(seen).await, 3);
    let mut lena = house.lena().await;
    assert_eq!(lena.call("get_desk_code", &[("id", &code)], 200).await.text(), "null");
    house.world.clock.shift(OPEN_FOR);
    assert_eq!(house.sam().await.call("get_desk_code", &[("id", &code)], 200).await.text(), "null");
    house.assert_sound().await;
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn nobody_in_support_opens_their_own_office(db: PgPool) {
    let house = House::demo(db).await;
    let (code, case) = code_and_case(&house).await;
    sqlx::query("update person set email = 'LENA@northwall.example' where email = $1")
        .bind("mia@harbor-dental.example")
        .execute(&house.db)
        .await
        .unwrap();
    assert_eq!(LENA, "lena@northwall.example");
    let refused = open(&mut house.lena().await, "code", &code, &case, REASON, 403).await;
    assert!(refused.contains("OwnCase"), "{refused}");
    assert_eq!(house.count("select count(*) from audit_event where event = 'record_refused'").await, 1);
    assert_eq!(house.count("select count(*) from support_access").await, 0);
}

/// H05: ten an hour.
#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn ten_records_without_a_case_of_their_office_are_the_end_of_it_and_leads_are_told(db: PgPool) {
    let house = House::demo(db).await;
    let mut sam = house.sam().await;
    let (_, case) = code_and_case(&house).await;
    let loose: Vec<String> =
        sqlx::query_scalar("select id::text from activation_code where account_id is null order by id limit 12")
            .fetch_all(&house.db)
            .await
            .unwrap();
    for n in 0..10 {
        open(&mut sam, "code", &loose[n % loose.len()], &case, REASON, 200).await;
    }
    open(&mut sam, "code", &loose[0], &case, REASON, 429).await;
    open(&mut sam, "code", &loose[0], &case, REASON, 429).await;
    assert_eq!(house.count("select count(*) from audit_event where event = 'harvest_stopped'").await, 1);
    let told =
        "select count(*) from mail where to_address = 'lena@northwall.example' and subject like 'Somebody in support%'";
    assert_eq!(house.count(told).await, 1);
    let (code, case) = code_and_case(&house).await;
    open(&mut sam, "code", &code, &case, REASON, 200).await;
}

/// H05: fifty a day.
#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn fifty_such_records_are_the_end_of_it_for_a_day_however_slowly_they_are_opened(db: PgPool) {
    let house = House::demo(db).await;
    let (_, case) = code_and_case(&house).await;
    let loose = one(&house, "select id::text from activation_code where account_id is null order by id limit 1").await;
    for _ in 0..5 {
        let mut sam = house.sam().await;
        for _ in 0..10 {
            open(&mut sam, "code", &loose, &case, REASON, 200).await;
        }
        house.world.clock.shift(time::Duration::minutes(61));
    }
    open(&mut house.sam().await, "code", &loose, &case, REASON, 429).await;
    house.world.clock.shift(time::Duration::hours(20));
    open(&mut house.sam().await, "code", &loose, &case, REASON, 200).await;
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn what_is_read_out_is_compared_and_never_shown(db: PgPool) {
    let house = House::demo(db).await;
    let mut sam = house.sam().await;
    let (code, case) = code_and_case(&house).await;
    let whole = whole_code(&house, &code).await;
    sam.call("match_code", &[("id", &code), ("read_out", &whole)], 404).await;
    open(&mut sam, "code", &code, &case, REASON, 200).await;
    assert_eq!(sam.call("match_code", &[("id", &code), ("read_out", &whole)], 200).await.text(), "true");
    let other = house.code("desktop=1").await;
    assert_eq!(sam.call("match_code", &[("id", &code), ("read_out", &other)], 200).await.text(), "false");
    sam.call("match_code", &[("id", &code), ("read_out", "who knows")], 422).await;
    let page = sam
        .post_form(&format!("/support/codes/{code}?do=match_code"), &[("id", &code), ("read_out", &whole)], 200)
        .await;
    assert!(page.text().contains("Yes, that is it") && !page.text().contains(&whole), "{}", page.text());
    let matched = "select count(*) from audit_event where event = 'code_matched' and account_id is not null";
    assert_eq!(house.count(matched).await, 3);
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_code_is_changed_with_a_reason_by_the_right_role(db: PgPool) {
    let house = House::demo(db).await;
    house.watch().await;
    let (mut sam, mut lena) = (house.sam().await, house.lena().await);
    let (code, case) = code_and_case(&house).await;
    let change = |what: &'static str, value: &'static str| [("change", what), ("value", value), ("reason", REASON)];
    let with = |fields: [(&'static str, &'static str); 3]| {
        let mut all = vec![("id", code.as_str())];
        all.extend(fields);
        all
    };
    lena.call("change_code", &with(change("block", "")), 404).await;
    open(&mut sam, "code", &code, &case, REASON, 200).await;
    open(&mut lena, "code", &code, &case, REASON, 200).await;
    for what in ["block", "unblock", "extend", "countries"] {
        sam.call("change_code", &with(change(what, "30")), 403).await;
    }
    let ends = "select extract(epoch from expires_at)::bigint from license where code_id = $1::uuid";
    let before: i64 = sqlx::query_scalar(ends).bind(&code).fetch_one(&house.db).await.unwrap();
    for days in ["", "0", "-1", "367", "x"] {
        lena.call("change_code", &with(change("extend", days)), 422).await;
    }
    lena.call("change_code", &with(change("extend", "30")), 200).await;
    let after: i64 = sqlx::query_scalar(ends).bind(&code).fetch_one(&house.db).await.unwrap();
    assert_eq!(after - before, 30 * 86400);
    lena.call("change_code", &with(change("countries", "narnia")), 422).await;
    lena.call("change_code", &with(change("countries", "in, GB")), 200).await;
    let countries: Vec<String> = sqlx::query_scalar("select countries from activation_code where id = $1::uuid")
        .bind(&code)
        .fetch_one(&house.db)
        .await
        .unwrap();
    assert_eq!(countries, ["GB", "IN"]);
    lena.call("change_code", &with(change("block", "")), 200).await;
    sam.call("change_code", &with(change("replace", "")), 409).await;
    lena.call("change_code", &with(change("unblock", "")), 200).await;
    let page = format!("/support/codes/{code}");
    let mut fields = with(change("replace", ""));
    fields.retain(|(name, _)| *name != "reason");
    sam.post_form(&format!("{page}?do=change_code"), &fields, 422).await;
    let away = sam.post_form(&format!("{page}?do=change_code"), &with(change("replace", "")), 303).await;
    assert!(sam.get(away.location(), 200).await.text().contains("The change was made"));
    house.assert_told().await;
    house.assert_sound().await;
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_change_of_a_code_says_what_it_does_before_it_is_done(db: PgPool) {
    let house = House::demo(db).await;
    let (mut sam, mut lena) = (house.sam().await, house.lena().await);
    let (code, case) = code_and_case(&house).await;
    open(&mut sam, "code", &code, &case, REASON, 200).await;
    open(&mut lena, "code", &code, &case, REASON, 200).await;
    let page = format!("/support/codes/{code}");
    let plain = lena.get(&page, 200).await;
    assert!(plain.text().contains("?ask=block") && !plain.text().contains("?do=change_code"), "{}", plain.text());
    let device: String = sqlx::query_scalar(
        "select d.name from seat s join device d on d.id = s.device_id join license l on l.id = s.license_id
         where l.code_id = $1::uuid and s.released_at is null limit 1",
    )
    .bind(&code)
    .fetch_one(&house.db)
    .await
    .unwrap();
    let asked = lena.get(&format!("{page}?ask=block"), 200).await;
    for said in ["Block code", "Devices that stop: ", &device, "at the latest", "Leave it as it is", "?do=change_code"]
    {
        assert!(asked.text().contains(said), "{said}: {}", asked.text());
    }
    assert!(!asked.text().contains(r#"name="value""#), "a block takes neither days nor countries");
    let asked = sam.get(&format!("{page}?ask=replace"), 200).await;
    assert!(asked.text().contains("No device stops"), "{}", asked.text());
    let asked = lena.get(&format!("{page}?ask=extend"), 200).await;
    assert!(asked.text().contains("Days to add") && !asked.text().contains("Countries it works in"));
    let refused = [("id", code.as_str()), ("change", "countries"), ("value", "narnia"), ("reason", REASON)];
    let refused = lena.post_form(&format!("{page}?do=change_code"), &refused, 422).await;
    for kept in ["Countries it works in", "by their two letters", r#"value="narnia""#, REASON] {
        assert!(refused.text().contains(kept), "{kept}: {}", refused.text());
    }
    // what a role may not do is not asked either
    let asked = sam.get(&format!("{page}?ask=block"), 200).await;
    assert!(!asked.text().contains("Devices that stop") && !asked.text().contains("?do=change_code"));
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn the_page_of_a_code_looks_back_at_who_held_which_seat(db: PgPool) {
    let house = House::demo(db).await;
    let mut sam = house.sam().await;
    let (code, case) = code_and_case(&house).await;
    open(&mut sam, "code", &code, &case, REASON, 200).await;
    let (name, before, within): (String, String, String) = sqlx::query_as(
        "select d.name, to_char(s.bound_at at time zone 'utc' - interval '1 minute', 'YYYY-MM-DD\"T\"HH24:MI'),
             to_char(s.bound_at at time zone 'utc' + interval '1 minute', 'YYYY-MM-DD\"T\"HH24:MI')
         from seat s join device d on d.id = s.device_id join license l on l.id = s.license_id
         where l.code_id = $1::uuid order by s.bound_at limit 1",
    )
    .bind(&code)
    .fetch_one(&house.db)
    .await
    .unwrap();
    let then = sam.call("get_desk_code", &[("id", &code), ("at", &within)], 200).await;
    assert!(then.text().contains(&name), "{}", then.text());
    let earlier = sam.call("get_desk_code", &[("id", &code), ("at", &before)], 200).await.json();
    assert_eq!(earlier["held"].as_array().unwrap().len(), 0, "{earlier}");
    sam.call("get_desk_code", &[("id", &code), ("at", "yesterday")], 422).await;
    let page = sam.get(&format!("/support/codes/{code}?at={within}"), 200).await;
    assert!(page.text().contains("The license then"), "{}", page.text());
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn orders_keys_devices_and_requests_are_each_found_by_what_names_them(db: PgPool) {
    let house = House::demo(db).await;
    let mut sam = house.sam().await;
    let mut anna = house.signed_in(crate::harness::ANNA).await;
    let license = one(
        &house,
        "select l.id::text from license l join person p on p.id = l.administrator_id
         where p.email = 'anna@harbor-dental.example' and l.kind = 'commercial' order by l.id limit 1",
    )
    .await;
    let code: String = sqlx::query_scalar("select code_id::text from license where id = $1::uuid")
        .bind(&license)
        .fetch_one(&house.db)
        .await
        .unwrap();
    let key =
        anna.call("get_license", &[("id", &license)], 200).await.json()["license_key"].as_str().unwrap().to_owned();
    let order = house.order("LB-77");
    let sold = house.shop("NW-IN").await.sell(&order).await;
    let tail = sold.replace('-', "")[15..].to_owned();
    let of_order = one(
        &house,
        "select c.id::text from activation_code c join purchase o on o.id = c.purchase_id where o.order_number = 'LB-77'",
    )
    .await;
    let device = one(&house, "select id::text from device where name = 'Front desk'").await;
    let account = one(&house, "select account_id::text from person where email = 'anna@harbor-dental.example'").await;
    let case =
        one(&house, "select number from support_case where state in ('new', 'open', 'pending') order by id limit 1")
            .await;
    let recovery = one(&house, "select number from recovery order by id limit 1").await;
    let (loud, quiet) = (key.to_uppercase(), case.to_lowercase());
    for (sought, record, id) in [
        ("LB-77", "code", &of_order),
        ("noor@lakeside.example", "code", &of_order),
        (tail.as_str(), "code", &of_order),
        (key.as_str(), "code", &code),
        (loud.as_str(), "code", &code),
        (device.as_str(), "device", &device),
        (case.as_str(), "customer", &account),
        (quiet.as_str(), "customer", &account),
        (recovery.as_str(), "customer", &account),
    ] {
        let found = sam.call("look_up", &[("sought", sought)], 200).await;
        let told = found.json();
        let hit = told.as_array().unwrap().iter().any(|row| row["record"] == record && row["id"] == id.as_str());
        assert!(hit, "{sought}: {}", found.text());
        assert!(!found.tells(&sold) && !found.text().contains(&key), "{sought}: {}", found.text());
    }
    // the key of a license is compared like a code
    open(&mut sam, "code", &code, &case, REASON, 200).await;
    let read_out = |key: &str| [("id", code.clone()), ("read_out", key.to_owned())];
    for (key, expected) in [(key.as_str(), "true"), ("0198c0de-0000-7000-8000-00000000abcd", "false")] {
        let fields = read_out(key);
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        assert_eq!(sam.call("match_code", &fields, 200).await.text(), expected, "{key}");
    }
}

/// H06: twenty rows at most.
#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_look_up_names_twenty_at_most_and_an_hour_has_a_hundred_and_twenty(db: PgPool) {
    let house = House::demo(db).await;
    let mut sam = house.sam().await;
    sqlx::query(
        "insert into device (id, account_id, owner_id, product_id, name, os_family, os_version, app_version, connected_at, created_at)
         select gen_random_uuid(), account_id, owner_id, product_id, 'Twenty and more', os_family, os_version, app_version,
             connected_at, created_at
         from device, generate_series(1, 25) where name = 'Front desk'",
    )
    .execute(&house.db)
    .await
    .unwrap();
    let found = sam.call("look_up", &[("sought", "twenty and more")], 200).await.json();
    assert_eq!(found.as_array().unwrap().len(), 20);
    for _ in 1..120 {
        sam.call("look_up", &[("sought", "nothing like it")], 200).await;
    }
    let refused = sam.call("look_up", &[("sought", "nothing like it")], 429).await;
    assert!(refused.text().contains("Attempts"), "{}", refused.text());
    // it is counted for each, and the hour passes
    house.lena().await.call("look_up", &[("sought", "twenty and more")], 200).await;
    house.world.clock.shift(time::Duration::minutes(61));
    house.sam().await.call("look_up", &[("sought", "twenty and more")], 200).await;
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_refusal_is_told_with_what_decided_it_then(db: PgPool) {
    let house = House::demo(db).await;
    let mut lena = house.lena().await;
    let mut anna = house.signed_in(crate::harness::ANNA).await;
    let text = house.code("desktop=1").await;
    house.linked(&mut anna, "windows").await.activate(&text, 201).await;
    let code = one(&house, "select code_id::text from license order by starts_at desc, id desc limit 1").await;
    let case =
        one(&house, "select number from support_case where state in ('new', 'open', 'pending') order by id limit 1")
            .await;
    // the one seat is taken, and then somebody tries abroad
    let second = house.linked(&mut anna, "windows").await;
    let full = second.try_activate(&text).await;
    assert!(full.text().contains("E12"), "{}", full.text());
    house.world.clock.shift(time::Duration::minutes(5));
    let mut abroad = house.linked(&mut anna, "windows").await;
    abroad.country = "GB";
    let away = abroad.try_activate(&text).await;
    assert!(away.text().contains("E09") || away.text().contains("E12"), "{}", away.text());
    house.world.clock.shift(time::Duration::minutes(5));
    open(&mut lena, "code", &code, &case, REASON, 200).await;
    let wider = [("id", code.as_str()), ("change", "countries"), ("value", "IN, GB"), ("reason", REASON)];
    lena.call("change_code", &wider, 200).await;
    // what is so now is not what was so then
    sqlx::query("update seat set released_at = $2, release_reason = 'user' where license_id = (select id from license where code_id = $1::uuid)")
        .bind(&code)
    .bind(house.world.clock.now())
        .execute(&house.db)
        .await
        .unwrap();
    house.world.clock.shift(time::Duration::minutes(5));
    let told = lena.call("get_desk_code", &[("id", &code)], 200).await.json();
    assert_eq!(told["countries"], serde_json::json!(["GB", "IN"]));
    let refused = told["refused"].as_array().unwrap();
    assert_eq!(refused.len(), 2, "{told}");
    assert!(refused[0]["at"].as_str() > refused[1]["at"].as_str(), "the newest first");
    assert_eq!(refused[1]["refusal"], "E12", "{told}");
    for refused in refused {
        assert_eq!(refused["countries"], serde_json::json!(["IN"]), "{told}");
        assert_eq!(refused["taken"], serde_json::json!({ "desktop": 1 }), "{told}");
    }
    let page = lena.get(&format!("/support/codes/{code}"), 200).await;
    assert!(page.text().contains("1 in use") && page.text().contains("Works in India"), "{}", page.text());
}
