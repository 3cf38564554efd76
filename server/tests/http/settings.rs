//! What people change about themselves, and which of their browsers notice.

use domain::PgPool;
use domain::demo::PASSWORD;

use crate::harness::{ANNA, House};

const NEW: &str = "marble otter violin ninety";

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_new_password_signs_every_other_browser_out_and_this_one_stays(db: PgPool) {
    let house = House::demo(db).await;
    let (mut here, mut there) = (house.signed_in(ANNA).await, house.signed_in(ANNA).await);
    let wrong = here.call("change_password", &[("current", NEW), ("password", NEW)], 422).await;
    assert!(wrong.text().contains("current"), "{}", wrong.text());
    let weak = here.call("change_password", &[("current", PASSWORD), ("password", "Harbor Dental")], 422).await;
    assert!(weak.text().contains("password"), "{}", weak.text());
    there.get("/devices", 200).await;

    let before = here.cookies.clone();
    here.call("change_password", &[("current", PASSWORD), ("password", NEW)], 200).await;
    assert_ne!(here.cookies, before, "a session has a new id after its rights were proven anew");
    here.call("get_own", &[], 200).await;
    there.call("get_own", &[], 401).await;
    let mails = "select count(*) from mail where subject = 'Your password was changed'";
    assert_eq!(house.count(mails).await, 1);
    let mut again = house.browser();
    again.call("sign_in", &[("email", ANNA), ("password", NEW)], 200).await;
    house.browser().call("sign_in", &[("email", ANNA), ("password", PASSWORD)], 422).await;
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn signing_out_elsewhere_leaves_this_browser_alone(db: PgPool) {
    let house = House::demo(db).await;
    let (mut here, mut there) = (house.signed_in(ANNA).await, house.signed_in(ANNA).await);
    here.call("sign_out_elsewhere", &[], 200).await;
    here.call("get_own", &[], 200).await;
    there.call("get_own", &[], 401).await;
    assert_eq!(house.count("select count(*) from audit_event where event = 'signed_out_elsewhere'").await, 1);
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn the_sixth_wrong_password_ends_the_session(db: PgPool) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    for _ in 0..5 {
        anna.call("change_password", &[("current", "wrong"), ("password", NEW)], 422).await;
    }
    anna.call("change_password", &[("current", PASSWORD), ("password", NEW)], 429).await;
    anna.call("get_own", &[], 401).await;
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_name_is_changed_without_script_as_well_and_nobody_elses(db: PgPool) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    let empty = anna.post_form("/settings?do=rename_own", &[("name", " ")], 422).await;
    assert!(empty.text().contains("Your name"), "{}", empty.text());
    anna.post_form("/settings?do=rename_own", &[("name", " Anna   Berg-Lind ")], 303).await;
    assert_eq!(anna.call("get_own", &[], 200).await.json()["name"], "Anna Berg-Lind");
    assert_eq!(house.count("select count(*) from person where name like '%Lind'").await, 1);
    let renamed = "select count(*) from audit_event where event = 'person_renamed'";
    assert_eq!(house.count(renamed).await, 1);
    anna.call("rename_own", &[("name", "Anna Berg-Lind")], 200).await;
    assert_eq!(house.count(renamed).await, 1, "the same name again is no change");
}
