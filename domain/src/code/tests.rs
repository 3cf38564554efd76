use proptest::prelude::*;

use super::*;
use crate::activation::WRONG_CODES_PER_SECOND;

const EXAMPLE: &str = "ABCDE-FGH23-JKLM4-NPQR5";

fn drawn() -> impl Strategy<Value = ActivationCode> {
    prop::array::uniform19(0u8..31).prop_map(ActivationCode::from_symbols)
}

fn altered(code: &ActivationCode, alter: impl FnOnce(&mut [u8; LENGTH])) -> ActivationCode {
    let mut symbols = *code.as_bytes();
    alter(&mut symbols);
    ActivationCode(symbols)
}

#[test]
fn a_code_is_twenty_symbols_in_four_blocks_of_five() {
    assert_eq!(ActivationCode::parse(EXAMPLE).unwrap().reveal(), EXAMPLE);
    let short = ActivationCode::parse(&EXAMPLE[1..]);
    assert_eq!(short, Err(Refusal::Format { entered: 19, license_key: false, block: Some(1) }));
    let long = ActivationCode::parse(&format!("{EXAMPLE}6"));
    assert_eq!(long, Err(Refusal::Format { entered: 21, license_key: false, block: Some(3) }));
    assert_eq!(ActivationCode::parse(" - "), Err(Refusal::Format { entered: 0, license_key: false, block: None }));
}

#[test]
fn case_blanks_and_dashes_do_not_matter() {
    for typed in [
        "abcdefgh23jklm4npqr5",
        "  ABCDE FGH23 JKLM4 NPQR5\r\n",
        "ABCDE–FGH23—JKLM4−NPQR5",
        "ABCDE‐FGH23‑JKLM4‒NPQR5",
        "ABCDE_FGH23―JKLM4﹣NPQR5",
        "ABCDE－FGH23ーJKLM4﹘NPQR5",
        "A B C D E-F G H 2 3-J K L M 4-N P Q R 5",
        "\u{feff}ABCDE\u{200b}FGH23\u{ad}JKLM4\u{2060}NPQR5\u{200e}",
        "\u{202a}ABCDE\u{a0}FGH23\u{202f}JKLM4\u{3000}NPQR5\u{202c}",
        "ＡＢＣＤＥ－ＦＧＨ２３－ＪＫＬＭ４－ＮＰＱＲ５",
        "ａｂｃｄｅｆｇｈ２３ｊｋｌｍ４ｎｐｑｒ５",
        "𝐀𝐁𝐂𝐃𝐄-𝖿𝗀𝗁𝟐𝟛-ⒿⓀⓁⓂ4-ⓝⓟⓠⓡ5",
    ] {
        assert_eq!(ActivationCode::parse(typed).map(|code| code.reveal()), Ok(EXAMPLE.to_owned()), "{typed}");
    }
}

#[test]
fn a_look_alike_is_named_with_its_place_among_the_symbols() {
    let typed = "ABCDE-FGH23-JKLM4-NPХR5";
    let found = Refusal::NonLatin { position: 18, found: 'Х', script: Script::Cyrillic };
    assert_eq!(ActivationCode::parse(typed), Err(found));
    let typed = "ΑBCDE-FGH23-JKLM4-NPQR5";
    let found = Refusal::NonLatin { position: 1, found: 'Α', script: Script::Greek };
    assert_eq!(ActivationCode::parse(typed), Err(found));
    let typed = "abсde fgh23 jklm4 npqr5";
    let found = Refusal::NonLatin { position: 3, found: 'с', script: Script::Cyrillic };
    assert_eq!(ActivationCode::parse(typed), Err(found));
}

#[test]
fn a_look_alike_is_told_before_a_wrong_count() {
    let short = ActivationCode::parse("ABCDЕ");
    assert_eq!(short, Err(Refusal::NonLatin { position: 5, found: 'Е', script: Script::Cyrillic }));
}

#[test]
fn every_letter_of_the_famous_look_alikes_is_recognised() {
    for letter in "АВЕКМНОРСТУХавекмнорстухІіЈјЅѕАΒΕΖΗΙΚΜΝΟΡΤΥΧ".chars() {
        let typed = format!("{letter}BCDEFGH23JKLM4NPQR5");
        assert!(matches!(ActivationCode::parse(&typed), Err(Refusal::NonLatin { .. })), "{letter}");
    }
}

#[test]
fn any_other_character_is_a_wrong_format_that_never_claims_twenty() {
    let instead = ActivationCode::parse("ABCDE-FGH23-JKLM4-NPЖR5");
    assert_eq!(instead, Err(Refusal::Format { entered: 19, license_key: false, block: Some(3) }));
    let besides = ActivationCode::parse(&format!("{EXAMPLE}#"));
    assert_eq!(besides, Err(Refusal::Format { entered: 21, license_key: false, block: None }));
    assert_eq!(
        ActivationCode::parse("код"),
        Err(Refusal::NonLatin { position: 1, found: 'к', script: Script::Cyrillic })
    );
}

