//! What this machine says about itself: its name, its kind of system, and what it is made of.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use domain::device::OsFamily;
use domain::device::fingerprint::{Component, Fingerprint};
use sha2::{Digest, Sha256};

use crate::failure::{Exit, Failure, Result};
use crate::state::State;

mod linux;
mod mac;
mod windows;

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

/// What the machine is made of, hashed here so that its numbers never leave it (R58): what can be read of the board, the
/// disk, the network card and the system; where nothing can, a random id that is kept in the state file.
pub fn fingerprint(state: &mut State) -> Result<String> {
    if let Some(print) = told().fingerprint() {
        return Ok(print.to_string());
    }
    let kept = state.machine_id.as_ref().and_then(|id| Fingerprint::parse(&format!("{}:{id}", Component::System)).ok());
    if let Some(print) = kept {
        return Ok(print.to_string());
    }
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes)
        .map_err(|cause| Failure::new(Exit::Input, format!("The system gives no random numbers: {cause}.")))?;
    state.machine_id = Some(bytes.iter().map(|byte| format!("{byte:02x}")).collect());
    Ok(Fingerprint::of([(Component::System, bytes)]).into_iter().map(|print| print.to_string()).collect())
}

/// Reads a fingerprint as `--fingerprint` takes it.
pub fn parse_fingerprint(text: &str) -> std::result::Result<String, String> {
    Fingerprint::parse(text).map(|print| print.to_string()).map_err(|_| {
        "a fingerprint names board, disk, network or system, each with 64 hexadecimal digits: board:…,disk:…".to_owned()
    })
}

/// What a system tells of its machine: numbers as text, each only where it tells one machine from others.
#[derive(Debug, Default, PartialEq, Eq)]
struct Told {
    is_virtual: bool,
    board: Option<String>,
    disk: Option<String>,
    network: Option<String>,
    system: Option<String>,
}

impl Told {
    /// A hypervisor gives out the numbers of board and card, and a clone keeps one of them as often as not, so there each
    /// counts only together with the other.
    fn fingerprint(self) -> Option<Fingerprint> {
        let Self { is_virtual, board, disk, network, system } = self;
        let bound = is_virtual.then(|| Some(format!("{} {}", board.as_ref()?, network.as_ref()?))).flatten();
        let facts = [
            (Component::Board, bound.clone().or(board)),
            (Component::Disk, disk),
            (Component::Network, bound.or(network)),
            (Component::System, system),
        ];
        Fingerprint::of(facts.into_iter().filter_map(|(component, fact)| Some((component, digest(component, &fact?)))))
    }
}

/// What the machine's own system tells; nothing where it does not answer.
fn told() -> Told {
    match std::env::consts::OS {
        "windows" => windows::told(),
        "macos" => mac::told(),
        _ => linux::told(Path::new("/")),
    }
}

/// What a program of the system writes, by its whole path, so that no other of the same name is asked.
fn answer(program: &Path, arguments: &[&str]) -> Option<String> {
    let told = Command::new(program).args(arguments).stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    told.status.success().then(|| String::from_utf8_lossy(&told.stdout).into_owned())
}

/// The number in small letters, if it can belong to one machine alone.
fn telling(text: &str) -> Option<String> {
    Some(text.trim().to_ascii_lowercase()).filter(|text| text.len() >= 4 && is_telling(text))
}

/// Whether the name of a model is one that hypervisors give. That a hypervisor is at work says nothing: Windows starts
/// itself under one on ordinary computers.
fn is_invented_model(model: &str) -> bool {
    const NAMES: [&str; 9] =
        ["virtual", "vmware", "qemu", "kvm", "bochs", "parallels", "hvm domu", "amazon ec2", "google compute engine"];
    let model = model.to_ascii_lowercase();
    NAMES.iter().any(|name| model.contains(name))
}

