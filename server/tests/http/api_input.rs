//! What no program should send is answered at once with what is wrong with it. The deeds are taken from the OpenAPI
//! document, so that a new one is asked as well.

use std::time::{Duration, Instant};

use domain::PgPool;
use http::Method;
use http::header::CONTENT_TYPE;
use serde_json::{Map, Value, json};

use crate::harness::{ANNA, Answer, Browser, Device, FORM, House, send};
use crate::shop::INDIA;

const JSON: &str = "application/json";
const FAST: Duration = Duration::from_millis(50);

/// A deed with a body, as the document describes it.
struct Deed {
    method: Method,
    path: String,
    by_seller: bool,
    fields: Map<String, Value>,
    required: Vec<String>,
}

/// All deeds whose body is of this media type.
fn deeds(media_type: &str) -> Vec<Deed> {
    let document = serde_json::to_value(server::device_api::openapi::document()).unwrap();
    let mut deeds = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let Some(reference) = operation["requestBody"]["content"][media_type]["schema"]["$ref"].as_str() else {
                continue;
            };
            let schema = document.pointer(reference.trim_start_matches('#')).unwrap();
            let required = schema["required"].as_array().cloned().unwrap_or_default();
            deeds.push(Deed {
                method: method.to_uppercase().parse().unwrap(),
                path: path.replace("{id}", &uuid::Uuid::nil().to_string()).replace(['{', '}'], ""),
                by_seller: operation["security"][0]["seller_key"].is_array(),
                fields: schema["properties"].as_object().cloned().unwrap_or_default(),
                required: required.iter().map(|name| name.as_str().unwrap().to_owned()).collect(),
            });
        }
    }
    deeds
}

impl Deed {
    /// A value of the kind that the field takes.
    fn fitting(&self, field: &str) -> Value {
        let schema = &self.fields[field];
        match (schema["type"].as_str().or_else(|| schema["type"][0].as_str()), schema["format"].as_str()) {
            (Some("boolean"), _) => json!(true),
            (Some("integer"), _) => json!(1),
            (Some("array"), _) => json!([]),
            (Some("object"), _) => json!({}),
            (_, Some("date-time")) => json!("2026-05-01T10:00:00Z"),
            _ => json!("A"),
        }
    }

