//! The pictures of support are counted once, by day, and each can be taken along as a table; what is promised is told to all.

use domain::PgPool;
use domain::cx::Cx;
use domain::figure::store::{count_ends, tally};
use time::Duration;

use crate::harness::{ANNA, House};

async fn counted(house: &House) {
    let cx = Cx::system(&house.world);
    tally(&cx).await.unwrap();
    count_ends(&cx).await.unwrap();
}

async fn figure(house: &House, figure: &str, key: &str) -> i64 {
    sqlx::query_scalar("select coalesce(sum(count), 0)::bigint from daily_figure where figure = $1 and key = $2")
        .bind(figure)
        .bind(key)
        .fetch_one(&house.db)
        .await
        .unwrap()
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn what_happens_is_counted_once_and_on_its_day(db: PgPool) {
    let house = House::demo(db).await;
    house.world.clock.shift(Duration::minutes(2));
    counted(&house).await;
    let bound = "select count(*) from audit_event where event = 'seat_bound'";
    let activated = "select sum(count)::bigint from daily_figure where figure = 'activated'";
    assert!(house.count(bound).await > 0);
    assert_eq!(house.count(activated).await, house.count(bound).await);
    counted(&house).await;
    assert_eq!(house.count(activated).await, house.count(bound).await, "once more changes nothing");
    let days = "select count(*) from daily_figure f where f.figure = 'activated' and f.count <> (
                    select count(*) from audit_event e where e.event = 'seat_bound' and coalesce(e.country, '??') = f.key
                        and (e.at at time zone 'utc')::date = f.day)";
    assert_eq!(house.count(days).await, 0);

    let mut anna = house.signed_in(ANNA).await;
    let mut abroad = house.linked(&mut anna, "windows").await;
    abroad.country = "GB";
    let code = house.code("desktop=1").await;
    let (before, refused_in) = (figure(&house, "refused", "E09").await, figure(&house, "refused_in", "GB").await);
    assert_eq!(abroad.try_activate(&code).await.status, 409);
    counted(&house).await;
    assert_eq!(figure(&house, "refused", "E09").await, before, "what may have an older one beside it waits a minute");
    house.world.clock.shift(Duration::minutes(2));
    counted(&house).await;
    assert_eq!(figure(&house, "refused", "E09").await, before + 1);
    assert_eq!(figure(&house, "refused_in", "GB").await, refused_in + 1);
    let ends = "select sum(count)::bigint from daily_figure where figure = 'ends'";
    let ending = "select count(*) from license where cancelled_at is null and expires_at between now() and now() + interval '84 days'";
    assert_eq!(house.count(ends).await, house.count(ending).await);
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_first_answer_and_a_decision_are_counted_by_the_time_they_took(db: PgPool) {
    let house = House::demo(db).await;
    house.world.clock.shift(Duration::minutes(2));
    counted(&house).await;
    let mut anna = house.signed_in(ANNA).await;
    let fields =
        [("topic", "usage"), ("subject", "The scan stops"), ("description", "It stops at one half, every day.")];
    let number = anna.call("open_case", &fields, 200).await.json().as_str().unwrap().to_owned();
    house.world.clock.shift(Duration::hours(2));
    let (first, decided) =
        (figure(&house, "first_answer", "four_hours").await, figure(&house, "decided", "three_days").await);
    let mut sam = house.sam().await;
    sam.call("take_case", &[("number", &number), ("version", "1")], 200).await;
    let answer = |version, state| {
        [("number", number.clone()), ("version", version), ("message", "Try this".to_owned()), ("state", state)]
    };
    let say = answer("2".to_owned(), "pending".to_owned());
    let say: Vec<(&str, &str)> = say.iter().map(|(name, value)| (*name, value.as_str())).collect();
    sam.call("reply_case", &say, 200).await;
    house.world.clock.shift(Duration::hours(26));
    let mut sam = house.sam().await;
    let say = answer("3".to_owned(), "solved".to_owned());
    let say: Vec<(&str, &str)> = say.iter().map(|(name, value)| (*name, value.as_str())).collect();
    sam.call("reply_case", &say, 200).await;
    house.world.clock.shift(Duration::minutes(2));
    counted(&house).await;
    assert_eq!(figure(&house, "first_answer", "four_hours").await, first + 1);
    assert_eq!(figure(&house, "decided", "three_days").await, decided + 1);
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn leads_see_the_pictures_and_take_each_along_as_a_table(db: PgPool) {
    let house = House::demo(db).await;
    let hopping = "insert into audit_event (at, account_id, actor_kind, event, object_id, facts, request_id)
                   select now(), account_id, 'system', 'seat_hopping', id, '{}', gen_random_uuid() from license limit 1";
    sqlx::query(hopping).execute(&house.db).await.unwrap();
    house.world.clock.shift(Duration::minutes(2));
    counted(&house).await;
    let mut lena = house.lena().await;
    for days in ["7", "30", "90", "365"] {
        let page = lena.get(&format!("/support/pictures?days={days}"), 200).await;
        for told in ["What waits now", "Activated and refused", "Worth a look", "moved more than 10 times", "<rect"] {
            assert!(page.text().contains(told), "{days}, {told}: {}", page.text());
        }
        assert!(!page.text().contains("style="), "the policy of the page allows no style of its own");
    }
    let files = [
        "waiting",
        "first-answer",
        "decision",
        "activations",
        "refusals",
        "countries",
        "requests",
        "ends",
        "anomalies",
    ];
    for file in files {
        let table = lena.get(&format!("/support/pictures/{file}.csv?days=365"), 200).await;
        assert!(table.headers["content-type"].to_str().unwrap().starts_with("text/csv"), "{file}");
        assert!(table.text().lines().count() > 0, "{file}");
    }
    assert!(lena.get("/support/pictures/ends.csv", 200).await.text().lines().count() == 13);
    lena.get("/support/pictures/nothing.csv", 404).await;
    let mut sam = house.sam().await;
    sam.get("/support/pictures/ends.csv", 403).await;
    sam.get("/support/pictures", 403).await;
    assert!(house.browser().get("/support/pictures/ends.csv", 303).await.location().contains("/support/sign-in"));
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_flood_of_one_kind_of_anomaly_hides_none_of_the_others(db: PgPool) {
    let house = House::demo(db).await;
    for (kind, times) in [("overuse_found", 1), ("country_unknown", 100)] {
        sqlx::query(
            "insert into audit_event (at, account_id, actor_kind, event, object_id, facts, request_id)
             select now(), account_id, 'system', $1, id, '{}', gen_random_uuid()
             from (select account_id, id from license limit 1) as l cross join generate_series(1, $2)",
        )
        .bind(kind)
        .bind(times)
        .execute(&house.db)
        .await
        .unwrap();
    }
    counted(&house).await;
    let page = house.lena().await.get("/support/pictures?days=7", 200).await;
    assert!(page.text().contains("More devices than seats use it."), "{}", page.text());
    assert_eq!(page.text().matches("It was activated where the country is not known.").count(), 10);
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn everybody_reads_how_the_service_is_doing_and_nobody_is_named(db: PgPool) {
    let house = House::demo(db).await;
    let mut stranger = house.browser();
    let page = stranger.get("/status", 200).await;
    for told in ["How Latchkey is doing", "Requests to support", "within one working day", "mails wait to leave"] {
        assert!(page.text().contains(told), "{told}: {}", page.text());
    }
    for name in ["Harbor", "Anna", "@", "S26-"] {
        assert!(!page.text().contains(name), "{name}: {}", page.text());
    }
    let told = stranger.get("/status.json", 200).await.json();
    assert!(told["kept"].is_boolean() && told["mails"].as_i64().unwrap() > 0, "{told}");
    let asked = house.count("select count(*) from mail where sent_at is null").await;
    assert_eq!(told["mails"].as_i64().unwrap(), asked);
    sqlx::query("update mail set sent_at = now()").execute(&house.db).await.unwrap();
    assert_eq!(stranger.get("/status.json", 200).await.json(), told, "what was looked up counts for a few seconds");
}

/// The rows of the table with this caption, without its head: what stands in each cell.
fn rows(page: &str, caption: &str) -> Vec<Vec<String>> {
    let table = page.split(&format!(">{caption}<")).nth(1).unwrap_or_else(|| panic!("no table “{caption}”"));
    let body = table.split("<tbody>").nth(1).unwrap().split("</tbody>").next().unwrap();
    let cell = |cell: &str| {
        let inside = cell.split_once('>').unwrap().1;
        let mut text = String::new();
        for (n, piece) in inside.split('<').enumerate() {
            text.push_str(if n == 0 { piece } else { piece.split_once('>').map_or("", |(_, text)| text) });
        }
        text.trim().to_owned()
    };
    let cells = |row: &str| {
        let row = row.replace("<th", "<td").replace("</th>", "</td>");
        row.split("<td").skip(1).map(|inner| cell(inner.split("</td>").next().unwrap())).collect()
    };
    body.split("<tr").skip(1).map(cells).collect()
}

fn lines(csv: &str) -> Vec<Vec<String>> {
    let cells = |line: &str| line.trim_end().split(',').map(|cell| cell.trim_matches('"').to_owned()).collect();
    csv.trim_start_matches('\u{feff}').lines().skip(1).map(cells).collect()
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn the_files_of_the_pictures_say_what_their_tables_say(db: PgPool) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    for country in ["GB", "NG", "NG", "BR"] {
        let mut abroad = house.linked(&mut anna, "windows").await;
        abroad.country = country;
        assert_eq!(abroad.try_activate(&house.code("desktop=1").await).await.status, 409);
    }
    house.world.clock.shift(Duration::minutes(2));
    counted(&house).await;
    let mut lena = house.lena().await;
    let page = lena.get("/support/pictures?days=30", 200).await;
    let file = async |lena: &mut crate::harness::Browser, name: &str| {
        lines(lena.get(&format!("/support/pictures/{name}.csv?days=30"), 200).await.text())
    };
    // from the first number on, row by row
    let numbers = |rows: &[Vec<String>], from: usize, most: usize| -> Vec<Vec<String>> {
        rows.iter().map(|row| row.iter().skip(from).take(most).cloned().collect()).collect()
    };
    for (name, caption, columns, newest_first) in [
        ("refusals", "Refused codes by reason", 1, false),
        ("activations", "Devices activated and codes refused", 2, true),
        ("requests", "Cases and recoveries that came in", 1, true),
        ("ends", "Licenses that end, by week", 1, true),
    ] {
        let (table, mut kept) = (rows(page.text(), caption), file(&mut lena, name).await);
        assert!(!table.is_empty(), "{name}");
        if newest_first {
            kept.reverse();
        }
        assert_eq!(numbers(&table, 1, columns), numbers(&kept, 1, columns), "{name}");
    }
    let refused = rows(page.text(), "Refused codes by reason");
    for (shown, kept) in refused.iter().zip(file(&mut lena, "refusals").await) {
        assert!(shown[0].contains(&format!("({})", kept[0])), "{shown:?} {kept:?}");
    }
    assert!(refused.iter().any(|row| row[0].contains("E09") && row[1].parse::<u32>().unwrap() >= 4), "{refused:?}");
    let sorted = |mut rows: Vec<Vec<String>>| {
        rows.iter_mut().for_each(|row| row.truncate(3));
        rows.sort_unstable();
        rows
    };
    let countries = sorted(rows(page.text(), "Activations and refusals by country"));
    assert_eq!(countries, sorted(file(&mut lena, "countries").await));
    assert!(countries.iter().any(|row| row[0] == "Nigeria" && row[2] == "2"), "{countries:?}");
    let waiting = rows(page.text(), "Requests that wait now, by state and age");
    let all =
        |rows: &[Vec<String>]| -> u32 { rows.iter().map(|row| row.last().unwrap().parse::<u32>().unwrap()).sum() };
    let kept = file(&mut lena, "waiting").await;
    assert!(all(&kept) > 0);
    assert_eq!(all(&waiting), all(&kept));
}
