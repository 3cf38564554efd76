//! What is read from a request before any deed sees it: its number, and a small JSON body.

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::{FromRequest, Request};
use axum::http::{Extensions, HeaderMap, header};
use domain::cx::Cx;
use domain::id::RequestId;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::error::Category;

use super::problem::ProblemAnswer;
use super::strict::{Unambiguous, array_for_object};

/// The most bytes of a body: many times what any request of a device needs.
pub const LARGEST_BODY: usize = 16 * 1024;
/// The most characters of a name in somebody else's JSON that are given back.
const LONGEST_NAME: usize = 60;

/// The number of the request, also where no circumstances are known.
pub fn request_id(extensions: &Extensions) -> RequestId {
    extensions.get::<Cx>().map_or_else(RequestId::generate, |cx| cx.request)
}

/// A body of JSON, read as an object of the given shape.
#[derive(Debug)]
pub struct JsonBody<T>(pub T);

impl<S: Sync, T: DeserializeOwned + Serialize> FromRequest<S> for JsonBody<T> {
    type Rejection = ProblemAnswer;

    async fn from_request(request: Request, _: &S) -> Result<Self, ProblemAnswer> {
        let (parts, body) = request.into_parts();
        let id = request_id(&parts.extensions);
        let refuse = |cause| ProblemAnswer::unreadable(id, cause);
        if !is_media_type(&parts.headers, "application/json") {
            return Err(refuse(Unreadable::MediaType));
        }
        let bytes = read(body).await.map_err(refuse)?;
        object(&bytes).map(Self).map_err(refuse)
    }
}

/// Why a body could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unreadable {
    /// It is not declared as what it has to be (D12: a page of another site can't declare JSON unasked).
    MediaType,
    /// It has more than `LARGEST_BODY` bytes.
    TooLarge,
    /// The connection ended before it did.
    BrokenOff,
    /// It is no JSON, from this line and column on.
    NotJson { line: usize, column: usize },
    /// It is JSON of another shape; `field` is what does not fit, if that is known.
    Shape { field: Option<String>, detail: String },
}

impl Unreadable {
    /// What happened and what to do. It never quotes a value: that may be a code.
    pub fn detail(&self) -> String {
        match self {
            Self::MediaType => "Send the body as application/json.".to_owned(),
            Self::TooLarge => format!("The body has more than {LARGEST_BODY} bytes. Send less."),
            Self::BrokenOff => "The body ended too soon. Send the request again.".to_owned(),
            Self::NotJson { line, column } => {
                format!("The body is not JSON in UTF-8 from line {line}, column {column} on.")
            }
            Self::Shape { field: Some(field), detail } => format!("{field}: {detail}"),
            Self::Shape { field: None, detail } => detail.clone(),
        }
    }
}

/// Whether the body is declared as the given media type; parameters such as the character set do not matter.
pub fn is_media_type(headers: &HeaderMap, wanted: &str) -> bool {
    let declared = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    declared.split(';').next().is_some_and(|essence| essence.trim().eq_ignore_ascii_case(wanted))
}

/// The whole body, if it is small.
///
/// # Errors
/// `TooLarge`, from its declared length if it has one, and `BrokenOff`.
pub async fn read(body: Body) -> Result<Bytes, Unreadable> {
    if body.size_hint().lower() > LARGEST_BODY as u64 {
        return Err(Unreadable::TooLarge);
    }
    axum::body::to_bytes(body, LARGEST_BODY).await.map_err(|error| {
        let mut cause: Option<&dyn std::error::Error> = Some(&error);
        while let Some(inner) = cause {
            if inner.is::<http_body_util::LengthLimitError>() {
                return Unreadable::TooLarge;
            }
            cause = inner.source();
        }
        Unreadable::BrokenOff
    })
}

/// Reads an object that can be understood in one way only.
fn object<T: DeserializeOwned + Serialize>(bytes: &[u8]) -> Result<T, Unreadable> {
    serde_json::from_slice::<Unambiguous>(bytes).map_err(|error| unfit(&error, None))?;
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let value: T = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let path = error.path().to_string();
        unfit(error.inner(), Some(path))
    })?;
    let sent = serde_json::from_slice(bytes).map_err(|error| unfit(&error, None))?;
    let understood = serde_json::to_value(&value).map_err(|error| unfit(&error, None))?;
    match array_for_object(&sent, &understood) {
        None => Ok(value),
        Some(path) if path.is_empty() => Err(Unreadable::Shape { field: None, detail: NOT_AN_OBJECT.to_owned() }),
        Some(path) => Err(Unreadable::Shape { field: Some(name_of(&path)), detail: WRONG_KIND.to_owned() }),
    }
}

const NOT_AN_OBJECT: &str = "The body has to be a JSON object.";
const WRONG_KIND: &str = "The value is not of the kind that this field takes.";

fn unfit(error: &serde_json::Error, path: Option<String>) -> Unreadable {
    match error.classify() {
        Category::Io | Category::Syntax | Category::Eof => {
            Unreadable::NotJson { line: error.line(), column: error.column() }
        }
        Category::Data => {
            let said = error.to_string();
            // serde knows these names itself; they are no part of the path
            for (words, detail) in [
                ("missing field `", "This field is missing."),
                ("unknown field `", "There is no such field."),
                ("duplicate field `", "This field stands there twice."),
            ] {
                if let Some(name) = said.strip_prefix(words).and_then(|rest| rest.split('`').next()) {
                    return Unreadable::Shape { field: Some(name_of(name)), detail: detail.to_owned() };
                }
            }
            match path.filter(|path| path != "." && path != "?") {
                Some(path) => Unreadable::Shape { field: Some(name_of(&path)), detail: WRONG_KIND.to_owned() },
                None => Unreadable::Shape { field: None, detail: NOT_AN_OBJECT.to_owned() },
            }
        }
    }
}

