//! The checksum of a file that is read in pieces, as a value that survives a restart: it goes on where it was, without
//! reading the file again. The value holds up to 63 bytes of the file and belongs into the database only (I12).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use sha2::digest::common::hazmat::{SerializableState, SerializedState};
use sha2::{Digest, Sha256};

/// SHA-256 over the bytes so far.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct PartialSha256(String);

impl PartialSha256 {
    /// Over nothing yet.
    pub(super) fn new() -> PartialSha256 {
        PartialSha256::of(&Sha256::new())
    }

    /// With more bytes; `None` when the value was written by an incompatible version.
    pub(super) fn with(&self, bytes: &[u8]) -> Option<PartialSha256> {
        let mut hash = self.hash()?;
        hash.update(bytes);
        Some(PartialSha256::of(&hash))
    }

    /// Whether this is the checksum that Marketo states: `sha256:` and hexadecimal digits. A checksum of another kind
    /// cannot be compared and is taken as it is.
    pub(super) fn is(&self, stated: &str) -> bool {
        let Some(stated) = stated.strip_prefix("sha256:") else { return true };
        let Some(hash) = self.hash() else { return false };
        let digits: String = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
        stated.trim().eq_ignore_ascii_case(&digits)
    }

    fn of(hash: &Sha256) -> PartialSha256 {
        PartialSha256(STANDARD.encode(hash.serialize()))
    }

    fn hash(&self) -> Option<Sha256> {
        let bytes = STANDARD.decode(&self.0).ok()?;
        let state = SerializedState::<Sha256>::try_from(bytes.as_slice()).ok()?;
        Sha256::deserialize(&state).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_and_restarts_give_the_checksum_of_the_whole() {
        let text = b"marketoGUID,leadId\n1,2\n".repeat(50);
        for width in [1, 7, 63, 64, 65, 1000] {
            let mut hash = PartialSha256::new();
            for piece in text.chunks(width) {
                // Through the database and back.
                hash = serde_json::from_str(&serde_json::to_string(&hash).unwrap()).unwrap();
                hash = hash.with(piece).unwrap();
            }
            let whole: String = Sha256::digest(&text).iter().map(|byte| format!("{byte:02X}")).collect();
            assert!(hash.is(&format!("sha256:{whole}")), "{width}");
            assert!(!PartialSha256::new().is(&format!("sha256:{whole}")));
        }
    }

    #[test]
    fn the_empty_file_has_the_known_checksum() {
        let known = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert!(PartialSha256::new().is(known));
    }

    #[test]
    fn a_value_of_another_version_is_noticed() {
        let other: PartialSha256 = serde_json::from_str("\"AAAA\"").unwrap();
        assert_eq!(other.with(b"x"), None);
    }
}
