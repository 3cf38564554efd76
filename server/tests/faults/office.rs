//! What is in the database before the server is hurt: devices with their tokens, codes that nobody has used.

use std::sync::Arc;

use domain::PgPool;
use domain::actor::Actor;
use domain::code::store::{IssueCodes, Purchase, issue};
use domain::code::{ActivationCode, CodeKind, StartRule};
use domain::cx::{Clock, Cx, World};
use domain::device_api::DeviceAuthorizationRequest;
use domain::id::{AccountId, PersonId};
use domain::license::Term;
use domain::link::store::{for_device, for_polling, link_device};
use domain::order::Channel;
use domain::person::Role;
use domain::seal::Seal;
use domain::seat::Seats;
use domain::seller::{NewSeller, set_up, set_up_product};
use uuid::Uuid;

/// The key of the installation.
pub const KEY: [u8; 32] = [7; 32];
const SKU: &str = "NSOS";

/// An office with a product to use and a store to buy from.
pub struct Office {
    world: Arc<World>,
    owner: Actor,
}

impl Office {
    pub async fn open(db: &PgPool) -> Self {
        let clock = Clock::start(db).await.unwrap();
        let origin = "http://latchkey.test".to_owned();
        let world = Arc::new(World {
            rw: db.clone(),
            ro: db.clone(),
            seal: Seal::new(&KEY),
            tickets: Default::default(),
            clock,
            origin,
        });
        let cx = Cx::system(&world);
        set_up_product(&cx, SKU, "Northwall Small Office Security", "7").await.unwrap();
        let countries = ["IN".parse().unwrap()];
        let seller =
            NewSeller { code: "IN", name: "Store", kind: "vendor_store", countries: &countries, contact: None };
        set_up(&cx, seller).await.unwrap();
        let (account, id) = (AccountId::generate(), PersonId::generate());
        sqlx::query("insert into account (id, name, country, created_at) values ($1, 'Harbor Dental', 'IN', now())")
            .bind(account.0)
            .execute(db)
            .await
            .unwrap();
        sqlx::query(
            "insert into person (id, account_id, role, email, name, password_hash, credential_stamp, email_verified_at, created_at)
             values ($1, $2, 'owner', 'anna@harbor-dental.example', 'Anna Berg', '-', $3, now(), now())",
        )
        .bind(id.0)
        .bind(account.0)
        .bind(Uuid::new_v4())
        .execute(db)
        .await
        .unwrap();
        let (name, office) = ("Anna Berg".to_owned(), "Harbor Dental".to_owned());
        let email = "anna@harbor-dental.example".to_owned();
        let owner =
            Actor::Person { id, account, role: Role::Owner, name, office, email, preferences: Default::default() };
        Self { world, owner }
    }

    /// The tokens of so many linked devices.
    pub async fn devices(&self, many: usize) -> Vec<String> {
        let mut tokens = Vec::with_capacity(many);
        for number in 0..many {
            let request = DeviceAuthorizationRequest {
                client_id: None,
                scope: None,
                device_name: Some(format!("Desk {number}")),
                os_family: Some("windows".to_owned()),
                os_version: None,
                app_version: Some("7.2.1".to_owned()),
                product: Some(SKU.to_owned()),
                fingerprint: None,
            };
            let stranger = Cx { actor: Actor::Stranger, ..Cx::system(&self.world) };
            let asked = for_device(stranger.clone(), request).await.unwrap();
            let owner = Cx { actor: self.owner.clone(), ..Cx::system(&self.world) };
            link_device(owner, asked.user_code).await.unwrap();
            tokens.push(for_polling(stranger, asked.device_code).await.unwrap().unwrap().access_token);
        }
        tokens
    }

    /// So many codes for one computer each.
    pub async fn codes(&self, many: usize) -> Vec<String> {
        let order = IssueCodes {
            sku: SKU.to_owned(),
            kind: CodeKind::Commercial,
            seats: Seats::parse("desktop=1").unwrap(),
            term: Term::of_days(365),
            start_rule: StartRule::OnFirstActivation,
            redeem_by: None,
            countries: Vec::new(),
            purchase: Purchase {
                seller: "IN".to_owned(),
                order_number: None,
                channel: Channel::Card,
                buyer_name: None,
                buyer_email: None,
                ordered_at: self.world.clock.now(),
            },
            count: many,
        };
        issue(Cx::system(&self.world), order).await.unwrap().iter().map(ActivationCode::reveal).collect()
    }

    /// Nothing that a test did may break an invariant.
    pub async fn assert_sound(&self) {
        assert_eq!(domain::check::run(&Cx::system(&self.world)).await.unwrap(), []);
    }
}
