//! What macOS tells of its machine, through the programs that every Mac has.

use std::path::Path;

use super::{Told, answer, card_address, is_invented_model, telling};

/// What this Mac tells.
pub(super) fn told() -> Told {
    let ask = |program: &str, arguments: &[&str]| answer(Path::new(program), arguments).unwrap_or_default();
    read(
        &ask("/usr/sbin/ioreg", &["-rd1", "-c", "IOPlatformExpertDevice"]),
        &ask("/usr/sbin/diskutil", &["info", "/"]),
        &ask("/usr/sbin/system_profiler", &["SPNVMeDataType", "SPSerialATADataType"]),
        &ask("/usr/sbin/networksetup", &["-listallhardwareports"]),
    )
}

fn read(platform: &str, volume: &str, disks: &str, ports: &str) -> Told {
    let is_virtual =
        ["model", "manufacturer"].iter().any(|name| property(platform, name).is_some_and(is_invented_model));
    Told {
        is_virtual,
        board: ["IOPlatformSerialNumber", "IOPlatformUUID"].iter().find_map(|name| telling(property(platform, name)?)),
        disk: disk(volume, disks),
        network: network(ports, is_virtual),
        system: ["APFS Volume Group", "Volume UUID"].iter().find_map(|name| telling(entry(volume, name)?)),
    }
}

/// A line of `ioreg`: `"name" = "value"`, or `"name" = <"value">`.
fn property<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let value = text.lines().find_map(|line| {
        line.trim_start_matches(['|', ' ']).strip_prefix('"')?.strip_prefix(name)?.strip_prefix("\" = ")
    })?;
    Some(value.trim().trim_matches(['<', '>', '"']))
}

/// A line of the other programs: `name: value`.
fn entry<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    text.lines().find_map(|line| value(line, name))
}

fn value<'a>(line: &'a str, name: &str) -> Option<&'a str> {
    Some(line.trim().strip_prefix(name)?.strip_prefix(':')?.trim())
}

/// The number of the disk that the system is on. A volume lies in a container, and the container on a part of a disk.
fn disk(volume: &str, disks: &str) -> Option<String> {
    let part = entry(volume, "APFS Physical Store").or_else(|| entry(volume, "Part of Whole"))?;
    let number = part.strip_prefix("disk")?.split('s').next()?;
    let mut serial = None;
    for line in disks.lines() {
        if line.trim_end().ends_with(':') {
            serial = None;
        }
        serial = value(line, "Serial Number").or(serial);
        if value(line, "BSD Name").and_then(|name| name.strip_prefix("disk")) == Some(number) {
            return telling(serial?);
        }
    }
    None
}

/// The address of the first card that is built in; one in a dock or an adapter comes last.
fn network(ports: &str, is_virtual: bool) -> Option<String> {
    let cards = ports.split("\n\n").filter_map(|port| {
        let name = entry(port, "Hardware Port")?;
        let is_plugged = ["USB", "Thunderbolt", "Dock"].iter().any(|word| name.contains(word));
        let device = entry(port, "Device")?.strip_prefix("en")?.parse::<u16>().ok()?;
        Some((is_plugged, device, card_address(entry(port, "Ethernet Address")?, is_virtual)?))
    });
    cards.min().map(|(_, _, address)| address)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLATFORM: &str = r#"+-o J000AP  <class IOPlatformExpertDevice, id 0x1, registered, matched, active>
    {
      "manufacturer" = <"Apple Inc.">
      "IOPlatformUUID" = "A11D0000-0000-4000-8000-00000000B0A2"
      "model" = <"Mac00,1">
      "IOPlatformSerialNumber" = "MADEUPB0A2"
    }
"#;

    const VOLUME: &str = "   Device Identifier:         disk3s1s1
   Part of Whole:             disk3
   Volume UUID:               00000000-0000-4000-8000-0000000000A1
   APFS Physical Store:       disk0s2
   APFS Volume Group:         5E1EC7ED-0000-4000-8000-00000000A11D
";

    const DISKS: &str = "NVMExpress:

    Generic SSD Controller:

        OUTSIDE SSD:

          Serial Number: MADEUPOUT
          BSD Name: disk10

        APPLE SSD MADEUP:

          Capacity: 500.28 GB (500,277,792,768 bytes)
          Serial Number: MADEUPD15C
          BSD Name: disk0
          Volumes:
            disk0s1:
              BSD Name: disk0s1
";

    const PORTS: &str = "
Hardware Port: USB 10/100/1000 LAN
Device: en7
Ethernet Address: 00:50:b6:11:22:33

Hardware Port: Thunderbolt Bridge
Device: bridge0
Ethernet Address: 36:e4:e3:11:22:00

Hardware Port: Wi-Fi
Device: en0
Ethernet Address: f8:e4:e3:11:22:33

VLAN Configurations
===================
";

    #[test]
    fn a_mac_is_known_by_its_board_its_disk_its_own_card_and_its_system() {
        let expected = Told {
            is_virtual: false,
            board: Some("madeupb0a2".to_owned()),
            disk: Some("madeupd15c".to_owned()),
            network: Some("f8:e4:e3:11:22:33".to_owned()),
            system: Some("5e1ec7ed-0000-4000-8000-00000000a11d".to_owned()),
        };
        assert_eq!(read(PLATFORM, VOLUME, DISKS, PORTS), expected);
    }

    #[test]
    fn the_number_of_another_disk_is_not_taken_for_one_that_has_none() {
        assert_eq!(disk(VOLUME, &DISKS.replace("          Serial Number: MADEUPD15C\n", "")), None);
        let other = VOLUME.replace("disk0s2", "disk1s2");
        assert_eq!(disk(&other, DISKS), None);
    }

    #[test]
    fn the_card_of_an_adapter_is_taken_where_there_is_no_other() {
        let private = PORTS.replace("f8:e4:e3", "fa:e4:e3");
        assert_eq!(network(&private, false).as_deref(), Some("00:50:b6:11:22:33"));
    }

    #[test]
    fn a_virtual_mac_is_told_by_its_model() {
        let guest = PLATFORM.replace("Mac00,1", "VirtualMac2,1");
        assert!(read(&guest, VOLUME, DISKS, PORTS).is_virtual);
    }

    #[test]
    fn a_board_that_makers_left_without_a_number_is_known_by_the_one_beside_it() {
        let unnumbered = PLATFORM.replace("MADEUPB0A2", "To be filled by O.E.M.");
        let told = read(&unnumbered, "", "", "");
        assert_eq!(told.board.as_deref(), Some("a11d0000-0000-4000-8000-00000000b0a2"));
        assert_eq!((told.disk, told.network, told.system), (None, None, None));
        assert_eq!(read("", "", "", ""), Told::default());
    }
}
