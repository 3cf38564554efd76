//! Linking a device as RFC 8628 has it, with everything that can go wrong on the way.

use domain::PgPool;
use serde_json::Value;
use time::Duration;

use crate::harness::{ANNA, Device, House, MIA};

fn user_code(asked: &Value) -> &str {
    asked["user_code"].as_str().unwrap()
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_device_waits_until_a_person_decides(db: PgPool) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    let device = house.device();
    let asked = device.ask_to_be_linked("windows").await;
    assert_eq!(asked["verification_uri"], "http://latchkey.test/link");
    assert_eq!(asked["interval"], 2);
    assert_eq!(device.poll(&asked, 400).await["error"], "authorization_pending");

    let shown = anna.call("find_link", &[("user_code", user_code(&asked))], 200).await.json();
    assert_eq!((&shown["name"], &shown["country"]), (&"Reception".into(), &"IN".into()));
    house.world.clock.shift(Duration::seconds(5));
    assert_eq!(device.poll(&asked, 400).await["error"], "authorization_pending", "looking at it links nothing");

    anna.call("link_device", &[("user_code", user_code(&asked))], 200).await;
    house.world.clock.shift(Duration::seconds(5));
    let token = device.poll(&asked, 200).await;
    assert_eq!(token["token_type"], "Bearer");
    house.world.clock.shift(Duration::seconds(5));
    assert_eq!(device.poll(&asked, 400).await["error"], "invalid_grant", "the token is given once");
    assert!(anna.get("/devices", 200).await.text().contains("Reception"));
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_device_that_asks_too_often_has_to_wait_longer(db: PgPool) {
    let house = House::demo(db).await;
    let device = house.device();
    let asked = device.ask_to_be_linked("windows").await;
    assert_eq!(device.poll(&asked, 400).await["error"], "authorization_pending");
    house.world.clock.shift(Duration::seconds(1));
    assert_eq!(device.poll(&asked, 400).await["error"], "slow_down");
    house.world.clock.shift(Duration::seconds(6));
    assert_eq!(device.poll(&asked, 400).await["error"], "slow_down", "the interval is seven seconds by now");
    house.world.clock.shift(Duration::seconds(12));
    assert_eq!(device.poll(&asked, 400).await["error"], "authorization_pending");
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_refused_device_is_told_so_and_cannot_be_linked_afterwards(db: PgPool) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    let device = house.device();
    let asked = device.ask_to_be_linked("windows").await;
    anna.call("deny_device", &[("user_code", user_code(&asked))], 200).await;
    assert_eq!(device.poll(&asked, 400).await["error"], "access_denied");
    house.world.clock.shift(Duration::seconds(1));
    anna.call("link_device", &[("user_code", user_code(&asked))], 409).await;
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn of_two_people_who_decide_at_once_one_is_too_late(db: PgPool) {
    let house = House::demo(db).await;
    let (mut anna, mut mia) = (house.signed_in(ANNA).await, house.signed_in(MIA).await);
    let asked = house.device().ask_to_be_linked("windows").await;
    let fields = [("user_code", user_code(&asked))];
    let (one, other) = tokio::join!(anna.try_call("link_device", &fields), mia.try_call("deny_device", &fields));
    let mut statuses = [one.status.as_u16(), other.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409]);
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn codes_older_than_fifteen_minutes_are_dead(db: PgPool) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    let device = house.device();
    let asked = device.ask_to_be_linked("windows").await;
    house.world.clock.shift(Duration::minutes(15));
    assert_eq!(device.poll(&asked, 400).await["error"], "expired_token");
    anna.call("link_device", &[("user_code", user_code(&asked))], 422).await;
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_device_code_nobody_gave_out_is_refused(db: PgPool) {
    let house = House::demo(db).await;
    let made_up = serde_json::json!({ "device_code": "AAAA" });
    assert_eq!(house.device().poll(&made_up, 400).await["error"], "invalid_grant");
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn of_parallel_exchanges_one_gets_the_token(db: PgPool) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    let device = house.device();
    let asked = device.ask_to_be_linked("windows").await;
    anna.call("link_device", &[("user_code", user_code(&asked))], 200).await;
    let before = house.count("select count(*) from device").await;
    let mut tries = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let (device, code) = (device.clone(), asked["device_code"].as_str().unwrap().to_owned());
        tries.spawn(async move {
            let form = crate::harness::encoded(&[
                ("client_id", "latchkey-client"),
                ("grant_type", "urn:ietf:params:oauth:grant-type:device_code"),
                ("device_code", &code),
            ]);
            device.post("/oauth/token", form, crate::harness::FORM).await
        });
    }
    let answers = tries.join_all().await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1);
    assert!(answers.iter().all(|answer| answer.status == 200 || answer.json()["error"] == "invalid_grant"));
    assert_eq!(house.count("select count(*) from device").await, before + 1);
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn the_sixth_wrong_user_code_has_to_wait(db: PgPool) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    for typed in ["BCDF-VWXZ", "x", "BCDFGHJK", "????-????", "BCDF-VWXB"] {
        anna.call("find_link", &[("user_code", typed)], 422).await;
    }
    let answer = anna.call("find_link", &[("user_code", "BCDF-VWXC")], 429).await;
    assert!(answer.headers.contains_key("retry-after"));
    // as long as a code lives, so that nobody gets more tries at one (S-1)
    house.world.clock.shift(domain::link::LINK_LIFE - Duration::seconds(5));
    anna.call("find_link", &[("user_code", "BCDF-VWXC")], 429).await;
    house.world.clock.shift(Duration::seconds(5));
    anna.call("find_link", &[("user_code", "BCDF-VWXC")], 422).await;
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn opening_the_link_from_the_qr_code_links_nothing(db: PgPool) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    let device = house.device();
    let asked = device.ask_to_be_linked("windows").await;
    let complete = asked["verification_uri_complete"].as_str().unwrap().strip_prefix("http://latchkey.test").unwrap();
    anna.get(complete, 200).await;
    assert_eq!(device.poll(&asked, 400).await["error"], "authorization_pending");
}

