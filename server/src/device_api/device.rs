//! What a device asks and says about itself: how it stands, that it is alive, what was done on it.

use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderName, StatusCode, header};
use domain::Error;
use domain::device::beats::Beat;
use domain::device::store;
use domain::device_api::{
    Agreement, AgreementAcceptance, DatabasesUpdate, DeviceStatus, Heartbeat, HeartbeatAnswer, TicketAnswer, TicketKeys,
};
use domain::id::CommandId;

use super::answered;
use super::bearer::{Anyone, Bearer, DeviceCx};
use super::beats::Beats;
use super::extract::JsonBody;
use super::openapi::{Absent, Busy, Challenged, Refusable, Unfit};
use super::problem::ProblemAnswer;

type Answer<T> = Result<Json<T>, ProblemAnswer>;

/// This device and its license
///
/// What the Licensing window of the application shows, and how much of the application works.
#[utoipa::path(
    get,
    path = "/api/v1/device",
    tag = "device",
    security(("token" = [])),
    responses((status = 200, description = "The device as it stands", body = DeviceStatus), Challenged)
)]
pub async fn status(DeviceCx(cx): DeviceCx) -> Answer<DeviceStatus> {
    // a waiting code whose time has come takes over first
    answered(&cx, store::status(cx.clone())).await
}

/// The device is alive
///
/// Sent when the last answer's `next_in` seconds are over. The answer tells the device how it stands.
#[utoipa::path(
    post,
    path = "/api/v1/heartbeat",
    tag = "device",
    security(("token" = [])),
    request_body = Heartbeat,
    responses(
        (status = 200, description = "The device as it stands, and when to call again", body = HeartbeatAnswer),
        Challenged, Unfit,
    )
)]
pub async fn heartbeat(
    State(beats): State<Beats>,
    bearer: Bearer,
    JsonBody(said): JsonBody<Heartbeat>,
) -> Answer<HeartbeatAnswer> {
    let beat = Beat { cx: bearer.cx.clone(), token: bearer.token.clone(), said };
    match beats.answer(beat).await {
        Err(Error::Unauthenticated) => Err(ProblemAnswer::dead_token(bearer.cx.request)),
        Err(error) => Err(ProblemAnswer::of(&bearer.cx, &error, None)),
        Ok(answer) => {
            bearer.vouch();
            Ok(Json(answer))
        }
    }
}

/// A fresh ticket
///
/// The signed ticket with which the device works offline.
#[utoipa::path(
    post,
    path = "/api/v1/ticket",
    tag = "device",
    security(("token" = [])),
    responses((status = 200, description = "The ticket, and the device as it stands", body = TicketAnswer), Challenged)
)]
pub async fn ticket(DeviceCx(cx): DeviceCx) -> Answer<TicketAnswer> {
    answered(&cx, store::ticket(cx.clone())).await
}

/// The keys of tickets
///
/// The public keys (RFC 8037) by which tickets are checked: the one in use, the next, and those whose tickets may still be
/// good. They need no token and may be kept for five minutes.
#[utoipa::path(
    get,
    path = "/api/v1/keys",
    tag = "device",
    responses((status = 200, description = "The keys", body = TicketKeys), Busy)
)]
pub async fn keys(Anyone(cx): Anyone) -> Result<([(HeaderName, &'static str); 1], Json<TicketKeys>), ProblemAnswer> {
    let known = cx.clone();
    let keys = answered(&cx, async move { domain::ticket::store::keys(&known).await }).await?;
    Ok(([(header::CACHE_CONTROL, "public, max-age=300")], keys))
}

/// Stop using the license here
///
/// The seat is free at once; a code that waits takes over. Without a license nothing changes.
#[utoipa::path(
    post,
    path = "/api/v1/release",
    tag = "device",
    security(("token" = [])),
    responses((status = 200, description = "The device afterwards", body = DeviceStatus), Challenged)
)]
pub async fn release(DeviceCx(cx): DeviceCx) -> Answer<DeviceStatus> {
    answered(&cx, store::release(cx.clone())).await
}

/// The application was uninstalled
///
/// The seat is free, a waiting code is unused again, and the device leaves the console. Its token is of no use from then on.
#[utoipa::path(
    post,
    path = "/api/v1/uninstallation",
    tag = "device",
    security(("token" = [])),
    responses((status = 204, description = "The device has left"), Challenged)
)]
pub async fn uninstall(DeviceCx(cx): DeviceCx) -> Result<StatusCode, ProblemAnswer> {
    answered(&cx, store::uninstall(cx.clone())).await.map(|_| StatusCode::NO_CONTENT)
}

/// The license agreement
///
/// The text that has to be accepted before an activation.
#[utoipa::path(
    get,
    path = "/api/v1/agreement",
    tag = "device",
    security(("token" = [])),
    responses((status = 200, description = "The agreement that applies", body = Agreement), Challenged, Absent)
)]
pub async fn agreement(DeviceCx(cx): DeviceCx) -> Answer<Agreement> {
    answered(&cx, store::agreement(cx.clone())).await
}

/// Accept the license agreement
///
/// Accepting it again changes nothing.
#[utoipa::path(
    post,
    path = "/api/v1/agreement",
    tag = "device",
    security(("token" = [])),
    request_body = AgreementAcceptance,
    responses((status = 200, description = "It is accepted on this device", body = DeviceStatus), Challenged, Unfit)
)]
pub async fn accept_agreement(
    DeviceCx(cx): DeviceCx,
    JsonBody(accepted): JsonBody<AgreementAcceptance>,
) -> Answer<DeviceStatus> {
    answered(&cx, store::accept_agreement(cx.clone(), accepted)).await
}

/// A command was carried out
///
/// Commands come with the device's own state. Confirming one again changes nothing.
#[utoipa::path(
    post,
    path = "/api/v1/commands/{id}/confirmation",
    tag = "device",
    security(("token" = [])),
    params(("id" = CommandId, Path, description = "The command")),
    responses((status = 200, description = "The device afterwards", body = DeviceStatus), Challenged, Absent)
)]
pub async fn confirm_command(
    DeviceCx(cx): DeviceCx,
    command: Result<Path<CommandId>, PathRejection>,
) -> Answer<DeviceStatus> {
    let Path(command) = command.map_err(|_| ProblemAnswer::of(&cx, &Error::NotFound, None))?;
    answered(&cx, store::confirm_command(cx.clone(), command)).await
}

/// Databases are installed
///
/// Once the license has ended the application updates none. A person who installs them by hand then stops the application,
/// and is warned first: the request is refused with E31 until it says `confirmed`.
#[utoipa::path(
    post,
    path = "/api/v1/databases",
    tag = "device",
    security(("token" = [])),
    request_body = DatabasesUpdate,
    responses((status = 200, description = "The device afterwards", body = DeviceStatus), Challenged, Unfit, Refusable)
)]
pub async fn update_databases(
    DeviceCx(cx): DeviceCx,
    JsonBody(update): JsonBody<DatabasesUpdate>,
) -> Answer<DeviceStatus> {
    answered(&cx, store::update_databases(cx.clone(), update)).await
}
