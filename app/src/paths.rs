//! Where things are.

use domain::case::Topic;
use domain::feedback::Article;
use domain::id::{AttachmentId, DeviceId, LicenseId, PersonId};
use domain::lookup::Record;
use uuid::Uuid;

pub const OVERVIEW: &str = "/";
pub const SIGN_IN: &str = "/sign-in";
pub const SIGN_IN_CODE: &str = "/sign-in/code";
pub const SIGN_UP: &str = "/sign-up";
pub const CHECK_MAIL: &str = "/check-mail";
pub const CONFIRM: &str = "/confirm";
pub const FORGOT: &str = "/forgot";
pub const RESET: &str = "/reset";
pub const EMAIL_CONFIRM: &str = "/email/confirm";
pub const EMAIL_STOP: &str = "/email/stop";
pub const DEVICES: &str = "/devices";
pub const LINK: &str = "/link";
pub const LICENSES: &str = "/licenses";
pub const ADD_CODE: &str = "/licenses/add";
pub const RECOVER: &str = "/recover";
pub const RECOVER_LOST: &str = "/recover?step=ask&reason=lost";
pub const RECOVER_WHERE: &str = "/recover?step=where";
pub const RECOVER_STORE: &str = "/recover?step=store";
pub const RECOVER_PARTNER: &str = "/recover?step=partner";
pub const RECOVER_ASK: &str = "/recover?step=ask";
pub const RECOVER_BY_ORDER: &str = "/recover?step=order";
pub const ORDER_MAIL_ASKED: &str = "/recover?step=store&done=asked";
pub const REQUESTS: &str = "/requests";
pub const NEW_REQUEST: &str = "/requests/new";
pub const ASK_ABOUT_REGION: &str = "/requests/new?topic=region";
pub const ASK_ABOUT_BLOCKED: &str = "/requests/new?topic=blocked_code";
pub const ASK_ABOUT_ACTIVATION: &str = "/requests/new?topic=activation";
pub const ACTIVITY: &str = "/activity";
pub const HELP: &str = "/help";
pub const SETTINGS: &str = "/settings";
pub const PEOPLE: &str = "/people";
pub const JOIN: &str = "/join";
pub const RENEW: &str = "/renew";
pub const STORE: &str = "/store";
pub const NOTICES: &str = "/notices";
pub const UNSUBSCRIBE: &str = "/unsubscribe";
pub const EXPORT: &str = "/settings/export";
pub const DISCLOSED: &str = "/disclosed";
pub const SUPPORT: &str = "/support";
pub const FEEDBACK: &str = "/support/feedback";
pub const LOOK_UP: &str = "/support/look-up";
pub const SUPPORT_SIGN_IN: &str = "/support/sign-in";

/// The page of one device.
#[must_use]
pub fn device(id: DeviceId) -> String {
    format!("{DEVICES}/{id}")
}

/// The page of one person.
#[must_use]
pub fn person(id: PersonId) -> String {
    format!("{PEOPLE}/{id}")
}

/// The page about installing a device's system anew.
#[must_use]
pub fn reinstall(id: DeviceId) -> String {
    format!("{DEVICES}/{id}/reinstall")
}

/// The page of one license.
#[must_use]
pub fn license(id: LicenseId) -> String {
    format!("{LICENSES}/{id}")
}

/// The page of one help article.
#[must_use]
pub fn article(article: Article) -> String {
    format!("{HELP}/{article}")
}

/// Renewing one license.
#[must_use]
pub fn renew(id: LicenseId) -> String {
    format!("{RENEW}?license={id}")
}

/// What happened to one license.
#[must_use]
pub fn license_history(id: LicenseId) -> String {
    format!("{LICENSES}/{id}/history")
}

/// The certificate of one license, made to be printed.
#[must_use]
pub fn certificate(id: LicenseId) -> String {
    format!("{LICENSES}/{id}/certificate")
}

/// Replacing the code of one license that became known to others.
#[must_use]
pub fn leaked(id: LicenseId) -> String {
    format!("{LICENSES}/{id}/leaked")
}

/// A page that says what was just done on it.
#[must_use]
pub fn done(page: &str, what: &str) -> String {
    format!("{page}?done={what}")
}

/// The page of one request, for its holder.
#[must_use]
pub fn request(number: &str) -> String {
    format!("{REQUESTS}/{number}")
}

/// The page of one request, for support.
#[must_use]
pub fn review(number: &str) -> String {
    format!("{SUPPORT}/requests/{number}")
}

/// The page of one case, for support.
#[must_use]
pub fn desk_case(number: &str) -> String {
    format!("{SUPPORT}/cases/{number}")
}

/// The page of one record of a customer, for support.
#[must_use]
pub fn record(record: Record, id: Uuid) -> String {
    match record {
        Record::Customer => format!("{SUPPORT}/customers/{id}"),
        Record::Code => format!("{SUPPORT}/codes/{id}"),
        Record::Device => format!("{SUPPORT}/devices/{id}"),
    }
}

/// The form for a case about this topic, with the license it is about.
#[must_use]
pub fn ask_about(topic: Topic, license: Option<LicenseId>) -> String {
    match license {
        Some(license) => format!("{NEW_REQUEST}?topic={topic}&license={license}"),
        None => format!("{NEW_REQUEST}?topic={topic}"),
    }
}

/// Where a file that came with a request is downloaded, by people of the account or by support.
#[must_use]
pub fn attachment(id: AttachmentId, within_support: bool) -> String {
    if within_support { format!("{SUPPORT}/attachments/{id}") } else { format!("/attachments/{id}") }
}
