//! One POST: a connection of its own, ten seconds in all, no redirect, and of the answer only its status.

use std::sync::Arc;
use std::time::Duration;

use domain::webhook::DeliveryTrouble;
use http::header::{CONTENT_TYPE, HOST, USER_AGENT};
use http::{Request, StatusCode};
use http_body_util::Full;
use hyper::body::Bytes;
use hyper::client::conn::http1::handshake;
use hyper::rt::{Read, Write};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

use super::address::Target;

/// How long a receiver has, from the look-up of its name to the head of its answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// A message with what proves it.
pub(super) struct Signed {
    pub(super) id: String,
    pub(super) at: i64,
    pub(super) signature: String,
    pub(super) body: Vec<u8>,
}

/// Trusts whom this machine trusts.
pub(super) fn tls() -> TlsConnector {
    let mut roots = RootCertStore::empty();
    let trusted = rustls_native_certs::load_native_certs();
    for error in trusted.errors {
        tracing::warn!(%error, "a certificate of this machine can't be read");
    }
    roots.add_parsable_certificates(trusted.certs);
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("ring knows the versions that are safe")
        .with_root_certificates(roots)
        .with_no_client_auth();
    TlsConnector::from(Arc::new(config))
}

/// Sends a message and gives the status of the answer.
pub(super) async fn post(tls: &TlsConnector, target: &Target, signed: Signed) -> Result<StatusCode, DeliveryTrouble> {
    tokio::time::timeout(PATIENCE, connect_and_send(tls, target, signed)).await.unwrap_or(Err(DeliveryTrouble::Timeout))
}

async fn connect_and_send(tls: &TlsConnector, target: &Target, signed: Signed) -> Result<StatusCode, DeliveryTrouble> {
    let addresses = target.resolve().await.map_err(|_| DeliveryTrouble::Address)?;
    if addresses.is_empty() {
        return Err(DeliveryTrouble::Address);
    }
    let request = request(target, signed).map_err(|_| DeliveryTrouble::Address)?;
    let connection = TcpStream::connect(&addresses[..]).await.map_err(|_| DeliveryTrouble::Unreachable)?;
    if !target.encrypted {
        return send(TokioIo::new(connection), request).await;
    }
    let name = ServerName::try_from(target.host().to_owned()).map_err(|_| DeliveryTrouble::Address)?;
    let secured = tls.connect(name, connection).await.map_err(|_| DeliveryTrouble::Tls)?;
    send(TokioIo::new(secured), request).await
}

fn request(target: &Target, signed: Signed) -> http::Result<Request<Full<Bytes>>> {
    Request::post(target.uri.path_and_query().map_or("/", |path| path.as_str()))
        .header(HOST, target.authority.as_str())
        .header(CONTENT_TYPE, "application/json")
        .header(USER_AGENT, "Latchkey")
        .header("webhook-id", signed.id)
        .header("webhook-timestamp", signed.at)
        .header("webhook-signature", signed.signature)
        .body(Full::new(Bytes::from(signed.body)))
}

async fn send<C>(connection: C, request: Request<Full<Bytes>>) -> Result<StatusCode, DeliveryTrouble>
where
    C: Read + Write + Unpin + Send + 'static,
{
    let (mut sender, driver) = handshake(connection).await.map_err(|_| DeliveryTrouble::Protocol)?;
    // ends with this function, however that ends
    let mut driven = JoinSet::new();
    driven.spawn(driver);
    let answer = sender.send_request(request).await.map_err(|_| DeliveryTrouble::Protocol)?;
    Ok(answer.status())
}
