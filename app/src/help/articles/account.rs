//! Articles about the account: signing in safely, and leaving with everything.

use domain::feedback::Article;

use super::Part::{Head, Points, Say, Steps};
use super::{Text, paths};

pub(super) static SAFE_SIGN_IN: Text = Text {
    article: Article::SafeSignIn,
    title: "Sign in safely, and without your phone",
    lead: "Add a passkey or a second step under Settings; recovery codes let you in when the phone is gone.",
    parts: &[
        Head("With a passkey"),
        Say(
            "A passkey is kept on your phone, your computer or a security key. Signing in then takes a fingerprint or a PIN, and no page can trick you out of it.",
        ),
        Steps(&[
            "Open Settings and find Passkeys.",
            "Choose Add passkey, enter your password, and follow what your browser asks.",
            "Add a second one on another device, so that losing one locks nobody out.",
        ]),
        Head("With a second step"),
        Steps(&[
            "Open Settings and choose to switch on the second step.",
            "Scan the picture with an authenticator app and enter the six digits that it shows.",
            "Print the recovery codes that you get then. Each lets you in once.",
        ]),
        Head("The phone is lost"),
        Points(&[
            "Sign in with your password and, in place of the six digits, one recovery code.",
            "Then switch the second step off and on again under Settings: the lost phone counts no more.",
            "Remove the passkey of that phone, and end its session, on the same page.",
            "No recovery code left? Write to support from the address you sign in with; it takes proof and some days.",
        ]),
    ],
    places: &[("Open settings", paths::SETTINGS)],
    related: &[Article::LeaveAccount, Article::InviteColleague],
    words: "two-step totp authenticator passkey fingerprint lost phone recovery codes password security key locked out",
};

pub(super) static LEAVE_ACCOUNT: Text = Text {
    article: Article::LeaveAccount,
    title: "Take your data along, or close the account",
    lead: "Everything that is kept about your office can be downloaded at any time; closing takes 14 days and can be undone until then.",
    parts: &[
        Head("Take your data along"),
        Steps(&[
            "Open Settings and find Your data.",
            "Choose a table or one file with everything. Codes are not in it.",
            "For the codes, choose to have them mailed to you: they go to the address you sign in with.",
        ]),
        Head("Close the account"),
        Steps(&[
            "Hand over each license that you administer, on its page, to a colleague.",
            "If you are the last owner, hand the office over first, or let the paid licenses end.",
            "Open Settings, choose Close account and enter your password.",
        ]),
        Head("What happens then"),
        Points(&[
            "Signing in within 14 days keeps the account.",
            "After that your name and address are deleted. What the law makes us keep stays without them.",
            "Devices of colleagues keep their seats.",
        ]),
    ],
    places: &[("Open settings", paths::SETTINGS), ("See people", paths::PEOPLE)],
    related: &[Article::InviteColleague, Article::SafeSignIn],
    words: "delete account gdpr export download csv data leave close end hand over",
};
