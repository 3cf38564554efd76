//! Releasing the places of all devices that fit what is looked for, on however many pages they stand: what it would do, and
//! how far it is.

use domain::device::listing::{Search, Show};
use domain::job::{JobKind, Progress};
use domain::seat::release::{Matching, MatchingOf};
use leptos::prelude::*;

use super::list::{Deeds, show};
use crate::form::{Form, tried};
use crate::paths;
use crate::progress::Working;
use crate::ui::*;

/// The way to it, under a list of several pages.
pub(super) fn all_matching(search: &Search, deeds: Deeds) -> AnyView {
    let (fields, busy) = (fields(search), tried(deeds.preview_all).busy());
    let label = format!("Release seats of {}", words(search));
    view! {
        <Form action=deeds.preview_all class="row">
            {fields}
            <Button variant=Variant::Secondary busy=busy>{label}</Button>
        </Form>
    }
    .into_any()
}

fn fields(search: &Search) -> AnyView {
    view! {
        <input type="hidden" name="search[q]" value=search.q.clone()/>
        <input type="hidden" name="search[show]" value=search.show.as_str()/>
        <input type="hidden" name="search[sort]" value=search.sort.as_str()/>
    }
    .into_any()
}

fn words(search: &Search) -> String {
    match (search.q.as_str(), search.show) {
        ("", Show::All) => "all devices".to_owned(),
        ("", some) => format!("all devices under “{}”", show(some)),
        (q, Show::All) => format!("all devices that match “{q}”"),
        (q, some) => format!("all devices under “{}” that match “{q}”", show(some)),
    }
}

/// What it would do, with the button for it.
pub(super) fn ask_matching(deeds: Deeds) -> Option<AnyView> {
    let preview = tried(deeds.preview_all);
    let told = preview.output().filter(|_| !preview.busy().get())?;
    Some(view! { <Answer label="Preview">{offer(&told, deeds)}</Answer> }.into_any())
}

fn offer(told: &Matching, deeds: Deeds) -> AnyView {
    let rows = told.products.iter().map(row).collect_view();
    let none = match told.hold_none() {
        0 => None,
        1 => Some("1 device holds no seat.".to_owned()),
        count => Some(format!("{count} devices hold no seat.")),
    };
    let (released, busy) = (told.released(), tried(deeds.release_all).busy());
    let label = if released == 1 { "Release 1 seat".to_owned() } else { format!("Release {released} seats") };
    let fields = fields(&told.search);
    let button = (released > 0).then(|| {
        view! {
            <Form action=deeds.release_all class="row">
                {fields}
                <Button variant=Variant::Danger busy=busy>{label}</Button>
            </Form>
        }
    });
    let lead = match told.devices {
        1 => format!("1 device is among {}.", words(&told.search)),
        count => format!("{count} devices are among {}.", words(&told.search)),
    };
    view! {
        <Card heading="What will happen" id="preview-matching">
            <p>{lead}</p>
            <DataTable caption="What would happen to the seats" hide_caption=true>
                <thead>
                    <tr>
                        <th scope="col">"Product"</th>
                        <th scope="col">"Seats"</th>
                        <th scope="col">"What that means"</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </DataTable>
            {none.map(|none| view! { <p>{none}</p> })}
            <p>"You can undo it for 24 hours, as long as the seats are still free."</p>
            <div class="row">
                {button}
                <ButtonLink href=paths::DEVICES>"Keep all seats"</ButtonLink>
            </div>
        </Card>
    }
    .into_any()
}

fn row(of: &MatchingOf) -> AnyView {
    let means = match (of.own, of.reserves) {
        (false, _) => "Somebody else administers these licenses. Their seats stay.".to_owned(),
        (true, 0) => "The seats are free at once. The devices have no license then.".to_owned(),
        (true, 1) => "The seats are free at once. On 1 device a reserve code takes over.".to_owned(),
        (true, count) => format!("The seats are free at once. On {count} devices a reserve code takes over."),
    };
    view! {
        <tr>
            <th scope="row">{of.product.clone()}</th>
            <td data-label="Seats" class="num">{of.seats.to_string()}</td>
            <td data-label="What that means">{means}</td>
        </tr>
    }
    .into_any()
}

/// What is being released, or given back.
pub(super) fn releasing(job: Option<Progress>, over: Callback<()>) -> Option<AnyView> {
    let job = job?;
    let heading = match job.kind {
        JobKind::Undo => "Seats are being given back",
        JobKind::Release | JobKind::Export => "Seats are being released",
    };
    let card = view! {
        <Card heading=heading id="releasing">
            <Working job over/>
        </Card>
    };
    Some(card.into_any())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_released_is_named_as_it_was_looked_for() {
        let of = |q: &str, show| words(&Search { q: q.to_owned(), show, ..Search::default() });
        assert_eq!(of("", Show::All), "all devices");
        assert_eq!(of("", Show::Silent), "all devices under “Not seen for 30 days”");
        assert_eq!(of("desk", Show::All), "all devices that match “desk”");
        assert_eq!(of("desk", Show::Risk), "all devices under “At risk” that match “desk”");
    }
}
