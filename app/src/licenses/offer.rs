//! What a code would do on a device, and the button that agrees to it.

use domain::activation::{Effect, Preview};
use leptos::prelude::*;

use super::api::AddCode;
use crate::form::Form;
use crate::ui::*;
use crate::{paths, wording};

/// The panel under the form. It carries what was looked at: agreeing to letters that look Latin was agreed to before.
pub(super) fn offer(found: Preview, add: ServerAction<AddCode>, code: RwSignal<String>, busy: Signal<bool>) -> AnyView {
    let agree = match found.effect {
        Effect::Starts { .. } | Effect::Joins { .. } | Effect::Reclaims { .. } => Some("Activate now"),
        Effect::Waits { .. } => Some("Add as reserve"),
        Effect::Nothing => None,
    };
    let device = found.device.to_string();
    let sentence = sentence_of(&found);
    let form = match agree {
        Some(label) => view! {
            <Form action=add>
                <input type="hidden" name="device" value=device/>
                <input type="hidden" name="code" value=move || code.get()/>
                <input type="hidden" name="latin" value="true"/>
                <input type="hidden" name="agreement" value="true"/>
                <div class="form-actions"><Button busy=busy>{label}</Button></div>
            </Form>
        }
        .into_any(),
        None => view! { <ButtonLink href=paths::LICENSES>"Go to licenses"</ButtonLink> }.into_any(),
    };
    view! {
        <Card heading="What will happen" id="preview">
            <p class="lead">{sentence}</p>
            <Facts>
                <Fact term="Code">
                    <span class="visually-hidden">{format!("ends in {}", found.tail)}</span>
                    <bdi class="key" dir="ltr" aria-hidden="true">{domain::code::mask(&found.tail)}</bdi>
                </Fact>
                <Fact term="Product">{found.product.clone()}</Fact>
                <Fact term="Type">{wording::kind(found.kind)}</Fact>
                <Fact term="Device">{found.device_name.clone()}</Fact>
                <Fact term="Works in">{super::countries(&found.countries)}</Fact>
            </Facts>
            <h3>"Seats afterwards"</h3>
            {super::pips(&found.seats)}
            {form}
        </Card>
    }
    .into_any()
}

fn sentence_of(found: &Preview) -> String {
    let device = &found.device_name;
    match found.effect {
        Effect::Starts { starts_at, ends_at, .. } => {
            let (from, to) = (wording::day(starts_at), wording::day(ends_at));
            format!("A license from {from} to {to} starts, and {device} takes its first seat.")
        }
        Effect::Joins { ends_at } => format!(
            "{device} takes a seat of the license that runs until {}. Its dates do not change.",
            wording::day(ends_at)
        ),
        Effect::Nothing => format!("This code is active on {device} already. Nothing has to be done."),
        Effect::Reclaims { ends_at, ref from } => {
            format!("{device} takes over the place of {from}. The license runs until {}.", wording::day(ends_at))
        }
        Effect::Waits { until, ends_at } => format!(
            "{device} has a license until {}. This code waits, takes over by itself then, and runs until {}.",
            wording::day(until),
            wording::day(ends_at)
        ),
    }
}
