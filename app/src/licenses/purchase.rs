//! Where a license was bought, who helps with that purchase, and where its refund stands (R82, R88).

use domain::case::Topic;
use domain::license::details::{CardRefund, LicenseDetails};
use domain::order::Channel;
use leptos::prelude::*;

use crate::ui::*;
use crate::{paths, wording};

/// How a seller is reached.
pub(crate) struct Care {
    /// Whether it is a partner or a provider, who knows the order and helps first.
    pub by_partner: bool,
    /// Where it is reached, where that is known.
    pub contact: Option<String>,
    /// Through whom it is paid.
    pub payment_partner: Option<String>,
    /// Where its orders are looked up.
    pub order_lookup: Option<String>,
}

impl Care {
    /// Who helps first, and how to get there.
    pub(crate) fn view(self) -> AnyView {
        let first = if self.by_partner {
            "They know the order and help first."
        } else {
            "Look for the mail about the order first. It can be sent again."
        };
        let resend = (!self.by_partner).then(|| {
            view! { <li><a href=paths::RECOVER_STORE>"Send order mail again"</a></li> }
        });
        let partner = self.payment_partner;
        let lookup = self.order_lookup.map(|href| {
            let at = partner.clone().map(|name| format!(" at {name}")).unwrap_or_default();
            view! { <li><a href=href rel="external noopener noreferrer">{format!("Look up the order{at}")}</a></li> }
        });
        let paid = partner.map(|name| view! { <li>{format!("Paid through {name}")}</li> });
        let contact = match self.contact {
            Some(contact) => view! { <li>"Customer care: " <bdi>{contact}</bdi></li> }.into_any(),
            None => view! { <li>"Their contact stands on the invoice."</li> }.into_any(),
        };
        view! {
            <p>{first}</p>
            <ul class="stack-tight">{resend} {lookup} {paid} {contact}</ul>
        }
        .into_any()
    }
}

/// The card of a license about its purchase.
pub(super) fn purchase(license: &LicenseDetails) -> AnyView {
    let by_partner = matches!(license.channel, Channel::Partner | Channel::Provider);
    let ordered = license.ordered_at;
    let care = Care {
        by_partner,
        contact: license.seller_contact.clone(),
        payment_partner: license.payment_partner.clone(),
        order_lookup: license.order_lookup.clone(),
    };
    let help = match license.channel {
        Channel::Box | Channel::Card => view! {
            <p>"There is no mail about this order. Keep the box or the card and the receipt: they prove the purchase."</p>
        }
        .into_any(),
        Channel::OnlineStore | Channel::Partner | Channel::Provider => care.view(),
    };
    let (seller, channel, number) = (license.seller.clone(), license.channel, license.order_number.clone());
    let refund = license.refund.as_ref().map(refunding).map(|shown| view! { <Fact term="Refund">{shown}</Fact> });
    let ask = paths::ask_about(Topic::Purchase, Some(license.id));
    view! {
        <Card heading="Purchase" id="purchase">
            <Facts wide=true>
                <Fact term="Sold by">{seller}</Fact>
                <Fact term="Channel">{wording::channel(channel)}</Fact>
                <Fact term="Order number">
                    {match number {
                        Some(number) => view! { <Key text=number plain=true/> }.into_any(),
                        None => "None".into_any(),
                    }}
                </Fact>
                <Fact term="Ordered"><Day iso=wording::iso(ordered) text=wording::day(ordered)/></Fact>
                {refund}
            </Facts>
            {help}
            <p><a href=ask>"Ask about the purchase"</a></p>
        </Card>
    }
    .into_any()
}

/// Where a refund stands and since when, leading to its case.
pub(super) fn refunding(refund: &CardRefund) -> AnyView {
    let (state, word) = wording::refund_state(refund.state);
    view! {
        <span class="row">
            <Badge state label=word/>
            <a href=paths::request(&refund.case)>
                <time datetime=wording::iso(refund.since)>{wording::day(refund.since)}</time>
                <span class="visually-hidden">", see the case"</span>
            </a>
        </span>
    }
    .into_any()
}
