//! The program without a server: real tickets with real signatures, a state file of its own, and nothing to connect to.

#![expect(clippy::unwrap_used, reason = "a test that can't go on has failed")]

use std::fs;
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Command, Output};

use domain::device_api::TicketKeys;
use domain::id::{DeviceId, LicenseId};
use domain::license::{Level, Standing};
use domain::ticket::jws::Signer;
use domain::ticket::{GRACE, LIFE, Ticket};
use serde_json::{Value, json};
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

const DEVICE: DeviceId = DeviceId(Uuid::from_u128(2));

/// A device with its own folder; its server is gone.
struct Device {
    folder: PathBuf,
}

impl Drop for Device {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn signer(kid: &str) -> Signer {
    let mut secret = [7; 32];
    secret[..kid.len()].copy_from_slice(kid.as_bytes());
    Signer::new(kid, &secret)
}

/// Signed that long ago, for a license that runs for another hundred days.
fn ticket(ago: Duration) -> Ticket {
    let issued_at = OffsetDateTime::now_utc() - ago;
    let ends = issued_at + Duration::days(100);
    Ticket {
        serial: Uuid::from_u128(1),
        device_id: DEVICE,
        license_id: LicenseId(Uuid::from_u128(3)),
        product: "Office Security".to_owned(),
        level: Level::Full,
        updates: true,
        restricted: Vec::new(),
        standing: Standing::Active,
        license_expires_at: ends,
        level_until: ends,
        level_after: Level::Restricted,
        restricted_after: vec!["Web filter".to_owned()],
        issued_at,
        expires_at: issued_at + LIFE,
        grace_until: issued_at + LIFE + GRACE,
    }
}

impl Device {
    fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("latchkey-offline-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        Self { folder }
    }

    /// Linked, with the keys of two names published, and these papers besides.
    fn linked(name: &str, papers: Value) -> Self {
        let device = Self::new(name);
        let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let keys = TicketKeys { keys: vec![signer("now").public(), signer("next").public()] };
        let mut all = json!({ "device_id": DEVICE, "keys": keys });
        all.as_object_mut().unwrap().extend(papers.as_object().unwrap().clone());
        device.write(&json!({
            "link": {
                "server": format!("http://{free}"), "token": "t0p-secret", "name": "Reception", "os_family": "mac",
                "fingerprint": format!("system:{}", "ab".repeat(32)), "app_version": "0",
            },
            "papers": all,
        }));
        device
    }

    fn with_ticket(name: &str, ticket: &Ticket) -> Self {
        Self::linked(name, json!({ "ticket": signer("now").sign(ticket) }))
    }

    fn file(&self) -> PathBuf {
        self.folder.join("client.json")
    }

    fn write(&self, state: &Value) {
        fs::write(self.file(), state.to_string()).unwrap();
    }

    fn state(&self) -> Value {
        serde_json::from_slice(&fs::read(self.file()).unwrap()).unwrap()
    }

    fn run(&self, args: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_latchkey-client"))
            .args(args)
            .arg("--state")
            .arg(self.file())
            .env_remove("LATCHKEY_SERVER")
            .output()
            .unwrap()
    }

    /// The exit code and the one line of JSON.
    fn json(&self, command: &str) -> (i32, Value) {
        let output = self.run(&[command, "--json"]);
        assert!(!String::from_utf8_lossy(&output.stdout).contains("t0p-secret"));
        (output.status.code().unwrap(), serde_json::from_slice(&output.stdout).unwrap())
    }

