//! What macOS tells of the machine, by the programs that come with it.

use super::parts::{Parts, telling};

/// Asks for the parts. A program that fails tells nothing.
#[cfg(target_os = "macos")]
pub fn parts() -> Parts {
    let said = |program, arguments: &[&str]| super::said_by(program, arguments).unwrap_or_default();
    read(
        &said("/usr/sbin/ioreg", &["-rd1", "-c", "IOPlatformExpertDevice"]),
        &said("/usr/sbin/system_profiler", &["SPNVMeDataType", "SPSerialATADataType"]),
        &said("/usr/sbin/diskutil", &["info", "/"]),
        &said("/usr/sbin/networksetup", &["-listallhardwareports"]),
        &said("/usr/sbin/sysctl", &["-n", "kern.hv_vmm_present"]),
    )
}

/// Reads the answers: of `ioreg` about the board, of `system_profiler` about the disks, of `diskutil` about the volume of the
/// system, of `networksetup` about the cards, and whether a hypervisor is there.
pub fn read(board: &str, disks: &str, volume: &str, cards: &str, hypervisor: &str) -> Parts {
    Parts {
        board: quoted(board, "IOPlatformSerialNumber").or_else(|| quoted(board, "IOPlatformUUID")),
        disk: labeled(disks, "Serial Number"),
        network: card(cards),
        system: labeled(volume, "Volume UUID"),
        is_virtual: hypervisor.trim() == "1",
    }
}

/// The value of `"key" = "value"`.
fn quoted(said: &str, key: &str) -> Option<String> {
    said.lines().find_map(|line| {
        let (left, right) = line.split_once('=')?;
        (left.trim().trim_matches('"') == key).then(|| telling(right.trim().trim_matches('"')))?
    })
}

/// The first telling value of `Key: value`.
fn labeled(said: &str, key: &str) -> Option<String> {
    said.lines()
        .filter_map(|line| line.trim().split_once(':'))
        .filter(|(left, _)| *left == key)
        .find_map(|(_, right)| telling(right))
}

/// The address of the first port that is built in. Bridges of Thunderbolt and plugged cards do not count: they have an
/// address of another make, or none of their own.
fn card(said: &str) -> Option<String> {
    said.split("Hardware Port:").skip(1).find_map(|port| {
        let name = port.lines().next()?.trim();
        let is_built_in = name == "Wi-Fi" || (name.starts_with("Ethernet") && !name.contains("Adapter"));
        is_built_in.then(|| labeled(port, "Ethernet Address"))?
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOARD: &str = r#"+-o MadeUp1,1  <class IOPlatformExpertDevice, id 0x100000001>
    {
      "IOPlatformSerialNumber" = "MADEUP0042XY"
      "IOPlatformUUID" = "8A5E3C10-77D2-4B1F-9E60-2C4D5E6F7081"
      "model" = <"MadeUp1,1">
    }"#;
    const DISKS: &str = "NVMExpress:\n\n    Made Up SSD Controller:\n\n        MADE UP SSD 512:\n\n          Capacity: 500 GB\n          Serial Number: 0ba0made0up0123\n          BSD Name: disk0\n";
    const VOLUME: &str = "   Device Identifier:         disk3s1s1\n   Volume Name:               System\n   Volume UUID:               5E1EC7ED-1111-4222-8333-444455556666\n";
    const CARDS: &str = "\nHardware Port: Ethernet Adapter (en4)\nDevice: en4\nEthernet Address: 00:50:b6:11:22:33\n\nHardware Port: Thunderbolt Bridge\nDevice: bridge0\nEthernet Address: 36:aa:bb:11:22:33\n\nHardware Port: Wi-Fi\nDevice: en0\nEthernet Address: F8:E4:E3:11:22:33\n\nVLAN Configurations\n===================\n";

    #[test]
    fn a_mac_is_known_by_its_board_its_disk_its_own_card_and_its_system() {
        let some = |text: &str| Some(text.to_owned());
        let expected = Parts {
            board: some("madeup0042xy"),
            disk: some("0ba0made0up0123"),
            network: some("f8:e4:e3:11:22:33"),
            system: some("5e1ec7ed-1111-4222-8333-444455556666"),
            is_virtual: false,
        };
        assert_eq!(read(BOARD, DISKS, VOLUME, CARDS, "0\n"), expected);
    }

    #[test]
    fn a_board_without_a_telling_number_is_known_by_its_identity() {
        for filler in ["", "Not Specified", "000000000000"] {
            let said = BOARD.replace("MADEUP0042XY", filler);
            let board = read(&said, "", "", "", "").board;
            assert_eq!(board.as_deref(), Some("8a5e3c10-77d2-4b1f-9e60-2c4d5e6f7081"), "{filler}");
        }
    }

    #[test]
    fn a_mac_made_of_software_and_one_that_tells_nothing() {
        assert!(read(BOARD, DISKS, VOLUME, CARDS, "1\n").is_virtual);
        assert_eq!(read("", "", "", "", ""), Parts::default());
        assert_eq!(Parts::default().fingerprint(), None);
    }
}
