//! An example of everything that is sent, made from the types that are really sent.

mod seller;

use axum::http::StatusCode;
use domain::activation::{Effect, Preview, Refusal};
use domain::code::CodeKind;
use domain::device::{CommandKind, OsFamily};
use domain::device_api::{
    Activated, ActivationRequest, Agreement, AgreementAcceptance, AgreementState, CLIENT_ID, DEVICE_GRANT,
    DatabasesUpdate, DeviceAuthorization, DeviceAuthorizationRequest, DeviceCommand, DeviceStatus, Heartbeat,
    HeartbeatAnswer, Level, LicenseWindow, Outcome, ReinstallRequest, ReserveWindow, TicketAnswer, TicketKey,
    TicketKeys, Token, TokenError, TokenRequest,
};
use domain::id::{CommandId, DeviceId, LicenseId, RequestId};
use domain::license::{LicenseKey, Standing};
use domain::reserve::ReserveState;
use domain::seat::{Holder, SeatClass, SeatCount};
use domain::{Error, Fault};
use serde::Serialize;
use serde_json::{Map, Value, json};
use time::OffsetDateTime;
use time::macros::datetime;
use uuid::uuid;

use super::super::extract::Unreadable;
use super::super::problem::{MEDIA_TYPE, ProblemAnswer};

const NOW: OffsetDateTime = datetime!(2026-11-24 09:30 UTC);
const STARTS: OffsetDateTime = datetime!(2026-03-14 10:05 UTC);
const ENDS: OffsetDateTime = datetime!(2027-03-14 10:05 UTC);
const REQUEST: RequestId = RequestId(uuid!("019353b7-7a52-7000-8000-00000000002a"));
const DEVICE: DeviceId = DeviceId(uuid!("019353b7-7a52-7000-8000-000000000001"));
const CODE: &str = "7HQ2K-M9XWD-4TFCR-VB8NP";
const TICKET: &str = "7HQ2K-M9XWD-4TFCR-VB8NP-2GJ6S-Q5YHD";
const FINGERPRINT: &str = "board:5d1c6f2b0a4e98731d2c3b4a59687f8e0d1c2b3a495867f6e5d4c3b2a1908f7e";

/// Gives every body of an operation its example.
pub fn add(operation: &mut Map<String, Value>) {
    if let Some(body) = operation.get_mut("requestBody") {
        exemplify(body, None, None);
    }
    let first_refusal = |answer: &Value| answer.pointer("/x-refusals/0/code")?.as_str().map(ToOwned::to_owned);
    for (status, answer) in operation.get_mut("responses").and_then(Value::as_object_mut).into_iter().flatten() {
        let refusal = first_refusal(answer);
        exemplify(answer, status.parse().ok(), refusal.as_deref());
    }
}

fn exemplify(holder: &mut Value, status: Option<StatusCode>, refusal: Option<&str>) {
    for (media_type, content) in holder.get_mut("content").and_then(Value::as_object_mut).into_iter().flatten() {
        let schema =
            content.pointer("/schema/$ref").and_then(Value::as_str).and_then(|reference| reference.rsplit('/').next());
        let example = match (status, schema) {
            (Some(status), Some("Problem")) if media_type == MEDIA_TYPE => problem(status, refusal),
            (_, Some(schema)) => of(schema),
            (_, None) => None,
        };
        if let Some(example) = example {
            content["example"] = example;
        }
    }
}

fn value(example: impl Serialize) -> Option<Value> {
    serde_json::to_value(example).ok()
}

