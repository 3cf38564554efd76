//! Nobody in support acts in an office of their own (H03): each deed of theirs is refused there, recorded, and told to the leads.

use domain::PgPool;

use crate::cases::opened;
use crate::harness::{ANNA, Browser, House, SAM};
use crate::lookup::{REASON, open, whole_code};

const NOOR: &str = "noor@lakeside.example";

async fn one(house: &House, question: &'static str) -> String {
    sqlx::query_scalar(question).fetch_one(&house.db).await.unwrap()
}

/// The codes of the two commercial licenses of the demo office with most seats.
const CODE: &str = "select l.code_id::text from license l join seat s on s.license_id = l.id
                    where s.released_at is null and l.kind = 'commercial'
                    group by l.id order by count(*) desc, l.id limit 1";
const OTHER_CODE: &str = "select l.code_id::text from license l join seat s on s.license_id = l.id
                          where s.released_at is null and l.kind = 'commercial'
                          group by l.id order by count(*) desc, l.id limit 1 offset 1";

/// What stands between an office and support before somebody of support belongs to it.
pub struct Between {
    pub case: String,
    pub other: String,
    pub closed: String,
    pub appeal: String,
    pub recovery: String,
    pub list: String,
    pub code: String,
    pub colleague: String,
}

impl Between {
    pub async fn of_the_demo(house: &House, lead: &mut Browser) -> Self {
        let (blocked, code) = (one(house, CODE).await, one(house, OTHER_CODE).await);
        let license = "select id::text from license where code_id = $1::uuid";
        let license: String = sqlx::query_scalar(license).bind(&blocked).fetch_one(&house.db).await.unwrap();
        let pasted = whole_code(house, &blocked).await;
        let fields = [("list", pasted.as_str()), ("found_at", "a public forum")];
        let list = lead.call("prepare_block", &fields, 200).await.location().split("list=").nth(1).unwrap().to_owned();
        lead.call("block_published", &[("id", &list)], 200).await;

        let mut anna = house.signed_in(ANNA).await;
        let ask =
            |subject: &'static str| [("topic", "usage"), ("subject", subject), ("description", "How is it done?")];
        let (case, other) = (opened(&mut anna, &ask("One")).await, opened(&mut anna, &ask("Two")).await);
        let closed = opened(&mut anna, &ask("Three")).await;
        sqlx::query("update support_case set state = 'closed', solved_at = now(), closed_at = now() where number = $1")
            .bind(&closed)
            .execute(&house.db)
            .await
            .unwrap();
        let ask = [
            ("topic", "blocked_code"),
            ("license", license.as_str()),
            ("subject", "Why is it blocked?"),
            ("description", "We bought it in the store."),
        ];
        let appeal = opened(&mut anna, &ask).await;
        open(lead, "code", &code, &case, REASON, 200).await;
        let recovery = "select number from recovery where state in ('submitted', 'checking') order by id limit 1";
        let colleague = one(house, "select id::text from staff where email = 'priya@northwall.example'").await;
        Self { case, other, closed, appeal, recovery: one(house, recovery).await, list, code, colleague }
    }

    /// Every deed of support in an office, with the fields it takes.
    fn deeds(&self) -> Vec<(&'static str, Vec<(&'static str, &str)>)> {
        let case = |more: &[(&'static str, &'static str)]| about(&self.case, more);
        let recovery = |more: &[(&'static str, &'static str)]| about(&self.recovery, more);
        let moved = |to| vec![("id", self.code.as_str()), ("new_owner", to), ("reason", "The branch was sold")];
        vec![
            ("get_desk_case", case(&[])),
            ("take_case", case(&[])),
            ("note_case", case(&[("note", "Something that is noted")])),
            ("fill_reply", case(&[("reply", "")])),
            ("reply_case", case(&[("message", "An answer"), ("state", "open")])),
            ("move_case", case(&[("state", "on_hold")])),
            ("take_request", case(&[])),
            ("hand_over_request", about(&self.case, &[("to", &self.colleague)])),
            ("put_back_request", case(&[])),
            ("merge_case", about(&self.case, &[("into", &self.other)])),
            ("follow_up_case", about(&self.closed, &[("message", "We go on with it")])),
            ("decide_appeal", about(&self.appeal, &[("decision", "approved")])),
            ("undo_block", vec![("id", &self.list)]),
            ("transfer_license", moved(NOOR)),
            ("get_review", recovery(&[])),
            ("take_recovery", recovery(&[])),
            ("take_request", recovery(&[])),
            ("hand_over_request", about(&self.recovery, &[("to", &self.colleague)])),
            ("put_back_request", recovery(&[])),
            ("fill_reply", recovery(&[("reply", "")])),
            ("note_recovery", recovery(&[("note", "Something that is noted")])),
            ("ask_for_more", recovery(&[("missing", "A photo of the receipt")])),
            ("approve_recovery", recovery(&[])),
            ("reject_recovery", recovery(&[])),
            ("correct_end", recovery(&[])),
        ]
    }
}

