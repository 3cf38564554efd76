//! The page on which people read the OpenAPI document: plain HTML made of the document itself, without a script.

mod operation;
mod schema;

use std::path::Path;

use axum::Router;
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::routing::get;
use serde_json::Value;

use super::{catalog, limits, openapi};
use crate::html::{self, Html, html, style_sheet};

/// Where the page is.
pub const PATH: &str = "/api/docs";

/// It loads the style sheet and the mark, and runs nothing.
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'none'; base-uri 'none'; \
                      frame-ancestors 'none'; object-src 'none'";

/// The page, with the style sheet of the front end in `site`.
pub fn router(site: &Path) -> Router {
    let page = page(&openapi::document(), &style_sheet(site));
    let headers =
        [(CONTENT_TYPE, "text/html; charset=utf-8"), (CONTENT_SECURITY_POLICY, POLICY), (CACHE_CONTROL, "no-cache")];
    Router::new().route(PATH, get(move || std::future::ready((headers, page.clone()))))
}

fn page(document: &Value, style_sheet: &str) -> String {
    let title = document["info"]["title"].as_str().unwrap_or_default();
    let mut main = Html::default();
    main.text("h1", title).paragraph(&document["info"]["description"]);
    main.raw(
        "<p>The same as a file for programs: <a href=\"/api/v1/openapi.json\">openapi.json</a> (OpenAPI 3.1).</p>",
    );
    common(&mut main);
    let mut contents = Html::default();
    contents.entry("common", "For every request");
    for tag in document["tags"].as_array().into_iter().flatten() {
        let (name, description) = (tag["name"].as_str().unwrap_or_default(), &tag["description"]);
        let heading = description.as_str().unwrap_or(name);
        main.raw(&html!("<section class=\"docs-part\" id=\"part-{}\"><h2>{}</h2>", name, heading));
        contents.raw(&html!("<li><a href=\"#part-{}\">{}</a><ul>", name, heading));
        for (path, method, operation) in operations(document, name) {
            let id = operation["operationId"].as_str().unwrap_or_default();
            contents.entry(id, operation["summary"].as_str().unwrap_or(id));
            operation::write(&mut main, document, path, method, operation);
        }
        contents.raw("</ul></li>");
        main.raw("</section>");
    }
    contents.entry("things", "What is sent").entry("refusals", "Refusals");
    schema::write_all(&mut main, document);
    refusals(&mut main);
    let body = format!(
        "<a class=\"skip-link\" href=\"#main\">Skip to content</a><div class=\"docs\">\
         <header class=\"docs-side\"><a class=\"brand\" href=\"/\"><img class=\"docs-mark\" src=\"/logo.svg\" alt=\"\">\
         <span class=\"logo-word\">Latchkey</span></a><nav aria-label=\"Contents\"><ul>{}</ul></nav></header>\
         <main class=\"docs-main\" id=\"main\" tabindex=\"-1\">{}</main></div>",
        contents.done(),
        main.done(),
    );
    html::document(title, style_sheet, &body)
}

fn operations<'a>(document: &'a Value, tag: &'a str) -> impl Iterator<Item = (&'a str, &'a str, &'a Value)> {
    let paths = document["paths"].as_object().into_iter().flatten();
    let all = paths.flat_map(|(path, item)| {
        let methods = item.as_object().into_iter().flatten();
        methods.map(move |(method, operation)| (path.as_str(), method.as_str(), operation))
    });
    all.filter(move |(_, _, operation)| operation["tags"][0] == tag)
}

/// What holds for all requests is said once.
fn common(to: &mut Html) {
    to.raw("<section class=\"docs-part\" id=\"common\"><h2>For every request</h2><dl class=\"docs-fields\">");
    to.field("Token", "", "Send <code>Authorization: Bearer …</code> with the token the device got when it was linked. It lives until the device is disconnected or uninstalled.");
    to.field("Body", "", "JSON in UTF-8 as <code>application/json</code>, at most 16 kB. A field that is not described here is refused, so that a misspelled one is noticed.");
    to.field("Idempotency-Key", "header, optional", "Names a POST or DELETE. Sent again under the same key within a day, the request is answered as the first time, with <code>Idempotent-Replayed: true</code>, and does nothing more. Another request under the same key is refused.");
    to.field(
        "RateLimit, RateLimit-Policy",
        "headers of every answer",
        &format!("A device may ask {} times a minute, a seller {} times, and a network {} times without a token. Beyond that the answer is 429, with the seconds to wait in <code>Retry-After</code>.", limits::DEVICE, limits::SELLER, limits::NETWORK),
    );
    to.field("Problem", "application/problem+json", "What is not done comes as a problem (RFC 9457): <code>type</code> and <code>code</code> are for programs, <code>detail</code> is for people. Nothing was used up. <a href=\"#refusals\">The refusals</a> stand at the end.");
    to.raw("</dl></section>");
}

fn refusals(to: &mut Html) {
    to.raw("<section class=\"docs-part\" id=\"refusals\"><h2>Refusals</h2><p>What <code>code</code> in a problem says, the rule behind it, and what puts it right.</p><dl class=\"docs-fields\">");
    for entry in catalog::CATALOG.iter() {
        let rule = entry.rules.join(", ");
        let fix = entry.fix.map(|fix| format!(": {fix}")).unwrap_or_default();
        to.raw(&html!("<div id=\"refusal-{}\">", entry.code));
        to.field_inside(entry.code, &rule, &html!("{}{}", entry.means, fix));
        to.raw("</div>");
    }
    to.raw("</dl></section>");
}

#[cfg(test)]
mod tests;
