//! What puts a refusal right: for each code one command of this program, or one page of the console.

/// What the person at the device does about a refusal, E01 to E36 or the server's word for one outside the catalog.
pub fn on(code: &str) -> Option<&'static str> {
    Some(match code {
        "E01" => "Read the code again from the box, the card or the mail, then: latchkey-client activate CODE",
        "E02" => "Type the code in Latin letters: latchkey-client activate CODE",
        "E03" => "Check each character, then: latchkey-client activate CODE",
        "E04" => "Open a request in the console under Requests, with the license key and the proof of purchase.",
        "E05" | "E11" | "E13" | "E14" => "Buy a code; the ways to do so are in the console under Licenses.",
        "E06" => "Look up the code that took its place in the console under Licenses, Details.",
        "E07" | "E08" => "Look up in the console under Licenses which code has a place for this device.",
        "E09" => "Buy a code in the country where the device is, or ask support in the console under Requests.",
        "E10" => "Renew the license in the console under Licenses.",
        "E12" => "Take over the seat of one of them: latchkey-client activate CODE --instead-of DEVICE",
        "E16" => "See when the subscription ends, and add the code then: latchkey-client status",
        "E17" => "Activate the subscription once the license has ended: latchkey-client activate CODE",
        "E18" => "Look for a code that runs longer in the console under Licenses.",
        "E19" => "See what is active and what waits: latchkey-client status",
        "E20" => "Let the new code take its place: latchkey-client reserve CODE --replace",
        "E21" => "See when the license ends; the switch comes by itself: latchkey-client status",
        "E22" => "Name the code used before: latchkey-client activate CODE --previous-code CODE",
        "E23" => "Accept the shorter term: latchkey-client activate CODE --accept-shorter-term",
        "E24" => "Set date and time of the device, then: latchkey-client heartbeat",
        "E25" => "Nothing was used up. Look whether the server answers: latchkey-client heartbeat",
        "E26" => "Wait until then, and look up the code meanwhile in the console under Licenses.",
        "E27" => "Ask the license administrator, whose name is in the console under Licenses.",
        "E28" => "Link the device again: latchkey-client link",
        "E29" => "Disconnect the device in the other account, then: latchkey-client link",
        "E30" => "Ask for an invitation to that license, or for help in the console under Requests.",
        "E31" => "To go on although the application stops then: latchkey-client update --by-hand --yes",
        "E33" => "Read and accept it: latchkey-client agreement accept",
        "E35" => "Check the payment of the subscription in the console under Licenses.",
        "E36" => "Check the license key and the order number in the console under Requests.",
        "no-license" => "Activate a license first: latchkey-client activate CODE",
        "link-settled" => "Start again: latchkey-client link",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::Cli;
    use clap::Parser;

    const CODES: [&str; 31] = [
        "E01", "E02", "E03", "E04", "E05", "E06", "E07", "E08", "E09", "E10", "E11", "E12", "E13", "E14", "E16", "E17",
        "E18", "E19", "E20", "E21", "E22", "E23", "E24", "E25", "E26", "E27", "E28", "E29", "E30", "E31", "E33",
    ];

    fn all() -> impl Iterator<Item = &'static str> {
        CODES.into_iter().chain(["E35", "E36", "no-license", "link-settled"])
    }

    #[test]
    fn each_refusal_has_one_way_out() {
        for code in all() {
            let advice = on(code).unwrap_or_else(|| panic!("{code}"));
            let ways = advice.matches("latchkey-client ").count() + advice.matches("in the console under ").count();
            assert_eq!(ways, 1, "{code}: {advice}");
        }
        assert_eq!(on("E99"), None);
    }

    #[test]
    fn each_command_that_is_advised_can_be_typed() {
        for advice in all().filter_map(on) {
            let Some((_, command)) = advice.split_once("latchkey-client ") else { continue };
            let words = std::iter::once("latchkey-client").chain(command.trim_end_matches('.').split(' '));
            assert!(Cli::try_parse_from(words).is_ok(), "{advice}");
        }
    }
}
