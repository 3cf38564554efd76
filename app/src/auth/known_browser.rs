//! The cookie that marks a browser in which somebody has signed in before, so that strangers who guess at the same name
//! can't make its owner wait.

use axum::http::header::{COOKIE, HeaderValue, SET_COOKIE};
use axum::http::request::Parts;
use leptos::prelude::use_context;
use leptos_axum::ResponseOptions;

/// Its name makes browsers insist on https (or this machine), the whole path and no domain.
pub const COOKIE_NAME: &str = "__Host-known";

/// The mark this browser carries, if any.
#[must_use]
pub fn read() -> Option<String> {
    let parts = use_context::<Parts>()?;
    let cookies = parts.headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = cookies.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(name, _)| *name == COOKIE_NAME).map(|(_, mark)| mark.to_owned())
}

/// Gives the browser its mark, for a year.
pub fn write(mark: &str) {
    let cookie = format!("{COOKIE_NAME}={mark}; Path=/; Max-Age=31536000; Secure; HttpOnly; SameSite=Lax");
    if let (Some(options), Ok(cookie)) = (use_context::<ResponseOptions>(), HeaderValue::from_str(&cookie)) {
        options.append_header(SET_COOKIE, cookie);
    }
}
