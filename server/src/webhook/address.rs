//! Where messages may go: to public addresses over TLS and, only where that is allowed, anywhere else. An endpoint that
//! could be pointed at machines inside would make us their messenger.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use http::Uri;
use http::uri::{Authority, Scheme};

/// An endpoint's address that was read.
#[derive(Clone, Debug)]
pub struct Target {
    /// The whole address.
    pub uri: Uri,
    /// Host and port as they were written.
    pub authority: Authority,
    /// Whether the connection is encrypted.
    pub encrypted: bool,
    /// Whether addresses inside are allowed.
    allow_private: bool,
}

/// Why messages may not go to an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoTarget {
    #[error("write the address as https://host/path, without a user name and with at most 500 characters")]
    Malformed,
    #[error(
        "messages go to public addresses over https only: use such an address, or allow others with --allow-private-webhooks"
    )]
    NotPublic,
}

impl Target {
    /// Reads an address.
    ///
    /// # Errors
    /// When it is none, or messages may not go there. A name is looked at again when it is resolved.
    pub fn parse(url: &str, allow_private: bool) -> Result<Self, NoTarget> {
        let uri: Uri = url.parse().map_err(|_| NoTarget::Malformed)?;
        let authority = uri.authority().cloned().ok_or(NoTarget::Malformed)?;
        let encrypted = match uri.scheme() {
            Some(scheme) if *scheme == Scheme::HTTPS => true,
            Some(scheme) if *scheme == Scheme::HTTP => false,
            _ => return Err(NoTarget::Malformed),
        };
        if url.len() > 500 || authority.as_str().contains('@') || authority.host().is_empty() {
            return Err(NoTarget::Malformed);
        }
        let target = Self { uri, authority, encrypted, allow_private };
        let inside = target.host().parse::<IpAddr>().is_ok_and(|address| !target.allows(address));
        if inside || !(encrypted || allow_private) { Err(NoTarget::NotPublic) } else { Ok(target) }
    }

    /// The host's name or address, without the brackets of IPv6.
    #[must_use]
    pub fn host(&self) -> &str {
        self.authority.host().trim_start_matches('[').trim_end_matches(']')
    }

    /// Resolves the host and keeps the addresses that messages may go to. The connection is made to one of these: a name
    /// that is resolved again for it could have moved inside meanwhile.
    ///
    /// # Errors
    /// When the name can't be resolved.
    pub async fn resolve(&self) -> std::io::Result<Vec<SocketAddr>> {
        let port = self.authority.port_u16().unwrap_or(if self.encrypted { 443 } else { 80 });
        let found = tokio::net::lookup_host((self.host(), port)).await?;
        Ok(found.filter(|address| self.allows(address.ip())).collect())
    }

    fn allows(&self, address: IpAddr) -> bool {
        self.allow_private || is_public(address)
    }
}

/// Whether an address is one of the internet's, and not of this machine, its network, or a way into them.
fn is_public(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(v4) => is_public_v4(v4),
        IpAddr::V6(v6) => is_public_v6(v6),
    }
}

fn is_public_v4(v4: Ipv4Addr) -> bool {
    let [first, second, third, _] = v4.octets();
    !(v4.is_private()
        || v4.is_loopback()
        || v4.is_link_local()
        || v4.is_documentation()
        || v4.is_multicast()
        || matches!(first, 0 | 240..=255)
        // shared by carriers, protocol assignments, the old 6to4 relay, benchmarks
        || (first == 100 && (64..128).contains(&second))
        || (first == 192 && second == 0 && third == 0)
        || (first == 192 && second == 88 && third == 99)
        || (first == 198 && matches!(second, 18 | 19)))
}

fn is_public_v6(v6: Ipv6Addr) -> bool {
    let [a, b, c, ..] = v6.segments();
    let [.., high, low] = v6.segments();
    let embedded = |high: u16, low: u16| {
        let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
        is_public_v4(Ipv4Addr::new(a, b, c, d))
    };
    match (a, b) {
        // NAT64 reaches the IPv4 address inside
        (0x64, 0xff9b) => v6.segments()[2..6] == [0; 4] && embedded(high, low),
        // 6to4 as well
        (0x2002, _) => embedded(b, c),
        // protocol assignments and Teredo, documentation
        (0x2001, 0..=0x1ff | 0xdb8) | (0x3fff, 0..=0xfff) => false,
        // all that is given out for the internet begins with the bits 001
        _ => a & 0xe000 == 0x2000,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_the_internet_are_public() {
        for address in
            ["1.1.1.1", "93.184.215.14", "172.32.0.1", "2606:4700::1111", "64:ff9b::1.1.1.1", "::ffff:1.1.1.1"]
        {
            assert!(is_public(address.parse().unwrap()), "{address}");
        }
    }

    #[test]
    fn addresses_inside_and_ways_to_them_are_not() {
        for address in [
            "0.0.0.0",
            "10.0.0.1",
            "100.64.0.1",
            "127.0.0.1",
            "169.254.169.254",
            "172.16.0.1",
            "192.0.0.8",
            "192.168.1.1",
            "198.18.0.1",
            "203.0.113.9",
            "224.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:127.0.0.1",
            "::127.0.0.1",
            "64:ff9b::10.0.0.1",
            "64:ff9b:1::1.1.1.1",
            "2001::1",
            "2001:db8::1",
            "2002:7f00:1::",
            "fc00::1",
            "fd12::1",
            "fe80::1",
            "fec0::1",
            "ff02::1",
        ] {
            assert!(!is_public(address.parse().unwrap()), "{address}");
        }
    }

    #[test]
    fn only_public_addresses_over_tls_are_targets() {
        for url in [
            "https://shop.example/hooks",
            "https://shop.example:8443/?a=b",
            "https://1.1.1.1/",
            "https://[2606:4700::1]/",
        ] {
            assert!(Target::parse(url, false).is_ok(), "{url}");
        }
        for url in
            ["http://shop.example/", "https://127.0.0.1/", "https://[::1]:8080/", "https://169.254.169.254/latest"]
        {
            assert_eq!(Target::parse(url, false).map(drop), Err(NoTarget::NotPublic), "{url}");
            assert!(Target::parse(url, true).is_ok(), "{url}");
        }
        for url in ["", "shop.example", "/hooks", "ftp://shop.example/", "https://a:b@shop.example/", "https://"] {
            assert_eq!(Target::parse(url, true).map(drop), Err(NoTarget::Malformed), "{url}");
        }
    }

    #[tokio::test]
    async fn a_name_that_leads_inside_has_no_address() {
        let inside = Target::parse("https://localhost/", false).unwrap();
        assert_eq!(inside.resolve().await.unwrap(), []);
        let allowed = Target::parse("http://localhost:81/", true).unwrap();
        assert!(allowed.resolve().await.unwrap().iter().all(|address| address.port() == 81));
    }
}
