//! Asking for a refund: which license, what is known about it, what a refund would do, and why it is wanted.

use domain::id::LicenseId;
use domain::license::Standing;
use domain::license::details::LicenseCard;
use domain::refund::{RefundFacts, RefundState, RefundStatus};
use leptos::prelude::*;
use time::OffsetDateTime;

use super::api::{AskRefund, get_refund_facts};
use crate::form::{FilesForm, tried};
use crate::licenses::api::get_licenses;
use crate::load::load;
use crate::thread::Files;
use crate::ui::*;
use crate::waiting::{reading, unread};
use crate::{paths, wording};
use domain::case::Topic;

const TITLE: &str = "Ask for a refund";

/// The license to choose, or the form for the one that is chosen.
#[component]
pub(super) fn AskForRefund(license: Option<LicenseId>, ask: ServerAction<AskRefund>) -> impl IntoView {
    let tried = tried(ask);
    let body = match license {
        Some(license) => view! { <Chosen license ask/> }.into_any(),
        None => view! { <Choosing/> }.into_any(),
    };
    view! {
        <PageHead
            title=TITLE
            lead="Support decides it; the store pays. Nothing happens to your devices before that."
            back_href=paths::NEW_REQUEST
            back_label="All topics"
        />
        <ErrorSummary items=tried.items() sentence=tried.sentence()/>
        {body}
    }
    .into_any()
}

#[component]
fn Choosing() -> impl IntoView {
    let licenses = load(|| (), |()| get_licenses());
    view! {
        <Suspense fallback=reading>
            {move || Suspend::new(async move {
                match licenses.await {
                    Ok(read) => {
                        let left = |card: &LicenseCard| card.facts.standing(read.now) != Standing::Cancelled;
                        choices(read.cards.into_iter().filter(left).collect(), read.next.is_some())
                    }
                    Err(error) => unread(&error),
                }
            })}
        </Suspense>
    }
    .into_any()
}

fn choices(cards: Vec<LicenseCard>, more: bool) -> AnyView {
    if cards.is_empty() {
        return view! {
            <Empty title="No license to pay back" text="Your account has none. Write to support if you bought one and did not add it.">
                <ButtonLink href=paths::ask_about(Topic::Purchase, None)>"Ask about a purchase"</ButtonLink>
            </Empty>
        }
        .into_any();
    }
    let rows = cards.into_iter().map(|card| {
        view! {
            <li>
                <div>
                    <span class="ledger-main">
                        <a href=paths::ask_about(Topic::Refund, Some(card.id))>{card.product.clone()}</a>
                        <span class="muted small">{told_apart(&card)}</span>
                    </span>
                </div>
            </li>
        }
    });
    let rows = rows.collect_view();
    view! {
        <section class="stack">
            <h2>"For which license?"</h2>
            <ul class="ledger" role="list">{rows}</ul>
            {more.then(|| view! {
                <p class="muted">"Yours is not listed? Open it under " <a href=paths::LICENSES>"Licenses"</a> " and ask for the refund there."</p>
            })}
            <p class="muted">"It is about a code that was never used? " <a href=paths::ask_about(Topic::Purchase, None)>"Ask about the purchase"</a></p>
        </section>
    }
    .into_any()
}

/// How a license is told from another one of the same product.
fn told_apart(card: &LicenseCard) -> String {
    format!("Ends {}, code ending in {}", wording::day(card.facts.ends_at()), card.tail)
}

#[component]
fn Chosen(license: LicenseId, ask: ServerAction<AskRefund>) -> impl IntoView {
    let facts = load(|| (), move |()| get_refund_facts(license));
    view! {
        <Suspense fallback=reading>
            {move || Suspend::new(async move {
                match facts.await {
                    Ok((now, facts)) => form(facts, now, ask),
                    Err(error) => unread(&error),
                }
            })}
        </Suspense>
    }
    .into_any()
}

fn form(facts: RefundFacts, now: OffsetDateTime, ask: ServerAction<AskRefund>) -> AnyView {
    let tried = tried(ask);
    let license = facts.license.to_string();
    let effect = effect(&facts);
    view! {
        <Card heading="What we know">{known(facts, now)}</Card>
        <Notice tone=Tone::Warn title="What a refund does">
            <p>{effect}</p>
        </Notice>
        <FilesForm action=ask class="fields">
            <input type="hidden" name="license" value=license/>
            <TextArea
                name="description"
                label="Why do you want the money back?"
                hint="What did not work, and what you tried. A person reads it and decides."
                rows=6
                required=true
                value=tried.value("description")
                error=tried.field("description")
            />
            <Files
                label="Proof of purchase"
                hint="The receipt or the invoice."
                error=tried.field("files")
                came_back=tried.came_back()
            />
            <div class="form-actions">
                <Button busy=tried.busy()>"Request refund"</Button>
                <ButtonLink href=paths::LICENSES variant=Variant::Quiet>"Keep the license"</ButtonLink>
            </div>
        </FilesForm>
    }
    .into_any()
}

