//! The numbers of a machine's parts, as a system tells them, and which of them tell one machine from another.

use domain::device::fingerprint::{Component, Fingerprint};
use sha2::{Digest, Sha256};

/// The number of each part, where there is one that tells.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parts {
    /// Of the board.
    pub board: Option<String>,
    /// Of the disk that the system is on.
    pub disk: Option<String>,
    /// The address of the network card that is built in.
    pub network: Option<String>,
    /// Of the installed system.
    pub system: Option<String>,
    /// Whether the machine is made of software.
    pub is_virtual: bool,
}

impl Parts {
    /// The hashes of the numbers. A hypervisor gives out the numbers of board and card, and a clone keeps one of them as often
    /// as not, so there each counts only together with the other.
    pub fn fingerprint(self) -> Option<Fingerprint> {
        let Self { board, disk, network, system, is_virtual } = self;
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

/// What was told, if it tells this machine from others.
pub fn telling(text: &str) -> Option<String> {
    let text = text.trim().to_ascii_lowercase();
    (text.len() >= 4 && is_telling(&text)).then_some(text)
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
    let mut symbols = text.bytes().filter(|b| !matches!(b, b'-' | b':' | b'.' | b'_' | b' '));
    let first = symbols.next();
    symbols.any(|b| Some(b) != first) && !FILLERS.contains(&text)
}

pub(super) fn digest(component: Component, fact: &str) -> [u8; 32] {
    let mut hash = Sha256::new();
    for text in ["latchkey device", component.as_str(), fact] {
        hash.update(text);
        hash.update([0]);
    }
    hash.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_number_on_two_parts_has_two_hashes() {
        assert_ne!(digest(Component::Board, "a"), digest(Component::Disk, "a"));
        assert_ne!(digest(Component::Board, "a"), digest(Component::Board, "b"));
    }

    #[test]
    fn numbers_that_many_machines_share_do_not_count() {
        for shared in [
            "",
            "0000000",
            "FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF",
            "00:00:00:00:00:00",
            "Default string",
            "None",
            "abc",
        ] {
            assert_eq!(telling(shared), None, "{shared}");
        }
        assert_eq!(telling(" 4C4C4544004B\n").as_deref(), Some("4c4c4544004b"));
    }
}
