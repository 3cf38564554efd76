//! Help articles, and what readers say about them: kept once a day, never with a code.

use domain::PgPool;
use domain::actor::Actor;
use domain::cx::Cx;
use domain::feedback::{Article, Shown, store};
use domain::id::{FeedbackId, StaffId};
use domain::staff::StaffRole;
use domain::{Error, Fault};

use crate::harness::{ANNA, House, MIA};

const SEAT: &str = "/help/free-a-seat";

fn in_support(house: &House, staff: uuid::Uuid) -> Cx {
    let role = StaffRole::Agent;
    let actor =
        Actor::Staff { id: StaffId(staff), role, name: "Sam".to_owned(), email: "sam".to_owned(), enrolled: true };
    Cx { actor, ..Cx::system(&house.world) }
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn every_article_is_listed_and_has_a_page_with_a_form(db: PgPool) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    let list = anna.get("/help", 200).await;
    for article in Article::ALL {
        assert!(list.text().contains(&format!("href=\"/help/{article}\"")), "{article}");
        let page = anna.get(&format!("/help/{article}"), 200).await;
        assert!(page.text().contains("Did this page help you?"), "{article}");
        assert!(page.text().contains("This form does not reach support."), "{article}");
    }
    anna.get("/help/free-lunch", 404).await;
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn who_cannot_sign_in_reads_the_articles_and_says_whether_they_helped(db: PgPool) {
    let house = House::demo(db).await;
    let mut stranger = house.browser();
    let way_in = stranger.get("/sign-in", 200).await;
    assert!(way_in.text().contains("href=\"/help\""), "{}", way_in.text());
    assert!(stranger.get("/help?q=phone", 200).await.text().contains("Sign in safely, and without your phone"));
    let page = stranger.get(SEAT, 200).await;
    assert!(page.text().contains("You are not signed in.") && !page.text().contains("do=sign_out"), "{}", page.text());
    stranger.get("/helper", 303).await;
    let said = [("article", "free-a-seat"), ("helpful", "yes"), ("comment", "")];
    for _ in 0..5 {
        let sent = stranger.post_form(&format!("{SEAT}?do=send_feedback"), &said, 303).await;
        assert!(stranger.get(sent.location(), 200).await.text().contains("Thank you"));
    }
    let once_more = stranger.post_form(&format!("{SEAT}?do=send_feedback"), &said, 429).await;
    assert!(once_more.text().contains("Too many tries."), "{}", once_more.text());
    house.browser().post_form(&format!("{SEAT}?do=send_feedback"), &said, 303).await;
    assert_eq!(house.count("select count(*) from feedback where person_id is null and account_id is null").await, 6);
    house.sam().await.call("send_feedback", &said, 403).await;
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn articles_are_searched_by_an_address(db: PgPool) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    let found = anna.get("/help?q=vpn", 200).await;
    assert!(found.text().contains("The code is for another region") && !found.text().contains("Free a seat"));
    let none = anna.get("/help?q=%3Cb%3Ezebra", 200).await;
    assert!(none.text().contains("No article about") && !none.text().contains("<b>zebra"), "{}", none.text());
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn an_opinion_is_thanked_for_and_counts_once_a_day(db: PgPool) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    let none = anna.post_form(&format!("{SEAT}?do=send_feedback"), &[("article", "free-a-seat")], 422).await;
    assert!(none.text().contains("Say whether this page helped you."), "{}", none.text());
    let said = [("article", "free-a-seat"), ("helpful", "no"), ("comment", "Where is the button?")];
    for _ in 0..2 {
        let sent = anna.post_form(&format!("{SEAT}?do=send_feedback"), &said, 303).await;
        assert!(anna.get(sent.location(), 200).await.text().contains("Thank you"));
    }
    assert_eq!(house.count("select count(*) from feedback").await, 1);
    house.signed_in(MIA).await.call("send_feedback", &said, 200).await;
    assert_eq!(house.count("select count(*) from feedback").await, 2);
    house.world.clock.shift(time::Duration::days(1));
    house.signed_in(ANNA).await.call("send_feedback", &said, 200).await;
    assert_eq!(house.count("select count(*) from feedback").await, 3);
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn a_code_in_a_comment_is_masked_before_it_is_kept_and_the_way_to_support_is_shown(db: PgPool) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    let code = house.code("desktop=1").await;
    let comment = format!("My code {code} is refused.");
    let fields = [("article", "free-a-seat"), ("helpful", "no"), ("comment", comment.as_str())];
    let sent = anna.post_form(&format!("{SEAT}?do=send_feedback"), &fields, 303).await;
    let page = anna.get(sent.location(), 200).await;
    assert!(page.text().contains("This form does not reach support") && page.text().contains("href=\"/requests\""));
    assert!(!page.tells(&code));
    let kept: (String, bool) =
        sqlx::query_as("select comment, masked from feedback").fetch_one(&house.db).await.unwrap();
    assert_eq!(kept, ("My code ••••• is refused.".to_owned(), true));
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn the_twenty_first_opinion_of_an_hour_is_refused(db: PgPool) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    for _ in 0..20 {
        anna.call("send_feedback", &[("article", "free-a-seat"), ("helpful", "yes")], 200).await;
    }
    anna.call("send_feedback", &[("article", "renew-a-license"), ("helpful", "yes")], 429).await;
}

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn those_who_write_the_articles_read_what_was_said_by_article_and_mark_it(db: PgPool) {
    let house = House::demo(db).await;
    let mut anna = house.signed_in(ANNA).await;
    for article in ["free-a-seat", "renew-a-license"] {
        anna.call("send_feedback", &[("article", article), ("helpful", "no"), ("comment", "Too long")], 200).await;
    }
    let staff: uuid::Uuid = sqlx::query_scalar("select id from staff limit 1").fetch_one(&house.db).await.unwrap();
    let cx = || in_support(&house, staff);
    let all = store::list(cx(), None, Shown::All, None).await.unwrap();
    assert_eq!((all.rows.len(), all.older), (2, None));
    assert!(store::list(cx(), None, Shown::All, Some(all.rows[1].id)).await.unwrap().rows.is_empty());
    let seat = store::list(cx(), Some(Article::FreeSeat), Shown::All, None).await.unwrap().rows;
    assert_eq!((seat.len(), seat[0].handled_at), (1, None));
    store::mark_handled(cx(), seat[0].id, String::new()).await.unwrap();
    let first = store::list(cx(), Some(Article::FreeSeat), Shown::All, None).await.unwrap().rows[0].handled_at;
    house.world.clock.shift(time::Duration::hours(1));
    store::mark_handled(cx(), seat[0].id, String::new()).await.unwrap();
    assert_eq!(store::list(cx(), Some(Article::FreeSeat), Shown::All, None).await.unwrap().rows[0].handled_at, first);
    assert_eq!(store::mark_handled(cx(), FeedbackId::generate(), String::new()).await, Err(Error::NotFound));
    let stranger = Cx { actor: Actor::Stranger, ..cx() };
    assert_eq!(store::list(stranger, None, Shown::All, None).await, Err(Error::Unauthenticated));
    assert_eq!(store::list(Cx::system(&house.world), None, Shown::All, None).await, Err(Error::Forbidden));
    let too_long = domain::feedback::Opinion::read("free-a-seat", "yes", &"a".repeat(2001));
    assert_eq!(too_long, Err(Error::field("comment", Fault::TooLong { max: 2000 })));
}
