//! One license as a datasheet: its facts, its code, and the devices that hold its seats.

use crate::form::Title;
use domain::Error;
use domain::case::Topic;
use domain::id::LicenseId;
use domain::license::Remaining;
use domain::license::details::{LicenseDetails, Pages};
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};
use time::OffsetDateTime;
use uuid::Uuid;

use super::api::{HandOverLicense, MailCode, ShowCode, get_license};
use super::download::download;
use super::grants::grants;
use super::hand_over::{asked, hand_over};
use super::held::{devices, reserves, seats};
use super::purchase::purchase;
use super::show_code::{ask_mail, code_card, sentence};
use crate::error::AppError;
use crate::form::{last_refused, tried};
use crate::load::load;
use crate::people::api::{GrantLicense, RevokeGrant};
use crate::ui::*;
use crate::waiting::{reading, unread};
use crate::{paths, wording};

/// The page of one license.
#[component]
pub fn Details() -> impl IntoView {
    let params = use_params_map();
    // an address that is no identity is answered like one of nobody's license
    let id = move || params.read().get("id").and_then(|id| id.parse().ok()).unwrap_or(LicenseId(Uuid::nil()));
    let query = use_query_map();
    let pages = Memo::new(move |_| {
        let of = |name: &str| query.read().get(name);
        Pages {
            held_after: of("after").and_then(|id| id.parse().ok()),
            grants_after: of("colleagues_after").and_then(|id| id.parse().ok()),
        }
    });
    let license = load(move || (id(), pages.get()), |(id, pages)| get_license(id, pages));
    let show = ServerAction::<ShowCode>::new();
    let hand = ServerAction::<HandOverLicense>::new();
    let (grant, revoke) = (ServerAction::<GrantLicense>::new(), ServerAction::<RevokeGrant>::new());
    let shown = tried(show);
    let mail = ServerAction::<MailCode>::new();
    let of_code = sentence(shown);
    let others =
        last_refused(vec![tried(hand).voice(), tried(grant).voice(), tried(revoke).voice(), tried(mail).voice()]);
    let other = Signal::derive(move || others.get().map(|(error, _)| error));
    let sentence = Signal::derive(move || of_code.get().or_else(|| other.get().and_then(|error| of_other(&error))));
    let of_show = shown.items();
    let items = Signal::derive(move || match other.get() {
        Some(error) => wording::items(&error),
        None => of_show.get(),
    });
    let error = move || shown.error().or_else(|| other.get());
    let done = move || query.read().get("done").unwrap_or_default();
    let deeds = Deeds { show, hand, grant, revoke, mail };
    view! {
        <div class="page">
            <ErrorSummary items=items sentence=sentence/>
            <Suspense fallback=reading>
                {move || Suspend::new(async move {
                    match license.await {
                        Ok(license) => {
                            let title = format!("{} – Licenses", license.product);
                            view! {
                                <Title text=move || wording::title(error(), &title)/>
                                {sheet(license, pages.get_untracked(), deeds, &done())}
                            }
                            .into_any()
                        }
                        Err(error) => {
                            view! {
                                <Title text="License details – Licenses"/>
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

/// Not being known means here that the password is asked for.
fn of_other(error: &AppError) -> Option<String> {
    match error {
        AppError::Deed(Error::Unauthenticated) => Some("Enter your password first.".to_owned()),
        error => wording::whole(error),
    }
}

/// Everything that can be asked of a license here.
#[derive(Clone, Copy)]
struct Deeds {
    show: ServerAction<ShowCode>,
    hand: ServerAction<HandOverLicense>,
    grant: ServerAction<GrantLicense>,
    revoke: ServerAction<RevokeGrant>,
    mail: ServerAction<MailCode>,
}

/// What was just done, in words.
fn outcome(license: &LicenseDetails, done: &str) -> Option<AnyView> {
    let (title, text) = match done {
        "handed-over" => {
            (format!("{} administers this license now", license.administrator), "Devices notice nothing of it.")
        }
        "mailed" => ("The code is on its way to you".to_owned(), "It goes to the address you sign in with."),
        "rotated" => (
            "The code is replaced".to_owned(),
            "The old one is refused from now on. Devices you ticked keep working; show the new code here when you need it.",
        ),
        "granted" => {
            ("Your colleague may use this license".to_owned(), "They find it under Send license on their devices.")
        }
        "grant-revoked" => (
            "Your colleague may not use it any more".to_owned(),
            "Devices that hold a place keep it until you release it.",
        ),
        _ => return None,
    };
    Some(view! { <Done title=title text=text/> }.into_any())
}

fn sheet(license: LicenseDetails, pages: Pages, deeds: Deeds, done: &str) -> AnyView {
    let Deeds { show, hand, grant, revoke, mail } = deeds;
    let mailing = ask_mail(&license, mail);
    let more = more(license.id);
    let (state, word) = super::standing(&license.facts, license.has_reserve, license.now);
    let lead = standing_sentence(&license);
    let (handed, colleagues) = (outcome(&license, done), grants(&license, pages, grant, revoke));
    let (question, administrator) = (asked(&license, hand), hand_over(&license, hand));
    let trouble = trouble(license.id, license.administered_by_reader);
    let (seats, reserves) = (seats(&license), reserves(&license));
    let devices = devices(&license, pages);
    let (bought, install) = (purchase(&license), download(&license));
    view! {
        <PageHead title=license.product.clone() lead=lead back_href=paths::LICENSES back_label="Licenses">
            <Badge state label=word/>
        </PageHead>
        {handed}
        {question}
        {mailing}
        {code_card(license.clone(), show)}
        {facts(license)}
        {bought}
        {seats}
        {devices}
        {reserves}
        {install}
        {colleagues}
        {more}
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

/// Where more stands about a license.
fn more(id: LicenseId) -> AnyView {
    view! {
        <Card heading="More about this license">
            <ul class="stack-tight">
                <li><a href=paths::renew(id)>"Renew it, or add devices"</a></li>
                <li><a href=paths::license_history(id)>"History: everything that was done to it, and why"</a></li>
                <li><a href=paths::certificate(id)>"Certificate to print"</a></li>
            </ul>
        </Card>
    }
    .into_any()
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
        remaining if license.has_reserve => {
            format!("Runs until {end}: {}. Devices with a reserve switch to it then.", wording::remaining(remaining))
        }
        remaining => format!("Runs until {end}: {}.", wording::remaining(remaining)),
    }
}

fn facts(license: LicenseDetails) -> AnyView {
    let LicenseFactsText { starts, ends, left } = LicenseFactsText::of(&license);
    let (days, key) = (license.term_days, super::key(&license));
    view! {
        <Card heading="Facts">
            <Facts wide=true>
                <Fact term="License key"><Key text=key/></Fact>
                <Fact term="Type">{wording::kind(license.facts.kind)}</Fact>
                <Fact term="Product">{license.product.clone()}</Fact>
                <Fact term="Term">{if days == 1 { "1 day".to_owned() } else { format!("{days} days") }}</Fact>
                <Fact term="Start"><Day iso=starts.0 text=starts.1/></Fact>
                <Fact term="End"><Day iso=ends.0 text=ends.1 left=left/></Fact>
                <Fact term="Administrator">
                    {license.administrator.clone()} {license.administered_by_reader.then_some(" (you)")}
                </Fact>
                <Fact term="License agreement">{format!("Version {}", license.agreement_version)}</Fact>
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
