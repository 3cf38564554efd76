//! How the program gets onto a device, for each system, in the words of an office.

use leptos::prelude::*;

/// A system, and its steps.
type Way = (&'static str, &'static [&'static str]);

const WAYS: [Way; 5] = [
    (
        "Windows",
        &[
            "Open the download link that came with your order, or ask whoever looks after your computers for the program.",
            "Open the file that was downloaded. Windows asks whether it may change your computer: answer “Yes”.",
            "Start the program from the Start menu and choose “Link this device”.",
            "Enter the eight letters that it shows on this page.",
        ],
    ),
    (
        "Mac",
        &[
            "Open the download link that came with your order, or ask whoever looks after your computers for the program.",
            "Open the file that was downloaded and drag the program into Applications.",
            "Start it from Applications. Your Mac asks whether to open a program from the internet: choose “Open”.",
            "Choose “Link this device” and enter the eight letters on this page.",
        ],
    ),
    (
        "Linux",
        &[
            "Ask whoever looks after your computers to install the package for your system.",
            "Open a terminal and start “latchkey-client link”.",
            "Enter the eight letters that it shows on this page. It shows a picture for the camera of a phone as well.",
        ],
    ),
    (
        "Android",
        &[
            "Open the Play Store, or the store of your phone, and install the program.",
            "Open it and allow what it asks for: without that it can’t protect the phone.",
            "Choose “Link this device” and enter the eight letters on this page, here or on your computer.",
        ],
    ),
    (
        "iPhone and iPad",
        &[
            "Open the App Store and install the program.",
            "Open it and allow what it asks for.",
            "Choose “Link this device” and enter the eight letters on this page, here or on your computer.",
        ],
    ),
];

/// The steps for each system, folded up.
pub(super) fn ways() -> AnyView {
    let ways = WAYS.iter().map(|(system, steps)| {
        let steps = steps.iter().map(|step| view! { <li>{*step}</li> }).collect_view();
        view! {
            <details>
                <summary>{*system}</summary>
                <ol>{steps}</ol>
            </details>
        }
    });
    view! {
        <section aria-labelledby="install" class="stack">
            <h2 id="install">"How to install"</h2>
            <p>"Choose the system of the device that you want to protect."</p>
            {ways.collect_view()}
        </section>
    }
    .into_any()
}
