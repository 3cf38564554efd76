//! The first page of an office: what needs somebody stands on it worst first, and a quiet office is told so in one sentence.

use domain::PgPool;
use domain::code::CodeKind;
use domain::demo::DemoCode;
use time::Duration;

use crate::cases::opened;
use crate::harness::{ANNA, Browser, Device, House};

/// A device that the browser's person links and activates, with its identity and its license.
async fn licensed(house: &House, owner: &mut Browser, code: &str) -> (Device, String, String) {
    let device = house.linked(owner, "windows").await;
    let told = device.activate(code, 201).await;
    let id = told["device"]["device_id"].as_str().unwrap().to_owned();
    let license = told["device"]["license"]["license_id"].as_str().unwrap().to_owned();
    (device, id, license)
}

async fn one(house: &House, question: &'static str) -> String {
    sqlx::query_scalar(question).fetch_one(&house.db).await.unwrap()
}

async fn with(house: &House, deed: &'static str, id: &str) {
    sqlx::query(deed).bind(id).execute(&house.db).await.unwrap();
}

/// A code that waits on a device and would be refused, or could not take over.
async fn stuck(house: &House, device: &str, state: &str) {
    sqlx::query(
        r#"insert into reserve (id, account_id, device_id, code_id, added_at, state, due_at, settled_at, trouble)
           select gen_random_uuid(), d.account_id, d.id, c.id, now(), $2, now() + interval '90 days',
               case when $2 = 'failed' then now() end, '"Blocked"'
           from device d, activation_code c where d.id = $1::uuid limit 1"#,
    )
    .bind(device)
    .bind(state)
    .execute(&house.db)
    .await
    .unwrap();
}

/// Where the buttons of the list lead, from the top.
fn ways(page: &str) -> Vec<String> {
    let list = page.split("class=\"worst\"").nth(1).unwrap_or_default().split("</ul>").next().unwrap();
    let href = |part: &str| part.split('"').next().unwrap().replace("&amp;", "&");
    list.split("href=\"").skip(1).map(href).collect()
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn what_needs_somebody_stands_worst_first_with_the_way_to_put_it_right(db: PgPool) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    let mut codes = house.facts().await.codes.into_iter();
    let fits = |code: &DemoCode| {
        (code.seats.as_str(), code.kind) == ("desktop=1", CodeKind::Commercial) && code.countries == ["IN"]
    };
    let mut next = || codes.find(fits).unwrap().code;
    let (_, _, blocked) = licensed(&house, &mut anna, &next()).await;
    with(&house, "update license set blocked_at = now() where id = $1::uuid", &blocked).await;
    let (_, off, ended) = licensed(&house, &mut anna, &next()).await;
    let end = "update license set starts_at = now() - interval '370 days', expires_at = now() - interval '5 days' where id = $1::uuid";
    with(&house, end, &ended).await;
    stuck(&house, &off, "failed").await;
    house.linked(&mut anna, "mac").await;
    let bare = one(&house, "select id::text from device where os_family = 'mac' and name = 'Reception'").await;
    let front = one(&house, "select id::text from device where name = 'Front desk'").await;
    stuck(&house, &front, "waiting").await;
    let ending = one(&house, "select l.id::text from license l join seat s on s.license_id = l.id join device d on d.id = s.device_id where d.name = 'Lab computer' and s.released_at is null").await;
    let main = one(&house, "select license_id::text from seat s join device d on d.id = s.device_id where d.name = 'Front desk' and s.released_at is null").await;
    let few = r#"update license set seats = '{"desktop": 2, "file_server": 1, "mobile": 0}' where id = $1::uuid"#;
    with(&house, few, &main).await;
    let case = opened(
        &mut anna,
        &[("topic", "usage"), ("subject", "The scan stops"), ("description", "It stops at one half, every day.")],
    )
    .await;
    with(&house, "update support_case set state = 'pending' where number = $1", &case).await;
    let phone = one(&house, "select id::text from device where name like 'Anna%phone'").await;
    let tell = "insert into notice (id, account_id, person_id, kind, severity, title, said, path, created_at)
        select gen_random_uuid(), account_id, id, 'seats', 'critical', 'Overused', '{}', '/licenses', now() from person where email = $1";
    with(&house, tell, ANNA).await;

    // the demo's own week has a case of the office that waits for it
    let of_the_week = "select c.number from support_case c join person p on p.account_id = c.account_id
        where p.email = 'anna@harbor-dental.example' and c.state = 'pending' order by c.id limit 1";
    let of_the_week = one(&house, of_the_week).await;
    assert_ne!(of_the_week, case);

    let page = anna.get("/", 200).await;
    let found = ways(page.text());
    let wanted = [
        format!("/requests/new?topic=blocked_code&license={blocked}"),
        format!("/renew?license={ended}"),
        "/licenses/add".to_owned(),
        format!("/devices/{off}#reserve"),
        format!("/licenses/add?device={bare}"),
        format!("/devices/{front}#reserve"),
        format!("/renew?license={ending}"),
        format!("/renew?license={main}&what=more"),
        format!("/requests/{case}"),
        format!("/requests/{of_the_week}"),
        format!("/devices/{phone}"),
        "/notices".to_owned(),
    ];
    assert_eq!(found, wanted, "{}", page.text());
    assert!(!page.text().contains("All is well"));
    for way in found {
        anna.get(way.split('#').next().unwrap(), 200).await;
    }
    let mut noor = house.newcomer("noor@lakeside.example").await;
    assert_eq!(ways(noor.get("/", 200).await.text()), Vec::<String>::new(), "another office is told nothing of it");
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_quiet_office_reads_one_sentence_with_the_next_date_and_sees_its_reserve(db: PgPool) {
    let house = House::demo(db).await;
    let mut noor = house.newcomer("noor@lakeside.example").await;
    assert!(noor.get("/", 200).await.text().contains("Begin with a device"));
    let (device, ..) = licensed(&house, &mut noor, &house.code("desktop=1").await).await;
    let page = noor.get("/", 200).await;
    assert!(page.text().contains("All is well. The next date that matters is"), "{}", page.text());
    assert!(page.text().contains("Small Office Security ends: 365 days left"), "{}", page.text());
    assert_eq!(ways(page.text()), Vec::<String>::new());
    assert!(!page.text().contains("term-reserve"), "no reserve waits yet");

    device.activate(&house.code("desktop=5,file_server=1,mobile=5").await, 200).await;
    let waits = noor.get("/", 200).await;
    assert!(waits.text().contains("switches to its reserve") && waits.text().contains("term-reserve"));
    assert!(waits.text().contains("its reserve until"), "the picture says it in words");
    house.world.clock.shift(Duration::days(400));
    let mut noor = house.browser();
    let fields = [("email", "noor@lakeside.example"), ("password", crate::harness::NEW_PASSWORD)];
    noor.post_form("/sign-in?do=sign_in", &fields, 303).await;
    assert!(!ways(noor.get("/", 200).await.text()).is_empty(), "nobody called for a year");
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn several_devices_in_the_same_trouble_are_counted_and_lead_to_their_list(db: PgPool) {
    let house = House::demo(db).await;
    let mut noor = house.newcomer("noor@lakeside.example").await;
    for os in ["windows", "mac"] {
        house.linked(&mut noor, os).await;
    }
    let page = noor.get("/", 200).await;
    assert!(page.text().contains("2 devices"), "{}", page.text());
    assert_eq!(ways(page.text()), ["/devices?show=unlicensed"]);
}
