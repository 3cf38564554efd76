use proptest::prelude::*;

use super::*;

/// An owner who has everything at hand.
fn honest() -> Evidence {
    Evidence {
        reason: Reason::Lost,
        named: Named::Own,
        by_key: true,
        administrator_asks: true,
        code_serves: true,
        settled: true,
        order_mail_theirs: true,
        known_device: true,
        order_number: Verdict::Match,
        order_address: Verdict::Match,
        bought_on: Verdict::Match,
        first_activation: Verdict::Match,
        buyer: Verdict::Match,
        brings_files: false,
        asked_before: 0,
    }
}

#[test]
fn all_pieces_together_are_a_hundred() {
    assert_eq!(Piece::ALL.iter().map(|piece| u32::from(piece.weight())).sum::<u32>(), 100);
    let weighed = honest().weigh();
    assert_eq!((weighed.score, weighed.band, weighed.brakes.len()), (100, Band::High, 0));
}

#[test]
fn an_owner_whose_computer_died_still_has_enough_from_the_order() {
    let weighed = Evidence { known_device: false, first_activation: Verdict::Unclear, ..honest() }.weigh();
    assert_eq!((weighed.score, weighed.band), (75, Band::High));
}

#[test]
fn the_owner_of_a_box_without_an_order_is_looked_at_by_a_person() {
    let nothing_recorded = Verdict::Unclear;
    let weighed = Evidence {
        order_mail_theirs: false,
        order_number: nothing_recorded,
        order_address: nothing_recorded,
        buyer: nothing_recorded,
        ..honest()
    }
    .weigh();
    assert_eq!((weighed.score, weighed.band), (60, Band::Middle));
}

#[test]
fn every_brake_alone_brings_a_person() {
    let braked: [(Brake, Evidence); 9] = [
        (Brake::NotTheirLicense, Evidence { named: Named::Foreign, ..honest() }),
        (Brake::NotTheAdministrator, Evidence { administrator_asks: false, ..honest() }),
        (Brake::CodeIsOver, Evidence { code_serves: false, ..honest() }),
        (Brake::NotSettled, Evidence { settled: false, ..honest() }),
        (Brake::Contradiction, Evidence { order_number: Verdict::Differs, ..honest() }),
        (Brake::Contradiction, Evidence { order_address: Verdict::Differs, ..honest() }),
        (Brake::Contradiction, Evidence { first_activation: Verdict::Differs, ..honest() }),
        (Brake::AsksOften, Evidence { asked_before: OFTEN, ..honest() }),
        (Brake::EndedEarly, Evidence { reason: Reason::ExpiredEarly, ..honest() }),
    ];
    for (brake, evidence) in braked {
        let weighed = evidence.weigh();
        assert_eq!((weighed.brakes.as_slice(), weighed.band), (&[brake][..], Band::Middle), "{evidence:?}");
    }
}

#[test]
fn a_key_of_another_office_and_a_key_of_nobody_weigh_the_same() {
    let stranger = Evidence {
        named: Named::Foreign,
        administrator_asks: false,
        order_mail_theirs: false,
        known_device: false,
        order_number: Verdict::Unclear,
        order_address: Verdict::Unclear,
        bought_on: Verdict::Differs,
        first_activation: Verdict::Unclear,
        buyer: Verdict::Unclear,
        ..honest()
    };
    let nobodys = Evidence { named: Named::Nothing, by_key: false, bought_on: Verdict::Unclear, ..stranger.clone() };
    let (foreign, unknown) = (stranger.weigh(), nobodys.weigh());
    assert_eq!((foreign.score, foreign.band), (unknown.score, unknown.band));
    assert_eq!(foreign.band, Band::Low);
    let with_files = Evidence { brings_files: true, ..stranger };
    assert_eq!(with_files.weigh().band, Band::Middle, "proof of purchase is read by a person");
}

fn verdicts() -> impl Strategy<Value = Verdict> {
    prop_oneof![Just(Verdict::Match), Just(Verdict::Differs), Just(Verdict::Unclear)]
}

prop_compose! {
    fn any_evidence()(
        reason in prop_oneof![Just(Reason::Lost), Just(Reason::Deleted), Just(Reason::ExpiredEarly)],
        named in prop_oneof![Just(Named::Nothing), Just(Named::Foreign), Just(Named::Own)],
        (by_key, administrator_asks, code_serves, settled) in any::<(bool, bool, bool, bool)>(),
        (order_mail_theirs, known_device, brings_files) in any::<(bool, bool, bool)>(),
        (order_number, order_address, bought_on) in (verdicts(), verdicts(), verdicts()),
        (first_activation, buyer) in (verdicts(), verdicts()),
        asked_before in 0..6_u32,
    ) -> Evidence {
        Evidence {
            reason, named, by_key, administrator_asks, code_serves, settled, order_mail_theirs, known_device,
            order_number, order_address, bought_on, first_activation, buyer, brings_files, asked_before,
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20_000))]

    #[test]
    fn nothing_is_granted_at_once_but_to_the_settled_administrator_of_a_serving_license(evidence in any_evidence()) {
        let weighed = evidence.weigh();
        prop_assert!(weighed.score <= 100);
        if weighed.band == Band::High {
            prop_assert!(evidence.named == Named::Own && evidence.administrator_asks && evidence.code_serves);
            prop_assert!(evidence.settled && evidence.asked_before < OFTEN);
            prop_assert!(evidence.order_mail_theirs || (evidence.by_key && evidence.known_device));
        }
    }

    #[test]
    fn nobody_with_a_license_of_their_own_or_with_proof_is_refused_without_a_person(evidence in any_evidence()) {
        if evidence.named == Named::Own || evidence.brings_files {
            prop_assert_ne!(evidence.weigh().band, Band::Low);
        }
    }

    #[test]
    fn one_more_fact_in_favor_never_makes_a_request_worse(evidence in any_evidence()) {
        let better = Evidence { known_device: true, buyer: Verdict::Match, ..evidence.clone() };
        let rank = |weighed: Weighed| match weighed.band {
            Band::Low => 0,
            Band::Middle => 1,
            Band::High => 2,
        };
        prop_assert!(better.weigh().score >= evidence.weigh().score);
        prop_assert!(rank(better.weigh()) >= rank(evidence.weigh()));
    }
}