/// A card's address with colons. One that no maker gave (its second bit says so) changes by itself, as the private
/// addresses of wireless cards do; a hypervisor gives out nothing else.
fn card_address(text: &str, is_virtual: bool) -> Option<String> {
    let address = telling(&text.replace('-', ":"))?;
    let bytes = address.split(':').map(|byte| u8::from_str_radix(byte, 16).ok()).collect::<Option<Vec<_>>>()?;
    (bytes.len() == 6 && (is_virtual || bytes[0] & 2 == 0)).then_some(address)
}

/// Makers who number nothing write one of these, the same on thousands of machines.
fn is_telling(text: &str) -> bool {
    const FILLERS: [&str; 9] = [
        "none",
        "default string",
        "to be filled by o.e.m.",
        "not specified",
        "uninitialized",
        "not applicable",
        "system serial number",
        "base board serial number",
        "03000200-0400-0500-0006-000700080009",
    ];
    let mut symbols = text.bytes().filter(|b| !matches!(b, b'-' | b'_' | b':' | b'.' | b' '));
    let first = symbols.next();
    symbols.any(|b| Some(b) != first) && !FILLERS.contains(&text)
}

fn digest(component: Component, fact: &str) -> [u8; 32] {
    let mut hash = Sha256::new();
    for text in ["latchkey device", component.as_str(), fact] {
        hash.update(text);
        hash.update([0]);
    }
    hash.finalize().into()
}

/// One line of at most 80 characters.
fn fit(text: &str) -> String {
    text.trim().chars().filter(|c| !c.is_control()).take(LONGEST_NAME).collect::<String>().trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_machine_that_tells_nothing_is_known_by_what_the_state_keeps() {
        assert_eq!(linux::told(Path::new("/nonexistent")).fingerprint(), None);
        let mut state = State::default();
        let first = fingerprint(&mut state).unwrap();
        assert!(Fingerprint::parse(&first).is_ok());
        assert_eq!(fingerprint(&mut state).unwrap(), first);
    }

    #[test]
    fn one_number_on_two_parts_has_two_hashes() {
        assert_ne!(digest(Component::Board, "a"), digest(Component::Disk, "a"));
        assert_ne!(digest(Component::Board, "a"), digest(Component::Board, "b"));
    }

    #[test]
    fn numbers_that_many_machines_share_do_not_count() {
        for shared in
            ["", "0000000", "ffffffff-ffff-ffff-ffff-ffffffffffff", "00:00:00:00:00:00", "default string", "none"]
        {
            assert!(!is_telling(shared), "{shared}");
        }
        assert!(is_telling("4c4c4544004b"));
    }

    #[test]
    fn a_typed_fingerprint_is_checked() {
        let hash = "ab".repeat(32);
        let typed = format!("system:{}, board:{hash}", hash.to_uppercase());
        assert_eq!(parse_fingerprint(&typed), Ok(format!("board:{hash},system:{hash}")));
        assert!(parse_fingerprint(&hash).is_err());
        assert!(parse_fingerprint("board:abc").is_err());
    }

    #[test]
    fn the_system_names_itself() {
        assert_eq!(
            pretty_name("ID=debian\nPRETTY_NAME=\"Debian GNU/Linux 12\"\n").as_deref(),
            Some("Debian GNU/Linux 12")
        );
        assert_eq!(pretty_name("ID=x"), None);
    }

    #[test]
    fn an_address_that_no_maker_gave_counts_only_where_a_hypervisor_gives_them() {
        assert_eq!(card_address("F8-E4-E3-11-22-33", false).as_deref(), Some("f8:e4:e3:11:22:33"));
        assert_eq!(card_address("52:54:00:11:22:33", false), None);
        assert_eq!(card_address("52:54:00:11:22:33", true).as_deref(), Some("52:54:00:11:22:33"));
        for no_address in ["", "f8:e4:e3", "00:00:00:00:00:00", "N/A N/A"] {
            assert_eq!(card_address(no_address, true), None, "{no_address}");
        }
    }
}
