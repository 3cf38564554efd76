//! What a machine is made of, and when two such descriptions are of one machine (R58, R72, R91).
//!
//! No single number proves a machine: makers write the same serial number on thousands of boards, docking stations lend
//! their network card, and a copied disk carries its system along. So two numbers have to agree, one of them of what is
//! built in wherever that can be told, and a number that is known on several machines counts for nothing.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::Fault;

crate::choice! {
    /// A part of a machine that has a number of its own.
    pub enum Component {
        /// The main board. A firmware update may change or hide its number.
        Board = "board",
        /// The disk that the system starts from, by the number its maker gave it.
        Disk = "disk",
        /// The first network card that is built in.
        Network = "network",
        /// The installed system: a new one after every reinstall, the same one on every copy of the disk.
        System = "system",
    }
}

/// From this many machines on, a component's number says nothing about any one of them. Two is allowed for: the machine
/// itself, and the entry it left behind when too much of it changed at once.
pub const COMMON_FROM: u32 = 3;

/// The SHA-256 of a component's number, so that the number itself never leaves its machine.
pub type Digest = [u8; 32];

/// What a machine is made of, as far as it can tell: the digests of one to four components.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "BTreeMap<Component, String>", try_from = "BTreeMap<Component, String>")]
pub struct Fingerprint {
    parts: [Option<Digest>; Component::ALL.len()],
}

impl Fingerprint {
    /// A fingerprint of these components; the last one of a kind counts, and without any there is none.
    #[must_use]
    pub fn of(components: impl IntoIterator<Item = (Component, Digest)>) -> Option<Self> {
        let mut parts = [None; Component::ALL.len()];
        for (component, digest) in components {
            parts[component as usize] = Some(digest);
        }
        parts.iter().any(Option::is_some).then_some(Self { parts })
    }

    /// Reads `board:<hex>,disk:<hex>,network:<hex>,system:<hex>`: any of the four, in any order, 64 hexadecimal digits
    /// each.
    ///
    /// # Errors
    /// `Missing` for nothing, `NotAChoice` for other kinds, other lengths and a kind that stands there twice.
    pub fn parse(wire: &str) -> Result<Self, Fault> {
        let wire = wire.trim();
        if wire.is_empty() {
            return Err(Fault::Missing);
        }
        let mut parts = [None; Component::ALL.len()];
        for entry in wire.split(',') {
            let (kind, hex) = entry.trim().split_once(':').ok_or(Fault::NotAChoice)?;
            let component: Component = kind.parse().map_err(|_| Fault::NotAChoice)?;
            let digest = read_digest(hex).ok_or(Fault::NotAChoice)?;
            if parts[component as usize].replace(digest).is_some() {
                return Err(Fault::NotAChoice);
            }
        }
        Ok(Self { parts })
    }

    /// The digest of one component, if the machine can tell it.
    #[must_use]
    pub const fn get(&self, component: Component) -> Option<Digest> {
        self.parts[component as usize]
    }

    /// The components that the machine can tell.
    pub fn components(&self) -> impl Iterator<Item = (Component, Digest)> {
        Component::ALL.iter().filter_map(|component| Some((*component, self.get(*component)?)))
    }
}

impl fmt::Display for Fingerprint {
    /// The form on the wire.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, (component, digest)) in self.components().enumerate() {
            write!(f, "{}{component}:{}", if at > 0 { "," } else { "" }, hexadecimal(&digest))?;
        }
        Ok(())
    }
}

impl fmt::Debug for Fingerprint {
    /// The kinds alone: whoever knows the digests can pass for the machine.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.components().map(|(component, _)| component)).finish()
    }
}

impl From<Fingerprint> for BTreeMap<Component, String> {
    fn from(fingerprint: Fingerprint) -> Self {
        fingerprint.components().map(|(component, digest)| (component, hexadecimal(&digest))).collect()
    }
}

impl TryFrom<BTreeMap<Component, String>> for Fingerprint {
    type Error = &'static str;

    fn try_from(parts: BTreeMap<Component, String>) -> Result<Self, Self::Error> {
        let read = |(component, hex): (Component, String)| Some((component, read_digest(&hex)?));
        let components: Option<Vec<_>> = parts.into_iter().map(read).collect();
        components.and_then(Self::of).ok_or("a component has 64 hexadecimal digits")
    }
}

fn hexadecimal(digest: &Digest) -> String {
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn read_digest(hex: &str) -> Option<Digest> {
    let mut digest = Digest::default();
    if hex.len() != 2 * digest.len() || !hex.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    for (byte, pair) in digest.iter_mut().zip(hex.as_bytes().chunks_exact(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
    }
    Some(digest)
}

crate::choice! {
    /// Whether the machine that asks is one that is known.
    pub enum Likeness {
        /// It is: it keeps its device, its seat and its history.
        Same = "same",
        /// Something agrees, too little to take it for the same: it looks new (edge case 3).
        Perhaps = "perhaps",
        /// Nothing that counts agrees.
        Other = "other",
    }
}

/// Compares a known machine with the one that asks. `machines` says on how many machines a component of the one that asks
/// is known; from `COMMON_FROM` on it counts neither for nor against.
///
/// The same machine is one of which two components agree:
/// - board and network card: whatever happened to disk and system (a new disk, a reinstall, or both);
/// - board and disk: whatever happened to network and system (a new card, a dock, a reinstall);
/// - board and system, where disk or network card can't be compared (a copy onto a new disk of a machine without a network);
/// - network card and disk, where the board can't be told (a firmware update hid it), or differs while the system stayed
///   (a firmware update changed it; a wiped disk in another machine on the same dock has another system);
/// - any two, where the machine that asks tells nothing beyond what agrees (it lost its rights or its network).
///
/// Disk and system prove nothing beside a board or a network card that says otherwise: both travel with a moved disk, an
/// image and a clone. A machine that can tell nothing of its hardware sends a random number of its own as its system, and is
/// known by it alone.
#[must_use]
pub fn likeness(known: &Fingerprint, asking: &Fingerprint, machines: impl Fn(Component) -> u32) -> Likeness {
    let both = |component| Some((known.get(component)?, asking.get(component)?));
    let agrees = |component| both(component).is_some_and(|(a, b)| a == b && machines(component) < COMMON_FROM);
    let differs = |component| both(component).is_some_and(|(a, b)| a != b);
    let [board, disk, network, system] =
        [Component::Board, Component::Disk, Component::Network, Component::System].map(agrees);
    let agreeing = [board, disk, network, system].into_iter().filter(|agrees| *agrees).count();
    let all_told_agrees = asking.components().all(|(component, _)| agrees(component));
    let tells_no_hardware =
        |machine: &Fingerprint| machine.components().all(|(component, _)| component == Component::System);

    let same = (board && (network || disk))
        || (board && system && (both(Component::Disk).is_none() || both(Component::Network).is_none()))
        || (network && disk && !(differs(Component::Board) && differs(Component::System)))
        || (agreeing >= 2 && all_told_agrees)
        || (system && tells_no_hardware(known) && tells_no_hardware(asking));
    if same {
        Likeness::Same
    } else if agreeing > 0 {
        Likeness::Perhaps
    } else {
        Likeness::Other
    }
}

#[cfg(test)]
mod corpus;
#[cfg(test)]
mod tests;
