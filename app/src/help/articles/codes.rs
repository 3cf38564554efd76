//! Articles about codes: activating with one, getting one back, and one that belongs elsewhere.

use domain::feedback::Article;

use super::Part::{Head, Points, Say, Steps, Type};
use super::{Text, paths};

pub(super) static ACTIVATE_SEVEN: Text = Text {
    article: Article::ActivateSeven,
    title: "Activate version 7",
    lead: "Link the device, then add the code here; the application does the rest.",
    parts: &[
        Say(
            "You need the activation code: 20 letters and digits in four blocks of five. It is printed on the card or in the box, or stands in the mail about your order.",
        ),
        Head("From this page"),
        Steps(&[
            "Link the device, if it is not in your list of devices yet.",
            "Choose Add activation code and type or paste the code. Dashes and small letters do not matter.",
            "Choose the device and look at the preview: it says what would happen and until when the license runs.",
            "Accept the license agreement and add the code. The device is licensed at its next contact, usually within a minute.",
        ]),
        Head("On the device"),
        Steps(&[
            "Open the application. While it is not activated, the Activation window opens by itself; otherwise choose License, Enter activation code.",
            "Accept the agreement and enter the code.",
        ]),
        Say("Without a window, type this:"),
        Type("latchkey-client activate"),
        Head("Good to know"),
        Points(&[
            "The term begins with the first activation. Further devices share the same end.",
            "If a license runs on the device already, the code waits as reserve and takes over at its end.",
            "If the code is refused, nothing is used up, and the message says why and what to do.",
        ]),
    ],
    places: &[("Add activation code", paths::ADD_CODE), ("Link a device", paths::LINK)],
    related: &[Article::LinkDevice, Article::AddReserve, Article::OtherRegion],
    words: "enter install first time start new code box card trial agreement e01 e03 e33",
};

pub(super) static ACTIVATE_SIX: Text = Text {
    article: Article::ActivateSix,
    title: "Activate version 6",
    lead: "Version 6 takes the code in its own window; the license appears here once the device is linked.",
    parts: &[
        Steps(&[
            "Open the application on the device and choose License at the foot of its main window.",
            "Choose Enter activation code, accept the agreement and enter the 20 letters and digits.",
            "Wait for the page that shows the license key and the end of the term. Keep the license key: it helps support to find your license.",
        ]),
        Head("Then link the device"),
        Say(
            "Version 6 works without an account. Link the device all the same: the license and its code are then kept here and can't get lost with the computer.",
        ),
        Head("Or install version 7"),
        Say(
            "A license covers newer versions as well. The same code keeps working, and no place is used twice on the same device.",
        ),
    ],
    places: &[("Link a device", paths::LINK), ("See licenses", paths::LICENSES)],
    related: &[Article::ActivateSeven, Article::RecoverCode, Article::Reinstall],
    words: "old version upgrade window license key enter code",
};

pub(super) static RECOVER_CODE: Text = Text {
    article: Article::RecoverCode,
    title: "Recover a code",
    lead: "Look in your account first; it most likely has the code. If not, support finds it with your license key.",
    parts: &[
        Head("Is it in your account?"),
        Steps(&[
            "Open Licenses and choose Details of the license.",
            "Choose Show code and enter your password. Only the license administrator sees the code; the page names them.",
        ]),
        Head("Is it in your mail?"),
        Say(
            "A code that was bought online stands in the mail about the order. Search your mail for the name of the product or of the shop.",
        ),
        Head("Ask support"),
        Say(
            "Choose Recover a code and tell us what happened: the code was lost, deleted, or the license ended too early. Have this at hand:",
        ),
        Points(&[
            "the license key: 32 digits and letters, shown in the Licensing window of the application",
            "where and when it was bought, by whom, and the order number if there is one",
            "about when the code was first used",
        ]),
        Say("A license key alone never gives a code away. That protects you, too."),
    ],
    places: &[("Recover a code", paths::RECOVER), ("See licenses", paths::LICENSES)],
    related: &[Article::Reinstall, Article::DatesAndStates, Article::Refund],
    words: "lost deleted forgot find ended early missing show code license key e36",
};

pub(super) static OTHER_REGION: Text = Text {
    article: Article::OtherRegion,
    title: "The code is for another region",
    lead: "A code is activated in the country of the store that sold it; a license that runs already travels with you.",
    parts: &[
        Say(
            "The message \u{201c}Activation code is invalid for this region\u{201d} names two countries: where the code was bought, and where we saw the device. What counts is the country of the device, not that of your office. Nothing was used up.",
        ),
        Head("If the country we saw is wrong"),
        Steps(&[
            "Switch off a VPN or proxy on the device.",
            "Try again. Near a border, or with some mobile networks, the country can be taken for the one next door: write to support then.",
        ]),
        Head("If it is right"),
        Points(&[
            "Use the code on a device in the country it was bought for.",
            "Buy a code for the country of this device; the license page names the stores.",
            "You moved? The running license goes on until its end. For the time after it, buy in the new country.",
        ]),
    ],
    places: &[("Write to support", paths::REQUESTS), ("See licenses", paths::LICENSES)],
    related: &[Article::ActivateSeven, Article::Renew, Article::Refund],
    words: "country abroad travel vpn move store invalid e09",
};

pub(super) static LEAKED_CODE: Text = Text {
    article: Article::LeakedCode,
    title: "Others know your code",
    lead: "Replace the code: the devices you know keep working, and the old code is refused from then on.",
    parts: &[
        Say(
            "Whoever has a code can use up your seats. Do this as soon as a code was mailed, posted or seen by others.",
        ),
        Steps(&[
            "Open Licenses, choose Details of the license, and there Replace it.",
            "Tick the devices that you know. They stay active; nobody types anything there.",
            "Enter your password and replace the code.",
        ]),
        Head("What happens then"),
        Points(&[
            "Within a minute the old code is refused everywhere.",
            "Devices that you did not tick lose their seats, which are free for yours.",
            "The dates of the license stay as they are. The new code stands on the page of the license.",
        ]),
    ],
    places: &[("See licenses", paths::LICENSES)],
    related: &[Article::BlockedCode, Article::FreeSeat],
    words: "leak stolen published strangers unknown devices rotate replace safe e06",
};

pub(super) static BLOCKED_CODE: Text = Text {
    article: Article::BlockedCode,
    title: "The code is blocked",
    lead: "Devices keep working for 8 days; support lifts the block when the purchase is proved.",
    parts: &[
        Say(
            "A code is blocked when it was published, stolen, or used on far more devices than it has seats. Nothing is lost yet: devices that use it work for 8 days.",
        ),
        Steps(&[
            "Find the license key: Licenses, Details, or the Licensing window of the application.",
            "Find the proof of purchase: the order mail, the receipt, or a photo of the card.",
            "Ask support about the blocked code, with both.",
        ]),
        Head("What happens then"),
        Points(&[
            "If the proof is accepted, the block is lifted. The dates stay as they were.",
            "If others know the code, replace it afterwards, so that it is not blocked again.",
            "Without an answer, devices fall to the level of an ended license after 8 days.",
        ]),
    ],
    places: &[("Ask support", paths::ASK_ABOUT_BLOCKED), ("See licenses", paths::LICENSES)],
    related: &[Article::LeakedCode, Article::RecoverCode],
    words: "denied denylist block banned refused appeal e04",
};
