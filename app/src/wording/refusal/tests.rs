//! The catalogue, sentence by sentence.

use domain::country::CountrySource;
use domain::id::{DeviceId, RequestId};
use domain::{Error, Fault};
use time::macros::datetime;

use super::*;
use crate::error::AppError;
use crate::wording::{items, whole};

fn holder(name: &str) -> Holder {
    Holder { device: DeviceId::generate(), name: name.to_owned(), last_seen_at: None, same_machine: false }
}

/// One of each refusal, and of those with several sentences each of them.
pub(in crate::wording) fn catalogue() -> Vec<Refusal> {
    let at = datetime!(2027-03-14 10:05 UTC);
    let mut all = vec![
        Refusal::Format { entered: 19, license_key: false, block: None },
        Refusal::Format { entered: 32, license_key: true, block: None },
        Refusal::NonLatin { position: 5, found: '\u{425}', script: Script::Cyrillic },
        Refusal::NonLatin { position: 1, found: '\u{391}', script: Script::Greek },
        Refusal::NotFound { outside: None },
        Refusal::NotFound { outside: Some(4) },
        Refusal::Blocked,
        Refusal::Cancelled,
        Refusal::Replaced { at },
        Refusal::OtherProduct { product: "Northwall Home".to_owned() },
        Refusal::CodeOver { ended_at: at },
        Refusal::RedeemBy { by: at },
        Refusal::TrialUsed { at },
        Refusal::TrialAfterLicense { at },
        Refusal::TrialCannotRenew,
        Refusal::SubscriptionRuns,
        Refusal::ReserveIsSubscription,
        Refusal::ReserveEndsTooEarly { ends_at: at },
        Refusal::AlreadyHere,
        Refusal::ReserveWaiting { tail: "ABCDE".to_owned() },
        Refusal::TooEarly { from: at },
        Refusal::NoEarlierLicense,
        Refusal::Clock { device: at, server: at },
        Refusal::ServerAway,
        Refusal::Attempts { until: at },
        Refusal::NotAdministrator { administrator: "Mira Lindqvist".to_owned() },
        Refusal::NotConnected,
        Refusal::OtherAccount,
        Refusal::CodeInOtherAccount,
        Refusal::ManualDatabases,
        Refusal::Agreement,
        Refusal::Suspended,
        Refusal::ProofMismatch,
        Refusal::NoLicense,
        Refusal::Region { bought_in: vec![], seen: "NL".parse().unwrap(), how: CountrySource::Proxy },
        Refusal::SeatsFull {
            class: SeatClass::Desktop,
            total: 2,
            holders: vec![holder("Lab computer"), holder("Front desk")],
        },
        Refusal::LinkSettled,
        Refusal::RequestDecided { by: "Jo Park".to_owned(), at },
        Refusal::OwnCase,
        Refusal::CaseClosed,
        Refusal::EndIsRight,
        Refusal::RefundUndecided,
        Refusal::SecondLead { first: "Lena Fischer".into(), at: datetime!(2026-11-24 10:00 UTC) },
        Refusal::CaseChanged { by: "Sam Rivera".to_owned(), at },
        Refusal::EntryChanged { by: "Lena Fischer".to_owned(), at },
        Refusal::OwnRecipient,
        Refusal::HandedOver { by: "Lena Fischer".to_owned(), at },
    ];
    all.extend(PreviousCodeCause::ALL.iter().map(|cause| Refusal::PreviousCode { cause: *cause }));
    all.extend(SeatClass::ALL.iter().map(|class| Refusal::NoSeatsOfClass { class: *class }));
    all.extend(SeatClass::ALL.iter().map(|class| Refusal::SeatsFull { class: *class, total: 1, holders: vec![] }));
    all
}

