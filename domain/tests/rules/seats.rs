//! Places: taking, giving up, sending and counting them.

use domain::activation::store::{By, activate, preview_code};
use domain::activation::{Effect, Refusal, Wish};
use domain::actor::Actor;
use domain::code::CodeKind;
use domain::code::store::find_sharing;
use domain::device::CommandKind;
use domain::device::store::{
    confirm_command, details, disconnect_device, for_token, release, rename_device, uninstall,
};
use domain::device_api::{ActivationRequest, Outcome};
use domain::license::Level;
use domain::license::store::hand_over_license;
use domain::person::Role;
use domain::seat::release::Afterwards;
use domain::seat::store::{find_overuse, preview_release, release_seat};
use domain::{Error, PgPool};
use time::Duration;

use crate::harness::{Office, Sold, id_of, license_of, refused};

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn one_seat_serves_twenty_devices_one_after_the_other(db: PgPool) {
    let office = Office::open(&db).await;
    let code = office.year("desktop=1").await;
    for number in 0..20 {
        let desk = office.desktop(&format!("Desk {number}")).await;
        let activated = office.activate(&desk, &code).await.unwrap();
        assert_eq!(office.count("select count(*) from seat where released_at is null").await, 1);
        assert_eq!(release(office.cx(&desk)).await.unwrap().level, Level::Stopped);
        assert!(activated.device.license.is_some());
    }
    // nothing is refused, and support learns once that the seat moves a lot
    assert_eq!(office.count("select count(*) from audit_event where event = 'seat_hopping'").await, 1);
    office.assert_sound().await;
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_released_seat_is_free_at_once_and_the_device_learns_it_when_it_calls(db: PgPool) {
    let office = Office::open(&db).await;
    let (desk, other) = (office.desktop("Desk").await, office.desktop("Other").await);
    let code = office.year("desktop=1").await;
    let license = license_of(&office.activate(&desk, &code).await.unwrap().device);
    let preview = preview_release(office.cx(&office.anna), id_of(&desk), license).await.unwrap();
    assert_eq!((preview.seats[0].used, preview.seats[0].total), (0, 1));
    assert_eq!(preview.afterwards, Afterwards::Unlicensed);
    let done = release_seat(office.cx(&office.anna), id_of(&desk), license).await.unwrap();
    assert_eq!(done, preview);
    assert_eq!(office.activate(&other, &code).await.unwrap().outcome, Outcome::Joined);
    let told = office.beat(&desk).await;
    assert_eq!((told.level, told.license), (Level::Stopped, None));
    let [command] = &told.commands[..] else { panic!("{:?}", told.commands) };
    assert_eq!(command.kind, CommandKind::Release);
    let confirmed = confirm_command(office.cx(&desk), command.id).await.unwrap();
    assert_eq!(confirmed.commands, []);
    assert_eq!(confirm_command(office.cx(&other), command.id).await, Err(Error::NotFound));
    let page = details(office.cx(&office.anna), id_of(&desk)).await.unwrap();
    assert_eq!(page.commands[0].confirmed_at, Some(office.now));
    office.assert_sound().await;
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn releasing_starts_the_reserve_at_once_and_gives_the_rest_up(db: PgPool) {
    let mut office = Office::open(&db).await;
    let desk = office.desktop("Desk").await;
    let license = license_of(&office.activate(&desk, &office.year("desktop=1").await).await.unwrap().device);
    office.activate(&desk, &office.year("desktop=1").await).await.unwrap();
    office.pass(Duration::days(300));
    let preview = preview_release(office.cx(&office.anna), id_of(&desk), license).await.unwrap();
    let until = office.now + Duration::days(365);
    assert_eq!(preview.afterwards, Afterwards::Switched { until });
    assert_eq!(preview.losses, [domain::activation::Loss::TermRest { days: 65 }]);
    release_seat(office.cx(&office.anna), id_of(&desk), license).await.unwrap();
    let status = office.status(&desk).await;
    assert_eq!((status.level, status.license.unwrap().expires_at), (Level::Full, until));
    office.assert_sound().await;
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn only_the_administrator_releases_sends_and_is_named_to_others(db: PgPool) {
    let office = Office::open(&db).await;
    let (desk, other) = (office.desktop("Desk").await, office.device(&office.mia, "mac", "Mac").await);
    let license = license_of(&office.activate(&desk, &office.year("desktop=2").await).await.unwrap().device);
    let anna = Refusal::NotAdministrator { administrator: "anna".to_owned() };
    assert_eq!(refused(release_seat(office.cx(&office.mia), id_of(&desk), license).await), anna);
    assert_eq!(refused(office.add(&office.mia, &other, By::License(license), Wish::default()).await), anna);
    // later users are members: connecting a device of the license changes nothing (R49)
    office.add(&office.anna, &other, By::License(license), Wish::default()).await.unwrap();
    assert_eq!(refused(release_seat(office.cx(&office.mia), id_of(&other), license).await), anna);
    // the administrator hands it over, and is a member from then on
    let Actor::Person { id: mia, .. } = office.mia else { unreachable!() };
    hand_over_license(office.cx(&office.anna), license, mia).await.unwrap();
    let named = Refusal::NotAdministrator { administrator: "mia".to_owned() };
    assert_eq!(refused(release_seat(office.cx(&office.anna), id_of(&desk), license).await), named);
    release_seat(office.cx(&office.mia), id_of(&desk), license).await.unwrap();
    // an owner may take it back, another person may not
    let Actor::Person { id: anna_id, account, .. } = office.anna else { unreachable!() };
    let jonas = office.person(account, "jonas", Role::Manager).await;
    assert_eq!(refused(hand_over_license(office.cx(&jonas), license, anna_id).await), named);
    hand_over_license(office.cx(&office.anna), license, anna_id).await.unwrap();
    let noor = office.person(office.account("Other").await, "noor", Role::Owner).await;
    assert_eq!(hand_over_license(office.cx(&noor), license, anna_id).await, Err(Error::NotFound));
    assert_eq!(release_seat(office.cx(&noor), id_of(&other), license).await, Err(Error::NotFound));
    office.assert_sound().await;
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_license_that_is_sent_works_at_the_next_contact_of_a_device_in_its_country(db: PgPool) {
    let office = Office::open(&db).await;
    let (desk, other) = (office.desktop("Desk").await, office.desktop("Other").await);
    let license = license_of(&office.activate(&desk, &office.year("desktop=2").await).await.unwrap().device);
    sqlx::query("update device_contact set country = 'GB' where device_id = $1")
        .bind(id_of(&other).0)
        .execute(&db)
        .await
        .unwrap();
    let abroad = office.add(&office.anna, &other, By::License(license), Wish::default()).await;
    let Refusal::Region { how, .. } = refused(abroad) else { panic!() };
    assert_eq!(how, domain::country::CountrySource::LastContact);
    office.beat(&other).await;
    office.add(&office.anna, &other, By::License(license), Wish::default()).await.unwrap();
    let told = office.beat(&other).await;
    assert_eq!((told.level, license_of(&told)), (Level::Full, license));
    assert_eq!(told.commands[0].kind, CommandKind::License);
    office.assert_sound().await;
}

/// Edge case 28: nobody is refused for it, and somebody looks at it.
#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn where_the_country_is_not_known_a_code_works_and_is_flagged_for_review(db: PgPool) {
    let office = Office::open(&db).await;
    let (desk, other) = (office.desktop("Desk").await, office.desktop("Other").await);
    let code = office.year("desktop=2").await;
    let flagged = "select count(*) from audit_event where event = 'country_unknown'";
    office.activate(&desk, &code).await.unwrap();
    assert_eq!(office.count(flagged).await, 0);
    let mut somewhere = office.cx(&other);
    somewhere.country = None;
    let request = ActivationRequest { code: code.clone(), accept_agreement: true, ..Default::default() };
    let license = license_of(&activate(somewhere, request).await.unwrap().device);
    assert_eq!(office.count(flagged).await, 1);
    let bound: Option<String> =
        sqlx::query_scalar("select country from audit_event where event = 'seat_bound' order by id desc")
            .fetch_one(&db)
            .await
            .unwrap();
    assert_eq!(bound, None);
    let of: uuid::Uuid = sqlx::query_scalar("select object_id from audit_event where event = 'country_unknown'")
        .fetch_one(&db)
        .await
        .unwrap();
    assert_eq!(of, license.0);
    office.assert_sound().await;
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn when_all_are_taken_the_administrator_gives_a_silent_devices_place_away(db: PgPool) {
    let mut office = Office::open(&db).await;
    let (silent, busy, new) =
        (office.desktop("Silent").await, office.desktop("Busy").await, office.desktop("New").await);
    let code = office.year("desktop=2").await;
    office.activate(&silent, &code).await.unwrap();
    office.pass(Duration::days(60));
    office.activate(&busy, &code).await.unwrap();
    office.beat(&busy).await;
    let Refusal::SeatsFull { holders, total: 2, .. } = refused(office.activate(&new, &code).await) else { panic!() };
    assert_eq!(holders[0].device, id_of(&silent));
    let instead_of = Some(holders[0].device);
    let mias = office.device(&office.mia, "windows", "Mia's").await;
    let request = ActivationRequest { code: code.clone(), instead_of, ..Default::default() };
    let refusal = refused(office.activate_with(&mias, request.clone()).await);
    assert_eq!(refusal, Refusal::NotAdministrator { administrator: "anna".to_owned() });
    let taken = office.activate_with(&new, request).await.unwrap();
    assert_eq!(taken.outcome, Outcome::Reclaimed);
    assert_eq!(office.status(&silent).await.level, Level::Stopped);
    office.assert_sound().await;
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn disconnecting_leaves_the_license_running_and_takes_no_more_orders(db: PgPool) {
    let office = Office::open(&db).await;
    let desk = office.desktop("Desk").await;
    let license = license_of(&office.activate(&desk, &office.year("desktop=1").await).await.unwrap().device);
    disconnect_device(office.cx(&office.anna), id_of(&desk)).await.unwrap();
    assert_eq!(refused(disconnect_device(office.cx(&office.anna), id_of(&desk)).await), Refusal::NotConnected);
    let renamed = rename_device(office.cx(&office.anna), id_of(&desk), "New".to_owned()).await;
    assert_eq!(refused(renamed), Refusal::NotConnected);
    // it is licensed as before, and still listed with the license
    assert_eq!(license_of(&office.beat(&desk).await), license);
    assert_eq!(office.count("select count(*) from seat where released_at is null").await, 1);
    assert_eq!(refused(office.activate(&desk, &office.year("desktop=1").await).await), Refusal::NotConnected);
    release_seat(office.cx(&office.anna), id_of(&desk), license).await.unwrap();
    office.assert_sound().await;
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_disconnected_device_without_a_license_is_not_known_any_more(db: PgPool) {
    let office = Office::open(&db).await;
    let desk = office.desktop("Desk").await;
    sqlx::query("update device set token_hash = sha256('abc') where id = $1")
        .bind(id_of(&desk).0)
        .execute(&db)
        .await
        .unwrap();
    assert!(for_token(&db, "abc").await.unwrap().is_some());
    let license = license_of(&office.activate(&desk, &office.year("desktop=1").await).await.unwrap().device);
    disconnect_device(office.cx(&office.anna), id_of(&desk)).await.unwrap();
    assert!(for_token(&db, "abc").await.unwrap().is_some());
    release_seat(office.cx(&office.anna), id_of(&desk), license).await.unwrap();
    assert!(for_token(&db, "abc").await.unwrap().is_none());
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn an_uninstalled_application_frees_its_seat_and_its_reserve(db: PgPool) {
    let office = Office::open(&db).await;
    let desk = office.desktop("Desk").await;
    office.activate(&desk, &office.year("desktop=1").await).await.unwrap();
    office.activate(&desk, &office.year("desktop=1").await).await.unwrap();
    uninstall(office.cx(&desk)).await.unwrap();
    assert_eq!(office.count("select count(*) from seat where released_at is null").await, 0);
    assert_eq!(office.count("select count(*) from reserve where state = 'waiting'").await, 0);
    let listed = domain::device::store::all(office.cx(&office.anna)).await.unwrap();
    assert_eq!(listed.rows, []);
    office.assert_sound().await;
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn overuse_is_told_once_and_nothing_is_taken_away(db: PgPool) {
    let office = Office::open(&db).await;
    let code = office.year("desktop=2").await;
    for name in ["A", "B"] {
        office.activate(&office.desktop(name).await, &code).await.unwrap();
    }
    assert_eq!(find_overuse(&office.system()).await, Ok(0));
    sqlx::query(r#"update license set seats = '{"desktop": 1}'"#).execute(&db).await.unwrap();
    assert_eq!(find_overuse(&office.system()).await, Ok(1));
    assert_eq!(find_overuse(&office.system()).await, Ok(0));
    assert_eq!(office.count("select count(*) from seat where released_at is null").await, 2);
    assert_eq!(office.count("select count(*) from mail where subject like 'More devices than places%'").await, 1);
    assert_eq!(find_overuse(&office.cx(&office.anna)).await, Err(Error::Forbidden));
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn during_a_trial_a_bought_code_starts_at_once_and_says_what_is_lost(db: PgPool) {
    let mut office = Office::open(&db).await;
    let desk = office.desktop("Desk").await;
    let trial = office.sold(Sold { kind: CodeKind::Trial, days: 30, ..Sold::default() }).await;
    office.activate(&desk, &trial).await.unwrap();
    office.pass(Duration::days(10));
    let code = office.year("desktop=1").await;
    let entry = domain::activation::store::Entry {
        device: id_of(&desk),
        by: By::Typed(code.clone()),
        latin: false,
        agreement: true,
        clock: None,
        previous: None,
        wish: Wish::default(),
    };
    let preview = preview_code(office.cx(&office.anna), entry).await.unwrap();
    assert_eq!(preview.losses, [domain::activation::Loss::TrialRest { days: 20 }]);
    assert!(matches!(preview.effect, Effect::Starts { .. }));
    assert_eq!(office.activate(&desk, &code).await.unwrap().outcome, Outcome::Started);
    assert_eq!(office.count("select count(*) from seat where released_at is null").await, 1);
    assert!(!office.status(&desk).await.trial_offered);
    office.assert_sound().await;
}

/// J02: a resold code is refused, its owner is told, and it stays where it is.
#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_code_registered_in_another_account_names_nobody(db: PgPool) {
    let office = Office::open(&db).await;
    let code = office.year("desktop=5").await;
    office.activate(&office.desktop("Desk").await, &code).await.unwrap();
    let noor = office.person(office.account("Other").await, "noor", Role::Owner).await;
    let theirs = office.device(&noor, "windows", "Theirs").await;
    assert_eq!(find_sharing(&office.system()).await, Ok(0));
    assert_eq!(refused(office.activate(&theirs, &code).await), Refusal::CodeInOtherAccount);
    assert_eq!(find_sharing(&office.system()).await, Ok(1), "who resells a code is told of as well");
}

/// J01: thirty devices, one seat, five countries.
#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_code_that_is_passed_around_gives_no_further_seat_and_its_owner_is_told_once(db: PgPool) {
    let mut office = Office::open(&db).await;
    let (code, quiet) = (office.year("desktop=1").await, office.year("desktop=1").await);
    office.activate(&office.desktop("First").await, &code).await.unwrap();
    office.activate(&office.desktop("Second").await, &quiet).await.unwrap();
    for (number, country) in ["IN", "GB", "US", "DE", "FR"].iter().cycle().take(29).enumerate() {
        let device = office.desktop(&format!("Device {number}")).await;
        let mut cx = office.cx(&device);
        cx.country = Some(country.parse().unwrap());
        let request = ActivationRequest { code: code.clone(), accept_agreement: true, ..ActivationRequest::default() };
        let refusal = refused(activate(cx, request.clone()).await);
        assert!(matches!(refusal, Refusal::SeatsFull { .. } | Refusal::Region { .. }), "{refusal:?}");
        if number < 9 {
            let request = ActivationRequest { code: quiet.clone(), ..request };
            refused(office.activate_with(&device, request).await);
        }
    }
    assert_eq!(find_sharing(&office.cx(&office.anna)).await, Err(Error::Forbidden));
    assert_eq!(find_sharing(&office.system()).await, Ok(1), "nine refused devices are an office that grew");
    assert_eq!(find_sharing(&office.system()).await, Ok(0));
    assert_eq!(office.count("select count(*) from mail where subject like 'Somebody else tries%'").await, 1);
    assert_eq!(office.count("select count(*) from seat where released_at is null").await, 2);
    office.pass(Duration::days(2));
    assert_eq!(find_sharing(&office.system()).await, Ok(0));
    office.assert_sound().await;
}
