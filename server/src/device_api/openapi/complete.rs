//! What all operations share, written into the document in one place: limits, the key of a repeated request, our own
//! failures, the refusals each may meet, and an example of everything that is sent.

use axum::http::HeaderName;
use serde_json::{Map, Value, json};

use super::super::catalog;
use super::super::idempotency::{LONGEST_KEY, REPLAYED};
use super::super::limits::{POLICY, STANDING};
use super::super::problem::MEDIA_TYPE;
use super::examples;

type Object = Map<String, Value>;

/// Completes the document that was made from the routes.
pub fn complete(document: &mut Value) {
    let paths = document.get_mut("paths").and_then(Value::as_object_mut);
    for (path, item) in paths.into_iter().flatten() {
        for (method, operation) in item.as_object_mut().into_iter().flatten() {
            let Some(operation) = operation.as_object_mut() else { continue };
            if path.starts_with("/api/v1/") {
                let answers = inner(operation, "responses");
                add_limit(answers);
                problem(answers, "500", "A mistake of ours; our log has it under `request_id`");
                // an answer is kept for somebody known, and a ticket is used once anyhow
                let by_somebody = operation.contains_key("security");
                if by_somebody && ["post", "put", "patch", "delete"].contains(&method.as_str()) {
                    take_key(operation);
                }
                show_limits(inner(operation, "responses"));
            } else {
                let schema = json!({ "$ref": "#/components/schemas/TokenError" });
                let content = json!({ "application/json": { "schema": schema } });
                let answer = json!({ "description": "A mistake of ours", "content": content });
                inner(operation, "responses").insert("500".to_owned(), answer);
            }
            name_refusals(operation);
            examples::add(operation);
        }
    }
}

/// The object under a name, made if it is not there.
fn inner<'a>(object: &'a mut Object, name: &str) -> &'a mut Object {
    let value = object.entry(name).or_insert_with(|| json!({}));
    if !value.is_object() {
        *value = json!({});
    }
    value.as_object_mut().expect("it was made an object")
}

/// An answer that is a problem; if the operation has one of this status, this cause is added to it.
fn problem<'a>(answers: &'a mut Object, status: &str, cause: &str) -> &'a mut Object {
    let answer = inner(answers, status);
    let description = match answer.get("description").and_then(Value::as_str) {
        Some(known) if known.contains(cause) => known.to_owned(),
        Some(known) => format!("{known}. {cause}"),
        None => cause.to_owned(),
    };
    answer.insert("description".to_owned(), json!(description));
    let schema = json!({ "schema": { "$ref": "#/components/schemas/Problem" } });
    answer.entry("content").or_insert_with(|| json!({ MEDIA_TYPE: schema }));
    answer
}

fn header(answer: &mut Object, name: &HeaderName, description: &str, kind: &str) {
    let header = json!({ "description": description, "schema": { "type": kind } });
    inner(answer, "headers").insert(name.to_string(), header);
}

fn add_limit(answers: &mut Object) {
    let answer = problem(answers, "429", "Too many requests in one minute");
    header(answer, &axum::http::header::RETRY_AFTER, "Seconds to wait", "integer");
}

fn show_limits(answers: &mut Object) {
    for answer in answers.values_mut().filter_map(Value::as_object_mut) {
        header(answer, &POLICY, "How many requests in how many seconds: `\"default\";q=120;w=60`", "string");
        header(answer, &STANDING, "How many of them remain, for how many seconds: `\"default\";r=119;t=42`", "string");
    }
}

/// Every deed of somebody known takes an Idempotency-Key.
fn take_key(operation: &mut Object) {
    let parameters = operation.entry("parameters").or_insert_with(|| json!([]));
    if let Some(parameters) = parameters.as_array_mut() {
        parameters.push(json!({
            "name": "Idempotency-Key",
            "in": "header",
            "description": "Names this request. Sent again under the same key within a day, it is answered as the first time \
                            and does nothing more.",
            "schema": { "type": "string", "minLength": 1, "maxLength": LONGEST_KEY, "pattern": "^[!-~]+$" },
            "example": "8e03978e-40d5-43dd-bc93-6894a57f9324",
        }));
    }
    let answers = inner(operation, "responses");
    problem(answers, "400", "The Idempotency-Key can't be used");
    let answer = problem(answers, "409", "The first request under this Idempotency-Key still runs");
    header(answer, &axum::http::header::RETRY_AFTER, "Seconds to wait", "integer");
    problem(answers, "413", "The body is too large");
    problem(answers, "422", "The Idempotency-Key came with another request");
    for (_, answer) in answers.iter_mut().filter(|(status, _)| !["429", "500", "503"].contains(&status.as_str())) {
        if let Some(answer) = answer.as_object_mut() {
            header(
                answer,
                &REPLAYED,
                "`true` when this is the answer to an earlier request with the same key",
                "string",
            );
        }
    }
}

/// Says of each answer which refusals it may carry.
fn name_refusals(operation: &mut Object) {
    let id = operation.get("operationId").and_then(Value::as_str).unwrap_or_default().to_owned();
    let by_device = operation.get("security").is_some_and(|schemes| schemes[0]["token"].is_array());
    for (status, answer) in inner(operation, "responses") {
        let codes = catalog::refusals(&id, by_device, status);
        if codes.is_empty() || answer.get("content").and_then(|content| content.get(MEDIA_TYPE)).is_none() {
            continue;
        }
        let known = answer.get("description").and_then(Value::as_str).unwrap_or_default();
        answer["description"] = json!(format!("{known}. Refusals: {}", codes.join(", ")));
        answer["x-refusals"] = codes
            .iter()
            .filter_map(|code| catalog::look_up(code))
            .map(|entry| json!({ "code": entry.code, "means": entry.means, "rule": entry.rules.first(), "fix": entry.fix }))
            .collect();
    }
}
