//! Every refusal that a device can meet, met over HTTP: its code, its status and the rule it names.

use domain::PgPool;
use domain::code::store::{block_code, replace_code};
use domain::code::{ActivationCode, CodeKind};
use domain::cx::Cx;
use domain::id::CodeId;
use domain::seal::Sealed;
use serde_json::{Value, json};
use time::Duration;

use crate::harness::{ANNA, Browser, Device, House, MIA};
use crate::sold::Sold;

async fn year(house: &House) -> String {
    Sold::default().code(house).await
}

async fn id_of(house: &House, code: &str) -> CodeId {
    let id = sqlx::query_scalar("select id from activation_code where code_tail = $1 order by id desc limit 1");
    CodeId(id.bind(&code[code.len() - 5..]).fetch_one(&house.db).await.unwrap())
}

async fn set(house: &House, code: &str, what: &'static str) {
    let id = id_of(house, code).await;
    let statement = sqlx::AssertSqlSafe(format!("update activation_code set {what} where id = $1"));
    sqlx::query(statement).bind(id.0).execute(&house.db).await.unwrap();
}

/// A device that asks, and what it is told.
struct Asking {
    device: Device,
    path: &'static str,
    body: Value,
}

impl Asking {
    fn activation(device: Device, code: &str) -> Self {
        Self::with(device, code, json!({}))
    }

    fn with(device: Device, code: &str, more: Value) -> Self {
        let mut body = json!({ "code": code, "accept_agreement": true });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        Self { device, path: "/api/v1/activations", body }
    }

    fn at(self, path: &'static str) -> Self {
        Self { path, ..self }
    }

    async fn told(&self, code: &str, status: u16, rule: &str) -> Value {
        let answer = self.device.post(self.path, self.body.to_string(), "application/json").await;
        assert_eq!(answer.status, status, "{code}: {}", answer.text());
        assert_eq!(answer.headers["content-type"], "application/problem+json", "{code}");
        let problem = answer.json();
        assert_eq!((problem["code"].as_str(), problem["status"].as_u64()), (Some(code), Some(status.into())));
        assert_eq!(problem["rule"].as_str(), Some(rule), "{problem}");
        problem
    }
}

/// The office of the demo, with nobody's codes mixed up.
struct Office {
    house: House,
    anna: Browser,
}

impl Office {
    async fn open(db: PgPool) -> Self {
        let house = House::demo(db).await;
        let anna = house.signed_in(ANNA).await;
        Self { house, anna }
    }

    async fn fresh(&mut self) -> Device {
        self.house.linked(&mut self.anna, "windows").await
    }

