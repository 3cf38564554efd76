//! Installing a device's system anew: what to do before and after, whether the device is connected, and the ticket that gives
//! its seat back (R90–R92).

use domain::device::details::DeviceDetails;
use domain::device::reinstall::{Readiness, Reinstall as Plan};
use domain::id::DeviceId;
use leptos::ev;
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};
use uuid::Uuid;

use super::api::{MakeReinstallTicket, RevokeReinstallTicket, TicketSheet, get_reinstall};
use crate::form::{Form, Refused, Title, refused, tried};
use crate::load::{Loaded, load};
use crate::ui::*;
use crate::waiting::{reading, unread};
use crate::{paths, wording};

/// The way from the page of a device to its page about a new system.
pub(super) fn way_there(device: &DeviceDetails) -> AnyView {
    let href = paths::reinstall(device.id);
    view! {
        <Card heading="New system or new hardware">
            <p>
                "Before the system is installed anew, or parts are replaced: make a reinstall ticket. The device then gets the same
                seat and the same end date back, without a code."
            </p>
            <div><ButtonLink href=href>"Reinstall the system"</ButtonLink></div>
        </Card>
    }
    .into_any()
}

#[derive(Clone, Copy)]
struct Deeds {
    make: ServerAction<MakeReinstallTicket>,
    revoke: ServerAction<RevokeReinstallTicket>,
}

/// The page about installing the system of one device anew.
#[component]
pub fn Reinstall() -> impl IntoView {
    let params = use_params_map();
    let id = move || params.read().get("id").and_then(|id| id.parse().ok()).unwrap_or(DeviceId(Uuid::nil()));
    let deeds = Deeds { make: ServerAction::new(), revoke: ServerAction::new() };
    let facts = load(move || (id(), deeds.make.version().get()), |(id, _)| get_reinstall(id));
    let (made, revoked) = (tried(deeds.make), tried(deeds.revoke));
    let Refused { error, items, sentence } = refused(vec![made.voice(), revoked.voice()]);
    let sheet = move || made.output().filter(|_| !made.busy().get());
    let query = use_query_map();
    let done = move || query.read().get("done").filter(|done| done == "revoked" && error.get().is_none());
    look_again_on_return(facts);
    view! {
        <Title text=move || wording::title(error.get(), "Reinstall the system")/>
        <div class="page">
            <Transition fallback=reading>
                {move || Suspend::new(async move {
                    match facts.await {
                        Ok(facts) => head(&facts),
                        Err(_) => unknown_head(),
                    }
                })}
            </Transition>
            <ErrorSummary items=items sentence=sentence/>
            {move || done().map(|_| taken_back())}
            {move || sheet().map(|sheet| view! { <Answer label="Reinstall ticket">{printed(sheet)}</Answer> })}
            <Transition fallback=reading>
                {move || {
                    let shown = sheet().is_some();
                    Suspend::new(async move {
                        match facts.await {
                            Ok(facts) => lists(facts, shown, deeds),
                            Err(error) => never_linked(unread(&error)),
                        }
                    })
                }}
            </Transition>
        </div>
    }
    .into_any()
}

/// Whoever comes back to this page sees how the device stands now.
fn look_again_on_return(facts: Loaded<crate::error::Answer<Plan>>) {
    Effect::new(move |_| {
        let listening = window_event_listener(ev::focus, move |_| facts.refetch());
        on_cleanup(move || listening.remove());
    });
}

fn head(facts: &Plan) -> AnyView {
    let seen = match facts.last_seen_at {
        Some(at) => format!("Last seen {}.", wording::ago(at, facts.now)),
        None => "It has not called yet.".to_owned(),
    };
    let (state, word) = match facts.readiness() {
        Readiness::Ready => (State::Active, "Connected"),
        Readiness::Disconnected => (State::NeedsYou, "Not connected"),
        Readiness::NeverSeen => (State::NeedsYou, "Never seen"),
    };
    view! {
        <PageHead
            title=format!("Reinstall {}", facts.name)
            lead=format!("What to do before and after its system is installed anew. {seen}")
            back_href=paths::device(facts.device)
            back_label=facts.name.clone()
        >
            <Badge state label=word/>
        </PageHead>
    }
    .into_any()
}

fn unknown_head() -> AnyView {
    view! { <PageHead title="Reinstall the system" back_href=paths::DEVICES back_label="Devices"/> }.into_any()
}

fn never_linked(unread: AnyView) -> AnyView {
    view! {
        {unread}
        <p>
            "Was the computer never linked to your office? Link it before its system goes: "
            <a href=paths::LINK>"Link a device"</a> ". If it is gone already and the code is lost, "
            <a href=paths::RECOVER_LOST>"recover the code"</a> "."
        </p>
    }
    .into_any()
}

fn taken_back() -> AnyView {
    view! {
        <Notice tone=Tone::Ok title="The ticket is taken back" live=true>
            <p>"Nobody can use it any more. You can make another one when you need it."</p>
        </Notice>
    }
    .into_any()
}

