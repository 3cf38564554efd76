//! Checking the record of an office that was downloaded: it asks nobody, and names what does not hold.

#![expect(clippy::unwrap_used, reason = "a test that can't go on has failed")]

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output};

use domain::chain::{BEGINNING, FORMAT, Kept, Paper, PaperEvent, Statement, TYPE, hex, next_of_account};
use domain::ticket::jws::Signer;
use sha2::{Digest, Sha256};
use time::OffsetDateTime;
use uuid::Uuid;

const OFFICE: Uuid = Uuid::from_u128(7);

fn signer() -> Signer {
    let public = Signer::new("", &[5; 32]).public_bytes();
    Signer::new(hex(&Sha256::digest(public)[..8]), &[5; 32])
}

fn paper(events: i64) -> Paper {
    let at = OffsetDateTime::UNIX_EPOCH;
    let (mut hash, mut listed) = (BEGINNING, Vec::new());
    for place in 1..=events {
        let kept = Kept {
            id: place,
            at_micros: 0,
            account: Some(OFFICE),
            actor_kind: "system".to_owned(),
            actor: None,
            event: "overuse_found".to_owned(),
            object: None,
            facts: "{}".to_owned(),
            country: None,
            request: Uuid::nil(),
        };
        hash = next_of_account(&hash, OFFICE, place, &kept.contents());
        listed.push(PaperEvent {
            id: place,
            at,
            actor_kind: kept.actor_kind,
            actor: None,
            event: kept.event,
            object: None,
            facts: kept.facts,
            country: None,
            request: Uuid::nil(),
            hash: hex(&hash),
        });
    }
    let statement = Statement { account: Some(OFFICE), events, head: hex(&hash), at };
    Paper {
        format: FORMAT.to_owned(),
        account: OFFICE,
        left_out: 0,
        begins_after: hex(&BEGINNING),
        statement: signer().sign_as(TYPE, &statement),
        key: signer().public(),
        events: listed,
    }
}

/// A folder of a test's own.
struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

impl Folder {
    fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("latchkey-verify-{name}-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    fn put(&self, name: &str, paper: &Paper) -> PathBuf {
        let file = self.0.join(name);
        fs::write(&file, serde_json::to_vec(paper).unwrap()).unwrap();
        file
    }
}

fn verify(arguments: &[&str]) -> Output {
    // it has no use for a state file or a server, so none can be made or asked
    Command::new(env!("CARGO_BIN_EXE_latchkey-client"))
        .arg("verify-activity")
        .args(arguments)
        .env_clear()
        .output()
        .unwrap()
}

#[test]
fn a_record_that_holds_is_told_with_its_head_and_key() {
    let folder = Folder::new("holds");
    let (old, new) = (folder.put("old.json", &paper(2)), folder.put("new.json", &paper(3)));
    let key = signer().public().kid;
    let done = verify(&[new.to_str().unwrap(), "--earlier", old.to_str().unwrap(), "--key", &key]);
    let text = String::from_utf8(done.stdout).unwrap();
    assert_eq!(done.status.code(), Some(0), "{text}");
    assert!(text.contains("3 events, unchanged") && text.contains("same past") && text.contains(&key), "{text}");
}

#[test]
fn a_record_that_was_changed_is_refused_and_the_event_named() {
    let folder = Folder::new("changed");
    let mut changed = paper(3);
    changed.events[1].event = "signed_in".to_owned();
    let file = folder.put("changed.json", &changed);
    let done = verify(&[file.to_str().unwrap()]);
    let told = String::from_utf8(done.stderr).unwrap();
    assert_eq!(done.status.code(), Some(1), "{told}");
    assert!(told.contains("event 2"), "{told}");
    let other = verify(&[folder.put("good.json", &paper(3)).to_str().unwrap(), "--key", "0011223344556677"]);
    assert_eq!(other.status.code(), Some(1));
}

#[test]
fn what_is_no_such_record_is_an_input_that_cant_be_used() {
    let folder = Folder::new("input");
    let file = folder.0.join("some.json");
    fs::write(&file, "{}").unwrap();
    assert_eq!(verify(&[file.to_str().unwrap()]).status.code(), Some(2));
    assert_eq!(verify(&[folder.0.join("none.json").to_str().unwrap()]).status.code(), Some(2));
}
