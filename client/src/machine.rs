//! What this machine says about itself: its name, its kind of system, and a fingerprint that survives a new link.

use std::fs;

use domain::device::OsFamily;
use sha2::{Digest, Sha256};

use crate::failure::{Exit, Failure, Result};
use crate::state::State;

/// The longest name and system version the server keeps, in characters.
const LONGEST_NAME: usize = 80;

/// The version of the application this program stands for.
pub const APP_VERSION: &str = env!("CARGO_PKG_VERSION");

/// The machine's own name, else a word for it.
pub fn name() -> String {
    let from_file =
        || fs::read_to_string("/proc/sys/kernel/hostname").or_else(|_| fs::read_to_string("/etc/hostname")).ok();
    let from_env = || std::env::var("COMPUTERNAME").or_else(|_| std::env::var("HOSTNAME")).ok();
    let name = from_file().into_iter().chain(from_env()).map(|name| fit(&name)).find(|name| !name.is_empty());
    name.unwrap_or_else(|| "Computer".to_owned())
}

/// The kind of system. The application does not exist for others, where this program speaks as a Windows computer.
pub fn os_family() -> OsFamily {
    match std::env::consts::OS {
        "macos" => OsFamily::Mac,
        "android" => OsFamily::Android,
        "ios" => OsFamily::Ios,
        _ => OsFamily::Windows,
    }
}

/// The system's version in words, where it says so in a file.
pub fn os_version() -> Option<String> {
    let text = fs::read_to_string("/etc/os-release").ok()?;
    pretty_name(&text)
}

fn pretty_name(os_release: &str) -> Option<String> {
    let value = os_release.lines().find_map(|line| line.strip_prefix("PRETTY_NAME="))?;
    Some(fit(value.trim().trim_matches(['"', '\'']))).filter(|name| !name.is_empty())
}

/// What identifies the machine, hashed here so that its numbers never leave it (R58): the system's id and the board's
/// serial number where they can be read, else a random id that is kept in the state file.
pub fn fingerprint(state: &mut State) -> Result<String> {
    let read =
        |path: &str| fs::read_to_string(path).ok().map(|text| text.trim().to_owned()).filter(|text| is_telling(text));
    let facts = [read("/etc/machine-id"), read("/sys/class/dmi/id/board_serial")];
    if facts.iter().any(Option::is_some) {
        return Ok(digest(&facts));
    }
    if let Some(id) = state.machine_id.as_ref().filter(|id| is_fingerprint(id)) {
        return Ok(id.clone());
    }
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes)
        .map_err(|cause| Failure::new(Exit::Input, format!("The system gives no random numbers: {cause}.")))?;
    let id = hexadecimal(&bytes);
    state.machine_id = Some(id.clone());
    Ok(id)
}

/// Reads a fingerprint as `--fingerprint` takes it.
pub fn parse_fingerprint(text: &str) -> std::result::Result<String, String> {
    let digits = text.trim().to_ascii_lowercase();
    if is_fingerprint(&digits) { Ok(digits) } else { Err("a fingerprint is 64 hexadecimal digits".to_owned()) }
}

fn is_fingerprint(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|b| b.is_ascii_hexdigit())
}

/// Makers who number nothing write one of these, the same on thousands of machines.
fn is_telling(text: &str) -> bool {
    const FILLERS: [&str; 6] =
        ["none", "default string", "to be filled by o.e.m.", "not specified", "uninitialized", "not applicable"];
    text.len() >= 4 && !text.bytes().all(|b| b == b'0') && !FILLERS.contains(&text.to_ascii_lowercase().as_str())
}

fn digest(facts: &[Option<String>]) -> String {
    let mut hash = Sha256::new();
    hash.update(b"latchkey device");
    for fact in facts {
        hash.update([0]);
        hash.update(fact.as_deref().unwrap_or_default());
    }
    hexadecimal(&hash.finalize())
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// One line of at most 80 characters.
fn fit(text: &str) -> String {
    text.trim().chars().filter(|c| !c.is_control()).take(LONGEST_NAME).collect::<String>().trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fingerprint_is_64_hexadecimal_digits_and_the_same_every_time() {
        let mut state = State::default();
        let first = fingerprint(&mut state).unwrap();
        assert!(is_fingerprint(&first));
        assert_eq!(fingerprint(&mut state).unwrap(), first);
    }

    #[test]
    fn the_board_and_the_system_both_count() {
        let fact = |text: &str| Some(text.to_owned());
        let prints = [
            digest(&[fact("a"), fact("b")]),
            digest(&[fact("ab"), None]),
            digest(&[None, fact("ab")]),
            digest(&[fact("a"), None]),
        ];
        for (at, print) in prints.iter().enumerate() {
            assert!(!prints[..at].contains(print));
        }
    }

    #[test]
    fn numbers_that_many_machines_share_do_not_count() {
        for shared in ["", "0000000", "Default string", "To be filled by O.E.M.", "None"] {
            assert!(!is_telling(shared), "{shared}");
        }
        assert!(is_telling("4c4c4544004b"));
    }

    #[test]
    fn a_typed_fingerprint_is_checked() {
        assert_eq!(parse_fingerprint(&"AB".repeat(32)), Ok("ab".repeat(32)));
        assert!(parse_fingerprint("abc").is_err());
        assert!(parse_fingerprint(&"xy".repeat(32)).is_err());
    }

    #[test]
    fn the_system_names_itself() {
        assert_eq!(
            pretty_name("ID=debian\nPRETTY_NAME=\"Debian GNU/Linux 12\"\n").as_deref(),
            Some("Debian GNU/Linux 12")
        );
        assert_eq!(pretty_name("ID=x"), None);
    }
}
