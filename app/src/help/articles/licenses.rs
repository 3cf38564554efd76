//! Articles about licenses: what comes after one, what its dates say, who looks after it, and money.

use domain::feedback::Article;

use super::Part::{Head, Points, Say, Steps};
use super::{Text, paths};

pub(super) static ADD_RESERVE: Text = Text {
    article: Article::AddReserve,
    title: "Add a reserve code",
    lead: "Add the new code while the old license runs: it waits, and takes over by itself at the end. No day is lost.",
    parts: &[
        Steps(&[
            "Choose Add activation code and enter the new code.",
            "Choose the device. If a license runs on it, the preview says that the code will wait, and until when.",
            "A code waits on one device. To use it on several, choose all my devices, or add it on each.",
            "Confirm. The page of the device shows the reserve and the day of the switch.",
        ]),
        Head("Good to know"),
        Points(&[
            "A waiting code is unused: its term begins with the switch, unless it was used somewhere before.",
            "One code can wait on a device. A second one asks whether to take its place.",
            "You can take a waiting code back until the switch.",
            "A trial code and a subscription can't wait, and nothing waits behind a subscription.",
            "If the switch fails, you get a mail with the reason, and the device offers Activate now.",
        ]),
    ],
    places: &[("Add activation code", paths::ADD_CODE), ("See devices", paths::DEVICES)],
    related: &[Article::Renew, Article::DatesAndStates, Article::ActivateSeven],
    words: "second code waiting next switch takeover e16 e17 e18 e19 e20 e21",
};

pub(super) static RENEW: Text = Text {
    article: Article::Renew,
    title: "Renew a license",
    lead: "Buy a renewal code for the country of the license and add it; before the end it waits as reserve.",
    parts: &[
        Steps(&[
            "Open Licenses and the license that ends. Its page names the stores and the license key that a renewal asks for.",
            "Buy the renewal. The code comes by mail.",
            "Choose Add activation code. On devices where the license still runs, the code waits and takes over at the end; where it has ended, the new term starts at once.",
        ]),
        Head("Good to know"),
        Points(&[
            "A renewal code looks for an earlier license. If it finds none on the device, it asks for the previous code.",
            "Without a previous code you may accept a shorter term.",
            "One previous license backs one renewal, for no more devices than it had.",
            "Nothing has to be installed again, also after the end.",
            "A trial is not renewed: any paid code replaces it at once.",
        ]),
    ],
    places: &[("See licenses", paths::LICENSES), ("Add activation code", paths::ADD_CODE)],
    related: &[Article::AddReserve, Article::DatesAndStates, Article::OtherRegion],
    words: "extend buy again discount expired ended upgrade center e10 e14 e22 e23",
};

pub(super) static REFUND: Text = Text {
    article: Article::Refund,
    title: "Ask for a refund",
    lead: "Support decides about refunds; tell them the order and the reason.",
    parts: &[
        Steps(&[
            "Have the order number and the day of purchase at hand. Both stand in the mail about the order.",
            "Write to support about the refund: what you bought, and why you want to give it back.",
            "Support compares it with the order and answers. A store can't decide it alone; it pays when support has agreed.",
        ]),
        Head("What happens when it is granted"),
        Points(&[
            "The code is cancelled, and every device that uses it loses the license.",
            "A code that waits as reserve is taken back; the license that runs before it stays as it is.",
            "The money comes from the store that sold it, the way you paid.",
        ]),
        Say("Most stores take a purchase back within 30 days of the order."),
    ],
    places: &[("Write to support", paths::REQUESTS)],
    related: &[Article::OtherRegion, Article::Renew, Article::RecoverCode],
    words: "money back return cancel order wrong purchase e05",
};

pub(super) static INVITE_COLLEAGUE: Text = Text {
    article: Article::InviteColleague,
    title: "Invite a colleague",
    lead: "A colleague protects devices with your license and never sees its code.",
    parts: &[
        Steps(&[
            "Open People in the menu and enter the e-mail address of your colleague.",
            "They get a mail with a link that works for 14 days, and choose a password of their own.",
            "They link their devices. You see them under Devices, with the name of the person.",
        ]),
        Head("Who may do what"),
        Points(&[
            "Whoever added a code first, or linked the first device that uses it, is the administrator of that license.",
            "Only the administrator sees the code, releases seats and sends the license to devices.",
            "The administrator can hand the license over to another person of the office, on the page of the license.",
        ]),
        Say(
            "When somebody leaves, their devices keep protection for seven days, so that you can hand them over in peace.",
        ),
    ],
    places: &[("See licenses", paths::LICENSES), ("See devices", paths::DEVICES)],
    related: &[Article::LinkDevice, Article::FreeSeat, Article::DatesAndStates],
    words: "people member user team administrator role share hand over e27 e30",
};

pub(super) static DATES_AND_STATES: Text = Text {
    article: Article::DatesAndStates,
    title: "Dates and states",
    lead: "What the words beside a license mean, and when something is to be done.",
    parts: &[
        Head("States of a license"),
        Points(&[
            "Active: everything works.",
            "Ending soon: 30 days or fewer are left. Add a reserve code, and nothing happens on the day.",
            "Reserve waits: it ends soon, and the next code is ready. Nothing is to be done.",
            "Grace period: a subscription has ended, and everything works for a few days more.",
            "Ended: a paid license no longer gets new databases, and some parts are restricted. After a trial the application stops.",
            "Suspended: a subscription is paused or its payment failed. Ask your provider.",
            "Blocked: the code is no longer accepted. Devices go on for eight days; write to support.",
            "Cancelled: the order was refunded.",
        ]),
        Head("Dates"),
        Points(&[
            "The term begins with the first activation and is counted in days. All devices share its end.",
            "Days left are rounded up; the last day reads \u{201c}ends today\u{201d}.",
            "Our clock decides, not that of the device.",
        ]),
        Head("Seats"),
        Say(
            "The small boxes are seats: filled ones are in use. Overused means that more devices use the license than it allows; release a seat or buy more.",
        ),
    ],
    places: &[("See licenses", paths::LICENSES), ("Go to the overview", paths::OVERVIEW)],
    related: &[Article::AddReserve, Article::Renew, Article::FreeSeat],
    words: "expires expired ending status meaning color end date term days left pips overused grace blocked e04 e06 e11 e35",
};

pub(super) static MORE_DEVICES: Text = Text {
    article: Article::MoreDevices,
    title: "Protect more devices",
    lead: "Free a seat that is not used any more, or add seats to the license that runs; they work as soon as they are paid.",
    parts: &[
        Head("First look for a free seat"),
        Steps(&[
            "Open Licenses: each card shows how many seats of each class are in use.",
            "If one is held by a device that is gone, release it under Devices. It is free at once.",
        ]),
        Head("Add seats to a license"),
        Steps(&[
            "Open Renew and add devices, choose the license and More devices now.",
            "Enter how many you want in all. The price counts only the days that are left.",
            "Pay at the store. The new seats work with the same code; the end stays as it is.",
        ]),
        Head("Or buy a second license"),
        Say(
            "It runs beside the first, with its own dates. A device uses one of them at a time. A partner near you can sell both, too.",
        ),
    ],
    places: &[("Renew and add devices", paths::RENEW), ("See devices", paths::DEVICES)],
    related: &[Article::FreeSeat, Article::Renew],
    words: "more seats places upgrade full add buy e12 e08 server phone",
};
