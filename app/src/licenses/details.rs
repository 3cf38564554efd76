//! One license as a datasheet: its facts, its code, and the devices that hold its seats.

use crate::form::Title;
use domain::id::LicenseId;
use domain::license::Remaining;
use domain::license::details::{HeldSeat, LicenseDetails};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use time::OffsetDateTime;
use uuid::Uuid;

use super::api::{ShowCode, get_license};
use super::show_code::{code_card, sentence};
use crate::form::tried;
use crate::ui::*;
use crate::waiting::{reading, unread};
use crate::{paths, wording};

/// The page of one license.
#[component]
pub fn Details() -> impl IntoView {
    let params = use_params_map();
    // an address that is no identity is answered like one of nobody's license
    let id = move || params.read().get("id").and_then(|id| id.parse().ok()).unwrap_or(LicenseId(Uuid::nil()));
    let license = Resource::new(id, get_license);
    let show = ServerAction::<ShowCode>::new();
    let tried = tried(show);
    view! {
        <Title text=move || wording::title(tried.error(), "License details")/>
        <div class="page">
            <ErrorSummary items=tried.items() sentence=sentence(tried)/>
            <Suspense fallback=reading>
                {move || Suspend::new(async move {
                    match license.await {
                        Ok(license) => sheet(license, show),
                        Err(error) => {
                            view! {
                                <PageHead title="License details" back_href=paths::LICENSES back_label="Licenses"/>
                                {unread(&error)}
                            }
                            .into_any()
                        }
                    }
                })}
            </Suspense>
        </div>
    }
    .into_any()
}

fn sheet(license: LicenseDetails, show: ServerAction<ShowCode>) -> AnyView {
    let (state, word) = wording::standing(license.facts.standing(license.now));
    let lead = standing_sentence(&license);
    let seats = super::pips(&license.seats);
    let devices = devices(&license.held, license.now);
    view! {
        <PageHead title=license.product.clone() lead=lead back_href=paths::LICENSES back_label="Licenses">
            <Badge state label=word/>
        </PageHead>
        {code_card(license.clone(), show)}
        {facts(license)}
        <Card heading="Seats">{seats}</Card>
        {devices}
    }
    .into_any()
}

fn standing_sentence(license: &LicenseDetails) -> String {
    let end = wording::day(license.facts.ends_at());
    if let Some(until) = license.facts.functions_until() {
        return format!(
            "The code of this license is blocked. Devices keep working until {}. Contact support with the license key and \
             the proof of purchase.",
            wording::day(until)
        );
    }
    match license.facts.remaining(license.now) {
        Remaining::Ended(_) => format!("This license ended on {end}. To go on, add a new activation code."),
        remaining => format!("Runs until {end}: {}.", wording::remaining(remaining)),
    }
}

fn facts(license: LicenseDetails) -> AnyView {
    let LicenseFactsText { starts, ends, left } = LicenseFactsText::of(&license);
    let days = license.term_days;
    view! {
        <Card heading="Facts">
            <Facts wide=true>
                <Fact term="License key"><Key text=license.license_key.to_string()/></Fact>
                <Fact term="Type">{wording::kind(license.facts.kind)}</Fact>
                <Fact term="Product">{license.product.clone()}</Fact>
                <Fact term="Term">{if days == 1 { "1 day".to_owned() } else { format!("{days} days") }}</Fact>
                <Fact term="Start"><Day iso=starts.0 text=starts.1/></Fact>
                <Fact term="End"><Day iso=ends.0 text=ends.1 left=left/></Fact>
                <Fact term="Administrator">
                    {license.administrator.clone()} {license.administered_by_reader.then_some(" (you)")}
                </Fact>
                <Fact term="License agreement">{format!("Version {}", license.agreement_version)}</Fact>
                <Fact term="Sold by">{license.seller.clone()}</Fact>
                <Fact term="Channel">{wording::channel(license.channel)}</Fact>
                <Fact term="Order number">
                    {match license.order_number.clone() {
                        Some(number) => view! { <Key text=number plain=true/> }.into_any(),
                        None => "None".into_any(),
                    }}
                </Fact>
                <Fact term="Works in">{super::countries(&license.countries)}</Fact>
            </Facts>
        </Card>
    }
    .into_any()
}

/// The dates of a datasheet: for machines, for people, and what is left.
struct LicenseFactsText {
    starts: (String, String),
    ends: (String, String),
    left: String,
}

impl LicenseFactsText {
    fn of(license: &LicenseDetails) -> Self {
        let both = |at: OffsetDateTime| (wording::iso(at), wording::day(at));
        let left = match license.facts.remaining(license.now) {
            Remaining::Ended(at) => wording::ago(at, license.now),
            remaining => wording::remaining(remaining),
        };
        Self { starts: both(license.facts.starts_at), ends: both(license.facts.ends_at()), left }
    }
}

fn devices(held: &[HeldSeat], now: OffsetDateTime) -> AnyView {
    if held.is_empty() {
        return view! {
            <Card heading="Devices">
                <p class="muted">"No device uses this license. Enter its code on a device to take a seat."</p>
            </Card>
        }
        .into_any();
    }
    let rows = held.iter().map(|seat| device(seat, now)).collect_view();
    view! {
        <DataTable caption="Devices that hold a seat">
            <thead>
                <tr>
                    <th scope="col">"Device"</th>
                    <th scope="col">"System"</th>
                    <th scope="col">"Seat"</th>
                    <th scope="col">"Since"</th>
                    <th scope="col">"Last seen"</th>
                </tr>
            </thead>
            <tbody>{rows}</tbody>
        </DataTable>
    }
    .into_any()
}

fn device(seat: &HeldSeat, now: OffsetDateTime) -> AnyView {
    let seen = seat.last_seen_at.map(|at| (wording::iso(at), wording::ago(at, now)));
    view! {
        <tr>
            <th scope="row">{seat.name.clone()}</th>
            <td data-label="System">{wording::os(seat.os_family)}</td>
            <td data-label="Seat">{wording::seat_class(seat.class)}</td>
            <td data-label="Since">
                <time datetime=wording::iso(seat.bound_at)>{wording::day(seat.bound_at)}</time>
            </td>
            <td data-label="Last seen">
                {match seen {
                    Some((iso, ago)) => view! { <time datetime=iso>{ago}</time> }.into_any(),
                    None => "Never".into_any(),
                }}
            </td>
        </tr>
    }
    .into_any()
}
