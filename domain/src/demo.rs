//! The demo office: three people, seven devices, licenses in every state, a recovery in progress, cases in
//! three states, and support on the other side. It is filled by the same deeds that people use, at the instants they would have used them.

mod cases;

use std::collections::BTreeMap;

use serde::Serialize;
use time::Duration;
use uuid::Uuid;

use crate::activation::store::AGREEMENT_VERSION;
use crate::actor::{Actor, Permission};
use crate::code::store::{IssueCodes, Purchase, issue};
use crate::code::{ActivationCode, CodeKind, StartRule};
use crate::country::Country;
use crate::cx::Cx;
use crate::device::beats::{Contact, note};
use crate::device_api::{ActivationRequest, DeviceAuthorizationRequest};
use crate::id::{AccountId, LicenseId, PersonId};
use crate::license::Term;
use crate::license::store::open_key;
use crate::offer::store::set_prices;
use crate::offer::{PriceList, STAND_IN};
use crate::order::Channel;
use crate::person::{Email, Role};
use crate::recovery::ClaimForm;
use crate::seal::Sealed;
use crate::seat::{SeatClass, Seats};
use crate::seller::{NewSeller, publish_agreement, set_up, set_up_expiry, set_up_product};
use crate::staff::StaffRole;
use crate::staff::store::{NewStaff, create};
use crate::{Error, Fault, Result, activation, device, link, recovery};

/// The password of everybody in the demo.
pub const PASSWORD: &str = "plum radio canoe sixty";
/// The demo's product.
pub const SKU: &str = "NSOS";
/// The demo's own store.
pub const STORE: &str = "NW-IN";

/// The demo's license agreement, short enough to be read.
const AGREEMENT: &str = "You may use the application on as many devices at the same time as your license has places, until \
the license ends. You get updates, new versions and technical support in that time. Do not pass the code on to others; a code \
that is used beyond its places can be blocked. When the license ends, updates stop and some components are restricted.";

const OFFICE: &str = "Harbor Dental";
const PEOPLE: [(&str, &str, Role); 3] = [
    ("Anna Berg", "anna@harbor-dental.example", Role::Owner),
    ("Jonas Weber", "jonas@harbor-dental.example", Role::Manager),
    ("Mia Okafor", "mia@harbor-dental.example", Role::Member),
];
const STAFF: [(&str, &str, StaffRole); 2] = [
    ("Sam Rivera", "sam@northwall.example", StaffRole::Agent),
    ("Lena Fischer", "lena@northwall.example", StaffRole::Lead),
];

