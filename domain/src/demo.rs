//! The demo office: three people, seven devices, licenses in every state, a recovery in progress, cases in
//! three states, and support on the other side. It is filled by the same deeds that people use, at the instants they would
//! have used them and in that order.

mod cases;
mod catalog;
mod deeds;
mod desk;
pub mod large;
mod office;
mod timeline;
mod week;

use serde::Serialize;
use time::Duration;

use self::deeds::found_office;
use self::timeline::Timeline;
use crate::activation::store::AGREEMENT_VERSION;
use crate::actor::{Actor, Permission};
use crate::code::store::{IssueCodes, Purchase, issue};
use crate::code::{CodeKind, StartRule};
use crate::country::Country;
use crate::cx::Cx;
use crate::device::OsFamily;
use crate::id::PersonId;
use crate::license::Term;
use crate::offer::store::set_prices;
use crate::offer::{PriceList, STAND_IN};
use crate::order::Channel;
use crate::person::{Email, Role};
use crate::seal::Sealed;
use crate::seat::{SeatClass, Seats};
use crate::seller::{
    NewSeller, publish_agreement, set_installer, set_payment, set_refund_limit, set_up, set_up_expiry, set_up_product,
};
use crate::staff::StaffRole;
use crate::staff::store::{NewStaff, create};
use crate::{Error, Fault, Result};

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
/// Above this a refund of the store in India takes two leads: 10,000 rupees.
const REFUND_BY_ONE: i64 = 1_000_000;

const STAFF: [(&str, &str, StaffRole); 4] = [
    ("Sam Rivera", "sam@northwall.example", StaffRole::Agent),
    ("Lena Fischer", "lena@northwall.example", StaffRole::Lead),
    ("Priya Nair", "priya@northwall.example", StaffRole::Lead),
    ("Theo Brandt", "theo@northwall.example", StaffRole::Auditor),
];

/// Fills an empty database with the vendor and, for a demo, the office. A second call changes nothing.
///
/// # Errors
/// Those of the deeds.
pub async fn fill(cx: &Cx, password_hash: &str) -> Result<()> {
    tell(cx, password_hash, false).await
}

/// As `fill`, with a busy week at the support desk: eleven more offices, their requests, and what the vendor does about codes.
///
/// # Errors
/// Those of the deeds.
pub async fn fill_busy(cx: &Cx, password_hash: &str) -> Result<()> {
    tell(cx, password_hash, true).await
}

async fn tell(cx: &Cx, password_hash: &str, busy: bool) -> Result<()> {
    cx.require(Permission::Operate)?;
    let filled =
        sqlx::query_scalar!(r#"select exists (select 1 from staff) as "filled!""#).fetch_one(&cx.world.rw).await?;
    if filled {
        return Ok(());
    }
    let time = &Timeline::of(cx);
    let story = async {
        // before anybody activated anything
        let then = time.at(&Actor::System, Duration::days(900)).await;
        vendor(&then).await?;
        catalog::fill(&then).await?;
        let support = &take_on(&then, password_hash).await?;
        let people = &found_office(time, OFFICE, &PEOPLE, password_hash, Duration::days(800)).await?;
        let mut stories = office::stories(time, people)?;
        stories.extend(cases::stories(time, people, support)?);
        stories.push(Box::pin(unused_codes(time)));
        stories.push(Box::pin(desk::replies(time, support)));
        if busy {
            stories.extend(week::stories(time, password_hash, people, support));
        }
        time.side_by_side(stories).await
    };
    time.tell(Box::pin(story)).await
}

/// Support on the other side.
async fn take_on(cx: &Cx, password_hash: &str) -> Result<Vec<Actor>> {
    let mut support = Vec::new();
    for (name, email, role) in STAFF {
        let address = Email::parse(email).map_err(|fault| Error::field("email", fault))?;
        let new = NewStaff { email: address, name: name.into(), role, password_hash: password_hash.into() };
        let (id, _) = create(cx.clone(), new).await?;
        support.push(Actor::Staff { id, role, name: name.into(), email: email.into(), enrolled: true });
    }
    Ok(support)
}

fn country(code: &str) -> Result<Country> {
    code.parse().map_err(|_| Error::field("country", Fault::NotAChoice))
}

async fn vendor(cx: &Cx) -> Result<()> {
    set_up_product(cx, SKU, "Northwall Small Office Security", "7").await?;
    set_up_product(cx, "NHS", "Northwall Home Security", "7").await?;
    for os in OsFamily::ALL {
        set_installer(cx, SKU, *os, &format!("https://download.northwall.example/nsos/{os}")).await?;
    }
    for sku in [SKU, "NHS"] {
        set_up_expiry(cx, sku, "7", &["Web protection", "Backup"]).await?;
        publish_agreement(cx, sku, AGREEMENT_VERSION, AGREEMENT).await?;
    }
    for (code, name, kind, where_sold, contact) in [
        (STORE, "Northwall Store India", "vendor_store", "IN", "care@northwall.example"),
        ("NW-GB", "Northwall Store United Kingdom", "vendor_store", "GB", "care@northwall.example"),
        ("BRIGHT", "Bright Office Supplies", "partner", "IN", "help@bright-office.example"),
    ] {
        let countries = [country(where_sold)?];
        set_up(cx, NewSeller { code, name, kind, countries: &countries, contact: Some(contact) }).await?;
    }
    set_refund_limit(cx, STORE, Some(REFUND_BY_ONE)).await?;
    set_payment(cx, STORE, "Paylane", "https://orders.paylane.example/find").await?;
    for (seller, currency, yearly) in [(STORE, "INR", [99_900, 299_900, 49_900]), ("NW-GB", "GBP", [1_900, 5_900, 900])]
    {
        let classes = [SeatClass::Desktop, SeatClass::FileServer, SeatClass::Mobile];
        let yearly = classes.into_iter().zip(yearly).collect();
        let prices = PriceList { currency: currency.to_owned(), yearly, renewal_discount: 30 };
        set_prices(cx.clone(), seller, SKU, &prices, STAND_IN).await?;
    }
    Ok(())
}

async fn unused_codes(time: &Timeline) -> Result<()> {
    let cx = time.at(&Actor::System, Duration::days(20)).await;
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
                redeem_by: (kind == CodeKind::Trial).then(|| time.cx().now + Duration::days(365)),
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
