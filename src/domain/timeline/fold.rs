//! Adding new activities to a packed timeline. The result is the union of both as sets: it does not depend on how
//! activities are spread over folds or on the order in which they come (I2, I3).

use intentd_sdk::Timestamp;

use super::packed::{Malformed, Timeline, encode, order};
use crate::domain::model::ActivityFact;

/// What a fold made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Folded {
    /// The new timeline.
    pub bytes: Vec<u8>,
    /// Activities that were not there before.
    pub added: usize,
    /// Activities that were there already, or came twice.
    pub duplicates: usize,
}

/// Folds activities in any order into a packed timeline. Two with the same second and the same remote hash are one: the
/// smaller by [`order`] stays.
///
/// # Errors
/// When the base is malformed.
pub fn fold(base: &[u8], tail: &[ActivityFact]) -> Result<Folded, Malformed> {
    let mut facts = Vec::new();
    let before = Timeline::parse(base)?.len();
    let duplicates = merge(base, tail, &mut facts)?;
    Ok(Folded { bytes: encode(&facts), added: facts.len().saturating_sub(before), duplicates })
}

/// What [`fold()`] would pack, as facts: what scores are computed from while the tail is not folded. Replaces what `facts`
/// holds; a buffer that is used again makes no allocation. Returns the number of duplicates.
///
/// # Errors
/// When the base is malformed; `facts` is then of no use.
pub fn merge(base: &[u8], tail: &[ActivityFact], facts: &mut Vec<ActivityFact>) -> Result<usize, Malformed> {
    facts.clear();
    Timeline::parse(base)?.decode_into(facts)?;
    if tail.is_empty() {
        return Ok(0);
    }
    // Whole seconds, as in the base, so that folding changes no value.
    facts.extend(tail.iter().map(|fact| ActivityFact { at: Timestamp::from_secs(fact.at.as_secs()), ..*fact }));
    facts.sort_unstable_by(order);
    let total = facts.len();
    let (mut second, mut hashes) = (i64::MIN, Vec::new());
    facts.retain(|fact| {
        if fact.at.as_secs() != second {
            second = fact.at.as_secs();
            hashes.clear();
        }
        // Sorted, so that an import that gives thousands the same second stays fast.
        match hashes.binary_search(&fact.remote_hash) {
            Ok(_) => false,
            Err(at) => {
                hashes.insert(at, fact.remote_hash);
                true
            }
        }
    });
    Ok(total - facts.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::model::{ActivityObjectId, ActivityTypeId, Country};
    use proptest::prelude::*;
    use proptest::test_runner::RngSeed;
    use std::collections::BTreeMap;

    fn config() -> ProptestConfig {
        ProptestConfig {
            cases: 300,
            rng_seed: RngSeed::Fixed(21),
            failure_persistence: None,
            ..ProptestConfig::default()
        }
    }

    /// Few seconds and few hashes, so that duplicates happen; now and then numbers at the edge of their range.
    fn any_fact() -> impl Strategy<Value = ActivityFact> {
        let at = prop_oneof![9 => 1_000_i64..1_020, 1 => -62_135_596_800_i64..253_370_764_799];
        let object = prop_oneof![9 => 0_u32..4, 1 => any::<u32>()];
        let activity_type = prop_oneof![9 => 0_u16..4, 1 => any::<u16>()];
        (at, activity_type, object, prop_oneof![Just(0_u16), Just(21_317), any::<u16>()], 0_u32..6).prop_map(
            |(at, activity_type, object, country, remote_hash)| ActivityFact {
                at: Timestamp::from_secs(at),
                activity_type: ActivityTypeId(activity_type),
                object: ActivityObjectId(object),
                country: Country(country),
                remote_hash,
            },
        )
    }

    fn facts() -> impl Strategy<Value = Vec<ActivityFact>> {
        prop::collection::vec(any_fact(), 0..60)
    }

    fn decode(bytes: &[u8]) -> Result<Vec<ActivityFact>, Malformed> {
        let mut facts = Vec::new();
        Timeline::parse(bytes)?.decode_into(&mut facts)?;
        Ok(facts)
    }

    /// The union, the slow and obvious way.
    fn union(facts: &[ActivityFact]) -> Vec<ActivityFact> {
        let mut by_key: BTreeMap<(Timestamp, u32), ActivityFact> = BTreeMap::new();
        for fact in facts {
            let kept = by_key.entry((fact.at, fact.remote_hash)).or_insert(*fact);
            if order(fact, kept).is_lt() {
                *kept = *fact;
            }
        }
        let mut union: Vec<ActivityFact> = by_key.into_values().collect();
        union.sort_by(order);
        union
    }

    /// I3: folding changes no value.
    #[test]
    fn what_is_merged_is_what_would_be_folded() {
        let fact = |ms: i64, remote_hash: u32| ActivityFact {
            at: Timestamp::from_ms(ms),
            activity_type: ActivityTypeId(1),
            object: ActivityObjectId(1),
            country: Country(0),
            remote_hash,
        };
        let tail = [fact(5_900, 1), fact(5_100, 2), fact(5_000, 1)];
        let mut merged = Vec::new();
        assert_eq!(merge(&[], &tail, &mut merged), Ok(1));
        assert_eq!(merged, [fact(5_000, 1), fact(5_000, 2)]);
        assert_eq!(decode(&fold(&[], &tail).unwrap().bytes), Ok(merged));
    }

    proptest! {
        #![proptest_config(config())]

        /// I2: what is folded in twice changes nothing the second time.
        #[test]
        fn a_fold_is_a_union_and_rejects_duplicates(base in facts(), tail in facts()) {
            let first = fold(&[], &base).unwrap();
            prop_assert_eq!(first.added + first.duplicates, base.len());
            prop_assert_eq!(decode(&first.bytes).unwrap(), union(&base));
            let both = fold(&first.bytes, &tail).unwrap();
            let expected = union(&[base, tail.clone()].concat());
            prop_assert_eq!(decode(&both.bytes).unwrap(), expected.clone());
            prop_assert_eq!(both.added, expected.len() - first.added);
            prop_assert_eq!(both.added + both.duplicates, tail.len());
            let mut merged = Vec::new();
            prop_assert_eq!(merge(&first.bytes, &tail, &mut merged).unwrap(), both.duplicates);
            prop_assert_eq!(merged, expected);
            let again = fold(&both.bytes, &tail).unwrap();
            prop_assert_eq!(again, Folded { bytes: both.bytes, added: 0, duplicates: tail.len() });
        }

        /// I3: the same bytes, however the activities are ordered and spread over folds.
        #[test]
        fn order_and_batches_do_not_matter(facts in facts(), seed in any::<u64>(), cut in 0_usize..60) {
            let mut shuffled = facts.clone();
            let mut state = seed | 1;
            for at in (1..shuffled.len()).rev() {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                shuffled.swap(at, (state >> 33) as usize % (at + 1));
            }
            let cut = cut.min(shuffled.len());
            let spread = fold(&fold(&[], &shuffled[..cut]).unwrap().bytes, &shuffled[cut..]).unwrap();
            prop_assert_eq!(spread.bytes, fold(&[], &facts).unwrap().bytes);
        }

        #[test]
        fn damaged_bytes_never_panic(facts in facts(), damage in prop::collection::vec((any::<usize>(), any::<u8>()), 1..4), cut in any::<usize>()) {
            let bytes = fold(&[], &facts).unwrap().bytes;
            let mut damaged = bytes.clone();
            for (at, byte) in damage {
                if !damaged.is_empty() {
                    let at = at % damaged.len();
                    damaged[at] = byte;
                }
            }
            for bytes in [damaged.as_slice(), &damaged[..cut % (damaged.len() + 1)]] {
                if let Ok(facts) = decode(bytes) {
                    prop_assert!(facts.is_sorted_by_key(|fact| fact.at));
                }
                let _ = fold(bytes, &facts);
            }
        }

        #[test]
        fn any_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..80)) {
            let _ = decode(&bytes);
        }
    }
}
