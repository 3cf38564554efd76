//! Where things are.

use domain::case::Topic;
use domain::country::Country;
use domain::feedback::Article;
use domain::id::{AttachmentId, BatchId, DeviceId, ImportId, JobId, LicenseId, PersonId, StaffId};
use domain::lookup::Record;
use domain::request::{Kind, Part, Shown, View};
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
pub const MAIL_WAY: &str = "/link#mail-way";
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
pub const ACTIVITY_FILE: &str = "/activity.csv";
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
pub const CATALOG: &str = "/support/catalog";
pub const NEW_ENTRY: &str = "/support/catalog/new";
pub const BATCHES: &str = "/support/batches";
pub const NEW_BATCH: &str = "/support/batches/new";
pub const NEW_IMPORT: &str = "/support/imports/new";
pub const PICTURES: &str = "/support/pictures";
pub const STATUS: &str = "/status";
pub const PUBLISHED: &str = "/support/published";
pub const REPLIES: &str = "/support/replies";
pub const TEAM: &str = "/support/team";
pub const SUPPORT_JOIN: &str = "/support/join";
pub const SUPPORT_OWN: &str = "/support/me";
/// Where somebody in support sets up the second factor.
pub const SUPPORT_FACTOR: &str = "/support/second-factor";
pub const AUDIT: &str = "/support/audit";
pub const AUDIT_FILE: &str = "/support/audit.csv";
pub const SUPPORT_SIGN_IN: &str = "/support/sign-in";

/// The page of one device.
#[must_use]
pub fn device(id: DeviceId) -> String {
    format!("{DEVICES}/{id}")
}

/// A file of a prepared export.
#[must_use]
pub fn export_file(id: JobId, file: &str) -> String {
    format!("{EXPORT}/{id}/{file}")
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

/// What happened on one device.
#[must_use]
pub fn device_history(id: DeviceId) -> String {
    format!("{DEVICES}/{id}/history")
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

/// The page of one member of support, for leads.
#[must_use]
pub fn member(id: StaffId) -> String {
    format!("{TEAM}/{id}")
}

/// A word as it stands in the query of an address.
#[must_use]
pub fn encoded(word: &str) -> String {
    word.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => char::from(byte).to_string(),
            other => format!("%{other:02X}"),
        })
        .collect()
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

/// The page of one request of either kind, for support.
#[must_use]
pub fn of_request(number: &str) -> String {
    if number.starts_with('R') { review(number) } else { desk_case(number) }
}

/// What is shown of the queue: short for what most people want, and worth keeping as a bookmark for all else.
#[must_use]
pub fn queue(shown: Shown) -> String {
    let mut asked = Vec::new();
    if shown.part != Part::Waiting {
        asked.push(format!("part={}", shown.part));
    }
    if shown.view != View::All {
        asked.push(format!("view={}", shown.view));
    }
    if shown.kind != Kind::Both {
        asked.push(format!("kind={}", shown.kind));
    }
    if let Some(topic) = shown.topic {
        asked.push(format!("topic={topic}"));
    }
    if let Some(product) = shown.product {
        asked.push(format!("product={product}"));
    }
    if asked.is_empty() { SUPPORT.to_owned() } else { format!("{SUPPORT}?{}", asked.join("&")) }
}

/// The queue after something was done to one of its requests, which is named so that it can be found again.
#[must_use]
pub fn queue_after(shown: Shown, what: &str, number: &str) -> String {
    let here = queue(shown);
    let more = if here.contains('?') { '&' } else { '?' };
    let number: String = number.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').collect();
    format!("{here}{more}done={what}&at={number}")
}

/// A list of published codes, and what was just done with it.
#[must_use]
pub fn published(list: Uuid, what: Option<&str>) -> String {
    match what {
        Some(what) => format!("{PUBLISHED}?list={list}&done={what}"),
        None => format!("{PUBLISHED}?list={list}"),
    }
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

/// The form for a case about a code that is refused in the country where a device is seen (E09), with what is known filled in.
#[must_use]
pub fn ask_about_region(seen: Country, device: Option<DeviceId>, license: Option<LicenseId>) -> String {
    let license = license.map(|id| format!("&license={id}")).unwrap_or_default();
    let device = device.map(|id| format!("&device={id}")).unwrap_or_default();
    format!("{ASK_ABOUT_REGION}{license}{device}&country={seen}")
}

/// Where a file that came with a request is downloaded, by people of the account or by support.
#[must_use]
pub fn attachment(id: AttachmentId, within_support: bool) -> String {
    if within_support { format!("{SUPPORT}/attachments/{id}") } else { format!("/attachments/{id}") }
}

/// A part of the catalog.
#[must_use]
pub fn catalog(part: domain::catalog::Part) -> String {
    format!("{CATALOG}?part={part}")
}

/// The form for something new in a part of the catalog.
#[must_use]
pub fn new_entry(part: domain::catalog::Part) -> String {
    format!("{NEW_ENTRY}?part={part}")
}

/// One entry of the catalog.
#[must_use]
pub fn entry(id: Uuid) -> String {
    format!("{CATALOG}/{id}")
}

/// One batch of codes.
#[must_use]
pub fn batch(id: BatchId) -> String {
    format!("{BATCHES}/{id}")
}

/// Where the file of a batch is taken, once.
#[must_use]
pub fn batch_file(id: BatchId) -> String {
    format!("{BATCHES}/{id}/file")
}

/// What came of trying a file of codes.
#[must_use]
pub fn import(id: ImportId) -> String {
    format!("/support/imports/{id}")
}
