//! What a code would do on a device, what is lost by it, what may go wrong; and the button that agrees to it.

use domain::activation::{Effect, Loss, Preview};
use leptos::prelude::*;

use super::again;
use crate::form::{Deed, Fields, Form};
use crate::licenses::{countries, pips};
use crate::ui::*;
use crate::{paths, wording};

/// The panel with the preview. It sends what was looked at and nothing else.
pub(crate) fn offer<S: Deed>(found: Preview, sent: &Fields, deed: ServerAction<S>, busy: Signal<bool>) -> AnyView {
    let agree = match found.effect {
        Effect::Starts { .. } | Effect::Joins { .. } | Effect::Reclaims { .. } => Some("Activate now"),
        Effect::Waits { .. } => Some("Add as reserve"),
        Effect::Nothing => None,
    };
    let again = again(sent, &[]);
    let form = match agree {
        Some(label) => view! {
            <Form action=deed>
                {again}
                <div class="form-actions"><Button busy=busy>{label}</Button></div>
            </Form>
        }
        .into_any(),
        None => view! { <ButtonLink href=paths::LICENSES>"Go to licenses"</ButtonLink> }.into_any(),
    };
    let waits = matches!(found.effect, Effect::Waits { .. });
    let (lost, warned, effect) = (losses(&found), warnings(&found), effect_of(&found.device_name, &found.effect));
    let (term, seats) = if waits { ("Reserve for", "Places of the code") } else { ("Device", "Seats afterwards") };
    view! {
        <Card heading="What will happen" id="preview">
            <p class="lead">{effect}</p>
            {lost}
            {warned}
            <Facts>
                <Fact term="Code">
                    <span class="visually-hidden">{format!("ends in {}", found.tail)}</span>
                    <bdi class="key" dir="ltr" aria-hidden="true">{domain::code::mask(&found.tail)}</bdi>
                </Fact>
                <Fact term="Product">{found.product.clone()}</Fact>
                <Fact term="Type">{wording::kind(found.kind)}</Fact>
                <Fact term=term>{found.device_name.clone()}</Fact>
                <Fact term="Works in">{countries(&found.countries)}</Fact>
            </Facts>
            <h3>{seats}</h3>
            {pips(&found.seats)}
            {form}
        </Card>
    }
    .into_any()
}

fn losses(found: &Preview) -> AnyView {
    if found.losses.is_empty() {
        return ().into_any();
    }
    let rows = found.losses.iter().map(|loss| view! { <li>{loss_of(loss)}</li> }).collect_view();
    view! {
        <Notice tone=Tone::Warn title="What is given up">
            <ul class="stack-tight" role="list">{rows}</ul>
        </Notice>
    }
    .into_any()
}

/// For a code that waits: whether the switch was tried and would succeed; and whether there are places for all that wait.
fn warnings(found: &Preview) -> AnyView {
    let short = shortage(std::iter::once(found)).map(|short| {
        view! {
            <Notice tone=Tone::Warn title="More devices than places">
                <p>{short}</p>
            </Notice>
        }
    });
    let Effect::Waits { until, .. } = found.effect else { return short.into_any() };
    let elsewhere = (found.waits_elsewhere > 0).then(|| {
        let devices = match found.waits_elsewhere {
            1 => "1 other device".to_owned(),
            count => format!("{count} other devices"),
        };
        let shared = format!("It waits on {devices} already. The first switch starts the one term they all share.");
        view! { <p>{shared}</p> }
    });
    let rehearsal = match &found.trouble {
        Some(code) => {
            let (trouble, time) =
                (trouble_of(code), format!("There is time until {} to put this right.", wording::day(until)));
            view! {
                <Notice tone=Tone::Warn title="As things stand, the switch would not succeed">
                    <p>{trouble}</p>
                    <p>{time}</p>
                </Notice>
            }
            .into_any()
        }
        None => view! {
            <Notice tone=Tone::Ok title="The switch was tried: it would succeed">
                <p>"It is tried again every night, and the page of the device shows the result."</p>
            </Notice>
        }
        .into_any(),
    };
    view! { {rehearsal} {elsewhere} {short} }.into_any()
}

/// What would happen, in a sentence with both dates.
pub(crate) fn effect_of(device: &str, effect: &Effect) -> String {
    match effect {
        Effect::Starts { starts_at, ends_at, shorter } => {
            let (from, to) = (wording::day(*starts_at), wording::day(*ends_at));
            let shorter = if *shorter { " This is the shorter term of a renewal without a previous code." } else { "" };
            format!("A license from {from} to {to} starts, and {device} takes its first seat.{shorter}")
        }
        Effect::Joins { ends_at } => format!(
            "{device} takes a seat of the license that runs until {}. Its dates do not change.",
            wording::day(*ends_at)
        ),
        Effect::Nothing => format!("This code is active on {device} already. Nothing has to be done."),
        Effect::Reclaims { ends_at, from } => {
            format!("{device} takes over the place of {from}. The license runs until {}.", wording::day(*ends_at))
        }
        Effect::Waits { until, ends_at } => format!(
            "{device} has a license until {}. This code waits, takes over by itself then, and runs until {}.",
            wording::day(*until),
            wording::day(*ends_at)
        ),
    }
}

