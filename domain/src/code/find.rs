//! Finding what is shaped like an activation code or a license key in running text, however it is written.

use std::ops::Range;

use super::{ActivationCode, BLOCK, LENGTH, Symbol, symbols};
use crate::license::LicenseKey;

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

/// The part of what was pasted that is meant: the one activation code in it, however often it stands there, or else the one
/// license key (R31); all of it where neither is there, or several are. Around a code may stand a label, a mail or anything
/// else, as long as its check symbol holds and no dash ties it to what is beside it. Look-alikes stay in it, to be told (R2).
#[must_use]
pub fn code_part(pasted: &str) -> &str {
    let runs = runs(pasted);
    let (mut codes, mut keys) = (Vec::new(), Vec::new());
    let mut next = 0;
    while next < runs.len() {
        let Some((count, what)) = found(pasted, &runs[next..], meant) else {
            next += 1;
            continue;
        };
        let tied = |at: usize| runs.get(at).is_some_and(|run| at > 0 && run.after == Joint::Dash);
        let part = &pasted[runs[next].at.start..runs[next + count - 1].at.end];
        match what {
            Meant::Code(_) if tied(next) || tied(next + count) => next += 1,
            Meant::Code(code) => {
                codes.push((code, part));
                next += 1;
            }
            Meant::Key(key) => {
                keys.push((key, part));
                next += count;
            }
        }
    }
    only(&codes).or_else(|| only(&keys).filter(|_| codes.is_empty())).unwrap_or(pasted)
}

/// What a part of a text is meant as.
enum Meant {
    Code(ActivationCode),
    Key(LicenseKey),
}

fn meant(typed: &str) -> Option<Meant> {
    if let Ok(key) = LicenseKey::parse(typed) {
        return Some(Meant::Key(key));
    }
    let latin: Vec<u8> = symbols(typed).map(Symbol::latin).collect::<Option<_>>()?;
    let code = ActivationCode(latin.try_into().ok()?);
    code.check_symbol_holds().then_some(Meant::Code(code))
}

/// The first of these, when all are the same.
fn only<'a, T: PartialEq>(found: &[(T, &'a str)]) -> Option<&'a str> {
    let (first, part) = found.first()?;
    found.iter().all(|(other, _)| other == first).then_some(*part)
}

/// The text with something else in the place of each code or key in it, and whether there were any. `instead` is asked with
/// the symbols alone, dashes and blanks taken out, and gives nothing for what is to stay. Dashes, blanks between blocks, small
/// letters and look-alikes of other scripts do not hide a code.
pub(crate) fn replaced(text: &str, instead: impl Fn(&str) -> Option<String>) -> (String, bool) {
    let runs = runs(text);
    let (mut out, mut kept, mut next) = (String::new(), 0, 0);
    while next < runs.len() {
        match found(text, &runs[next..], &instead) {
            Some((count, instead)) => {
                out.push_str(&text[kept..runs[next].at.start]);
                out.push_str(&instead);
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
            Some(_) if matches!(typed, '.' | '_') => (joint, open) = (worse(joint, Joint::Blank), false),
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

/// How many runs from the first one on make up a code or key, and what it is or what to put there; of both the longer one,
/// as a key begins like a code.
fn found<T>(text: &str, runs: &[Run], instead: impl Fn(&str) -> Option<T>) -> Option<(usize, T)> {
    let (mut blocks, mut typed, mut tight, mut found) = (Vec::new(), String::new(), true, None);
    for (count, run) in runs.iter().enumerate() {
        if count > 0 {
            match run.after {
                Joint::Apart => break,
                Joint::Blank => tight = false,
                Joint::Dash => {}
            }
        }
        blocks.push(run.symbols);
        typed.push_str(&text[run.at.clone()]);
        let in_blocks = blocks == [BLOCK; LENGTH / BLOCK] || blocks == KEY_BLOCKS;
        if (tight || in_blocks)
            && let Some(instead) = instead(&typed)
        {
            found = Some((count + 1, instead));
        }
        if blocks.iter().sum::<usize>() >= LicenseKey::LENGTH {
            break;
        }
    }
    found
}