    /// A device on which a license of this kind runs.
    async fn running(&mut self, kind: CodeKind, days: u32) -> Device {
        let device = self.fresh().await;
        device.activate(&Sold { kind, days, ..Sold::default() }.code(&self.house).await, 201).await;
        device
    }
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn what_is_wrong_with_the_code_is_told(db: PgPool) {
    let mut office = Office::open(db).await;
    let activation = async |office: &mut Office, code: &str| Asking::activation(office.fresh().await, code);
    activation(&mut office, "ABCDE-FGH23").await.told("E01", 422, "R1").await;
    activation(&mut office, "01234567-89ab-cdef-0123-456789abcdef").await.told("E01", 422, "R31").await;
    activation(&mut office, "АBCDE-FGHJK-LMNPQ-RSTUV").await.told("E02", 422, "R2").await;
    let unknown = ActivationCode::from_symbols([4; 19]).reveal();
    activation(&mut office, &unknown).await.told("E03", 422, "R5").await;

    let blocked = year(&office.house).await;
    let lead = Cx::system(&office.house.world);
    block_code(lead.clone(), id_of(&office.house, &blocked).await, "stolen".to_owned()).await.unwrap();
    activation(&mut office, &blocked).await.told("E04", 409, "R13").await;
    let cancelled = year(&office.house).await;
    set(&office.house, &cancelled, "cancelled_at = now()").await;
    activation(&mut office, &cancelled).await.told("E05", 409, "R87").await;
    let replaced = year(&office.house).await;
    replace_code(lead, id_of(&office.house, &replaced).await, "became known".to_owned()).await.unwrap();
    activation(&mut office, &replaced).await.told("E06", 409, "R85").await;
    let lapsed = Sold { redeem_in: Some(Duration::ZERO), ..Sold::default() }.code(&office.house).await;
    activation(&mut office, &lapsed).await.told("E11", 409, "R7").await;
    let suspended = Sold::of(CodeKind::Subscription).code(&office.house).await;
    set(&office.house, &suspended, "suspended_at = now()").await;
    activation(&mut office, &suspended).await.told("E35", 409, "R22").await;
    let mut noor = office.house.newcomer("noor@lakeside.example").await;
    let theirs = year(&office.house).await;
    office.house.linked(&mut noor, "mac").await.activate(&theirs, 201).await;
    activation(&mut office, &theirs).await.told("E30", 409, "R49").await;
    let over = Sold { ordered_ago: Some(Duration::days(400)), ..Sold::default() }.code(&office.house).await;
    activation(&mut office, &over).await.told("E10", 409, "R9").await;
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn what_does_not_fit_the_device_is_told(db: PgPool) {
    let mut office = Office::open(db).await;
    let home = Sold { sku: "NHS", ..Sold::default() }.code(&office.house).await;
    Asking::activation(office.fresh().await, &home).told("E07", 409, "R12").await;
    let phones = Sold { seats: "mobile=1", ..Sold::default() }.code(&office.house).await;
    Asking::activation(office.fresh().await, &phones).told("E08", 409, "R24").await;
    let code = year(&office.house).await;
    let abroad = Device { country: "GB", ..office.fresh().await };
    let told = Asking::activation(abroad, &code).told("E09", 409, "R62").await;
    // the one sentence whose words are fixed (R63)
    let detail = told["detail"].as_str().unwrap();
    assert!(detail.starts_with("Activation code is invalid for this region"), "{detail}");
    assert!(detail.contains("Bought in India, used in the United Kingdom"), "{detail}");
    let days_off = (office.house.world.clock.now() + Duration::days(8)).unix_timestamp();
    let device_time = time::OffsetDateTime::from_unix_timestamp(days_off).unwrap();
    let device_time = device_time.format(&time::format_description::well_known::Rfc3339).unwrap();
    let wrong = Asking::with(office.fresh().await, &code, json!({ "device_time": device_time }));
    wrong.told("E24", 409, "R18").await;
    let bare = json!({ "accept_agreement": false });
    Asking::with(office.fresh().await, &code, bare).told("E33", 409, "R19").await;
    // nothing of it was used up
    office.fresh().await.activate(&code, 201).await;
    office.house.assert_sound().await;
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn what_runs_or_waits_on_the_device_is_told(db: PgPool) {
    let mut office = Office::open(db).await;
    let trial = || Sold { kind: CodeKind::Trial, days: 30, ..Sold::default() };
    let tried = office.running(CodeKind::Trial, 30).await;
    Asking::activation(tried, &trial().code(&office.house).await).told("E13", 409, "R72").await;
    let given_up = office.running(CodeKind::Commercial, 365).await;
    assert_eq!(given_up.post("/api/v1/release", "{}", "application/json").await.status, 200);
    Asking::activation(given_up, &trial().code(&office.house).await).told("E13", 409, "R73").await;
    let device = office.running(CodeKind::Commercial, 365).await;
    Asking::activation(device.clone(), &trial().code(&office.house).await).told("E14", 409, "R70").await;
    let subscription = Sold::of(CodeKind::Subscription).code(&office.house).await;
    Asking::activation(device.clone(), &subscription).told("E17", 409, "R42").await;
    let subscriber = office.running(CodeKind::Subscription, 30).await;
    Asking::activation(subscriber, &year(&office.house).await).told("E16", 409, "R42").await;
    let early = Sold { seats: "desktop=2", days: 30, ..Sold::default() }.code(&office.house).await;
    office.fresh().await.activate(&early, 201).await;
    Asking::activation(device.clone(), &early).told("E18", 409, "R40").await;
    let (waits, second) = (year(&office.house).await, year(&office.house).await);
    let nothing = Asking::activation(office.fresh().await, &waits).at("/api/v1/reserve");
    nothing.told("no-license", 409, "R4").await;
    assert_eq!(device.activate(&waits, 200).await["outcome"], "reserved");
    Asking::activation(device.clone(), &waits).told("E19", 409, "R104").await;
    Asking::activation(device.clone(), &second).told("E20", 409, "R45").await;
    Asking { device: device.clone(), path: "/api/v1/reserve/activation", body: json!({}) }
        .told("E21", 409, "R44")
        .await;
    office.house.world.clock.shift(Duration::days(366));
    set(&office.house, &waits, "redeem_by = now()").await;
    Asking { device, path: "/api/v1/reserve/activation", body: json!({}) }.told("E11", 409, "R7").await;
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn what_a_renewal_or_a_place_lacks_is_told(db: PgPool) {
    let house = House::demo(db).await;
    // an office without a past, whose renewals find nothing by themselves
    let mut noor = house.newcomer("noor@lakeside.example").await;
    let renewal = Sold::of(CodeKind::Renewal).code(&house).await;
    let device = house.linked(&mut noor, "windows").await;
    Asking::activation(device.clone(), &renewal).told("E22", 409, "R77").await;
    let unknown = ActivationCode::from_symbols([4; 19]).reveal();
    let previous = Asking::with(device.clone(), &renewal, json!({ "previous_code": unknown }));
    previous.told("E23", 409, "R77").await;

    let mut office = Office { anna: house.signed_in(ANNA).await, house };
    let shared = year(&office.house).await;
    let holder = office.fresh().await;
    let device_id = holder.activate(&shared, 201).await["device"]["device_id"].clone();
    let told = Asking::activation(office.fresh().await, &shared).told("E12", 409, "R56").await;
    assert_eq!(told["holders"][0]["device_id"], device_id);
    let mut mia = office.house.signed_in(MIA).await;
    let mias = office.house.linked(&mut mia, "mac").await;
    Asking::with(mias, &shared, json!({ "instead_of": device_id })).told("E27", 409, "R50").await;
    let gone = Device { token: "nobody".to_owned(), ..office.fresh().await };
    let answer = gone.try_activate(&shared).await;
    assert_eq!((answer.status.as_u16(), answer.json()["code"].as_str()), (401, Some("E28")));
}

/// R99: five wrong codes, be they the code or the previous one; then the right one has to wait too.
#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn too_many_wrong_codes_are_told_with_the_end_of_the_wait(db: PgPool) {
    let house = House::demo(db).await;
    let mut noor = house.newcomer("noor@lakeside.example").await;
    let device = house.linked(&mut noor, "windows").await;
    let renewal = Sold::of(CodeKind::Renewal).code(&house).await;
    for number in 0..5_u8 {
        let unknown = ActivationCode::from_symbols([number + 4; 19]).reveal();
        if number % 2 == 0 {
            Asking::activation(device.clone(), &unknown).told("E03", 422, "R5").await;
        } else {
            let previous = json!({ "previous_code": unknown });
            Asking::with(device.clone(), &renewal, previous).at("/api/v1/previews").told("E23", 409, "R77").await;
        }
    }
    let right = Asking::activation(device, &year(&house).await);
    right.told("E26", 429, "R99").await;
    right.at("/api/v1/previews").told("E26", 429, "R99").await;
}

/// What other requests than those with a code are refused with.
#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn databases_by_hand_are_warned_of(db: PgPool) {
    let mut office = Office::open(db).await;
    let device = office.running(CodeKind::Commercial, 30).await;
    let databases = |more: Value| {
        let mut body = json!({ "databases_at": "2026-05-01T10:00:00Z" });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        Asking { device: device.clone(), path: "/api/v1/databases", body }
    };
    office.house.world.clock.shift(Duration::days(31));
    databases(json!({})).told("E10", 409, "R9").await;
    databases(json!({ "by_hand": true })).told("E31", 409, "R69").await;
}

/// D02, R2: what can't be a code, and what its check symbol gives away, is not looked up, for it would be found here; the try
/// is counted all the same (R98, R99).
#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_slip_is_told_without_looking_a_code_up(db: PgPool) {
    let mut office = Office::open(db).await;
    let device = office.fresh().await;
    let good = ActivationCode::from_symbols([4; 19]).reveal();
    let last = if good.ends_with('2') { '3' } else { '2' };
    let slip = format!("{}{last}", &good[..good.len() - 1]);
    let latin = ActivationCode::from_symbols([0; 19]).reveal();
    let look_alike = latin.replacen('A', "А", 1);
    assert_ne!(look_alike, latin);
    for known in [&slip, &latin] {
        let index = office.house.world.seal.index(Sealed::Code, ActivationCode::parse(known).unwrap().as_bytes());
        sqlx::query("update activation_code set code_bi = $2 where id = $1")
            .bind(id_of(&office.house, &year(&office.house).await).await.0)
            .bind(&index[..])
            .execute(&office.house.db)
            .await
            .unwrap();
    }
    for (typed, told, rule) in [(slip, "E03", "R5"), (look_alike, "E02", "R2"), ("ABC".to_owned(), "E01", "R1")] {
        let tries = "select count(*) from attempt where bucket = 'code_account'";
        let before = office.house.count(tries).await;
        Asking::activation(device.clone(), &typed).told(told, 422, rule).await;
        assert_eq!(office.house.count(tries).await, before + 1, "{told}");
    }
}

/// A device whose link was removed is refused at its very next contact, whatever it asks.
#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_removed_device_is_refused_at_its_next_contact(db: PgPool) {
    let mut office = Office::open(db).await;
    let device = office.fresh().await;
    let status = device.get("/api/v1/device", 200).await.json();
    office.anna.call("disconnect_device", &[("id", status["device_id"].as_str().unwrap())], 200).await;
    device.get("/api/v1/device", 401).await;
    for path in ["heartbeat", "ticket", "previews", "activations", "reserve", "release", "databases"] {
        let answer = device.post(&format!("/api/v1/{path}"), "{}", "application/json").await;
        assert_eq!((answer.status.as_u16(), answer.json()["code"].as_str()), (401, Some("E28")), "{path}");
    }
}
