//! The main job from end to end, with plain forms only: an account, a device, a license, its code shown and recovered.

use domain::PgPool;

use crate::harness::{House, NEW_PASSWORD, token_of};

const NOOR: &str = "noor@lakeside.example";

#[sqlx::test(migrator = "domain::MIGRATIONS")]
async fn an_office_links_activates_shows_and_recovers(db: PgPool) {
    let house = House::demo(db).await;
    house.watch().await;
    let code = house.code("desktop=5,file_server=1,mobile=5").await;
    let mut noor = house.newcomer(NOOR).await;
    for page in ["/", "/devices", "/licenses", "/licenses/add", "/link", "/recover", "/requests"] {
        noor.get(page, 200).await;
    }

    let mut device = house.device();
    let asked = device.ask_to_be_linked("windows").await;
    let user_code = asked["user_code"].as_str().unwrap();
    let shown = noor.post_form("/link?do=find_link", &[("user_code", user_code)], 200).await;
    assert!(shown.text().contains("Reception") && shown.text().contains("Windows 11"));
    let linked = noor.post_form("/link?do=link_device", &[("user_code", user_code)], 303).await;
    assert_eq!(linked.location(), "/devices?linked=1");
    device.token = device.poll(&asked, 200).await["access_token"].as_str().unwrap().to_owned();

    let activated = device.activate(&code.to_lowercase().replace('-', " "), 201).await;
    assert_eq!(activated["outcome"], "started");
    assert_eq!(device.activate(&code, 200).await["outcome"], "repeated");
    let status = device.get("/api/v1/device", 200).await;
    assert!(!status.tells(&code));
    let window = &status.json()["license"];
    let (license, key) = (window["license_id"].as_str().unwrap(), window["license_key"].as_str().unwrap());

    let page = format!("/licenses/{license}");
    for path in ["/licenses", &page, "/", "/devices"] {
        let seen = noor.get(path, 200).await;
        assert!(!seen.tells(&code), "{path} tells the code");
    }
    assert!(noor.get("/licenses", 200).await.text().contains("Northwall Small Office Security"));
    assert!(noor.get(&page, 200).await.text().contains(key));

    show_code(&house, &mut noor, &page, license, &code).await;
    recover(&house, &mut noor, key, &code).await;
    house.assert_told().await;
    house.assert_sound().await;
}

async fn show_code(house: &House, noor: &mut crate::harness::Browser, page: &str, license: &str, code: &str) {
    let show = format!("{page}?do=show_code");
    let shown = "select count(*) from audit_event where event = 'code_shown'";
    let without = noor.post_form(&show, &[("id", license), ("once", "a")], 401).await;
    assert!(!without.tells(code));
    let wrong = noor.post_form(&show, &[("id", license), ("once", "b"), ("password", "wrong")], 422).await;
    assert!(!wrong.tells(code));
    assert_eq!(house.count(shown).await, 0);
    let right = [("id", license), ("once", "c"), ("password", NEW_PASSWORD)];
    assert!(noor.post_form(&show, &right, 200).await.text().contains(code));
    assert_eq!(house.count(shown).await, 1);
    let again = noor.post_form(&show, &right, 401).await;
    assert!(!again.tells(code), "loading the page again shows nothing");
    assert!(!noor.get(page, 200).await.tells(code));
    assert_eq!(house.count(shown).await, 1);
}

async fn recover(house: &House, noor: &mut crate::harness::Browser, key: &str, code: &str) {
    let today = house.world.clock.now().date().to_string();
    let claim = [
        ("reason", "lost"),
        ("license_key", key),
        ("bought_at", "Northwall Store India"),
        ("buyer_name", "Noor Haddad"),
        ("bought_on", &today),
        ("first_activated", "Today, a moment ago"),
        ("description", "The card is gone."),
    ];
    let faulty = [("reason", "lost"), ("license_key", "123"), ("bought_at", "A shop in town")];
    let refused = noor.post_form("/recover?do=ask_recovery", &faulty, 422).await;
    assert!(refused.text().contains("A shop in town"), "what was typed stands there again");
    let sent = noor.post_form("/recover?do=ask_recovery", &claim, 303).await;
    let request = sent.location().split('?').next().unwrap().to_owned();
    let number = request.strip_prefix("/requests/").unwrap();
    assert!(noor.get(&request, 200).await.text().contains(number));

    let mut sam = house.sam().await;
    let review = format!("/support/requests/{number}");
    assert!(sam.get("/support", 200).await.text().contains(number));
    let short = [("number", number), ("version", "1"), ("reason", "ok")];
    let short = sam.post_form(&format!("{review}?do=approve_recovery"), &short, 422).await;
    let before = sam.get(&review, 200).await;
    let fields = [("number", number), ("version", "1"), ("reason", "All facts match our records.")];
    let approved = sam.post_form(&format!("{review}?do=approve_recovery"), &fields, 303).await;
    let after = sam.get(&review, 200).await;
    let late = sam.post_form(&format!("{review}?do=reject_recovery"), &fields, 409).await;
    let queue = sam.get("/support", 200).await;
    for page in [short, before, approved, after, late, queue] {
        assert!(!page.tells(code), "support sees the code");
    }

    let link = house.mail_link(NOOR, "/disclosed").await;
    assert!(house.browser().get(&link, 303).await.location().starts_with("/sign-in?next="));
    assert!(!noor.get(&link, 200).await.tells(code), "opening the link shows nothing yet");
    let token = [("token", token_of(&link))];
    assert!(noor.post_form("/disclosed?do=disclose", &token, 200).await.text().contains(code));
    assert!(!noor.post_form("/disclosed?do=disclose", &token, 422).await.tells(code));
    assert!(noor.get(&request, 200).await.text().contains("All facts match our records."));
    let mails = house.mails(NOOR).await;
    assert!(!mails.is_empty() && mails.iter().all(|mail| !mail.contains(code)), "a mail tells the code");
}