fn sound() -> ActivationCode {
    ActivationCode::from_symbols(std::array::from_fn(|n| u8::try_from(n * 7 % 31).unwrap()))
}

#[test]
fn a_code_is_taken_out_of_what_was_pasted_around_it() {
    let whole = sound().reveal();
    for pasted in [
        format!("Activation code: {whole}"),
        format!("Activation code {whole}"),
        format!("Your new code is \"{whole}\". Thank you for order NW-204881!"),
        format!("activation code: {}\r\n", whole.to_lowercase()),
        format!("Code:\n{}", whole.replace('-', " ")),
        format!("code {}.", whole.replace('-', "")),
        format!("Код:\u{a0}{}", whole.replace('-', "–")),
        format!("First words {whole} there again {whole} at the end"),
        format!("Key 0123abcd-4567-89ef-8abc-0123456789ab, code {whole}"),
    ] {
        let read = ActivationCode::parse(code_part(&pasted));
        assert_eq!(read.map(|code| code.reveal()), Ok(whole.clone()), "{pasted}");
    }
}

#[test]
fn text_with_no_code_or_with_several_is_left_as_it_was_pasted() {
    let (whole, other) = (sound().reveal(), ActivationCode::from_symbols([3; RANDOM_SYMBOLS]).reveal());
    let mut swapped = whole.clone().into_bytes();
    swapped.swap(0, 1);
    let swapped = String::from_utf8(swapped).unwrap();
    for pasted in [
        format!("{whole} and {other}"),
        format!("code: {swapped}"),
        format!("{whole}-6"),
        format!("6-{whole}"),
        format!("{whole}6"),
        "Activation code:".to_owned(),
    ] {
        assert_eq!(code_part(&pasted), pasted);
        assert!(matches!(ActivationCode::parse(code_part(&pasted)), Err(Refusal::Format { .. })), "{pasted}");
    }
    assert_eq!(code_part(""), "");
}

#[test]
fn a_look_alike_in_a_pasted_code_is_told_by_its_place_in_the_code() {
    let whole = sound().reveal();
    assert!(whole.starts_with('A'), "{whole}");
    let pasted = format!("Код активации: {}", whole.replacen('A', "А", 1));
    let told = Refusal::NonLatin { position: 1, found: 'А', script: Script::Cyrillic };
    assert_eq!(ActivationCode::parse(code_part(&pasted)), Err(told));
    assert_eq!(suggest_latin(&pasted), Some(whole));
}

#[test]
fn a_license_key_with_its_label_is_recognised() {
    let pasted = "License key: 0123abcd-4567-89ef-8abc-0123456789ab";
    let told = Refusal::Format { entered: 32, license_key: true, block: None };
    assert_eq!(ActivationCode::parse(code_part(pasted)), Err(told));
}

#[test]
fn a_license_key_is_recognised() {
    for typed in [
        "0123abcd-4567-89ef-8abc-0123456789ab",
        "0123ABCD456789EF8ABC0123456789AB",
        "0123аbсd-4567-89еf-8аbс-0123456789аb",
    ] {
        assert_eq!(
            ActivationCode::parse(typed),
            Err(Refusal::Format { entered: 32, license_key: true, block: None }),
            "{typed}"
        );
    }
    let no_key = ActivationCode::parse("0123abcd-4567-89ef-8abc-0123456789ag");
    assert_eq!(no_key, Err(Refusal::Format { entered: 32, license_key: false, block: Some(1) }));
}

#[test]
fn latin_letters_are_offered_when_all_others_are_look_alikes() {
    assert_eq!(suggest_latin("АВСDЕ fgh23 jklm4 nрqr5").as_deref(), Some("ABCDE-FGH23-JKLM4-NPQR5"));
    assert_eq!(suggest_latin("АВСDЕ-FGH23-JKLM4-NPЖR5"), None);
    assert_eq!(suggest_latin(EXAMPLE), None);
    assert_eq!(suggest_latin("ABCDE"), None);
}

#[test]
fn symbols_that_we_never_use_are_found() {
    let outside = |typed: &str| ActivationCode::parse(typed).unwrap().symbol_outside_alphabet();
    assert_eq!(outside(EXAMPLE), Some(13));
    assert_eq!(outside("ABCDE-FGH23-JKMM4-NPQR5"), None);
    for symbol in ["0", "1", "I", "L", "O", "i", "l", "o"] {
        assert_eq!(outside(&format!("ABCDE-FGH23-JKMM4-NPQR{symbol}")), Some(20), "{symbol}");
    }
}

#[test]
fn the_alphabet_is_what_it_is_said_to_be() {
    let expected: Vec<u8> = (b'A'..=b'Z').chain(b'2'..=b'9').filter(|symbol| !b"ILO".contains(symbol)).collect();
    assert_eq!(ALPHABET.as_slice(), expected);
}

#[test]
fn a_code_with_a_symbol_we_never_use_fails_its_check() {
    assert!(!ActivationCode::parse(EXAMPLE).unwrap().check_symbol_holds());
}

