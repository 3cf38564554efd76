//! What the evidence of a recovery request decides by itself, and that it never sends a code to a wrong person.

use domain::PgPool;
use domain::actor::Actor;
use domain::cx::Cx;
use domain::id::{AccountId, PersonId, RequestId};
use domain::recovery::ClaimForm;
use domain::recovery::store::{ask_recovery, weigh_new};
use domain::thread::Upload;
use sqlx::Row;
use time::Duration;

use crate::cases::post_files;
use crate::harness::{Browser, House, MIA};

pub const NOOR: &str = "noor@lakeside.example";
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\x00\x01\x02\xff";

/// A license that Noor bought online and has used for a month, by its key.
pub struct Bought {
    pub noor: Browser,
    pub key: String,
    pub code: String,
    pub bought_on: String,
    pub activated_on: String,
}

impl Bought {
    pub async fn in_house(house: &House) -> Self {
        let order = house.order("LB-1");
        let code = house.shop("NW-IN").await.sell(&order).await;
        let mut noor = house.newcomer(NOOR).await;
        let device = house.linked(&mut noor, "windows").await;
        let key = device.activate(&code, 201).await["device"]["license"]["license_key"].as_str().unwrap().to_owned();
        let today = house.world.clock.now().date();
        house.world.clock.shift(Duration::days(30));
        sqlx::query(
            "update device_contact set last_seen_at = $1 where device_id = (select max(id::text)::uuid from device)",
        )
        .bind(house.world.clock.now())
        .execute(&house.db)
        .await
        .unwrap();
        let bought_on = order["ordered_at"].as_str().unwrap()[..10].to_owned();
        let noor = {
            drop(noor);
            let mut noor = house.browser();
            let fields = [("email", NOOR), ("password", crate::harness::NEW_PASSWORD)];
            noor.post_form("/sign-in?do=sign_in", &fields, 303).await;
            noor
        };
        Self { noor, key, code, bought_on, activated_on: today.to_string() }
    }

    /// Everything that its owner knows about it.
    pub fn all(&self) -> ClaimForm {
        ClaimForm {
            route: "support".into(),
            reason: "lost".into(),
            license_key: self.key.clone(),
            bought_at: "Northwall Store India".into(),
            buyer_name: "Noor Haddad".into(),
            buyer_email: NOOR.into(),
            order_number: "LB-1".into(),
            bought_on: self.bought_on.clone(),
            first_activated: format!("{} around noon", self.activated_on),
            description: String::new(),
        }
    }
}

pub async fn person(house: &House, email: &str) -> Actor {
    let row = sqlx::query(
        "select p.id, p.account_id, p.role, p.name, a.name as office from person p join account a on a.id = p.account_id
         where p.email = $1",
    )
    .bind(email)
    .fetch_one(&house.db)
    .await
    .unwrap();
    Actor::Person {
        id: PersonId(row.get("id")),
        account: AccountId(row.get("account_id")),
        role: row.get::<String, _>("role").parse().unwrap(),
        name: row.get("name"),
        office: row.get("office"),
        email: email.to_owned(),
        preferences: Default::default(),
    }
}

pub async fn ask(house: &House, who: &Actor, form: &ClaimForm, files: Vec<Upload>) -> String {
    // how often somebody may ask is another protection, and not the one that is looked at here
    sqlx::query("delete from attempt").execute(&house.db).await.unwrap();
    let cx = Cx::of(who.clone(), RequestId::generate(), &house.world);
    ask_recovery(cx, form.clone(), files).await.unwrap()
}

pub async fn weigh(house: &House) -> usize {
    weigh_new(&Cx::system(&house.world)).await.unwrap()
}

async fn state(house: &House, number: &str) -> (String, Option<String>) {
    sqlx::query_as("select state, band from recovery where number = $1")
        .bind(number)
        .fetch_one(&house.db)
        .await
        .unwrap()
}

