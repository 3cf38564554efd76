//! One request to the activation server, or a sentence that says why it got no answer.

use std::io::ErrorKind;
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;
use ureq::Agent;
use ureq::http::{Response, Uri};

use crate::failure::{Exit, Failure, Result};
use crate::reply::{Answer, Reply};
use crate::state::Secret;

/// How long one request may take in all.
const TIMEOUT: Duration = Duration::from_secs(10);

/// How often a request is sent again, with the same key, after its connection broke off (R104).
const RETRIES: u32 = 2;

/// How long to wait before that: what broke off is often a server that starts anew.
const PAUSE: Duration = Duration::from_millis(300);

/// The largest answer read; ours are a few kilobytes.
const LARGEST_ANSWER: u64 = 1 << 20;

/// What E25 says.
const NO_CONNECTION: &str = "No connection to the activation server. Nothing was used up; try again.";

/// The activation server, asked by a device that it knows or does not know yet.
pub struct Api {
    agent: Agent,
    server: String,
    token: Option<Secret>,
}

/// What came of sending one request.
type Sent = std::result::Result<Response<ureq::Body>, ureq::Error>;

/// An address without its last slash: `http` or `https`, a host, and nothing that could be a password.
pub fn server_address(text: &str) -> std::result::Result<String, String> {
    let address = text.trim().trim_end_matches('/');
    let uri: Uri = address.parse().map_err(|_| "not an address; write it like https://licenses.example.com")?;
    if !matches!(uri.scheme_str(), Some("http" | "https")) {
        return Err("the address has to begin with https:// or http://".to_owned());
    }
    if uri.authority().is_none_or(|authority| authority.as_str().contains('@')) {
        return Err("the address must not contain a user name or password".to_owned());
    }
    if uri.query().is_some() {
        return Err("the address must not contain a question mark".to_owned());
    }
    Ok(address.to_owned())
}

/// Whether the address names this machine, so that nothing can listen in between.
pub fn is_loopback(server: &str) -> bool {
    let Ok(uri) = server.parse::<Uri>() else { return false };
    let Some(host) = uri.host() else { return false };
    let host = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

impl Api {
    /// For an address that `server_address` has read.
    pub fn new(server: &str) -> Self {
        let mut config = Agent::config_builder()
            .http_status_as_error(false)
            // a token and a code are never carried on to another address
            .max_redirects(0)
            .timeout_global(Some(TIMEOUT))
            .user_agent(concat!("latchkey-client/", env!("CARGO_PKG_VERSION")))
            .accept("application/json, application/problem+json");
        if is_loopback(server) {
            config = config.proxy(None);
        }
        Self { agent: config.build().new_agent(), server: server.to_owned(), token: None }
    }

    /// As the device of this token.
    pub fn with_token(self, token: Secret) -> Self {
        Self { token: Some(token), ..self }
    }

    pub fn server(&self) -> &str {
        &self.server
    }

    /// POST of a form, as OAuth wants it (RFC 8628 §3.1).
    pub fn form(&self, path: &str, fields: &[(&str, &str)]) -> Result<Reply> {
        let fields = fields.iter().map(|(name, value)| (*name, *value));
        self.read(self.agent.post(self.url(path)).send_form(fields)).map_err(|error| self.unreachable(&error))
    }

    /// GET of what is told to this device, or to everybody.
    pub fn get<T: DeserializeOwned>(&self, path: &str) -> Result<Answer<T>> {
        let mut request = self.agent.get(self.url(path));
        if let Some(token) = &self.token {
            request = request.header("Authorization", token.bearer());
        }
        self.read(request.call()).map_err(|error| self.unreachable(&error))?.answer()
    }

    /// POST of JSON as this device. It has one key for all its tries, so that it is carried out once.
    pub fn post<T: DeserializeOwned>(&self, path: &str, body: &impl Serialize) -> Result<Answer<T>> {
        self.post_json(path, body)?.answer()
    }

    /// The same where nothing but "done" is answered.
    pub fn tell(&self, path: &str, body: &impl Serialize) -> Result<()> {
        self.post_json(path, body)?.done()
    }

    /// DELETE as this device.
    pub fn delete<T: DeserializeOwned>(&self, path: &str) -> Result<Answer<T>> {
        self.carefully(|key| {
            let request = self.agent.delete(self.url(path)).header("Idempotency-Key", key);
            match &self.token {
                Some(token) => request.header("Authorization", token.bearer()).call(),
                None => request.call(),
            }
        })?
        .answer()
    }

    fn post_json(&self, path: &str, body: &impl Serialize) -> Result<Reply> {
        self.carefully(|key| {
            let request = self.agent.post(self.url(path)).header("Idempotency-Key", key);
            match &self.token {
                Some(token) => request.header("Authorization", token.bearer()).send_json(body),
                None => request.send_json(body),
            }
        })
    }

    /// Sends a request that changes something, and again when the connection broke off: whether it was carried out is not
    /// known then, but its key is.
    fn carefully(&self, send: impl Fn(&str) -> Sent) -> Result<Reply> {
        let key = idempotency_key()?;
        let mut retries = 0;
        loop {
            match self.read(send(&key)) {
                Err(error) if retries < RETRIES && broke_off(&error) => {
                    retries += 1;
                    std::thread::sleep(PAUSE * retries);
                }
                read => return read.map_err(|error| self.unreachable(&error)),
            }
        }
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.server)
    }

    fn read(&self, sent: Sent) -> std::result::Result<Reply, ureq::Error> {
        let mut response = sent?;
        let status = response.status().as_u16();
        let bytes = response.body_mut().with_config().limit(LARGEST_ANSWER).read_to_vec()?;
        Ok(Reply::new(status, serde_json::from_slice(&bytes).ok(), &self.server))
    }

    fn unreachable(&self, error: &ureq::Error) -> Failure {
        let server = &self.server;
        let cause = match error {
            ureq::Error::Timeout(_) => format!("{server} did not answer within {} seconds", TIMEOUT.as_secs()),
            ureq::Error::HostNotFound => format!("the name in {server} was not found"),
            ureq::Error::Io(cause) if cause.kind() == ErrorKind::ConnectionRefused => {
                format!("nothing answers at {server}")
            }
            ureq::Error::Io(cause) if cause.kind() == ErrorKind::UnexpectedEof => {
                format!("the answer of {server} broke off")
            }
            ureq::Error::Io(_) | ureq::Error::ConnectionFailed => format!("the connection to {server} broke off"),
            ureq::Error::Tls(_) | ureq::Error::Rustls(_) => format!("{server} could not prove who it is"),
            ureq::Error::BodyExceedsLimit(_) => format!("{server} sent far more than an activation server does"),
            _ => format!("{server} did not answer as a web server does"),
        };
        Failure::new(Exit::Server, NO_CONNECTION)
            .code("E25")
            .advice(format!("Check the network and the address: {cause}. Then run the command again."))
    }
}

/// Whether there was a connection, which ended before the answer did.
fn broke_off(error: &ureq::Error) -> bool {
    match error {
        ureq::Error::Io(cause) => cause.kind() != ErrorKind::ConnectionRefused,
        _ => false,
    }
}

/// A random UUID, which the server keeps beside its answer.
fn idempotency_key() -> Result<String> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes)
        .map_err(|cause| Failure::new(Exit::Input, format!("The system gives no random numbers: {cause}.")))?;
    Ok(uuid::Builder::from_random_bytes(bytes).into_uuid().to_string())
}

#[cfg(test)]
mod tests;
