//! The first step: the codes that the account still has, so that nobody waits for support without need (R84).

use domain::code;
use domain::license::details::{KeptCode, LicenseCard, Licenses};
use leptos::prelude::*;
use time::OffsetDateTime;

use crate::licenses::api::get_licenses;
use crate::load::load;
use crate::ui::*;
use crate::waiting::{reading, unread};
use crate::{paths, wording};

#[component]
pub(super) fn AtHand() -> impl IntoView {
    let licenses = load(|| (), |()| get_licenses());
    view! {
        <section class="stack">
            <h2>"Is it in your account?"</h2>
            <p>
                "The code of a license stands on the license's page. Its administrator can show it there after entering the password again."
            </p>
            <Suspense fallback=reading>
                {move || Suspend::new(async move {
                    match licenses.await {
                        Ok(licenses) => listed(licenses),
                        Err(error) => unread(&error),
                    }
                })}
            </Suspense>
        </section>
        <section class="stack">
            <h2>"Look in your mail, too"</h2>
            <p>"If you bought it online, the code is in the mail about the order. Search your mail for the name of the product."</p>
        </section>
        <div class="form-actions">
            <ButtonLink href=paths::RECOVER_WHERE variant=Variant::Primary>"My code is not here"</ButtonLink>
        </div>
    }
    .into_any()
}

fn listed(licenses: Licenses) -> AnyView {
    let Licenses { now, cards, kept, next } = licenses;
    if cards.is_empty() && kept.is_empty() {
        return view! { <p class="muted">"This account has no licenses and keeps no codes."</p> }.into_any();
    }
    view! {
        <ul class="ledger">
            {cards.into_iter().map(|card| licensed(&card, now)).collect_view()}
            {kept.into_iter().map(waiting).collect_view()}
        </ul>
        {next.is_some().then(|| view! { <p><a href=paths::LICENSES>"See all licenses"</a></p> })}
    }
    .into_any()
}

fn licensed(card: &LicenseCard, now: OffsetDateTime) -> AnyView {
    let left = format!("{}, code ending in {}", wording::remaining(card.facts.remaining(now)), card.tail);
    view! {
        <li>
            <div>
                <div class="ledger-main">
                    <strong>{card.product.clone()}</strong>
                    <p class="muted small">{left.clone()}</p>
                </div>
                <a class="ledger-side" href=paths::license(card.id)>
                    "Show code"
                    <span class="visually-hidden">{format!(" of {}, {left}", card.product)}</span>
                </a>
            </div>
        </li>
    }
    .into_any()
}

fn waiting(kept: KeptCode) -> AnyView {
    let name = format!("of {}, ending in {}", kept.product, kept.tail);
    view! {
        <li>
            <div>
                <div class="ledger-main">
                    <strong>{kept.product}</strong>
                    <p class="muted small">"Kept, not activated yet: " <Key text=code::mask(&kept.tail)/></p>
                </div>
                <a class="ledger-side" href=paths::LICENSES>
                    "Use code"
                    <span class="visually-hidden">{format!(" {name}")}</span>
                </a>
            </div>
        </li>
    }
    .into_any()
}
