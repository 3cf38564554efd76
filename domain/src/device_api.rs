//! The words of the device API: what programs on devices send and what they are told, shared by server and client.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::code::CodeKind;
use crate::device::CommandKind;
use crate::device::OsFamily;
use crate::id::{CommandId, DeviceId, LicenseId};
use crate::license::{LicenseKey, Standing};
use crate::reserve::ReserveState;
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
    /// What the machine is made of: for each of `board`, `disk`, `network` and `system` 64 hexadecimal digits, hashed on
    /// the device, as `board:…,disk:…`. Left out is what the device can't tell.
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

/// A freshly installed system comes with a reinstall ticket and asks to be its device again.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ReinstallRequest {
    /// The ticket as it was printed: case, blanks and dashes do not matter. It works once.
    pub ticket: String,
    /// The device's kind of system, if it changed; it has to take a seat of the same class.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub os_family: Option<String>,
    /// The system's version in words, up to 80 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub os_version: Option<String>,
    /// The version of the application, up to 40 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub app_version: Option<String>,
    /// What the machine is made of, as in a request to be linked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fingerprint: Option<String>,
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
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
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
    /// Whether this code takes the place of a reserve code that waits on the device (E20).
    #[serde(default)]
    pub replace_reserve: bool,
    /// For a renewal code whose earlier license was not found: the previous code (R77).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous_code: Option<String>,
    /// For a renewal code without a usable previous code: whether the shorter term is accepted (R78).
    #[serde(default)]
    pub accept_shorter_term: bool,
    /// When all seats are taken: the device whose seat this one takes over, because it is the same machine or of no use
    /// any more. The person whose device this is has to administer the license (E27).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instead_of: Option<DeviceId>,
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
    /// Whether databases and modules are updated (R67).
    pub updates: bool,
    /// The components that are restricted at this level, by their names (R68).
    pub restricted: Vec<String>,
    /// The license it holds a seat of, if any.
    pub license: Option<LicenseWindow>,
    /// The code that waits to take over, if any (R32).
    pub reserve: Option<ReserveWindow>,
    /// Whether the Activation window may offer the trial (R72, R73).
    pub trial_offered: bool,
    /// The agreement that has to be accepted before an activation (R19).
    pub agreement: AgreementState,
    /// What people asked of the device and it has not confirmed yet, the oldest first.
    pub commands: Vec<DeviceCommand>,
    /// The server's time; every rule goes by it (edge case 1).
    #[serde(with = "time::serde::rfc3339")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub server_time: OffsetDateTime,
}

/// The reserve code's own lines in the Licensing window (R25).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReserveWindow {
    /// The last block of the code.
    pub code_tail: String,
    /// Its kind.
    pub kind: CodeKind,
    /// How long its license will run, in days.
    pub term_days: u32,
    /// Where it stands.
    pub state: ReserveState,
    /// When the running license ends and this one takes over.
    #[serde(with = "time::serde::rfc3339")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub takes_over_at: OffsetDateTime,
    /// When the switch was last tried dry.
    #[serde(default, with = "time::serde::rfc3339::option", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = DateTime))]
    pub rehearsed_at: Option<OffsetDateTime>,
    /// What would refuse the switch, E01 to E36; nothing if it would succeed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trouble: Option<String>,
    /// Whether the switch may be tried by hand now: only after it failed by itself (R44).
    pub activate_now: bool,
}

/// Which agreement applies, and whether it was accepted on this device (R19).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AgreementState {
    /// The version that applies.
    pub version: String,
    /// Whether it was accepted on this device.
    pub accepted: bool,
}

/// The license agreement as it is read before it is accepted (R19).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Agreement {
    /// Its version.
    pub version: String,
    /// Its text.
    pub text: String,
}

/// The agreement was accepted on this device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct AgreementAcceptance {
    /// The version that was read and accepted.
    pub version: String,
}

/// Something that people asked of a device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DeviceCommand {
    /// The command; confirm it by this.
    pub id: CommandId,
    /// What is asked.
    pub kind: CommandKind,
    /// For a new name: the name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// When it was asked.
    #[serde(with = "time::serde::rfc3339")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub asked_at: OffsetDateTime,
}

/// Databases were, or are about to be, installed on the device (R67, R69).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct DatabasesUpdate {
    /// The date of the databases.
    #[serde(with = "time::serde::rfc3339")]
    #[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime))]
    pub databases_at: OffsetDateTime,
    /// Whether a person installs them by hand rather than the application itself.
    #[serde(default)]
    pub by_hand: bool,
    /// Whether the person was warned that this stops the application, and goes on (E31).
    #[serde(default)]
    pub confirmed: bool,
}

/// One of the public keys that tickets are checked with (RFC 8037).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TicketKey {
    /// Always `OKP`.
    pub kty: String,
    /// Always `Ed25519`.
    pub crv: String,
    /// The key's id, as a ticket's header names it.
    pub kid: String,
    /// The public key in base64url.
    pub x: String,
}

/// The keys that tickets are signed with now and next (RFC 7517).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TicketKeys {
    /// The keys.
    pub keys: Vec<TicketKey>,
}

/// A fresh ticket.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TicketAnswer {
    /// The signed ticket, a compact JWS; nothing while the device has no license to work under.
    pub ticket: Option<String>,
    /// The device as it stands.
    pub device: DeviceStatus,
}

/// What happened to the code.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Activated {
    /// The outcome in one word.
    pub outcome: Outcome,
    /// The device afterwards.
    pub device: DeviceStatus,
    /// A fresh ticket for working offline; nothing while the device has no license to work under.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ticket: Option<String>,
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
        /// This machine held a seat already under another entry; it took its own seat back.
        Reclaimed = "reclaimed",
        /// The device has a running license; the code waits and takes over at its end (R32).
        Reserved = "reserved",
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
    /// What the machine is made of, if it changed; written as when linking.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fingerprint: Option<String>,
}

/// The answer to a heartbeat.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct HeartbeatAnswer {
    /// Seconds until the next heartbeat is due; a random part of it keeps devices apart.
    pub next_in: u32,
    /// The device now.
    pub device: DeviceStatus,
    /// A fresh ticket for working offline; nothing while the device has no license to work under.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ticket: Option<String>,
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
    /// The rule that says no, R1 to R104, where one does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    /// The one thing that puts it right, in a few words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fix: Option<String>,
    /// For E12: the devices that hold the seats, the longest silence first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub holders: Vec<ProblemHolder>,
    /// Names this request in our log.
    pub request_id: String,
}

/// A device that holds a seat (E12).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ProblemHolder {
    /// The device; `instead_of` takes it.
    pub device_id: DeviceId,
    /// Its name in the console.
    pub name: String,
    /// When it last contacted us.
    #[serde(default, with = "time::serde::rfc3339::option", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, format = DateTime))]
    pub last_seen_at: Option<OffsetDateTime>,
    /// Whether it looks like the very machine that asks.
    pub same_machine: bool,
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
