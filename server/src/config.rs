//! The settings: flags, each with a variable of the environment, and what follows when one is not given.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::str::FromStr;

use clap::builder::FalseyValueParser;
use http::Uri;
use ipnetwork::IpNetwork;

/// The port people use when nothing else is said; the port of health and metrics is the next one.
const PORT: u16 = 3000;

/// Where the data is and how it is opened: what every command needs.
#[derive(Clone, Debug, clap::Args)]
pub struct DataConfig {
    /// Folder for all that is kept: the private database, the key, the mails of a demo
    #[arg(long, env = "LATCHKEY_DATA", default_value = "./data", value_name = "FOLDER")]
    pub data: PathBuf,

    /// PostgreSQL to use; without it a private one runs in the data folder
    #[arg(long, env = "DATABASE_URL", hide_env_values = true, value_name = "URL")]
    pub database_url: Option<String>,

    /// The same database for the owner of its tables, who brings them up to date; without it DATABASE_URL is the owner's
    #[arg(long, env = "LATCHKEY_OWNER_DATABASE_URL", hide_env_values = true, value_name = "URL")]
    pub owner_database_url: Option<String>,

    /// File with the key that seals codes; LATCHKEY_KEY can hold the key itself [default: keys in the data folder]
    #[arg(long, env = "LATCHKEY_KEYS", value_name = "FILE")]
    pub keys: Option<PathBuf>,

    /// Be a demo: make a key on first start, fill a demo office, show its sign-ins
    #[arg(long, env = "LATCHKEY_DEMO", value_parser = FalseyValueParser::new())]
    pub demo: bool,

    /// Scheme and host under which people reach Latchkey, for links in mails [default: http:// and the address]
    #[arg(long, env = "LATCHKEY_ORIGIN", value_name = "URL")]
    pub origin: Option<Origin>,
}

/// All settings of the server.
#[derive(Clone, Debug, clap::Args)]
pub struct Config {
    #[command(flatten)]
    pub data: DataConfig,

    /// Address to serve on
    #[arg(long, env = "LATCHKEY_LISTEN", default_value = "127.0.0.1:3000", value_name = "ADDRESS")]
    pub listen: SocketAddr,

    /// Folder that mails are written to when no SMTP server is set [default: mail in the data folder]
    #[arg(long, env = "LATCHKEY_MAIL", value_name = "FOLDER")]
    pub mail: Option<PathBuf>,

    /// Address for health and metrics, not for the public [default: 127.0.0.1 and port 3001, or the port after --listen]
    #[arg(long, env = "LATCHKEY_OPS_LISTEN", value_name = "ADDRESS")]
    pub ops_listen: Option<SocketAddr>,

    /// SMTP server for mails, as smtp://user:password@host:587?tls=required or smtps://…
    #[arg(long = "smtp", env = "LATCHKEY_SMTP_URL", hide_env_values = true, value_name = "URL")]
    pub smtp: Option<String>,

    /// Who mails come from
    #[arg(
        long,
        env = "LATCHKEY_MAIL_FROM",
        default_value = "Latchkey <no-reply@latchkey.example>",
        value_name = "ADDRESS"
    )]
    pub mail_from: lettre::message::Mailbox,

    /// Database that knows the country of an address (.mmdb); a demo takes the one from npm when it is there
    #[arg(long, env = "LATCHKEY_COUNTRY_DB", value_name = "FILE")]
    pub country_db: Option<PathBuf>,

    /// Proxies whose X-Forwarded-For and X-Country headers are believed, as addresses or networks
    #[arg(long, env = "LATCHKEY_TRUSTED_PROXY", value_delimiter = ',', value_name = "NETWORK")]
    pub trusted_proxy: Vec<IpNetwork>,

    #[command(flatten)]
    pub webhooks: WebhookConfig,

    /// Folder with the built front end [default: site beside the program]
    #[arg(long, env = "LATCHKEY_SITE", value_name = "FOLDER")]
    pub site: Option<PathBuf>,

    /// Most connections at a time; more wait
    #[arg(long, env = "LATCHKEY_MAX_CONNECTIONS", default_value_t = 2048, value_name = "NUMBER")]
    pub max_connections: usize,
}

/// Where messages to sellers' systems may go.
#[derive(Clone, Copy, Debug, clap::Args)]
pub struct WebhookConfig {
    /// Send webhooks also to addresses inside and without encryption, as a demo does
    #[arg(
        id = "allow_private_webhooks",
        long = "allow-private-webhooks",
        env = "LATCHKEY_ALLOW_PRIVATE_WEBHOOKS",
        value_parser = FalseyValueParser::new()
    )]
    pub allow_private: bool,
}

impl DataConfig {
    /// The file with the key.
    #[must_use]
    pub fn keys_file(&self) -> PathBuf {
        self.keys.clone().unwrap_or_else(|| self.data.join("keys"))
    }
}

impl Config {
    /// Scheme, host and port of every link that leaves the house, without a slash at the end.
    #[must_use]
    pub fn origin(&self) -> String {
        match &self.data.origin {
            Some(origin) => origin.to_string(),
            None if self.listen.ip().is_unspecified() => format!("http://localhost:{}", self.listen.port()),
            None => format!("http://{}", self.listen),
        }
    }

