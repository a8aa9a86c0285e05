//! The bytes of one segment: the timelines of 128 contacts with neighbouring dense local numbers, in one database row.
//!
//! ```text
//! version   one byte, 1
//! slots     one byte, 0 to 128: slots beyond have no activities
//! lengths   one varint per slot
//! timelines one after the other
//! ```

use super::packed::{Malformed, Timeline};
use super::varint;

/// Contacts per segment.
pub const SLOTS: usize = 128;
const VERSION: u8 = 1;

/// Where a contact's timeline is: number of its segment and slot in it.
pub const fn locate(contact_number: u64) -> (u64, usize) {
    (contact_number / SLOTS as u64, (contact_number % SLOTS as u64) as usize)
}

/// Packs timelines by slot; slots beyond the last have no activities, and slots beyond 128 are not kept.
pub fn encode<T: AsRef<[u8]>>(timelines: &[T]) -> Vec<u8> {
    let timelines = &timelines[..timelines.len().min(SLOTS)];
    let slots = timelines.iter().rposition(|timeline| !timeline.as_ref().is_empty()).map_or(0, |last| last + 1);
    let timelines = &timelines[..slots];
    let size: usize = timelines.iter().map(|timeline| timeline.as_ref().len() + 2).sum();
    let mut bytes = Vec::with_capacity(size + 2);
    bytes.extend([VERSION, slots as u8]);
    for timeline in timelines {
        varint::put(&mut bytes, timeline.as_ref().len() as u64);
    }
    for timeline in timelines {
        bytes.extend_from_slice(timeline.as_ref());
    }
    bytes
}

/// A packed segment, its table of contents read.
#[derive(Clone, Copy, Debug)]
pub struct Segment<'a> {
    /// Where the timeline of each slot ends.
    ends: [u32; SLOTS],
    data: &'a [u8],
}

impl<'a> Segment<'a> {
    /// Reads the table of contents. No bytes at all are a segment without activities.
    ///
    /// # Errors
    /// When the bytes cannot be a segment.
    pub fn parse(bytes: &'a [u8]) -> Result<Segment<'a>, Malformed> {
        let mut ends = [0; SLOTS];
        let (slots, mut rest) = match bytes {
            [] => return Ok(Segment { ends, data: &[] }),
            [VERSION, slots, rest @ ..] => (usize::from(*slots), rest),
            [VERSION] => return Err(Malformed::CutOff),
            [version, ..] => return Err(Malformed::Version(*version)),
        };
        if slots > SLOTS {
            return Err(Malformed::OutOfRange);
        }
        let mut end = 0_u32;
        for slot in &mut ends[..slots] {
            let length = varint::take(&mut rest).ok_or(Malformed::CutOff)?;
            end = u32::try_from(length).ok().and_then(|length| end.checked_add(length)).ok_or(Malformed::OutOfRange)?;
            *slot = end;
        }
        ends[slots..].fill(end);
        match rest.len().cmp(&(end as usize)) {
            std::cmp::Ordering::Less => Err(Malformed::CutOff),
            std::cmp::Ordering::Greater => Err(Malformed::LeftOver),
            std::cmp::Ordering::Equal => Ok(Segment { ends, data: rest }),
        }
    }

    /// The packed timeline of one slot, empty when the contact has no activities or the slot is beyond 128.
    pub fn bytes_of(&self, slot: usize) -> &'a [u8] {
        let Some(end) = self.ends.get(slot) else { return &[] };
        let start = if slot == 0 { 0 } else { self.ends[slot - 1] };
        &self.data[start as usize..*end as usize]
    }

    /// The timeline of one slot.
    ///
    /// # Errors
    /// When its bytes cannot be a timeline.
    pub fn timeline(&self, slot: usize) -> Result<Timeline<'a>, Malformed> {
        Timeline::parse(self.bytes_of(slot))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use proptest::test_runner::RngSeed;

    #[test]
    fn contacts_have_their_segment_and_slot() {
        assert_eq!(locate(0), (0, 0));
        assert_eq!(locate(127), (0, 127));
        assert_eq!(locate(128), (1, 0));
        assert_eq!(locate(1_000_000), (7812, 64));
    }

    #[test]
    fn faults_are_named() {
        let fault = |bytes: &[u8]| Segment::parse(bytes).err();
        assert_eq!(fault(&[1]), Some(Malformed::CutOff));
        assert_eq!(fault(&[2, 0]), Some(Malformed::Version(2)));
        assert_eq!(fault(&[1, 129]), Some(Malformed::OutOfRange));
        assert_eq!(fault(&[1, 1, 5, 0, 0]), Some(Malformed::CutOff));
        assert_eq!(fault(&[1, 1, 1, 0, 0]), Some(Malformed::LeftOver));
        assert_eq!(fault(&[1, 2, 0xff, 0xff, 0xff, 0xff, 0x0f, 1]), Some(Malformed::OutOfRange));
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 300, rng_seed: RngSeed::Fixed(22), failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn every_slot_comes_back(timelines in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..300), 0..=SLOTS)) {
            let bytes = encode(&timelines);
            let segment = Segment::parse(&bytes).unwrap();
            for slot in 0..SLOTS + 3 {
                prop_assert_eq!(segment.bytes_of(slot), timelines.get(slot).map_or(&[][..], Vec::as_slice));
            }
        }

        #[test]
        fn damaged_bytes_never_panic(timelines in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..20), 0..20), at in any::<usize>(), byte in any::<u8>(), cut in any::<usize>()) {
            let mut bytes = encode(&timelines);
            let at = at % bytes.len();
            bytes[at] = byte;
            for bytes in [bytes.as_slice(), &bytes[..cut % (bytes.len() + 1)]] {
                if let Ok(segment) = Segment::parse(bytes) {
                    for slot in 0..SLOTS {
                        let _ = segment.timeline(slot).map(|timeline| timeline.activities().count());
                    }
                }
            }
        }
    }
}
