//! Reading typed text symbol by symbol: what is dropped, what is folded, and which foreign letters look Latin.

use super::{ActivationCode, BLOCK, code_part};
use crate::activation::Refusal;

crate::choice! {
    /// The script of a letter that looks like a Latin one.
    pub enum Script {
        /// Cyrillic.
        Cyrillic = "cyrillic",
        /// Greek.
        Greek = "greek",
    }
}

/// One symbol of typed text, after blanks and dashes are dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Symbol {
    /// A Latin letter, as its capital, or a digit.
    Plain(u8),
    /// A letter of another script that looks like `latin`.
    LookAlike { found: char, script: Script, latin: u8 },
    /// Anything else.
    Foreign,
}

impl Symbol {
    /// The Latin capital or digit that this symbol is or looks like.
    pub(crate) fn latin(self) -> Option<u8> {
        match self {
            Self::Plain(latin) | Self::LookAlike { latin, .. } => Some(latin),
            Self::Foreign => None,
        }
    }
}

/// The symbols of typed text, without blanks, dashes and invisible marks (edge case 6).
pub(crate) fn symbols(typed: &str) -> impl Iterator<Item = Symbol> {
    typed.chars().filter(|&typed| !is_separator(typed)).map(|typed| {
        let plain = fold(typed);
        if plain.is_ascii_alphanumeric() {
            return Symbol::Plain(plain.to_ascii_uppercase() as u8);
        }
        look_alike(plain).map_or(Symbol::Foreign, |(script, latin)| Symbol::LookAlike { found: plain, script, latin })
    })
}

/// The code in Latin letters, when what was typed has Cyrillic or Greek look-alikes and nothing else that is foreign. Of a
/// text around one code, that code. It is offered to the person and never used unasked (edge case 7).
#[must_use]
pub fn suggest_latin(typed: &str) -> Option<String> {
    let typed = code_part(typed);
    if !matches!(ActivationCode::parse(typed), Err(Refusal::NonLatin { .. })) {
        return None;
    }
    let latin: Vec<char> = symbols(typed).map(|symbol| symbol.latin().map(char::from)).collect::<Option<_>>()?;
    let blocks: Vec<String> = latin.chunks(BLOCK).map(|block| block.iter().collect()).collect();
    Some(blocks.join("-"))
}

/// Blanks, every dash, hyphen, minus and underscore of Unicode, and marks without a width.
fn is_separator(typed: char) -> bool {
    typed.is_whitespace()
        || matches!(typed,
            // dashes
            '-' | '_' | '\u{ad}' | '\u{2d7}' | '\u{58a}' | '\u{5be}' | '\u{1400}' | '\u{1806}' | '\u{2010}'..='\u{2015}'
            | '\u{2017}' | '\u{203f}'..='\u{2040}' | '\u{2043}' | '\u{2053}' | '\u{2054}' | '\u{207b}' | '\u{208b}'
            | '\u{2212}' | '\u{2500}' | '\u{2501}' | '\u{2796}' | '\u{2e17}' | '\u{2e1a}' | '\u{2e3a}' | '\u{2e3b}'
            | '\u{2e40}' | '\u{2e5d}' | '\u{301c}' | '\u{3030}' | '\u{30a0}' | '\u{30fc}' | '\u{fe31}'..='\u{fe34}'
            | '\u{fe4d}'..='\u{fe4f}' | '\u{fe58}' | '\u{fe63}' | '\u{ff0d}' | '\u{ff3f}' | '\u{ff70}' | '\u{10d6e}'
            | '\u{10ead}'
            // without a width, and marks of direction
            | '\u{34f}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}')
}

/// The plain form of a full-width, circled or mathematical letter or digit; everything else as it is.
fn fold(typed: char) -> char {
    let code = u32::from(typed);
    let folded = match typed {
        '\u{ff01}'..='\u{ff5e}' => code - 0xff01 + 0x21,
        'Ⓐ'..='Ⓩ' => code - 0x24b6 + u32::from('A'),
        'ⓐ'..='ⓩ' => code - 0x24d0 + u32::from('a'),
        '\u{212a}' => u32::from('K'),
        '\u{1d400}'..='\u{1d6a3}' => match (code - 0x1d400) % 52 {
            capital @ 0..26 => capital + u32::from('A'),
            small => small - 26 + u32::from('a'),
        },
        '\u{1d7ce}'..='\u{1d7ff}' => (code - 0x1d7ce) % 10 + u32::from('0'),
        _ => code,
    };
    char::from_u32(folded).unwrap_or(typed)
}

/// The Latin capital or digit that a letter looks like, in its own case: a small Greek ν is a v, its capital an N.
fn look_alike(typed: char) -> Option<(Script, u8)> {
    let latin = match typed {
        'А' | 'а' | 'Α' | 'α' => b'A',
        'В' | 'в' | 'Ь' | 'ь' | 'Β' | 'β' => b'B',
        'С' | 'с' | 'Ϲ' | 'ϲ' => b'C',
        'Ԁ' | 'ԁ' => b'D',
        'Е' | 'е' | 'Ё' | 'ё' | 'Ε' | 'ε' => b'E',
        'Ϝ' => b'F',
        'Ԍ' | 'ԍ' => b'G',
        'Н' | 'н' | 'Һ' | 'һ' | 'Η' => b'H',
        'І' | 'і' | 'Ї' | 'ї' | 'Ӏ' | 'ӏ' | 'Ι' | 'ι' => b'I',
        'Ј' | 'ј' | 'Ϳ' | 'ϳ' => b'J',
        'К' | 'к' | 'Κ' | 'κ' => b'K',
        'М' | 'м' | 'Μ' => b'M',
        'Ν' | 'η' => b'N',
        'О' | 'о' | 'Ο' | 'ο' | 'σ' => b'O',
        'Р' | 'р' | 'Ρ' | 'ρ' => b'P',
        'Ԛ' | 'ԛ' => b'Q',
        'Ѕ' | 'ѕ' => b'S',
        'Т' | 'т' | 'Τ' | 'τ' => b'T',
        'υ' => b'U',
        'Ѵ' | 'ѵ' | 'ν' => b'V',
        'Ԝ' | 'ԝ' | 'ω' => b'W',
        'Х' | 'х' | 'Χ' | 'χ' => b'X',
        'У' | 'у' | 'Ү' | 'ү' | 'Υ' | 'γ' => b'Y',
        'Ζ' | 'ζ' => b'Z',
        'З' | 'з' => b'3',
        'б' => b'6',
        _ => return None,
    };
    let script = if matches!(typed, '\u{370}'..='\u{3ff}') { Script::Greek } else { Script::Cyrillic };
    Some((script, latin))
}
