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

/// The largest answer read; ours are a few kilobytes.
const LARGEST_ANSWER: u64 = 1 << 20;

/// What E25 says.
const NO_CONNECTION: &str = "No connection to the activation server. Nothing was used up; try again.";

/// The activation server.
pub struct Api {
    agent: Agent,
    server: String,
}

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
        Self { agent: config.build().new_agent(), server: server.to_owned() }
    }

    pub fn server(&self) -> &str {
        &self.server
    }

    /// POST of a form, as OAuth wants it (RFC 8628 §3.1).
    pub fn form(&self, path: &str, fields: &[(&str, &str)]) -> Result<Reply> {
        let fields = fields.iter().map(|(name, value)| (*name, *value));
        self.read(self.agent.post(self.url(path)).send_form(fields))
    }

    /// GET as this device.
    pub fn get<T: DeserializeOwned>(&self, path: &str, token: &Secret) -> Result<Answer<T>> {
        self.read(self.agent.get(self.url(path)).header("Authorization", token.bearer()).call())?.answer()
    }

    /// POST of JSON as this device.
    pub fn post<T: DeserializeOwned>(&self, path: &str, token: &Secret, body: &impl Serialize) -> Result<Answer<T>> {
        let request = self.agent.post(self.url(path)).header("Authorization", token.bearer());
        self.read(request.send_json(body))?.answer()
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.server)
    }

    fn read(&self, answer: std::result::Result<Response<ureq::Body>, ureq::Error>) -> Result<Reply> {
        let mut response = answer.map_err(|error| self.unreachable(&error))?;
        let status = response.status().as_u16();
        let bytes = response.body_mut().with_config().limit(LARGEST_ANSWER).read_to_vec();
        let bytes = bytes.map_err(|error| self.unreachable(&error))?;
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

#[cfg(test)]
mod tests {
    use super::*;
    use domain::device_api::Problem;
    use std::io::{Read, Write};
    use std::net::TcpListener;

    /// Answers one request with the given bytes and gives back what was asked.
    fn one_answer(answer: &'static str) -> (String, std::thread::JoinHandle<String>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let asked = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            stream.set_read_timeout(Some(Duration::from_millis(300))).unwrap();
            let mut asked = Vec::new();
            let _ = stream.read_to_end(&mut asked);
            let _ = stream.write_all(answer.as_bytes());
            String::from_utf8(asked).unwrap()
        });
        (address, asked)
    }

    #[test]
    fn forms_are_percent_encoded() {
        let (address, asked) = one_answer("HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}");
        let fields = [("device_name", "Büro & Empfang=1"), ("grant_type", domain::device_api::DEVICE_GRANT)];
        Api::new(&address).form("/oauth/token", &fields).unwrap();
        let asked = asked.join().unwrap();
        assert!(asked.starts_with("POST /oauth/token HTTP/1.1\r\n"), "{asked}");
        assert!(asked.contains("content-type: application/x-www-form-urlencoded"), "{asked}");
        let body = asked.split("\r\n\r\n").nth(1).unwrap().replace('+', "%20");
        assert_eq!(
            body,
            "device_name=B%C3%BCro%20%26%20Empfang%3D1&grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_code"
        );
    }

    #[test]
    fn another_servers_answers_become_one_sentence() {
        for (answer, sentence) in [
            (
                "HTTP/1.1 200 OK\r\ncontent-length: 6\r\nconnection: close\r\n\r\n<html>",
                "not as an activation server does",
            ),
            ("HTTP/1.1 200 OK\r\ncontent-length: 60\r\nconnection: close\r\n\r\n{\"na", "broke off"),
            (
                "HTTP/1.1 200 OK\r\ncontent-length: 4\r\nconnection: close\r\n\r\n{\"na",
                "not as an activation server does",
            ),
            (
                "HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
                "There is no activation server",
            ),
            ("HTTP/1.1 302 Found\r\nlocation: /x\r\ncontent-length: 0\r\nconnection: close\r\n\r\n", "another address"),
            ("HTTP/1.1 502 Bad Gateway\r\ncontent-length: 1\r\nconnection: close\r\n\r\nx", "has a fault (status 502)"),
            ("SSH-2.0-OpenSSH_9.2\r\n", "No connection to the activation server"),
        ] {
            let (address, asked) = one_answer(answer);
            let token = Secret::from("t0p-secret".to_owned());
            let failure = Api::new(&address).get::<Problem>("/api/v1/device", &token).unwrap_err();
            asked.join().unwrap();
            assert_eq!(failure.exit(), Exit::Server, "{answer}");
            assert!(failure.to_text().contains(sentence), "{answer}: {}", failure.to_text());
            assert!(!failure.to_text().contains("t0p-secret"));
        }
    }

    #[test]
    fn a_server_that_is_down_is_e25() {
        let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let api = Api::new(&format!("http://{free}"));
        let failure = api.get::<Problem>("/api/v1/device", &Secret::from("t".to_owned())).unwrap_err();
        assert_eq!(failure.exit(), Exit::Server);
        assert!(failure.to_text().starts_with(NO_CONNECTION), "{}", failure.to_text());
        assert_eq!(failure.to_json()["code"], "E25");
    }

    #[test]
    fn an_address_is_a_scheme_and_a_host() {
        assert_eq!(server_address("https://a.example/latchkey/"), Ok("https://a.example/latchkey".to_owned()));
        for bad in ["a.example", "ftp://a.example", "http://me:pw@a.example", "http://a.example/?x=1", "", "http://"] {
            assert!(server_address(bad).is_err(), "{bad}");
        }
        assert!(
            is_loopback("http://127.0.0.1:3000") && is_loopback("http://[::1]:3") && is_loopback("http://localhost")
        );
        assert!(!is_loopback("http://localhost.example"));
    }
}
