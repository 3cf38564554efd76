//! What somebody writes into an address for somebody else to open: none of it is said by our pages (I03).

use axum::body::Body;
use base64::Engine as _;
use domain::PgPool;
use http::Method;
use http::header::{ACCEPT, CONTENT_TYPE, REFERER};
use server::authenticate::OPEN_PAGES;

use crate::crawl::{crawl, deeds_of, opened};
use crate::harness::{ANNA, Answer, Browser, FORM, House};

/// An error with a text in it, as Leptos writes it into an address.
fn error() -> String {
    let error = r#"{"Deed":{"Refused":{"NotAdministrator":{"administrator":"call +1-800"}}}}"#;
    base64::engine::general_purpose::URL_SAFE.encode(error)
}

fn title(page: &Answer) -> String {
    page.text().split("<title>").nth(1).unwrap().split("</title>").next().unwrap().to_owned()
}

/// Opens a page with an error of each of its forms in the address, and says how many forms there are.
async fn open_with_errors(browser: &mut Browser, address: &str, page: &Answer) -> usize {
    let deeds = deeds_of(page);
    let joint = if address.contains('?') { '&' } else { '?' };
    for deed in &deeds {
        let crafted = format!("{address}{joint}__path=/api/{deed}&__err={}", error());
        let shown = opened(browser, &crafted).await;
        assert_eq!(shown.status, page.status, "{crafted}");
        assert!(!shown.text().contains("+1-800"), "{crafted} says what the address says");
        assert!(!title(&shown).starts_with("Error:"), "{crafted}: {}", title(&shown));
    }
    deeds.len()
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn no_page_says_what_somebody_wrote_into_its_address(db: PgPool) {
    let house = House::demo(db).await;
    let mut forms = 0;
    for page in OPEN_PAGES.iter().filter(|page| !page.ends_with(".json")) {
        let mut stranger = house.browser();
        let seen = stranger.try_get(page).await;
        forms += open_with_errors(&mut stranger, page, &seen).await;
    }
    for (mut browser, from) in [(house.signed_in(ANNA).await, "/"), (house.lena().await, "/support")] {
        for (address, page) in crawl(&mut browser, from).await {
            if page.status == 200 && page.headers[CONTENT_TYPE].to_str().unwrap().starts_with("text/html") {
                forms += open_with_errors(&mut browser, &address, &page).await;
            }
        }
    }
    assert!(forms > 60, "only {forms} forms were found");
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_form_without_script_leads_to_its_own_page_whatever_the_referer(db: PgPool) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    for path in ["/settings?do=rename_own", "/settings?do=rename_own&__path=/api/rename_own"] {
        let request = anna.request(Method::POST, path).header(ACCEPT, "text/html").header(CONTENT_TYPE, FORM);
        let request = request.header(REFERER, "https://evil.example/settings?name=x");
        let answer = anna.send(request.body(Body::from("name=Anna+Berg")).unwrap()).await;
        assert_eq!(answer.status, 303, "{}", answer.text());
        assert!(answer.location().starts_with("/settings"), "{}", answer.location());
    }
    let request = anna.request(Method::POST, "/api/rename_own").header(ACCEPT, "*/*").header(CONTENT_TYPE, FORM);
    let request = request.header(REFERER, "https://evil.example/");
    let answer = anna.send(request.body(Body::from("name=Anna+Berg")).unwrap()).await;
    assert!(!answer.location().contains("evil"), "{}", answer.location());
}
