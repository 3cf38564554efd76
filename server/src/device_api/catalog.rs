//! The catalog of refusals as programs read it: what each code means, the rule behind it, and what puts it right.

/// One reason for which a rule says no.
#[derive(Debug)]
pub struct Entry {
    /// E01 to E36, or the word of a refusal outside the catalog.
    pub code: &'static str,
    /// What it means, in a few words.
    pub means: &'static str,
    /// The rule that says no.
    pub rule: Option<&'static str>,
    /// The one thing that puts it right.
    pub fix: Option<&'static str>,
}

const fn entry(code: &'static str, means: &'static str, rule: &'static str, fix: &'static str) -> Entry {
    Entry { code, means, rule: said(rule), fix: said(fix) }
}

const fn said(text: &'static str) -> Option<&'static str> {
    if text.is_empty() { None } else { Some(text) }
}

/// Every refusal that a program can meet.
pub const CATALOG: [Entry; 34] = [
    entry("E01", "not 20 letters and digits", "R1", "type the code again"),
    entry("E02", "a letter that only looks Latin", "R2", "send the suggestion"),
    entry("E03", "no such code", "R99", "check each character"),
    entry("E04", "the code is blocked", "R13", "contact support"),
    entry("E05", "a refund cancelled the code", "R87", "buy a code"),
    entry("E06", "another code took its place", "", "use the new code"),
    entry("E07", "a code of another product", "R12", "use a code of this product"),
    entry("E08", "no seats for this kind of device", "R24", "use another code"),
    entry("E09", "not bought for this country", "R63", "buy a code in this country"),
    entry("E10", "the license of the code has ended", "R9", "renew the license"),
    entry("E11", "the code had to be used before", "R7", "buy a code"),
    entry("E12", "all seats are taken", "R56", "release one of these devices"),
    entry("E13", "the trial was used on this device", "R72", "buy a code"),
    entry("E14", "a trial cannot renew a license", "R70", "buy a code"),
    entry("E16", "a subscription runs", "R42", "wait until the subscription ends"),
    entry("E17", "a subscription cannot wait", "R42", "use another code"),
    entry("E18", "ends no later than the running license", "R40", "use another code"),
    entry("E19", "the code is already on this device", "R58", ""),
    entry("E20", "another code waits already", "R45", "send replace_reserve"),
    entry("E21", "the running license has not ended", "R44", "wait until it ends"),
    entry("E22", "no earlier license was found", "R78", "send previous_code or accept_shorter_term"),
    entry("E23", "the previous code is of no use", "R78", "send another previous_code or accept_shorter_term"),
    entry("E24", "the device's clock is far off", "", "correct the clock"),
    entry("E26", "too many tries", "R99", "wait"),
    entry("E27", "only the license administrator may", "R50", "ask the administrator"),
    entry("E28", "the device is not connected", "R52", "link the device again"),
    entry("E29", "the device belongs to another account", "R48", "disconnect it there"),
    entry("E30", "the code is in another account", "R49", "use another code"),
    entry("E31", "databases installed by hand stop the application", "R69", "send confirmed"),
    entry("E33", "the agreement was not accepted", "R19", "accept the agreement"),
    entry("E35", "the subscription is suspended", "", "check the payment"),
    entry("E36", "key, order and buyer do not agree", "R30", "check the key and the order"),
    entry("no-license", "the device has no license", "R4", "activate a code"),
    entry("link-settled", "the request to link was decided", "", "link the device again"),
];

/// The entry of a code.
pub fn look_up(code: &str) -> Option<&'static Entry> {
    CATALOG.iter().find(|entry| entry.code == code)
}

/// What an activation, its preview, and a code that is to wait may be refused with.
const OF_A_CODE: &[&str] = &[
    "E04", "E05", "E06", "E07", "E08", "E09", "E10", "E11", "E12", "E13", "E14", "E16", "E17", "E18", "E19", "E20",
    "E22", "E23", "E24", "E27", "E28", "E30", "E33", "E35",
];
/// What a switch by hand may be refused with.
const OF_A_SWITCH: &[&str] =
    &["E04", "E05", "E06", "E07", "E08", "E09", "E10", "E12", "E18", "E21", "E22", "E23", "E30", "E35"];
const TYPED: &[&str] = &["E01", "E02", "E03"];
const TRIES: &[&str] = &["E26"];

/// Which refusals an operation may be answered with, by status.
pub fn refusals(operation: &str, by_device: bool, status: &str) -> &'static [&'static str] {
    if by_device && status == "401" {
        return &["E28"];
    }
    match (operation, status) {
        ("activate" | "preview" | "reserve", "422") => TYPED,
        ("activate" | "preview" | "reserve", "429") => TRIES,
        ("activate" | "preview", "409") => OF_A_CODE,
        ("reserve", "409") => const { &with_no_license() },
        ("activate_reserve", "409") => OF_A_SWITCH,
        ("reinstall", "429") => TRIES,
        ("reinstall", "409") => &["E08", "E29"],
        ("update_databases", "409") => &["E10", "E31", "E35", "no-license"],
        ("renew_subscription" | "suspend_subscription" | "resume_subscription" | "cancel_subscription", "409") => {
            &["E05"]
        }
        _ => &[],
    }
}

const fn with_no_license() -> [&'static str; OF_A_CODE.len() + 1] {
    let mut all = ["no-license"; OF_A_CODE.len() + 1];
    let mut at = 0;
    while at < OF_A_CODE.len() {
        all[at] = OF_A_CODE[at];
        at += 1;
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_refusal_of_an_operation_is_in_the_catalog_once() {
        for operation in [
            "activate",
            "preview",
            "reserve",
            "activate_reserve",
            "update_databases",
            "reinstall",
            "renew_subscription",
        ] {
            for status in ["401", "409", "422", "429"] {
                for code in refusals(operation, true, status) {
                    assert_eq!(CATALOG.iter().filter(|entry| entry.code == *code).count(), 1, "{code}");
                }
            }
        }
    }
}