    /// The folder mails are written to when there is no SMTP server.
    #[must_use]
    pub fn mail_folder(&self) -> PathBuf {
        self.mail.clone().unwrap_or_else(|| self.data.data.join("mail"))
    }

    /// Where health and metrics are asked for.
    #[must_use]
    pub fn ops_listen(&self) -> SocketAddr {
        self.ops_listen.unwrap_or_else(|| {
            let port = match self.listen.port() {
                0 => 0,
                PORT => PORT + 1,
                other => other.checked_add(1).unwrap_or(PORT + 1),
            };
            SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), port)
        })
    }

    /// The folder of the built front end: `site` beside the folder of the program (`target/site`), beside the program,
    /// or here.
    #[must_use]
    pub fn site(&self) -> PathBuf {
        self.site.clone().unwrap_or_else(|| {
            near_program()
                .into_iter()
                .map(|folder| folder.join("site"))
                .find(|site| site.is_dir())
                .unwrap_or_else(|| PathBuf::from("./site"))
        })
    }

    /// The country database to use, if any.
    #[must_use]
    pub fn country_db(&self) -> Option<PathBuf> {
        if self.country_db.is_some() || !self.data.demo {
            return self.country_db.clone();
        }
        let mut roots = near_program();
        roots.insert(0, PathBuf::from("."));
        roots.iter().find_map(|root| country_db_below(&root.join("geo/node_modules")))
    }
}

/// The folders above the program, nearest last: of `target/release/latchkey` these are `target`, the checkout, and
/// `target/release`.
fn near_program() -> Vec<PathBuf> {
    let program = std::env::current_exe().unwrap_or_default();
    let mut folders: Vec<PathBuf> = program.ancestors().skip(2).take(2).map(Path::to_owned).collect();
    folders.extend(program.parent().map(Path::to_owned));
    folders
}

/// The first country database among installed npm packages, one for both versions of IP before one for a single one.
fn country_db_below(folder: &Path) -> Option<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![(folder.to_owned(), 0)];
    while let Some((folder, depth)) = folders.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.extension().is_some_and(|extension| extension == "mmdb") {
                let name = entry.file_name().to_string_lossy().into_owned();
                found.push((name.contains("ipv4") || name.contains("ipv6"), name, path));
            } else if depth < 2 && path.is_dir() {
                folders.push((path, depth + 1));
            }
        }
    }
    found.into_iter().min().map(|(_, _, path)| path)
}

/// Scheme, host and port, and nothing after them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin(String);

/// What was given is not scheme, host and port.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("write it as https://licenses.example.com: http or https, a host, perhaps a port, and no path")]
pub struct NotAnOrigin;

impl FromStr for Origin {
    type Err = NotAnOrigin;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let uri: Uri = text.parse().map_err(|_| NotAnOrigin)?;
        let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else { return Err(NotAnOrigin) };
        let plain = matches!(scheme, "http" | "https")
            && matches!(uri.path(), "" | "/")
            && uri.query().is_none()
            && !authority.as_str().contains('@');
        if !plain {
            return Err(NotAnOrigin);
        }
        let default_port = if scheme == "https" { 443 } else { 80 };
        let host = authority.host().to_ascii_lowercase();
        Ok(Self(match authority.port_u16().filter(|port| *port != default_port) {
            Some(port) => format!("{scheme}://{host}:{port}"),
            None => format!("{scheme}://{host}"),
        }))
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Command {
        #[command(flatten)]
        config: Config,
    }

    fn config(arguments: &[&str]) -> Config {
        Command::try_parse_from([&["latchkey"], arguments].concat()).unwrap().config
    }

    #[test]
    fn two_instances_need_only_two_settings() {
        let second = config(&["--listen", "127.0.0.1:4000", "--data", "/srv/second"]);
        assert_eq!(second.ops_listen(), "127.0.0.1:4001".parse().unwrap());
        assert_eq!(second.origin(), "http://127.0.0.1:4000");
        assert_eq!(second.data.keys_file(), Path::new("/srv/second/keys"));
        assert_eq!(second.mail_folder(), Path::new("/srv/second/mail"));
    }

    #[test]
    fn an_origin_is_scheme_host_and_port() {
        for (typed, kept) in [
            ("https://Licenses.Example.com/", "https://licenses.example.com"),
            ("https://licenses.example.com:443", "https://licenses.example.com"),
            ("http://127.0.0.1:3100", "http://127.0.0.1:3100"),
        ] {
            assert_eq!(typed.parse::<Origin>().unwrap().to_string(), kept);
        }
        for typed in ["licenses.example.com", "ftp://a", "https://a/b", "https://a?b", "https://a@b", "", "/x"] {
            assert_eq!(typed.parse::<Origin>(), Err(NotAnOrigin), "{typed}");
        }
    }

    #[test]
    fn proxies_are_addresses_or_networks() {
        let proxies = config(&["--trusted-proxy", "10.0.0.7,2001:db8::/32"]).trusted_proxy;
        assert_eq!(proxies.len(), 2);
        assert!(proxies[0].contains("10.0.0.7".parse().unwrap()) && !proxies[0].contains("10.0.0.8".parse().unwrap()));
    }
}
