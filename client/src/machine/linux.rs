//! What Linux tells of its machine, in files.

use std::ffi::OsStr;
use std::fs;
use std::path::Path;

use super::{Told, telling};

/// What the files below `root` tell of the machine.
pub(super) fn told(root: &Path) -> Told {
    Told {
        is_virtual: is_virtual(root),
        board: board(root),
        disk: disk(root),
        network: network(root),
        system: fact(&root.join("etc/machine-id")),
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
        let is_invented =
            fs::read_to_string(at.join("addr_assign_type")).is_ok_and(|kind| !matches!(kind.trim(), "" | "0"));
        let address = fact(&at.join("address")).filter(|_| !is_in("virtual") && !is_invented)?;
        Some((is_in("usb"), card.file_name(), address))
    });
    cards.min().map(|(_, _, address)| address)
}

fn fact(path: &Path) -> Option<String> {
    telling(&fs::read_to_string(path).ok()?)
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::path::PathBuf;

    use domain::device::fingerprint::{Component, Fingerprint};

    use super::super::digest;
    use super::*;

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
        assert_eq!(
            told(&tree.0).fingerprint(),
            Fingerprint::of(expected.map(|(part, fact)| (part, digest(part, fact))))
        );
    }

    #[test]
    fn what_a_hypervisor_gave_out_counts_only_together() {
        let tree = Tree::grow("virtual");
        let hardware = told(&tree.0).fingerprint().unwrap();
        tree.write("proc/cpuinfo", "processor\t: 0\nflags\t\t: fpu hypervisor avx2");
        let first = told(&tree.0).fingerprint().unwrap();
        tree.write("sys/devices/pci0/net/wlp2s0/address", "f8:e4:e3:11:22:34");
        let clone = told(&tree.0).fingerprint().unwrap();
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
}
