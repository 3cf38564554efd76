//! Ordering codes in numbers; its fields stand in the form for a file of codes as well.

use domain::batch::MOST_CODES;
use domain::catalog::Blank;
use domain::code::CodeKind;
use domain::order::Channel;
use leptos::prelude::*;

use super::FOR_LEADS;
use crate::form::{Deed, Form, Title, Tried, tried};
use crate::load::load;
use crate::support::catalog_api::{OrderCodes, get_blank};
use crate::ui::*;
use crate::waiting::{reading, unread_at_desk};
use crate::{paths, wording};

#[component]
pub fn NewBatch() -> impl IntoView {
    let order = ServerAction::<OrderCodes>::new();
    let asked = tried(order);
    let blank = load(|| (), |()| get_blank());
    view! {
        <Title text=move || wording::title(asked.error(), "Order codes")/>
        <div class="page">
            <PageHead
                title="Order codes"
                lead="They are made in the background. When all are there, one person downloads one file, encrypted to the seller's key."
                back_href=paths::BATCHES
                back_label="Codes in batches"
            />
            <ErrorSummary items=asked.items() sentence=asked.sentence()/>
            <Suspense fallback=reading>
                {move || Suspend::new(async move {
                    match blank.await {
                        Ok(blank) if !blank.may_change => view! { <Notice><p>{FOR_LEADS}</p></Notice> }.into_any(),
                        Ok(blank) if blank.bundles.is_empty() => no_bundle(),
                        Ok(blank) => form(&blank, order),
                        Err(error) => unread_at_desk(&error),
                    }
                })}
            </Suspense>
        </div>
    }
    .into_any()
}

/// Without a bundle there is nothing to issue.
pub(super) fn no_bundle() -> AnyView {
    view! {
        <Empty title="No bundle is sold" text="A bundle says how many seats a code has and for how long. Add one first.">
            <ButtonLink href=paths::new_entry(domain::catalog::Part::Bundle)>"Add bundle"</ButtonLink>
        </Empty>
    }
    .into_any()
}

fn form(blank: &Blank, order: ServerAction<OrderCodes>) -> AnyView {
    let asked = tried(order);
    let most = format!("Up to {},{:03}.", MOST_CODES / 1000, MOST_CODES % 1000);
    let terms = terms(blank, asked);
    view! {
        <Form action=order class="fields">
            {terms}
            <Field
                name="typed[count]"
                id="count"
                label="How many codes"
                hint=most
                value=asked.value("typed[count]")
                inputmode="numeric"
                autocomplete="off"
                short=true
                required=true
                error=asked.field("count")
            />
            {because(asked)}
            <div class="form-actions">
                <Button busy=asked.busy()>"Order codes"</Button>
                <ButtonLink href=paths::BATCHES variant=Variant::Quiet>"Back to batches"</ButtonLink>
            </div>
        </Form>
    }
    .into_any()
}

/// The reason, whose name is that of a part of the form.
pub(super) fn because<S: Deed>(asked: Tried<S>) -> AnyView {
    view! {
        <Field
            name="typed[reason]"
            id="reason"
            label="Reason"
            hint="It stands with the batch, with your name."
            value=asked.value("typed[reason]")
            autocomplete="off"
            maxlength=500
            required=true
            error=asked.field("reason")
        />
    }
    .into_any()
}

/// What codes are issued with.
pub(super) fn terms<S: Deed>(blank: &Blank, asked: Tried<S>) -> AnyView {
    let kinds = [CodeKind::Commercial, CodeKind::Renewal, CodeKind::Trial, CodeKind::Promo];
    let kinds = kinds.iter().map(|kind| (kind.to_string(), wording::kind(*kind).to_owned())).collect();
    let channels =
        Channel::ALL.iter().map(|channel| (channel.to_string(), wording::channel(*channel).to_owned())).collect();
    view! {
        <Select
            name="typed[bundle]"
            id="bundle"
            label="Bundle"
            options=blank.bundles.clone()
            value=asked.value("typed[bundle]")
            blank="Choose a bundle"
            required=true
            error=asked.field("bundle")
        />
        <Select
            name="typed[seller]"
            id="seller"
            label="Seller"
            options=blank.sellers.clone()
            value=asked.value("typed[seller]")
            blank="Choose a seller"
            required=true
            error=asked.field("seller")
        />
        <div class="short-fields">
            <Select
                name="typed[kind]"
                id="kind"
                label="Kind"
                options=kinds
                value=asked.value("typed[kind]")
                error=asked.field("kind")
            />
            <Select
                name="typed[channel]"
                id="channel"
                label="How they are sold"
                options=channels
                value=asked.value("typed[channel]")
                error=asked.field("channel")
            />
        </div>
        <Field
            name="typed[countries]"
            id="countries"
            label="Countries"
            hint="Two letters each, like IN, GB. Left empty, the codes work in the countries of the seller."
            value=asked.value("typed[countries]")
            autocomplete="off"
            optional=true
            error=asked.field("countries")
        />
        <Field
            name="typed[redeem_by]"
            id="redeem_by"
            kind="date"
            label="Last day for the first activation (UTC)"
            hint="For trial and promotional codes. Codes that are paid for never get too old."
            value=asked.value("typed[redeem_by]")
            optional=true
            short=true
            error=asked.field("redeem_by")
        />
    }
    .into_any()
}