/// What would be lost, named.
pub(crate) fn effect(facts: &RefundFacts) -> String {
    let code = format!("The code …{} is cancelled for good.", facts.code_tail);
    match facts.devices.as_slice() {
        [] => format!("{code} No device uses it now."),
        [one] => format!("{code} {one} loses its license at once."),
        [first @ .., last] => format!("{code} {} and {last} lose their license at once.", first.join(", ")),
    }
}

/// The facts that are weighed.
pub(crate) fn known(facts: RefundFacts, now: OffsetDateTime) -> AnyView {
    let until = facts.window_until();
    let window = if facts.is_late(now) {
        format!("Was usual until {}", wording::day(until))
    } else {
        format!("Usual until {}", wording::day(until))
    };
    let used = format!("{} of {} days", facts.days_used(now), facts.days());
    let devices = match facts.devices.len() {
        0 => "None".to_owned(),
        1 => "1 device".to_owned(),
        many => format!("{many} devices"),
    };
    let order = facts
        .order_number
        .map_or_else(|| "None".into_any(), |number| view! { <Key text=number plain=true/> }.into_any());
    let ordered = facts.ordered_at;
    view! {
        <Facts>
            <Fact term="Product">{facts.product}</Fact>
            <Fact term="Order number">{order}</Fact>
            <Fact term="Bought from">{facts.seller}</Fact>
            {facts.paid.map(|paid| view! { <Fact term="Paid for the order">{paid}</Fact> })}
            <Fact term="Bought on"><Day iso=wording::iso(ordered) text=wording::day(ordered) left=wording::ago(ordered, now)/></Fact>
            <Fact term="Refund">{window}</Fact>
            <Fact term="Used">{used}</Fact>
            <Fact term="In use on">{devices}</Fact>
        </Facts>
    }
    .into_any()
}

/// The way of a refund as a line of moments.
pub(super) fn timeline(refund: &RefundStatus, now: OffsetDateTime) -> AnyView {
    let decided = refund.decided_at.map(wording::moment).unwrap_or_default();
    let requested = Moment::new(Stage::Done, "Requested").at(wording::moment(refund.requested_at));
    let due = wording::day(domain::recovery::due_at(refund.appealed_at.unwrap_or(refund.requested_at)));
    let weighed = |stage| Moment::new(stage, "Support weighs it").detail("A lead in support decides.");
    let paid = |stage| Moment::new(stage, "The store pays").detail("The money goes back the way it came.");
    let mut moments = vec![requested];
    if refund.appealed_at.is_some() {
        moments.push(
            Moment::new(Stage::Done, "You answered a denial")
                .at(refund.appealed_at.map(wording::moment).unwrap_or_default()),
        );
    }
    match refund.state {
        RefundState::Requested | RefundState::UnderReview => {
            moments.extend([
                weighed(Stage::Current).at(format!("By {due}")),
                Moment::new(Stage::Next, "Decision"),
                paid(Stage::Next),
            ]);
        }
        RefundState::Approved => moments.extend([
            Moment::new(Stage::Done, "Approved")
                .at(decided)
                .detail("The code is cancelled, and the store was told to pay."),
            paid(Stage::Current),
        ]),
        RefundState::Paid => moments.extend([
            Moment::new(Stage::Done, "Approved").at(decided),
            Moment::new(Stage::Done, "Paid by the store").at(refund.paid_at.map(wording::moment).unwrap_or_default()),
        ]),
        RefundState::Denied => {
            let denied = Moment::new(Stage::Current, "Not granted").at(decided);
            moments.push(if refund.appealed_at.is_some() {
                denied.detail("It was weighed twice; this decision stays. Your license runs on.")
            } else {
                denied.detail("You may answer once, and it is weighed again. Your license runs on.")
            });
        }
    }
    let facts = known(refund.facts.clone(), now);
    view! {
        <Card heading="Where the refund stands"><Timeline items=moments/></Card>
        <Card heading="What is weighed" level=3>{facts}</Card>
    }
    .into_any()
}
