//! Masks activation codes in what people write to support: nobody there may see one (R101).

use super::{ActivationCode, mask, replaced, suggest_latin};

/// The text with every activation code in it masked to its last block. What only looks like one stays: without the right
/// check symbol it is a code of nobody's, or of another issuer's.
#[must_use]
pub fn hide_codes(text: &str) -> String {
    let hidden = |typed: &str| {
        let latin = suggest_latin(typed);
        let code = ActivationCode::parse(latin.as_deref().unwrap_or(typed)).ok()?;
        code.check_symbol_holds().then(|| mask(code.tail()))
    };
    replaced(text, hidden).0
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
            whole.replace('-', "."),
            whole.replace('A', "\u{410}").replace('B', "\u{412}"),
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