/// L05: whoever follows a link that somebody else made sees what it is about, and links nothing by that.
#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_device_in_a_new_country_is_shown_as_such_and_needs_the_password(db: PgPool) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    let near = house.device();
    let asked = near.ask_to_be_linked("windows").await;
    let shown = anna.post_form("/link?do=find_link", &[("user_code", user_code(&asked))], 200).await;
    assert!(!shown.text().contains("A new country") && !shown.text().contains("link_password"));

    let far = Device { country: "BR", ..house.device() };
    let asked = far.ask_to_be_linked("windows").await;
    let code = user_code(&asked);
    house.world.clock.shift(Duration::minutes(3));
    let shown = anna.post_form("/link?do=find_link", &[("user_code", code)], 200).await;
    for told in
        ["Brazil", "3 minutes ago", "A new country", "Only continue if you started this", "name=\"link_password\""]
    {
        assert!(shown.text().contains(told), "{told}: {}", shown.text());
    }
    let without = anna.call("link_device", &[("user_code", code)], 422).await;
    assert_eq!(without.json()["Deed"]["Invalid"][0]["field"], "link_password", "{}", without.text());
    let wrong = [("user_code", code), ("link_password", "a wrong one")];
    let page = anna.post_form("/link?do=link_device", &wrong, 422).await;
    assert!(!page.text().contains("a wrong one"));
    assert_eq!(far.poll(&asked, 400).await["error"], "authorization_pending");

    let mut foreign = anna
        .request(http::Method::POST, "/link?do=link_device")
        .header("content-type", crate::harness::FORM)
        .body(axum::body::Body::from(format!("user_code={code}&link_password=x")))
        .unwrap();
    foreign.headers_mut().insert("sec-fetch-site", "cross-site".parse().unwrap());
    assert_eq!(anna.send(foreign).await.status, 403);

    let right = [("user_code", code), ("link_password", domain::demo::PASSWORD)];
    anna.post_form("/link?do=link_device", &right, 303).await;
    house.world.clock.shift(Duration::seconds(5));
    far.poll(&asked, 200).await;
}

/// L03: a device code that was guessed, and one of another program, are answered alike.
#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_device_code_that_is_not_ones_own_is_answered_like_none(db: PgPool) {
    let house = House::demo(db).await;
    let device = house.device();
    let asked = device.ask_to_be_linked("windows").await;
    let real = asked["device_code"].as_str().unwrap();
    let mut off = real.to_owned();
    off.replace_range(3..4, if &real[3..4] == "A" { "B" } else { "A" });
    let mut answers = Vec::new();
    for code in [off.as_str(), "x", &real[1..], &real.to_lowercase()] {
        let form = crate::harness::encoded(&[
            ("client_id", "latchkey-client"),
            ("grant_type", "urn:ietf:params:oauth:grant-type:device_code"),
            ("device_code", code),
        ]);
        let answer = device.post("/oauth/token", form, crate::harness::FORM).await;
        assert_eq!(answer.headers["cache-control"], "no-store");
        answers.push((answer.status, answer.json()));
    }
    assert_eq!(answers[0].1["error"], "invalid_grant");
    assert_eq!(answers[0].0, 400);
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
}

