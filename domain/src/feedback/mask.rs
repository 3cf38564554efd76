//! Finding what is shaped like a code or a license key in running text, however it is written, and taking it out.

use std::ops::Range;

use crate::activation::Refusal;
use crate::code::{ActivationCode, BLOCK, LENGTH, symbols};
use crate::license::LicenseKey;

/// What stands in the place of a code or key. It is shorter than either, and nothing of the code is left.
const MASK: &str = "•••••";

/// The blocks of a license key (R27).
const KEY_BLOCKS: [usize; 5] = [8, 4, 4, 4, 12];

/// Symbols that follow each other without a blank or dash between them.
struct Run {
    at: Range<usize>,
    symbols: usize,
    /// Whether only dashes and invisible marks stand between this run and the one before it, or blanks as well.
    after: Joint,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Joint {
    Dash,
    Blank,
    Apart,
}

/// The text without the activation codes and license keys in it, and whether there were any (R96). Dashes, blanks between
/// blocks, small letters and look-alikes of other scripts do not hide a code. Twenty small letters without a digit are a
/// word rather than a code, unless their check symbol holds.
#[must_use]
pub fn masked(text: &str) -> (String, bool) {
    let runs = runs(text);
    let (mut out, mut kept, mut next) = (String::new(), 0, 0);
    while next < runs.len() {
        match secret_from(text, &runs[next..]) {
            Some(count) => {
                out.push_str(&text[kept..runs[next].at.start]);
                out.push_str(MASK);
                next += count;
                kept = runs[next - 1].at.end;
            }
            None => next += 1,
        }
    }
    out.push_str(&text[kept..]);
    (out, kept > 0)
}

fn runs(text: &str) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    let mut joint = Joint::Apart;
    let mut open = false;
    for (start, typed) in text.char_indices() {
        let end = start + typed.len_utf8();
        match symbols(&text[start..end]).next() {
            // a mark without a width does not end a run for those who look at it
            None if typed.is_whitespace() => (joint, open) = (worse(joint, Joint::Blank), false),
            None => open = false,
            Some(symbol) if symbol.latin().is_some() => {
                match runs.last_mut() {
                    Some(run) if open => (run.at.end, run.symbols) = (end, run.symbols + 1),
                    _ => runs.push(Run { at: start..end, symbols: 1, after: joint }),
                }
                (joint, open) = (Joint::Dash, true);
            }
            Some(_) => (joint, open) = (Joint::Apart, false),
        }
    }
    runs
}

fn worse(joint: Joint, found: Joint) -> Joint {
    if joint == Joint::Apart { joint } else { found }
}

/// How many runs from the first one on make up a code or key; of both the longer one, as a key begins like a code.
fn secret_from(text: &str, runs: &[Run]) -> Option<usize> {
    let (mut blocks, mut tight, mut found) = (Vec::new(), true, None);
    for (count, run) in runs.iter().enumerate() {
        if count > 0 {
            match run.after {
                Joint::Apart => break,
                Joint::Blank => tight = false,
                Joint::Dash => {}
            }
        }
        blocks.push(run.symbols);
        let in_blocks = blocks == [BLOCK; LENGTH / BLOCK] || blocks == KEY_BLOCKS;
        if (tight || in_blocks) && is_secret(&text[runs[0].at.start..run.at.end]) {
            found = Some(count + 1);
        }
        if blocks.iter().sum::<usize>() >= LicenseKey::LENGTH {
            break;
        }
    }
    found
}

fn is_secret(typed: &str) -> bool {
    if LicenseKey::parse(typed).is_ok() {
        return true;
    }
    let no_word = typed.chars().any(|c| c.is_numeric()) || !typed.chars().any(char::is_lowercase);
    match ActivationCode::parse(typed) {
        Ok(code) => no_word || code.check_symbol_holds(),
        Err(Refusal::NonLatin { .. }) => no_word && symbols(typed).count() == LENGTH,
        Err(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::code::{ALPHABET, RANDOM_SYMBOLS};

    #[test]
    fn a_code_is_masked_however_it_is_written() {
        for code in [
            "ABCDE-FGH23-JKLM4-NPQR5",
            "abcde-fgh23-jklm4-npqr5",
            "ABCDE FGH23 JKLM4 NPQR5",
            "ABCDE – FGH23 – JKLM4 – NPQR5",
            "ABCDEFGH23JKLM4NPQR5",
            "ABCDEFGH23-JKLM4NPQR5",
            "АBСDЕ-FGH23-JKLM4-NPQR5",
            "ABCDE-\nFGH23-\nJKLM4-\nNPQR5",
        ] {
            let told = masked(&format!("My code {code} does not work, why?"));
            assert_eq!(told, ("My code ••••• does not work, why?".to_owned(), true), "{code}");
        }
    }

    #[test]
    fn a_license_key_is_masked_and_so_are_several_things_in_a_row() {
        let (told, masked) = masked("Key 0123abcd-4567-89ef-8abc-0123456789ab, code:ABCDE-FGH23-JKLM4-NPQR5.");
        assert_eq!((told.as_str(), masked), ("Key •••••, code:•••••.", true));
    }

    #[test]
    fn what_people_write_otherwise_stays() {
        for text in [
            "",
            "There could never exist other words about these seats",
            "internationalization counterrevolutionaries",
            "The device \"Reception-PC-2\" was seen on 14 Mar 2027 at 10:00.",
            "Request R26-1234-5678, phone +44 20 7946 0958",
        ] {
            assert_eq!(masked(text), (text.to_owned(), false));
        }
    }

    proptest! {
        #[test]
        fn no_code_of_ours_gets_through(indices in prop::array::uniform19(0_u8..31), lower: bool, dashes: bool) {
            prop_assert_eq!(indices.len(), RANDOM_SYMBOLS);
            prop_assert!(usize::from(*indices.iter().max().unwrap()) < ALPHABET.len());
            let mut code = ActivationCode::from_symbols(indices).reveal();
            if lower { code = code.to_lowercase(); }
            if !dashes { code = code.replace('-', ""); }
            let (told, hidden) = masked(&format!("it says {code}!"));
            prop_assert!(hidden && !told.contains(&code), "{}", told);
        }
    }
}
