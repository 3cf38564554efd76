//! Masks activation codes in what people write to support: nobody there may see one (R101).

use super::{ActivationCode, BLOCK, LENGTH, mask};

/// The text with every activation code in it masked to its last block. What only looks like one stays: without the right
/// check symbol it is a code of nobody's, or of another issuer's.
#[must_use]
pub fn hide_codes(text: &str) -> String {
    let symbols: Vec<(usize, char)> = text.char_indices().collect();
    let mut hidden = String::with_capacity(text.len());
    let mut at = 0;
    while at < symbols.len() {
        let begins = symbols[at].1.is_alphanumeric() && (at == 0 || !symbols[at - 1].1.is_alphanumeric());
        match begins.then(|| code_from(&symbols[at..])).flatten() {
            Some((code, taken)) => {
                hidden.push_str(&mask(code.tail()));
                at += taken;
            }
            None => {
                hidden.push(symbols[at].1);
                at += 1;
            }
        }
    }
    hidden
}

/// A code that begins here, and how many characters it takes: its symbols, with a blank or a dash between two blocks. Words
/// of other lengths that happen to have its check symbol are left alone.
fn code_from(symbols: &[(usize, char)]) -> Option<(ActivationCode, usize)> {
    let (mut typed, mut taken, mut gap) = (String::new(), 0, false);
    let mut count = 0;
    for (_, symbol) in symbols {
        if count == LENGTH {
            break;
        }
        if symbol.is_alphanumeric() {
            typed.push(*symbol);
            count += 1;
            gap = false;
        } else if !gap && count % BLOCK == 0 && is_between_blocks(*symbol) {
            gap = true;
        } else {
            return None;
        }
        taken += 1;
    }
    if symbols.get(taken).is_some_and(|(_, next)| next.is_alphanumeric()) {
        return None;
    }
    let code = ActivationCode::parse(&typed).ok()?;
    code.check_symbol_holds().then_some((code, taken))
}

const fn is_between_blocks(symbol: char) -> bool {
    matches!(symbol, ' ' | '-' | '\u{a0}' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '.' | '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code() -> ActivationCode {
        ActivationCode::from_symbols(std::array::from_fn(|n| u8::try_from(n * 7 % 31).unwrap()))
    }

    #[test]
    fn a_code_is_masked_however_it_is_written() {
        let whole = code().reveal();
        let masked = mask(code().tail());
        for written in [
            whole.clone(),
            whole.to_lowercase(),
            whole.replace('-', ""),
            whole.replace('-', " "),
            whole.replace('-', "\u{2013}"),
        ] {
            let told = hide_codes(&format!("My code is {written}, and it fails.\n{written}"));
            assert_eq!(told, format!("My code is {masked}, and it fails.\n{masked}"), "{written}");
        }
    }

    #[test]
    fn what_is_no_code_stays_as_it_is() {
        let wrong = {
            let mut symbols = code().reveal().into_bytes();
            symbols[0] = if symbols[0] == b'A' { b'B' } else { b'A' };
            String::from_utf8(symbols).unwrap()
        };
        for text in [
            "",
            "The order NW-204881 came on 3 March.",
            "0198c0de-0000-7000-8000-00000000abcd",
            "Grüße aus Köln – alles gut",
            &wrong,
            &format!("x{}", code().reveal()),
        ] {
            assert_eq!(hide_codes(text), *text);
        }
    }
}
