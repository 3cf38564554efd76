use time::OffsetDateTime;
use uuid::Uuid;

use super::*;
use crate::ticket::jws::{Distrust, Signer};

const ACCOUNT: Uuid = Uuid::from_u128(7);

fn signer() -> Signer {
    let public = Signer::new("", &[5; 32]).public_bytes();
    Signer::new(hex(&Sha256::digest(public)[..8]), &[5; 32])
}

fn instant(second: i64) -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp(1_800_000_000 + second).unwrap()
}

/// A paper of so many events, signed.
fn paper(events: i64) -> Paper {
    let mut hash = BEGINNING;
    let mut listed = Vec::new();
    for place in 1..=events {
        let mut event = PaperEvent {
            id: place * 3,
            at: instant(place),
            actor_kind: "person".to_owned(),
            actor: Some(Uuid::from_u128(1)),
            event: "signed_in".to_owned(),
            object: None,
            facts: format!("{{\"n\": {place}}}"),
            country: Some("IN".to_owned()),
            request: Uuid::from_u128(9),
            hash: String::new(),
        };
        let kept = Kept {
            id: event.id,
            at_micros: (1_800_000_000 + place) * 1_000_000,
            account: Some(ACCOUNT),
            actor_kind: event.actor_kind.clone(),
            actor: event.actor,
            event: event.event.clone(),
            object: None,
            facts: event.facts.clone(),
            country: event.country.clone(),
            request: event.request,
        };
        hash = next_of_account(&hash, ACCOUNT, place, &kept.contents());
        event.hash = hex(&hash);
        listed.push(event);
    }
    let statement = Statement { account: Some(ACCOUNT), events, head: hex(&hash), at: instant(100) };
    Paper {
        format: FORMAT.to_owned(),
        account: ACCOUNT,
        left_out: 0,
        begins_after: hex(&BEGINNING),
        statement: signer().sign_as(TYPE, &statement),
        key: signer().public(),
        events: listed,
    }
}

#[test]
fn a_paper_as_it_was_made_is_believed() {
    let made = paper(5);
    let proven = made.verify(None).unwrap();
    assert_eq!((proven.events, proven.left_out, proven.at), (5, 0, instant(100)));
    assert_eq!(made.verify(Some(&proven.key)).unwrap(), proven);
    assert_eq!(paper(0).verify(None).unwrap().events, 0);
}

#[test]
fn any_field_of_any_event_that_is_changed_is_found_and_named() {
    type Change = fn(&mut PaperEvent);
    let changes: [Change; 9] = [
        |event| event.id += 1,
        |event| event.at += time::Duration::microseconds(1),
        |event| event.actor_kind.push('x'),
        |event| event.actor = None,
        |event| event.event.push('x'),
        |event| event.object = Some(Uuid::nil()),
        |event| event.facts.push(' '),
        |event| event.country = None,
        |event| event.request = Uuid::nil(),
    ];
    for change in changes {
        for place in 0..5 {
            let mut changed = paper(5);
            change(&mut changed.events[place]);
            let id = changed.events[place].id;
            assert_eq!(changed.verify(None), Err(Broken::Event { id, place: place as i64 + 1 }));
        }
    }
}

#[test]
fn an_event_that_is_missing_moved_or_added_is_found() {
    let mut removed = paper(5);
    removed.events.remove(2);
    assert_eq!(removed.verify(None), Err(Broken::Event { id: 12, place: 3 }));
    let mut swapped = paper(5);
    swapped.events.swap(1, 2);
    assert_eq!(swapped.verify(None), Err(Broken::Event { id: 9, place: 2 }));
    let mut newest = paper(5);
    newest.events.pop();
    assert_eq!(newest.verify(None), Err(Broken::Length { found: 4, signed: 5 }));
    let longer = Paper { statement: paper(5).statement, ..paper(6) };
    assert_eq!(longer.verify(None), Err(Broken::Length { found: 6, signed: 5 }));
}

#[test]
fn a_signature_of_another_key_account_or_purpose_is_not_believed() {
    let mut forged = paper(3);
    forged.key = Signer::new(signer().public().kid, &[6; 32]).public();
    assert_eq!(forged.verify(None), Err(Broken::Format), "the id of a key is made of the key");
    let made = paper(3);
    let key = signer().public().kid;
    assert_eq!(made.verify(Some("0011223344556677")), Err(Broken::OtherKey(key)));
    let other = Paper { account: Uuid::from_u128(8), ..paper(3) };
    assert_eq!(other.verify(None), Err(Broken::OtherAccount));
    let statement = Statement { account: Some(ACCOUNT), events: 3, head: hex(&BEGINNING), at: instant(1) };
    let elsewhere = Paper { statement: signer().sign_as("latchkey-ticket+jwt", &statement), ..paper(3) };
    assert_eq!(elsewhere.verify(None), Err(Broken::Signature(Distrust::Type)));
    let another = Paper { statement: signer().sign_as(TYPE, &statement), ..paper(3) };
    assert_eq!(another.verify(None), Err(Broken::Head));
}

#[test]
fn a_paper_without_its_oldest_events_is_believed_and_says_so() {
    let mut later = paper(5);
    later.begins_after = later.events[1].hash.clone();
    later.events.drain(..2);
    later.left_out = 2;
    assert_eq!(later.verify(None).unwrap().left_out, 2);
    let pretended = Paper { left_out: 0, ..later };
    assert_eq!(pretended.verify(None), Err(Broken::Format));
}

#[test]
fn a_later_paper_tells_the_same_past_as_an_earlier_one() {
    let (earlier, later) = (paper(3), paper(5));
    assert_eq!(later.follows(&earlier), Ok(()));
    assert_eq!(earlier.follows(&later), Err(Broken::NotEarlier));
    let mut rewritten = paper(5);
    rewritten.events[1].facts = "{}".to_owned();
    assert_eq!(rewritten.follows(&earlier), Err(Broken::OtherPast(6)));
}

#[test]
fn no_two_events_share_a_form() {
    let one = Kept {
        id: 1,
        at_micros: 1,
        account: None,
        actor_kind: "a".to_owned(),
        actor: None,
        event: "bc".to_owned(),
        object: None,
        facts: String::new(),
        country: None,
        request: Uuid::nil(),
    };
    let other = Kept { actor_kind: "ab".to_owned(), event: "c".to_owned(), ..one.clone() };
    assert_ne!(one.contents(), other.contents());
    let empty = Kept { country: Some(String::new()), ..one.clone() };
    assert_ne!(one.contents(), empty.contents());
}
