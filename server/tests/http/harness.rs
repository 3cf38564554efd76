//! The application behind one call, and those who use it: browsers with their cookies, devices with their tokens. Every
//! verb takes the status that is expected.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::ConnectInfo;
use clap::Parser;
use domain::PgPool;
use domain::cx::{Clock, Cx, World};
use domain::demo::{self, DemoFacts};
use domain::seal::{Seal, Sealed};
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, COOKIE, HeaderMap, LOCATION, SET_COOKIE};
use http::{Method, Request, StatusCode};
use serde_json::Value;
use server::config::Config;
use server::geo::Countries;
use tokio::sync::OnceCell;
use totp_rs::{Builder, Totp};
use tower::ServiceExt;
use uuid::Uuid;

pub const ORIGIN: &str = "http://latchkey.test";
pub const FORM: &str = "application/x-www-form-urlencoded";
pub const ANNA: &str = "anna@harbor-dental.example";
pub const MIA: &str = "mia@harbor-dental.example";
pub const SAM: &str = "sam@northwall.example";
pub const LENA: &str = "lena@northwall.example";
pub const PRIYA: &str = "priya@northwall.example";
/// A password that nobody on the list of common ones has.
pub const NEW_PASSWORD: &str = "violet anchor teapot mellow";

#[derive(Parser)]
struct Command {
    #[command(flatten)]
    config: Config,
}

/// A front end that is there, as far as the server can see.
fn site() -> PathBuf {
    let site = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("site");
    std::fs::create_dir_all(site.join("pkg")).unwrap();
    std::fs::write(site.join("hash.txt"), "js: x\nwasm: x\ncss: x\n").unwrap();
    for file in ["favicon.svg", "logo.svg", "robots.txt", "pkg/latchkey.x.wasm"] {
        std::fs::write(site.join(file), file).unwrap();
    }
    site
}

fn router(world: &Arc<World>, origin: &str) -> Router {
    let site = site();
    let arguments = ["latchkey", "--trusted-proxy", "127.0.0.1", "--origin", origin, "--site", site.to_str().unwrap()];
    let config = Command::try_parse_from(arguments).unwrap().config;
    server::router(&config, world, Countries::open(None).unwrap()).unwrap()
}

/// The application.
pub struct House {
    pub db: PgPool,
    pub world: Arc<World>,
    router: Router,
    addresses: AtomicU8,
}

impl House {
    /// Without any account.
    pub async fn empty(db: PgPool) -> Self {
        let clock = Clock::start(&db).await.unwrap();
        // the server acts as the role that owns nothing; the tests look at what it did as the owner
        let options = db.connect_options().as_ref().clone().options([("role", server::database::ROLE)]);
        let limited = sqlx::postgres::PgPoolOptions::new().max_connections(5).connect_lazy_with(options);
        let world = World {
            rw: limited.clone(),
            ro: limited,
            seal: Seal::new(&[7; 32]),
            tickets: Default::default(),
            clock,
            origin: ORIGIN.to_owned(),
        };
        let world = Arc::new(world);
        let router = router(&world, ORIGIN);
        Self { db, world, router, addresses: AtomicU8::new(1) }
    }

    /// The same at another address.
    pub fn at(self, origin: &str) -> Self {
        let router = router(&self.world, origin);
        Self { router, ..self }
    }

    /// With the demo office in it.
    pub async fn demo(db: PgPool) -> Self {
        static HASH: OnceCell<String> = OnceCell::const_new();
        let house = Self::empty(db).await;
        let hash = HASH.get_or_init(|| async { app::auth::password::hash(demo::PASSWORD).await.unwrap() }).await;
        demo::fill(&Cx::system(&house.world), hash).await.unwrap();
        house
    }

    pub async fn facts(&self) -> DemoFacts {
        demo::facts(&Cx::system(&self.world)).await.unwrap()
    }

    /// An unused code of the store in India with these seats.
    pub async fn code(&self, seats: &str) -> String {
        let codes = self.facts().await.codes;
        let fits = |code: &&demo::DemoCode| {
            code.seats == seats && code.countries == ["IN"] && code.kind == domain::code::CodeKind::Commercial
        };
        codes.iter().find(fits).unwrap().code.clone()
    }