    /// Both commands that go by the ticket: their exit codes, the level, and why.
    fn stands(&self) -> (i32, i32, String, String) {
        let (status, said) = self.json("status");
        let (start, again) = self.json("start");
        let text = |said: &Value, name: &str| said[name].as_str().unwrap_or_default().to_owned();
        assert_eq!((text(&said, "level"), text(&said, "why")), (text(&again, "level"), text(&again, "why")));
        (status, start, text(&said, "level"), text(&said, "why"))
    }
}

fn stands(status: i32, start: i32, level: &str, why: &str) -> (i32, i32, String, String) {
    (status, start, level.to_owned(), why.to_owned())
}

#[test]
fn a_fresh_ticket_lets_the_application_work_in_full() {
    let device = Device::with_ticket("fresh", &ticket(Duration::HOUR));
    assert_eq!(device.stands(), stands(0, 0, "full", "ticket"));
    let (_, said) = device.json("start");
    assert_eq!((said["window"].clone(), said["works"].clone()), (Value::Null, json!(true)));
}

#[test]
fn after_a_week_it_works_in_part_and_after_ten_days_not_at_all() {
    let overdue = Device::with_ticket("overdue", &ticket(LIFE + Duration::HOUR));
    assert_eq!(overdue.stands(), stands(0, 0, "restricted", "overdue"));
    let over = Device::with_ticket("over", &ticket(LIFE + GRACE + Duration::HOUR));
    assert_eq!(over.stands(), stands(7, 7, "stopped", "over"));
    assert_eq!(over.json("start").1["window"], "activation");
}

#[test]
fn a_license_that_has_ended_meanwhile_counts_as_ended() {
    let mut ended = ticket(Duration::days(2));
    ended.level_until = OffsetDateTime::now_utc() - Duration::HOUR;
    assert_eq!(Device::with_ticket("ended", &ended).stands(), stands(0, 0, "restricted", "license_ended"));
    ended.level_after = Level::Stopped;
    assert_eq!(Device::with_ticket("trial", &ended).stands(), stands(7, 7, "stopped", "license_ended"));
}

#[test]
fn a_ticket_signed_with_the_next_key_is_believed() {
    let signed = signer("next").sign(&ticket(Duration::HOUR));
    let device = Device::linked("next", json!({ "ticket": signed }));
    assert_eq!(device.stands(), stands(0, 0, "full", "ticket"));
}

#[test]
fn a_clock_set_back_stops_it_and_is_remembered() {
    let later = OffsetDateTime::now_utc() + Duration::days(3);
    let later = later.format(&time::format_description::well_known::Rfc3339).unwrap();
    let signed = signer("now").sign(&ticket(Duration::HOUR));
    let device = Device::linked("back", json!({ "ticket": signed, "watch": { "latest": later, "signed": later } }));
    assert_eq!(device.stands(), stands(7, 7, "stopped", "clock_set_back"));
    let mut state = device.state();
    assert!(state["papers"]["watch"]["set_back"].is_string());
    // the clock is right again, and still the server has to be reached
    state["papers"]["watch"]["latest"] = json!("2026-01-01T00:00:00Z");
    device.write(&state);
    assert_eq!(device.stands(), stands(7, 7, "stopped", "clock_set_back"));
    let shown = String::from_utf8(device.run(&["status"]).stdout).unwrap();
    assert!(
        shown.contains("The clock of this device was set back") && shown.contains("latchkey-client heartbeat"),
        "{shown}"
    );
}

#[test]
fn what_was_seen_of_the_time_is_kept_in_the_file() {
    let device = Device::with_ticket("seen", &ticket(Duration::HOUR));
    let before = OffsetDateTime::now_utc();
    device.json("start");
    let latest = device.state()["papers"]["watch"]["latest"].as_str().unwrap().to_owned();
    let latest = OffsetDateTime::parse(&latest, &time::format_description::well_known::Rfc3339).unwrap();
    assert!(latest >= before);
}

#[test]
fn a_ticket_that_was_changed_or_made_for_another_device_counts_for_nothing() {
    let signed = signer("now").sign(&ticket(Duration::HOUR));
    let (rest, signature) = signed.rsplit_once('.').unwrap();
    let other = Ticket { device_id: DeviceId(Uuid::from_u128(9)), ..ticket(Duration::HOUR) };
    for (name, text) in [
        ("cut", rest.to_owned()),
        ("changed", format!("{rest}.{}", signature.chars().rev().collect::<String>())),
        ("stranger", Signer::new("now", &[9; 32]).sign(&ticket(Duration::HOUR))),
        ("elsewhere", signer("now").sign(&other)),
    ] {
        let device = Device::linked(name, json!({ "ticket": text }));
        let (status, said) = device.json("status");
        assert_eq!(status, 4, "{name}");
        assert!(said["detail"].as_str().unwrap().contains("counts for nothing"), "{name}: {said}");
        assert_eq!(device.json("start").0, 7, "{name}");
    }
}

#[test]
fn without_a_ticket_every_start_opens_the_activation_window() {
    let device = Device::linked("none", json!({}));
    let (status, said) = device.json("status");
    assert_eq!((status, said["code"].as_str()), (4, Some("E25")));
    for _ in 0..2 {
        let (start, said) = device.json("start");
        assert_eq!((start, said["window"].as_str(), said["works"].as_bool()), (7, Some("activation"), Some(false)));
        let shown = device.run(&["start"]);
        assert!(String::from_utf8(shown.stdout).unwrap().starts_with("The application is not activated"));
    }
}

/// §3.5: what can't be a code is told before that the server is away; whether a code is known, after it.
#[test]
fn what_cannot_be_a_code_is_told_without_a_server() {
    let device = Device::linked("slips", json!({}));
    let good = domain::code::ActivationCode::from_symbols([5; 19]).reveal();
    let slip: String = good.chars().rev().collect();
    for (typed, exit, told) in
        [("ABCDE-FGH23", 1, "E01"), ("АBCDE-FGHJK-LMNPQ-RSTUV", 1, "E02"), (&slip, 4, "E25"), (&good, 4, "E25")]
    {
        for command in ["activate", "reserve"] {
            let output = device.run(&[command, typed, "--json"]);
            let said: Value = serde_json::from_slice(&output.stdout).unwrap();
            assert_eq!((output.status.code(), said["code"].as_str()), (Some(exit), Some(told)), "{command} {typed}");
        }
    }
}

#[test]
fn a_device_that_is_not_linked_is_told_to_link_first() {
    let device = Device::new("unlinked");
    assert_eq!(device.json("status").0, 3);
    let shown = device.run(&["start"]);
    assert_eq!(shown.status.code(), Some(7));
    assert!(String::from_utf8(shown.stdout).unwrap().contains("latchkey-client link"));
}

#[cfg(unix)]
#[test]
fn a_state_file_that_others_may_read_is_closed_and_said_so() {
    use std::os::unix::fs::PermissionsExt;
    let device = Device::with_ticket("open", &ticket(Duration::HOUR));
    fs::set_permissions(device.file(), fs::Permissions::from_mode(0o644)).unwrap();
    let shown = device.run(&["status"]);
    assert!(String::from_utf8(shown.stderr).unwrap().contains("was open to other people"));
    assert_eq!(fs::metadata(device.file()).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(device.run(&["status"]).stderr, b"");
}
