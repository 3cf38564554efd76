//! Tickets, and the change of the keys they are signed with.

use domain::PgPool;
use domain::device::store::{disconnect_device, release, ticket};
use domain::license::Level;
use domain::seal::{Seal, Sealed};
use domain::seat::store::release_seat;
use domain::ticket::jws::{Distrust, verify};
use domain::ticket::store::{keys, rotate};
use domain::ticket::{GRACE, LIFE};
use time::Duration;
use uuid::Uuid;

use crate::harness::{Office, id_of, license_of};

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_device_gets_a_ticket_for_itself_and_none_without_a_license(db: PgPool) {
    let mut office = Office::open(&db).await;
    let desk = office.desktop("Desk").await;
    assert_eq!(ticket(office.cx(&desk)).await.unwrap().ticket, None);
    let activated = office.activate(&desk, &office.year("desktop=1").await).await.unwrap();
    let public = keys(&office.system()).await.unwrap();
    let told = verify(&activated.ticket.unwrap(), &public).unwrap();
    assert_eq!((told.device_id, told.license_id), (id_of(&desk), license_of(&activated.device)));
    assert_eq!((told.level, told.level_after), (Level::Full, Level::Restricted));
    assert_eq!(told.level_until, activated.device.license.unwrap().expires_at.replace_nanosecond(0).unwrap());
    assert_eq!(told.grace_until - told.issued_at, LIFE + GRACE);
    office.pass(Duration::days(366));
    office.beat(&desk).await;
    let ended = verify(&ticket(office.cx(&desk)).await.unwrap().ticket.unwrap(), &public).unwrap();
    assert_eq!((ended.level, ended.updates, ended.restricted.len()), (Level::Restricted, false, 2));
    release(office.cx(&desk)).await.unwrap();
    assert_eq!(ticket(office.cx(&desk)).await.unwrap().ticket, None);
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn the_console_tells_the_latest_instant_until_which_a_released_device_can_go_on(db: PgPool) {
    let mut office = Office::open(&db).await;
    let desk = office.desktop("Desk").await;
    let activated = office.activate(&desk, &office.year("desktop=1").await).await.unwrap();
    let public = keys(&office.system()).await.unwrap();
    office.pass(Duration::days(3));
    let newest = ticket(office.cx(&desk)).await.unwrap().ticket.unwrap();
    let until = verify(&newest, &public).unwrap().grace_until;
    let released = release_seat(office.cx(&office.anna), id_of(&desk), license_of(&activated.device)).await.unwrap();
    assert_eq!(released.ends_by.map(|at| at.replace_nanosecond(0).unwrap()), Some(until));
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_device_that_was_offline_over_a_change_of_keys_believes_old_and_new_tickets(db: PgPool) {
    let office = Office::open(&db).await;
    let desk = office.desktop("Desk").await;
    let before = office.activate(&desk, &office.year("desktop=1").await).await.unwrap().ticket.unwrap();
    // what the device fetched when it was linked
    let known = keys(&office.system()).await.unwrap();
    assert_eq!(known.keys.len(), 2);
    rotate(&office.system()).await.unwrap();
    let after = ticket(office.cx(&desk)).await.unwrap().ticket.unwrap();
    assert_eq!(verify(&before, &known).unwrap().device_id, id_of(&desk));
    assert_eq!(verify(&after, &known).unwrap().device_id, id_of(&desk));
    let now = keys(&office.system()).await.unwrap();
    assert!(verify(&before, &now).is_ok() && verify(&after, &now).is_ok());
    // a second change is one too many for who never called in between
    rotate(&office.system()).await.unwrap();
    let third = ticket(office.cx(&desk)).await.unwrap().ticket.unwrap();
    assert_eq!(verify(&third, &known), Err(Distrust::UnknownKey));
    assert!(rotate(&office.cx(&office.anna)).await.is_err());
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn keys_are_forgotten_when_no_ticket_of_theirs_can_be_good(db: PgPool) {
    let mut office = Office::open(&db).await;
    keys(&office.system()).await.unwrap();
    rotate(&office.system()).await.unwrap();
    assert_eq!(keys(&office.system()).await.unwrap().keys.len(), 3);
    office.pass(LIFE + GRACE);
    assert_eq!(keys(&office.system()).await.unwrap().keys.len(), 3);
    office.pass(Duration::HOUR);
    assert_eq!(keys(&office.system()).await.unwrap().keys.len(), 2);
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn two_nodes_that_begin_at_once_sign_with_one_key(db: PgPool) {
    let (first, second) = (Office::open(&db).await, Office::open(&db).await);
    let (a, b) = (first.system(), second.system());
    let (a, b) = tokio::join!(keys(&a), keys(&b));
    assert_eq!(a.unwrap(), b.unwrap());
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn changes_of_keys_at_once_each_let_a_published_key_sign(db: PgPool) {
    let (first, second) = (Office::open(&db).await, Office::open(&db).await);
    let (a, b) = (first.system(), second.system());
    keys(&a).await.unwrap();
    let (one, other) = tokio::join!(rotate(&a), rotate(&b));
    one.unwrap();
    other.unwrap();
    assert_eq!(keys(&a).await.unwrap().keys.len(), 4);
    let events: i64 = sqlx::query_scalar("select count(*) from audit_event where event = 'ticket_key_rotated'")
        .fetch_one(&db)
        .await
        .unwrap();
    assert_eq!(events, 2);
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn signing_asks_the_database_for_no_key(db: PgPool) {
    let office = Office::open(&db).await;
    let desk = office.desktop("Desk").await;
    office.activate(&desk, &office.year("desktop=1").await).await.unwrap();
    sqlx::query("drop table ticket_key").execute(&db).await.unwrap();
    assert!(ticket(office.cx(&desk)).await.unwrap().ticket.is_some());
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn no_copy_of_the_database_can_sign(db: PgPool) {
    let office = Office::open(&db).await;
    let cx = office.system();
    keys(&cx).await.unwrap();
    let sealed: Vec<(Uuid, Vec<u8>)> =
        sqlx::query_as("select secret_id, secret_ct from ticket_key order by number").fetch_all(&db).await.unwrap();
    let copy = || sqlx::query_scalar::<_, String>("select string_agg(k::text, ' ') from ticket_key k").fetch_one(&db);
    let hexadecimal = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let text = copy().await.unwrap();
    assert_eq!(sealed.len(), 2);
    for (id, secret) in &sealed {
        assert!(text.contains(&hexadecimal(secret)));
        let opened = cx.world.seal.open(Sealed::TicketKey, *id, secret).unwrap();
        assert_eq!(opened.len(), 32);
        assert!(!text.contains(&hexadecimal(&opened)));
        assert!(Seal::new(&[8; 32]).open(Sealed::TicketKey, *id, secret).is_err());
    }
    rotate(&cx).await.unwrap();
    assert!(!copy().await.unwrap().contains(&hexadecimal(&sealed[0].1)), "the secret of a retired key is kept");
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_disconnected_device_goes_on_getting_tickets(db: PgPool) {
    let office = Office::open(&db).await;
    let desk = office.desktop("Desk").await;
    office.activate(&desk, &office.year("desktop=1").await).await.unwrap();
    disconnect_device(office.cx(&office.anna), id_of(&desk)).await.unwrap();
    assert!(ticket(office.cx(&desk)).await.unwrap().ticket.is_some());
}
