//! One operation: its address, what is sent, what comes back, and what may come instead.

use serde_json::Value;

use crate::html::{Html, html, marked_up};

use super::schema;

/// Writes an operation.
pub fn write(to: &mut Html, document: &Value, path: &str, method: &str, operation: &Value) {
    let id = operation["operationId"].as_str().unwrap_or_default();
    to.raw(&html!("<article class=\"docs-operation\" id=\"{}\">", id));
    to.text("h3", operation["summary"].as_str().unwrap_or(id));
    let method = method.to_uppercase();
    to.raw(&html!("<p class=\"docs-address\"><strong>{}</strong> <code>{}</code>", method, path));
    to.raw(if operation["security"].is_array() { "" } else { " <span class=\"docs-kind\">without a token</span>" });
    to.raw("</p>").paragraph(&operation["description"]);
    parameters(to, operation);
    for (media_type, content) in operation["requestBody"]["content"].as_object().into_iter().flatten() {
        to.raw("<h4>Send</h4>");
        if media_type != "application/json" {
            to.raw(&html!("<p>As <code>{}</code>.</p>", media_type));
        }
        schema::fields(to, document, &content["schema"]);
        to.example(&content["example"]);
    }
    let (done, instead): (Vec<_>, Vec<_>) =
        operation["responses"].as_object().into_iter().flatten().partition(|(status, _)| status.starts_with('2'));
    to.raw("<h4>Comes back</h4>");
    for (status, answer) in done {
        granted(to, status, answer);
    }
    to.raw("<details class=\"docs-instead\"><summary>What may come instead</summary><dl class=\"docs-fields\">");
    for (status, answer) in instead {
        let mut what = marked_up(answer["description"].as_str().unwrap_or_default());
        if let Some((before, _)) = what.split_once("Refusals: ") {
            what = before.to_owned();
        }
        to.field(status, "", &format!("{what}{}", links(&answer["x-refusals"])));
    }
    to.raw("</dl></details></article>");
}

fn granted(to: &mut Html, status: &str, answer: &Value) {
    let what = marked_up(answer["description"].as_str().unwrap_or_default());
    to.raw(&html!("<p><strong>{}</strong> ", status)).raw(&what);
    let content = answer["content"].as_object().and_then(|content| content.values().next());
    let Some(content) = content else {
        to.raw("</p>");
        return;
    };
    to.raw(": ").raw(&schema::link(&content["schema"])).raw("</p>");
    to.raw("<details><summary>Example</summary>").example(&content["example"]).raw("</details>");
}

/// Parameters of the address; the key of a repeated request is described for all operations at once.
fn parameters(to: &mut Html, operation: &Value) {
    let parameters = operation["parameters"].as_array().into_iter().flatten();
    let mut parameters = parameters.filter(|parameter| parameter["in"] != "header").peekable();
    if parameters.peek().is_none() {
        return;
    }
    to.raw("<dl class=\"docs-fields\">");
    for parameter in parameters {
        let what = marked_up(parameter["description"].as_str().unwrap_or_default());
        to.field(parameter["name"].as_str().unwrap_or_default(), "in the path", &what);
    }
    to.raw("</dl>");
}

/// The refusals of an answer, each a link to its entry.
fn links(refusals: &Value) -> String {
    let mut list = String::new();
    for refusal in refusals.as_array().into_iter().flatten() {
        let (code, means) =
            (refusal["code"].as_str().unwrap_or_default(), refusal["means"].as_str().unwrap_or_default());
        list += &html!("<li><a href=\"#refusal-{}\"><code>{}</code></a> {}</li>", code, code, means);
    }
    if list.is_empty() { list } else { format!("<ul class=\"docs-codes\">{list}</ul>") }
}
