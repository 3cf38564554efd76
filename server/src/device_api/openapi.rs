//! The OpenAPI 3.1 document of the device API and of linking, made from the routes themselves.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use axum::body::Bytes;
use axum::http::{HeaderName, header};
use domain::device_api::Problem;
use utoipa::openapi::header::HeaderBuilder;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{ContentBuilder, Object, Ref, RefOr, Response, ResponseBuilder, Type};
use utoipa::{IntoResponses, Modify, OpenApi};

use super::problem::MEDIA_TYPE;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Latchkey device API",
        version = "1",
        description = "For programs on devices: be linked to an office (RFC 8628), activate codes, and ask how the license \
                       stands. What is refused comes as a problem (RFC 9457) whose `code`, E01 to E36, names the reason."
    ),
    tags(
        (name = "link", description = "Linking a device (RFC 8628)"),
        (name = "device", description = "What a linked device asks for"),
        (name = "seller", description = "What the programs of stores and providers ask for")
    ),
    components(schemas(Problem)),
    modifiers(&TokenScheme)
)]
struct Described;

struct TokenScheme;

impl Modify for TokenScheme {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let scheme = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .description(Some("The token a device got when it was linked. It lives until the device is disconnected."))
            .build();
        let components = document.components.get_or_insert_default();
        components.add_security_scheme("token", SecurityScheme::Http(scheme));
        components.add_security_scheme("seller_key", crate::seller_api::key_scheme());
    }
}

/// The whole document.
pub fn document() -> utoipa::openapi::OpenApi {
    let (_, device) = super::described().split_for_parts();
    let (_, link) = crate::oauth::described().split_for_parts();
    let mut document = Described::openapi();
    document.merge(link);
    document.merge(device);
    document.merge(crate::seller_api::described().split_for_parts().1);
    document
}

static JSON: LazyLock<Bytes> = LazyLock::new(|| {
    let json = document().to_pretty_json().expect("the document is maps with words as keys");
    Bytes::from(json)
});

/// Answers with the document.
pub async fn serve() -> ([(HeaderName, &'static str); 2], Bytes) {
    let headers = [(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-cache")];
    (headers, JSON.clone())
}

/// What every request of a device may be answered instead.
pub struct Challenged;

impl IntoResponses for Challenged {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        let token = problem("The token is missing, or the device was disconnected (E28)").header(
            header::WWW_AUTHENTICATE.as_str(),
            HeaderBuilder::new().schema(Some(Object::with_type(Type::String))).build(),
        );
        [
            ("401".to_owned(), token.build().into()),
            ("503".to_owned(), later("Busy; nothing was used up").build().into()),
        ]
        .into()
    }
}

/// What a request with a body may be answered as well.
pub struct Unfit;

impl IntoResponses for Unfit {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        [
            ("400", "The body is not JSON"),
            ("413", "The body is too large"),
            ("415", "The body is not declared as application/json"),
            ("422", "A field, or the code as it was typed, can't be used (E01, E02, E03)"),
        ]
        .map(|(status, description)| (status.to_owned(), problem(description).build().into()))
        .into()
    }
}

/// What a request that rules judge may be answered as well.
pub struct Refusable;

impl IntoResponses for Refusable {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        [
            ("409".to_owned(), problem("A licensing rule says no; `code` names it").build().into()),
            ("429".to_owned(), later("Too many tries (E26)").build().into()),
        ]
        .into()
    }
}

pub(crate) fn problem(description: &str) -> ResponseBuilder {
    let body = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
    ResponseBuilder::new().description(description).content(MEDIA_TYPE, body)
}

pub(crate) fn later(description: &str) -> ResponseBuilder {
    let seconds = HeaderBuilder::new()
        .schema(Some(Object::with_type(Type::Integer)))
        .description(Some("Seconds to wait"))
        .build();
    problem(description).header(header::RETRY_AFTER.as_str(), seconds)
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    fn json() -> Value {
        serde_json::from_slice(&JSON).unwrap()
    }

    #[test]
    fn all_operations_are_described() {
        let json = json();
        assert!(json["openapi"].as_str().unwrap().starts_with("3.1"), "{}", json["openapi"]);
        for (path, method, statuses) in [
            ("/oauth/device_authorization", "post", &["200", "400", "401", "429", "503"][..]),
            ("/oauth/token", "post", &["200", "400", "401", "503"]),
            ("/api/v1/activations", "post", &["200", "201", "400", "401", "409", "413", "415", "422", "429", "503"]),
            ("/api/v1/device", "get", &["200", "401", "503"]),
            ("/api/v1/heartbeat", "post", &["200", "400", "401", "413", "415", "422", "503"]),
        ] {
            for status in statuses {
                let answer = &json["paths"][path][method]["responses"][status];
                assert!(answer["content"].is_object(), "{method} {path} {status}");
            }
        }
    }

    #[test]
    fn every_reference_leads_somewhere() {
        fn walk(value: &Value, seen: &mut Vec<String>) {
            match value {
                Value::Object(map) => {
                    if let Some(Value::String(to)) = map.get("$ref") {
                        seen.push(to.clone());
                    }
                    map.values().for_each(|value| walk(value, seen));
                }
                Value::Array(list) => list.iter().for_each(|value| walk(value, seen)),
                Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
            }
        }
        let (json, mut seen) = (json(), Vec::new());
        walk(&json, &mut seen);
        assert!(seen.len() > 10, "{seen:?}");
        for to in seen {
            assert!(json.pointer(to.trim_start_matches('#')).is_some(), "{to}");
        }
    }

    #[test]
    fn devices_show_their_token_and_linking_needs_none() {
        let json = json();
        assert_eq!(json["components"]["securitySchemes"]["token"]["scheme"], "bearer");
        assert!(json["paths"]["/api/v1/device"]["get"]["security"][0]["token"].is_array());
        assert!(json["paths"]["/oauth/token"]["post"]["security"].is_null());
    }
}