    /// A browser nobody has used, at an address of its own.
    pub fn browser(&self) -> Browser {
        let last = self.addresses.fetch_add(1, Ordering::Relaxed);
        Browser { router: self.router.clone(), cookies: BTreeMap::new(), address: format!("203.0.113.{last}") }
    }

    /// A browser in which somebody of the demo has signed in.
    pub async fn signed_in(&self, email: &str) -> Browser {
        let mut browser = self.browser();
        browser.call("sign_in", &[("email", email), ("password", demo::PASSWORD)], 200).await;
        browser
    }

    /// A browser in which Sam of support has signed in, an agent.
    pub async fn sam(&self) -> Browser {
        self.of_support(SAM).await
    }

    /// A browser in which Lena of support has signed in, a lead.
    pub async fn lena(&self) -> Browser {
        self.of_support(LENA).await
    }

    /// A browser in which Priya of support has signed in, another lead.
    pub async fn priya(&self) -> Browser {
        self.of_support(PRIYA).await
    }

    /// A second browser of Lena's, half a minute later: her one-time code is good once.
    pub async fn lena_again(&self) -> Browser {
        self.world.clock.shift(time::Duration::seconds(30));
        self.lena().await
    }

    async fn of_support(&self, email: &str) -> Browser {
        let staff = self.facts().await.staff;
        let secret = &staff.iter().find(|staff| staff.email == email).unwrap().totp_secret;
        let mut browser = self.browser();
        let code = self.one_time_code(secret);
        let fields = [("email", email), ("password", demo::PASSWORD), ("one_time_code", &code)];
        browser.post_form("/support/sign-in?do=staff_sign_in", &fields, 303).await;
        browser
    }

    pub fn one_time_code(&self, secret: &[u8]) -> String {
        let generator: Totp = Builder::new().with_secret(secret).build_noncompliant();
        generator.generate(self.world.clock.now().unix_timestamp().try_into().unwrap()).to_string()
    }

    /// A browser in which the owner of a fresh account has signed in.
    pub async fn newcomer(&self, email: &str) -> Browser {
        let mut browser = self.browser();
        let fields = [
            ("email", email),
            ("name", "Noor Haddad"),
            ("office", "Lakeside Books"),
            ("country", "IN"),
            ("password", NEW_PASSWORD),
        ];
        browser.post_form("/sign-up?do=sign_up", &fields, 303).await;
        let link = self.mail_link(email, "/confirm").await;
        browser.get(&link, 200).await;
        browser.post_form("/confirm?do=confirm_email", &[("token", token_of(&link))], 303).await;
        let fields = [("email", email), ("password", NEW_PASSWORD)];
        browser.post_form("/sign-in?do=sign_in", &fields, 303).await;
        browser
    }

    /// Another process of the same installation: it has nothing in common with this one but the database and the key.
    pub async fn second(&self) -> Self {
        Self::empty(self.db.clone()).await
    }

    /// What the mails to somebody say that have not left yet, the newest first, opened where they lie sealed.
    pub async fn mails(&self, to: &str) -> Vec<String> {
        let mails: Vec<(Uuid, String, Option<Vec<u8>>)> = sqlx::query_as(
            "select id, text, sealed from mail where to_address = $1 and sent_at is null order by id desc",
        )
        .bind(to)
        .fetch_all(&self.db)
        .await
        .unwrap();
        let opened = mails.into_iter().map(|(id, text, sealed)| match sealed {
            Some(sealed) => {
                let both = self.world.seal.open(Sealed::Mail, id, &sealed).unwrap();
                let [text, _html]: [String; 2] = serde_json::from_slice(&both).unwrap();
                text
            }
            None => text,
        });
        opened.collect()
    }

    /// The newest link to a page of ours that was mailed to somebody, without the origin.
    pub async fn mail_link(&self, to: &str, page: &str) -> String {
        let mails = self.mails(to).await;
        let beginning = format!("{ORIGIN}{page}");
        let link = mails.iter().find_map(|text| text.split_whitespace().find(|word| word.starts_with(&beginning)));
        link.unwrap_or_else(|| panic!("no mail to {to} links to {page}: {mails:?}"))[ORIGIN.len()..].to_owned()
    }

