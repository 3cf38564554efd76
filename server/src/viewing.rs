//! Somebody in support who looks at the pages of an office: which pages, and that nothing is done there.

use app::paths;
use axum::extract::Request;
use axum::response::{IntoResponse, Redirect, Response};
use domain::actor::Actor;
use domain::cx::Cx;
use domain::id::AccountId;
use domain::{Error, lookup};
use http::{Method, StatusCode};

use crate::authenticate::refusal;
use crate::plain_forms::deed;
use crate::request_log::plain_page;

/// What those pages read.
pub const READS: &[&str] =
    &["get_office", "get_licenses", "find_licenses", "get_license", "get_devices", "get_device", "get_device_history"];

/// How long the session lasts yet, and putting its end off.
pub const SESSION: &[&str] = &["get_session_end", "stay_signed_in"];

/// The ways out.
pub const LEAVE: &[&str] = &["leave_view", "staff_sign_out"];

/// Whoever is signed in to support, with the eyes of the office they look at while its record is open.
pub async fn eyes(staff: Actor, viewing: Option<AccountId>, cx: &Cx) -> domain::Result<Actor> {
    let Some(account) = viewing else { return Ok(staff) };
    let viewer = lookup::store::for_viewing(&cx.world.ro, &staff, account, cx.now).await?;
    Ok(viewer.unwrap_or(staff))
}

/// Closed by default: the overview, the licenses and the devices are read, and every deed but leaving is refused.
pub fn turn_away(request: &Request, path: &str) -> Option<Response> {
    if let Some(function) = path.strip_prefix("/api/") {
        let may = [READS, SESSION, LEAVE].iter().any(|some| some.contains(&function));
        return (!may).then(|| refusal(&Error::Forbidden));
    }
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    let leaves = deed(request).is_some_and(|deed| LEAVE.contains(&deed.as_str()));
    if !reads && !leaves {
        return Some(plain_page(
            StatusCode::FORBIDDEN,
            "You only look at these pages",
            "Nothing was done. Go back, and leave the view to work on your own pages.",
            None,
        ));
    }
    (!is_shown(path)).then(|| Redirect::to(paths::OVERVIEW).into_response())
}

/// Whether a page is one of those that support sees with the office's eyes.
fn is_shown(path: &str) -> bool {
    let one = |page: &str| {
        path.strip_prefix(page)
            .and_then(|rest| rest.strip_prefix('/'))
            .is_some_and(|id| id.parse::<uuid::Uuid>().is_ok())
    };
    [paths::OVERVIEW, paths::LICENSES, paths::DEVICES].contains(&path) || one(paths::LICENSES) || one(paths::DEVICES)
}

#[cfg(test)]
mod tests {
    use super::is_shown;

    #[test]
    fn three_pages_and_what_stands_in_their_lists_are_shown() {
        for page in ["/", "/licenses", "/devices", "/devices/0198c0de-0000-7000-8000-00000000abcd"] {
            assert!(is_shown(page), "{page}");
        }
        for page in [
            "/settings",
            "/people",
            "/licenses/add",
            "/licenses/x/leaked",
            "/support",
            "/settings/export",
            "/disclosed",
        ] {
            assert!(!is_shown(page), "{page}");
        }
    }
}
