//! Which addresses are public: everything that is not is refused to those who may not
//! reach into this machine's networks.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use thiserror::Error;

/// Azure's own services answer virtual machines under this address, public by its looks.
const AZURE: Ipv4Addr = Ipv4Addr::new(168, 63, 129, 16);
/// IPv4 addresses behind a translator (RFC 6052): judged by what they stand for.
const TRANSLATED: [u16; 6] = [0x64, 0xff9b, 0, 0, 0, 0];

/// An address that is not public.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("{address} is {kind}")]
pub(super) struct NotPublic {
    pub(super) address: IpAddr,
    /// With its article: `a loopback address`.
    pub(super) kind: &'static str,
}

/// Whether an address is one that everybody on the internet reaches alike.
pub(super) fn check(address: IpAddr) -> Result<(), NotPublic> {
    let kind = match address {
        IpAddr::V4(address) => v4(address),
        IpAddr::V6(address) => v6(address),
    };
    kind.map_or(Ok(()), |kind| Err(NotPublic { address, kind }))
}

/// The IANA special-purpose registry for IPv4, and multicast.
fn v4(address: Ipv4Addr) -> Option<&'static str> {
    let [a, b, c, _] = address.octets();
    Some(match (a, b, c) {
        _ if address.is_loopback() => "a loopback address",
        _ if address.is_private() => "a private address",
        _ if address.is_link_local() => "a link-local address",
        (0, ..) => "an unspecified address",
        (100, 64..=127, _) => "a carrier's internal address",
        (192, 0, 0) | (192, 88, 99) | (192, 31, 196) | (192, 52, 193) | (192, 175, 48) => {
            "a special address"
        }
        (198, 18..=19, _) => "a test network's address",
        _ if address.is_documentation() => "a documentation address",
        (224..=239, ..) => "a multicast address",
        (240..=255, ..) => "a reserved address",
        _ if address == AZURE => "a cloud's internal address",
        _ => return None,
    })
}

/// Of IPv6 only global unicast is public, without its tunnels and special blocks.
fn v6(address: Ipv6Addr) -> Option<&'static str> {
    let parts = address.segments();
    if parts[..6] == TRANSLATED {
        let [.., high, low] = parts;
        return v4(Ipv4Addr::from(u32::from(high) << 16 | u32::from(low)));
    }
    Some(match parts {
        _ if address.is_loopback() => "a loopback address",
        _ if address.is_unspecified() => "an unspecified address",
        [0, 0, 0, 0, 0, 0xffff, ..] => "an IPv4 address in IPv6",
        [0xfc00..=0xfdff, ..] => "a unique local address",
        [0xfe80..=0xfebf, ..] => "a link-local address",
        [0xfec0..=0xfeff, ..] => "a site-local address",
        [0xff00..=0xffff, ..] => "a multicast address",
        [0x2001, 0..=0x1ff, ..] | [0x2002, ..] => "a tunnel's or special address",
        [0x2001, 0xdb8, ..] | [0x3fff, 0..=0xfff, ..] => "a documentation address",
        [0x2000..=0x3fff, ..] => return None,
        _ => "not global unicast",
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_public_addresses_pass() {
        let refused = [
            "127.0.0.1",
            "127.255.255.254",
            "10.0.0.1",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "169.254.169.254",
            "169.254.0.1",
            "0.0.0.0",
            "0.1.2.3",
            "100.64.0.1",
            "100.100.100.200",
            "100.127.255.255",
            "192.0.0.192",
            "192.0.2.1",
            "198.18.0.1",
            "198.51.100.1",
            "203.0.113.9",
            "192.88.99.1",
            "224.0.0.251",
            "239.255.255.250",
            "240.0.0.1",
            "255.255.255.255",
            "168.63.129.16",
            "::",
            "::1",
            "::127.0.0.1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "::ffff:8.8.8.8",
            "64:ff9b::127.0.0.1",
            "64:ff9b::10.0.0.1",
            "64:ff9b::169.254.169.254",
            "64:ff9b:1::8.8.8.8",
            "2002:7f00:1::",
            "2002:a00:1::1",
            "2001::1",
            "2001:db8::1",
            "3fff::1",
            "fc00::1",
            "fd00:ec2::254",
            "fe80::1",
            "fec0::1",
            "ff02::fb",
            "100::1",
            "5f00::1",
        ];
        for text in refused {
            let address: IpAddr = text.parse().unwrap();
            assert!(check(address).is_err(), "{text} passes");
        }
        let public = [
            "1.1.1.1",
            "8.8.8.8",
            "9.255.255.255",
            "11.0.0.1",
            "100.63.0.1",
            "100.128.0.1",
            "172.15.0.1",
            "172.32.0.1",
            "169.253.0.1",
            "192.167.0.1",
            "198.17.0.1",
            "198.20.0.1",
            "223.255.255.255",
            "2606:4700::1111",
            "2a00:1450::1",
            "2001:4860::8888",
            "64:ff9b::8.8.8.8",
        ];
        for text in public {
            let address: IpAddr = text.parse().unwrap();
            assert_eq!(check(address), Ok(()), "{text} is refused");
        }
    }

    #[test]
    fn a_refusal_says_what_was_refused() {
        let refused = check("169.254.169.254".parse().unwrap()).unwrap_err();
        assert_eq!(refused.to_string(), "169.254.169.254 is a link-local address");
    }
}
