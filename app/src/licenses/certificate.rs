//! The certificate of a license: one sheet that says what was bought, made to be printed.

use domain::id::LicenseId;
use domain::license::details::{LicenseDetails, Pages};
use leptos::prelude::*;
use leptos_router::hooks::use_params_map;
use uuid::Uuid;

use super::api::get_license;
use crate::form::Title;
use crate::load::load;
use crate::ui::*;
use crate::waiting::{reading, unread};
use crate::{paths, wording};

/// The page of the certificate.
#[component]
pub fn Certificate() -> impl IntoView {
    let params = use_params_map();
    let id = move || params.read().get("id").and_then(|id| id.parse().ok()).unwrap_or(LicenseId(Uuid::nil()));
    let license = load(id, |id| get_license(id, Pages::default()));
    let back = id();
    view! {
        <Title text="License certificate – Licenses"/>
        <div class="page">
            <PageHead
                title="License certificate"
                lead="Print this page, or save it as PDF from your browser's print window."
                back_href=paths::license(back)
                back_label="License details"
            />
            <Suspense fallback=reading>
                {move || Suspend::new(async move {
                    match license.await {
                        Ok(license) => sheet(&license),
                        Err(error) => unread(&error),
                    }
                })}
            </Suspense>
        </div>
    }
    .into_any()
}

fn sheet(license: &LicenseDetails) -> AnyView {
    let seats: Vec<String> = license
        .seats
        .iter()
        .map(|count| format!("{} for {}", count.total, wording::seat_class_in_sentence(count.class)))
        .collect();
    let fact = |term: &'static str, value: String| view! { <Fact term=term>{value}</Fact> };
    let number = license.certificate_number.clone().unwrap_or_else(|| "None was given with the order".to_owned());
    let order = license.order_number.clone().unwrap_or_else(|| "None".to_owned());
    let facts = [
        fact("Holder", license.office.clone()),
        fact("Product", license.product.clone()),
        fact("Type", wording::kind(license.facts.kind).to_owned()),
        fact("Seats", seats.join(", ")),
        fact("Term", format!("{} days", license.term_days)),
        fact("Start", wording::day(license.facts.starts_at)),
        fact("End", wording::day(license.facts.ends_at())),
        fact("Ordered on", wording::day(license.ordered_at)),
        fact("Order number", order),
        fact("Sold by", license.seller.clone()),
        fact("Certificate number", number),
    ];
    let read_on = wording::day(license.now);
    let key = super::key(license);
    view! {
        <section class="card certificate">
            <Logo size=LogoSize::Large/>
            <h2 class="card-title">{license.product.clone()}</h2>
            <Facts wide=true>
                {facts}
                <Fact term="License key"><Key text=key/></Fact>
            </Facts>
            <p class="muted">
                {format!("As it stands on {read_on}. The license key identifies the license; it does not activate anything.")}
            </p>
        </section>
    }
    .into_any()
}
