//! One license as a datasheet: its facts, its code, and the devices that hold its seats.

use crate::form::Title;
use domain::case::Topic;
use domain::id::LicenseId;
use domain::license::Remaining;
use domain::license::details::LicenseDetails;
use domain::reserve::ReserveState;
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};
use time::OffsetDateTime;
use uuid::Uuid;

use super::api::{HandOverLicense, ShowCode, get_license};
use super::hand_over::{asked, hand_over};
use super::held::{devices, reserves, seats};
use super::show_code::{code_card, sentence};
use crate::form::tried;
use crate::ui::*;
use crate::waiting::{reading, unread};
use crate::{paths, wording};

/// The page of one license.
#[component]
pub fn Details() -> impl IntoView {
    let params = use_params_map();
    // an address that is no identity is answered like one of nobody's license
    let id = move || params.read().get("id").and_then(|id| id.parse().ok()).unwrap_or(LicenseId(Uuid::nil()));
    let license = Resource::new(id, get_license);
    let show = ServerAction::<ShowCode>::new();
    let hand = ServerAction::<HandOverLicense>::new();
    let (shown, handed) = (tried(show), tried(hand));
    let of_code = sentence(shown);
    let sentence = Signal::derive(move || of_code.get().or_else(|| handed.sentence().get()));
    let error = move || shown.error().or_else(|| handed.error());
    let query = use_query_map();
    let done = move || query.read().get("done").as_deref() == Some("handed-over");
    view! {
        <Title text=move || wording::title(error(), "License details")/>
        <div class="page">
            <ErrorSummary items=shown.items() sentence=sentence/>
            <Suspense fallback=reading>
                {move || Suspend::new(async move {
                    match license.await {
                        Ok(license) => sheet(license, show, hand, done()),
                        Err(error) => {
                            view! {
                                <PageHead title="License details" back_href=paths::LICENSES back_label="Licenses"/>
                                {unread(&error)}
                            }
                            .into_any()
                        }
                    }
                })}
            </Suspense>
        </div>
    }
    .into_any()
}

fn sheet(
    license: LicenseDetails,
    show: ServerAction<ShowCode>,
    hand: ServerAction<HandOverLicense>,
    handed: bool,
) -> AnyView {
    let waits = waits(&license);
    let (state, word) = super::standing(&license.facts, waits, license.now);
    let lead = standing_sentence(&license);
    let handed = handed.then(|| {
        let title = format!("{} administers this license now", license.administrator);
        view! {
            <Notice tone=Tone::Ok title=title live=true>
                <p>"Devices notice nothing of it."</p>
            </Notice>
        }
    });
    let (question, administrator) = (asked(&license, hand), hand_over(&license, hand));
    let trouble = trouble(license.id, license.administered_by_reader);
    let (seats, reserves) = (seats(&license), reserves(&license.reserves));
    let devices = devices(&license.held, license.now);
    view! {
        <PageHead title=license.product.clone() lead=lead back_href=paths::LICENSES back_label="Licenses">
            <Badge state label=word/>
        </PageHead>
        {handed}
        {question}
        {code_card(license.clone(), show)}
        {facts(license)}
        {seats}
        {devices}
        {reserves}
        {administrator}
        {trouble}
    }
    .into_any()
}

/// The ways to support from here, with this license filled in.
fn trouble(id: LicenseId, administers: bool) -> AnyView {
    let refund = administers.then(|| {
        view! { <li><a href=paths::ask_about(Topic::Refund, Some(id))>"Ask for a refund"</a></li> }
    });
    let ask = move |topic: Topic, words: &'static str| view! { <li><a href=paths::ask_about(topic, Some(id))>{words}</a></li> };
    view! {
        <Card heading="Something wrong with it?">
            <ul>
                {ask(Topic::Region, "It does not work in your country")}
                {ask(Topic::BlockedCode, "Its code is blocked")}
                {ask(Topic::Other, "Ask support about something else")}
                {refund}
            </ul>
        </Card>
    }
    .into_any()
}

/// Whether a code waits behind this license on one of its devices.
fn waits(license: &LicenseDetails) -> bool {
    license.reserves.iter().any(|entry| entry.state == ReserveState::Waiting)
}

fn standing_sentence(license: &LicenseDetails) -> String {
    let end = wording::day(license.facts.ends_at());
    if let Some(until) = license.facts.functions_until() {
        return format!(
            "The code of this license is blocked. Devices keep working until {}. Contact support with the license key and \
             the proof of purchase.",
            wording::day(until)
        );
    }
    match license.facts.remaining(license.now) {
        Remaining::Ended(_) => format!("This license ended on {end}. To go on, add a new activation code."),
        remaining if waits(license) => {
            format!("Runs until {end}: {}. Devices with a reserve switch to it then.", wording::remaining(remaining))
        }
        remaining => format!("Runs until {end}: {}.", wording::remaining(remaining)),
    }
}

fn facts(license: LicenseDetails) -> AnyView {
    let LicenseFactsText { starts, ends, left } = LicenseFactsText::of(&license);
    let days = license.term_days;
    view! {
        <Card heading="Facts">
            <Facts wide=true>
                <Fact term="License key"><Key text=license.license_key.to_string()/></Fact>
                <Fact term="Type">{wording::kind(license.facts.kind)}</Fact>
                <Fact term="Product">{license.product.clone()}</Fact>
                <Fact term="Term">{if days == 1 { "1 day".to_owned() } else { format!("{days} days") }}</Fact>
                <Fact term="Start"><Day iso=starts.0 text=starts.1/></Fact>
                <Fact term="End"><Day iso=ends.0 text=ends.1 left=left/></Fact>
                <Fact term="Administrator">
                    {license.administrator.clone()} {license.administered_by_reader.then_some(" (you)")}
                </Fact>
                <Fact term="License agreement">{format!("Version {}", license.agreement_version)}</Fact>
                <Fact term="Sold by">{license.seller.clone()}</Fact>
                <Fact term="Channel">{wording::channel(license.channel)}</Fact>
                <Fact term="Order number">
                    {match license.order_number.clone() {
                        Some(number) => view! { <Key text=number plain=true/> }.into_any(),
                        None => "None".into_any(),
                    }}
                </Fact>
                <Fact term="Works in">{super::countries(&license.countries)}</Fact>
            </Facts>
        </Card>
    }
    .into_any()
}

/// The dates of a datasheet: for machines, for people, and what is left.
struct LicenseFactsText {
    starts: (String, String),
    ends: (String, String),
    left: String,
}

impl LicenseFactsText {
    fn of(license: &LicenseDetails) -> Self {
        let both = |at: OffsetDateTime| (wording::iso(at), wording::day(at));
        let left = match license.facts.remaining(license.now) {
            Remaining::Ended(at) => wording::ago(at, license.now),
            remaining => wording::remaining(remaining),
        };
        Self { starts: both(license.facts.starts_at), ends: both(license.facts.ends_at()), left }
    }
}
