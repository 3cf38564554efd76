//! Passkeys of people in support: one counts as both factors, its device makes sure who holds it, and it goes with the factor.

use domain::PgPool;
use domain::demo::PASSWORD;
use time::Duration;

use crate::harness::{ANNA, Browser, House, SAM};
use crate::passkeys::{Keeper, USER_PRESENT, add, asked, challenge};

async fn code_of_sam(house: &House) -> String {
    // each code is good once
    house.world.clock.shift(Duration::seconds(31));
    let staff = house.facts().await.staff;
    house.one_time_code(&staff.iter().find(|staff| staff.email == SAM).unwrap().totp_secret)
}

async fn added(house: &House, sam: &mut Browser, keeper: &mut Keeper, expected: u16) {
    let code = code_of_sam(house).await;
    let fields = [("passkey_name", "Key on the desk"), ("one_time_code", code.as_str())];
    let begun = sam.call("begin_staff_passkey", &fields, 200).await.json();
    let answer = keeper.make(&asked(&begun));
    sam.call("add_staff_passkey", &[("passkey", &answer)], expected).await;
}

async fn signs_in(house: &House, keeper: &mut Keeper, expected: u16) -> Browser {
    let mut browser = house.browser();
    let answer = keeper.show(&challenge(&mut browser).await);
    browser.call("staff_sign_in_by_passkey", &[("passkey", &answer)], expected).await;
    browser
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_passkey_opens_support_and_nothing_else(db: PgPool) {
    let house = House::demo(db).await;
    let (mut sam, mut keeper) = (house.sam().await, Keeper::new(7));
    added(&house, &mut sam, &mut keeper, 200).await;
    let page = sam.get("/support/me", 200).await;
    assert!(page.text().contains("Key on the desk") && page.text().contains("not used yet"), "{}", page.text());
    let mut browser = signs_in(&house, &mut keeper, 200).await;
    browser.get("/support", 200).await;
    assert_eq!(browser.call("decide_refund", &[("number", "x"), ("decision", "approved")], 403).await.status, 403);
    house.world.clock.shift(Duration::minutes(15));
    browser.get("/support", 303).await;
    // it signs nobody in to an account
    let mut elsewhere = house.browser();
    let answer = keeper.show(&challenge(&mut elsewhere).await);
    elsewhere.call("sign_in_by_passkey", &[("passkey", &answer)], 422).await;
    // and a person's opens no support
    let (mut anna, mut hers) = (house.signed_in(ANNA).await, Keeper::new(9));
    add(&mut anna, &mut hers, 200).await;
    signs_in(&house, &mut hers, 422).await;
    assert_eq!(house.count("select count(*) from audit_event where event = 'staff_signed_in_by_passkey'").await, 1);
    assert_eq!(house.count("select count(*) from audit_event where event = 'staff_sign_in_failed'").await, 1);
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn it_takes_a_fresh_code_a_verified_holder_and_a_count_that_goes_on(db: PgPool) {
    let house = House::demo(db).await;
    let (mut sam, mut keeper) = (house.sam().await, Keeper::new(7));
    let code = code_of_sam(&house).await;
    for (name, typed) in [("", code.as_str()), ("Key", ""), ("Key", "000000")] {
        sam.call("begin_staff_passkey", &[("passkey_name", name), ("one_time_code", typed)], 422).await;
    }
    let fields = [("passkey_name", "Key"), ("one_time_code", code.as_str())];
    sam.call("begin_staff_passkey", &fields, 200).await;
    sam.call("begin_staff_passkey", &fields, 422).await;
    added(&house, &mut sam, &mut keeper, 200).await;
    let verified = keeper.flags;
    keeper.flags = USER_PRESENT;
    signs_in(&house, &mut keeper, 422).await;
    keeper.flags = verified;
    keeper.counter = 40;
    signs_in(&house, &mut keeper, 200).await;
    keeper.counter = 3;
    signs_in(&house, &mut keeper, 422).await;
    keeper.counter = 41;
    // an answer works once, in the browser that was asked
    let mut browser = house.browser();
    let answer = keeper.show(&challenge(&mut browser).await);
    house.browser().call("staff_sign_in_by_passkey", &[("passkey", &answer)], 422).await;
    browser.call("staff_sign_in_by_passkey", &[("passkey", &answer)], 200).await;
    browser.call("staff_sign_in_by_passkey", &[("passkey", &answer)], 422).await;
    // one device's key is one person's
    let mut lena = house.lena().await;
    let removed = lena.call("get_staff_passkeys", &[], 200).await.json();
    assert_eq!(removed["keys"].as_array().unwrap().len(), 0);
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_passkey_that_was_removed_or_whose_owner_lost_the_factor_signs_nobody_in(db: PgPool) {
    let house = House::demo(db).await;
    let (mut sam, mut keeper) = (house.sam().await, Keeper::new(7));
    added(&house, &mut sam, &mut keeper, 200).await;
    let id = sam.call("get_staff_passkeys", &[], 200).await.json()["keys"][0]["id"].as_str().unwrap().to_owned();
    let mut lena = house.lena().await;
    lena.call("remove_staff_passkey", &[("id", &id)], 404).await;
    sam.post_form("/support/me?do=remove_staff_passkey", &[("id", &id)], 303).await;
    signs_in(&house, &mut keeper, 422).await;
    let mut keeper = Keeper::new(8);
    added(&house, &mut sam, &mut keeper, 200).await;
    let id: String =
        sqlx::query_scalar("select id::text from staff where email = $1").bind(SAM).fetch_one(&house.db).await.unwrap();
    lena.call("change_staff", &[("id", &id), ("change", "suspend")], 200).await;
    signs_in(&house, &mut keeper, 422).await;
    lena.call("change_staff", &[("id", &id), ("change", "restore")], 200).await;
    signs_in(&house, &mut keeper, 200).await;
    lena.call("change_staff", &[("id", &id), ("change", "new_factor")], 200).await;
    signs_in(&house, &mut keeper, 422).await;
    assert_eq!(house.count("select count(*) from staff_passkey").await, 0);
    let fields = [("email", SAM), ("password", PASSWORD), ("one_time_code", "")];
    house.browser().call("staff_sign_in", &fields, 200).await;
}
