//! Narrowing the queue to a topic and a product, and the views that the reader keeps of it.

use domain::case::Topic;
use domain::request::{Desk, Shown};
use leptos::prelude::*;

use crate::form::{Form, Tried, Voice, tried};
use crate::paths::{self, queue};
use crate::support::desk_api::{KeepView, RemoveView};
use crate::ui::*;
use crate::wording;

/// The forms around own views.
#[derive(Clone, Copy)]
pub(super) struct Deeds {
    keep: ServerAction<KeepView>,
    kept: Tried<KeepView>,
    remove: ServerAction<RemoveView>,
    removed: Tried<RemoveView>,
}

impl Deeds {
    pub fn new() -> Self {
        let (keep, remove) = (ServerAction::new(), ServerAction::new());
        Self { keep, kept: tried(keep), remove, removed: tried(remove) }
    }

    /// Their parts among the forms of the page.
    pub fn voices(self) -> [Voice; 2] {
        [self.kept.voice(), self.removed.voice()]
    }
}

/// What was just done.
pub(super) fn outcome(done: &str) -> Option<(&'static str, &'static str)> {
    match done {
        "taken" => Some(("The request is yours", "Others in support see your name on it.")),
        "view-kept" => Some(("The view is kept", "You find it under “Filters and own views”.")),
        "view-removed" => Some(("The view is removed", "Its requests are where they were.")),
        _ => None,
    }
}

/// What a form sends along of what is shown.
pub(super) fn carried(shown: Shown) -> AnyView {
    let topic = shown.topic.map(|topic| view! { <input type="hidden" name="topic" value=topic.as_str()/> });
    let product = shown.product.map(|id| view! { <input type="hidden" name="product" value=id.to_string()/> });
    view! {
        <input type="hidden" name="part" value=shown.part.as_str()/>
        <input type="hidden" name="view" value=shown.view.as_str()/>
        <input type="hidden" name="kind" value=shown.kind.as_str()/>
        {topic}
        {product}
    }
    .into_any()
}

/// The filters, the reader's views, and the form that keeps what is shown; folded while none of it is in use.
pub(super) fn bar(desk: &Desk, shown: Shown, deeds: Deeds) -> AnyView {
    let filtered = shown.topic.is_some() || shown.product.is_some();
    let own = desk.views.iter().map(|view| {
        let current = (view.shown == shown).then_some("true");
        let (id, name) = (view.id.to_string(), view.name.clone());
        let describe = name.clone();
        view! {
            <li class="row">
                <a href=queue(view.shown) aria-current=current>{name}</a>
                <Form action=deeds.remove>
                    <input type="hidden" name="id" value=id.clone()/>
                    {carried(shown)}
                    <Button
                        id=format!("remove-{id}")
                        variant=Variant::Quiet
                        describe
                        busy=deeds.removed.busy()
                    >"Remove view"</Button>
                </Form>
            </li>
        }
    });
    let own = own.collect_view();
    view! {
        <details class="small" open=move || filtered || deeds.kept.error().is_some()>
            <summary>"Filters and own views"</summary>
            {narrow(desk, shown)}
            <ul class="stack-tight" role="list" aria-label="Own views">{own}</ul>
            <Form action=deeds.keep class="row row-end">
                {carried(shown)}
                <Field
                    name="view_name"
                    label="Keep what is shown as"
                    value=deeds.kept.value("view_name")
                    autocomplete="off"
                    maxlength=40
                    required=true
                    short=true
                    error=deeds.kept.field("view_name")
                />
                <Button id="keep-view" variant=Variant::Secondary busy=deeds.kept.busy()>"Keep view"</Button>
            </Form>
        </details>
    }
    .into_any()
}

/// The form that narrows the queue; its address can be kept.
fn narrow(desk: &Desk, shown: Shown) -> AnyView {
    let topics = Topic::ALL.iter().map(|topic| (topic.to_string(), wording::topic(*topic).to_owned())).collect();
    let products = desk.products.iter().map(|(id, name)| (id.to_string(), name.clone())).collect();
    let all = Shown { topic: None, product: None, ..shown };
    let without = (all != shown).then(|| view! { <a href=queue(all)>"All topics and products"</a> });
    view! {
        <form method="get" action=paths::SUPPORT class="row row-end">
            {carried(all)}
            <Select
                name="topic"
                label="Topic"
                options=topics
                blank="Any topic"
                value=shown.topic.map(|topic| topic.to_string()).unwrap_or_default()
            />
            <Select
                name="product"
                label="Product"
                options=products
                blank="Any product"
                value=shown.product.map(|id| id.to_string()).unwrap_or_default()
            />
            <Button id="narrow" variant=Variant::Secondary>"Show requests"</Button>
            {without}
        </form>
    }
    .into_any()
}
