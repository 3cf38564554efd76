//! The keys that sign tickets, in a real database: made once, published before they sign, kept sealed.

use std::sync::Arc;

use domain::actor::Actor;
use domain::cx::{Clock, Cx, World};
use domain::device_api::TicketKeys;
use domain::id::{DeviceId, LicenseId};
use domain::license::{Level, Standing};
use domain::seal::{Seal, Sealed};
use domain::ticket::{GRACE, Grant, LIFE, Unfit, read, store};
use domain::{Error, PgPool};
use time::Duration;
use uuid::Uuid;

const DEVICE: DeviceId = DeviceId(Uuid::from_u128(2));

/// A node of its own: it shares the database with others, and nothing else.
async fn node(db: &PgPool) -> Cx {
    let clock = Clock::start(db).await.expect("the database tells the time");
    let world = World {
        rw: db.clone(),
        ro: db.clone(),
        seal: Seal::new(&[7; 32]),
        clock,
        ticket_key: Default::default(),
        origin: "http://latchkey.test".to_owned(),
    };
    Cx::system(&Arc::new(world))
}

async fn issue(cx: &Cx) -> String {
    let grant = Grant {
        device_id: DEVICE,
        license_id: LicenseId(Uuid::from_u128(3)),
        product: "NW-SOS".to_owned(),
        standing: Standing::Active,
        license_expires_at: cx.now + Duration::days(100),
        level: Level::Full,
        updates: true,
        restricted: Vec::new(),
        holds_until: cx.now + Duration::days(100),
        after: Level::Restricted,
        restricted_after: Vec::new(),
    };
    let issued = store::issue(cx, &grant).await.expect("the keys are there").expect("something works");
    assert!(cx.now < issued.until && issued.until <= cx.now + LIFE + GRACE);
    issued.ticket
}

fn later(cx: &Cx, by: Duration) -> Cx {
    Cx { now: cx.now + by, ..cx.clone() }
}

fn kids(keys: &TicketKeys) -> Vec<&str> {
    keys.keys.iter().map(|key| key.kid.as_str()).collect()
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_ticket_signed_before_a_rotation_is_still_good_after_it(db: PgPool) {
    let cx = node(&db).await;
    let ticket = issue(&cx).await;
    store::rotate(cx.clone()).await.unwrap();
    let keys = store::keys(&cx).await.unwrap();
    assert_eq!(read(&ticket, &keys, DEVICE).unwrap().device_id, DEVICE);
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn keys_fetched_before_a_rotation_check_the_tickets_after_it(db: PgPool) {
    let cx = node(&db).await;
    let fetched = store::keys(&cx).await.unwrap();
    assert_eq!(fetched.keys.len(), 2);
    let before = issue(&cx).await;
    let signing = store::rotate(cx.clone()).await.unwrap();
    let after = issue(&cx).await;
    assert!(kids(&fetched).contains(&signing.as_str()));
    assert!(read(&before, &fetched, DEVICE).is_ok() && read(&after, &fetched, DEVICE).is_ok());
    store::rotate(cx.clone()).await.unwrap();
    assert_eq!(read(&issue(&cx).await, &fetched, DEVICE), Err(Unfit::UnknownKey));
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_retired_key_is_published_as_long_as_one_of_its_tickets_can_live(db: PgPool) {
    let cx = node(&db).await;
    let first = store::keys(&cx).await.unwrap();
    store::rotate(cx.clone()).await.unwrap();
    let published = |by: Duration| {
        let cx = later(&cx, by);
        async move { store::keys(&cx).await.unwrap() }
    };
    let retired = kids(&first)[0];
    assert!(kids(&published(LIFE + GRACE).await).contains(&retired));
    let afterwards = published(LIFE + GRACE + Duration::HOUR).await;
    assert!(!kids(&afterwards).contains(&retired));
    assert_eq!(afterwards.keys.len(), 2);
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn nodes_that_make_the_first_keys_at_once_agree(db: PgPool) {
    let (one, two, three) = (node(&db).await, node(&db).await, node(&db).await);
    let (first, second, keys) = tokio::join!(issue(&one), issue(&two), async { store::keys(&three).await.unwrap() });
    assert_eq!(keys.keys.len(), 2);
    assert!(read(&first, &keys, DEVICE).is_ok() && read(&second, &keys, DEVICE).is_ok());
    assert_eq!(store::keys(&one).await, Ok(keys));
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn rotations_at_once_each_let_a_published_key_sign(db: PgPool) {
    let (one, two) = (node(&db).await, node(&db).await);
    store::keys(&one).await.unwrap();
    let (first, second) = tokio::join!(store::rotate(one.clone()), store::rotate(two));
    assert_ne!(first.unwrap(), second.unwrap());
    assert_eq!(store::keys(&one).await.unwrap().keys.len(), 4);
    let events: i64 = sqlx::query_scalar("select count(*) from audit_event where event = 'ticket_key_rotated'")
        .fetch_one(&db)
        .await
        .unwrap();
    assert_eq!(events, 2);
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn signing_asks_the_database_for_nothing(db: PgPool) {
    let cx = node(&db).await;
    issue(&cx).await;
    sqlx::query("drop table ticket_key").execute(&db).await.unwrap();
    issue(&cx).await;
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn nobody_but_latchkey_itself_rotates_keys(db: PgPool) {
    let cx = node(&db).await;
    let keys = store::keys(&cx).await;
    let stranger = Cx { actor: Actor::Stranger, ..cx.clone() };
    assert_eq!(store::rotate(stranger).await, Err(Error::Forbidden));
    assert_eq!(store::keys(&cx).await, keys);
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn no_copy_of_the_database_can_sign(db: PgPool) {
    let cx = node(&db).await;
    issue(&cx).await;
    let sealed: Vec<(Uuid, Vec<u8>)> =
        sqlx::query_as("select id, secret_ct from ticket_key").fetch_all(&db).await.unwrap();
    let dump = || async {
        let everything: String =
            sqlx::query_scalar("select string_agg(k::text, ' ') from ticket_key k").fetch_one(&db).await.unwrap();
        everything
    };
    let hexadecimal = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let text = dump().await;
    assert_eq!(sealed.len(), 2);
    for (id, secret) in &sealed {
        assert!(text.contains(&hexadecimal(secret)));
        let opened = cx.world.seal.open(Sealed::TicketKey, *id, secret).unwrap();
        assert_eq!(opened.len(), 32);
        assert!(!text.contains(&hexadecimal(&opened)));
        assert!(Seal::new(&[8; 32]).open(Sealed::TicketKey, *id, secret).is_err());
    }
    store::rotate(cx.clone()).await.unwrap();
    assert!(!dump().await.contains(&hexadecimal(&sealed[0].1)), "the secret of a retired key is kept");
}
