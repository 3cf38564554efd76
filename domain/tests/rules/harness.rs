//! An office at an instant of its own: people, devices and codes made by the deeds that people use.

use std::sync::Arc;

use domain::activation::Wish;
use domain::activation::store::{By, Entry, activate, add_code};
use domain::activation::{Added, Refusal};
use domain::actor::Actor;
use domain::code::store::{IssueCodes, Purchase, issue};
use domain::code::{ActivationCode, CodeKind, StartRule};
use domain::cx::{Clock, Cx, World};
use domain::device::beats::{Beat, heartbeats};
use domain::device_api::{Activated, ActivationRequest, DeviceAuthorizationRequest, DeviceStatus, Heartbeat};
use domain::id::{AccountId, CodeId, DeviceId, LicenseId, PersonId};
use domain::license::Term;
use domain::order::Channel;
use domain::person::Role;
use domain::seal::{Seal, Token};
use domain::seat::Seats;
use domain::seller::{NewSeller, publish_agreement, set_up, set_up_expiry, set_up_product};
use domain::{Error, PgPool, Result, check, device, link};
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

pub const SKU: &str = "NSOS";
const KEY: [u8; 32] = [7; 32];

/// An office, and the instant it is there.
pub struct Office {
    pub db: PgPool,
    world: Arc<World>,
    pub now: OffsetDateTime,
    pub anna: Actor,
    pub mia: Actor,
}

/// A code to be issued.
#[derive(Clone, Copy)]
pub struct Sold<'a> {
    pub kind: CodeKind,
    pub seats: &'a str,
    pub days: u32,
    pub country: &'a str,
    pub start_rule: StartRule,
    pub ordered_ago: Duration,
    pub redeem_in: Option<Duration>,
}

impl Default for Sold<'_> {
    fn default() -> Self {
        Self {
            kind: CodeKind::Commercial,
            seats: "desktop=1",
            days: 365,
            country: "IN",
            start_rule: StartRule::OnFirstActivation,
            ordered_ago: Duration::ZERO,
            redeem_in: None,
        }
    }
}

impl Office {
    pub async fn open(db: &PgPool) -> Self {
        let clock = Clock::start(db).await.unwrap();
        let world = World {
            rw: db.clone(),
            ro: db.clone(),
            seal: Seal::new(&KEY),
            tickets: Default::default(),
            clock,
            origin: "http://latchkey.test".to_owned(),
        };
        let world = Arc::new(world);
        let cx = Cx::system(&world);
        for sku in [SKU, "NHS"] {
            set_up_product(&cx, sku, "Northwall Small Office Security", "7").await.unwrap();
            set_up_expiry(&cx, sku, "7", &["Web protection", "Backup"]).await.unwrap();
            publish_agreement(&cx, sku, "2026-01", "Read this.").await.unwrap();
        }
        for (code, country) in [("IN", "IN"), ("GB", "GB")] {
            let countries = [country.parse().unwrap()];
            set_up(&cx, NewSeller { code, name: "Store", kind: "vendor_store", countries: &countries, contact: None })
                .await
                .unwrap();
        }
        let now = world.clock.now();
        let mut office = Self { db: db.clone(), world, now, anna: Actor::Stranger, mia: Actor::Stranger };
        let account = office.account("Harbor Dental").await;
        office.anna = office.person(account, "anna", Role::Owner).await;
        office.mia = office.person(account, "mia", Role::Member).await;
        office
    }

    pub async fn account(&self, name: &str) -> AccountId {
        let id = AccountId::generate();
        sqlx::query("insert into account (id, name, country, created_at) values ($1, $2, 'IN', $3)")
            .bind(id.0)
            .bind(name)
            .bind(self.now)
            .execute(&self.db)
            .await
            .unwrap();
        id
    }

    pub async fn person(&self, account: AccountId, name: &str, role: Role) -> Actor {
        let (id, email) = (PersonId::generate(), format!("{name}@{}.example", account.0));
        sqlx::query(
            "insert into person (id, account_id, role, email, name, password_hash, credential_stamp, email_verified_at, created_at)
             values ($1, $2, $3, $4, $5, '-', $6, $7, $7)",
        )
        .bind(id.0)
        .bind(account.0)
        .bind(role.as_str())
        .bind(&email)
        .bind(name)
        .bind(Uuid::new_v4())
        .bind(self.now)
        .execute(&self.db)
        .await
        .unwrap();
        Actor::Person {
            id,
            account,
            role,
            name: name.to_owned(),
            office: "Office".to_owned(),
            email,
            preferences: Default::default(),
        }
    }

    pub fn cx(&self, actor: &Actor) -> Cx {
        let mut cx = Cx::system(&self.world);
        cx.actor = actor.clone();
        cx.now = self.now;
        if matches!(actor, Actor::Device { .. }) {
            cx.country = Some("IN".parse().unwrap());
        }
        cx
    }

    /// What Latchkey itself does over another pool than the office's own.
    #[cfg(feature = "twins")]
    pub async fn system_on(&self, db: PgPool) -> Cx {
        let clock = Clock::start(&db).await.unwrap();
        let world = World {
            rw: db.clone(),
            ro: db,
            seal: Seal::new(&KEY),
            tickets: Default::default(),
            clock,
            origin: self.world.origin.clone(),
        };
        Cx { now: self.now, ..Cx::system(&Arc::new(world)) }
    }

