//! The third step: what the holder still knows, by the order (R81) or by the license key (R83). What the account knows of a
//! license is filled in.

use domain::id::LicenseId;
use domain::recovery::{KnownFacts, Reason, Route};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use crate::form::{FilesForm, Tried, tried};
use crate::load::load;
use crate::recovery::api::{AskRecovery, get_known};
use crate::thread::Files;
use crate::ui::*;
use crate::waiting::reading;
use crate::{paths, wording};

fn reasons() -> Vec<Choice> {
    let hint = |reason| match reason {
        Reason::Lost => "The card, the box or the note with the code is gone.",
        Reason::Deleted => "The mail or the file with the code was deleted.",
        Reason::ExpiredEarly => "The license ended before the days you paid for were over.",
    };
    Reason::ALL
        .iter()
        .map(|reason| Choice::new(reason.as_str(), wording::reason(*reason)).hint(hint(*reason)))
        .collect()
}

/// What was chosen, or what the link that led here says.
fn chosen_reason(tried: Tried<AskRecovery>) -> String {
    let typed = tried.value("reason");
    let linked = || use_query_map().read_untracked().get("reason").filter(|reason| reason.parse::<Reason>().is_ok());
    if typed.is_empty() { linked().unwrap_or_default() } else { typed }
}

#[component]
pub(super) fn Ask(route: Route, ask: ServerAction<AskRecovery>) -> impl IntoView {
    let tried = tried(ask);
    let query = use_query_map();
    let license = move || query.read().get("license").and_then(|id| id.parse::<LicenseId>().ok());
    let known = load(|| (), |()| get_known());
    view! {
        <ErrorSummary items=tried.items() sentence=tried.sentence()/>
        <Suspense fallback=reading>
            {move || {
                let license = license();
                Suspend::new(async move {
                    let known = known.await.unwrap_or_default();
                    let chosen = known.iter().find(|facts| Some(facts.license) == license).cloned();
                    let pick = (route == Route::Support && !known.is_empty()).then(|| pick(&known, license));
                    view! {
                        {pick}
                        {questions(route, chosen, ask, tried)}
                    }
                })
            }}
        </Suspense>
    }
    .into_any()
}

/// A license of the account to fill the form from.
fn pick(known: &[KnownFacts], chosen: Option<LicenseId>) -> AnyView {
    let named = |facts: &KnownFacts| {
        (facts.license.to_string(), format!("{}, since {}", facts.product, wording::day(facts.first_activated_at)))
    };
    let options = known.iter().map(named).collect::<Vec<_>>();
    let value = chosen.map(|license| license.to_string()).unwrap_or_default();
    view! {
        <section class="stack">
            <h2>"Is it about a license of your account?"</h2>
            <form method="get" action=paths::RECOVER class="fields">
                <input type="hidden" name="step" value="ask"/>
                <Select
                    name="license"
                    label="License"
                    hint="We fill in its key, where it was bought and when it was first used."
                    options
                    value
                />
                <div class="form-actions">
                    <Button variant=Variant::Secondary>"Fill in what is known"</Button>
                </div>
            </form>
        </section>
    }
    .into_any()
}

