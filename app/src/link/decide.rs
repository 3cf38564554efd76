//! The card of a device that asks to be linked, with the two answers.

use domain::link::LinkRequest;
use leptos::prelude::*;
use time::Duration;

use super::api::{DenyDevice, LinkDevice};
use crate::form::{Form, tried};
use crate::ui::*;
use crate::wording;

/// What asks, from where and since when; both answers carry the code that was looked up.
pub(super) fn decide(
    request: LinkRequest,
    user_code: RwSignal<String>,
    link: ServerAction<LinkDevice>,
    deny: ServerAction<DenyDevice>,
) -> AnyView {
    let now = request.requested_at + Duration::seconds(i64::from(request.age_seconds));
    let country = request.country.map_or("Unknown", |country| country.name());
    let abroad = request.country.filter(|_| request.country_is_new);
    let version = request.os_version.clone();
    let (linked, denying) = (tried(link), tried(deny).busy());
    let (linking, password_error) = (linked.busy(), linked.field("link_password"));
    view! {
        <section class="only-if" aria-labelledby="only-if-title">
            <h2 id="only-if-title">{format!("Link “{}”?", request.name)}</h2>
            <Tiles code=user_code.get_untracked().to_ascii_uppercase() label="Code"/>
            <Facts>
                <Fact term="Name">{request.name.clone()}</Fact>
                <Fact term="System">
                    {wording::os(request.os_family)} {(!version.is_empty()).then(|| format!(", {version}"))}
                </Fact>
                <Fact term="Country">{country}</Fact>
                <Fact term="Asked">
                    <time datetime=wording::iso(request.requested_at)>{wording::ago(request.requested_at, now)}</time>
                </Fact>
            </Facts>
            {request.known_as.clone().map(|name| view! {
                <Notice title="A device you know">
                    <p>{format!("This is {name}, which was linked before. It comes back as the same device, and a license it still has stays on it.")}</p>
                </Notice>
            })}
            <Notice tone=Tone::Warn title="Only continue if you started this on the device in front of you">
                <p>"If somebody sent you this code, or asked you on the phone to enter it, do not link the device."</p>
            </Notice>
            {abroad.map(|country| view! {
                <Notice tone=Tone::Danger title="A new country">
                    <p>{format!("No device of your office was ever seen in {}.", country.in_sentence())}</p>
                </Notice>
            })}
            <div class="form-actions">
                <Form action=link>
                    <input type="hidden" name="user_code" value=move || user_code.get()/>
                    {abroad.map(|_| view! {
                        <Field
                            name="link_password"
                            label="Your password"
                            hint="A device in a new country is linked by you alone."
                            kind="password"
                            autocomplete="current-password"
                            required=true
                            error=password_error
                        />
                    })}
                    <Button busy=linking>"Link this device"</Button>
                </Form>
                <Form action=deny>
                    <input type="hidden" name="user_code" value=move || user_code.get()/>
                    <Button variant=Variant::Secondary busy=denying>"Do not link"</Button>
                </Form>
            </div>
        </section>
    }
    .into_any()
}
