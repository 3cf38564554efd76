//! The second step: what the holder still knows (R83).

use domain::recovery::Reason;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use crate::form::{Form, Tried};
use crate::recovery::api::AskRecovery;
use crate::ui::*;
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

pub(super) fn form(ask: ServerAction<AskRecovery>, tried: Tried<AskRecovery>) -> impl IntoView {
    view! {
        <ErrorSummary items=tried.items() sentence=tried.sentence()/>
        <section class="stack">
            <h2>"What you know"</h2>
            <p>"Support compares this with the records of the purchase and answers within one working day. Nobody but the license administrator gets the code."</p>
            <Form action=ask class="fields">
                <Radios
                    name="reason"
                    legend="What happened?"
                    options=reasons()
                    value=chosen_reason(tried)
                    error=tried.field("reason")
                />
                <Field
                    name="license_key"
                    label="License key"
                    hint="It stands in the Licensing window of the application: 32 digits and letters in five blocks. It is not the activation code."
                    mono=true
                    required=true
                    autocomplete="off"
                    value=tried.value("license_key")
                    error=tried.field("license_key")
                />
                {purchase(tried)}
                <Field
                    name="first_activated"
                    label="When was the code first used?"
                    hint="The day and about the time, for example: 2 February, in the morning."
                    required=true
                    value=tried.value("first_activated")
                    error=tried.field("first_activated")
                />
                <TextArea
                    name="description"
                    label="What else should we know?"
                    hint="Do not write an activation code or a password here."
                    optional=true
                    value=tried.value("description")
                    error=tried.field("description")
                />
                <div class="form-actions">
                    <Button busy=tried.busy()>"Send request"</Button>
                    <ButtonLink href=paths::RECOVER variant=Variant::Quiet>"Back to step 1"</ButtonLink>
                </div>
            </Form>
        </section>
    }
    .into_any()
}

fn purchase(tried: Tried<AskRecovery>) -> impl IntoView {
    view! {
        <Field
            name="bought_at"
            label="Where was it bought?"
            hint="The name of the shop, the website or the partner."
            required=true
            value=tried.value("bought_at")
            error=tried.field("bought_at")
        />
        <Field
            name="buyer_name"
            label="Who bought it?"
            hint="First and last name, or the name of the organization."
            required=true
            value=tried.value("buyer_name")
            error=tried.field("buyer_name")
        />
        <Field
            name="order_number"
            label="Order number"
            hint="It is in the mail about the order. A box or a card has none."
            optional=true
            autocomplete="off"
            value=tried.value("order_number")
            error=tried.field("order_number")
        />
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
