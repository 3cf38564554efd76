//! One row of the queue: what it is about, until when, whose it is, and who looks at it.

use domain::recovery::due_at;
use domain::request::{Asked, DeskRow, Looking, Shown};
use leptos::prelude::*;
use time::OffsetDateTime;

use super::views::carried;
use crate::form::{Form, tried};
use crate::support::desk_api::TakeRequest;
use crate::ui::*;
use crate::{paths, wording};

/// A row with what its place on the page adds to it.
pub(super) struct Row {
    pub row: DeskRow,
    pub now: OffsetDateTime,
    pub shown: Shown,
    pub may_take: bool,
    /// Whether the reader comes back to this row.
    pub came_back: bool,
    /// Who looks at what, once the open page has asked again.
    pub live: RwSignal<Option<Vec<Looking>>>,
}

pub(super) fn line(
    Row { row, now, shown, may_take, came_back, live }: Row,
    take: ServerAction<TakeRequest>,
) -> AnyView {
    let open = is_open(&row.asked);
    let whose = whose(&row, open && may_take, shown, live, take);
    let (href, about, subject, (state, word)) = match row.asked {
        Asked::Case { topic, subject, state } => {
            (paths::desk_case(&row.number), wording::topic(topic), Some(subject), wording::case_state(state))
        }
        Asked::Recovery { reason, state } => {
            (paths::review(&row.number), wording::reason(reason), None, wording::recovery_state(state))
        }
    };
    let due = due_at(row.said_at);
    let due = if open && row.customer_waits {
        due_word(due, now)
    } else {
        view! { <span class="muted small">"Nothing is due"</span> }.into_any()
    };
    view! {
        <tr data-row="" data-came-back=came_back.then_some("")>
            <th scope="row">
                <a href=href><Key text=row.number plain=true/></a>
            </th>
            <td data-label="About">
                <span class="stack-tight">
                    {about}
                    {subject.map(|subject| view! { <span class="muted small">{subject}</span> })}
                    {row.product.map(|product| view! { <span class="muted small">{product}</span> })}
                </span>
            </td>
            <td data-label="Customer">
                <span class="stack-tight">{row.requester} <span class="muted small">{row.office}</span></span>
            </td>
            <td data-label="State"><Badge state label=word/></td>
            <td data-label="Age">
                <span class="stack-tight">
                    <time datetime=wording::iso(row.created_at)>{wording::ago(row.created_at, now)}</time>
                    {due}
                </span>
            </td>
            <td data-label="Assignee">{whose}</td>
        </tr>
    }
    .into_any()
}

/// Whose it is, who else looks at it, and the button that takes it.
fn whose(
    row: &DeskRow,
    can_be_taken: bool,
    shown: Shown,
    live: RwSignal<Option<Vec<Looking>>>,
    take: ServerAction<TakeRequest>,
) -> AnyView {
    let name = match &row.assignee {
        Some(_) if row.is_mine => view! { <strong>"You"</strong> }.into_any(),
        Some(name) => name.clone().into_any(),
        None => view! { <span class="muted">"Nobody yet"</span> }.into_any(),
    };
    let (at_first, of) = (row.looking.clone(), row.number.clone());
    let looking = move || {
        let names = live.with(|live| match live {
            Some(all) => {
                all.iter().find(|looking| looking.number == of).map(|looking| looking.names.clone()).unwrap_or_default()
            }
            None => at_first.clone(),
        });
        let verb = if names.len() == 1 { "looks" } else { "look" };
        (!names.is_empty()).then(|| {
            view! { <span class="small looking">{format!("{} {verb} at it", wording::listed(&names, "and"))}</span> }
        })
    };
    let (number, version) = (row.number.clone(), row.version.to_string());
    let form = (can_be_taken && !row.is_mine).then(|| {
        let describe = number.clone();
        let id = format!("take-{number}");
        view! {
            <Form action=take>
                <input type="hidden" name="number" value=number/>
                <input type="hidden" name="version" value=version/>
                {carried(shown)}
                <Button id=id variant=Variant::Quiet describe=describe busy=tried(take).busy()>"Take"</Button>
            </Form>
        }
    });
    view! {
        <span class="whose">
            <span class="stack-tight">{name} {looking}</span>
            {form}
        </span>
    }
    .into_any()
}

fn is_open(asked: &Asked) -> bool {
    match asked {
        Asked::Case { state, .. } => state.is_open(),
        Asked::Recovery { state, .. } => state.is_open(),
    }
}

fn due_word(due: OffsetDateTime, now: OffsetDateTime) -> AnyView {
    let late = (due <= now).then(|| view! { <Badge state=State::NeedsYou label="Late"/> });
    view! {
        <span class="muted small">
            "Due "
            <time datetime=wording::iso(due)>{wording::moment(due)}</time>
        </span>
        {late}
    }
    .into_any()
}
