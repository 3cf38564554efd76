//! What each topic offers before a case is opened: the way that needs nobody in support.

use domain::case::Topic;

use crate::paths;

/// What helps with a topic.
pub(super) struct Help {
    /// What can be done without support, or what support will need.
    pub sentence: &'static str,
    /// Where: the words on the button and the address.
    pub way: Option<(&'static str, &'static str)>,
    /// What to write.
    pub write: &'static str,
}

/// The topics in the order in which people look for them, each with what stands below it in the list.
pub(super) const TOPICS: [(Topic, &str); 12] = [
    (Topic::Activation, "A code is not accepted on a device."),
    (Topic::Recovery, "The card, the mail or the note with the code is gone."),
    (Topic::ExpiredEarly, "The days you paid for were not over."),
    (Topic::DeviceCount, "All places are in use, or you need more."),
    (Topic::Renewal, "A renewal code is refused, or the new term is not right."),
    (Topic::Region, "The application says that the code is for another region."),
    (Topic::BlockedCode, "The application says that the code is blocked."),
    (Topic::Purchase, "The order did not arrive, or something else was delivered."),
    (Topic::Refund, "You want the money back."),
    (Topic::Account, "Signing in, people, and who looks after what."),
    (Topic::Usage, "How something in the application works."),
    (Topic::Other, "None of these fits."),
];

/// What helps with this topic.
pub(super) const fn help(topic: Topic) -> Help {
    match topic {
        Topic::Activation => Help {
            sentence: "The form for codes says before anything is used up what would happen, and what is in the way.",
            way: Some(("Check the code", paths::ADD_CODE)),
            write: "Which device, what you did, and the words or the number that the application showed.",
        },
        Topic::Recovery => Help {
            sentence: "Most lost codes still are in your account. The form for lost codes looks there first and asks only for what it does not find.",
            way: Some(("Recover a code", paths::RECOVER)),
            write: "What you have tried. Do not write a code or a password.",
        },
        Topic::ExpiredEarly => Help {
            sentence: "The form for lost codes handles this as well: support compares the first activation with the end of the license.",
            way: Some(("Recover a code", paths::RECOVER)),
            write: "When you activated the license first, and when it ended.",
        },
        Topic::DeviceCount => Help {
            sentence: "Free a place under Licenses by releasing a device that is no longer used. It is free at once.",
            way: Some(("See your licenses", paths::LICENSES)),
            write: "How many devices you have, and how many you need.",
        },
        Topic::Renewal => Help {
            sentence: "A renewal code needs an earlier license of the same product. The form for codes says whether it found one.",
            way: Some(("Check the code", paths::ADD_CODE)),
            write: "Which license you renew, where you bought the renewal, and what the application showed.",
        },
        Topic::Region => Help {
            sentence: "A code works in the country of the store it was bought in. Switch off a VPN if one is on, then try again.",
            way: None,
            write: "Where you bought the code, where the device is, and whether you moved.",
        },
        Topic::BlockedCode => Help {
            sentence: "Support needs the license key and the proof of purchase to look into a blocked code.",
            way: Some(("See your licenses", paths::LICENSES)),
            write: "The license key, where and when the code was bought, and who has used it.",
        },
        Topic::Purchase => Help {
            sentence: "Bought from a partner or a provider? They know the order and help first; their name stands on the license.",
            way: Some(("See your licenses", paths::LICENSES)),
            write: "The order number, the day of the purchase, the buyer's name, and what is wrong.",
        },
        Topic::Refund => Help {
            sentence: "An approved refund cancels the code: every device that uses it loses the license at once.",
            way: None,
            write: "Why you want the money back, and the order number.",
        },
        Topic::Account => Help {
            sentence: "Your name, your password and other browsers are under Settings.",
            way: Some(("Open settings", paths::SETTINGS)),
            write: "What you wanted to do, and what happened instead.",
        },
        Topic::Usage | Topic::Other => Help {
            sentence: "A screenshot says more than a description. Add one if you can.",
            way: None,
            write: "What you wanted to do, and what happened instead.",
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_topic_can_be_chosen() {
        let mut offered: Vec<Topic> = TOPICS.iter().map(|(topic, _)| *topic).collect();
        offered.sort_unstable();
        let mut all = Topic::ALL.to_vec();
        all.sort_unstable();
        assert_eq!(offered, all);
    }
}