    /// A device of India that nobody has linked.
    pub fn device(&self) -> Device {
        let Browser { router, address, .. } = self.browser();
        Device { router, address, token: String::new(), country: "IN", fingerprint: String::new() }
    }

    /// A device that the person in the browser has linked.
    pub async fn linked(&self, owner: &mut Browser, os: &str) -> Device {
        self.linked_on(owner, os, "").await
    }

    /// A device made of these parts that the person in the browser has linked.
    pub async fn linked_on(&self, owner: &mut Browser, os: &str, fingerprint: &str) -> Device {
        let mut device = Device { fingerprint: fingerprint.to_owned(), ..self.device() };
        let asked = device.ask_to_be_linked(os).await;
        owner.call("link_device", &[("user_code", asked["user_code"].as_str().unwrap())], 200).await;
        device.token = device.poll(&asked, 200).await["access_token"].as_str().unwrap().to_owned();
        device
    }

    pub async fn count(&self, question: &'static str) -> i64 {
        sqlx::query_scalar(question).fetch_one(&self.db).await.unwrap()
    }

    /// Nothing that the tests did may break an invariant.
    pub async fn assert_sound(&self) {
        assert_eq!(domain::check::run(&Cx::system(&self.world)).await.unwrap(), []);
    }
}

/// The token in a mailed link.
pub fn token_of(link: &str) -> &str {
    link.split_once("token=").unwrap().1
}

/// What came back.
#[derive(Clone, Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Answer {
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    pub fn location(&self) -> &str {
        self.headers.get(LOCATION).map(|value| value.to_str().unwrap()).unwrap_or_default()
    }

    /// Whether a code stands in the answer, however it is written.
    pub fn tells(&self, code: &str) -> bool {
        let bare = code.replace('-', "");
        let first_block = code.split('-').next().unwrap();
        let text = self.text();
        text.contains(code) || text.contains(&bare) || text.contains(first_block)
    }
}

pub async fn send(router: &Router, request: Request<Body>) -> Answer {
    let mut request = request;
    request.extensions_mut().insert(ConnectInfo::<SocketAddr>("127.0.0.1:4321".parse().unwrap()));
    let (parts, body) = router.clone().oneshot(request).await.unwrap().into_parts();
    Answer { status: parts.status, headers: parts.headers, body: to_bytes(body, usize::MAX).await.unwrap() }
}

pub fn encoded(fields: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()
}

/// Somebody's browser.
#[derive(Clone)]
pub struct Browser {
    pub router: Router,
    pub cookies: BTreeMap<String, String>,
    pub address: String,
}

impl Browser {
    /// A request as this browser sends it.
    pub fn request(&self, method: Method, path: &str) -> http::request::Builder {
        let cookies: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header("host", "latchkey.test")
            .header("sec-fetch-site", "same-origin")
            .header("x-forwarded-for", &self.address)
            .header("x-country", "IN");
        if !cookies.is_empty() {
            request = request.header(COOKIE, cookies.join("; "));
        }
        request
    }

