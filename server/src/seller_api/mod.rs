//! The seller API under `/api/v1`: what the programs of stores and providers ask for, each with a key of its seller.

mod extract;
mod offers;
mod orders;
mod subscriptions;
mod webhooks;

use std::collections::BTreeMap;

use utoipa::IntoResponses;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{RefOr, Response};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::device_api::openapi::{later, problem};

/// The routes of the seller API with their part of the document. They stand among those of the device API, with the same
/// around them.
pub(crate) fn described() -> OpenApiRouter {
    OpenApiRouter::new()
        .routes(routes!(orders::place, orders::list))
        .routes(routes!(orders::status))
        .routes(routes!(orders::cancel))
        .routes(routes!(offers::terms))
        .routes(routes!(subscriptions::renew))
        .routes(routes!(subscriptions::suspend))
        .routes(routes!(subscriptions::resume))
        .routes(routes!(subscriptions::cancel))
        .routes(routes!(webhooks::list))
        .routes(routes!(webhooks::replay))
}

/// How a seller's program says who it is.
pub(crate) fn key_scheme() -> SecurityScheme {
    let scheme = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .description(Some("A key of the seller: `lks_` and 43 characters. It lives until it is revoked."));
    SecurityScheme::Http(scheme.build())
}

/// What every request of a seller's program may be answered instead.
pub(crate) struct Challenged;

impl IntoResponses for Challenged {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        [
            ("401".to_owned(), problem("The key is missing, or it was revoked").build().into()),
            ("503".to_owned(), later("Busy; nothing was used up").build().into()),
        ]
        .into()
    }
}

/// What a request about one thing may be answered as well.
pub(crate) struct Owned;

impl IntoResponses for Owned {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        [("404".to_owned(), problem("It is not there, or another seller's").build().into())].into()
    }
}

/// What a request for a page of a list may be answered as well.
pub(crate) struct Paged;

impl IntoResponses for Paged {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        [("400".to_owned(), problem("`after` or `limit` can't be used").build().into())].into()
    }
}

/// What a request with a body may be answered as well.
pub(crate) struct Unfit;

impl IntoResponses for Unfit {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        [
            ("400", "The body is not JSON"),
            ("413", "The body is too large"),
            ("415", "The body is not declared as application/json"),
            ("422", "Fields that can't be used; or the number stands for something else that was sent before"),
        ]
        .map(|(status, description)| (status.to_owned(), problem(description).build().into()))
        .into()
    }
}

#[cfg(test)]
mod tests {
    use axum::body::Body;
    use axum::http::{Method, Request, header};
    use tower::ServiceExt;

    use crate::device_api::openapi::document;
    use crate::device_api::router;

    #[test]
    fn every_operation_is_described_and_asks_for_a_key() {
        let json = serde_json::to_value(document()).unwrap();
        assert_eq!(json["components"]["securitySchemes"]["seller_key"]["scheme"], "bearer");
        for (path, method) in OPERATIONS {
            let operation = &json["paths"][path][method.as_str().to_lowercase()];
            assert!(operation["security"][0]["seller_key"].is_array(), "{method} {path}: {operation}");
            assert_eq!(operation["tags"][0], "seller", "{method} {path}");
            assert!(operation["responses"]["401"]["content"].is_object(), "{method} {path}");
        }
        let paths = json["paths"].as_object().unwrap().values().filter_map(serde_json::Value::as_object);
        let sellers = paths.flat_map(|path| path.values()).filter(|operation| operation["tags"][0] == "seller");
        assert_eq!(sellers.count(), OPERATIONS.len(), "an operation is missing from the list");
    }

    const OPERATIONS: [(&str, Method); 11] = [
        ("/api/v1/orders", Method::POST),
        ("/api/v1/orders", Method::GET),
        ("/api/v1/orders/{order_number}", Method::GET),
        ("/api/v1/orders/{order_number}/cancel", Method::POST),
        ("/api/v1/offers/{offer}", Method::GET),
        ("/api/v1/subscriptions/{order_number}/renewal", Method::POST),
        ("/api/v1/subscriptions/{order_number}/suspension", Method::POST),
        ("/api/v1/subscriptions/{order_number}/resumption", Method::POST),
        ("/api/v1/subscriptions/{order_number}/cancellation", Method::POST),
        ("/api/v1/webhooks", Method::GET),
        ("/api/v1/webhooks/{id}/replay", Method::POST),
    ];

    #[tokio::test]
    async fn nobody_gets_past_without_a_key() {
        for (path, method) in OPERATIONS {
            let request = Request::builder().method(method.clone()).uri(path.replace(['{', '}'], ""));
            let answer = router().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
            assert_eq!(answer.status(), 401, "{method} {path}");
            assert_eq!(answer.headers()[header::WWW_AUTHENTICATE], "Bearer");
            assert_eq!(answer.headers()[header::CACHE_CONTROL], "no-store");
        }
    }
}
