//! Nothing is open but what stands on the short list, asked of everything the router knows at run time.

use domain::PgPool;
use leptos::server_fn::axum::server_fn_paths;
use leptos_axum::generate_route_list;
use server::authenticate::{OPEN_FUNCTIONS, is_open};

use crate::harness::House;

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_stranger_calls_no_server_function_but_the_open_ones(db: PgPool) {
    let house = House::demo(db).await;
    let mut closed = 0;
    for (path, _) in server_fn_paths() {
        let function = path.strip_prefix("/api/").expect("every server function is under /api/");
        let answer = house.browser().try_call(function, &[]).await;
        if OPEN_FUNCTIONS.contains(&function) {
            assert_ne!(answer.status, 401, "{function}");
        } else {
            assert_eq!(answer.status, 401, "{function}: {}", answer.text());
            closed += 1;
            let form = house.browser().post_form(&format!("/?do={function}"), &[], 303).await;
            assert!(form.location().contains("/sign-in"), "{function}: {}", form.location());
        }
    }
    assert!(closed > 15, "only {closed} closed functions were found");
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_stranger_sees_no_page_but_the_open_ones(db: PgPool) {
    let house = House::demo(db).await;
    let routes = generate_route_list(app::App);
    assert!(routes.len() > 15, "only {} pages were found", routes.len());
    for (file, realm) in [("/attachments/1", "/sign-in"), ("/support/attachments/1", "/support/sign-in")] {
        assert!(house.browser().get(file, 303).await.location().starts_with(realm), "{file}");
    }
    for route in routes {
        let path = route.path().replace(['{', '}', ':'], "").replace("slug", "free-a-seat");
        if is_open(&path) {
            house.browser().get(&path, 200).await;
        } else {
            let answer = house.browser().get(&path, 303).await;
            assert!(answer.location().contains("/sign-in"), "{path}: {}", answer.location());
        }
    }
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_device_without_a_living_token_gets_nothing(db: PgPool) {
    let house = House::demo(db).await;
    let mut device = house.device();
    device.get("/api/v1/device", 401).await;
    device.token = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA".to_owned();
    device.get("/api/v1/device", 401).await;
    assert_eq!(device.try_activate("AAAAA-AAAAA-AAAAA-AAAAA").await.status, 401);
    assert_eq!(device.post("/api/v1/heartbeat", "{}", "application/json").await.status, 401);
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_devices_token_opens_nothing_of_the_console(db: PgPool) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(crate::harness::ANNA).await;
    let device = house.linked(&mut anna, "windows").await;
    device.get("/licenses", 303).await;
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_stranger_reads_about_the_api(db: PgPool) {
    let house = House::empty(db).await;
    let mut browser = house.browser();
    let page = browser.get("/api/docs", 200).await;
    assert!(page.text().contains("/pkg/latchkey.x.css") && page.text().contains("/api/v1/activations"));
    let policy = page.headers["content-security-policy"].to_str().unwrap();
    assert!(policy.contains("default-src 'none'") && !policy.contains("script-src"), "{policy}");
    assert_eq!(page.headers["content-type"], "text/html; charset=utf-8");
    assert!(browser.cookies.is_empty());
}