fn is(found: &(String, Option<String>), state: &str, band: &str) {
    assert_eq!((found.0.as_str(), found.1.as_deref()), (state, Some(band)));
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn an_owner_with_everything_at_hand_gets_the_code_without_waiting_for_a_person(db: PgPool) {
    let house = House::demo(db).await;
    house.watch().await;
    let mut bought = Bought::in_house(&house).await;
    let who = person(&house, NOOR).await;
    let number = ask(&house, &who, &bought.all(), Vec::new()).await;
    let page = format!("/requests/{number}");
    let sent = bought.noor.get(&page, 200).await;
    assert!(sent.text().contains("Support compares it with our records"), "{}", sent.text());
    assert!(weigh(&house).await >= 1);
    assert_eq!(weigh(&house).await, 0, "once");
    is(&state(&house, &number).await, "approved", "high");
    let told = bought.noor.get(&page, 200).await;
    assert!(told.text().contains("What you told us agrees with our records."), "{}", told.text());
    let link = house.mail_link(NOOR, "/disclosed").await;
    assert!(
        bought
            .noor
            .post_form("/disclosed?do=disclose", &[("token", crate::harness::token_of(&link))], 200)
            .await
            .tells(&bought.code)
    );
    let review = house.sam().await.get(&format!("/support/requests/{number}"), 200).await;
    assert!(
        review.text().contains("Latchkey, by the evidence") && review.text().contains("100 of 100"),
        "{}",
        review.text()
    );
    house.assert_told().await;
    house.assert_sound().await;
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_key_of_another_office_and_a_key_of_nobody_are_answered_alike(db: PgPool) {
    let house = House::demo(db).await;
    let bought = Bought::in_house(&house).await;
    let mia = person(&house, MIA).await;
    let stranger = |key: &str| ClaimForm {
        license_key: key.into(),
        bought_at: "Somewhere".into(),
        buyer_name: "Mia".into(),
        buyer_email: String::new(),
        order_number: String::new(),
        bought_on: "2026-01-01".into(),
        first_activated: "Some morning".into(),
        ..bought.all()
    };
    let mut answers = Vec::new();
    for key in [bought.key.as_str(), "0198c0de-0000-7000-8000-00000000abcd"] {
        let number = ask(&house, &mia, &stranger(key), Vec::new()).await;
        weigh(&house).await;
        let status = domain::recovery::store::status(Cx::of(mia.clone(), RequestId::generate(), &house.world), number)
            .await
            .unwrap();
        let mails: i64 = sqlx::query_scalar("select count(*) from mail where position($1 in subject) > 0")
            .bind(&status.number)
            .fetch_one(&house.db)
            .await
            .unwrap();
        answers.push((status.state, status.decision_reason, status.decided_at.is_some(), mails));
    }
    assert_eq!(answers[0], answers[1]);
    assert!(answers[0].1.as_deref().is_some_and(|reason| reason.contains("Send a new request with the license key")));
    // with proof of purchase a person looks at it
    let mut browser = house.signed_in(MIA).await;
    sqlx::query("delete from attempt").execute(&house.db).await.unwrap();
    let form = stranger(&bought.key);
    let fields = [
        ("route", "support"),
        ("reason", "lost"),
        ("license_key", form.license_key.as_str()),
        ("bought_at", "Somewhere"),
        ("buyer_name", "Mia"),
        ("bought_on", "2026-01-01"),
        ("first_activated", "Some morning"),
    ];
    let sent = post_files(&mut browser, "/recover?do=ask_recovery", &fields, &[("receipt.png", PNG)], 303).await;
    weigh(&house).await;
    let number = sent.location().trim_start_matches("/requests/").split('?').next().unwrap().to_owned();
    is(&state(&house, &number).await, "submitted", "middle");
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn what_a_person_in_support_took_is_weighed_and_left_to_them(db: PgPool) {
    let house = House::demo(db).await;
    let bought = Bought::in_house(&house).await;
    let who = person(&house, NOOR).await;
    let number = ask(&house, &who, &bought.all(), Vec::new()).await;
    house.sam().await.call("take_recovery", &[("number", &number), ("version", "1")], 200).await;
    weigh(&house).await;
    is(&state(&house, &number).await, "checking", "high");
}
