//! What is in the database before the rush: devices with tokens, codes that nobody has used, and as many again whose
//! identities pgbench can compute.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::PgPool;
use domain::code::store::{IssueCodes, Purchase, issue};
use domain::code::{ActivationCode, CodeKind, StartRule};
use domain::cx::{Clock, Cx, World};
use domain::id::{AccountId, PersonId};
use domain::license::Term;
use domain::order::Channel;
use domain::seal::{Seal, hashed};
use domain::seat::Seats;
use domain::seller::{NewSeller, set_up, set_up_product};
use uuid::Uuid;

use crate::Failure;

const SKU: &str = "RUSH";
/// Devices that share the hot license.
pub const HOT: usize = 128;

/// The license that some devices share.
pub struct Shared {
    pub license: Uuid,
    pub code: Uuid,
    /// The blind index of the code, in hexadecimal.
    pub index: String,
}

impl Shared {
    /// The one that most devices use.
    pub async fn find(db: &PgPool) -> Result<Self, Failure> {
        let (license, code, index) = sqlx::query_as(
            "select l.id, c.id, encode(c.code_bi, 'hex') from seat s join license l on l.id = s.license_id
             join activation_code c on c.id = l.code_id group by l.id, c.id order by count(*) desc limit 1",
        )
        .fetch_one(db)
        .await?;
        Ok(Self { license, code, index })
    }
}

/// Everything that the rush uses up.
pub struct Stock {
    pub account: Uuid,
    pub owner: Uuid,
    pub product: Uuid,
    /// Tokens of devices; the last ones share the hot license.
    pub tokens: Vec<String>,
    pub codes: Vec<String>,
    pub hot: String,
}

impl Stock {
    /// So many devices and codes for us, and so many for pgbench.
    pub async fn fill(db: &PgPool, many: usize) -> Result<Self, Failure> {
        let key = STANDARD.decode(std::env::var("LATCHKEY_KEY")?)?;
        let key: [u8; 32] = key.try_into().map_err(|_| "LATCHKEY_KEY is not 32 bytes")?;
        let clock = Clock::start(db).await?;
        let world = World {
            rw: db.clone(),
            ro: db.clone(),
            seal: Seal::new(&key),
            tickets: Default::default(),
            clock,
            origin: String::new(),
        };
        let cx = Cx::system(&Arc::new(world));
        set_up_product(&cx, SKU, "Rush", "7").await?;
        set_up(&cx, NewSeller { code: SKU, name: "Rush", kind: "vendor_store", countries: &[], contact: None }).await?;
        let (account, owner) = (AccountId::generate().0, PersonId::generate().0);
        sqlx::query("insert into account (id, name, country, created_at) values ($1, 'Rush', 'IN', now())")
            .bind(account)
            .execute(db)
            .await?;
        sqlx::query(
            "insert into person (id, account_id, role, email, name, password_hash, credential_stamp, email_verified_at, created_at)
             values ($1, $2, 'owner', 'rush@rush.example', 'Rush', '-', gen_random_uuid(), now(), now())",
        )
        .bind(owner)
        .bind(account)
        .execute(db)
        .await?;
        let product = sqlx::query_scalar("select id from product where sku = $1").bind(SKU).fetch_one(db).await?;
        let codes = issued(&cx, "desktop=1", many).await?;
        let hot = issued(&cx, &format!("desktop={HOT}"), 1).await?.swap_remove(0);
        let mut stock = Self { account, owner, product, tokens: Vec::new(), codes, hot };
        stock.link_devices(db, many + HOT).await?;
        stock.copy_for_pgbench(db, many).await?;
        sqlx::query("analyze").execute(db).await?;
        Ok(stock)
    }

    /// Our device n is md5('ours' || n), counted from one.
    async fn link_devices(&mut self, db: &PgPool, many: usize) -> Result<(), Failure> {
        let token = || STANDARD.encode(domain::cx::random::<24>());
        self.tokens = std::iter::repeat_with(token).take(many).collect();
        let hashes: Vec<Vec<u8>> = self.tokens.iter().map(|token| hashed(token.as_bytes()).to_vec()).collect();
        sqlx::query(
            "insert into device (id, account_id, owner_id, product_id, name, os_family, os_version, app_version, token_hash,
                 connected_at, created_at)
             select md5('ours' || n)::uuid, $1, $2, $3, 'Desk ' || n, 'windows', '11', '7.2.1', hash, now(), now()
             from unnest($4::bytea[]) with ordinality as given (hash, n)",
        )
        .bind(self.account)
        .bind(self.owner)
        .bind(self.product)
        .bind(hashes)
        .execute(db)
        .await?;
        Ok(())
    }

    /// Device n is md5('device' || n), code n is md5('code' || n), and is found by md5('index' || n).
    async fn copy_for_pgbench(&self, db: &PgPool, many: usize) -> Result<(), Failure> {
        let many = i64::try_from(many)?;
        sqlx::query(
            "insert into device (id, account_id, owner_id, product_id, name, os_family, os_version, app_version, connected_at,
                 created_at)
             select md5('device' || n)::uuid, $1, $2, $3, 'Bench ' || n, 'windows', '11', '7.2.1', now(), now()
             from generate_series(0, $4 - 1) as n",
        )
        .bind(self.account)
        .bind(self.owner)
        .bind(self.product)
        .bind(many)
        .execute(db)
        .await?;
        sqlx::query(
            "insert into activation_code (id, code_ct, code_bi, code_tail, key_version, product_id, kind, seats, term_days,
                 start_rule, seller_id, purchase_id, countries, created_at)
             select md5('code' || n)::uuid, c.code_ct, decode(md5('index' || n), 'hex'), c.code_tail, c.key_version,
                 c.product_id, c.kind, c.seats, c.term_days, c.start_rule, c.seller_id, c.purchase_id, c.countries, now()
             from generate_series(0, $1 - 1) as n,
                 (select * from activation_code where product_id = $2 limit 1) as c",
        )
        .bind(many)
        .bind(self.product)
        .execute(db)
        .await?;
        Ok(())
    }
}

async fn issued(cx: &Cx, seats: &str, count: usize) -> Result<Vec<String>, Failure> {
    let order = IssueCodes {
        sku: SKU.to_owned(),
        kind: CodeKind::Commercial,
        seats: Seats::parse(seats)?,
        term: Term::of_days(365),
        start_rule: StartRule::OnFirstActivation,
        redeem_by: None,
        countries: Vec::new(),
        purchase: Purchase {
            seller: SKU.to_owned(),
            order_number: None,
            channel: Channel::Card,
            buyer_name: None,
            buyer_email: None,
            ordered_at: cx.now,
        },
        count,
    };
    Ok(issue(cx.clone(), order).await?.iter().map(ActivationCode::reveal).collect())
}
