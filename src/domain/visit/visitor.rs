//! Names for visitors. One who agreed has an id that the script minted; all others get a keyed hash of address and browser
//! that nobody can follow over midnight, because the key of a day goes with the day. The address itself is kept nowhere (I12).

use std::net::IpAddr;

use sha2::{Digest, Sha256};

/// The secret of one day.
#[derive(Clone, PartialEq, Eq)]
pub struct DayKey([u8; 32]);

impl DayKey {
    /// Bytes as they were drawn.
    pub const fn new(bytes: [u8; 32]) -> DayKey {
        DayKey(bytes)
    }

    /// The bytes, for the store.
    pub const fn expose(&self) -> &[u8; 32] {
        &self.0
    }
}

impl std::fmt::Debug for DayKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[redacted]")
    }
}

/// Whether a text can be an id that the script minted: 16 to 64 letters, digits, `-` or `_`. Anything else could carry what
/// the visitor did not agree to, for example an e-mail address.
pub fn is_minted_id(text: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    (16..=64).contains(&text.len()) && text.bytes().all(fits)
}

/// The name of a visitor without an id on one day (any text that names the day): the same for the same address and browser.
/// An IPv6 address counts by its network of 64 bits, because browsers change the rest by themselves.
pub fn daily_visitor(key: &DayKey, day: &str, address: IpAddr, agent: &str) -> String {
    let mut hash = Sha256::new();
    // The key comes first and half of the hash is left out, so that nobody can go on from a known hash.
    hash.update(key.0);
    match address.to_canonical() {
        IpAddr::V4(address) => hash.update(address.octets()),
        IpAddr::V6(address) => hash.update(&address.octets()[..8]),
    }
    for text in [day, agent] {
        hash.update((text.len() as u64).to_be_bytes());
        hash.update(text);
    }
    let hash = hash.finalize();
    let mut name = String::from("d-");
    name.extend(hash[..16].iter().map(|byte| format!("{byte:02x}")));
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: DayKey = DayKey::new([7; 32]);
    const OTHER: DayKey = DayKey::new([8; 32]);

    fn name(key: &DayKey, day: &str, address: &str, agent: &str) -> String {
        daily_visitor(key, day, address.parse().unwrap(), agent)
    }

    #[test]
    fn i12_a_visitor_without_an_id_has_one_name_a_day_and_another_one_the_next_day() {
        let first = name(&KEY, "2026-11-21", "192.0.2.7", "Firefox");
        assert_eq!(first, name(&KEY, "2026-11-21", "::ffff:192.0.2.7", "Firefox"));
        for other in [
            name(&OTHER, "2026-11-21", "192.0.2.7", "Firefox"),
            name(&KEY, "2026-11-22", "192.0.2.7", "Firefox"),
            name(&KEY, "2026-11-21", "192.0.2.8", "Firefox"),
            name(&KEY, "2026-11-21", "192.0.2.7", "Chrome"),
        ] {
            assert_ne!(first, other);
        }
        assert!(first.len() == 34 && !first.contains("192"), "{first}");
        let network = name(&KEY, "2026-11-21", "2001:db8:1:2:a:b:c:d", "Firefox");
        assert_eq!(network, name(&KEY, "2026-11-21", "2001:db8:1:2::9", "Firefox"));
        assert_ne!(network, name(&KEY, "2026-11-21", "2001:db8:1:3::9", "Firefox"));
        assert_eq!(format!("{KEY:?}"), "[redacted]");
    }

    #[test]
    fn i12_an_id_carries_no_address() {
        assert!(is_minted_id("aZ09-_aZ09-_aZ09"));
        for text in ["ada@example.org.se", "short", "1234 5678 1234 5678", "", &"a".repeat(65)] {
            assert!(!is_minted_id(text), "{text}");
        }
    }
}
