//! What a stranger could learn from how long a form takes to be answered (F01).

use std::time::{Duration, Instant};

use domain::PgPool;

use crate::harness::{ANNA, House, NEW_PASSWORD};

/// No answer comes sooner, and so none tells how much there was to do.
const EVEN: Duration = Duration::from_millis(300);
/// How far apart the quickest answers for a known and an unknown address may be: others wait for the machine, not for us.
const APART: Duration = Duration::from_millis(5);

/// How long this form takes with an address, whatever it was sent before.
async fn takes(house: &House, function: &str, email: &str) -> Duration {
    sqlx::query("delete from attempt").execute(&house.db).await.unwrap();
    let entry = [("name", "Noa Brandt"), ("office", "Brandt"), ("country", "IN"), ("password", NEW_PASSWORD)];
    let mut fields = vec![("email", email)];
    if function == "sign_up" {
        fields.extend(entry);
    }
    let mut browser = house.browser();
    let began = Instant::now();
    browser.call(function, &fields, 200).await;
    began.elapsed()
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn how_long_a_form_takes_does_not_tell_whose_address_is_known(db: PgPool) {
    let house = House::demo(db).await;
    for function in ["ask_password_reset", "sign_up"] {
        let (mut known, mut unknown) = (Vec::new(), Vec::new());
        for number in 0..9 {
            known.push(takes(&house, function, ANNA).await);
            unknown.push(takes(&house, function, &format!("{function}-{number}@nowhere.example")).await);
        }
        assert!(known.iter().chain(&unknown).all(|took| *took >= EVEN), "{function}: {known:?} {unknown:?}");
        let (known, unknown) = (known.into_iter().min().unwrap(), unknown.into_iter().min().unwrap());
        assert!(known.abs_diff(unknown) <= APART, "{function}: {known:?} and {unknown:?}");
    }
}

#[cfg(feature = "twins")]
#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn without_a_time_for_all_the_answer_comes_when_it_is_done(db: PgPool) {
    use domain::twins::{Protection, without};
    let house = House::demo(db).await;
    without(Some(Protection::EvenTime), async {
        let mut fastest = EVEN;
        for number in 0..5 {
            let unknown = format!("{number}@nowhere.example");
            fastest = fastest.min(takes(&house, "ask_password_reset", &unknown).await);
        }
        assert!(fastest < EVEN, "{fastest:?}");
    })
    .await;
}
