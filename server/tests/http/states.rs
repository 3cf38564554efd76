//! The state catalogue (U21): what every page of the router says when there is nothing yet, when what it names is not there,
//! when its reader may not see it, and when the database does not answer; each time with a way onward.

use domain::PgPool;
use leptos_axum::generate_route_list;
use server::authenticate::OPEN_PAGES;
use uuid::Uuid;

use crate::harness::{ANNA, Answer, House, MIA};

/// An address of each page, with something in it that is not there, and whether there is anything that it names.
fn addresses() -> Vec<(String, bool)> {
    let names_one = |segment: &str| segment.starts_with([':', '{']);
    let routes = generate_route_list(app::App);
    let filled = routes.iter().map(|route| {
        let segments = route.path().split('/').map(|segment| match segment {
            ":number" | "{number}" => "S26-AAAA22".to_owned(),
            other if names_one(other) => Uuid::nil().to_string(),
            other => other.to_owned(),
        });
        (segments.collect::<Vec<_>>().join("/"), route.path().split('/').any(names_one))
    });
    filled.collect()
}

/// What is wrong with a page that has to have one heading, and a main part that leads on.
fn lacks(path: &str, expected: u16, page: &Answer) -> Option<String> {
    let text = page.text();
    let main = text.split_once("<main").map(|(_, main)| main.split("</main>").next().unwrap_or(main));
    let headings = text.matches("<h1").count();
    let leads_on = main.is_some_and(|main| main.contains("<a ") || main.contains("<button"));
    let fits = page.status.as_u16() == expected && headings == 1 && leads_on;
    (!fits).then(|| format!("{path}: {} with {headings} headings, leads on: {leads_on}", page.status))
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_page_of_an_empty_office_says_what_comes_first(db: PgPool) {
    let house = House::demo(db).await;
    let mut noor = house.newcomer("noor@lakeside.example").await;
    let mut lacking = Vec::new();
    for (path, names_one) in addresses() {
        if path.starts_with("/support") || OPEN_PAGES.contains(&path.as_str()) {
            continue;
        }
        let page = noor.try_get(&path).await;
        // the store is told what to sell behind the question mark
        let expected = if names_one || path == "/store" { 404 } else { 200 };
        lacking.extend(lacks(&path, expected, &page));
    }
    assert_eq!(lacking, [""; 0]);
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_page_of_support_without_what_it_names_says_so(db: PgPool) {
    let house = House::demo(db).await;
    let mut lena = house.lena().await;
    let mut lacking = Vec::new();
    for (path, names_one) in addresses().into_iter().filter(|(path, _)| path.starts_with("/support")) {
        if OPEN_PAGES.contains(&path.as_str()) {
            continue;
        }
        let page = lena.try_get(&path).await;
        if page.status.is_redirection() {
            continue;
        }
        // a record says nothing, not even whether it is there, before it is opened for a case (H04)
        let closed =
            ["customers", "codes", "devices"].iter().any(|kind| path.starts_with(&format!("/support/{kind}/")));
        lacking.extend(lacks(&path, if names_one && !closed { 404 } else { 200 }, &page));
    }
    assert_eq!(lacking, [""; 0]);
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_page_that_is_for_others_says_who_looks_after_it(db: PgPool) {
    let house = House::demo(db).await;
    let (mut mia, mut sam) = (house.signed_in(MIA).await, house.sam().await);
    let (mut closed, mut lacking) = (0, Vec::new());
    for (path, _) in addresses() {
        let page = if path.starts_with("/support") { sam.try_get(&path).await } else { mia.try_get(&path).await };
        if page.status == 403 {
            lacking.extend(lacks(&path, 403, &page));
            closed += 1;
        }
    }
    assert_eq!(lacking, [""; 0]);
    assert!(closed >= 5, "only {closed} pages are closed to a member or an agent");
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_page_that_can_not_be_read_offers_to_try_again(db: PgPool) {
    let house = House::demo(db).await;
    let (mut anna, mut lena) = (house.signed_in(ANNA).await, house.lena().await);
    // whoever is signed in is still known; what they want to see is not there
    let gone = "do $$ declare t text; begin
                    for t in select relname from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')
                        and relname not in ('session', 'person', 'account', 'staff', 'attempt', 'two_step')
                    loop execute format('alter table %I rename to %I', t, t || '_gone'); end loop; end $$";
    sqlx::raw_sql(gone).execute(&house.db).await.unwrap();
    let (mut failed, mut lacking) = (0, Vec::new());
    for (path, _) in addresses() {
        let page = if path.starts_with("/support") { lena.try_get(&path).await } else { anna.try_get(&path).await };
        if page.status.is_server_error() {
            lacking.extend(lacks(&path, page.status.as_u16(), &page));
            assert!(!page.text().contains("_gone") && !page.text().contains("relation"), "{path}: {}", page.text());
            failed += 1;
        } else {
            // a form or a text that needs nothing of the database, or the way to one
            assert!(
                page.status.is_success() || page.status.is_redirection() || page.status == 404,
                "{path}: {}",
                page.status
            );
        }
    }
    assert_eq!(lacking, [""; 0]);
    assert!(failed > 30, "only {failed} pages were read from the database");
}
