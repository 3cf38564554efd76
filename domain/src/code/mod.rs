//! Activation codes: what may stand in one, how it is read from what people type, and how little of it is ever shown.

mod block;
pub mod bulk;
mod find;
mod hide;
pub mod leaked;
mod lookalike;
mod state;
#[cfg(feature = "postgres")]
pub mod store;

pub use block::{WrongBlock, wrong_block};
pub use find::code_part;
pub(crate) use find::replaced;
pub use hide::hide_codes;
pub use lookalike::{Script, suggest_latin};
pub use state::{CodeHistory, CodeState};

pub(crate) use lookalike::{Symbol, symbols};

use serde::{Deserialize, Serialize};

use crate::activation::Refusal;

/// The symbols of codes that we make: A–Z and 2–9 without I, L and O, which are misread for 1 and 0 (edge case 8).
pub const ALPHABET: [u8; 31] = *b"ABCDEFGHJKMNPQRSTUVWXYZ23456789";

/// Symbols in a code (R1).
pub const LENGTH: usize = 20;

/// Symbols in one block of a code (R1).
pub const BLOCK: usize = 5;

/// Symbols of a code that are drawn at random; the one after them is the check symbol (edge case 9).
pub const RANDOM_SYMBOLS: usize = LENGTH - 1;

crate::choice! {
    /// What a code was sold or given as; the license it starts is of the same kind.
    pub enum CodeKind {
        /// Paid, for a fixed term and number of devices.
        Commercial = "commercial",
        /// Paid at a discount by an existing customer; looks for an earlier license (R77).
        Renewal = "renewal",
        /// Free and short, once on each device (R72).
        Trial = "trial",
        /// Paid by the period; can be suspended and has a grace period.
        Subscription = "subscription",
        /// Given away.
        Promo = "promo",
    }
}

crate::choice! {
    /// When the term of a code begins.
    pub enum StartRule {
        /// With the first activation (R8); an unused code never gets old (R6).
        OnFirstActivation = "on_first_activation",
        /// With the order, used or not (R7).
        OnOrder = "on_order",
    }
}

/// An activation code that has been read: 20 Latin capital letters and digits (R1, R2).
///
/// It is a secret. It cannot be serialized or printed, `Debug` shows the mask, and [`reveal`](Self::reveal) is the only
/// way out.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct ActivationCode([u8; LENGTH]);

impl ActivationCode {
    /// Reads what a person typed or pasted: case, blanks, dashes of any kind and invisible marks do not matter, and
    /// full-width letters count as their plain forms (R3, edge case 6).
    ///
    /// # Errors
    /// `Format` (E01) when there are not exactly 20 letters and digits, with the hint of R31 when it is a license key;
    /// `NonLatin` (E02) for the first Cyrillic or Greek letter that looks like a Latin one. It is never swapped silently.
    pub fn parse(typed: &str) -> Result<Self, Refusal> {
        let symbols: Vec<Symbol> = symbols(typed).collect();
        let hexadecimal = |symbol: &Symbol| symbol.latin().is_some_and(|byte| byte.is_ascii_hexdigit());
        if symbols.len() == 32 && symbols.iter().all(hexadecimal) {
            return Err(Refusal::Format { entered: 32, license_key: true, block: None });
        }
        for (index, symbol) in symbols.iter().enumerate() {
            if let Symbol::LookAlike { found, script, .. } = *symbol {
                return Err(Refusal::NonLatin { position: index + 1, found, script });
            }
        }
        let plain: Vec<u8> = symbols.iter().copied().filter_map(Symbol::latin).collect();
        let block = || wrong_block(typed, true).map(|block| block.number);
        match <[u8; LENGTH]>::try_from(plain.as_slice()) {
            Ok(code) if symbols.len() == LENGTH => Ok(Self(code)),
            // "you entered 20" would explain nothing: with a foreign character among them, it counts too
            Ok(_) => Err(Refusal::Format { entered: symbols.len(), license_key: false, block: None }),
            Err(_) => Err(Refusal::Format { entered: plain.len(), license_key: false, block: block() }),
        }
    }