    /// Sends a request and keeps the cookies of the answer.
    pub async fn send(&mut self, request: Request<Body>) -> Answer {
        let answer = send(&self.router, request).await;
        for cookie in answer.headers.get_all(SET_COOKIE) {
            let (name, rest) = cookie.to_str().unwrap().split_once('=').unwrap();
            let value = rest.split(';').next().unwrap();
            if value.is_empty() {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        answer
    }

    /// Opens a page, whatever comes of it.
    pub async fn try_get(&mut self, path: &str) -> Answer {
        let request = self.request(Method::GET, path).header(ACCEPT, "text/html").body(Body::empty()).unwrap();
        self.send(request).await
    }

    pub async fn get(&mut self, path: &str, expected: u16) -> Answer {
        let answer = self.try_get(path).await;
        assert_eq!(answer.status, expected, "GET {path}: {}", answer.text());
        answer
    }

    /// Sends a form the way a browser without script does; the deed's name stands in the path.
    pub async fn post_form(&mut self, path: &str, fields: &[(&str, &str)], expected: u16) -> Answer {
        let request = self.request(Method::POST, path).header(ACCEPT, "text/html").header(CONTENT_TYPE, FORM);
        let answer = self.send(request.body(Body::from(encoded(fields))).unwrap()).await;
        assert_eq!(answer.status, expected, "POST {path}: {}", answer.text());
        answer
    }

    /// Calls a server function the way the page's script does, whatever comes of it.
    pub async fn try_call(&mut self, function: &str, fields: &[(&str, &str)]) -> Answer {
        let request = self.request(Method::POST, &format!("/api/{function}"));
        let request = request.header(ACCEPT, "application/json").header(CONTENT_TYPE, FORM);
        self.send(request.body(Body::from(encoded(fields))).unwrap()).await
    }

    pub async fn call(&mut self, function: &str, fields: &[(&str, &str)], expected: u16) -> Answer {
        let answer = self.try_call(function, fields).await;
        assert_eq!(answer.status, expected, "{function}: {}", answer.text());
        answer
    }

    /// The session cookie.
    pub fn sid(&self) -> Option<&str> {
        self.cookies.get(server::sessions::COOKIE).map(String::as_str)
    }
}

/// A program on a device.
#[derive(Clone)]
pub struct Device {
    pub router: Router,
    pub address: String,
    pub token: String,
    pub country: &'static str,
    /// What it is made of, as on the wire; nothing where it can't tell.
    pub fingerprint: String,
}

impl Device {
    pub fn request(&self, method: Method, path: &str) -> http::request::Builder {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("x-forwarded-for", &self.address)
            .header("x-country", self.country);
        if self.token.is_empty() { request } else { request.header(AUTHORIZATION, format!("Bearer {}", self.token)) }
    }

    async fn form(&self, path: &str, fields: &[(&str, &str)], expected: u16) -> Value {
        let request = self.request(Method::POST, path).header(CONTENT_TYPE, FORM);
        let answer = send(&self.router, request.body(Body::from(encoded(fields))).unwrap()).await;
        assert_eq!(answer.status, expected, "POST {path}: {}", answer.text());
        assert_eq!(answer.headers["cache-control"], "no-store");
        answer.json()
    }

    pub async fn ask_to_be_linked(&self, os: &str) -> Value {
        let fields = [
            ("client_id", "latchkey-client"),
            ("device_name", "Reception"),
            ("os_family", os),
            ("os_version", "Windows 11"),
            ("app_version", "7.2.1"),
            ("product", demo::SKU),
            ("fingerprint", &self.fingerprint),
        ];
        self.form("/oauth/device_authorization", &fields, 200).await
    }

    /// Asks for the token.
    pub async fn poll(&self, asked: &Value, expected: u16) -> Value {
        let fields = [
            ("client_id", "latchkey-client"),
            ("grant_type", "urn:ietf:params:oauth:grant-type:device_code"),
            ("device_code", asked["device_code"].as_str().unwrap()),
        ];
        self.form("/oauth/token", &fields, expected).await
    }

    pub async fn post(&self, path: &str, body: impl Into<Body>, content_type: &str) -> Answer {
        let request = self.request(Method::POST, path).header(CONTENT_TYPE, content_type);
        send(&self.router, request.body(body.into()).unwrap()).await
    }

    /// Sends JSON under an Idempotency-Key.
    pub async fn post_once(&self, key: &str, path: &str, body: &Value) -> Answer {
        let request = self.request(Method::POST, path).header(CONTENT_TYPE, "application/json");
        let request = request.header("idempotency-key", key).body(Body::from(body.to_string())).unwrap();
        send(&self.router, request).await
    }

    pub async fn try_activate(&self, code: &str) -> Answer {
        let body = serde_json::json!({ "code": code, "accept_agreement": true }).to_string();
        self.post("/api/v1/activations", body, "application/json").await
    }

    pub async fn activate(&self, code: &str, expected: u16) -> Value {
        let answer = self.try_activate(code).await;
        assert_eq!(answer.status, expected, "{}", answer.text());
        answer.json()
    }

    pub async fn get(&self, path: &str, expected: u16) -> Answer {
        let answer = send(&self.router, self.request(Method::GET, path).body(Body::empty()).unwrap()).await;
        assert_eq!(answer.status, expected, "GET {path}: {}", answer.text());
        answer
    }
}
