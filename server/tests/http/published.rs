//! Published codes that a lead blocks together, a license that moves to another account, and the appeal against a block.

use domain::PgPool;
use domain::cx::Cx;
use time::Duration;

use crate::cases::opened;
use crate::harness::{ANNA, House};
use crate::lookup::{REASON, open, whole_code};

const NOOR: &str = "noor@lakeside.example";

async fn one(house: &House, question: &'static str) -> String {
    sqlx::query_scalar(question).fetch_one(&house.db).await.unwrap()
}

/// The license of the demo office with most seats: its code and itself.
const CODE: &str = "select l.code_id::text from license l join seat s on s.license_id = l.id
                    where s.released_at is null group by l.id order by count(*) desc, l.id limit 1";
const LICENSE: &str = "select l.id::text from license l join seat s on s.license_id = l.id
                       where s.released_at is null group by l.id order by count(*) desc, l.id limit 1";

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_lead_blocks_published_codes_after_a_preview_and_takes_it_back_within_a_day(db: PgPool) {
    let house = House::demo(db).await;
    let used = whole_code(&house, &one(&house, CODE).await).await;
    let unused = house.code("desktop=1").await;
    let stranger = "ABCDE-FGH23-JKMNP-QRSTU";
    let pasted = format!("free keys\n{used}\n{}\n{stranger}\n{used}", unused.to_lowercase().replace('-', " "));
    let (mut lena, mut sam) = (house.lena().await, house.sam().await);
    assert!(sam.get("/support/published", 403).await.text().contains("A lead does this"));
    let page = "/support/published";
    let told = lena.post_form(&format!("{page}?do=prepare_block"), &[("list", &pasted), ("found_at", "")], 422).await;
    assert!(!told.tells(&used) && !told.tells(&unused), "what was pasted does not come back");
    lena.call("prepare_block", &[("list", "nothing"), ("found_at", "a public forum")], 422).await;
    let list = [("list", pasted.as_str()), ("found_at", "a public forum")];
    let away = lena.post_form(&format!("{page}?do=prepare_block"), &list, 303).await;
    let shown = lena.get(away.location(), 200).await;
    assert!(shown.text().contains("Block 2 codes") && !shown.tells(&used), "{}", shown.text());
    let devices = house
        .count("select count(*) from seat s where s.released_at is null and s.license_id = (select l.id from license l
                join seat x on x.license_id = l.id where x.released_at is null group by l.id order by count(*) desc, l.id limit 1)")
        .await;
    assert!(shown.text().contains(&format!("{devices} device")), "{devices}: {}", shown.text());
    assert_eq!(house.count("select count(*) from activation_code where blocked_at is not null").await, 0);
    let id = away.location().split("list=").nth(1).unwrap().to_owned();
    let read = lena.call("get_published", &[("list", &id)], 200).await.json();
    assert_eq!((&read["list"]["listed"], &read["list"]["blocks"]), (&3.into(), &2.into()), "{read}");

    let away = lena.post_form(&format!("{page}?do=block_published"), &[("id", &id)], 303).await;
    assert!(lena.get(away.location(), 200).await.text().contains("The codes are blocked"));
    lena.call("block_published", &[("id", &id)], 200).await;
    let reason = "select count(*) from activation_code where blocked_reason like 'published%a public forum'";
    assert_eq!(house.count(reason).await, 2);
    assert_eq!(house.count("select count(*) from mail where subject like '%was blocked'").await, 1);
    assert_eq!(house.count("select count(*) from audit_event where event = 'code_blocked'").await, 2);

    // one that somebody blocked anew stays blocked
    house.world.clock.shift(Duration::minutes(10));
    sqlx::query("update activation_code set blocked_at = $1 where blocked_at is not null and account_id is null")
        .bind(house.world.clock.now())
        .execute(&house.db)
        .await
        .unwrap();
    let away = lena.post_form(&format!("{page}?do=undo_block"), &[("id", &id)], 303).await;
    assert!(lena.get(away.location(), 200).await.text().contains("The block is taken back"));
    assert_eq!(house.count("select count(*) from activation_code where blocked_at is not null").await, 1);
    assert_eq!(house.count("select count(*) from mail where subject like '%is accepted again'").await, 1);
    house.assert_sound().await;
    let kept: String =
        sqlx::query_scalar("select string_agg(b::text, '') from code_block b").fetch_one(&house.db).await.unwrap();
    assert!(!kept.to_uppercase().contains(&used[..11]), "{kept}");

    let away = lena.post_form(&format!("{page}?do=prepare_block"), &list, 303).await;
    let id = away.location().split("list=").nth(1).unwrap().to_owned();
    lena.call("block_published", &[("id", &id)], 200).await;
    house.world.clock.shift(Duration::hours(24));
    let mut lena = house.lena().await;
    lena.call("undo_block", &[("id", &id)], 422).await;
    assert!(!lena.get(&format!("{page}?list={id}"), 200).await.text().contains("Take block back"));
}

