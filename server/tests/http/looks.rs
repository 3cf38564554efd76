//! Nobody in support can say they have not looked (H11): what the browser went to and what the log tells are one list.

use domain::PgPool;
use serde_json::Value;
use uuid::Uuid;

use crate::cases::{PNG, opened, post_files};
use crate::harness::{ANNA, House, LENA, SAM};
use crate::lookup::{REASON, code_and_case, open};

/// A look as the log tells it.
#[derive(sqlx::FromRow)]
struct Look {
    event: String,
    object_id: Option<Uuid>,
    facts: Value,
    request_id: Uuid,
}

const LOOKS: &str =
    "select e.event, e.object_id, e.facts, e.request_id from audit_event e join staff s on s.id = e.actor_id
    where s.email = $1 and e.actor_kind = 'staff' and e.id > $2
        and e.event in ('queue_viewed', 'case_viewed', 'recovery_viewed', 'records_looked_up', 'record_opened',
            'record_viewed', 'customer_viewed', 'page_viewed', 'attachment_viewed', 'trail_viewed')
    order by e.id";

async fn looks(house: &House, who: &str, since: i64) -> Vec<Look> {
    sqlx::query_as(LOOKS).bind(who).bind(since).fetch_all(&house.db).await.unwrap()
}

async fn one(house: &House, question: &'static str) -> String {
    sqlx::query_scalar(question).fetch_one(&house.db).await.unwrap()
}

/// H11: each page that shows something of a customer is one event, in the order in which the browser opened them, with who,
/// what it was, for which case, what was shown of it, and the request; pages that show nobody leave none.
#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn what_a_browser_of_support_went_to_is_what_the_log_tells(db: PgPool) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    let said = [("topic", "usage"), ("subject", "See the picture"), ("description", "It looks like this.")];
    let pictured = opened(&mut anna, &said).await;
    let answer = [("number", pictured.as_str()), ("message", "Here it is.")];
    let page = format!("/requests/{pictured}?do=answer_case");
    post_files(&mut anna, &page, &answer, &[("screen.png", PNG)], 303).await;
    let file = one(&house, "select id::text from attachment order by id desc limit 1").await;
    let (code, case) = code_and_case(&house).await;
    let recovery = one(&house, "select number from recovery order by id limit 1").await;
    let account = one(&house, "select account_id::text from person where email = 'anna@harbor-dental.example'").await;
    let device = one(&house, "select id::text from device where name = 'Front desk'").await;
    let license = one(&house, "select id::text from license order by id limit 1").await;
    let id_of = async |number: &str| -> String {
        let question = "select id::text from support_case where number = $1
                        union all select id::text from recovery where number = $1";
        sqlx::query_scalar(question).bind(number).fetch_one(&house.db).await.unwrap()
    };
    let (case_id, pictured_id, recovery_id) = (id_of(&case).await, id_of(&pictured).await, id_of(&recovery).await);
    let mut sam = house.sam().await;
    let since = house.count("select max(id) from audit_event").await;

    let shut = sam.get(&format!("/support/codes/{code}"), 200).await;
    assert!(shut.text().contains("This record is closed"));
    for nobody in ["/support/look-up", "/support/replies", "/support/catalog", "/support/me", "/status"] {
        sam.get(nobody, 200).await;
    }
    // the browser's own list: the address it went to, and what that shows
    let mut went: Vec<(&str, Option<&str>, &str)> = Vec::new();
    for (address, event, object) in [
        ("/support".to_owned(), "queue_viewed", None),
        (format!("/support/cases/{case}"), "case_viewed", Some(case_id.as_str())),
        (format!("/support/cases/{pictured}"), "case_viewed", Some(&pictured_id)),
        (format!("/support/attachments/{file}"), "attachment_viewed", Some(&file)),
        (format!("/support/requests/{recovery}"), "recovery_viewed", Some(&recovery_id)),
        (format!("/support/cases/{case}"), "case_viewed", Some(&case_id)),
    ] {
        sam.get(&address, 200).await;
        went.push((event, object, ""));
    }
    sam.call("look_up", &[("sought", ANNA)], 200).await;
    went.push(("records_looked_up", None, ""));
    for (record, id, page) in [
        ("customer", account.as_str(), format!("/support/customers/{account}")),
        ("code", &code, format!("/support/codes/{code}")),
        ("device", &device, format!("/support/devices/{device}")),
    ] {
        open(&mut sam, record, id, &case, REASON, 200).await;
        went.push(("record_opened", Some(id), ""));
        sam.get(&page, 200).await;
        went.push(("record_viewed", Some(id), ""));
    }
    sam.call("view_customer", &[("id", &account)], 200).await;
    went.push(("customer_viewed", Some(&account), ""));
    let pages = ["/".to_owned(), "/licenses".to_owned(), format!("/licenses/{license}"), format!("/devices/{device}")];
    for page in &pages {
        sam.get(page, 200).await;
        went.push(("page_viewed", Some(&account), page));
    }
    sam.call("leave_view", &[], 200).await;

    let told = looks(&house, SAM, since).await;
    let object = |look: &Look| look.object_id.map(|id| id.to_string());
    let page = |look: &Look| look.facts["page"].as_str().unwrap_or_default().to_owned();
    let replayed: Vec<(String, Option<String>, String)> =
        told.iter().map(|look| (look.event.clone(), object(look), page(look))).collect();
    let went: Vec<(String, Option<String>, String)> = went
        .into_iter()
        .map(|(event, object, page)| (event.to_owned(), object.map(str::to_owned), page.to_owned()))
        .collect();
    assert_eq!(replayed, went);
    for look in &told {
        let facts = &look.facts;
        if ["queue_viewed", "case_viewed", "recovery_viewed", "record_viewed"].contains(&look.event.as_str()) {
            assert!(!facts["fields"].as_array().unwrap().is_empty(), "{} names nothing: {facts}", look.event);
        }
        if ["record_opened", "record_viewed", "customer_viewed"].contains(&look.event.as_str()) {
            assert_eq!(facts["request"], case.as_str(), "{}: {facts}", look.event);
        }
    }
    let mut requests: Vec<Uuid> = told.iter().map(|look| look.request_id).collect();
    requests.dedup();
    assert_eq!(requests.len(), told.len(), "each look has a request of its own");

    let (mut lena, since) = (house.lena().await, house.count("select max(id) from audit_event").await);
    lena.get("/support/audit", 200).await;
    let told: Vec<String> = looks(&house, LENA, since).await.into_iter().map(|look| look.event).collect();
    assert_eq!(told, ["trail_viewed"], "who reads of the looks is in the log, too");
}
