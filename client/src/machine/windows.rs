//! What Windows tells of the machine: one question to its management interface, answered in lines of a word and a value.

use super::parts::{Parts, telling};

/// Asks for the parts. What a machine does not know leaves its line empty; a question that fails leaves it out.
#[cfg(windows)]
pub fn parts() -> Parts {
    /// Runs in the PowerShell that every Windows since 10 has. A card's own address counts, not one that was put over it.
    const QUESTION: &str = r"
        $ErrorActionPreference = 'SilentlyContinue'
        [Console]::OutputEncoding = [Text.Encoding]::UTF8
        $of = { param($class) Get-CimInstance -ClassName $class | Select-Object -First 1 }
        'uuid=' + (& $of Win32_ComputerSystemProduct).UUID
        'board=' + (& $of Win32_BaseBoard).SerialNumber
        'model=' + (& $of Win32_ComputerSystem).Manufacturer + ' ' + (& $of Win32_ComputerSystem).Model
        'disk=' + (Get-Partition -DriveLetter $env:SystemDrive[0] | Get-Disk | Select-Object -First 1).SerialNumber
        Get-NetAdapter -Physical | ForEach-Object { 'card=' + $_.PermanentAddress + ' ' + $_.PnPDeviceID }
        'system=' + (Get-ItemProperty 'HKLM:\SOFTWARE\Microsoft\Cryptography').MachineGuid
    ";
    super::said_by("powershell.exe", &["-NoProfile", "-NonInteractive", "-Command", QUESTION])
        .map_or_else(Parts::default, |said| read(&said))
}

/// Reads the answer.
pub fn read(said: &str) -> Parts {
    let lines: Vec<(&str, &str)> = said.lines().filter_map(|line| line.trim().split_once('=')).collect();
    let told = |word: &str| lines.iter().find(|(key, _)| *key == word).and_then(|(_, value)| telling(value));
    let mut cards: Vec<(bool, String)> =
        lines.iter().filter(|(key, _)| *key == "card").filter_map(|(_, card)| read_card(card)).collect();
    cards.sort();
    let model =
        lines.iter().find(|(key, _)| *key == "model").map_or_else(String::new, |(_, model)| model.to_ascii_lowercase());
    let invented = ["virtual", "vmware", "kvm", "qemu", "hvm domu", "bochs", "parallels"];
    Parts {
        board: told("uuid").or_else(|| told("board")),
        // some makers end the number with a dot or pad it
        disk: told("disk").map(|number| number.trim_end_matches('.').to_owned()),
        network: cards.into_iter().next().map(|(_, address)| address),
        system: told("system"),
        is_virtual: invented.iter().any(|word| model.contains(word)),
    }
}

/// An address and where the card sits; one that is plugged in, as docking stations have, comes after those built in.
fn read_card(card: &str) -> Option<(bool, String)> {
    let (address, place) = card.split_once(' ').unwrap_or((card, ""));
    let digits: String = address.chars().filter(char::is_ascii_hexdigit).collect();
    if digits.len() != 12 || place.to_ascii_uppercase().starts_with("ROOT\\") {
        return None;
    }
    let pairs: Vec<&str> = (0..6).filter_map(|at| digits.get(2 * at..2 * at + 2)).collect();
    Some((place.to_ascii_uppercase().starts_with("USB\\"), telling(&pairs.join(":"))?))
}

#[cfg(test)]
mod tests {
    use super::*;

    const DESKTOP: &str = "uuid=8A5E3C10-77D2-4B1F-9E60-2C4D5E6F7081\r\n\
        board=MADE-UP-0042\r\n\
        model=Northwind Works Desk 300\r\n\
        disk=S9XXMADEUP0123456.\r\n\
        card=0050B6112233 USB\\VID_0000&PID_0001\\MADE\r\n\
        card=F8E4E3112233 PCI\\VEN_0000&DEV_0002\\MADE\r\n\
        card=02AA00112233 ROOT\\VMS_MP\\0000\r\n\
        system=5e1ec7ed-1111-4222-8333-444455556666\r\n";

    #[test]
    fn a_computer_is_known_by_its_board_its_disk_its_own_card_and_its_system() {
        let some = |text: &str| Some(text.to_owned());
        let expected = Parts {
            board: some("8a5e3c10-77d2-4b1f-9e60-2c4d5e6f7081"),
            disk: some("s9xxmadeup0123456"),
            network: some("f8:e4:e3:11:22:33"),
            system: some("5e1ec7ed-1111-4222-8333-444455556666"),
            is_virtual: false,
        };
        assert_eq!(read(DESKTOP), expected);
        assert!(read(DESKTOP).fingerprint().is_some());
    }

    #[test]
    fn what_the_maker_never_filled_in_does_not_count() {
        let said = "uuid=03000200-0400-0500-0006-000700080009\nboard=To be filled by O.E.M.\nmodel=\ndisk=0000_0000.\ncard= \nsystem=\n";
        let parts = read(said);
        assert_eq!((parts.board.clone(), parts.network.clone(), parts.system.clone()), (None, None, None));
        let numbered = read(&said.replace("To be filled by O.E.M.", "MADE-UP-0042"));
        assert_eq!(numbered.board.as_deref(), Some("made-up-0042"), "the board's own number stands in");
    }

    #[test]
    fn the_card_of_a_dock_is_taken_where_there_is_no_other() {
        let said = DESKTOP.replace("card=F8E4E3112233 PCI", "card=F8E4E3112233 ROOT");
        assert_eq!(read(&said).network.as_deref(), Some("00:50:b6:11:22:33"));
    }

    #[test]
    fn a_machine_made_of_software_is_known_as_such() {
        for model in ["Microsoft Corporation Virtual Machine", "VMware, Inc. VMware20,1", "QEMU Standard PC"] {
            assert!(read(&DESKTOP.replace("Northwind Works Desk 300", model)).is_virtual, "{model}");
        }
    }

    #[test]
    fn an_answer_that_is_none_tells_nothing() {
        for said in ["", "Get-CimInstance : not recognized", "=\n=="] {
            assert_eq!(read(said), Parts::default(), "{said}");
        }
    }
}