/// What is lost, in a sentence.
pub(crate) fn loss_of(loss: &Loss) -> String {
    let days = |days: u32| if days == 1 { "1 day".to_owned() } else { format!("{days} days") };
    match loss {
        Loss::TrialRest { days: rest } => format!("The rest of your trial, {}, is lost.", days(*rest)),
        Loss::TermRest { days: rest } => format!("The rest of the running term, {}, is given up.", days(*rest)),
        Loss::Reserve { tail } => format!("The code …{tail} no longer waits. It stays unused in your account."),
        Loss::LicenseOf { device } => format!("{device} loses its license."),
        Loss::Protection => "Protection on this device ends.".to_owned(),
    }
}

/// Why a switch would not succeed, by the code of the refusal.
pub(crate) fn trouble_of(code: &str) -> &'static str {
    match code {
        "E04" => "The code is blocked.",
        "E05" => "The code was cancelled after a refund.",
        "E06" => "The code was replaced by a newer one.",
        "E07" => "The code is for another product.",
        "E08" => "The code has no places for this kind of device.",
        "E09" => "The device is in a country that the code was not bought for.",
        "E10" => "The license of the code will have ended by then.",
        "E11" => "The code has to be used before that day.",
        "E12" => "All places of the code will be taken by then.",
        "E13" | "E14" => "The code is a trial, and a trial cannot follow a license.",
        "E22" | "E23" => "It is a renewal code, and no earlier license can back it yet.",
        "E35" => "The subscription of the code is suspended.",
        _ => "A rule of the license stands against it.",
    }
}

/// A code that is meant for more devices than it has places for (edge case 16).
pub(crate) fn shortage<'a>(previews: impl Iterator<Item = &'a Preview>) -> Option<String> {
    let previews: Vec<&Preview> = previews.collect();
    let short = |first: &&Preview| {
        let class = first.class;
        let count = first.seats.iter().find(|count| count.class == class)?;
        let of_class = || previews.iter().filter(|found| found.class == class);
        let waits = of_class().filter(|found| matches!(found.effect, Effect::Waits { .. })).count();
        let takes =
            of_class().filter(|found| matches!(found.effect, Effect::Starts { .. } | Effect::Joins { .. })).count();
        let taken =
            count.used.saturating_sub(u32::from(matches!(first.effect, Effect::Starts { .. } | Effect::Joins { .. })));
        let elsewhere = of_class().map(|found| found.waits_elsewhere).max().unwrap_or(0);
        let wanted = u32::try_from(waits + takes).unwrap_or(u32::MAX).saturating_add(taken).saturating_add(elsewhere);
        (wanted > count.total).then(|| {
            let places = if count.total == 1 { "1 place".to_owned() } else { format!("{} places", count.total) };
            format!(
                "The code has {places} for {}, and {wanted} devices want one. Who comes first is served first.",
                wording::seat_class_in_sentence(class)
            )
        })
    };
    previews.iter().find_map(short)
}

#[cfg(test)]
mod tests {
    use domain::code::CodeKind;
    use domain::id::DeviceId;
    use domain::seat::{SeatClass, SeatCount};
    use time::OffsetDateTime;
    use time::macros::datetime;

    use super::*;

    const NOW: OffsetDateTime = datetime!(2026-05-01 10:00 UTC);

    fn preview(effect: Effect, used: u32, waits_elsewhere: u32) -> Preview {
        Preview {
            device: DeviceId(uuid::Uuid::nil()),
            device_name: "Lab computer".to_owned(),
            class: SeatClass::Desktop,
            product: "Small Office Security".to_owned(),
            kind: CodeKind::Commercial,
            tail: "ABCDE".to_owned(),
            countries: Vec::new(),
            seats: vec![SeatCount { class: SeatClass::Desktop, total: 2, used }],
            effect,
            losses: Vec::new(),
            waits_elsewhere,
            trouble: None,
        }
    }

    #[test]
    fn a_code_for_more_devices_than_it_has_places_says_so() {
        let waits = || Effect::Waits { until: NOW, ends_at: NOW };
        let starts = || Effect::Starts { starts_at: NOW, ends_at: NOW, shorter: false };
        assert_eq!(shortage([preview(waits(), 0, 1)].iter()), None);
        let short = shortage([preview(waits(), 0, 2)].iter());
        assert_eq!(
            short.as_deref(),
            Some("The code has 2 places for computers, and 3 devices want one. Who comes first is served first.")
        );
        assert_eq!(shortage([preview(starts(), 1, 0), preview(waits(), 0, 0)].iter()), None);
        assert!(shortage([preview(starts(), 1, 0), preview(starts(), 1, 0), preview(waits(), 0, 0)].iter()).is_some());
        assert!(shortage([preview(Effect::Joins { ends_at: NOW }, 2, 1)].iter()).is_some());
    }

    #[test]
    fn a_reserve_is_told_with_both_dates() {
        let waits = Effect::Waits { until: NOW, ends_at: datetime!(2027-05-01 10:00 UTC) };
        let told = effect_of("Lab computer", &waits);
        assert!(told.contains("until 1 May 2026.") && told.ends_with("runs until 1 May 2027."), "{told}");
    }

    #[test]
    fn the_rest_of_a_trial_is_named_in_days() {
        assert_eq!(loss_of(&Loss::TrialRest { days: 20 }), "The rest of your trial, 20 days, is lost.");
        assert_eq!(loss_of(&Loss::TermRest { days: 1 }), "The rest of the running term, 1 day, is given up.");
    }
}
