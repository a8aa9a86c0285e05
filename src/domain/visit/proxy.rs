//! Whose address a request comes from when proxies stand in front: only what a trusted proxy says of its caller counts.

use std::net::IpAddr;
use std::str::FromStr;

/// A range of addresses: `10.0.0.0/8`, or one address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AddressRange {
    first: IpAddr,
    bits: u8,
}

/// The text is no range of addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an address or a range such as 10.0.0.0/8")]
pub struct NotARange;

impl FromStr for AddressRange {
    type Err = NotARange;

    fn from_str(text: &str) -> Result<AddressRange, NotARange> {
        let (address, bits) = text.trim().split_once('/').map_or((text.trim(), None), |(a, b)| (a, Some(b)));
        let first: IpAddr = address.parse().map_err(|_| NotARange)?;
        let most = if first.is_ipv4() { 32 } else { 128 };
        let bits = bits.map_or(Ok(most), |bits| bits.parse().map_err(|_| NotARange))?;
        if bits > most { Err(NotARange) } else { Ok(AddressRange { first, bits }) }
    }
}

impl AddressRange {
    /// Whether the address lies in this range.
    pub fn contains(&self, address: IpAddr) -> bool {
        match (self.first, address.to_canonical()) {
            (IpAddr::V4(first), IpAddr::V4(address)) => {
                let mask = u32::MAX.checked_shl(32 - u32::from(self.bits)).unwrap_or(0);
                first.to_bits() & mask == address.to_bits() & mask
            }
            (IpAddr::V6(first), IpAddr::V6(address)) => {
                let mask = u128::MAX.checked_shl(128 - u32::from(self.bits)).unwrap_or(0);
                first.to_bits() & mask == address.to_bits() & mask
            }
            _ => false,
        }
    }
}

/// The caller's address: the peer's, unless it is a trusted proxy; then the last one of `X-Forwarded-For` that is not a
/// trusted proxy itself. What stands further left was written by the caller and could be anything.
pub fn client_address(peer: IpAddr, forwarded_for: &[&str], trusted: &[AddressRange]) -> IpAddr {
    let is_trusted = |address: IpAddr| trusted.iter().any(|range| range.contains(address));
    let mut client = peer.to_canonical();
    if !is_trusted(client) {
        return client;
    }
    for text in forwarded_for.iter().flat_map(|line| line.split(',')).rev() {
        let Some(address) = address_of(text.trim()) else { return client };
        client = address.to_canonical();
        if !is_trusted(client) {
            return client;
        }
    }
    client
}

/// An address with or without a port.
fn address_of(text: &str) -> Option<IpAddr> {
    text.parse().ok().or_else(|| text.parse().ok().map(|socket: std::net::SocketAddr| socket.ip()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_a_trusted_proxy_says_counts() {
        let trusted: Vec<AddressRange> =
            ["127.0.0.1", "10.0.0.0/8", "fd00::/8"].iter().map(|text| text.parse().unwrap()).collect();
        for (peer, forwarded, client) in [
            ("203.0.113.9", vec!["192.0.2.7"], "203.0.113.9"),
            ("127.0.0.1", vec![], "127.0.0.1"),
            ("127.0.0.1", vec!["192.0.2.7"], "192.0.2.7"),
            ("10.1.2.3", vec!["198.51.100.1, 192.0.2.7", "10.9.9.9"], "192.0.2.7"),
            ("::ffff:127.0.0.1", vec!["[2001:db8::1]:443"], "2001:db8::1"),
            ("127.0.0.1", vec!["192.0.2.7, nonsense"], "127.0.0.1"),
            ("fd00::1", vec!["10.0.0.1"], "10.0.0.1"),
        ] {
            let found = client_address(peer.parse().unwrap(), &forwarded, &trusted);
            assert_eq!(found, client.parse::<IpAddr>().unwrap(), "{peer} {forwarded:?}");
        }
    }

    #[test]
    fn ranges_are_read_strictly() {
        for text in ["10.0.0.0/33", "10.0.0", "::/129", "a", "10.0.0.0/", ""] {
            assert_eq!(text.parse::<AddressRange>(), Err(NotARange), "{text}");
        }
        let all: AddressRange = "0.0.0.0/0".parse().unwrap();
        assert!(all.contains("192.0.2.7".parse().unwrap()) && !all.contains("::1".parse().unwrap()));
    }
}