fn faults() -> Vec<Fault> {
    vec![
        Fault::Missing,
        Fault::TooShort { min: 12 },
        Fault::TooLong { max: 60 },
        Fault::InThePast,
        Fault::OutOfRange { min: 1, max: 100 },
        Fault::DoesNotBelong,
        Fault::UsedOtherwise,
        Fault::Unprintable,
        Fault::NotAnEmail,
        Fault::NotAChoice,
        Fault::NotADate,
        Fault::InTheFuture,
        Fault::CommonPassword,
        Fault::PersonalPassword,
        Fault::GuessablePassword,
        Fault::WrongPassword,
        Fault::WrongOneTimeCode,
        Fault::NotALicenseKey { entered: 31 },
        Fault::CodeInsteadOfKey,
        Fault::UnknownUserCode,
        Fault::TooManyFiles { most: 3 },
        Fault::FileTooLong { megabytes: 5 },
        Fault::NotAPictureOrPdf,
        Fault::DeadMailLink,
        Fault::Code(Refusal::Blocked),
    ]
}

#[test]
fn no_sentence_scolds_or_begs() {
    let fields = [
        "email",
        "password",
        "one_time_code",
        "name",
        "office",
        "country",
        "code",
        "license_key",
        "user_code",
        "device",
        "device_name",
        "reason",
        "bought_at",
        "buyer_name",
        "order_number",
        "bought_on",
        "first_activated",
        "description",
        "anything",
    ];
    let mut sentences: Vec<String> = catalogue().iter().map(refusal).collect();
    for fault in faults() {
        for field in fields {
            let error = AppError::Deed(Error::field(field, fault.clone()));
            sentences.extend(items(&error).into_iter().map(|(_, sentence)| sentence));
            sentences.extend(whole(&error));
        }
    }
    let others = [
        Error::Unauthenticated,
        Error::Forbidden,
        Error::NotFound,
        Error::Busy,
        Error::Internal(RequestId::generate()),
    ];
    sentences.extend(others.into_iter().filter_map(|error| whole(&AppError::Deed(error))));
    sentences.extend(whole(&AppError::Away));
    sentences.extend(whole(&AppError::Unsent));
    assert!(sentences.len() > 100);
    for sentence in sentences {
        let folded = sentence.to_lowercase();
        // E09 alone has fixed words
        let folded = folded.replace("activation code is invalid for this region", "");
        for banned in ["invalid", "illegal", "oops", "please", "sorry"] {
            assert!(!folded.contains(banned), "{banned}: {sentence}");
        }
        assert!(sentence.ends_with(['.', '!']), "{sentence}");
    }
}

#[test]
fn another_region_is_told_in_the_fixed_words_with_both_countries() {
    let bought_in = ["IN", "GB"].map(|code| code.parse().unwrap()).to_vec();
    let told = refusal(&Refusal::Region { bought_in, seen: "NL".parse().unwrap(), how: CountrySource::Address });
    assert!(
        told.starts_with("Activation code is invalid for this region. Bought in India or the United Kingdom, "),
        "{told}"
    );
    assert!(told.contains("used in the Netherlands (by its network address)."), "{told}");
}

#[test]
fn every_numbered_refusal_has_a_short_name_of_its_own() {
    let mut codes: Vec<&str> = catalogue().iter().map(Refusal::code).filter(|code| code.starts_with('E')).collect();
    codes.sort_unstable();
    codes.dedup();
    let mut names: Vec<&str> = codes.iter().map(|code| refusal_name(code)).collect();
    assert!(!names.contains(&"Refused"), "{codes:?} {names:?}");
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), codes.len());
}

#[test]
fn full_seats_name_who_holds_them() {
    let holders = vec![holder("Front desk"), holder("Lab"), holder("Office PC")];
    let told = refusal(&Refusal::SeatsFull { class: SeatClass::Desktop, total: 3, holders });
    assert_eq!(
        told,
        "All 3 places for computers are in use: Front desk, Lab and Office PC. Release one of these devices or buy more."
    );
}

#[test]
fn too_many_tries_name_the_time() {
    let told = refusal(&Refusal::Attempts { until: datetime!(2027-03-14 10:05:03 UTC) });
    assert_eq!(told, "Too many tries. Wait until 10:05:03 UTC on 14 Mar 2027, then try again.");
}
