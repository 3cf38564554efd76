//! HTML in the making. What comes from elsewhere goes through `escaped`.

use std::path::Path;

use serde_json::Value;

/// A piece of a page.
#[derive(Debug, Default)]
pub struct Html(String);

/// Text between tags and in attributes.
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            other => out.push(other),
        }
    }
    out
}

/// The document's texts have no other mark-up than backticks.
pub fn marked_up(text: &str) -> String {
    let mut code = false;
    let mut out = String::new();
    for (number, part) in text.split('`').enumerate() {
        if number > 0 {
            out.push_str(if code { "</code>" } else { "<code>" });
            code = !code;
        }
        out.push_str(&escaped(part));
    }
    if code {
        out.push_str("</code>");
    }
    out
}

/// Tags with escaped texts in them.
macro_rules! html {
    ($tags:literal $(, $text:expr)* $(,)?) => {
        format!($tags $(, $crate::html::escaped(&$text.to_string()))*)
    };
}
pub(crate) use html;

/// The address of the front end's style sheet in `site`; its name carries a hash, which stands in `hash.txt`.
pub fn style_sheet(site: &Path) -> String {
    let hashes = std::fs::read_to_string(site.join("hash.txt")).unwrap_or_default();
    let hash = hashes.lines().find_map(|line| line.trim().strip_prefix("css:"));
    format!("/pkg/latchkey.{}.css", hash.unwrap_or_default().trim())
}

/// A document: what stands in its head, and its body in HTML.
pub fn document(title: &str, style_sheet: &str, body: &str) -> String {
    format!(
        "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <meta name=\"color-scheme\" content=\"light dark\"><title>{} – Latchkey</title>\
         <link rel=\"icon\" type=\"image/svg+xml\" href=\"/favicon.svg\"><link rel=\"stylesheet\" href=\"{style_sheet}\">\
         </head><body>{body}</body></html>",
        escaped(title),
    )
}

impl Html {
    /// Tags, and texts that were escaped before.
    pub fn raw(&mut self, html: &str) -> &mut Self {
        self.0.push_str(html);
        self
    }

    /// A text in an element of its own.
    pub fn text(&mut self, element: &str, text: &str) -> &mut Self {
        self.raw(&format!("<{element}>{}</{element}>", marked_up(text)))
    }

    /// A text of the document, if it is there.
    pub fn paragraph(&mut self, text: &Value) -> &mut Self {
        if let Some(text) = text.as_str() {
            for paragraph in text.split("\n\n") {
                self.text("p", paragraph);
            }
        }
        self
    }

    /// A link in a list of contents.
    pub fn entry(&mut self, id: &str, text: &str) -> &mut Self {
        self.raw(&html!("<li><a href=\"#{}\">{}</a></li>", id, text))
    }

    /// A name, its kind and what it is; `what` is HTML.
    pub fn field(&mut self, name: &str, kind: &str, what: &str) -> &mut Self {
        self.raw("<div>").field_inside(name, kind, what).raw("</div>")
    }

    /// The same without the element around it.
    pub fn field_inside(&mut self, name: &str, kind: &str, what: &str) -> &mut Self {
        let kind = if kind.is_empty() { String::new() } else { format!(" <span class=\"docs-kind\">{kind}</span>") };
        self.raw(&html!("<dt><code>{}</code>", name)).raw(&kind).raw(&format!("</dt><dd>{what}</dd>"))
    }

    /// JSON as people read it.
    pub fn example(&mut self, example: &Value) -> &mut Self {
        if example.is_null() {
            return self;
        }
        self.raw(&html!("<pre class=\"docs-example\" tabindex=\"0\"><code>{}</code></pre>", format!("{example:#}")))
    }

    /// The finished piece.
    pub fn done(self) -> String {
        self.0
    }
}