fn questions(
    route: Route,
    chosen: Option<KnownFacts>,
    ask: ServerAction<AskRecovery>,
    tried: Tried<AskRecovery>,
) -> AnyView {
    let by_store = route == Route::Store;
    let known = |typed: &str, of: &dyn Fn(&KnownFacts) -> String| {
        let typed = tried.value(typed);
        if typed.is_empty() { chosen.as_ref().map(of).unwrap_or_default() } else { typed }
    };
    let key = known("license_key", &|facts| facts.license_key.to_string());
    let seller = known("bought_at", &|facts| facts.seller.clone());
    let order = known("order_number", &|facts| facts.order_number.clone().unwrap_or_default());
    let first = known("first_activated", &|facts| wording::moment(facts.first_activated_at));
    let back = if by_store { paths::RECOVER_STORE } else { paths::RECOVER_WHERE };
    let of_route = if by_store {
        view! {
            {order_number(tried, order, true)}
            {bought_on(tried)}
            {buyer_name(tried)}
            {buyer_email(tried)}
            {license_key(tried, key, false)}
        }
        .into_any()
    } else {
        view! {
            {license_key(tried, key, true)}
            {bought_at(tried, seller)}
            {buyer_name(tried)}
            {order_number(tried, order, false)}
            {bought_on(tried)}
            {first_activated(tried, first)}
        }
        .into_any()
    };
    view! {
        <section class="stack">
            <h2>"What you know"</h2>
            <p>"Support compares this with the records of the purchase and answers within one working day. Nobody but the license administrator gets the code."</p>
            <FilesForm action=ask class="fields">
                <input type="hidden" name="route" value=route.as_str()/>
                <Radios
                    name="reason"
                    legend="What happened?"
                    options=reasons()
                    value=chosen_reason(tried)
                    error=tried.field("reason")
                />
                {of_route}
                <TextArea
                    name="description"
                    label="What else should we know?"
                    hint="Do not write an activation code or a password here."
                    optional=true
                    value=tried.value("description")
                    error=tried.field("description")
                />
                <Files
                    label="Proof of purchase and screenshot"
                    hint="A photo of the receipt, the card or the box, and a screenshot of the Licensing window. Without proof we may have to ask."
                    error=tried.field("files")
                    came_back=tried.came_back()
                />
                <div class="form-actions">
                    <Button busy=tried.busy()>"Send request"</Button>
                    <ButtonLink href=back variant=Variant::Quiet>"Back to step 2"</ButtonLink>
                </div>
            </FilesForm>
        </section>
    }
    .into_any()
}

fn license_key(tried: Tried<AskRecovery>, value: String, required: bool) -> AnyView {
    view! {
        <Field
            name="license_key"
            label="License key"
            hint="It stands in the Licensing window of the application: 32 digits and letters in five blocks. It is not the activation code."
            mono=true
            required=required
            optional=!required
            autocomplete="off"
            value=value
            error=tried.field("license_key")
        />
    }
    .into_any()
}

fn bought_at(tried: Tried<AskRecovery>, value: String) -> AnyView {
    view! {
        <Field
            name="bought_at"
            label="Where was it bought?"
            hint="The name of the shop, the website or the partner."
            required=true
            value=value
            error=tried.field("bought_at")
        />
    }
    .into_any()
}

fn buyer_name(tried: Tried<AskRecovery>) -> AnyView {
    view! {
        <Field
            name="buyer_name"
            label="Who bought it?"
            hint="First and last name, or the name of the organization."
            required=true
            value=tried.value("buyer_name")
            error=tried.field("buyer_name")
        />
    }
    .into_any()
}

fn buyer_email(tried: Tried<AskRecovery>) -> AnyView {
    view! {
        <Field
            name="buyer_email"
            label="E-mail address of the order"
            hint="The address that the order mail went to, even if nobody reads it any more."
            kind="email"
            required=true
            autocomplete="off"
            value=tried.value("buyer_email")
            error=tried.field("buyer_email")
        />
    }
    .into_any()
}

fn order_number(tried: Tried<AskRecovery>, value: String, required: bool) -> AnyView {
    let hint = if required {
        "It is in the mail about the order, near the top, and on the invoice."
    } else {
        "It is in the mail about the order. A box or a card has none."
    };
    view! {
        <Field
            name="order_number"
            label="Order number"
            hint=hint
            required=required
            optional=!required
            autocomplete="off"
            value=value
            error=tried.field("order_number")
        />
    }
    .into_any()
}

fn bought_on(tried: Tried<AskRecovery>) -> AnyView {
    view! {
        <Field
            name="bought_on"
            label="When was it bought?"
            hint="The exact day, as on the receipt."
            kind="date"
            short=true
            required=true
            value=tried.value("bought_on")
            error=tried.field("bought_on")
        />
    }
    .into_any()
}

fn first_activated(tried: Tried<AskRecovery>, value: String) -> AnyView {
    view! {
        <Field
            name="first_activated"
            label="When was the code first used?"
            hint="The day and about the time, for example: 2 February, in the morning."
            required=true
            value=value
            error=tried.field("first_activated")
        />
    }
    .into_any()
}