/// Fills an empty database with the vendor and, for a demo, the office. A second call changes nothing.
///
/// # Errors
/// Those of the deeds.
pub async fn fill(cx: &Cx, password_hash: &str) -> Result<()> {
    cx.require(Permission::Operate)?;
    let filled =
        sqlx::query_scalar!(r#"select exists (select 1 from staff) as "filled!""#).fetch_one(&cx.world.rw).await?;
    if filled {
        return Ok(());
    }
    vendor(cx).await?;
    let account = AccountId::generate();
    let people = office(cx, account, password_hash).await?;
    licenses(cx, account, &people).await?;
    unused_codes(cx).await?;
    let mut support = Vec::new();
    for (name, email, role) in STAFF {
        let address = Email::parse(email).map_err(|fault| Error::field("email", fault))?;
        let new = NewStaff { email: address, name: name.into(), role, password_hash: password_hash.into() };
        let (id, _) = create(cx.clone(), new).await?;
        support.push(Actor::Staff { id, role, name: name.into(), email: email.into() });
    }
    cases::open(cx, &people, &support).await
}

fn country(code: &str) -> Result<Country> {
    code.parse().map_err(|_| Error::field("country", Fault::NotAChoice))
}

async fn vendor(cx: &Cx) -> Result<()> {
    set_up_product(cx, SKU, "Northwall Small Office Security", "7").await?;
    set_up_product(cx, "NHS", "Northwall Home Security", "7").await?;
    // before anybody activated anything
    let then = at(cx, &Actor::System, Duration::days(900));
    for sku in [SKU, "NHS"] {
        set_up_expiry(&then, sku, "7", &["Web protection", "Backup"]).await?;
        publish_agreement(&then, sku, AGREEMENT_VERSION, AGREEMENT).await?;
    }
    for (code, name, kind, where_sold, contact) in [
        (STORE, "Northwall Store India", "vendor_store", "IN", "care@northwall.example"),
        ("NW-GB", "Northwall Store United Kingdom", "vendor_store", "GB", "care@northwall.example"),
        ("BRIGHT", "Bright Office Supplies", "partner", "IN", "help@bright-office.example"),
    ] {
        let countries = [country(where_sold)?];
        set_up(cx, NewSeller { code, name, kind, countries: &countries, contact: Some(contact) }).await?;
    }
    for (seller, currency, yearly) in [(STORE, "INR", [99_900, 299_900, 49_900]), ("NW-GB", "GBP", [1_900, 5_900, 900])]
    {
        let classes = [SeatClass::Desktop, SeatClass::FileServer, SeatClass::Mobile];
        let yearly = classes.into_iter().zip(yearly).collect();
        let prices = PriceList { currency: currency.to_owned(), yearly, renewal_discount: 30 };
        set_prices(cx.clone(), seller, SKU, &prices, STAND_IN).await?;
    }
    Ok(())
}

async fn office(cx: &Cx, account: AccountId, password_hash: &str) -> Result<Vec<Actor>> {
    let opened = cx.now - Duration::days(800);
    let mut tx = cx.begin().await?;
    sqlx::query!(
        "insert into account (id, name, country, created_at) values ($1, $2, 'IN', $3)",
        account.0,
        OFFICE,
        opened,
    )
    .execute(&mut *tx)
    .await?;
    let mut people = Vec::new();
    for (name, email, role) in PEOPLE {
        let id = PersonId::generate();
        sqlx::query!(
            "insert into person (id, account_id, role, email, name, password_hash, credential_stamp, email_verified_at, created_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $8)",
            id.0,
            account.0,
            role.as_str(),
            email,
            name,
            password_hash,
            Uuid::new_v4(),
            opened,
        )
        .execute(&mut *tx)
        .await?;
        let (name, office, email) = (name.into(), OFFICE.into(), email.into());
        people.push(Actor::Person { id, account, role, name, office, email, preferences: Default::default() });
    }
    tx.commit().await?;
    Ok(people)
}

fn at(cx: &Cx, actor: &Actor, ago: Duration) -> Cx {
    Cx { actor: actor.clone(), now: cx.now - ago, ..cx.clone() }
}

async fn link_device(cx: &Cx, owner: &Actor, name: &str, os: &str, version: &str, ago: Duration) -> Result<Actor> {
    let request = DeviceAuthorizationRequest {
        client_id: None,
        scope: None,
        device_name: Some(name.into()),
        os_family: Some(os.into()),
        os_version: Some(version.into()),
        app_version: Some("7.2.1".into()),
        product: Some(SKU.into()),
        fingerprint: None,
    };
    let asked = link::store::for_device(at(cx, &Actor::Stranger, ago), request).await?;
    link::store::link_device(at(cx, owner, ago), asked.user_code).await?;
    let polled = link::store::for_polling(at(cx, &Actor::Stranger, ago), asked.device_code).await?;
    let token = polled.map_err(|_| Error::Internal(cx.request))?;
    device::store::for_token(&cx.world.rw, &token.access_token).await?.ok_or(Error::Internal(cx.request))
}

async fn code(
    cx: &Cx,
    kind: CodeKind,
    seats: &str,
    days: u32,
    order: Option<&str>,
    ago: Duration,
) -> Result<ActivationCode> {
    let order = IssueCodes {
        sku: SKU.into(),
        kind,
        seats: Seats::parse(seats).unwrap_or_default(),
        term: Term::of_days(days),
        start_rule: StartRule::OnFirstActivation,
        redeem_by: None,
        countries: vec![country("IN")?],
        purchase: Purchase {
            seller: STORE.into(),
            order_number: order.map(str::to_owned),
            channel: Channel::OnlineStore,
            buyer_name: Some("Anna Berg".into()),
            buyer_email: Some(PEOPLE[0].1.into()),
            ordered_at: cx.now - ago,
        },
        count: 1,
    };
    issue(at(cx, &Actor::System, ago), order).await?.pop().ok_or(Error::Internal(cx.request))
}

async fn activate(cx: &Cx, device: &Actor, code: &ActivationCode, ago: Duration) -> Result<()> {
    let request = ActivationRequest { code: code.reveal(), accept_agreement: true, ..ActivationRequest::default() };
    activation::store::activate(at(cx, device, ago), request).await.map(drop)
}

/// The device last called so long ago.
async fn seen(cx: &Cx, device: &Actor, ago: Duration) -> Result<()> {
    let Actor::Device { id, .. } = device else { return Err(Error::Forbidden) };
    let mut db = cx.world.rw.acquire().await?;
    note(&mut db, cx.now - ago, &BTreeMap::from([(*id, Contact::default())])).await
}

async fn licenses(cx: &Cx, account: AccountId, people: &[Actor]) -> Result<()> {
    let [anna, jonas, mia] = people else { return Err(Error::Internal(cx.request)) };
    let days = Duration::days;
    let suite =
        code(cx, CodeKind::Commercial, "desktop=5,file_server=1,mobile=5", 730, Some("NW-204881"), days(402)).await?;
    for (owner, name, os, version, silent_for) in [
        (anna, "Front desk", "windows", "Windows 11", Duration::minutes(12)),
        (anna, "Treatment room 1", "windows", "Windows 11", Duration::hours(2)),
        (mia, "Office Mac", "mac", "macOS 15", Duration::minutes(40)),
        (jonas, "File server", "windows_server", "Windows Server 2025", Duration::minutes(3)),
        (anna, "Anna's phone", "android", "Android 16", days(41)),
    ] {
        let device = link_device(cx, owner, name, os, version, days(401)).await?;
        activate(cx, &device, &suite, days(400)).await?;
        seen(cx, &device, silent_for).await?;
    }
    let lab = link_device(cx, anna, "Lab computer", "windows", "Windows 10", days(730)).await?;
    let ended = code(cx, CodeKind::Commercial, "desktop=1", 365, Some("NW-118203"), days(731)).await?;
    activate(cx, &lab, &ended, days(725)).await?;
    let ending = code(cx, CodeKind::Commercial, "desktop=1", 365, Some("NW-190044"), days(357)).await?;
    activate(cx, &lab, &ending, days(356)).await?;
    seen(cx, &lab, Duration::hours(5)).await?;
    let laptop = link_device(cx, jonas, "Jonas's laptop", "windows", "Windows 11", days(12)).await?;
    let trial = code(cx, CodeKind::Trial, "desktop=1", 30, None, days(13)).await?;
    activate(cx, &laptop, &trial, days(12)).await?;
    seen(cx, &laptop, Duration::hours(1)).await?;
    ask_recovery(cx, account, anna).await
}

async fn ask_recovery(cx: &Cx, account: AccountId, anna: &Actor) -> Result<()> {
    let row = sqlx::query!(
        "select id, license_key_ct, starts_at from license where account_id = $1 order by starts_at limit 1",
        account.0,
    )
    .fetch_one(&cx.world.rw)
    .await?;
    let form = ClaimForm {
        reason: "lost".into(),
        license_key: open_key(cx, LicenseId(row.id), &row.license_key_ct)?.to_string(),
        bought_at: "Northwall Store India".into(),
        buyer_name: "Anna Berg".into(),
        order_number: "NW-118203".into(),
        bought_on: (row.starts_at - Duration::days(6)).date().to_string(),
        first_activated: format!("{} around noon", row.starts_at.date()),
        description: "The card with the code was thrown away when the front desk was rebuilt.".into(),
        ..ClaimForm::default()
    };
    recovery::store::ask_recovery(at(cx, anna, Duration::hours(3)), form, Vec::new()).await.map(drop)
}

async fn unused_codes(cx: &Cx) -> Result<()> {
    for (where_sold, seller) in [("IN", STORE), ("GB", "NW-GB")] {
        for (kind, seats, days, count) in [
            (CodeKind::Commercial, "desktop=5,file_server=1,mobile=5", 365, 6),
            (CodeKind::Commercial, "desktop=1", 365, 4),
            (CodeKind::Renewal, "desktop=5,file_server=1,mobile=5", 365, 2),
            (CodeKind::Trial, "desktop=1", 30, 2),
            (CodeKind::Subscription, "desktop=3", 30, 2),
            (CodeKind::Promo, "desktop=1", 90, 2),
        ] {
            let order = IssueCodes {
                sku: SKU.into(),
                kind,
                seats: Seats::parse(seats).unwrap_or_default(),
                term: Term::of_days(days),
                start_rule: StartRule::OnFirstActivation,
                redeem_by: (kind == CodeKind::Trial).then(|| cx.now + Duration::days(365)),
                countries: vec![country(where_sold)?],
                purchase: Purchase {
                    seller: seller.into(),
                    order_number: None,
                    channel: Channel::Card,
                    buyer_name: None,
                    buyer_email: None,
                    ordered_at: cx.now,
                },
                count,
            };
            issue(cx.clone(), order).await?;
        }
    }
    Ok(())
}

/// The demo for people at a terminal and for programs: who signs in, and what can be tried.
#[derive(Clone, Debug, Serialize)]
pub struct DemoFacts {
    /// People of the office.
    pub people: Vec<DemoPerson>,
    /// People in support.
    pub staff: Vec<DemoStaff>,
    /// Codes that nobody has activated.
    pub codes: Vec<DemoCode>,
}

/// Somebody of the demo office.
#[derive(Clone, Debug, Serialize)]
pub struct DemoPerson {
    /// The person's name.
    pub name: String,
    /// The address to sign in with.
    pub email: String,
    /// The password.
    pub password: &'static str,
    /// The role in the account.
    pub role: Role,
}

/// Somebody in support.
#[derive(Clone, Debug, Serialize)]
pub struct DemoStaff {
    /// The person's name.
    pub name: String,
    /// The address to sign in with.
    pub email: String,
    /// The password.
    pub password: &'static str,
    /// What the person may do.
    pub role: StaffRole,
    /// The secret of the one-time codes.
    #[serde(skip)]
    pub totp_secret: Vec<u8>,
}

/// A code to try.
#[derive(Clone, Debug, Serialize)]
pub struct DemoCode {
    /// The code.
    pub code: String,
    /// The product's own number.
    pub product: String,
    /// Its kind.
    pub kind: CodeKind,
    /// The countries it works in.
    pub countries: Vec<String>,
    /// Its seats, as `desktop=5,file_server=1`.
    pub seats: String,
}

/// The demo as it stands.
///
/// # Errors
/// `Forbidden` for everybody but Latchkey itself; `NotFound` when this is no demo.
pub async fn facts(cx: &Cx) -> Result<DemoFacts> {
    cx.require(Permission::Operate)?;
    let mut staff = Vec::new();
    for (name, email, role) in STAFF {
        let row = sqlx::query!("select id, totp_ct from staff where email = $1", email)
            .fetch_optional(&cx.world.ro)
            .await?
            .ok_or(Error::NotFound)?;
        let totp_secret = cx.world.seal.open(Sealed::Totp, row.id, &row.totp_ct)?;
        staff.push(DemoStaff { name: name.into(), email: email.into(), password: PASSWORD, role, totp_secret });
    }
    let people = PEOPLE.map(|(name, email, role)| DemoPerson {
        name: name.into(),
        email: email.into(),
        password: PASSWORD,
        role,
    });
    let rows = sqlx::query!(
        r#"select c.id, c.code_ct, p.sku, c.kind as "kind: CodeKind", c.countries, c.seats as "seats: sqlx::types::Json<Seats>"
           from activation_code c join product p on p.id = c.product_id
           where c.account_id is null and c.first_activated_at is null and c.blocked_at is null
           order by c.id
           limit 60"#
    )
    .fetch_all(&cx.world.ro)
    .await?;
    let mut codes = Vec::new();
    for row in rows {
        codes.push(DemoCode {
            code: crate::code::store::open(cx, row.id, &row.code_ct)?.code,
            product: row.sku,
            kind: row.kind,
            countries: row.countries,
            seats: row.seats.to_string(),
        });
    }
    Ok(DemoFacts { people: people.into(), staff, codes })
}

/// Somebody of the demo office by their address, as the one who asks: for measuring a deed without its surroundings.
///
/// # Errors
/// `NotFound` when there is no such person.
pub async fn person(db: &sqlx::PgPool, email: &str) -> Result<Actor> {
    let row = sqlx::query!("select id, credential_stamp from person where email = $1", email)
        .fetch_optional(db)
        .await?
        .ok_or(Error::NotFound)?;
    let known = PEOPLE.iter().any(|(_, of_the_demo, _)| *of_the_demo == email);
    let actor =
        crate::person::store::for_session(db, PersonId(row.id), row.credential_stamp).await?.map(|(actor, _)| actor);
    actor.filter(|_| known).ok_or(Error::NotFound)
}
