//! The 32 bits that stand for a vendor's activity id in the base.

/// Hash of a remote id: FNV-1a with 64 bits, its two halves folded into 32 by exclusive or. Fixed for ever, because it is
/// stored. Two activities are taken for one when contact, second and hash are equal, so chance takes away less than one in
/// four thousand million of the activities that a contact has in the same second. Ids are unique only within a stream of a
/// connection: put its name in front.
pub fn remote_hash(remote_id: &str) -> u32 {
    let hash = remote_id
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    (hash ^ (hash >> 32)) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stored_hashes_never_change() {
        // The 64-bit values are the published test vectors of FNV-1a.
        assert_eq!(remote_hash(""), 0xcbf2_9ce4 ^ 0x8422_2325);
        assert_eq!(remote_hash("a"), 0xaf63_dc4c ^ 0x8601_ec8c);
        assert_eq!(remote_hash("foobar"), 0x8594_4171 ^ 0xf739_67e8);
    }

    #[test]
    fn a_million_numbered_ids_collide_no_more_than_chance_allows() {
        let mut hashes: Vec<u32> = (0..1_000_000_u32).map(|id| remote_hash(&format!("events/{id}"))).collect();
        hashes.sort_unstable();
        let before = hashes.len();
        hashes.dedup();
        // Chance would give about 116.
        assert!(before - hashes.len() < 250, "{} collisions", before - hashes.len());
    }
}
