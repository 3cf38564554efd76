//! What is read from a seller's request before any deed sees it: the seller behind the key, and which page is asked for.

use axum::extract::{FromRequestParts, Path};
use axum::http::StatusCode;
use axum::http::request::Parts;
use domain::actor::Actor;
use domain::cx::Cx;
use domain::id::{RequestId, WebhookId};
use domain::page::{MOST, USUAL, read_cursor};
use serde::de::DeserializeOwned;
use uuid::Uuid;

use crate::device_api::bearer::{Bearer, bearer};
use crate::device_api::extract::request_id;
use crate::device_api::problem::{CHALLENGE, DEAD_TOKEN, ProblemAnswer};

/// The circumstances of a request by a seller's program.
#[derive(Debug)]
pub struct SellerCx(pub Cx);

impl<S: Sync> FromRequestParts<S> for SellerCx {
    type Rejection = ProblemAnswer;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ProblemAnswer> {
        if bearer(&parts.headers).is_none() {
            let detail = "Send the seller's key in the Authorization header. Whoever runs Latchkey makes one.";
            return Err(no_key(request_id(&parts.extensions), "No key", detail).challenging(CHALLENGE));
        }
        let bearer = Bearer::from_request_parts(parts, state).await?;
        match bearer.owner(&parts.extensions).await {
            Ok(Some(actor @ Actor::Seller { .. })) => Ok(Self(Cx { actor, ..bearer.cx })),
            Ok(_) => {
                let detail = "This is no key of a seller, or it was revoked. Use another one.";
                Err(no_key(bearer.cx.request, "Not a key", detail).challenging(DEAD_TOKEN))
            }
            Err(error) => Err(ProblemAnswer::of(&bearer.cx, &error, None)),
        }
    }
}

fn no_key(request: RequestId, title: &str, detail: &str) -> ProblemAnswer {
    ProblemAnswer::new(request, StatusCode::UNAUTHORIZED, "unauthenticated", title, detail)
}

/// The order number in the address.
#[derive(Debug)]
pub struct OrderNumber(pub String);

impl<S: Send + Sync> FromRequestParts<S> for OrderNumber {
    type Rejection = ProblemAnswer;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ProblemAnswer> {
        in_address(parts, state).await.map(Self)
    }
}

/// The offer in the address.
#[derive(Debug)]
pub struct OfferName(pub Uuid);

impl<S: Send + Sync> FromRequestParts<S> for OfferName {
    type Rejection = ProblemAnswer;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ProblemAnswer> {
        in_address(parts, state).await.map(Self)
    }
}

/// The message in the address.
#[derive(Debug)]
pub struct Message(pub WebhookId);

impl<S: Send + Sync> FromRequestParts<S> for Message {
    type Rejection = ProblemAnswer;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ProblemAnswer> {
        in_address(parts, state).await.map(Self)
    }
}

/// What can't be read names nothing that is there.
async fn in_address<T, S>(parts: &mut Parts, state: &S) -> Result<T, ProblemAnswer>
where
    T: DeserializeOwned + Send,
    S: Send + Sync,
{
    let request = request_id(&parts.extensions);
    let read = Path::<T>::from_request_parts(parts, state).await;
    read.map(|Path(value)| value).map_err(|_| ProblemAnswer::no_such_address(request))
}

/// Which page of a list is asked for: `after`, a cursor of an earlier page, and `limit`, 1 to 100.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paging {
    after: Option<String>,
    /// The most entries.
    pub limit: u32,
}

impl<S: Sync> FromRequestParts<S> for Paging {
    type Rejection = ProblemAnswer;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ProblemAnswer> {
        let query = parts.uri.query().unwrap_or_default();
        Self::read(query).map_err(|detail| unusable(request_id(&parts.extensions), &detail))
    }
}

impl Paging {
    fn read(query: &str) -> Result<Self, String> {
        let mut paging = Self { after: None, limit: USUAL };
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            match &*name {
                "after" => paging.after = Some(value.into_owned()),
                "limit" => {
                    let limit = value.parse().ok().filter(|limit| (1..=MOST).contains(limit));
                    paging.limit = limit.ok_or_else(|| format!("limit: Enter a number from 1 to {MOST}."))?;
                }
                _ => return Err("There are no other parameters than after and limit.".to_owned()),
            }
        }
        Ok(paging)
    }

    /// The entry after which the page begins.
    ///
    /// # Errors
    /// 400 for a cursor that was not given out for this list of this seller (G05).
    pub fn after(&self, cx: &Cx, list: &str) -> Result<Option<Uuid>, ProblemAnswer> {
        let Some(cursor) = &self.after else { return Ok(None) };
        let owner = cx.actor.seller().map_err(|error| ProblemAnswer::of(cx, &error, None))?;
        match read_cursor(&cx.world.seal, list, owner.0, cursor) {
            Some(last) => Ok(Some(last)),
            None => Err(unusable(cx.request, "after: This is no cursor of this list. Begin at its first page.")),
        }
    }
}

fn unusable(request: RequestId, detail: &str) -> ProblemAnswer {
    ProblemAnswer::new(request, StatusCode::BAD_REQUEST, "parameters", "Parameters that can't be used", detail)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_has_fifty_entries_unless_it_is_said_otherwise() {
        assert_eq!(Paging::read(""), Ok(Paging { after: None, limit: 50 }));
        assert_eq!(Paging::read("limit=100&after=a%2Db"), Ok(Paging { after: Some("a-b".to_owned()), limit: 100 }));
    }

    #[test]
    fn other_parameters_and_limits_are_refused() {
        for query in ["limit=0", "limit=101", "limit=-1", "limit=ten", "limit=", "page=2", "limit=5&offset=1"] {
            assert!(Paging::read(query).is_err(), "{query}");
        }
    }
}
