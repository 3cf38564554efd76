//! The things that are sent: their fields, or the words they may be.

use serde_json::Value;

use crate::html::{Html, html, marked_up};

/// Writes every thing once, under the name by which others link to it.
pub fn write_all(to: &mut Html, document: &Value) {
    to.raw("<section class=\"docs-part\" id=\"things\"><h2>What is sent</h2>");
    for (name, schema) in document["components"]["schemas"].as_object().into_iter().flatten() {
        to.raw(&html!("<article class=\"docs-thing\" id=\"thing-{}\"><h3><code>{}</code></h3>", name, name));
        to.paragraph(&schema["description"]);
        match &schema["enum"] {
            Value::Array(words) => {
                let words: Vec<String> = words.iter().map(|word| html!("<code>{}</code>", text(word))).collect();
                to.raw("<p>One of ").raw(&words.join(", ")).raw("</p>");
            }
            _ => fields(to, document, schema),
        }
        for variant in schema["oneOf"].as_array().into_iter().flatten() {
            to.paragraph(&variant["description"]);
            fields(to, document, variant);
        }
        to.raw("</article>");
    }
    to.raw("</section>");
}

/// The fields of an object, wherever it is described.
pub fn fields(to: &mut Html, document: &Value, schema: &Value) {
    let schema = schema["$ref"].as_str().and_then(|at| document.pointer(at.trim_start_matches('#'))).unwrap_or(schema);
    let Some(properties) = schema["properties"].as_object().filter(|properties| !properties.is_empty()) else { return };
    let required = schema["required"].as_array().cloned().unwrap_or_default();
    to.raw("<dl class=\"docs-fields\">");
    for (name, property) in properties {
        let optional = if required.iter().any(|needed| needed == name) { "" } else { ", optional" };
        let description = property["description"].as_str().or_else(|| property["oneOf"][0]["description"].as_str());
        let what = marked_up(description.unwrap_or_default());
        to.field(name, &format!("{}{optional}", link(property)), &what);
    }
    to.raw("</dl>");
}

/// The kind of a value in a few words, with a link if it is a thing.
pub fn link(schema: &Value) -> String {
    if let Some(name) = schema["$ref"].as_str().and_then(|reference| reference.rsplit('/').next()) {
        return html!("<a href=\"#thing-{}\">{}</a>", name, name);
    }
    if let Some(first) = schema["oneOf"].as_array().and_then(|choices| choices.iter().find(|one| one["type"] != "null"))
    {
        return link(first);
    }
    let kind = schema["type"].as_str().or_else(|| schema["type"][0].as_str()).unwrap_or("object");
    match (kind, schema["format"].as_str()) {
        ("array", _) => format!("list of {}", link(&schema["items"])),
        (_, Some("date-time")) => "instant (RFC 3339)".to_owned(),
        (_, Some("uuid")) => "UUID".to_owned(),
        ("string", _) => "text".to_owned(),
        ("integer", _) => "whole number".to_owned(),
        ("boolean", _) => "true or false".to_owned(),
        (other, _) => html!("{}", other),
    }
}

fn text(word: &Value) -> &str {
    word.as_str().unwrap_or_default()
}