/// L01: from one network twenty user codes are looked at, whoever types them.
#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn user_codes_are_not_guessed_by_many_people_of_one_network(db: PgPool) {
    let house = House::demo(db).await;
    let mut statuses = Vec::new();
    for number in 0..5 {
        let mut person = house.newcomer(&format!("noor{number}@lakeside.example")).await;
        person.address = "198.51.100.77".to_owned();
        for typed in ["BCDF-VWXZ", "x", "BCDFGHJK", "????-????", "BCDF-VWXB"] {
            statuses.push(person.try_call("find_link", &[("user_code", typed)]).await.status.as_u16());
        }
    }
    assert_eq!(statuses[..20], [422; 20]);
    assert_eq!(statuses[20..], [429; 5]);
}

/// L08: a device's token is good for the API of devices and for nothing else, and dead once the device is removed.
#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_devices_token_calls_no_function_of_the_console(db: PgPool) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    let device = house.linked(&mut anna, "windows").await;
    for (path, _) in leptos::server_fn::axum::server_fn_paths() {
        let function = path.trim_start_matches("/api/");
        if server::authenticate::OPEN_FUNCTIONS.contains(&function) {
            continue;
        }
        let request = device.request(http::Method::POST, path).header("sec-fetch-site", "same-origin");
        let request = request.header("accept", "application/json").header("content-type", crate::harness::FORM);
        let answer = crate::harness::send(&device.router, request.body(axum::body::Body::empty()).unwrap()).await;
        assert_eq!(answer.status, 401, "{function}");
    }
    let id = device.get("/api/v1/device", 200).await.json()["device_id"].as_str().unwrap().to_owned();
    anna.call("disconnect_device", &[("id", &id)], 200).await;
    assert_ne!(
        crate::harness::send(
            &device.router,
            device.request(http::Method::GET, "/api/v1/device").body(axum::body::Body::empty()).unwrap()
        )
        .await
        .status,
        200
    );
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn another_client_or_grant_is_refused_as_oauth_says(db: PgPool) {
    let house = House::demo(db).await;
    let device = house.device();
    let form = |fields: &[(&str, &str)]| crate::harness::encoded(fields);
    for (fields, status, error) in [
        (form(&[("client_id", "other")]), 401, "invalid_client"),
        (form(&[("client_id", "latchkey-client")]), 400, "invalid_request"),
        (form(&[("client_id", "latchkey-client"), ("grant_type", "password")]), 400, "unsupported_grant_type"),
    ] {
        let answer = device.post("/oauth/token", fields, crate::harness::FORM).await;
        assert_eq!((answer.status.as_u16(), &answer.json()["error"]), (status, &error.into()));
    }
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn the_way_to_install_and_link_is_mailed_within_the_office_only(db: PgPool) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    let page = anna.get("/link", 200).await;
    for system in ["Windows", "Mac", "Linux", "Android", "iPhone"] {
        assert!(page.text().contains(&format!("<summary>{system}")), "{system}");
    }
    let id = |email: &'static str| {
        let db = house.db.clone();
        async move {
            let id: uuid::Uuid =
                sqlx::query_scalar("select id from person where email = $1").bind(email).fetch_one(&db).await.unwrap();
            id.to_string()
        }
    };
    let (own, mias) = (id(ANNA).await, id(MIA).await);
    for to in [&own, &mias] {
        let done = anna.post_form("/link?do=mail_way", &[("to", to)], 303).await;
        assert!(anna.get(done.location(), 200).await.text().contains("The link is on its way"));
    }
    for to in [ANNA, MIA] {
        assert_eq!(house.mail_link(to, "/link").await, "/link#install");
    }
    let mut stranger = house.newcomer("noor@lakeside.example").await;
    stranger.call("mail_way", &[("to", &own)], 404).await;
    assert_eq!(house.count("select count(*) from audit_event where event = 'way_mailed'").await, 2);
    for _ in 0..18 {
        anna.call("mail_way", &[("to", &mias)], 200).await;
    }
    anna.call("mail_way", &[("to", &mias)], 429).await;
}