    pub fn system(&self) -> Cx {
        self.cx(&Actor::System)
    }

    pub fn pass(&mut self, time: Duration) {
        self.now += time;
    }

    /// A device of somebody that has called this moment.
    pub async fn device(&self, owner: &Actor, os: &str, name: &str) -> Actor {
        let request = DeviceAuthorizationRequest {
            client_id: None,
            scope: None,
            device_name: Some(name.to_owned()),
            os_family: Some(os.to_owned()),
            os_version: None,
            app_version: Some("7.2.1".to_owned()),
            product: Some(SKU.to_owned()),
            fingerprint: None,
        };
        let mut stranger = self.cx(&Actor::Stranger);
        stranger.country = Some("IN".parse().unwrap());
        let asked = link::store::for_device(stranger.clone(), request).await.unwrap();
        link::store::link_device(self.cx(owner), asked.user_code).await.unwrap();
        let token = link::store::for_polling(stranger, asked.device_code).await.unwrap().unwrap();
        device::store::for_token(&self.db, &token.access_token).await.unwrap().unwrap()
    }

    pub async fn desktop(&self, name: &str) -> Actor {
        self.device(&self.anna, "windows", name).await
    }

    pub async fn sold(&self, sold: Sold<'_>) -> String {
        self.sold_of(SKU, sold).await
    }

    pub async fn sold_of(&self, sku: &str, sold: Sold<'_>) -> String {
        self.sold_together(sku, sold, 1).await.pop().unwrap()
    }

    /// So many codes of one purchase.
    pub async fn sold_together(&self, sku: &str, sold: Sold<'_>, count: usize) -> Vec<String> {
        let order = IssueCodes {
            sku: sku.to_owned(),
            kind: sold.kind,
            seats: Seats::parse(sold.seats).unwrap(),
            term: Term::of_days(sold.days),
            start_rule: sold.start_rule,
            redeem_by: sold.redeem_in.map(|within| self.now + within),
            countries: vec![sold.country.parse().unwrap()],
            purchase: Purchase {
                seller: sold.country.to_owned(),
                order_number: None,
                channel: Channel::Card,
                buyer_name: None,
                buyer_email: None,
                ordered_at: self.now - sold.ordered_ago,
            },
            count,
        };
        issue(self.system(), order).await.unwrap().iter().map(ActivationCode::reveal).collect()
    }

    /// A commercial code with these seats for a year.
    pub async fn year(&self, seats: &str) -> String {
        self.sold(Sold { seats, ..Sold::default() }).await
    }

    pub async fn activate(&self, device: &Actor, code: &str) -> Result<Activated> {
        let request = ActivationRequest { code: code.to_owned(), accept_agreement: true, ..Default::default() };
        activate(self.cx(device), request).await
    }

    pub async fn activate_with(&self, device: &Actor, request: ActivationRequest) -> Result<Activated> {
        activate(self.cx(device), ActivationRequest { accept_agreement: true, ..request }).await
    }

    pub async fn add(&self, person: &Actor, device: &Actor, by: By, wish: Wish) -> Result<Added> {
        let entry =
            Entry { device: id_of(device), by, latin: false, agreement: true, clock: None, previous: None, wish };
        add_code(self.cx(person), entry).await
    }

    pub async fn beat(&self, device: &Actor) -> DeviceStatus {
        let token = Token::generate();
        sqlx::query("update device set token_hash = $2 where id = $1")
            .bind(id_of(device).0)
            .bind(&token.hash()[..])
            .execute(&self.db)
            .await
            .unwrap();
        let beat = Beat { cx: self.cx(device), token: token.reveal().to_owned(), said: Heartbeat::default() };
        let answers = heartbeats(Arc::clone(&self.world), self.now, vec![beat]).await;
        answers.into_iter().next().unwrap().unwrap().device
    }

    pub async fn status(&self, device: &Actor) -> DeviceStatus {
        device::store::status(self.cx(device)).await.unwrap()
    }

    pub async fn count(&self, question: &'static str) -> i64 {
        sqlx::query_scalar(question).fetch_one(&self.db).await.unwrap()
    }

    pub async fn code_id(&self, tail: &str) -> CodeId {
        let id: Uuid = sqlx::query_scalar("select id from activation_code where code_tail = $1")
            .bind(tail)
            .fetch_one(&self.db)
            .await
            .unwrap();
        CodeId(id)
    }

    /// Nothing that a test did may break an invariant.
    pub async fn assert_sound(&self) {
        assert_eq!(check::run(&self.system()).await.unwrap(), []);
    }
}

pub fn id_of(device: &Actor) -> DeviceId {
    match device {
        Actor::Device { id, .. } => *id,
        other => panic!("no device: {other:?}"),
    }
}

pub fn license_of(status: &DeviceStatus) -> LicenseId {
    status.license.as_ref().unwrap().license_id
}

pub fn tail(code: &str) -> &str {
    &code[code.len() - 5..]
}

pub fn refused<T: std::fmt::Debug>(answer: Result<T>) -> Refusal {
    match answer {
        Err(Error::Refused(refusal)) => refusal,
        other => panic!("not refused: {other:?}"),
    }
}