fn of(schema: &str) -> Option<Value> {
    match schema {
        "DeviceAuthorizationRequest" => value(DeviceAuthorizationRequest {
            client_id: Some(CLIENT_ID.to_owned()),
            scope: None,
            device_name: Some("Reception".to_owned()),
            os_family: Some("windows".to_owned()),
            os_version: Some("Windows 11".to_owned()),
            app_version: Some("7.2.1".to_owned()),
            product: Some("NSOS".to_owned()),
            fingerprint: Some(FINGERPRINT.to_owned()),
        })
        .map(without_nothing),
        "DeviceAuthorization" => value(DeviceAuthorization {
            device_code: "mW0Zb7C1mS5eVqkQ2dLx8n4RtYuPaJhG6fKs3wXvBzE".to_owned(),
            user_code: "WDJB-MJHT".to_owned(),
            verification_uri: "https://licenses.example.com/link".to_owned(),
            verification_uri_complete: "https://licenses.example.com/link?code=WDJB-MJHT".to_owned(),
            expires_in: 900,
            interval: 2,
        }),
        "TokenRequest" => value(TokenRequest {
            grant_type: Some(DEVICE_GRANT.to_owned()),
            device_code: Some("mW0Zb7C1mS5eVqkQ2dLx8n4RtYuPaJhG6fKs3wXvBzE".to_owned()),
            client_id: Some(CLIENT_ID.to_owned()),
        }),
        "Token" => value(Token {
            access_token: "q3JmYw8nT1xLr5VbKc0ZdHsGuPaE7iOyN2kMfWtX9vQ".to_owned(),
            token_type: "Bearer".to_owned(),
        }),
        "ReinstallRequest" => value(ReinstallRequest {
            ticket: TICKET.to_owned(),
            os_family: None,
            os_version: Some("Windows 11".to_owned()),
            app_version: Some("7.3.0".to_owned()),
            fingerprint: Some(FINGERPRINT.to_owned()),
        }),
        "TokenError" => value(TokenError {
            error: "authorization_pending".to_owned(),
            error_description: Some("Nobody has decided yet. Ask again.".to_owned()),
        }),
        "ActivationRequest" => {
            value(ActivationRequest { code: CODE.to_owned(), accept_agreement: true, ..ActivationRequest::default() })
        }
        "Preview" => value(Preview {
            device: DEVICE,
            device_name: "Reception".to_owned(),
            product: "Northwall Small Office Security".to_owned(),
            kind: CodeKind::Commercial,
            tail: "VB8NP".to_owned(),
            countries: "IN".parse().into_iter().collect(),
            class: SeatClass::Desktop,
            seats: seats(2),
            effect: Effect::Starts { starts_at: STARTS, ends_at: ENDS, shorter: false },
            losses: vec![],
            waits_elsewhere: 0,
            trouble: None,
        }),
        "Activated" => value(Activated { outcome: Outcome::Started, device: status(), ticket: Some(ticket()) }),
        "DeviceStatus" => value(status()),
        "Heartbeat" => {
            value(Heartbeat { app_version: Some("7.3.0".to_owned()), device_time: Some(NOW), fingerprint: None })
        }
        "HeartbeatAnswer" => value(HeartbeatAnswer { next_in: 3712, device: status(), ticket: Some(ticket()) }),
        "TicketAnswer" => value(TicketAnswer { ticket: Some(ticket()), device: status() }),
        "TicketKeys" => value(TicketKeys {
            keys: vec![TicketKey {
                kty: "OKP".to_owned(),
                crv: "Ed25519".to_owned(),
                kid: "5f0c3a9be2d41786".to_owned(),
                x: "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo".to_owned(),
            }],
        }),
        "Agreement" => value(Agreement {
            version: "2026-01".to_owned(),
            text: "You may use the application on as many devices as your license has places.".to_owned(),
        }),
        "AgreementAcceptance" => value(AgreementAcceptance { version: "2026-01".to_owned() }),
        "DatabasesUpdate" => value(DatabasesUpdate { databases_at: NOW, by_hand: false, confirmed: false }),
        _ => seller::of(schema),
    }
}

fn without_nothing(mut value: Value) -> Value {
    if let Some(fields) = value.as_object_mut() {
        fields.retain(|_, field| !field.is_null());
    }
    value
}

fn ticket() -> String {
    "eyJhbGciOiJFZERTQSJ9.eyJkZXZpY2UiOiIwMTkzNTNiNyJ9.c2lnbmF0dXJl".to_owned()
}

fn seats(used: u32) -> Vec<SeatCount> {
    vec![SeatCount { class: SeatClass::Desktop, total: 5, used }]
}

