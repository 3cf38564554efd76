//! The time zone that pages are in, and the language that support answers in.

use domain::person::Own;
use domain::person::preferences::Language;
use leptos::prelude::*;

use super::api::SetPreferences;
use crate::form::{Form, tried};
use crate::ui::*;

/// The card of what people choose for themselves.
pub(super) fn card(own: Own, set: ServerAction<SetPreferences>) -> AnyView {
    let chosen = tried(set);
    let kept = own.preferences.clone();
    let posted = |field: &str, kept: String| match chosen.value(field) {
        typed if typed.is_empty() => kept,
        typed => typed,
    };
    let language_kept = kept.language.map(|language| language.as_str().to_owned()).unwrap_or_default();
    let zone = posted("zone", kept.zone.clone().unwrap_or_default());
    let language = posted("language", language_kept.clone());
    let zones = own.zones.iter().map(|name| (name.clone(), name.replace('_', " "))).collect();
    let languages = Language::ALL.iter().map(|one| (one.as_str().to_owned(), one.name().to_owned())).collect();
    let offered = kept.zone.is_none().then(|| offer(own.zones, language_kept, set));
    view! {
        <Card heading="Time zone and language" id="preferences">
            {offered}
            <Form action=set class="fields">
                <Select
                    name="zone"
                    label="Time zone"
                    options=zones
                    value=zone
                    blank="UTC, none chosen"
                    hint="Days and times on the pages go by the clocks there. Licenses end at the same moment everywhere."
                    error=chosen.field("zone")
                />
                <Select
                    name="language"
                    label="Language for answers from support"
                    options=languages
                    value=language
                    blank="English, none chosen"
                    hint="The pages and mails speak English only for now. Support sees your choice and answers in it where it can."
                    error=chosen.field("language")
                />
                <div class="form-actions"><Button busy=chosen.busy()>"Save time zone and language"</Button></div>
            </Form>
        </Card>
    }
    .into_any()
}

/// Offers the browser's own zone, until one was chosen.
fn offer(zones: Vec<String>, language: String, set: ServerAction<SetPreferences>) -> AnyView {
    let found = RwSignal::new(None::<String>);
    // pages show UTC until one is chosen, and it has more names than one
    let differs = |zone: &String| !zone.starts_with("Etc/") && !["UTC", "GMT", "Zulu"].contains(&zone.as_str());
    Effect::new(move |_| found.set(browser_zone().filter(|zone| zones.contains(zone) && differs(zone))));
    (move || {
        let language = language.clone();
        found.get().map(|zone| {
            let shown = zone.replace('_', " ");
            view! {
                <Notice title="Your browser is in another time zone">
                    <p>{format!("It goes by the clocks of {shown}. Pages show UTC until you choose.")}</p>
                    <Form action=set>
                        <input type="hidden" name="zone" value=zone/>
                        <input type="hidden" name="language" value=language/>
                        <Button variant=Variant::Secondary>{format!("Show times of {shown}")}</Button>
                    </Form>
                </Notice>
            }
        })
    })
    .into_any()
}
