//! Every refusal has a receipt, and every receipt a way on.

use domain::activation::Refusal;

use super::*;
use crate::wording::refusal::tests::catalogue;

fn label(fix: &Fix) -> &str {
    match fix {
        Fix::Link { label, .. }
        | Fix::Agree { label, .. }
        | Fix::Ask { label, .. }
        | Fix::Wait { label, .. }
        | Fix::Words { label } => label,
    }
}

#[test]
fn every_refusal_names_its_rule_its_reason_and_a_way_on() {
    for refusal in catalogue() {
        let receipt = receipt(&refusal);
        assert_eq!(receipt.code, refusal.code());
        assert!(!receipt.rules.is_empty(), "{refusal:?}");
        for rule in receipt.rules {
            let number = rule.strip_prefix('R').and_then(|number| number.parse::<u32>().ok());
            assert!(number.is_some_and(|number| (1..=104).contains(&number)), "{refusal:?}: {rule}");
        }
        assert!(receipt.why.ends_with('.'), "{refusal:?}");
        assert!(receipt.ways().all(|way| !label(way).is_empty()), "{refusal:?}");
    }
}

#[test]
fn every_kind_of_refusal_is_in_the_catalogue() {
    let mut codes: Vec<&str> = catalogue().iter().map(Refusal::code).collect();
    codes.sort_unstable();
    codes.dedup();
    // E15, E32 and E34 are no refusals, and twelve stand outside the numbers
    assert_eq!(codes.len(), 33 + 12, "{codes:?}");
}

#[test]
fn a_full_license_offers_each_place_the_likeliest_first() {
    let refusal = catalogue()
        .into_iter()
        .find(|refusal| matches!(refusal, Refusal::SeatsFull { holders, .. } if holders.len() > 1))
        .expect("one with holders");
    let Refusal::SeatsFull { holders, .. } = &refusal else { unreachable!() };
    let receipt = receipt(&refusal);
    let offered: Vec<(&str, &str)> = receipt
        .ways()
        .map(|way| match way {
            Fix::Agree { label, field: INSTEAD_OF, value } => (label.as_str(), value.as_str()),
            other => panic!("{other:?}"),
        })
        .collect();
    let ids: Vec<String> = holders.iter().map(|holder| holder.device.to_string()).collect();
    assert_eq!(offered.iter().map(|(_, id)| *id).collect::<Vec<_>>(), ids);
    assert_eq!(offered[0].0, format!("Use the place of {}", holders[0].name));
    assert!(receipt.asks_again());
}

#[test]
fn what_agreeing_fixes_is_sent_again_and_nothing_else_is() {
    let again: Vec<&str> =
        catalogue().iter().map(receipt).filter(Receipt::asks_again).map(|receipt| receipt.code).collect();
    for code in ["E02", "E12", "E20", "E22", "E23", "E33"] {
        assert!(again.contains(&code), "{code}");
    }
    for code in ["E03", "E04", "E09", "E26", "E27"] {
        assert!(!again.contains(&code), "{code}");
    }
}

#[test]
fn a_renewal_without_an_earlier_license_has_two_ways_on() {
    let receipt = receipt(&Refusal::NoEarlierLicense);
    assert_eq!(receipt.fix, Fix::Ask { label: "Enter your previous code".to_owned(), field: PREVIOUS_CODE });
    let shorter =
        Fix::Agree { label: "Accept the shorter term".to_owned(), field: SHORTER_TERM, value: "true".to_owned() };
    assert_eq!(receipt.others, [shorter]);
}

#[test]
fn a_refusal_is_found_on_the_whole_and_at_a_field() {
    use domain::{Error, Fault};
    let whole = AppError::Deed(Error::Refused(Refusal::Blocked));
    let at_field = AppError::Deed(Error::field("code", Fault::Code(Refusal::Blocked)));
    assert_eq!(refused(&whole), Some(&Refusal::Blocked));
    assert_eq!(refused(&at_field), Some(&Refusal::Blocked));
    assert_eq!(refused(&AppError::Deed(Error::field("code", Fault::Missing))), None);
    assert_eq!(refused(&AppError::Away), None);
    assert_eq!(refused(&AppError::Unsent), None);
}

#[test]
fn a_holder_is_known_by_its_silence_and_by_being_the_same_machine() {
    use domain::id::DeviceId;
    let mut holder =
        Holder { device: DeviceId::generate(), name: "Lab".to_owned(), last_seen_at: None, same_machine: false };
    assert_eq!(silence(&holder), "Never seen");
    holder.last_seen_at = Some(time::macros::datetime!(2026-05-01 10:00 UTC));
    assert_eq!(silence(&holder), "Last seen on 1 May 2026");
    holder.same_machine = true;
    assert_eq!(silence(&holder), "Looks like the same machine, last seen on 1 May 2026");
}
