//! The words of the device API: what programs on devices send and what they are told, shared by server and client.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::code::CodeKind;
use crate::device::OsFamily;
use crate::id::{DeviceId, LicenseId};
use crate::license::{LicenseKey, Standing};
use crate::seat::{SeatClass, SeatCount};

/// The public client of RFC 8628 that programs on devices are.
pub const CLIENT_ID: &str = "latchkey-client";

/// The grant type of RFC 8628 §3.4.
pub const DEVICE_GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";

/// RFC 8628 §3.1: asks for a user code. Beyond the RFC the device says what it is, so that a person can recognise it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DeviceAuthorizationRequest {
    /// Always `latchkey-client`.
    #[serde(default)]
    pub client_id: Option<String>,
    /// RFC 6749 §3.3; accepted and not used.
    #[serde(default)]
    pub scope: Option<String>,
    /// The device's own name, up to 80 characters.
    #[serde(default)]
    pub device_name: Option<String>,
    /// The device's kind of system.
    #[serde(default)]
    pub os_family: Option<String>,
    /// The system's version in words, up to 80 characters.
    #[serde(default)]
    pub os_version: Option<String>,
    /// The version of the application, up to 40 characters.
    #[serde(default)]
    pub app_version: Option<String>,
    /// The vendor's own number for the product that is installed; the vendor's first product if it is left out.
    #[serde(default)]
    pub product: Option<String>,
    /// What identifies the machine: 64 hexadecimal digits, hashed on the device.
    #[serde(default)]
    pub fingerprint: Option<String>,
}

/// RFC 8628 §3.2: where to go and what to enter there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DeviceAuthorization {
    /// The device's secret for polling.
    pub device_code: String,
    /// What the person types: eight consonants in two groups.
    pub user_code: String,
    /// The page on which the person types it.
    pub verification_uri: String,
    /// The same page with the code filled in, for a QR code.
    pub verification_uri_complete: String,
    /// Seconds until both codes expire.
    pub expires_in: u32,
    /// Seconds to wait between two polls.
    pub interval: u32,
}

/// RFC 8628 §3.4: polls for the token.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TokenRequest {
    /// `urn:ietf:params:oauth:grant-type:device_code`.
    #[serde(default)]
    pub grant_type: Option<String>,
    /// The device's secret.
    #[serde(default)]
    pub device_code: Option<String>,
    /// Always `latchkey-client`.
    #[serde(default)]
    pub client_id: Option<String>,
}

/// RFC 6749 §5.1: the device's token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Token {
    /// Opaque; sent as `Authorization: Bearer …`. It lives until the device is disconnected.
    pub access_token: String,
    /// Always `Bearer`.
    pub token_type: String,
}

/// RFC 6749 §5.2 and RFC 8628 §3.5: why there is no token (yet).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TokenError {
    /// The standard's word, such as `authorization_pending`.
    pub error: String,
    /// A sentence for the developer of the client.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error_description: Option<String>,
}

/// Turns an activation code into a running license on this device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ActivationRequest {
    /// The code as it was typed: case, blanks and dashes do not matter (R3).
    pub code: String,
    /// Whether the person accepted the license agreement (R19).
    #[serde(default)]
    pub accept_agreement: bool,
    /// The device's clock, RFC 3339 in UTC (E24).
    #[serde(default, with = "time::serde::rfc3339::option", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = DateTime))]
    pub device_time: Option<OffsetDateTime>,
}

/// How much of the application works.
pub use crate::license::Level;

/// What the Licensing window shows (domain §7, R25).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LicenseWindow {
    /// The license.
    pub license_id: LicenseId,
    /// Identifies the license and never activates one (R27).
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub license_key: LicenseKey,
    /// The kind of license.
    pub kind: CodeKind,
    /// The product's name.
    pub product: String,
    /// The last block of the code in use.
    pub code_tail: String,
    /// Where the license stands now.
    pub standing: Standing,
    /// Whole days left, rounded up; zero on the last day and afterwards (R26).
    pub days_left: u32,
    /// The license's first instant.
    #[serde(with = "time::serde::rfc3339")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub starts_at: OffsetDateTime,
    /// The first instant at which the license no longer runs (R103).
    #[serde(with = "time::serde::rfc3339")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub expires_at: OffsetDateTime,
    /// Seats of each class, in use and in all.
    pub seats: Vec<SeatCount>,
    /// The class of this device's seat.
    pub seat_class: SeatClass,
}

/// What a device is told about itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DeviceStatus {
    /// The device.
    pub device_id: DeviceId,
    /// Its name in the console.
    pub name: String,
    /// Its kind of system.
    pub os_family: OsFamily,
    /// The office it is linked to.
    pub office: String,
    /// How much of the application works.
    pub level: Level,
    /// The license it holds a seat of, if any.
    pub license: Option<LicenseWindow>,
}

/// What happened to the code.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Activated {
    /// The outcome in one word.
    pub outcome: Outcome,
    /// The device afterwards.
    pub device: DeviceStatus,
}

crate::choice! {
    /// What an accepted code did.
    pub enum Outcome {
        /// A new license began with this activation (R8).
        Started = "started",
        /// The license ran already; this device took a seat of it (R9).
        Joined = "joined",
        /// The code was already active on this device; nothing changed (R58, R104).
        Repeated = "repeated",
        /// The device has a running license; the code is kept unused in the account (R34).
        Kept = "kept",
    }
}

/// Says that the device is alive.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Heartbeat {
    /// The version of the application, if it changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub app_version: Option<String>,
    /// The device's clock, RFC 3339 in UTC.
    #[serde(default, with = "time::serde::rfc3339::option", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = DateTime))]
    pub device_time: Option<OffsetDateTime>,
}

/// The answer to a heartbeat.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HeartbeatAnswer {
    /// Seconds until the next heartbeat is due.
    pub next_in: u32,
    /// The device now.
    pub device: DeviceStatus,
}

/// RFC 9457: why a request was not carried out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Problem {
    /// Identifies the kind of problem.
    #[serde(rename = "type")]
    pub kind: String,
    /// The kind of problem in a few words.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// What happened and what to do, for a person.
    pub detail: String,
    /// The refusal's code, E01 to E36, where a rule of licensing said no.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// For E02: the same text in Latin letters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suggestion: Option<String>,
    /// The fields that can't be used.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<ProblemField>,
    /// Names this request in our log.
    pub request_id: String,
}

/// One field that can't be used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ProblemField {
    /// The field's name.
    pub field: String,
    /// What is wrong with it.
    pub detail: String,
}
