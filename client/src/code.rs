//! A code as it is typed or piped in, and what can be said of it without the server, so that a slip costs no try.

use domain::activation::Refusal;
use domain::code::{ActivationCode, Script, code_part, suggest_latin};

use crate::advice;
use crate::failure::{Exit, Failure, Result};
use crate::terminal;

/// Reads the code that the command line names; `-` is the first line of standard input.
pub fn read(named: &str) -> Result<ActivationCode> {
    let typed = match named {
        "-" => read_code()?,
        code => code.to_owned(),
    };
    // a code that a program piped in was not typed, so no message repeats it
    let may_show = named != "-" || terminal::can_ask();
    check(&typed, may_show)
}

fn read_code() -> Result<String> {
    let typed = if terminal::can_ask() { terminal::ask("Activation code: ")? } else { terminal::read_line()? };
    if typed.trim().is_empty() {
        return Err(Failure::new(Exit::Input, "No code was entered.")
            .advice("Write the activation code on the first line of standard input."));
    }
    Ok(typed)
}

/// E01, E02 and E03 as far as they need no look-up, so that a slip of the finger costs no try.
pub fn check(typed: &str, may_show: bool) -> Result<ActivationCode> {
    let code = ActivationCode::parse(code_part(typed)).map_err(|refusal| refused(&refusal, typed, may_show))?;
    if code.check_symbol_holds() {
        return Ok(code);
    }
    Err(refused(&Refusal::NotFound { outside: code.symbol_outside_alphabet() }, typed, may_show))
}

fn refused(refusal: &Refusal, typed: &str, may_show: bool) -> Failure {
    let failure = |detail: String| {
        let failure = Failure::new(Exit::Refused, detail).code(refusal.code());
        advice::on(refusal.code()).into_iter().fold(failure, Failure::advice)
    };
    match refusal {
        Refusal::Format { license_key: true, .. } => {
            failure("This is a license key, not a code. A key identifies a license and does not activate one.".to_owned())
                .advice("Look for the activation code on the box, the card or in the mail; the console shows it under Licenses, Details.")
        }
        Refusal::Format { entered, .. } => {
            failure(format!("The code has 20 Latin letters and digits in four groups of five. You entered {entered}."))
                .advice("Type the code again, with or without the dashes.")
        }
        Refusal::NonLatin { position, found, script } => {
            let script = match script {
                Script::Cyrillic => "Cyrillic",
                Script::Greek => "Greek",
            };
            let failure = failure(format!("Character {position} ({found}) is {script}. Type the code in Latin letters."));
            match suggest_latin(typed).filter(|_| may_show) {
                Some(latin) => {
                    failure.advice(format!("If this is the code, run: latchkey-client activate {latin}")).suggestion(latin)
                }
                None => failure.advice("Switch the keyboard to Latin letters and type the code again."),
            }
        }
        Refusal::NotFound { outside: Some(position) } => {
            failure("We do not know this code. Check each character.".to_owned()).advice(format!(
                "Look at character {position}: codes never have 0, 1, I, L or O, which look like other characters."
            ))
        }
        _ => failure("We do not know this code. Check each character.".to_owned())
            .advice("One character is wrong, or two stand in the wrong order. Nothing was sent and no try was used up."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn good() -> String {
        ActivationCode::from_symbols(std::array::from_fn(|at| u8::try_from(at + 5).unwrap())).reveal()
    }

    fn refusal(typed: &str, may_show: bool) -> Failure {
        check(typed, may_show).unwrap_err()
    }

    #[test]
    fn a_code_is_read_with_any_case_and_dashes() {
        assert_eq!(check(&good().to_lowercase().replace('-', " "), true).unwrap().reveal(), good());
    }

    #[test]
    fn a_wrong_number_of_characters_is_e01_and_a_key_is_recognised() {
        let short = refusal("ABCDE-FGH", true);
        assert_eq!((short.exit(), short.to_json()["code"].as_str()), (Exit::Refused, Some("E01")));
        assert!(short.to_text().contains("You entered 8."), "{}", short.to_text());
        let key = refusal("01234567-89ab-cdef-0123-456789abcdef", true);
        assert!(key.to_text().starts_with("This is a license key, not a code."));
        assert_eq!(key.to_json()["code"], "E01");
    }

    #[test]
    fn a_cyrillic_letter_is_e02_with_the_latin_code_only_where_it_was_typed() {
        let latin = good();
        let at = latin.chars().filter(|c| *c != '-').position(|c| "ABEHKMPTX".contains(c)).unwrap();
        let letter = latin.chars().filter(|c| *c != '-').nth(at).unwrap();
        let twin = "АВЕНКМРТХ".chars().nth("ABEHKMPTX".find(letter).unwrap()).unwrap();
        let typed = latin.replacen(letter, &twin.to_string(), 1);
        let shown = refusal(&typed, true);
        assert_eq!(shown.to_json()["code"], "E02");
        assert_eq!(shown.to_json()["suggestion"], latin);
        assert!(shown.to_text().starts_with(&format!("Character {} ({twin}) is Cyrillic.", at + 1)));
        assert!(!refusal(&typed, false).to_text().contains(&latin));
        assert!(refusal(&typed, false).to_json().get("suggestion").is_none());
    }

    #[test]
    fn a_slip_of_the_finger_is_e03_without_a_look_up() {
        let code = good();
        let mut swapped: Vec<char> = code.chars().collect();
        swapped.swap(0, 1);
        let swapped: String = swapped.into_iter().collect();
        assert_eq!(refusal(&swapped, true).to_json()["code"], "E03");
        let zero = format!("0{}", &code[1..]);
        assert!(refusal(&zero, true).to_text().contains("Look at character 1"));
    }
}
