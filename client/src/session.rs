//! One run of the program: the state file, the server meant, and whether a program reads the answers.

use std::ffi::OsString;
use std::path::PathBuf;

use crate::cli::DEFAULT_SERVER;
use crate::failure::{Exit, Failure, Result};
use crate::http::{self, Api};
use crate::state::{self, Link, State};

/// What every command starts from.
pub struct Session {
    pub state: State,
    pub path: PathBuf,
    /// Whether answers are JSON.
    pub json: bool,
    server: Option<String>,
}

impl Session {
    /// An empty flag or variable counts as none.
    pub fn open(server: Option<&str>, path: Option<OsString>, json: bool) -> Result<Self> {
        let server = match server.filter(|address| !address.trim().is_empty()) {
            Some(address) => Some(http::server_address(address).map_err(|fault| {
                Failure::new(Exit::Input, format!("The address of the server can't be used: {fault}."))
                    .advice("Correct --server or LATCHKEY_SERVER.")
            })?),
            None => None,
        };
        let path = match path.filter(|path| !path.is_empty()) {
            Some(path) => PathBuf::from(path),
            None => state::default_path()?,
        };
        Ok(Self { state: State::load(&path)?, path, json, server })
    }

    /// The server to link to: the one named, else the one linked to, else the one on this machine.
    pub fn server(&self) -> &str {
        let linked = self.state.link.as_ref().map(|link| link.server.as_str());
        self.server.as_deref().or(linked).unwrap_or(DEFAULT_SERVER)
    }

    /// The server, asked as this device. A token is sent to no server but the one that gave it.
    pub fn linked(&self) -> Result<Api> {
        let link = self.link()?;
        match &self.server {
            Some(server) if *server != link.server => Err(Failure::new(
                Exit::NotLinked,
                format!("This device is linked to {}, not to {server}.", link.server),
            )
            .advice(format!(
                "Leave out --server and LATCHKEY_SERVER, or link it there with: latchkey-client link --server {server}"
            ))),
            _ => Ok(Api::new(&link.server).with_token(link.token.clone())),
        }
    }

    /// The link.
    pub fn link(&self) -> Result<&Link> {
        self.state.link.as_ref().ok_or_else(|| {
            Failure::new(Exit::NotLinked, "This device is not linked to an office.")
                .advice("Link it with: latchkey-client link")
        })
    }

    /// Reads the state again: another run of the program may have changed it.
    pub fn reload(&mut self) -> Result<()> {
        self.state = State::load(&self.path)?;
        Ok(())
    }

    /// Keeps the state.
    pub fn save(&self) -> Result<()> {
        self.state.save(&self.path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::Secret;
    use domain::device::OsFamily;

    fn session(server: Option<&str>, linked_to: Option<&str>) -> Session {
        let link = linked_to.map(|server| Link {
            server: server.to_owned(),
            token: Secret::from("t".to_owned()),
            name: "Reception".to_owned(),
            os_family: OsFamily::Mac,
            fingerprint: format!("system:{}", "ab".repeat(32)),
            fingerprint_typed: false,
            app_version: "0".to_owned(),
        });
        let state = State { link, ..State::default() };
        Session { state, path: PathBuf::new(), json: false, server: server.map(str::to_owned) }
    }

    #[test]
    fn a_token_goes_to_no_server_but_its_own() {
        assert!(session(None, Some("https://a")).linked().is_ok());
        assert!(session(Some("https://a"), Some("https://a")).linked().is_ok());
        let elsewhere = session(Some("https://b"), Some("https://a"));
        assert_eq!(elsewhere.linked().err().map(|failure| failure.exit()), Some(Exit::NotLinked));
    }

    #[test]
    fn the_server_is_the_named_one_else_the_linked_one_else_this_machine() {
        assert_eq!(session(Some("https://b"), Some("https://a")).server(), "https://b");
        assert_eq!(session(None, Some("https://a")).server(), "https://a");
        assert_eq!(session(None, None).server(), DEFAULT_SERVER);
    }
}