fn about<'a>(number: &'a str, more: &[(&'static str, &'a str)]) -> Vec<(&'static str, &'a str)> {
    [&[("number", number), ("version", "1"), ("reason", "A reason that is long enough")][..], more].concat()
}

const TRIES: &str = "select count(*) from audit_event where event = 'own_account_refused' and account_id is not null";

async fn refused_as_own(house: &House, who: &mut Browser, function: &str, fields: &[(&str, &str)]) {
    let before = house.count(TRIES).await;
    let answer = who.call(function, fields, 403).await;
    assert!(answer.text().contains("OwnCase"), "{function}: {}", answer.text());
    assert_eq!(house.count(TRIES).await, before + 1, "{function}");
}

/// Sam, who may do all that support does.
pub async fn lead(house: &House) -> Browser {
    sqlx::query("update staff set role = 'lead' where email = $1").bind(SAM).execute(&house.db).await.unwrap();
    house.sam().await
}

async fn nothing_is_done_there(house: &House, who: &mut Browser, between: &Between) {
    for (function, fields) in between.deeds() {
        refused_as_own(house, who, function, &fields).await;
    }
    let account = one(house, "select account_id::text from person where email = 'anna@harbor-dental.example'").await;
    let fields = [("record", "customer"), ("id", account.as_str()), ("request", &between.case), ("reason", REASON)];
    who.call("open_record", &fields, 403).await;
    let told = "select count(*) from mail where to_address = 'lena@northwall.example' and subject like '%own office%'";
    assert_eq!(house.count(told).await, 1, "the leads are told once an hour");
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn who_is_in_an_office_by_their_address_does_nothing_there(db: PgPool) {
    let house = House::demo(db).await;
    let mut sam = lead(&house).await;
    house.newcomer(NOOR).await;
    let between = Between::of_the_demo(&house, &mut sam).await;
    // not the one who asks: anybody in the office
    sqlx::query("update person set email = 'Sam@northwall.example' where email = 'mia@harbor-dental.example'")
        .execute(&house.db)
        .await
        .unwrap();
    nothing_is_done_there(&house, &mut sam, &between).await;
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn who_shares_a_machine_with_an_office_does_nothing_there(db: PgPool) {
    let house = House::demo(db).await;
    let mut sam = lead(&house).await;
    let between = Between::of_the_demo(&house, &mut sam).await;
    let mut own = house.newcomer("sam@lakeside-books.example").await;
    house.linked(&mut own, "windows").await;
    for change in [
        "update person set email = 'sam@northwall.example' where email = 'sam@lakeside-books.example'",
        "insert into machine (id, first_seen_at) select '00000000-0000-0000-0000-00000000000a', now()",
        "update device set machine_id = '00000000-0000-0000-0000-00000000000a' where id in (
             select d.id from device d join person p on p.id = d.owner_id where p.email = 'sam@northwall.example'
             union all
             (select d.id from device d join person p on p.id = d.owner_id where p.email = 'anna@harbor-dental.example' limit 1))",
    ] {
        sqlx::query(change).execute(&house.db).await.unwrap();
    }
    nothing_is_done_there(&house, &mut sam, &between).await;
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn nobody_in_support_moves_a_license_to_their_own_office_or_grants_themselves_a_refund(db: PgPool) {
    let house = House::demo(db).await;
    let mut sam = lead(&house).await;
    let code = house.shop("NW-IN").await.sell(&house.order("LB-1")).await;
    let mut noor = house.newcomer(NOOR).await;
    let device = house.linked(&mut noor, "windows").await;
    device.activate(&code, 201).await;
    let license = device.get("/api/v1/device", 200).await.json()["license"]["license_id"].as_str().unwrap().to_owned();
    let ask = [("topic", "account"), ("subject", "Our branch is sold"), ("description", "Move the license to Anna.")];
    let case = opened(&mut noor, &ask).await;
    let code = "select code_id::text from license where id = $1::uuid";
    let code: String = sqlx::query_scalar(code).bind(&license).fetch_one(&house.db).await.unwrap();
    open(&mut sam, "code", &code, &case, REASON, 200).await;
    sqlx::query("update person set email = 'Sam@northwall.example' where email = 'mia@harbor-dental.example'")
        .execute(&house.db)
        .await
        .unwrap();
    let fields = [("id", code.as_str()), ("new_owner", ANNA), ("reason", "The branch was sold")];
    refused_as_own(&house, &mut sam, "transfer_license", &fields).await;

    let asked = [("license", license.as_str()), ("description", "It does not run on our computers.")];
    let number = noor.call("ask_refund", &asked, 200).await.json().as_str().unwrap().to_owned();
    for change in [
        "update person set email = 'mia@harbor-dental.example' where email = 'Sam@northwall.example'",
        "update person set email = 'Sam@northwall.example' where email = 'noor@lakeside.example'",
    ] {
        sqlx::query(change).execute(&house.db).await.unwrap();
    }
    let fields =
        [("number", number.as_str()), ("version", "1"), ("decision", "approved"), ("reason", "They asked for it")];
    refused_as_own(&house, &mut sam, "decide_refund", &fields).await;
}
