//! Why a request of a device was not carried out, as RFC 9457 writes it.

use app::cx::wait;
use app::error::AppError;
use app::wording;
use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::activation::Refusal;
use domain::code::suggest_latin;
use domain::cx::Cx;
use domain::device_api::{Problem, ProblemField, ProblemHolder};
use domain::id::RequestId;
use domain::seat::Holder;
use domain::{Error, Fault, FieldError};
use time::OffsetDateTime;

use super::catalog;
use super::extract::Unreadable;

/// The media type of a problem.
pub const MEDIA_TYPE: &str = "application/problem+json";

/// What a request without a token is told to send (RFC 6750 §3).
pub(crate) const CHALLENGE: &str = "Bearer";
/// What a request is told whose token belongs to nobody (RFC 6750 §3.1).
pub(crate) const DEAD_TOKEN: &str = r#"Bearer error="invalid_token""#;

/// The answer that a problem is: its body and the headers that go with it.
#[derive(Debug)]
pub struct ProblemAnswer {
    problem: Box<Problem>,
    retry_after: Option<i64>,
    challenge: Option<&'static str>,
}

impl ProblemAnswer {
    pub(crate) fn new(
        request: RequestId,
        status: StatusCode,
        kind: &str,
        title: &str,
        detail: impl Into<String>,
    ) -> Self {
        let problem = Problem {
            kind: format!("urn:latchkey:problem:{kind}"),
            title: title.to_owned(),
            status: status.as_u16(),
            detail: detail.into(),
            code: None,
            suggestion: None,
            fields: Vec::new(),
            rule: None,
            fix: None,
            holders: Vec::new(),
            request_id: request.to_string(),
        };
        Self { problem: Box::new(problem), retry_after: None, challenge: None }
    }

    /// The body.
    pub(super) fn body(&self) -> &Problem {
        &self.problem
    }

    /// The same, worth another try after so many seconds.
    pub(super) fn retry_after(self, seconds: i64) -> Self {
        Self { retry_after: Some(seconds), ..self }
    }

    /// The same, with the challenge that names what a request has to show.
    pub(crate) fn challenging(self, with: &'static str) -> Self {
        Self { challenge: Some(with), ..self }
    }

    /// No deed has this address.
    pub fn no_such_address(request: RequestId) -> Self {
        let detail = "Nothing is at this address. /api/v1/openapi.json lists what there is.";
        Self::new(request, StatusCode::NOT_FOUND, "not-found", "No such address", detail)
    }

    /// The address has a deed, but not for this method.
    pub fn wrong_method(request: RequestId) -> Self {
        let detail = "This address does not answer this method. The Allow header names those it does.";
        Self::new(request, StatusCode::METHOD_NOT_ALLOWED, "method", "Wrong method", detail)
    }

    /// No token came with the request.
    pub fn no_token(request: RequestId) -> Self {
        let detail = "Send the device's token in the Authorization header. A device gets one by being linked: \
                      POST /oauth/device_authorization.";
        let answer = Self::new(request, StatusCode::UNAUTHORIZED, "unauthenticated", "No token", detail);
        Self { challenge: Some(CHALLENGE), ..answer }
    }

    /// The token belongs to no device, or to one that was disconnected (E28).
    pub fn dead_token(request: RequestId) -> Self {
        let detail = "This token belongs to no linked device; the device may have been disconnected. Link it again.";
        let mut answer = Self::new(request, StatusCode::UNAUTHORIZED, "unauthenticated", "Not linked", detail);
        answer.problem.code = Some(Refusal::NotConnected.code().to_owned());
        Self { challenge: Some(DEAD_TOKEN), ..answer }
    }

