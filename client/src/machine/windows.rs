//! What Windows tells of its machine, through its own PowerShell: one line a number, `kind=value`.

use std::path::Path;

use super::{Told, answer, card_address, is_invented_model, telling};

/// Asks for what anybody may read without an administrator's rights. Single quotes alone, so that nothing is lost on the
/// way through the command line.
const QUESTION: &str = "
$ErrorActionPreference = 'SilentlyContinue'
$computer = Get-CimInstance Win32_ComputerSystem
'model=' + $computer.Manufacturer + ' ' + $computer.Model
'product=' + (Get-CimInstance Win32_ComputerSystemProduct).UUID
'board=' + (Get-CimInstance Win32_BaseBoard).SerialNumber
$volume = Get-CimInstance Win32_LogicalDisk -Filter ('DeviceID=''' + $env:SystemDrive + '''')
$volume | Get-CimAssociatedInstance -ResultClassName Win32_DiskPartition |
    Get-CimAssociatedInstance -ResultClassName Win32_DiskDrive | ForEach-Object { 'disk=' + $_.SerialNumber }
'volume=' + $volume.VolumeSerialNumber
Get-CimInstance Win32_NetworkAdapter -Filter 'PhysicalAdapter=TRUE' |
    ForEach-Object { 'card=' + $_.MACAddress + ' ' + $_.PNPDeviceID }
'system=' + (Get-ItemProperty 'HKLM:\\SOFTWARE\\Microsoft\\Cryptography').MachineGuid
exit 0
";

/// What this computer tells.
pub(super) fn told() -> Told {
    let folder = std::env::var("SystemRoot").unwrap_or_else(|_| "C:\\Windows".to_owned());
    let shell = Path::new(&folder).join("System32\\WindowsPowerShell\\v1.0\\powershell.exe");
    answer(&shell, &["-NoProfile", "-NonInteractive", "-Command", QUESTION]).map(|text| read(&text)).unwrap_or_default()
}

fn read(text: &str) -> Told {
    let all =
        |kind: &'static str| text.lines().filter_map(move |line| line.trim().strip_prefix(kind)?.strip_prefix('='));
    let first = |kind| all(kind).find_map(telling);
    let is_virtual = all("model").any(is_invented_model);
    Told {
        is_virtual,
        board: first("product").or_else(|| first("board")),
        disk: first("disk").or_else(|| first("volume")),
        network: all("card").filter_map(|card| place(card, is_virtual)).min().map(|(_, _, address)| address),
        system: first("system"),
    }
}

/// Where a card is, the built-in ones first, a plugged one last. Cards that programs invent, for tunnels and telephones,
/// are on neither bus.
fn place(card: &str, is_virtual: bool) -> Option<(bool, &str, String)> {
    let (address, slot) = card.split_once(' ')?;
    let is_plugged = slot.starts_with("USB\\");
    let counts = is_plugged || slot.starts_with("PCI\\") || slot.starts_with("VMBUS\\");
    Some((is_plugged, slot, card_address(address, is_virtual).filter(|_| counts)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    const DESK: &str = "model=Fabrikam Workstation 7\r\n\
        product=03000200-0400-0500-0006-000700080009\r\n\
        board=MADE-UP-B0A2D\r\n\
        disk=    MADE_UP_D15C_0001.\r\n\
        volume=1A2B3C4D\r\n\
        card=00:50:B6:11:22:33 USB\\VID_0000&PID_0001\\0001\r\n\
        card=00:FF:11:22:33:44 ROOT\\NET\\0000\r\n\
        card=F8:E4:E3:11:22:33 PCI\\VEN_0000&DEV_0001\\3&0\r\n\
        card= PCI\\VEN_0000&DEV_0000\\3&1\r\n\
        system=5E1EC7ED-0000-4000-8000-00000000A11D\r\n";

    #[test]
    fn a_windows_computer_is_known_by_its_board_its_disk_its_own_card_and_its_system() {
        let expected = Told {
            is_virtual: false,
            board: Some("made-up-b0a2d".to_owned()),
            disk: Some("made_up_d15c_0001.".to_owned()),
            network: Some("f8:e4:e3:11:22:33".to_owned()),
            system: Some("5e1ec7ed-0000-4000-8000-00000000a11d".to_owned()),
        };
        assert_eq!(read(DESK), expected);
    }

    #[test]
    fn a_plugged_card_is_taken_where_there_is_no_other_and_an_invented_one_never() {
        let without = DESK.replace("F8:E4:E3", "FA:E4:E3");
        assert_eq!(read(&without).network.as_deref(), Some("00:50:b6:11:22:33"));
        assert_eq!(read("card=00:FF:11:22:33:44 ROOT\\NET\\0000").network, None);
    }

    #[test]
    fn a_disk_without_a_number_is_known_by_its_volume() {
        assert_eq!(read("disk=\r\nvolume=1A2B3C4D\r\n").disk.as_deref(), Some("1a2b3c4d"));
        assert_eq!(read("disk=0000_0000\r\nvolume=\r\n").disk, None);
    }

    #[test]
    fn a_virtual_windows_computer_is_told_by_its_model() {
        let guest = read("model=Microsoft Corporation Virtual Machine\r\ncard=02:15:5D:11:22:33 VMBUS\\{0}\\1\r\n");
        assert!(guest.is_virtual);
        assert_eq!(guest.network.as_deref(), Some("02:15:5d:11:22:33"));
        assert!(!read(DESK).is_virtual);
    }

    #[test]
    fn numbers_that_makers_leave_out_do_not_count() {
        let empty = "product=\r\nboard=To be filled by O.E.M.\r\nsystem=\r\n";
        assert_eq!(read(empty), Told::default());
        assert_eq!(read(""), Told::default());
    }
}