fn name_of(name: &str) -> String {
    name.chars().filter(|c| !c.is_control()).take(LONGEST_NAME).collect()
}

#[cfg(test)]
mod tests {
    use axum::http::StatusCode;
    use axum::response::IntoResponse;
    use domain::device_api::{ActivationRequest, Heartbeat};

    use super::*;

    async fn post<T: DeserializeOwned + Serialize>(media_type: &str, body: impl Into<Body>) -> Result<T, StatusCode> {
        let request = Request::post("/").header(header::CONTENT_TYPE, media_type).body(body.into()).unwrap();
        let read = JsonBody::<T>::from_request(request, &()).await;
        read.map(|JsonBody(value)| value).map_err(|problem| problem.into_response().status())
    }

    fn field_of(body: &str) -> (Option<String>, String) {
        match object::<ActivationRequest>(body.as_bytes()) {
            Err(Unreadable::Shape { field, detail }) => (field, detail),
            other => panic!("{body}: {other:?}"),
        }
    }

    fn field(name: &str, detail: &str) -> (Option<String>, String) {
        (Some(name.to_owned()), detail.to_owned())
    }

    #[tokio::test]
    async fn json_is_read_whatever_its_character_set_is_called() {
        let body = r#"{"code":"A","accept_agreement":true,"device_time":"2026-05-01T10:00:00Z"}"#;
        let read: ActivationRequest = post("Application/JSON; charset=utf-8", body).await.unwrap();
        assert!(read.accept_agreement && read.device_time.is_some());
        assert_eq!(post("application/json", " {} \n").await, Ok(Heartbeat::default()));
    }

    #[tokio::test]
    async fn json_sent_as_something_else_is_refused() {
        for media_type in
            ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "", "application/jsonx"]
        {
            assert_eq!(
                post::<Heartbeat>(media_type, "{}").await,
                Err(StatusCode::UNSUPPORTED_MEDIA_TYPE),
                "{media_type}"
            );
        }
    }

    #[tokio::test]
    async fn a_large_body_is_refused_with_and_without_a_declared_length() {
        let large = format!(r#"{{"code":"{}"}}"#, "A".repeat(LARGEST_BODY));
        let whole = post::<ActivationRequest>("application/json", large.clone()).await;
        assert_eq!(whole, Err(StatusCode::PAYLOAD_TOO_LARGE));
        let streamed = Body::new(NoLength(Body::from(large)));
        assert_eq!(post::<ActivationRequest>("application/json", streamed).await, Err(StatusCode::PAYLOAD_TOO_LARGE));
    }

    /// Hides how long a body is.
    struct NoLength(Body);

    impl HttpBody for NoLength {
        type Data = Bytes;
        type Error = axum::Error;

        fn poll_frame(
            mut self: std::pin::Pin<&mut Self>,
            task: &mut std::task::Context<'_>,
        ) -> std::task::Poll<Option<Result<hyper::body::Frame<Bytes>, axum::Error>>> {
            std::pin::Pin::new(&mut self.0).poll_frame(task)
        }
    }

    #[test]
    fn what_is_not_json_is_told_where_it_stops_being() {
        let deep = format!(r#"{{"code":{}"#, "[".repeat(10_000));
        let bodies: [&[u8]; 8] = [
            b"",
            b"{",
            b"{\"code\":1e999}",
            b"{\"code\":\"\xff\"}",
            br#"{"code":"\ud800"}"#,
            b"{\"code\":\"A\"}{}",
            b"\0",
            deep.as_bytes(),
        ];
        for body in bodies {
            let read = object::<ActivationRequest>(body);
            let known = matches!(read, Err(Unreadable::NotJson { .. } | Unreadable::Shape { .. }));
            assert!(known, "{}: {read:?}", String::from_utf8_lossy(body));
        }
        assert_eq!(object::<Heartbeat>(b"{\"x"), Err(Unreadable::NotJson { line: 1, column: 3 }));
    }

    #[test]
    fn what_does_not_fit_is_named() {
        let kind = "The value is not of the kind that this field takes.";
        for code in ["[]", "{}", "null", "7", "true"] {
            assert_eq!(field_of(&format!(r#"{{"code":{code}}}"#)), field("code", kind), "{code}");
        }
        assert_eq!(field_of(r#"{"code":"A","device_time":"tomorrow"}"#), field("device_time", kind));
        assert_eq!(field_of(r#"{"code":"A","code":"B"}"#), field("code", "This field stands there twice."));
        assert_eq!(field_of(r#"{"accept_agreement":true}"#), field("code", "This field is missing."));
        for extra in ["seats", "expires_at", "account_id", "region", "role", "state"] {
            let body = format!(r#"{{"code":"A","{extra}":1}}"#);
            assert_eq!(field_of(&body), field(extra, "There is no such field."));
        }
    }

    #[test]
    fn only_an_object_is_a_request() {
        for body in ["[]", r#"["A"]"#, r#"["A",true]"#, "null", "1", r#""A""#] {
            let read = object::<ActivationRequest>(body.as_bytes());
            assert!(matches!(read, Err(Unreadable::Shape { .. })), "{body}: {read:?}");
        }
        assert!(object::<Heartbeat>(b"[]").is_err());
    }

    #[test]
    fn no_value_is_given_back() {
        let secret = "QWERT-ASDFG";
        for body in [
            format!(r#"{{"code":["{secret}"]}}"#),
            format!(r#""{secret}""#),
            format!(r#"{{"code":"A","accept_agreement":"{secret}"}}"#),
        ] {
            let cause = object::<ActivationRequest>(body.as_bytes()).unwrap_err();
            assert!(!cause.detail().contains(secret), "{cause:?}");
        }
    }
}
