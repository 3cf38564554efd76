//! What this machine says about itself: its name, its kind of system, and what it is made of.

use std::ffi::OsStr;
use std::fs;
use std::path::Path;

use domain::device::OsFamily;
use domain::device::fingerprint::{Component, Fingerprint};

#[cfg(any(test, target_os = "macos"))]
mod mac;
mod parts;
#[cfg(any(test, windows))]
mod windows;

use parts::{Parts, telling};

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

/// What the machine is made of, hashed here so that its numbers never leave it (R58): what can be read of the board, the
/// disk, the network card and the system; where nothing can, a random id that is kept in the state file.
pub fn fingerprint(state: &mut State) -> Result<String> {
    if let Some(print) = told_here() {
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

/// What this machine tells of its parts.
fn told_here() -> Option<Fingerprint> {
    #[cfg(windows)]
    let parts = windows::parts();
    #[cfg(target_os = "macos")]
    let parts = mac::parts();
    #[cfg(not(any(windows, target_os = "macos")))]
    let parts = parts(Path::new("/"));
    parts.fingerprint()
}

/// What the files below `root` tell of the machine: Linux tells everything in files.
#[cfg_attr(any(windows, target_os = "macos"), expect(dead_code, reason = "other systems tell it by programs"))]
fn parts(root: &Path) -> Parts {
    Parts {
        board: board(root),
        disk: disk(root),
        network: network(root),
        system: fact(&root.join("etc/machine-id")),
        is_virtual: is_virtual(root),
    }
}

fn is_virtual(root: &Path) -> bool {
    let told = fs::read_to_string(root.join("proc/cpuinfo")).unwrap_or_default();
    let mut flags = told.lines().filter(|line| line.starts_with("flags"));
    flags.next().is_some_and(|flags| flags.split_whitespace().any(|flag| flag == "hypervisor"))
}

fn board(root: &Path) -> Option<String> {
    let dmi = root.join("sys/class/dmi/id");
    ["product_uuid", "board_serial"].iter().find_map(|file| fact(&dmi.join(file)))
}

/// The number of the disk that the system is on; where it has none, that of the file system.
fn disk(root: &Path) -> Option<String> {
    let mounts = fs::read_to_string(root.join("proc/self/mountinfo")).ok()?;
    let number = mounts.lines().map(|line| line.split(' ').collect::<Vec<_>>()).rfind(|at| at.get(4) == Some(&"/"))?;
    let volume = fs::canonicalize(root.join("sys/dev/block").join(number.get(2)?)).ok()?;
    // an encrypted or joined volume lies on a disk or a part of one
    let below = fs::read_dir(volume.join("slaves")).ok().and_then(|mut slaves| slaves.next()?.ok());
    let disk = below.and_then(|slave| fs::canonicalize(slave.path()).ok()).unwrap_or_else(|| volume.clone());
    // a part of a disk lies in the folder of the whole
    let number = [disk.as_path(), disk.parent()?]
        .iter()
        .find_map(|at| ["wwid", "serial", "device/wwid", "device/serial"].iter().find_map(|file| fact(&at.join(file))));
    number.or_else(|| file_system(root, volume.file_name()?))
}

fn file_system(root: &Path, volume: &OsStr) -> Option<String> {
    let entries = fs::read_dir(root.join("dev/disk/by-uuid")).ok()?;
    let leads_here = |path: &Path| fs::read_link(path).is_ok_and(|to| to.file_name() == Some(volume));
    entries.flatten().find(|entry| leads_here(&entry.path()))?.file_name().into_string().ok()
}

/// The address of the first card that is built in: a plugged one, as docking stations have, comes last; bridges, containers
/// and invented addresses do not count.
fn network(root: &Path) -> Option<String> {
    let cards = fs::read_dir(root.join("sys/class/net")).ok()?;
    let cards = cards.flatten().filter_map(|card| {
        let at = fs::canonicalize(card.path()).ok()?;
        let is_in = |folder: &str| at.iter().any(|name| name.to_str().is_some_and(|name| name.starts_with(folder)));
        let is_invented = fact_of(&at.join("addr_assign_type"), 1).is_some_and(|kind| kind != "0");
        let address = fact(&at.join("address")).filter(|_| !is_in("virtual") && !is_invented)?;
        Some((is_in("usb"), card.file_name(), address))
    });
    cards.min().map(|(_, _, address)| address)
}

fn fact(path: &Path) -> Option<String> {
    telling(&fs::read_to_string(path).ok()?)
}

fn fact_of(path: &Path, least: usize) -> Option<String> {
    let text = fs::read_to_string(path).ok()?;
    Some(text.trim().to_ascii_lowercase()).filter(|text| text.len() >= least)
}

/// What a program of the system says, if it ends well.
#[cfg(any(windows, target_os = "macos"))]
fn said_by(program: &str, arguments: &[&str]) -> Option<String> {
    use std::process::{Command, Stdio};
    let said = Command::new(program).args(arguments).stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    said.status.success().then(|| String::from_utf8_lossy(&said.stdout).into_owned())
}

/// One line of at most 80 characters.
fn fit(text: &str) -> String {
    text.trim().chars().filter(|c| !c.is_control()).take(LONGEST_NAME).collect::<String>().trim_end().to_owned()
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::path::PathBuf;

    use super::parts::digest;
    use super::*;

    fn told(root: &Path) -> Option<Fingerprint> {
        parts(root).fingerprint()
    }

    /// A folder that looks like the system's own files of a computer.
    struct Tree(PathBuf);

    impl Tree {
        fn grow(name: &str) -> Self {
            let tree = Self(std::env::temp_dir().join(format!("latchkey-machine-{}-{name}", std::process::id())));
            tree.write("etc/machine-id", "5e1ec7ed5e1ec7ed");
            tree.write("sys/class/dmi/id/product_uuid", "03000200-0400-0500-0006-000700080009");
            tree.write("sys/class/dmi/id/board_serial", "PF2X8Q1");
            tree.write(
                "proc/self/mountinfo",
                "24 1 8:2 / / rw - ext4 /dev/sda2 rw\n25 24 0:5 / /dev rw - devtmpfs x rw\n",
            );
            tree.write("sys/devices/pci0/block/sda/device/wwid", "naa.5002538e40a1b2c3");
            tree.write("sys/devices/pci0/block/sda/sda2/partition", "2");
            tree.link("sys/dev/block/8:2", "../../devices/pci0/block/sda/sda2");
            for (card, at, address) in [
                ("docker0", "virtual/net/docker0", "02:42:00:11:22:33"),
                ("enx0", "pci0/usb1/net/enx0", "00:50:b6:11:22:33"),
                ("wlp2s0", "pci0/net/wlp2s0", "f8:e4:e3:11:22:33"),
            ] {
                tree.write(&format!("sys/devices/{at}/address"), address);
                tree.write(&format!("sys/devices/{at}/addr_assign_type"), "0");
                tree.link(&format!("sys/class/net/{card}"), &format!("../../devices/{at}"));
            }
            tree
        }

        fn write(&self, path: &str, text: &str) {
            let path = self.0.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, format!("{text}\n")).unwrap();
        }

        fn remove(&self, path: &str) {
            fs::remove_file(self.0.join(path)).unwrap();
        }

        fn link(&self, path: &str, to: &str) {
            let path = self.0.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::os::unix::fs::symlink(to, path).unwrap();
        }
    }

    impl Drop for Tree {
        fn drop(&mut self) {
            fs::remove_dir_all(&self.0).unwrap();
        }
    }

    #[test]
    fn a_machine_is_known_by_its_board_its_disk_its_own_card_and_its_system() {
        let tree = Tree::grow("parts");
        let expected = [
            (Component::Board, "pf2x8q1"),
            (Component::Disk, "naa.5002538e40a1b2c3"),
            (Component::Network, "f8:e4:e3:11:22:33"),
            (Component::System, "5e1ec7ed5e1ec7ed"),
        ];
        assert_eq!(told(&tree.0), Fingerprint::of(expected.map(|(part, fact)| (part, digest(part, fact)))));
    }

    #[test]
    fn what_a_hypervisor_gave_out_counts_only_together() {
        let tree = Tree::grow("virtual");
        let hardware = told(&tree.0).unwrap();
        tree.write("proc/cpuinfo", "processor\t: 0\nflags\t\t: fpu hypervisor avx2");
        let first = told(&tree.0).unwrap();
        tree.write("sys/devices/pci0/net/wlp2s0/address", "f8:e4:e3:11:22:34");
        let clone = told(&tree.0).unwrap();
        for part in [Component::Board, Component::Network] {
            assert_ne!(first.get(part), hardware.get(part));
            assert_ne!(first.get(part), clone.get(part), "{part}: the clone kept the board's number");
        }
        assert_eq!(first.get(Component::Disk), clone.get(Component::Disk));
    }

    #[test]
    fn the_card_of_a_dock_is_taken_where_there_is_no_other_and_an_invented_address_never() {
        let tree = Tree::grow("dock");
        tree.write("sys/devices/pci0/net/wlp2s0/addr_assign_type", "3");
        assert_eq!(network(&tree.0).as_deref(), Some("00:50:b6:11:22:33"));
    }

    #[test]
    fn a_disk_without_a_number_is_known_by_its_file_system() {
        let tree = Tree::grow("volume");
        tree.remove("sys/devices/pci0/block/sda/device/wwid");
        assert_eq!(disk(&tree.0), None);
        tree.link("dev/disk/by-uuid/0b5c-11ff", "../../sda2");
        tree.link("dev/disk/by-uuid/0a00-0000", "../../sda1");
        assert_eq!(disk(&tree.0).as_deref(), Some("0b5c-11ff"));
    }

    #[test]
    fn a_machine_that_tells_nothing_is_known_by_what_the_state_keeps() {
        assert_eq!(told(Path::new("/nonexistent")), None);
        let mut state = State::default();
        let first = fingerprint(&mut state).unwrap();
        assert!(Fingerprint::parse(&first).is_ok());
        assert_eq!(fingerprint(&mut state).unwrap(), first);
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
}