    /// The code that these 19 random symbols make, each given by its index in [`ALPHABET`], with its check symbol.
    ///
    /// # Panics
    /// When an index is 31 or more: such a draw would not be evenly distributed either.
    #[must_use]
    pub fn from_symbols(indices: [u8; RANDOM_SYMBOLS]) -> Self {
        let mut code = [0; LENGTH];
        let mut sum = 0;
        for (position, index) in indices.into_iter().enumerate() {
            code[position] = ALPHABET[usize::from(index)];
            sum += weight(position) * usize::from(index);
        }
        let check = (0..ALPHABET.len())
            .find(|check| (sum + weight(RANDOM_SYMBOLS) * check).is_multiple_of(ALPHABET.len()))
            .expect("31 is prime, so every weight reaches every remainder");
        code[RANDOM_SYMBOLS] = ALPHABET[check];
        Self(code)
    }

    /// Whether the last symbol fits the others. One wrong symbol or two swapped ones always break it, so most typing
    /// errors are found without a look-up (edge case 9). Codes of other issuers may fail it by chance.
    #[must_use]
    pub fn check_symbol_holds(&self) -> bool {
        let mut sum = 0;
        for (position, symbol) in self.0.iter().enumerate() {
            match ALPHABET.iter().position(|known| known == symbol) {
                Some(index) => sum += weight(position) * index,
                None => return false,
            }
        }
        sum.is_multiple_of(ALPHABET.len())
    }

    /// The position, from 1, of the first symbol that we never use: 0, 1, I, L or O (edge case 8).
    #[must_use]
    pub fn symbol_outside_alphabet(&self) -> Option<usize> {
        self.0.iter().position(|symbol| !ALPHABET.contains(symbol)).map(|index| index + 1)
    }

    /// The last block, which is what people see of a code that is not revealed.
    #[must_use]
    pub fn tail(&self) -> &str {
        text(&self.0[LENGTH - BLOCK..])
    }

    /// The whole code in four blocks joined by hyphens. This is the only way out of the type: every call needs an audit
    /// event before it (R11, R101).
    #[must_use]
    pub fn reveal(&self) -> String {
        self.blocks().collect::<Vec<_>>().join("-")
    }

    /// The whole code for screen readers: symbol by symbol, with a pause after each block. As secret as
    /// [`reveal`](Self::reveal).
    #[must_use]
    pub fn spelled(&self) -> String {
        let spell = |block: &str| block.split("").filter(|symbol| !symbol.is_empty()).collect::<Vec<_>>().join(" ");
        self.blocks().map(spell).collect::<Vec<_>>().join(", ")
    }

    /// The 20 symbols, to be sealed or turned into a blind index.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; LENGTH] {
        &self.0
    }

    fn blocks(&self) -> impl Iterator<Item = &str> {
        self.0.chunks(BLOCK).map(text)
    }
}

impl std::fmt::Debug for ActivationCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&mask(self.tail()))
    }
}

/// How a code is shown until it is revealed: dots, and its last block.
#[must_use]
pub fn mask(tail: &str) -> String {
    format!("•••••-•••••-•••••-{tail}")
}

/// A code on its way to the screen of the one who may see it. It is part of no page and no list.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShownCode {
    /// The code in its four blocks.
    pub code: String,
    /// The same for a screen reader.
    pub spelled: String,
}

impl std::fmt::Debug for ShownCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ShownCode(hidden)")
    }
}

/// Distinct and not zero modulo 31 for every position: that is what catches all swaps and all single errors.
const fn weight(position: usize) -> usize {
    position + 1
}

fn text(symbols: &[u8]) -> &str {
    std::str::from_utf8(symbols).expect("a code holds ASCII letters and digits only")
}

#[cfg(test)]
mod tests;
