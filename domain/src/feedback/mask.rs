//! Taking activation codes and license keys out of what readers say about an article (R96).

use crate::activation::Refusal;
use crate::code::{ActivationCode, LENGTH, replaced, symbols};
use crate::license::LicenseKey;

/// What stands in the place of a code or key. It is shorter than either, and nothing of the code is left.
const MASK: &str = "•••••";

/// The text without the activation codes and license keys in it, and whether there were any (R96). Twenty small letters
/// without a digit are a word rather than a code, unless their check symbol holds.
#[must_use]
pub fn masked(text: &str) -> (String, bool) {
    replaced(text, |typed| is_secret(typed).then(|| MASK.to_owned()))
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
