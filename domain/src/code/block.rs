//! Which block of a code can't be right, found in what was typed, without looking anything up (R1, R2).

use super::{ALPHABET, BLOCK, LENGTH, symbols};

/// A block that can't be right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrongBlock {
    /// Which, from 1.
    pub number: usize,
    /// As it was typed, in capital letters.
    pub text: String,
}

/// The first block that can't be right: one that is too short among those that were typed apart, or one with a symbol that
/// our codes never have (edge case 8). While somebody is still typing, the last block may be short.
#[must_use]
pub fn wrong_block(typed: &str, finished: bool) -> Option<WrongBlock> {
    short(typed, finished).or_else(|| outside(typed))
}

fn short(typed: &str, finished: bool) -> Option<WrongBlock> {
    let apart: Vec<&str> = typed.split(|c: char| !c.is_alphanumeric()).filter(|block| !block.is_empty()).collect();
    let in_blocks = (2..=LENGTH / BLOCK).contains(&apart.len()) && apart.iter().all(|block| length(block) <= BLOCK);
    if !in_blocks {
        return None;
    }
    let done = if finished { apart.len() } else { apart.len() - 1 };
    let index = apart.iter().take(done).position(|block| length(block) < BLOCK)?;
    Some(WrongBlock { number: index + 1, text: apart[index].to_uppercase() })
}

fn length(block: &str) -> usize {
    symbols(block).count()
}

fn outside(typed: &str) -> Option<WrongBlock> {
    let plain: Vec<u8> = symbols(typed).map(|symbol| symbol.latin().unwrap_or(b'?')).collect();
    let position = plain.iter().take(LENGTH).position(|byte| *byte != b'?' && !ALPHABET.contains(byte))?;
    let number = position / BLOCK + 1;
    let block = &plain[(number - 1) * BLOCK..plain.len().min(number * BLOCK)];
    Some(WrongBlock { number, text: String::from_utf8_lossy(block).into_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(typed: &str, finished: bool) -> Option<(usize, String)> {
        wrong_block(typed, finished).map(|block| (block.number, block.text))
    }

    #[test]
    fn a_block_that_is_too_short_is_named() {
        assert_eq!(found("ABCDE-5JKM-NPQRS-TUVWX", true), Some((2, "5JKM".to_owned())));
        assert_eq!(found("abcde 5jkmn npq tuvwx", true), Some((3, "NPQ".to_owned())));
        assert_eq!(found("ABCDE-5JKMN-NPQRS-TUV", true), Some((4, "TUV".to_owned())));
    }

    #[test]
    fn a_block_with_a_symbol_that_codes_never_have_is_named() {
        assert_eq!(found("ABCDE-5JKLM-NPQRS-TUVWX", true), Some((2, "5JKLM".to_owned())));
        assert_eq!(found("abcde5jkmnnpqrstuvw0", true), Some((4, "TUVW0".to_owned())));
    }

    #[test]
    fn what_can_be_right_or_is_not_typed_in_blocks_is_left_alone() {
        assert_eq!(found("ABCDE-5JKMN-NPQRS-TUVWX", true), None);
        assert_eq!(found("ABCDE5JKMN NPQRSTUVW", true), None);
        assert_eq!(found("", true), None);
        assert_eq!(found("Ж", true), None);
    }

    #[test]
    fn the_block_being_typed_may_be_short() {
        assert_eq!(found("ABCDE-5J", false), None);
        assert_eq!(found("ABCD-5J", false), Some((1, "ABCD".to_owned())));
    }
}
