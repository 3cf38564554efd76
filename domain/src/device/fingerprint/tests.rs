//! The form on the wire, and each sentence of the rule.

use proptest::prelude::*;

use super::*;

/// A fingerprint from four letters: a dot is a component that can't be told, two different letters are two parts.
fn machine(letters: &str) -> Fingerprint {
    let parts = Component::ALL.iter().zip(letters.bytes()).filter(|(_, letter)| *letter != b'.');
    Fingerprint::of(parts.map(|(component, letter)| (*component, [letter; 32]))).unwrap()
}

fn compare(known: &str, asking: &str) -> Likeness {
    likeness(&machine(known), &machine(asking), |_| 1)
}

#[test]
fn a_fingerprint_is_read_in_any_order_and_written_in_one() {
    let (a, b) = ("ab".repeat(32), "0F".repeat(32));
    let read = Fingerprint::parse(&format!(" system:{b}, board:{a} ")).unwrap();
    assert_eq!(read.to_string(), format!("board:{a},system:{}", b.to_lowercase()));
    assert_eq!(read.get(Component::Board), Some([0xab; 32]));
    assert_eq!(read.get(Component::Disk), None);
    assert_eq!(Fingerprint::parse(&read.to_string()), Ok(read));
}

#[test]
fn what_is_no_fingerprint_is_refused() {
    let hex = "ab".repeat(32);
    assert_eq!(Fingerprint::parse("  "), Err(Fault::Missing));
    for wire in [
        hex.clone(),
        format!("cpu:{hex}"),
        format!("Board:{hex}"),
        format!("board:{hex},"),
        format!("board:{hex},board:{hex}"),
        format!("board:{hex}00"),
        format!("board:{}", &hex[2..]),
        format!("board:+{}", &hex[1..]),
        format!("board:{}", "é".repeat(32)),
        "board:".to_owned(),
    ] {
        assert_eq!(Fingerprint::parse(&wire), Err(Fault::NotAChoice), "{wire}");
    }
}

#[test]
fn a_log_sees_the_kinds_and_no_digest() {
    assert_eq!(format!("{:?}", machine("a..d")), "[Board, System]");
}

#[test]
fn what_was_kept_is_read_back_and_nothing_is_no_fingerprint() {
    let kept = serde_json::to_value(machine("a..d")).unwrap();
    assert_eq!(kept, serde_json::json!({ "board": "61".repeat(32), "system": "64".repeat(32) }));
    assert_eq!(serde_json::from_value::<Fingerprint>(kept).unwrap(), machine("a..d"));
    assert!(serde_json::from_str::<Fingerprint>("{}").is_err());
}

#[test]
fn a_machine_survives_what_happens_to_machines() {
    for (asking, what) in [
        ("abcd", "nothing happened"),
        ("abcX", "a reinstall"),
        ("Xbcd", "a firmware update that changed the board's number"),
        (".bcd", "a firmware update that hid it"),
        (".bcX", "that and a reinstall"),
        ("aXcd", "a copy on a new disk"),
        ("aXcX", "a new disk and a new system"),
        ("abXd", "a new network card"),
        ("ab.d", "none at all"),
        ("abXX", "a new network card and a reinstall"),
        (".b.d", "a start without its rights and its network"),
        ("a.cX", "a disk without a number, and a reinstall"),
    ] {
        assert_eq!(compare("abcd", asking), Likeness::Same, "{what}");
    }
}

#[test]
fn a_machine_that_tells_little_is_known_while_all_of_it_agrees() {
    for little in ["..cd", "a..d", ".b.d", "...d", ".bcd", "abc."] {
        assert_eq!(compare(little, little), Likeness::Same, "{little}");
    }
    assert_eq!(compare("..cd", "X.cd"), Likeness::Perhaps, "a board that nobody knows says nothing for it");
    assert_eq!(compare("a.cd", "ab.d"), Likeness::Same, "nothing that both tell differs");
    assert_eq!(compare("abcd", "aXYd"), Likeness::Perhaps, "one image on two boards that are numbered alike");
}

#[test]
fn one_component_alone_proves_no_machine() {
    for one in ["aXXX", "XbXX", "XXcX", "XXXd", "a...", ".b..", "..c."] {
        assert_eq!(compare("abcd", one), Likeness::Perhaps, "{one}");
    }
    assert_eq!(compare("a...", "a..."), Likeness::Perhaps);
    assert_eq!(compare("abcd", "...d"), Likeness::Perhaps);
    assert_eq!(compare("abcd", "XXXX"), Likeness::Other);
    assert_eq!(compare("ab..", "..cd"), Likeness::Other);
}

#[test]
fn what_travels_with_the_disk_proves_no_machine() {
    for asking in ["XbXd", ".bXd", "Xb.d"] {
        assert_eq!(compare("abcd", asking), Likeness::Perhaps, "{asking}");
    }
}

#[test]
fn a_system_that_was_copied_onto_a_like_machine_makes_it_no_other() {
    for asking in ["aXXd", "XXcd", "XbcX"] {
        assert_eq!(compare("abcd", asking), Likeness::Perhaps, "{asking}");
    }
}

#[test]
fn a_number_known_on_three_machines_counts_for_nothing() {
    let (known, asking) = (machine("abcd"), machine("aXcX"));
    let on = |count: u32| move |component| if component == Component::Board { count } else { 1 };
    assert_eq!(likeness(&known, &asking, on(2)), Likeness::Same);
    assert_eq!(likeness(&known, &asking, on(3)), Likeness::Perhaps);
    assert_eq!(likeness(&known, &machine("aXXX"), on(3)), Likeness::Other);
    assert_eq!(likeness(&known, &machine("abcX"), on(3)), Likeness::Same, "it counts not against either");
}

fn any_machine() -> impl Strategy<Value = Fingerprint> {
    prop::collection::vec(prop_oneof![Just(b'.'), Just(b'a'), Just(b'b')], 4)
        .prop_map(|letters| String::from_utf8(letters).unwrap())
        .prop_filter("tells nothing", |letters| letters != "....")
        .prop_map(|letters| machine(&letters))
}

proptest! {
    #[test]
    fn a_machine_is_the_same_as_itself_unless_it_tells_a_single_part(one in any_machine()) {
        let told: Vec<Component> = one.components().map(|(component, _)| component).collect();
        let is_enough = told.len() > 1 || told == [Component::System];
        prop_assert_eq!(likeness(&one, &one, |_| 1) == Likeness::Same, is_enough);
    }

    #[test]
    fn two_machines_of_which_one_part_agrees_are_never_one(one in any_machine(), other in any_machine()) {
        let agreeing = one.components().filter(|(component, digest)| other.get(*component) == Some(*digest)).count();
        let tells_more = one.components().count() > 1 || other.components().count() > 1;
        prop_assume!(agreeing < 2 && tells_more);
        prop_assert_ne!(likeness(&one, &other, |_| 1), Likeness::Same);
    }

    #[test]
    fn common_numbers_never_make_two_machines_one(one in any_machine(), other in any_machine()) {
        let all_common = likeness(&one, &other, |_| COMMON_FROM);
        prop_assert_eq!(all_common, Likeness::Other);
    }
}
