//! The document says everything, and nothing that is not there.

use serde_json::Value;

use super::*;

fn json() -> Value {
    serde_json::from_slice(&JSON).unwrap()
}

fn walk<'a>(value: &'a Value, seen: &mut impl FnMut(&'a serde_json::Map<String, Value>)) {
    match value {
        Value::Object(map) => {
            seen(map);
            map.values().for_each(|value| walk(value, seen));
        }
        Value::Array(list) => list.iter().for_each(|value| walk(value, seen)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[test]
fn all_operations_are_described() {
    let json = json();
    assert!(json["openapi"].as_str().unwrap().starts_with("3.1"), "{}", json["openapi"]);
    for (path, method, statuses) in [
        ("/oauth/device_authorization", "post", &["200", "400", "401", "429", "500", "503"][..]),
        ("/oauth/token", "post", &["200", "400", "401", "500", "503"]),
        ("/api/v1/activations", "post", &["200", "201", "400", "401", "409", "413", "415", "422", "429", "500", "503"]),
        ("/api/v1/device", "get", &["200", "401", "429", "500", "503"]),
        ("/api/v1/heartbeat", "post", &["200", "400", "401", "409", "413", "415", "422", "429", "500", "503"]),
        ("/api/v1/reserve", "delete", &["200", "400", "401", "404", "409", "422", "429", "500", "503"]),
    ] {
        for status in statuses {
            let answer = &json["paths"][path][method]["responses"][status];
            assert!(answer["content"].is_object(), "{method} {path} {status}");
        }
    }
}

#[test]
fn every_body_has_an_example_and_every_operation_says_what_it_does() {
    let json = json();
    let mut bodies = 0;
    walk(&json["paths"], &mut |object| {
        for content in object.get("content").and_then(Value::as_object).into_iter().flat_map(|content| content.values())
        {
            assert!(content.get("example").is_some_and(Value::is_object), "{content}");
            bodies += 1;
        }
        if object.contains_key("operationId") {
            for text in ["summary", "description"] {
                assert!(object.get(text).is_some_and(Value::is_string), "{}: {text}", object["operationId"]);
            }
        }
    });
    assert!(bodies > 100, "only {bodies} bodies were found");
}

#[test]
fn no_server_and_no_person_is_named() {
    let json = json();
    walk(&json["paths"], &mut |object| {
        let content = object.get("content");
        assert!(content.is_none_or(Value::is_object), "{object:?}");
    });
    assert!(json["servers"].is_null() && json["info"]["contact"].is_null() && json["info"]["license"].is_null());
}

#[test]
fn every_reference_leads_somewhere() {
    let json = json();
    let mut seen = Vec::new();
    walk(&json, &mut |object| seen.extend(object.get("$ref").and_then(Value::as_str)));
    assert!(seen.len() > 10, "{seen:?}");
    for to in seen {
        assert!(json.pointer(to.trim_start_matches('#')).is_some(), "{to}");
    }
}

#[test]
fn a_deed_that_rules_judge_names_its_refusals() {
    let json = json();
    let refusals = &json["paths"]["/api/v1/activations"]["post"]["responses"]["409"]["x-refusals"];
    let codes: Vec<_> = refusals.as_array().unwrap().iter().map(|entry| entry["code"].as_str().unwrap()).collect();
    assert!(codes.contains(&"E12") && codes.contains(&"E09"), "{codes:?}");
    assert_eq!(json["paths"]["/api/v1/device"]["get"]["responses"]["401"]["x-refusals"][0]["code"], "E28");
}

#[test]
fn devices_show_their_token_and_linking_needs_none() {
    let json = json();
    assert_eq!(json["components"]["securitySchemes"]["token"]["scheme"], "bearer");
    assert!(json["paths"]["/api/v1/device"]["get"]["security"][0]["token"].is_array());
    assert!(json["paths"]["/oauth/token"]["post"]["security"].is_null());
}