/// J02: a license moves by the word of its owner.
#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_license_moves_to_another_account_when_its_owner_asks_and_both_sides_are_told(db: PgPool) {
    let house = House::demo(db).await;
    let (code, license) = (one(&house, CODE).await, one(&house, LICENSE).await);
    let mut noor = house.newcomer(NOOR).await;
    let mut anna = house.signed_in(ANNA).await;
    let ask = [("topic", "account"), ("subject", "Our branch is sold"), ("description", "Move the license to Noor.")];
    let asked = opened(&mut anna, &ask).await;
    let claimed = opened(&mut noor, &ask).await;
    let mut lena = house.lena().await;
    let fields = [("id", code.as_str()), ("new_owner", NOOR), ("reason", "The branch was sold to Lakeside")];
    lena.call("transfer_license", &fields, 404).await;
    // whoever wants it has no say: its owner has
    open(&mut lena, "code", &code, &claimed, REASON, 200).await;
    let refused = lena.call("transfer_license", &fields, 409).await;
    assert!(refused.text().contains("NotAdministrator"), "{}", refused.text());
    house.world.clock.shift(Duration::minutes(1));
    open(&mut lena, "code", &code, &asked, REASON, 200).await;
    let page = format!("/support/codes/{code}");
    for wrong in ["", "nobody@example.com", ANNA] {
        let refused = lena.call("transfer_license", &[fields[0], ("new_owner", wrong), fields[2]], 422).await;
        assert_eq!(refused.json()["Deed"]["Invalid"][0]["field"], "new_owner", "{wrong}: {}", refused.text());
    }
    lena.call("transfer_license", &[fields[0], fields[1], ("reason", ".")], 422).await;
    let away = lena.post_form(&format!("{page}?do=transfer_license"), &fields, 303).await;
    assert_eq!(away.location(), format!("/support/cases/{asked}?done=transferred"));
    anna.call("get_license", &[("id", &license)], 404).await;
    let there = noor.call("get_license", &[("id", &license)], 200).await.json();
    assert_eq!(there["administrator"], "Noor Haddad", "{there}");
    assert_eq!(there["held"], serde_json::json!([]), "devices of the old office gave their seats back");
    for told in ["was moved to another account", "is yours now"] {
        let mails: i64 = sqlx::query_scalar("select count(*) from mail where subject like '%' || $1")
            .bind(told)
            .fetch_one(&house.db)
            .await
            .unwrap();
        assert!(mails >= 1, "{told}");
    }
    let events = "select count(distinct account_id) from audit_event where event = 'license_transferred'";
    assert_eq!(house.count(events).await, 2);
    house.assert_sound().await;
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_lead_decides_the_appeal_against_a_block(db: PgPool) {
    let house = House::demo(db).await;
    let (code, license) = (one(&house, CODE).await, one(&house, LICENSE).await);
    let id = code.parse().unwrap();
    domain::code::store::block_code(Cx::system(&house.world), id, "It was found at a forum".to_owned()).await.unwrap();
    let mut anna = house.signed_in(ANNA).await;
    let appeal = [
        ("topic", "blocked_code"),
        ("license", license.as_str()),
        ("subject", "Why is it blocked?"),
        ("description", "We bought it in the store."),
    ];
    let number = opened(&mut anna, &appeal).await;
    let (mut sam, mut lena) = (house.sam().await, house.lena().await);
    let page = format!("/support/cases/{number}");
    let seen = sam.get(&page, 200).await;
    for shown in ["Appeal against a block", "It was found at a forum", "A support lead decides appeals."] {
        assert!(seen.text().contains(shown), "{shown}: {}", seen.text());
    }
    let whole = whole_code(&house, &code).await;
    assert!(!seen.tells(&format!("{}-{}", &whole[..5], &whole[5..10])));
    let decide = |decision, version| {
        [
            ("number", number.as_str()),
            ("version", version),
            ("decision", decision),
            ("reason", "The receipt is genuine."),
        ]
    };
    sam.call("decide_appeal", &decide("approved", "1"), 403).await;
    lena.call("decide_appeal", &decide("", "1"), 422).await;
    lena.call("decide_appeal", &decide("approved", "7"), 409).await;
    let away = lena.post_form(&format!("{page}?do=decide_appeal"), &decide("approved", "1"), 303).await;
    assert!(lena.get(away.location(), 200).await.text().contains("The appeal is decided"));
    assert_eq!(house.count("select count(*) from activation_code where blocked_at is not null").await, 0);
    assert_eq!(house.count("select count(*) from audit_event where event = 'code_unblocked'").await, 1);
    assert!(anna.get(&format!("/requests/{number}"), 200).await.text().contains("The receipt is genuine."));
    let other =
        opened(&mut anna, &[("topic", "usage"), ("subject", "How?"), ("description", "How does it work?")]).await;
    let fields =
        [("number", other.as_str()), ("version", "1"), ("decision", "denied"), ("reason", "There is no block here.")];
    lena.call("decide_appeal", &fields, 404).await;
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn an_honest_recovery_takes_four_page_loads_from_the_queue_to_the_answer(db: PgPool) {
    let house = House::demo(db).await;
    let number = one(&house, "select number from recovery where state = 'submitted' limit 1").await;
    let mut sam = house.sam().await;
    let statements = crate::statements::Statements::counted();
    let queue = sam.get("/support", 200).await;
    assert!(queue.text().contains(&number));
    let review = sam.get(&format!("/support/requests/{number}"), 200).await;
    assert!(review.text().contains("Claimed and recorded") && review.text().contains("match"), "{}", review.text());
    let version = "1";
    let decided = [("number", number.as_str()), ("version", version), ("reason", "All facts match our records.")];
    let away = sam.post_form(&format!("/support/requests/{number}?do=approve_recovery"), &decided, 303).await;
    let after = sam.get(away.location(), 200).await;
    assert!(after.text().contains("All facts match our records."), "{}", after.text());
    // four loads without script: the queue, the review, the answer, and the page that shows it
    let own = statements
        .texts()
        .iter()
        .filter(|text| !["begin", "commit", "rollback"].contains(&text.trim_matches('"').to_lowercase().as_str()))
        .count();
    assert!(own <= 30, "{own} statements: {:#?}", statements.texts());
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn an_ordinary_case_takes_four_page_loads_from_the_queue_to_the_answer(db: PgPool) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    let fields =
        [("topic", "usage"), ("subject", "The scan stops"), ("description", "It stops at one half, every day.")];
    let number = opened(&mut anna, &fields).await;
    let mut sam = house.sam().await;
    let mut loads = 0;
    let queue = sam.get("/support?view=unassigned&kind=cases", 200).await;
    loads += 1;
    let case = format!("/support/cases/{number}");
    assert!(queue.text().contains(&format!("href=\"{case}\"")), "{}", queue.text());
    let read = sam.get(&case, 200).await;
    loads += 1;
    // everything that it takes stands on this one page: what was asked, by whom, and what their office has
    for shown in ["It stops at one half", "Anna Berg", "Harbor Dental", "Answer to the customer"] {
        assert!(read.text().contains(shown), "{shown}: {}", read.text());
    }
    let answer = [("number", number.as_str()), ("version", "1"), ("message", "Update to 7.2.2."), ("state", "solved")];
    let away = sam.post_form(&format!("{case}?do=reply_case"), &answer, 303).await;
    loads += 1;
    assert!(sam.get(away.location(), 200).await.text().contains("Update to 7.2.2."));
    loads += 1;
    assert!(loads <= 4);
    let told = anna.get(&format!("/requests/{number}"), 200).await;
    assert!(told.text().contains("Update to 7.2.2."), "{}", told.text());
    let state = "select count(*) from support_case where state = 'solved' and subject = 'The scan stops'";
    assert_eq!(house.count(state).await, 1);
}