#[test]
fn a_code_is_never_printed_by_accident() {
    let code = ActivationCode::parse(EXAMPLE).unwrap();
    assert_eq!(format!("{code:?}"), "•••••-•••••-•••••-NPQR5");
    assert_eq!(format!("{:?}", Some(code)), "Some(•••••-•••••-•••••-NPQR5)");
    assert_eq!(mask(code.tail()), "•••••-•••••-•••••-NPQR5");
}

#[test]
fn a_code_is_spelled_with_a_pause_after_each_block() {
    let code = ActivationCode::parse(EXAMPLE).unwrap();
    assert_eq!(code.spelled(), "A B C D E, F G H 2 3, J K L M 4, N P Q R 5");
}

/// The yardstick of RFC 8628: anybody's chance of hitting any live code in a year is at most 2^-32.
#[test]
fn codes_cannot_be_guessed() {
    let chance_bits = f64::from(u32::try_from(RANDOM_SYMBOLS).unwrap()) * f64::from(31).log2();
    let live_codes = 1e8_f64;
    let seconds_of_a_year = 365.25 * 86_400.0;
    let tries = f64::from(WRONG_CODES_PER_SECOND) * seconds_of_a_year;
    assert_eq!(ALPHABET.len(), 31);
    assert!(tries.log2() + live_codes.log2() - chance_bits <= -32.0);
}

proptest! {
    #[test]
    fn what_is_revealed_can_be_typed_again(code in drawn()) {
        prop_assert!(code.check_symbol_holds());
        prop_assert_eq!(code.symbol_outside_alphabet(), None);
        prop_assert_eq!(ActivationCode::parse(&code.reveal()), Ok(code));
        prop_assert_eq!(code.reveal().len(), 23);
        prop_assert!(code.reveal().ends_with(code.tail()));
    }

    #[test]
    fn noise_of_case_blanks_and_dashes_changes_nothing(
        code in drawn(),
        small in prop::collection::vec(any::<bool>(), LENGTH),
        noise in prop::collection::vec("[ \t\u{a0}\u{200b}\u{ad}_\u{2010}-\u{2015}\u{2212}-]{0,3}", LENGTH),
    ) {
        let mut typed = String::new();
        for ((symbol, small), noise) in code.as_bytes().iter().zip(small).zip(noise) {
            let symbol = if small { symbol.to_ascii_lowercase() } else { *symbol };
            typed.push(char::from(symbol));
            typed.push_str(&noise);
        }
        prop_assert_eq!(ActivationCode::parse(&typed), Ok(code));
    }

    #[test]
    fn every_single_wrong_symbol_is_caught(code in drawn()) {
        for position in 0..LENGTH {
            for symbol in (b'A'..=b'Z').chain(b'0'..=b'9').filter(|symbol| *symbol != code.as_bytes()[position]) {
                let typed = altered(&code, |symbols| symbols[position] = symbol);
                prop_assert!(!typed.check_symbol_holds(), "{} at {}", char::from(symbol), position + 1);
            }
        }
    }

    #[test]
    fn every_swap_of_two_symbols_is_caught(code in drawn()) {
        for first in 0..LENGTH {
            for second in first + 1..LENGTH {
                let typed = altered(&code, |symbols| symbols.swap(first, second));
                prop_assert_eq!(typed.check_symbol_holds(), typed == code, "{} and {}", first + 1, second + 1);
            }
        }
    }

    #[test]
    fn reading_never_panics_and_never_says_that_twenty_are_wrong(typed in any::<String>()) {
        match ActivationCode::parse(&typed) {
            Err(Refusal::Format { entered, .. }) => prop_assert_ne!(entered, LENGTH),
            Err(Refusal::NonLatin { position, .. }) => prop_assert!(position >= 1),
            Err(other) => prop_assert!(false, "{:?}", other),
            Ok(code) => prop_assert_eq!(ActivationCode::parse(&code.reveal()), Ok(code)),
        }
    }

    #[test]
    fn a_code_in_a_text_is_the_code_alone(code in drawn(), before in "[ilo .:]{0,30}[:.]", after in "([.,!\n][ilo .]{0,30})?") {
        let pasted = format!("{before}{}{after}", code.reveal());
        prop_assert_eq!(code_part(&pasted), code.reveal());
        prop_assert_eq!(code_part(code_part(&pasted)), code_part(&pasted));
    }

    #[test]
    fn looking_for_a_code_never_panics(pasted in any::<String>()) {
        prop_assert!(pasted.contains(code_part(&pasted)));
    }

    #[test]
    fn a_suggestion_can_be_read(code in drawn()) {
        let typed = code.reveal().replace('A', "А").replace('B', "В").replace('X', "Χ").replace('P', "р");
        match suggest_latin(&typed) {
            Some(suggestion) => prop_assert_eq!(ActivationCode::parse(&suggestion), Ok(code)),
            None => prop_assert_eq!(typed, code.reveal()),
        }
    }
}