    /// The body could not be read.
    pub fn unreadable(request: RequestId, cause: Unreadable) -> Self {
        let (status, kind, title) = match &cause {
            Unreadable::MediaType => (StatusCode::UNSUPPORTED_MEDIA_TYPE, "media-type", "Not JSON"),
            Unreadable::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "too-large", "Too large"),
            Unreadable::BrokenOff | Unreadable::NotJson { .. } => {
                (StatusCode::BAD_REQUEST, "unreadable", "Unreadable body")
            }
            Unreadable::Shape { .. } => (StatusCode::UNPROCESSABLE_ENTITY, "fields", "Fields that can't be used"),
        };
        let mut answer = Self::new(request, status, kind, title, cause.detail());
        if let Unreadable::Shape { field: Some(field), detail } = cause {
            answer.problem.fields.push(ProblemField { field, detail });
        }
        answer
    }

    /// Our own fault; the log has the cause.
    pub fn internal(request: RequestId) -> Self {
        let detail = "We made a mistake and have noted it under the number of this request. Try again; \
                      if it stays so, tell support the number.";
        Self::new(request, StatusCode::INTERNAL_SERVER_ERROR, "internal", "A mistake of ours", detail)
    }

    /// The application gave no answer: it failed, took too long, or was sent too much.
    pub fn unanswered(request: RequestId, status: StatusCode) -> Self {
        match status {
            StatusCode::PAYLOAD_TOO_LARGE => Self::unreadable(request, Unreadable::TooLarge),
            StatusCode::SERVICE_UNAVAILABLE => Self::busy(request),
            _ => Self::internal(request),
        }
    }

    fn busy(request: RequestId) -> Self {
        let detail = "Too much is going on at this moment. Send the same request again.";
        Self::new(request, StatusCode::SERVICE_UNAVAILABLE, "busy", "Busy", detail).retry_after(BUSY_SECONDS)
    }

    /// A deed was not done. `typed` is the activation code as it came, for the suggestion of E02.
    pub fn of(cx: &Cx, error: &Error, typed: Option<&str>) -> Self {
        Self::explain(cx.request, cx.now, error, typed)
    }

    pub(super) fn explain(request: RequestId, now: OffsetDateTime, error: &Error, typed: Option<&str>) -> Self {
        match error {
            Error::Unauthenticated => Self::no_token(request),
            Error::Forbidden => {
                let detail = "What this request shows does not allow this.";
                Self::new(request, StatusCode::FORBIDDEN, "forbidden", "Not allowed", detail)
            }
            Error::NotFound => {
                let detail = "It is not there, or it belongs to another account.";
                Self::new(request, StatusCode::NOT_FOUND, "not-found", "Not found", detail)
            }
            Error::Refused(refusal) => Self::refused(request, now, refusal, typed),
            Error::Invalid(errors) => {
                let detail = "Some fields can't be used. Correct them and send the request again.";
                let title = "Fields that can't be used";
                let mut answer = Self::new(request, StatusCode::UNPROCESSABLE_ENTITY, "fields", title, detail);
                answer.problem.fields = wording::items(&AppError::Deed(error.clone()))
                    .into_iter()
                    .map(|(field, detail)| ProblemField { field, detail })
                    .collect();
                if let [only] = &answer.problem.fields[..] {
                    answer.problem.detail = only.detail.clone();
                }
                if let [FieldError { fault: Fault::Code(refusal), .. }] = &errors[..] {
                    answer.name(refusal, typed);
                }
                answer
            }
            Error::Busy => {
                let mut answer = Self::busy(request);
                answer.problem.detail =
                    "Too much is going on at this moment. Nothing was used up; send the same request again.".to_owned();
                answer
            }
            Error::Internal(_) => Self::internal(request),
        }
    }

    fn refused(request: RequestId, now: OffsetDateTime, refusal: &Refusal, typed: Option<&str>) -> Self {
        let status = StatusCode::from_u16(refusal.status()).unwrap_or(StatusCode::CONFLICT);
        let mut answer = Self::new(request, status, "refused", "A licensing rule says no", wording::refusal(refusal));
        answer.name(refusal, typed);
        if let Refusal::Attempts { until } = refusal {
            answer.retry_after = Some(wait(*until, now));
        }
        answer
    }

    fn name(&mut self, refusal: &Refusal, typed: Option<&str>) {
        self.problem.code = Some(refusal.code().to_owned());
        let entry = catalog::look_up(refusal.code());
        self.problem.rule = refusal.rules().first().map(|rule| (*rule).to_owned());
        self.problem.fix = entry.and_then(|entry| entry.fix).map(ToOwned::to_owned);
        if let Refusal::SeatsFull { holders, .. } = refusal {
            self.problem.holders = holders.iter().map(holder).collect();
        }
        if let Refusal::NonLatin { .. } = refusal {
            self.problem.suggestion = typed.and_then(suggest_latin);
        }
    }
}

fn holder(holder: &Holder) -> ProblemHolder {
    ProblemHolder {
        device_id: holder.device,
        name: holder.name.clone(),
        last_seen_at: holder.last_seen_at,
        same_machine: holder.same_machine,
    }
}

/// After how many seconds a request that found us busy is worth sending again.
pub const BUSY_SECONDS: i64 = 1;

impl IntoResponse for ProblemAnswer {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = (status, Json(self.problem)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(seconds) = self.retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if let Some(challenge) = self.challenge {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
        }
        response
    }
}

#[cfg(test)]
mod tests;
