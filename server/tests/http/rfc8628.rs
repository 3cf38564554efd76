//! Linking as a library drives it that knows nothing of us but RFC 8628, over a real connection.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use domain::PgPool;
use domain::cx::World;
use oauth2::basic::{BasicClient, BasicTokenResponse};
use oauth2::{
    AuthType, ClientId, DeviceAuthorizationUrl, DeviceCodeErrorResponseType, HttpRequest, HttpResponse,
    RequestTokenError, Scope, StandardDeviceAuthorizationResponse, TokenResponse, TokenUrl,
};
use server::listen;
use tokio::net::TcpListener;
use tokio::runtime::Handle;

use crate::harness::{ANNA, Browser, Device, House};

type Asked = StandardDeviceAuthorizationResponse;
type Refused = DeviceCodeErrorResponseType;
type Answer = Result<BasicTokenResponse, Option<Refused>>;

fn fetch(request: HttpRequest) -> Result<HttpResponse, ureq::Error> {
    let agent = ureq::Agent::from(ureq::Agent::config_builder().http_status_as_error(false).build());
    let (parts, mut body) = agent.run(request)?.into_parts();
    Ok(HttpResponse::from_parts(parts, body.read_to_vec()?))
}

/// The application on an address of its own.
pub async fn serve(house: &House) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(listen::serve(listener, house.device().router, 16, std::future::pending()));
    origin
}

/// The library's whole way to a token; `meanwhile` is told how long it waits, and which time this is.
async fn link(origin: &str, meanwhile: impl FnMut(&Asked, u32, Duration) + Send + 'static) -> Answer {
    let origin = origin.to_owned();
    let way = move || {
        let client = BasicClient::new(ClientId::new("latchkey-client".to_owned()))
            .set_auth_type(AuthType::RequestBody)
            .set_device_authorization_url(
                DeviceAuthorizationUrl::new(format!("{origin}/oauth/device_authorization")).unwrap(),
            )
            .set_token_uri(TokenUrl::new(format!("{origin}/oauth/token")).unwrap());
        let asked: Asked =
            client.exchange_device_code().add_scope(Scope::new("device".to_owned())).request(&fetch).unwrap();
        let waiting = Mutex::new((0, meanwhile));
        let wait = |long| {
            let (times, meanwhile) = &mut *waiting.lock().unwrap();
            *times += 1;
            meanwhile(&asked, *times, long);
        };
        let token = client.exchange_device_access_token(&asked).request(&fetch, wait, Some(Duration::from_secs(600)));
        token.map_err(|error| match error {
            RequestTokenError::ServerResponse(refused) => Some(refused.error().clone()),
            _ => None,
        })
    };
    tokio::task::spawn_blocking(way).await.unwrap()
}

/// A person who decides, and the clock that goes on meanwhile.
struct Person {
    handle: Handle,
    browser: Browser,
    world: Arc<World>,
}

impl Person {
    async fn of(house: &House) -> Self {
        let browser = house.signed_in(ANNA).await;
        Self { handle: Handle::current(), browser, world: Arc::clone(&house.world) }
    }

    fn decides(&mut self, function: &str, asked: &Asked) {
        let fields = [("user_code", asked.user_code().secret().as_str())];
        self.handle.block_on(self.browser.call(function, &fields, 200));
    }

    fn waits(&self, long: Duration) {
        self.world.clock.shift(long.try_into().unwrap());
    }
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_library_gets_its_token_when_a_person_agrees(db: PgPool) {
    let house = House::demo(db).await;
    house.watch().await;
    let origin = serve(&house).await;
    let mut anna = Person::of(&house).await;
    let token = link(&origin, move |asked, time, long| {
        assert_eq!(long, asked.interval());
        anna.waits(long);
        if time == 3 {
            anna.decides("link_device", asked);
        }
    })
    .await
    .unwrap();
    let device = Device { token: token.access_token().secret().clone(), ..house.device() };
    assert_eq!(device.get("/api/v1/device", 200).await.json()["name"], "New device");
    house.assert_told().await;
    house.assert_sound().await;
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_library_that_asks_too_soon_slows_down_and_gets_its_token(db: PgPool) {
    let house = House::demo(db).await;
    let origin = serve(&house).await;
    let mut anna = Person::of(&house).await;
    let token = link(&origin, move |asked, time, long| match time {
        // its clock runs ahead: it asks again at once
        1 => assert_eq!(long, asked.interval()),
        2 => {
            assert_eq!(long, asked.interval() + Duration::from_secs(5));
            anna.waits(long);
            anna.decides("link_device", asked);
        }
        _ => panic!("it had to get its token by now"),
    })
    .await;
    assert!(token.is_ok(), "{token:?}");
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_library_is_told_that_a_person_refused(db: PgPool) {
    let house = House::demo(db).await;
    let origin = serve(&house).await;
    let mut anna = Person::of(&house).await;
    let refused = link(&origin, move |asked, _, long| {
        anna.waits(long);
        anna.decides("deny_device", asked);
    })
    .await;
    assert_eq!(refused.unwrap_err(), Some(Refused::AccessDenied));
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_library_is_told_that_nobody_decided_in_time(db: PgPool) {
    let house = House::demo(db).await;
    let origin = serve(&house).await;
    let anna = Person::of(&house).await;
    let expired = link(&origin, move |asked, _, _| anna.waits(asked.expires_in())).await;
    assert_eq!(expired.unwrap_err(), Some(Refused::ExpiredToken));
}
