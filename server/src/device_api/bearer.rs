//! Who stands behind the token of a request (RFC 6750).

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{Extensions, HeaderMap, header};
use domain::actor::Actor;
use domain::cx::Cx;
use domain::{device, seller};

use super::extract::request_id;
use super::problem::ProblemAnswer;
use crate::request_log::asked_by;

/// A request that came with a token. Nobody has looked yet whose it is.
pub struct Bearer {
    /// The circumstances; the actor is still a stranger.
    pub cx: Cx,
    /// The token as it was sent.
    pub token: String,
    alive: Alive,
}

fn circumstances(parts: &Parts) -> Result<Cx, ProblemAnswer> {
    parts.extensions.get::<Cx>().cloned().ok_or_else(|| {
        tracing::error!("a route of the device API runs outside the layers that say who asks");
        ProblemAnswer::internal(request_id(&parts.extensions))
    })
}

/// The circumstances of a request that needs no token.
pub struct Anyone(pub Cx);

impl<S: Sync> FromRequestParts<S> for Anyone {
    type Rejection = ProblemAnswer;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ProblemAnswer> {
        circumstances(parts).map(Self)
    }
}

/// Whether the token of a request turned out to be a living one: limits ask this when the answer is there.
#[derive(Clone, Debug, Default)]
pub struct Alive(Arc<AtomicBool>);

impl Alive {
    /// Somebody has seen the token's owner.
    pub fn is_known(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

impl<S: Sync> FromRequestParts<S> for Bearer {
    type Rejection = ProblemAnswer;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ProblemAnswer> {
        let request = request_id(&parts.extensions);
        let token = bearer(&parts.headers).ok_or_else(|| ProblemAnswer::no_token(request))?;
        let cx = circumstances(parts)?;
        let alive = parts.extensions.get::<Alive>().cloned().unwrap_or_default();
        Ok(Self { cx, token: token.to_owned(), alive })
    }
}

impl Bearer {
    /// Says that the token is a living one.
    pub fn vouch(&self) {
        self.alive.0.store(true, Ordering::Relaxed);
    }

    /// Finds out whose the token is, unless a layer on the way has.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn owner(&self, extensions: &Extensions) -> domain::Result<Option<Actor>> {
        if let Some(Known(actor)) = extensions.get() {
            return Ok(Some(actor.clone()));
        }
        let db = &self.cx.world.ro;
        let owner = if self.token.starts_with(seller::PREFIX) {
            seller::for_key(db, &self.token).await?
        } else {
            device::store::for_token(db, &self.token).await?
        };
        if let Some(owner) = &owner {
            self.vouch();
            asked_by(owner);
        }
        Ok(owner)
    }

    /// The device whose token it is, found out as by `owner`.
    ///
    /// # Errors
    /// 401 when it is no device's; those of the database.
    pub async fn device(&self, extensions: &Extensions) -> Result<Actor, ProblemAnswer> {
        match self.owner(extensions).await {
            Ok(Some(actor @ Actor::Device { .. })) => Ok(actor),
            Ok(_) => Err(ProblemAnswer::dead_token(self.cx.request)),
            Err(error) => Err(ProblemAnswer::of(&self.cx, &error, None)),
        }
    }
}

/// The owner of the token, where a layer on the way has looked already.
#[derive(Clone, Debug)]
pub struct Known(pub Actor);

/// The circumstances of a request by a linked device.
#[derive(Debug)]
pub struct DeviceCx(pub Cx);

impl<S: Sync> FromRequestParts<S> for DeviceCx {
    type Rejection = ProblemAnswer;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ProblemAnswer> {
        let bearer = Bearer::from_request_parts(parts, state).await?;
        let actor = bearer.device(&parts.extensions).await?;
        Ok(Self(Cx { actor, ..bearer.cx }))
    }
}

/// The token of RFC 6750 §2.1; the scheme's case does not matter (RFC 9110 §11.1).
pub fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    let token = token.trim();
    (scheme.eq_ignore_ascii_case("Bearer") && !token.is_empty()).then_some(token)
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn a_token_stands_behind_its_scheme() {
        let read = |value: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::AUTHORIZATION, HeaderValue::from_static(value));
            bearer(&headers).map(ToOwned::to_owned)
        };
        assert_eq!(read("Bearer abc").as_deref(), Some("abc"));
        assert_eq!(read("bearer  abc ").as_deref(), Some("abc"));
        for other in ["abc", "Basic abc", "Bearer", "Bearer  ", ""] {
            assert_eq!(read(other), None, "{other}");
        }
        assert_eq!(bearer(&HeaderMap::new()), None);
    }
}