fn status() -> DeviceStatus {
    DeviceStatus {
        device_id: DEVICE,
        name: "Reception".to_owned(),
        os_family: OsFamily::Windows,
        office: "Harbor Dental".to_owned(),
        level: Level::Full,
        updates: true,
        restricted: vec![],
        license: Some(LicenseWindow {
            license_id: LicenseId(uuid!("019353b7-7a52-7000-8000-000000000002")),
            license_key: LicenseKey(uuid!("b18a6f60-f9d1-4ce5-b63c-218a79140902")),
            kind: CodeKind::Commercial,
            product: "Northwall Small Office Security".to_owned(),
            code_tail: "VB8NP".to_owned(),
            standing: Standing::Active,
            days_left: 111,
            starts_at: STARTS,
            expires_at: ENDS,
            seats: seats(2),
            seat_class: SeatClass::Desktop,
        }),
        reserve: Some(ReserveWindow {
            code_tail: "K4XQD".to_owned(),
            kind: CodeKind::Commercial,
            term_days: 365,
            state: ReserveState::Waiting,
            takes_over_at: ENDS,
            rehearsed_at: Some(NOW),
            trouble: None,
            activate_now: false,
        }),
        trial_offered: false,
        agreement: AgreementState { version: "2026-01".to_owned(), accepted: true },
        commands: vec![DeviceCommand {
            id: CommandId(uuid!("019353b7-7a52-7000-8000-000000000003")),
            kind: CommandKind::Rename,
            name: Some("Front desk".to_owned()),
            asked_at: NOW,
        }],
        server_time: NOW,
    }
}

/// What the answer with this status says; `refusal` is the first that it may carry.
fn problem(status: StatusCode, refusal: Option<&str>) -> Option<Value> {
    let explain = |error: Error| ProblemAnswer::explain(REQUEST, NOW, &error, Some(CODE));
    let holder = Holder {
        device: DeviceId(uuid!("019353b7-7a52-7000-8000-000000000004")),
        name: "Treatment room 1".to_owned(),
        last_seen_at: Some(STARTS),
        same_machine: false,
    };
    let answer = match (status, refusal) {
        (StatusCode::BAD_REQUEST, _) => ProblemAnswer::unreadable(REQUEST, Unreadable::NotJson { line: 1, column: 15 }),
        (StatusCode::UNAUTHORIZED, _) => ProblemAnswer::dead_token(REQUEST),
        (StatusCode::FORBIDDEN, _) => explain(Error::Forbidden),
        (StatusCode::NOT_FOUND, _) => explain(Error::NotFound),
        (StatusCode::CONFLICT, None) => ProblemAnswer::still_running(REQUEST),
        (StatusCode::CONFLICT, Some("E08")) => explain(Refusal::OtherAccount.into()),
        (StatusCode::CONFLICT, Some("E10")) => explain(Refusal::ManualDatabases.into()),
        (StatusCode::CONFLICT, Some(_)) => {
            explain(Refusal::SeatsFull { class: SeatClass::Desktop, total: 1, holders: vec![holder] }.into())
        }
        (StatusCode::PAYLOAD_TOO_LARGE, _) => ProblemAnswer::unreadable(REQUEST, Unreadable::TooLarge),
        (StatusCode::UNSUPPORTED_MEDIA_TYPE, _) => ProblemAnswer::unreadable(REQUEST, Unreadable::MediaType),
        (StatusCode::UNPROCESSABLE_ENTITY, Some(_)) => {
            explain(Refusal::Format { entered: 19, license_key: false, block: None }.into())
        }
        (StatusCode::UNPROCESSABLE_ENTITY, None) => explain(Error::field("app_version", Fault::TooLong { max: 40 })),
        (StatusCode::TOO_MANY_REQUESTS, Some(_)) => explain(Refusal::Attempts { until: ENDS }.into()),
        (StatusCode::TOO_MANY_REQUESTS, None) => ProblemAnswer::too_many(REQUEST, 42),
        (StatusCode::INTERNAL_SERVER_ERROR, _) => ProblemAnswer::internal(REQUEST),
        (StatusCode::SERVICE_UNAVAILABLE, _) => explain(Error::Busy),
        _ => return None,
    };
    Some(json!(answer.body()))
}
