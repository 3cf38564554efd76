//! Passkeys: added after the password, signing in without it, and refused whenever anything of the answer is not what was
//! asked for. The device is a key in the test's own hands.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::PgPool;
use domain::demo::PASSWORD;
use p256::ecdsa::signature::Signer;
use p256::ecdsa::{Signature, SigningKey};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use time::Duration;

use crate::harness::{ANNA, Browser, House, MIA, ORIGIN};

pub const USER_PRESENT: u8 = 0x01;
const USER_VERIFIED: u8 = 0x04;
const NEW_KEY: u8 = 0x40;

/// A device that keeps one passkey.
pub struct Keeper {
    key: SigningKey,
    pub id: Vec<u8>,
    pub owner: Vec<u8>,
    pub counter: u32,
    pub origin: &'static str,
    pub flags: u8,
}

fn encoded(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

impl Keeper {
    pub fn new(seed: u8) -> Self {
        let key = SigningKey::from_slice(&[seed; 32]).unwrap();
        let flags = USER_PRESENT | USER_VERIFIED;
        Self { key, id: vec![seed; 32], owner: Vec::new(), counter: 1, origin: ORIGIN, flags }
    }

    fn about(&self, asked: &Value, kind: &str) -> Vec<u8> {
        let client = json!({
            "type": kind,
            "challenge": asked["challenge"],
            "origin": self.origin,
            "crossOrigin": false,
        });
        client.to_string().into_bytes()
    }

    fn data(&self, flags: u8) -> Vec<u8> {
        let mut data = Sha256::digest(b"latchkey.test").to_vec();
        data.push(flags);
        data.extend(self.counter.to_be_bytes());
        data
    }

    /// Makes the passkey and answers as `navigator.credentials.create` does.
    pub fn make(&mut self, asked: &Value) -> String {
        self.owner = URL_SAFE_NO_PAD.decode(asked["user"]["id"].as_str().unwrap()).unwrap();
        let point = self.key.verifying_key().to_sec1_point(false);
        let mut data = self.data(self.flags | NEW_KEY);
        data.extend([0; 16]);
        data.extend(u16::try_from(self.id.len()).unwrap().to_be_bytes());
        data.extend(&self.id);
        // COSE: an EC2 key for ES256 on P-256, with its two coordinates
        data.extend([0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20]);
        data.extend(point.x().unwrap());
        data.extend([0x22, 0x58, 0x20]);
        data.extend(point.y().unwrap());
        self.counter += 1;
        let mut attestation = vec![0xa3, 0x63];
        attestation.extend(b"fmt");
        attestation.push(0x64);
        attestation.extend(b"none");
        attestation.push(0x67);
        attestation.extend(b"attStmt");
        attestation.extend([0xa0, 0x68]);
        attestation.extend(b"authData");
        attestation.extend([0x58, u8::try_from(data.len()).unwrap()]);
        attestation.extend(&data);
        json!({
            "id": encoded(&self.id),
            "rawId": encoded(&self.id),
            "type": "public-key",
            "response": {
                "clientDataJSON": encoded(&self.about(asked, "webauthn.create")),
                "attestationObject": encoded(&attestation),
                "transports": ["internal"],
            },
            "clientExtensionResults": {},
        })
        .to_string()
    }

    /// Signs and answers as `navigator.credentials.get` does.
    pub fn show(&mut self, asked: &Value) -> String {
        let (client, data) = (self.about(asked, "webauthn.get"), self.data(self.flags));
        let signed: Signature = self.key.sign(&[data.clone(), Sha256::digest(&client).to_vec()].concat());
        self.counter += 1;
        json!({
            "id": encoded(&self.id),
            "rawId": encoded(&self.id),
            "type": "public-key",
            "response": {
                "clientDataJSON": encoded(&client),
                "authenticatorData": encoded(&data),
                "signature": encoded(signed.to_der().as_bytes()),
                "userHandle": encoded(&self.owner),
            },
            "clientExtensionResults": {},
        })
        .to_string()
    }
}

/// What the console asks a device.
pub fn asked(answer: &Value) -> Value {
    serde_json::from_str(answer.as_str().unwrap()).unwrap()
}

async fn begin_adding(browser: &mut Browser, expected: u16) -> Value {
    let fields = [("passkey_name", "Phone of Anna"), ("passkey_password", PASSWORD)];
    browser.call("begin_passkey", &fields, expected).await.json()
}

pub async fn add(browser: &mut Browser, keeper: &mut Keeper, expected: u16) {
    let asked = asked(&begin_adding(browser, 200).await);
    let answer = keeper.make(&asked);
    browser.call("add_passkey", &[("passkey", &answer)], expected).await;
}

pub async fn challenge(browser: &mut Browser) -> Value {
    asked(&browser.call("begin_passkey_sign_in", &[], 200).await.json())
}

pub async fn try_to_sign_in(house: &House, keeper: &mut Keeper, expected: u16) -> Browser {
    let mut browser = house.browser();
    let asked = challenge(&mut browser).await;
    let answer = keeper.show(&asked);
    browser.call("sign_in_by_passkey", &[("passkey", &answer), ("next", "/licenses")], expected).await;
    browser
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_passkey_signs_its_person_in_without_password_and_second_step(db: PgPool) {
    let house = House::demo(db).await;
    house.watch().await;
    let mut anna = house.signed_in(ANNA).await;
    let mut keeper = Keeper::new(7);
    let wanted = asked(&begin_adding(&mut anna, 200).await);
    assert_eq!(wanted["rp"]["id"], "latchkey.test");
    assert_eq!(wanted["authenticatorSelection"]["residentKey"], "required");
    assert_eq!(wanted["authenticatorSelection"]["userVerification"], "required");
    let answer = keeper.make(&wanted);
    anna.call("add_passkey", &[("passkey", &answer)], 200).await;
    assert_eq!(house.count("select count(*) from mail where subject = 'A passkey was added'").await, 1);
    let page = anna.get("/settings", 200).await;
    assert!(page.text().contains("Phone of Anna") && page.text().contains("not used yet"));

    let mut browser = try_to_sign_in(&house, &mut keeper, 200).await;
    browser.get("/licenses", 200).await;
    let own = browser.call("get_own", &[], 200).await.json();
    assert_eq!(own["email"], ANNA);
    assert!(browser.get("/settings", 200).await.text().contains("last used"));
    assert_eq!(house.count("select count(*) from audit_event where event = 'signed_in_by_passkey'").await, 1);
    house.assert_told().await;
    house.assert_sound().await;
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn an_answer_works_once_in_the_browser_that_was_asked_and_for_five_minutes(db: PgPool) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    let mut keeper = Keeper::new(7);
    add(&mut anna, &mut keeper, 200).await;

    let mut browser = house.browser();
    let first = challenge(&mut browser).await;
    let answer = keeper.show(&first);
    // a browser that was not asked
    house.browser().call("sign_in_by_passkey", &[("passkey", &answer)], 422).await;
    let mut other = house.browser();
    challenge(&mut other).await;
    other.call("sign_in_by_passkey", &[("passkey", &answer)], 422).await;
    // of two at once one comes in
    let before = browser.cookies.clone();
    let mut twin = house.browser();
    twin.cookies = before;
    let fields = [("passkey", answer.as_str())];
    let (one, two) =
        tokio::join!(browser.try_call("sign_in_by_passkey", &fields), twin.try_call("sign_in_by_passkey", &fields));
    let mut statuses = [one.status.as_u16(), two.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 422]);
    browser.call("sign_in_by_passkey", &fields, 422).await;

    let mut late = house.browser();
    let asked = challenge(&mut late).await;
    let answer = keeper.show(&asked);
    house.world.clock.shift(Duration::minutes(5));
    late.call("sign_in_by_passkey", &[("passkey", &answer)], 422).await;
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn what_is_not_the_right_key_at_the_right_place_is_refused(db: PgPool) {
    let house = House::demo(db).await;
    let (mut anna, mut mia) = (house.signed_in(ANNA).await, house.signed_in(MIA).await);
    let mut keeper = Keeper::new(7);
    add(&mut anna, &mut keeper, 200).await;

    keeper.origin = "http://latchkey.test.evil.example";
    try_to_sign_in(&house, &mut keeper, 422).await;
    keeper.origin = ORIGIN;

    keeper.flags = USER_PRESENT;
    try_to_sign_in(&house, &mut keeper, 422).await;
    keeper.flags = USER_PRESENT | USER_VERIFIED;

    // Anna's passkey that says it is Mia's
    let annas = keeper.owner.clone();
    keeper.owner = uuid::Uuid::parse_str(&person_of(&house, MIA).await).unwrap().as_bytes().to_vec();
    try_to_sign_in(&house, &mut keeper, 422).await;
    keeper.owner = annas.clone();

    // a key that was never added, under the name of the one that was
    let mut forged = Keeper { id: keeper.id.clone(), owner: annas, counter: 50, ..Keeper::new(9) };
    try_to_sign_in(&house, &mut forged, 422).await;

    // one person's passkey is not added to another, and without the password to nobody
    add(&mut mia, &mut keeper, 422).await;
    let fields = [("passkey_name", "Phone"), ("passkey_password", "wrong")];
    mia.call("begin_passkey", &fields, 422).await;
    keeper.owner = uuid::Uuid::parse_str(&person_of(&house, ANNA).await).unwrap().as_bytes().to_vec();

    try_to_sign_in(&house, &mut keeper, 200).await;
    assert_eq!(house.count("select count(*) from passkey").await, 1);
    assert_eq!(house.count("select count(*) from audit_event where event = 'sign_in_failed'").await, 4);
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_count_that_goes_back_is_refused(db: PgPool) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    let mut keeper = Keeper::new(7);
    add(&mut anna, &mut keeper, 200).await;
    keeper.counter = 40;
    try_to_sign_in(&house, &mut keeper, 200).await;
    for behind in [40, 3, 0] {
        keeper.counter = behind;
        try_to_sign_in(&house, &mut keeper, 422).await;
    }
    keeper.counter = 41;
    try_to_sign_in(&house, &mut keeper, 200).await;
    // a device that does not count at all
    let mut plain = Keeper { counter: 0, ..Keeper::new(8) };
    add(&mut anna, &mut plain, 200).await;
    for _ in 0..2 {
        plain.counter = 0;
        try_to_sign_in(&house, &mut plain, 200).await;
    }
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_passkey_is_removed_by_its_person_after_the_password_and_signs_nobody_in_any_more(db: PgPool) {
    let house = House::demo(db).await;
    let (mut anna, mut mia) = (house.signed_in(ANNA).await, house.signed_in(MIA).await);
    let mut keeper = Keeper::new(7);
    add(&mut anna, &mut keeper, 200).await;
    let own = anna.call("get_passkeys", &[], 200).await.json();
    let id = own["keys"][0]["id"].as_str().unwrap().to_owned();
    let asked = anna.get(&format!("/settings?passkey={id}"), 200).await;
    assert!(asked.text().contains("Remove this passkey"));
    mia.call("remove_passkey", &[("id", &id), ("removal_password", PASSWORD)], 404).await;
    let wrong = [("id", id.as_str()), ("removal_password", "wrong")];
    let again = anna.post_form("/settings?do=remove_passkey", &wrong, 422).await;
    assert!(again.text().contains("Remove this passkey") && again.text().contains("does not match"));
    let right = [("id", id.as_str()), ("removal_password", PASSWORD)];
    anna.post_form("/settings?do=remove_passkey", &right, 303).await;
    assert_eq!(house.count("select count(*) from mail where subject = 'A passkey was removed'").await, 1);
    try_to_sign_in(&house, &mut keeper, 422).await;
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_person_who_left_signs_in_with_no_passkey(db: PgPool) {
    let house = House::demo(db).await;
    let (mut anna, mut mia) = (house.signed_in(ANNA).await, house.signed_in(MIA).await);
    let mut keeper = Keeper::new(7);
    add(&mut mia, &mut keeper, 200).await;
    try_to_sign_in(&house, &mut keeper, 200).await;
    anna.call("remove_person", &[("id", &person_of(&house, MIA).await)], 200).await;
    try_to_sign_in(&house, &mut keeper, 422).await;
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn without_script_the_page_says_why_no_passkey_is_added(db: PgPool) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    let page = anna.get("/settings", 200).await;
    assert!(page.text().contains("You have no passkey yet") && page.text().contains("needs script"));
    begin_adding(&mut anna, 200).await;
    anna.call("add_passkey", &[("passkey", "{}")], 422).await;
    anna.call("begin_passkey", &[("passkey_name", ""), ("passkey_password", PASSWORD)], 422).await;
}

async fn person_of(house: &House, email: &str) -> String {
    let id: uuid::Uuid =
        sqlx::query_scalar("select id from person where email = $1").bind(email).fetch_one(&house.db).await.unwrap();
    id.to_string()
}
