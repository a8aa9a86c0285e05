//! Paging tokens: opaque to clients, in the alphabet that the real ones have (documentation: "Paging Tokens"). Two
//! kinds, as documented: one made from a date, one that remembers a position.

use intentd_sdk::Timestamp;

const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// Where a reader of the activity log stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// Everything that happened at or after this instant, as the log is now.
    Since(Timestamp),
    /// From this position; before `until`, only what happened at or after `floor`.
    Position { next: usize, floor: Timestamp, until: usize },
}

impl Place {
    pub(crate) fn write(self) -> String {
        match self {
            Place::Since(at) => encode(&format!("since/{}", at.as_ms())),
            Place::Position { next, floor, until } => encode(&format!("at/{next}/{}/{until}", floor.as_ms())),
        }
    }

    pub(crate) fn read(token: &str) -> Option<Place> {
        let text = decode(token)?;
        let parts: Vec<&str> = text.split('/').collect();
        match parts.as_slice() {
            ["since", at] => Some(Place::Since(Timestamp::from_ms(at.parse().ok()?))),
            ["at", next, floor, until] => Some(Place::Position {
                next: next.parse().ok()?,
                floor: Timestamp::from_ms(floor.parse().ok()?),
                until: until.parse().ok()?,
            }),
            _ => None,
        }
    }
}

/// The token of a page of records: the key after which it goes on.
pub(crate) fn after(key: &str) -> String {
    encode(&format!("after/{key}"))
}

/// The key in such a token.
pub(crate) fn read_after(token: &str) -> Option<String> {
    decode(token)?.strip_prefix("after/").map(str::to_owned)
}

fn encode(text: &str) -> String {
    let mut out = String::new();
    for chunk in text.as_bytes().chunks(5) {
        let mut bytes = [0_u8; 5];
        bytes[..chunk.len()].copy_from_slice(chunk);
        let bits = bytes.iter().fold(0_u64, |bits, byte| (bits << 8) | u64::from(*byte));
        let letters = (chunk.len() * 8).div_ceil(5);
        for place in 0..8 {
            let index = (bits >> (35 - 5 * place)) & 31;
            out.push(if place < letters { char::from(ALPHABET[index as usize]) } else { '=' });
        }
    }
    out
}

fn decode(token: &str) -> Option<String> {
    let letters = token.trim_end_matches('=');
    let (mut bits, mut held, mut bytes) = (0_u64, 0, Vec::new());
    for letter in letters.bytes() {
        let value = ALPHABET.iter().position(|one| *one == letter)? as u64;
        bits = (bits << 5) | value;
        held += 5;
        if held >= 8 {
            held -= 8;
            bytes.push((bits >> held) as u8);
            bits &= (1 << held) - 1;
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_come_back_as_they_went() {
        for place in [
            Place::Since(Timestamp::from_ms(1_795_251_600_000)),
            Place::Position { next: 12, floor: Timestamp::from_ms(-5), until: 99 },
        ] {
            assert_eq!(Place::read(&place.write()), Some(place));
        }
        for key in ["", "1", "12", "123", "1234", "12345"] {
            assert_eq!(read_after(&after(key)).as_deref(), Some(key));
        }
        assert_eq!(Place::read("not a token"), None);
        assert_eq!(Place::read(&after("7")), None);
    }
}
