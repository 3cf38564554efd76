//! What a page costs: every page of the router, as somebody of the demo office and of support sees it.

use domain::PgPool;
use http::header::{ACCEPT, ACCEPT_ENCODING};
use http::{Method, StatusCode};
use leptos_axum::generate_route_list;
use server::authenticate::OPEN_PAGES;

use crate::harness::{ANNA, Browser, House};
use crate::statements::Statements;

/// Beside the two by which the session and the person are known.
const MOST_STATEMENTS: usize = 3;
/// What fits into the first window of a connection (P14).
const MOST_BYTES: usize = 14 * 1024;

async fn cost(browser: &Browser, path: &str) -> (StatusCode, Vec<String>, usize) {
    let request = browser.request(Method::GET, path).header(ACCEPT, "text/html").header(ACCEPT_ENCODING, "br");
    let request = request.body(axum::body::Body::empty()).unwrap();
    let statements = Statements::counted();
    let answer = crate::harness::send(&browser.router, request).await;
    let texts = statements.texts();
    let own = texts.into_iter().filter(|text| {
        let text = text.trim_matches('"').to_lowercase();
        ![
            "select data, expires_at from",
            "select p.account_id, p.role",
            "select role",
            "begin",
            "commit",
            "rollback",
            "select now() =",
        ]
        .iter()
        .any(|known| text.starts_with(known))
    });
    (answer.status, own.collect(), answer.body.len())
}

/// One of each thing that a page can be about.
async fn named(house: &House, path: &str) -> String {
    let one =
        async |question: &'static str| -> String { sqlx::query_scalar(question).fetch_one(&house.db).await.unwrap() };
    let segment = path.split('/').find(|part| part.starts_with([':', '{'])).map(str::to_owned);
    let Some(segment) = segment else { return path.to_owned() };
    let value = if path.starts_with("/devices/") {
        one("select id::text from device where name = 'Front desk'").await
    } else if path.starts_with("/licenses/") {
        one("select l.id::text from license l join seat s on s.license_id = l.id group by l.id order by count(*) desc limit 1").await
    } else if path.starts_with("/people/") {
        one("select id::text from person where role = 'member' limit 1").await
    } else if path.starts_with("/help/") {
        "free-a-seat".to_owned()
    } else if path.starts_with("/support/customers/") {
        one("select account_id::text from person where email = 'anna@harbor-dental.example'").await
    } else if path.starts_with("/support/codes/") {
        one("select l.code_id::text from license l join seat s on s.license_id = l.id group by l.id order by count(*) desc limit 1").await
    } else if path.starts_with("/support/devices/") {
        one("select id::text from device where name = 'Front desk'").await
    } else if path.starts_with("/support/catalog/") {
        one("select id::text from seller where code = 'NW-IN'").await
    } else if path.starts_with("/support/batches/") || path.starts_with("/support/imports/") {
        "00000000-0000-0000-0000-000000000000".to_owned()
    } else if path.starts_with("/support/open/") {
        one("select number from support_case where state in ('new', 'open', 'pending') order by id limit 1").await
    } else if path.contains("/cases/") {
        one("select number from support_case limit 1").await
    } else {
        one("select number from recovery limit 1").await
    };
    path.replace(&segment, &value)
}

/// Looks at every page of the router, and tells of those that ask or weigh too much.
async fn dear_pages(house: &House) -> Vec<String> {
    let (anna, mut lena) = (house.signed_in(ANNA).await, house.lena().await);
    let (account, case) = (named(house, "/support/customers/:id").await, named(house, "/support/open/:case").await);
    let (account, case) = (account.replace("/support/customers/", ""), case.replace("/support/open/", ""));
    let fields =
        [("record", "customer"), ("id", &account), ("request", &case), ("reason", "To see what it costs to look")];
    lena.call("open_record", &fields, 200).await;
    let (mut dear, mut seen) = (Vec::new(), 0);
    for route in generate_route_list(app::App) {
        let path = route.path();
        if OPEN_PAGES.contains(&path) {
            continue;
        }
        let browser = if path.starts_with("/support") { &lena } else { &anna };
        let address = named(house, path).await;
        // the first look may note that the session is in use
        cost(browser, &address).await;
        let (status, statements, bytes) = cost(browser, &address).await;
        seen += 1;
        println!("{path}: {} statements, {bytes} bytes", statements.len());
        if status.is_server_error() || statements.len() > MOST_STATEMENTS || bytes > MOST_BYTES {
            dear.push(format!("{address}: {status}, {} statements, {bytes} bytes {statements:#?}", statements.len()));
        }
    }
    assert!(seen > 20, "only {seen} pages were found");
    dear
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn every_page_asks_at_most_three_statements_and_fits_into_a_first_window(db: PgPool) {
    let dear = dear_pages(&House::demo(db).await).await;
    assert!(dear.is_empty(), "{}", dear.join("\n"));
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn pages_cost_no_more_when_there_is_far_more_to_list(db: PgPool) {
    let house = House::demo(db).await;
    sqlx::raw_sql(include_str!("many_rows.sql")).execute(&house.db).await.unwrap();
    let dear = dear_pages(&house).await;
    assert!(dear.is_empty(), "{}", dear.join("\n"));
}
