//! Asking support: the topic comes first, then what helps without support, then the form.

use domain::case::Topic;
use domain::country::Country;
use domain::license::details::LicenseCard;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::api::{AskRefund, OpenCase};
use super::refund::AskForRefund;
use super::sellers::Sellers;
use super::topics::{self, TOPICS};
use crate::devices::api::{DeviceChoices, get_link_devices};
use crate::form::{FilesForm, Title, Tried, tried};
use crate::licenses::api::get_licenses;
use crate::load::load;
use crate::thread::Files;
use crate::ui::*;
use crate::waiting::reading;
use crate::{paths, wording};

/// What stands in the form before anybody types: from the address, or typed before without script.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Given {
    topic: Option<Topic>,
    license: String,
    device: String,
    country: Option<Country>,
    follows: String,
}

#[component]
pub fn NewRequest() -> impl IntoView {
    let open = ServerAction::<OpenCase>::new();
    let refund = ServerAction::<AskRefund>::new();
    let (tried, asked) = (tried(open), tried(refund));
    let query = use_query_map();
    let given = Memo::new(move |_| {
        // a form posted without script comes back without its query
        let of = |name: &str| {
            let typed = tried.value(name);
            if typed.is_empty() { query.read().get(name).unwrap_or_default() } else { typed }
        };
        if asked.error().is_some() {
            let refund = Some(Topic::Refund);
            return Given { topic: refund, license: asked.value("license"), ..Given::default() };
        }
        Given {
            topic: of("topic").parse().ok(),
            license: of("license"),
            device: of("device"),
            country: of("country").parse().ok(),
            follows: of("follows"),
        }
    });
    view! {
        <Title text=move || wording::title(tried.error().or_else(|| asked.error()), "Ask support")/>
        <div class="page page-narrow">
            {move || match given.get() {
                Given { topic: Some(Topic::Refund), license, .. } => {
                    view! { <AskForRefund license=license.parse().ok() ask=refund/> }.into_any()
                }
                given @ Given { topic: Some(topic), .. } => view! { <Asking topic given open/> }.into_any(),
                given => choosing(&given, tried),
            }}
        </div>
    }
    .into_any()
}

fn choosing(given: &Given, tried: Tried<OpenCase>) -> AnyView {
    let license = given.license.parse().ok();
    let topics = TOPICS.iter().map(|(topic, hint)| {
        view! {
            <li>
                <div>
                    <span class="ledger-main">
                        <a href=paths::ask_about(*topic, license)>{wording::topic(*topic)}</a>
                        <span class="muted small">{*hint}</span>
                    </span>
                </div>
            </li>
        }
    });
    let topics = topics.collect_view();
    view! {
        <PageHead
            title="Ask support"
            lead="Choose what it is about. For some things there is a way that needs nobody."
            back_href=paths::REQUESTS
            back_label="Requests"
        />
        <ErrorSummary items=tried.items() sentence=tried.sentence()/>
        <ul class="ledger" role="list" id="topic">{topics}</ul>
    }
    .into_any()
}

#[component]
fn Asking(topic: Topic, given: Given, open: ServerAction<OpenCase>) -> impl IntoView {
    let tried = tried(open);
    let help = topics::help(topic);
    // a purchase is about no device
    let about_device = topic != Topic::Purchase;
    let about = given.device.parse().ok();
    let choices = load(
        move || about,
        move |about| async move {
            let devices = if about_device { get_link_devices(about).await } else { Ok(DeviceChoices::default()) };
            (get_licenses().await, devices)
        },
    );
    let given = StoredValue::new(given);
    view! {
        <PageHead
            title=wording::topic(topic)
            lead="Support answers within one working day. A mail tells you when."
            back_href=paths::NEW_REQUEST
            back_label="All topics"
        />
        <ErrorSummary items=tried.items() sentence=tried.sentence()/>
        <Notice title="Before you write">
            <p>{help.sentence}</p>
            {help.way.map(|(label, href)| view! { <p><a href=href>{label}</a></p> })}
        </Notice>
        {(topic == Topic::Purchase).then(|| view! { <Sellers/> })}
        <Suspense fallback=reading>
            {move || Suspend::new(async move {
                let (licenses, devices) = choices.await;
                let choices = Choices {
                    licenses: licenses.map(|read| read.cards.iter().map(named).collect()).unwrap_or_default(),
                    devices: devices.unwrap_or_default(),
                };
                form(topic, choices, given.get_value(), open, tried)
            })}
        </Suspense>
    }
    .into_any()
}

/// What a case can be about, each with its identity and its words.
struct Choices {
    licenses: Vec<(String, String)>,
    devices: DeviceChoices,
}

fn named(card: &LicenseCard) -> (String, String) {
    let end = wording::day(card.facts.ends_at());
    (card.id.to_string(), format!("{}, ends {end}, code ending in {}", card.product, card.tail))
}

fn form(topic: Topic, choices: Choices, given: Given, open: ServerAction<OpenCase>, tried: Tried<OpenCase>) -> AnyView {
    let follows = (!given.follows.is_empty()).then(|| {
        let number = given.follows.clone();
        view! {
            <p>"This case follows " <a href=paths::request(&number)>{number.clone()}</a> ". Support sees both."</p>
            <input type="hidden" name="follows" value=number/>
        }
    });
    let description = Some(tried.value("description"))
        .filter(|typed| !typed.is_empty())
        .or_else(|| given.country.map(|seen| format!("The device is in {}. ", seen.in_sentence())))
        .unwrap_or_default();
    let DeviceChoices { options, more } = choices.devices;
    let hint = more.then(|| format!("Only {} devices are listed. If yours is missing, name it below.", options.len()));
    let hint = hint.unwrap_or_default();
    view! {
        <FilesForm action=open class="fields">
            <input type="hidden" name="topic" value=topic.as_str()/>
            {follows}
            <Field
                name="subject"
                label="In one line"
                hint="This line stands in your list and in our mails."
                required=true
                maxlength=160
                value=tried.value("subject")
                error=tried.field("subject")
            />
            <Select
                name="license"
                label="Which license?"
                options=choices.licenses
                value=given.license
                blank="None, or I do not know"
                optional=true
                error=tried.field("license")
            />
            {(topic != Topic::Purchase).then(|| view! {
                <Select
                    name="device"
                    label="Which device?"
                    hint=hint
                    options=options
                    value=given.device
                    blank="None, or all of them"
                    optional=true
                    error=tried.field("device")
                />
            })}
            <TextArea
                name="description"
                label="What happened?"
                hint=topics::help(topic).write
                rows=8
                required=true
                value=description
                error=tried.field("description")
            />
            <Files
                label="Pictures or documents"
                hint="A screenshot, or the receipt if it is about a purchase."
                error=tried.field("files")
                came_back=tried.came_back()
            />
            <div class="form-actions">
                <Button busy=tried.busy()>"Send request"</Button>
                <ButtonLink href=paths::REQUESTS variant=Variant::Quiet>"Back to requests"</ButtonLink>
            </div>
        </FilesForm>
    }
    .into_any()
}
