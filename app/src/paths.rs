//! Where things are.

use domain::feedback::Article;
use domain::id::{DeviceId, LicenseId};

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
pub const REQUESTS: &str = "/requests";
pub const ACTIVITY: &str = "/activity";
pub const HELP: &str = "/help";
pub const SETTINGS: &str = "/settings";
pub const EXPORT: &str = "/settings/export";
pub const DISCLOSED: &str = "/disclosed";
pub const SUPPORT: &str = "/support";
pub const SUPPORT_SIGN_IN: &str = "/support/sign-in";

/// The page of one device.
#[must_use]
pub fn device(id: DeviceId) -> String {
    format!("{DEVICES}/{id}")
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
