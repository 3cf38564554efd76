//! The OpenAPI 3.1 document of linking, the device API and the sellers', made from the routes themselves.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use axum::body::Bytes;
use axum::http::{HeaderName, header};
use domain::device_api::Problem;
use serde_json::Value;
use utoipa::openapi::header::HeaderBuilder;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{ContentBuilder, Object, Ref, RefOr, Response, ResponseBuilder, Type};
use utoipa::{IntoResponses, Modify, OpenApi};

use super::problem::MEDIA_TYPE;

mod complete;
mod examples;

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Latchkey API",
        version = "1",
        description = "For programs on devices: be linked to an office (RFC 8628), activate codes, and ask how the license \
                       stands. For programs of sellers: place orders and tell what becomes of subscriptions. What is \
                       refused comes as a problem (RFC 9457) whose `code`, E01 to E36, names the reason."
    ),
    tags(
        (name = "link", description = "Linking a device (RFC 8628)"),
        (name = "code", description = "Activation codes on a linked device"),
        (name = "device", description = "What a linked device asks for and says of itself"),
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
pub fn document() -> Value {
    let (_, device) = super::described().split_for_parts();
    let (_, link) = crate::oauth::described().split_for_parts();
    let mut document = Described::openapi();
    document.merge(link);
    document.merge(device);
    document.merge(crate::seller_api::described().split_for_parts().1);
    document.info.license = None;
    let mut document = serde_json::to_value(document).expect("the document is maps with words as keys");
    complete::complete(&mut document);
    document
}

static JSON: LazyLock<Bytes> = LazyLock::new(|| Bytes::from(format!("{:#}", document())));

/// Answers with the document.
pub async fn serve() -> ([(HeaderName, &'static str); 2], Bytes) {
    let headers = [(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-cache")];
    (headers, JSON.clone())
}

/// What every request that shows a token may be answered instead.
pub struct Challenged;

impl IntoResponses for Challenged {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        let token = problem("The token is missing, or the device was disconnected").header(
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

/// What every request may be answered instead.
pub struct Busy;

impl IntoResponses for Busy {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        [("503".to_owned(), later("Busy; nothing was used up").build().into())].into()
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
            ("422", "A field, or the code as it was typed, can't be used"),
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
            ("429".to_owned(), later("Too many tries, or too many requests").build().into()),
        ]
        .into()
    }
}

/// What a request may be answered for something that has to be there.
pub struct Absent;

impl IntoResponses for Absent {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        [("404".to_owned(), problem("It is not there, or it belongs to another account").build().into())].into()
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
mod tests;
