//! The mails of a demo as a page: what would have gone out, the newest on top. A demo alone has it, for its mails lie in a
//! folder and belong to nobody.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use axum::Router;
use axum::extract::{Path as At, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::StatusCode;
use http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use mail_parser::MessageParser;
use uuid::Uuid;

use crate::config::Config;
use crate::html::{self, Html, escaped, html, style_sheet};

/// Where the page is.
pub const PATH: &str = "/dev/mailbox";

/// The most mails the list shows.
const MOST: usize = 100;

const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'none'; \
                      base-uri 'none'; frame-ancestors 'none'; object-src 'none'";
/// A mail brings its own styles, runs nothing and opens its links in the whole window.
const MAIL_POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; \
                           sandbox allow-top-navigation-by-user-activation allow-popups";

struct Mailbox {
    folder: PathBuf,
    style_sheet: String,
}

/// The mailbox of a demo whose mails lie in a folder; nothing otherwise.
pub fn router(config: &Config) -> Router {
    if !config.data.demo || config.smtp.is_some() {
        return Router::new();
    }
    let mailbox = Mailbox { folder: config.mail_folder(), style_sheet: style_sheet(&config.site()) };
    Router::new()
        .route(PATH, get(list))
        .route(&format!("{PATH}/{{id}}"), get(one))
        .route(&format!("{PATH}/{{id}}/html"), get(as_html))
        .with_state(Arc::new(mailbox))
}

/// A mail as it lies in the folder.
struct Mail {
    to: String,
    subject: String,
    at: String,
    text: String,
    html: String,
}

impl Mail {
    fn read(path: &Path) -> Option<Self> {
        let bytes = std::fs::read(path).ok()?;
        let mail = MessageParser::default().parse(&bytes)?;
        Some(Self {
            to: mail.to()?.first()?.address()?.to_owned(),
            subject: mail.subject().unwrap_or_default().to_owned(),
            at: mail.date().map(ToString::to_string).unwrap_or_default(),
            text: mail.body_text(0).unwrap_or_default().into_owned(),
            html: mail.body_html(0).unwrap_or_default().into_owned(),
        })
    }
}

impl Mailbox {
    /// The files of the mails, the newest first, with the identity that ends their names.
    fn files(&self) -> io::Result<Vec<(Uuid, PathBuf)>> {
        let mut files: Vec<PathBuf> = std::fs::read_dir(&self.folder)?
            .filter_map(|entry| Some(entry.ok()?.path()))
            .filter(|path| path.extension().is_some_and(|extension| extension == "eml"))
            .collect();
        files.sort_unstable_by(|a, b| b.cmp(a));
        let named = files.into_iter().filter_map(|path| {
            let id = path.file_stem()?.to_str()?.split_once('-')?.1.parse().ok()?;
            Some((id, path))
        });
        Ok(named.collect())
    }

    fn find(&self, id: Uuid) -> Option<Mail> {
        let (_, path) = self.files().ok()?.into_iter().find(|(named, _)| *named == id)?;
        Mail::read(&path)
    }

    fn page(&self, title: &str, main: &str) -> Response {
        let body = format!(
            "<a class=\"skip-link\" href=\"#main\">Skip to content</a><div class=\"frame-out\"><header class=\"frame-out-head\"><a class=\"brand\" href=\"/\">\
             <img class=\"docs-mark\" src=\"/logo.svg\" alt=\"\"><span class=\"logo-word\">Latchkey</span></a></header>\
             <main class=\"mailbox\" id=\"main\" tabindex=\"-1\">{main}</main></div>"
        );
        answer(POLICY, html::document(title, &self.style_sheet, &body))
    }
}

fn answer(policy: &'static str, page: String) -> Response {
    let headers =
        [(CONTENT_TYPE, "text/html; charset=utf-8"), (CONTENT_SECURITY_POLICY, policy), (CACHE_CONTROL, "no-store")];
    (headers, page).into_response()
}

async fn list(State(mailbox): State<Arc<Mailbox>>) -> Response {
    let mut main = Html::default();
    main.raw("<h1>Mails of the demo</h1>");
    let files = mailbox.files().unwrap_or_default();
    if files.is_empty() {
        main.raw("<p>No mail was sent yet. Those that the demo sends are kept here and go nowhere.</p>");
    } else {
        main.raw("<p class=\"muted\">What would have gone out, the newest on top. Nothing leaves this computer.</p>");
        main.raw("<ul class=\"ledger\" role=\"list\">");
        for (id, path) in files.into_iter().take(MOST) {
            let Some(mail) = Mail::read(&path) else { continue };
            main.raw(&html!(
                "<li><a href=\"{}/{}\"><span class=\"ledger-main\"><span>{}</span><span>to {}</span></span>\
                 <span class=\"ledger-side muted\">{}</span></a></li>",
                PATH,
                id,
                mail.subject,
                mail.to,
                mail.at
            ));
        }
        main.raw("</ul>");
    }
    mailbox.page("Mails of the demo", &main.done())
}

async fn one(State(mailbox): State<Arc<Mailbox>>, At(id): At<Uuid>) -> Response {
    let Some(mail) = mailbox.find(id) else { return none(&mailbox) };
    let mut main = Html::default();
    main.raw(&html!("<p><a href=\"{}\">All mails</a></p><h1>{}</h1>", PATH, mail.subject));
    main.raw(&html!("<p class=\"muted\">to {}, {}</p>", mail.to, mail.at));
    main.raw(&format!("<pre class=\"mailbox-text\" tabindex=\"0\">{}</pre>", linked(&mail.text)));
    main.raw(&html!("<p><a href=\"{}/{}/html\">Open it as most mailboxes show it</a></p>", PATH, id));
    mailbox.page(&mail.subject, &main.done())
}

async fn as_html(State(mailbox): State<Arc<Mailbox>>, At(id): At<Uuid>) -> Response {
    mailbox.find(id).map_or_else(|| none(&mailbox), |mail| answer(MAIL_POLICY, mail.html))
}

fn none(mailbox: &Mailbox) -> Response {
    let said = html!("<h1>There is no such mail</h1><p><a href=\"{}\">See all mails</a></p>", PATH);
    (StatusCode::NOT_FOUND, mailbox.page("There is no such mail", &said)).into_response()
}

/// Text in which the addresses are links.
fn linked(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for part in text.split_inclusive(char::is_whitespace) {
        let word = part.trim_end();
        if word.starts_with("http://") || word.starts_with("https://") {
            out.push_str(&html!("<a href=\"{}\">{}</a>", word, word));
            out.push_str(&part[word.len()..]);
        } else {
            out.push_str(&escaped(part));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_in_a_text_are_links_and_nothing_else_is() {
        let shown = linked("Go on:\nhttps://a.example/x?a=1&b=2\n<b>no</b> \"q\"");
        assert_eq!(
            shown,
            "Go on:\n<a href=\"https://a.example/x?a=1&amp;b=2\">https://a.example/x?a=1&amp;b=2</a>\n\
             &lt;b&gt;no&lt;/b&gt; &quot;q&quot;"
        );
    }
}
