//! Articles about devices: linking one, freeing a seat, installing a system anew, and those without a connection.

use domain::feedback::Article;

use super::Part::{Head, Points, Say, Steps, Type};
use super::{Text, paths};

pub(super) static LINK_DEVICE: Text = Text {
    article: Article::LinkDevice,
    title: "Link a device",
    lead: "The device shows eight letters; enter them here, and it belongs to your office.",
    parts: &[
        Steps(&[
            "On the device, choose Connect to account in the application.",
            "It shows eight letters and a code for the camera of your phone.",
            "Choose Link a device here and enter the letters. They work for 15 minutes.",
            "Compare the name and the system of the device with the one in front of you, and confirm only if you started this yourself.",
        ]),
        Say("Without a window, type this on the device, with the address of this page:"),
        Type("latchkey-client link --server https://…"),
        Head("What linking does"),
        Points(&[
            "The license of the device and its code are kept in your account, where they can't get lost.",
            "You can send a license to it, rename it, and free its seat from here.",
            "Whoever links the first device of a license becomes its administrator.",
        ]),
        Say(
            "If the device belongs to another account, disconnect it there first, or from the application on the device.",
        ),
    ],
    places: &[("Link a device", paths::LINK), ("See devices", paths::DEVICES)],
    related: &[Article::ActivateSeven, Article::Reinstall, Article::OfflineDevices],
    words: "connect add computer phone user code pair account e28 e29",
};

pub(super) static FREE_SEAT: Text = Text {
    article: Article::FreeSeat,
    title: "Free a seat",
    lead: "Take the license away from a device that does not need it; its seat is free at once.",
    parts: &[
        Say("A license counts devices at the same time, not activations. You may move a seat as often as you need."),
        Steps(&[
            "Open Devices and choose the device that should give up its seat. One that was not seen for long is a good choice.",
            "Choose Release seat. The preview says what stops there and what is free afterwards.",
            "Confirm. The seat is free at once, also when the device is switched off or broken.",
            "Add the code on the new device, or send the license to it from its page.",
        ]),
        Head("Two things that are easily mixed up"),
        Points(&[
            "Release seat: the device loses the license and stays in your list.",
            "Disconnect device: it leaves your list, but its license keeps running and it keeps its seat.",
        ]),
        Say(
            "Only the administrator of a license can release its seats; the page of the license names them. If you need more seats than you have, the page of the license says where to buy them.",
        ),
    ],
    places: &[("See devices", paths::DEVICES), ("See licenses", paths::LICENSES)],
    related: &[Article::Reinstall, Article::DatesAndStates, Article::ActivateSeven],
    words: "release full all places in use limit too many devices broken stolen replace e12 e27 overused",
};

pub(super) static REINSTALL: Text = Text {
    article: Article::Reinstall,
    title: "Reinstall the computer",
    lead: "Link it before you begin; afterwards it gets the same seat and the same end date back, without a code.",
    parts: &[
        Head("Before"),
        Steps(&[
            "Make sure that the device stands in your list of devices. If not, link it now.",
            "Open its page and choose Reinstall the system: it shows whether everything is ready.",
            "Make a reinstall ticket there and print it, or photograph it. It works once, within 14 days.",
        ]),
        Head("Afterwards"),
        Steps(&[
            "Install the application. A newer version is fine.",
            "Type the command that stands on the ticket. The device has its license back: same seat, same end.",
        ]),
        Type("latchkey-client reinstall"),
        Head("Without a ticket"),
        Points(&[
            "Link the device again. The same hardware is known and keeps its seat.",
            "If parts of it were replaced, it may look new and need a seat: release the one of the old device.",
            "If it was never linked and the code is gone, recover the code.",
        ]),
    ],
    places: &[("See devices", paths::DEVICES), ("Recover a code", paths::RECOVER)],
    related: &[Article::FreeSeat, Article::RecoverCode, Article::LinkDevice],
    words: "format disk wipe windows new system ticket operating restore same seat mainboard",
};

pub(super) static OFFLINE_DEVICES: Text = Text {
    article: Article::OfflineDevices,
    title: "Devices without internet",
    lead: "A device works without a connection for ten days at a time; its page says what it knows and what it doesn't.",
    parts: &[
        Head("What works without a connection"),
        Points(&[
            "The application goes on for ten days after its last contact, or until the license ends.",
            "A reserve code is not used up while the device is away. It takes over at the first contact after the end of the license.",
        ]),
        Head("What needs one contact"),
        Points(&[
            "Activating, linking, and learning that a license was sent to it.",
            "Learning that its seat was released. The seat is free at once, but the device stops only at its next contact, or when its ten days are over.",
        ]),
        Say(
            "What you asked of a device and it has not confirmed yet stands on its page, with the latest moment at which it takes effect.",
        ),
        Head("Bring it in touch"),
        Steps(&[
            "Connect the device for a minute, a phone's hotspot is enough.",
            "Open the application, or type this:",
        ]),
        Type("latchkey-client heartbeat"),
        Say("If the clock of the device is wrong by more than a week, it is refused until the clock is right."),
    ],
    places: &[("See devices", paths::DEVICES)],
    related: &[Article::FreeSeat, Article::AddReserve, Article::DatesAndStates],
    words: "offline connection network no internet last seen silent clock e24 e25",
};
