//! The receipt of a refusal on a page: the rule that says no, and every way on that leads back to the same request.

use domain::activation::Refusal;
use domain::country::Country;
use domain::seat::Holder;
use leptos::prelude::*;

use super::again;
use crate::error::AppError;
use crate::form::{Deed, Fields, Form};
use crate::licenses::Stores;
use crate::ui::*;
use crate::wording::receipt::{CODE, DEVICE, Fix, INSTEAD_OF, PREVIOUS_CODE, Receipt, receipt, refused, silence};
use crate::{paths, wording};

/// The field for a license or a kept code that is sent to a device.
const WHAT: &str = "what";

/// The card under the summary: what was refused can be sent again from here, with what fixes it.
pub(crate) fn receipt_card<S: Deed>(
    refusal: Signal<Option<(AppError, Fields)>>,
    deed: ServerAction<S>,
    busy: Signal<bool>,
) -> impl IntoView {
    move || {
        let (error, sent) = refusal.get()?;
        let refused = refused(&error)?;
        let told = receipt(refused);
        let kicker = format!("Rule {} · {}", told.rules.join(" and "), told.code);
        let body = match refused {
            Refusal::SeatsFull { holders, .. } if !holders.is_empty() => places(&told, holders, &sent, deed, busy),
            Refusal::Region { seen, .. } => abroad(*seen, &sent),
            _ => ways(told.ways(), Variant::Primary, &sent, deed, busy),
        };
        let full = matches!(refused, Refusal::SeatsFull { .. });
        Some(view! {
            <Card heading="What you can do" id="receipt">
                <p class="kicker">{kicker}</p>
                {body}
                {full.then(|| view! { <Stores/> })}
            </Card>
        })
    }
}

/// A code of another country: where one for this country is sold, and the case that support needs (R66).
fn abroad(seen: Country, sent: &Fields) -> AnyView {
    let license = super::sent_in(sent, "what").strip_prefix("license:").and_then(|id| id.parse().ok());
    let href = paths::ask_about_region(seen, super::sent_in(sent, "device").parse().ok(), license);
    view! {
        <h3>{format!("Buy in {}", seen.in_sentence())}</h3>
        <Stores country=Some(seen)/>
        <h3>"Did you move?"</h3>
        <p>"Support can open the code for another country. The case begins with what we know."</p>
        <div class="row"><ButtonLink href=href>"Ask technical support"</ButtonLink></div>
    }
    .into_any()
}

/// One button or field for each way on; `variant` is that of the buttons that send again.
pub(crate) fn ways<'a, S: Deed>(
    ways: impl Iterator<Item = &'a Fix>,
    variant: Variant,
    sent: &Fields,
    deed: ServerAction<S>,
    busy: Signal<bool>,
) -> AnyView {
    let (mut entered, mut buttons, mut words) = (Vec::new(), Vec::new(), Vec::new());
    // on the page of a device a code is chosen from a list, and there is only one device
    let chosen = !super::sent_in(sent, WHAT).is_empty();
    for way in ways {
        match way {
            Fix::Ask { field: CODE | DEVICE, .. } if chosen => {
                let href = format!("{}?device={}", paths::ADD_CODE, super::sent_in(sent, DEVICE));
                buttons.push(view! { <FieldLink id=WHAT>"Choose another license or code"</FieldLink> }.into_any());
                buttons.push(view! { <ButtonLink href=href>"Add activation code"</ButtonLink> }.into_any());
            }
            Fix::Ask { label, field: PREVIOUS_CODE } => entered.push(previous(label, sent, deed, busy)),
            Fix::Ask { label, field } => {
                let (label, field) = (label.clone(), *field);
                buttons.push(view! { <FieldLink id=field>{label}</FieldLink> }.into_any());
            }
            Fix::Agree { label, field, value } => {
                let (label, field, value, again) = (label.clone(), *field, value.clone(), again(sent, &[field]));
                let form = view! {
                    <Form action=deed>
                        {again}
                        <input type="hidden" name=field value=value/>
                        <Button variant=variant busy=busy>{label}</Button>
                    </Form>
                };
                buttons.push(form.into_any());
            }
            Fix::Link { label, href } => {
                let (label, href) = (label.clone(), *href);
                buttons.push(view! { <ButtonLink href=href>{label}</ButtonLink> }.into_any());
            }
            Fix::Wait { label, until: Some(until) } => words.push(format!("{label} {}.", wording::moment(*until))),
            Fix::Wait { label, until: None } => words.push(format!("{label}.")),
            Fix::Words { label } => words.push(label.clone()),
        }
    }
    let either = (!entered.is_empty() && !buttons.is_empty()).then(|| view! { <p class="muted">"or"</p> });
    let words = words.into_iter().map(|words| view! { <p>{words}</p> }).collect_view();
    let buttons = (!buttons.is_empty()).then(|| view! { <div class="row">{buttons}</div> });
    view! { {entered} {either} {words} {buttons} }.into_any()
}

fn previous<S: Deed>(label: &str, sent: &Fields, deed: ServerAction<S>, busy: Signal<bool>) -> AnyView {
    let (label, again) = (label.to_owned(), again(sent, &[PREVIOUS_CODE]));
    let entered = super::sent_in(sent, PREVIOUS_CODE).to_owned();
    view! {
        <Form action=deed class="fields">
            {again}
            <Field
                name=PREVIOUS_CODE
                id="previous_code"
                label=label
                hint="20 letters and digits, on the paper or in the mail of the earlier purchase."
                value=entered
                autocomplete="off"
                mono=true
            />
            <div class="form-actions"><Button variant=Variant::Secondary busy=busy>"Use the previous code"</Button></div>
        </Form>
    }
    .into_any()
}

/// The devices that hold the places, the one least likely to be missed first, each with a button.
fn places<S: Deed>(
    told: &Receipt,
    holders: &[Holder],
    sent: &Fields,
    deed: ServerAction<S>,
    busy: Signal<bool>,
) -> AnyView {
    let rows = told.ways().zip(holders).enumerate().map(|(n, (way, holder))| {
        let Fix::Agree { label, value, .. } = way else { return ().into_any() };
        let variant = if n == 0 { Variant::Primary } else { Variant::Secondary };
        let (label, silence) = (label.clone(), silence(holder));
        view! {
            <li>
                <div>
                    <span class="ledger-main">
                        <span>{holder.name.clone()}</span>
                        <span>{silence}</span>
                    </span>
                    <Button variant=variant name=INSTEAD_OF value=value.clone() busy=busy>{label}</Button>
                </div>
            </li>
        }
        .into_any()
    });
    let (rows, again) = (rows.collect_view(), again(sent, &[INSTEAD_OF]));
    view! {
        <p>"One of these devices can give up its place. It loses its license then; nothing is uninstalled."</p>
        <Form action=deed>
            {again}
            <ul class="ledger" role="list">{rows}</ul>
        </Form>
    }
    .into_any()
}
