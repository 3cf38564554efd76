//! Getting the application onto a device: the installer of each system, for the license's administrator alone (R50).

use domain::activation::Refusal;
use domain::license::details::LicenseDetails;
use leptos::prelude::*;

use crate::ui::*;
use crate::{paths, wording};

/// The card; for colleagues the reason why not, with whom to ask (E27).
pub(super) fn download(license: &LicenseDetails) -> AnyView {
    let body = if license.administered_by_reader { ways(license) } else { withheld(license) };
    view! { <Card heading="Install it" id="download">{body}</Card> }.into_any()
}

fn withheld(license: &LicenseDetails) -> AnyView {
    let reason = wording::refusal(&Refusal::NotAdministrator { administrator: license.administrator.clone() });
    view! { <Button kind="button" id="download-installer" disabled_reason=Some(reason)>"Download"</Button> }.into_any()
}

fn ways(license: &LicenseDetails) -> AnyView {
    let links = license
        .installers
        .iter()
        .map(|(os, address)| {
            let label = format!("Download for {}", wording::os(*os));
            view! { <li><a href=address.clone() rel="external noopener noreferrer">{label}</a></li> }
        })
        .collect_view();
    let none = license.installers.is_empty().then(|| {
        view! { <p>"The vendor named no address for the installer. It stands in the mail or paper of your order."</p> }
    });
    view! {
        {none}
        <ul class="stack-tight">{links}</ul>
        <div class="row">
            <ButtonLink href=paths::MAIL_WAY>"Mail the link"</ButtonLink>
        </div>
    }
    .into_any()
}