    /// Bodies that have to be refused.
    fn nonsense(&self) -> Vec<(String, Vec<u8>)> {
        let mut bodies: Vec<(String, Vec<u8>)> = [
            ("nothing", &b""[..]),
            ("half", b"{\"a\":"),
            ("null", b"null"),
            ("a text", b"\"A\""),
            ("a bare NUL", b"\0"),
            ("no UTF-8", b"{\"a\":\"\xff\xfe\"}"),
            ("half a surrogate", br#"{"a":"\ud800"}"#),
            ("two bodies", b"{}{}"),
            ("a field that is not there", br#"{"seats":99,"expires_at":"2099-01-01T00:00:00Z"}"#),
        ]
        .map(|(what, body)| (what.to_owned(), body.to_vec()))
        .into();
        let in_order: Vec<Value> = self.fields.keys().map(|field| self.fitting(field)).collect();
        bodies.push(("an array".to_owned(), json!(in_order).to_string().into()));
        bodies.push(("depth".to_owned(), [&b"["[..]; 10_000].concat()));
        bodies.push(("17 kB".to_owned(), format!("{{\"a\":\"{}\"}}", "A".repeat(17 * 1024)).into()));
        for field in self.fields.keys() {
            let fitting = self.fitting(field);
            let deep = format!("{}{}", "[".repeat(8_000), "]".repeat(7_000));
            let other = if fitting.is_array() { r#"{"a":1}"# } else { "[[1]]" };
            let mut values = vec![other.to_owned(), "1e999".to_owned(), deep];
            if self.required.contains(field) {
                values.push("null".to_owned());
            }
            let with = values.into_iter().map(|value| format!("{{\"{field}\":{value}}}"));
            let twice = format!("{{\"{field}\":{fitting},\"{field}\":{fitting}}}");
            bodies.extend(with.chain([twice]).map(|body| (format!("{:.60}", body), body.into_bytes())));
        }
        bodies
    }

    async fn send(&self, device: &Device, body: impl Into<axum::body::Body>, media_type: &str) -> Answer {
        let request = device.request(self.method.clone(), &self.path).header(CONTENT_TYPE, media_type);
        send(&device.router, request.body(body.into()).unwrap()).await
    }
}

/// Who may ask for a deed, fresh for each of them: nobody asks too often.
async fn asker(house: &House, anna: &mut Browser, deed: &Deed) -> Device {
    let mut device = house.linked(anna, "windows").await;
    if deed.by_seller {
        device.token = house.shop(INDIA).await.key;
    }
    device
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_program_that_sends_nonsense_is_told_at_once_what_is_wrong(db: PgPool) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    let deeds = deeds(JSON);
    assert!(deeds.len() > 1, "only {} deeds were found", deeds.len());
    for deed in deeds {
        let mut device = asker(&house, &mut anna, &deed).await;
        for (number, (what, body)) in deed.nonsense().into_iter().enumerate() {
            if number % 30 == 29 {
                device = asker(&house, &mut anna, &deed).await;
            }
            let mut fastest = Duration::MAX;
            for _ in 0..3 {
                let began = Instant::now();
                let answer = deed.send(&device, body.clone(), JSON).await;
                fastest = fastest.min(began.elapsed());
                let status = answer.status.as_u16();
                assert!(matches!(status, 400 | 413 | 422), "{} {what}: {status} {}", deed.path, answer.text());
                assert_eq!(answer.headers[CONTENT_TYPE], "application/problem+json", "{} {what}", deed.path);
            }
            assert!(fastest < FAST, "{} {what}: {fastest:?}", deed.path);
        }
        for media_type in ["text/plain", FORM, "multipart/form-data", "", "application/jsonx"] {
            assert_eq!(deed.send(&device, "{}", media_type).await.status, 415, "{} {media_type}", deed.path);
        }
    }
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_text_with_a_nul_fails_nothing_of_ours(db: PgPool) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    for deed in deeds(JSON) {
        let device = asker(&house, &mut anna, &deed).await;
        for field in deed.fields.keys() {
            let mut body = Map::new();
            for needed in &deed.required {
                body.insert(needed.clone(), deed.fitting(needed));
            }
            body.insert("accept_agreement".to_owned(), json!(true));
            body.retain(|name, _| deed.fields.contains_key(name));
            body.insert(field.clone(), json!("A\0A"));
            let answer = deed.send(&device, Value::from(body).to_string(), JSON).await;
            assert!(answer.status.as_u16() < 500, "{} {field}: {}", deed.path, answer.text());
        }
    }
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn what_is_inside_a_body_can_be_understood_in_one_way_only(db: PgPool) {
    let house = House::demo(db).await;
    let shop = house.shop(INDIA).await;
    let order = house.order("W-1");
    let mut as_list = order.clone();
    as_list["buyer"] = json!(["Noor Haddad", "noor@lakeside.example", "person"]);
    let mut item_as_list = order.clone();
    item_as_list["items"][0] = json!(["NSOS", "commercial", { "desktop": 5 }, 365]);
    let twice = order.to_string().replace(r#""desktop":5"#, r#""desktop":5,"desktop":50"#);
    let device = Device { token: shop.key.clone(), ..house.device() };
    for (body, field) in [(as_list.to_string(), "buyer"), (item_as_list.to_string(), "items.0"), (twice, "desktop")] {
        let answer = device.post("/api/v1/orders", body, JSON).await;
        assert_eq!((answer.status.as_u16(), &answer.json()["fields"][0]["field"]), (422, &json!(field)));
    }
    assert_eq!(device.post("/api/v1/orders", order.to_string(), JSON).await.status, 201);
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn linking_answers_nonsense_as_oauth_says(db: PgPool) {
    let house = House::demo(db).await;
    let device = house.device();
    let deeds = deeds(FORM);
    assert_eq!(deeds.len(), 2);
    for deed in deeds {
        for (media_type, body) in [
            (JSON, b"{}".to_vec()),
            (FORM, vec![]),
            (FORM, b"client_id=latchkey-client&client_id=latchkey-client".to_vec()),
            (FORM, b"client_id=latchkey-client&device_name=%00".to_vec()),
            (FORM, b"client_id=latchkey-client&device_name=%ff".to_vec()),
            (FORM, b"client_id=latchkey-client&device_name=\xff".to_vec()),
            (FORM, [&b"client_id=latchkey-client&device_name="[..], &[b'A'; 17 * 1024]].concat()),
        ] {
            let began = Instant::now();
            let answer = deed.send(&device, body, media_type).await;
            assert!(began.elapsed() < FAST * 4, "{}: {:?}", deed.path, began.elapsed());
            assert!(answer.status.is_client_error(), "{}: {} {}", deed.path, answer.status, answer.text());
            assert!(answer.json()["error"].is_string(), "{}: {}", deed.path, answer.text());
        }
    }
}

/// The code as people and their programs write it, and worse.
fn disguises(code: &str) -> Vec<String> {
    let between = |mark: &str| code.chars().map(|c| format!("{c}{mark}")).collect::<String>();
    let wide = |c: char| char::from_u32(u32::from(c) + 0xFEE0).filter(|_| c.is_ascii_alphanumeric()).unwrap_or(c);
    let cyrillic = |c: char| match c {
        'A' => 'А',
        'B' => 'В',
        'C' => 'С',
        'E' => 'Е',
        'H' => 'Н',
        'K' => 'К',
        'M' => 'М',
        'P' => 'Р',
        'T' => 'Т',
        'X' => 'Х',
        'Y' => 'У',
        other => other,
    };
    vec![
        code.to_lowercase(),
        code.replace('-', ""),
        code.replace('-', " \u{2013} "),
        code.replace('-', "\u{2014}"),
        code.chars().map(wide).collect(),
        code.chars().map(cyrillic).collect(),
        between("\u{200B}"),
        between("\u{2060}"),
        format!("\u{202E}{}", code.chars().rev().collect::<String>()),
        format!("\u{200F}{code}\u{200F}"),
        between("\u{0301}"),
        format!("{code}\u{FF21}"),
    ]
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_disguised_code_never_becomes_another_one(db: PgPool) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    let device = house.linked(&mut anna, "windows").await;
    let code = house.code("desktop=1").await;
    let used = "select count(*) from activation_code where first_activated_at is not null";
    let before = house.count(used).await;
    let mut read = 0;
    for disguise in disguises(&code) {
        let answer = device.try_activate(&disguise).await;
        if answer.status.is_success() {
            assert_eq!(answer.json()["device"]["license"]["code_tail"], code[code.len() - 5..], "{disguise:?}");
            read += 1;
        } else {
            let problem = answer.json();
            assert!(matches!(problem["code"].as_str(), Some("E01" | "E02" | "E03")), "{disguise:?}: {problem}");
            // wrong codes of the last quarter of an hour count together
            house.world.clock.shift(time::Duration::minutes(20));
        }
    }
    assert!(read > 4, "only {read} ways of writing the code were understood");
    assert_eq!(house.count(used).await, before + 1);
}
