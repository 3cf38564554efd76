//! Where a request comes from: its address, past the proxies we trust, and that address's country (R65).

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

use domain::country::{Country, CountrySource};
use http::HeaderMap;
use ipnetwork::IpNetwork;
use maxminddb::{MaxMindDbError, Reader};
use serde::Deserialize;

const FORWARDED_FOR: &str = "x-forwarded-for";
const COUNTRY: &str = "x-country";

/// The country database, if there is one.
#[derive(Default)]
pub struct Countries {
    reader: Option<Reader<Vec<u8>>>,
}

/// The country database can't be used; the sentence says what to do.
#[derive(Debug, thiserror::Error)]
#[error(
    "The country database {path} can't be used ({cause}): give the path of an .mmdb file, or leave --country-db out."
)]
pub struct CountriesError {
    path: PathBuf,
    cause: MaxMindDbError,
}

impl std::fmt::Debug for Countries {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Countries").field("known", &self.reader.is_some()).finish()
    }
}

/// MaxMind's shape and the flat one of free databases.
#[derive(Deserialize)]
struct Entry<'a> {
    #[serde(borrow)]
    country: Option<Named<'a>>,
    country_code: Option<&'a str>,
}

#[derive(Deserialize)]
struct Named<'a> {
    iso_code: Option<&'a str>,
}

impl Countries {
    /// Reads the database; without a path every country is unknown.
    ///
    /// # Errors
    /// When the file can't be read or is no such database.
    pub fn open(path: Option<&Path>) -> Result<Self, CountriesError> {
        let reader = path
            .map(|path| Reader::open_readfile(path).map_err(|cause| CountriesError { path: path.to_owned(), cause }))
            .transpose()?;
        Ok(Self { reader })
    }

    /// The country of an address; unknown for addresses that belong to no country, and for all without a database.
    #[must_use]
    pub fn country_of(&self, address: IpAddr) -> Option<Country> {
        let address = address.to_canonical();
        if !is_public(address) {
            return None;
        }
        let entry: Entry<'_> = self.reader.as_ref()?.lookup(address).ok()?.decode().ok()??;
        entry.country.and_then(|country| country.iso_code).or(entry.country_code)?.parse().ok()
    }

    /// Where a request comes from.
    ///
    /// A header counts only when the peer is a proxy we trust, and of the addresses it lists the last one that is not
    /// such a proxy itself: those before it were written by whoever sent them.
    #[must_use]
    pub fn client(&self, headers: &HeaderMap, peer: SocketAddr, trusted: &[IpNetwork]) -> Client {
        let peer = peer.ip().to_canonical();
        let is_trusted = |address: IpAddr| trusted.iter().any(|network| network.contains(address));
        if !is_trusted(peer) {
            return Client { address: peer, country: self.country_of(peer), by: CountrySource::Address };
        }
        let mut address = peer;
        for listed in forwarded(headers).into_iter().rev() {
            let Some(listed) = listed else { break };
            address = listed;
            if !is_trusted(listed) {
                break;
            }
        }
        let said = headers.get(COUNTRY).and_then(|value| value.to_str().ok()).and_then(|code| code.trim().parse().ok());
        let by = if said.is_some() { CountrySource::Proxy } else { CountrySource::Address };
        Client { address, country: said.or_else(|| self.country_of(address)), by }
    }
}

/// Where a request comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Client {
    /// The address, as limits count it.
    pub address: IpAddr,
    /// Its country, if known.
    pub country: Option<Country>,
    /// How it is known.
    pub by: CountrySource,
}

/// The addresses of all `X-Forwarded-For` headers in order; none in place of what is no address.
fn forwarded(headers: &HeaderMap) -> Vec<Option<IpAddr>> {
    headers
        .get_all(FORWARDED_FOR)
        .iter()
        .flat_map(|value| value.to_str().unwrap_or("?").split(','))
        .map(|text| {
            let text = text.trim();
            let address = text.parse().ok().or_else(|| text.parse::<SocketAddr>().ok().map(|address| address.ip()));
            address.map(|address: IpAddr| address.to_canonical())
        })
        .collect()
}

/// Whether an address can belong to a country at all.
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => {
            let shared = v4.octets()[0] == 100 && v4.octets()[1] & 0b1100_0000 == 64;
            !(v4.is_private()
                || v4.is_loopback()
                || v4.is_link_local()
                || v4.is_unspecified()
                || v4.is_broadcast()
                || v4.is_multicast()
                || shared)
        }
        IpAddr::V6(v6) => {
            !(v6.is_loopback()
                || v6.is_unspecified()
                || v6.is_multicast()
                || v6.is_unique_local()
                || v6.is_unicast_link_local())
        }
    }
}

impl From<CountriesError> for io::Error {
    fn from(error: CountriesError) -> Self {
        Self::other(error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(lines: &[(&'static str, &'static str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            headers.append(*name, value.parse().unwrap());
        }
        headers
    }

    fn client(peer: &str, lines: &[(&'static str, &'static str)]) -> Client {
        let trusted = ["10.0.0.0/8".parse().unwrap(), "192.0.2.1".parse().unwrap()];
        Countries::default().client(&headers(lines), format!("{peer}:443").parse().unwrap(), &trusted)
    }

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn a_stranger_cannot_claim_another_address_or_country() {
        let found = client("203.0.113.9", &[("x-forwarded-for", "8.8.8.8"), ("x-country", "IN")]);
        assert_eq!(found, Client { address: ip("203.0.113.9"), country: None, by: CountrySource::Address });
    }

    #[test]
    fn a_trusted_proxy_names_the_address_and_country() {
        let found = client("10.1.2.3", &[("x-forwarded-for", "203.0.113.9"), ("x-country", "in")]);
        assert_eq!(found, Client { address: ip("203.0.113.9"), country: "IN".parse().ok(), by: CountrySource::Proxy });
    }

    #[test]
    fn what_the_sender_wrote_before_the_proxies_is_not_believed() {
        let found = client(
            "10.1.2.3",
            &[("x-forwarded-for", "8.8.8.8, 203.0.113.9"), ("x-forwarded-for", "192.0.2.1"), ("x-country", "zz")],
        );
        assert_eq!(found, Client { address: ip("203.0.113.9"), country: None, by: CountrySource::Address });
    }

    #[test]
    fn what_is_no_address_ends_the_list() {
        let found = client("10.1.2.3", &[("x-forwarded-for", "8.8.8.8, unknown, 10.0.0.7")]);
        assert_eq!(found.address, ip("10.0.0.7"));
        assert_eq!(client("10.1.2.3", &[]).address, ip("10.1.2.3"));
        assert_eq!(client("10.1.2.3", &[("x-forwarded-for", "[2001:db8::1]:5000")]).address, ip("2001:db8::1"));
    }

    #[test]
    fn an_address_of_no_country_is_unknown() {
        for address in ["127.0.0.1", "192.168.1.4", "100.64.0.1", "::1", "fd00::1", "fe80::1", "::ffff:10.0.0.1"] {
            assert!(!is_public(ip(address).to_canonical()), "{address}");
        }
        assert!(is_public(ip("8.8.8.8")) && is_public(ip("2606:4700::1111")));
    }
}
