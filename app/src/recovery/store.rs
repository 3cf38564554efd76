//! The vendor's own store: the mail about the order comes first, and can be sent again to where it went (R82).

use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use crate::form::{Form, tried};
use crate::paths;
use crate::recovery::api::ResendOrder;
use crate::ui::*;

#[component]
pub(super) fn Store(resend: ServerAction<ResendOrder>) -> impl IntoView {
    let tried = tried(resend);
    let query = use_query_map();
    let asked = move || query.read().get("done").as_deref() == Some("asked") && tried.error().is_none();
    view! {
        <ErrorSummary items=tried.items() sentence=tried.sentence()/>
        {move || asked().then(sent)}
        <section class="stack">
            <h2>"Search the mailbox of the order"</h2>
            <p>
                "The code stands in the mail about the order. Search for the name of the product, also in the folder for
                unwanted mail, and in the mailbox of whoever ordered it."
            </p>
        </section>
        <section class="stack">
            <h2>"Or have it sent again"</h2>
            <p>"It goes to the address that was given with the order and to no other. This page does not tell whether we know it."</p>
            <Form action=resend class="fields">
                <Field
                    name="order_email"
                    label="E-mail address of the order"
                    hint="The address that the order mail went to."
                    kind="email"
                    autocomplete="email"
                    required=true
                    value=tried.value("order_email")
                    error=tried.field("order_email")
                />
                <Field
                    name="resend_number"
                    label="Order number"
                    hint="If you know it, only this order is sent."
                    optional=true
                    autocomplete="off"
                    value=tried.value("resend_number")
                    error=tried.field("resend_number")
                />
                <div class="form-actions">
                    <Button busy=tried.busy()>"Send order mail again"</Button>
                </div>
            </Form>
        </section>
        <section class="stack">
            <h2>"Nobody can read that mailbox any more?"</h2>
            <p>"Tell the store what you know about the order. Support compares it and finds a way."</p>
        </section>
        <div class="form-actions">
            <ButtonLink href=paths::RECOVER_BY_ORDER>"Tell what I know"</ButtonLink>
            <ButtonLink href=paths::RECOVER_WHERE variant=Variant::Quiet>"Back to step 2"</ButtonLink>
        </div>
    }
    .into_any()
}

fn sent() -> AnyView {
    view! {
        <Notice tone=Tone::Ok title="If we know an order of this address, its mail is on the way" live=true>
            <p>"Look into that mailbox in a few minutes. At most three mails a day are sent to one address."</p>
        </Notice>
    }
    .into_any()
}