/// The ticket, once, to be printed or photographed.
fn printed(sheet: TicketSheet) -> AnyView {
    let live = RwSignal::new(false);
    Effect::new(move |_| live.set(true));
    let print = Callback::new(move |_| {
        let _ = window().print();
    });
    let command = format!("latchkey-client reinstall {} --server {}", sheet.ticket, sheet.server);
    let (size, path) = sheet.drawing;
    view! {
        <Card heading="Reinstall ticket" id="reinstall-ticket">
            <p>"Print this page or photograph it now: the ticket is shown only once. It works once, within 14 days."</p>
            {(size > 0).then(|| view! { <Qr label="The ticket for the camera of the application" size=size path=path/> })}
            <p><Key text=sheet.ticket.clone()/></p>
            <p>"After the reinstall, scan it in the application, or type:"</p>
            <p><code class="mono" dir="ltr">{command}</code></p>
            {move || live.get().then(|| view! {
                <div class="form-actions">
                    <Button kind="button" variant=Variant::Secondary on_click=print>"Print this page"</Button>
                </div>
            })}
        </Card>
    }
    .into_any()
}

fn lists(facts: Plan, shown: bool, deeds: Deeds) -> AnyView {
    let warning = warning(&facts);
    let ticket = ticket(&facts, deeds);
    let license = match (&facts.product, facts.ends_at) {
        (Some(product), Some(ends_at)) => {
            format!("It keeps its seat of {product}, which runs until {}.", wording::day(ends_at))
        }
        _ => "It has no license now, so only its link comes back.".to_owned(),
    };
    let connected = match facts.readiness() {
        Readiness::Ready => "The device is connected: its license and its code are kept in your account.",
        Readiness::Disconnected => "Connect the device: it is not connected now.",
        Readiness::NeverSeen => "Let the device call once: it has never done so.",
    };
    let have_ticket = match (shown, facts.ticket_until.is_some()) {
        (true, _) => "Print or photograph the reinstall ticket that stands above.",
        (false, true) => "Have the reinstall ticket at hand. It was shown once; if it is lost, make another one below.",
        (false, false) => "Make a reinstall ticket below, and print it.",
    };
    let again = paths::reinstall(facts.device);
    view! {
        {warning}
        <div class="grid-2">
            <Card heading="Before">
                <div class="prose"><ol>
                    <li>{connected}</li>
                    <li>"Save what you need from the device. Latchkey keeps licenses, not files."</li>
                    <li>{have_ticket}</li>
                    <li>"Leave the application installed. Uninstalling it gives the seat up."</li>
                </ol></div>
                <div class="form-actions"><ButtonLink href=again>"Check the connection again"</ButtonLink></div>
            </Card>
            <Card heading="After">
                <div class="prose"><ol>
                    <li>"Install the application again; a newer version is fine."</li>
                    <li>"Scan the ticket in it, or type the command that stands on the ticket."</li>
                    <li>{license}</li>
                    <li>"No ticket at hand? Link the device again: the same hardware is known and keeps its seat."</li>
                </ol></div>
                <div class="form-actions"><ButtonLink href=paths::LINK>"Link a device"</ButtonLink></div>
            </Card>
        </div>
        {ticket}
    }
    .into_any()
}

fn warning(facts: &Plan) -> Option<AnyView> {
    let notice = match facts.readiness() {
        Readiness::Ready => return None,
        Readiness::Disconnected => view! {
            <Notice tone=Tone::Warn title="Connect the device before you begin">
                <p>"It was taken out of your list, so no ticket can be made for it. Link it again while its system still runs."</p>
                <div class="row"><ButtonLink href=paths::LINK variant=Variant::Primary>"Link a device"</ButtonLink></div>
            </Notice>
        }
        .into_any(),
        Readiness::NeverSeen => view! {
            <Notice tone=Tone::Warn title="This device was never connected">
                <p>
                    "Your account knows nothing of what is installed on it. Open its application while the system still runs. If it is
                    gone already and the code is lost, ask for the code."
                </p>
                <div class="row">
                    <ButtonLink href=paths::RECOVER_LOST variant=Variant::Primary>"Recover the code"</ButtonLink>
                </div>
            </Notice>
        }
        .into_any(),
    };
    Some(notice)
}

fn ticket(facts: &Plan, deeds: Deeds) -> AnyView {
    let waits = facts.ticket_until.map(|until| {
        let by = facts.ticket_by.clone().unwrap_or_default();
        format!("{by} made a ticket that works until {}. A new one takes its place.", wording::moment(until))
    });
    let reason = if !facts.connected {
        Some("Link the device first.".to_owned())
    } else if !facts.may_make {
        let ask = facts.administrator.as_ref().filter(|administrator| **administrator != facts.owner);
        let ask =
            ask.map_or_else(|| facts.owner.clone(), |administrator| format!("{} or {administrator}", facts.owner));
        Some(format!("Whose device it is, or who looks after its license, can make a ticket. Ask {ask}."))
    } else {
        None
    };
    let id = facts.device.to_string();
    let make_id = id.clone();
    let revoke = (facts.ticket_until.is_some() && facts.may_make).then(|| {
        view! {
            <Form action=deeds.revoke>
                <input type="hidden" name="id" value=id/>
                <Button variant=Variant::Secondary busy=deeds.revoke.pending()>"Take the ticket back"</Button>
            </Form>
        }
    });
    view! {
        <Card heading="Ticket">
            <p>
                "Whoever has the ticket gets this device's seat, so keep it like a key. It works once, within 14 days, also on other
                hardware; what was installed before is disconnected then."
            </p>
            {waits.map(|waits| view! { <p>{waits}</p> })}
            <div class="row">
                <Form action=deeds.make>
                    <input type="hidden" name="id" value=make_id/>
                    <Button id="make-ticket" disabled_reason=Signal::stored(reason) busy=deeds.make.pending()>
                        "Make reinstall ticket"
                    </Button>
                </Form>
                {revoke}
            </div>
        </Card>
    }
    .into_any()
}
