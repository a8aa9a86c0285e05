//! The bytes of one contact's timeline.
//!
//! ```text
//! last second   zigzag varint, since the epoch
//! span          varint, seconds from the first activity to the last
//! count         varint
//! per activity  seconds since the one before (varint; 0 for the first)
//!               type × 2, plus 1 when the country differs from the one before (varint)
//!               object (varint)
//!               the country, two bytes, when it differs; before the first it is unknown
//! per activity  hash of the remote id, four bytes
//! ```
//!
//! No activity is no byte. The last instant stands in front, because nothing newer than it can be a duplicate.

use std::cmp::Ordering;

use intentd_sdk::Timestamp;

use super::varint;
use crate::domain::model::{ActivityFact, ActivityObjectId, ActivityTypeId, Country};

/// Stored bytes that are no timeline or segment. The row was damaged or written by another program: restore it, or drop
/// the base and pull again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    #[error("the bytes end too early")]
    CutOff,
    #[error("bytes are left over")]
    LeftOver,
    #[error("a number is out of its range")]
    OutOfRange,
    #[error("the activities do not end at the last instant that is named")]
    Inconsistent,
    #[error("format version {0} is not known to this program")]
    Version(u8),
}

/// The order of activities in a timeline and in [`ContactFacts`](crate::domain::model::ContactFacts).
pub fn order(a: &ActivityFact, b: &ActivityFact) -> Ordering {
    let key =
        |fact: &ActivityFact| (fact.at.as_secs(), fact.activity_type, fact.object, fact.remote_hash, fact.country);
    key(a).cmp(&key(b))
}

/// Packs activities that are sorted by [`order`] and free of duplicates. Parts of a second are dropped.
pub fn encode(activities: &[ActivityFact]) -> Vec<u8> {
    let (Some(first), Some(last)) = (activities.first(), activities.last()) else { return Vec::new() };
    let mut bytes = Vec::with_capacity(16 + activities.len() * 11);
    varint::put_signed(&mut bytes, last.at.as_secs());
    varint::put(&mut bytes, last.at.as_secs().abs_diff(first.at.as_secs()));
    varint::put(&mut bytes, activities.len() as u64);
    let (mut before, mut country) = (first.at.as_secs(), Country(0));
    for fact in activities {
        let at = fact.at.as_secs();
        varint::put(&mut bytes, at.abs_diff(before));
        let moved = fact.country != country;
        varint::put(&mut bytes, u64::from(fact.activity_type.0) << 1 | u64::from(moved));
        varint::put(&mut bytes, u64::from(fact.object.0));
        if moved {
            bytes.extend_from_slice(&fact.country.0.to_le_bytes());
        }
        (before, country) = (at, fact.country);
    }
    for fact in activities {
        bytes.extend_from_slice(&fact.remote_hash.to_le_bytes());
    }
    bytes
}

/// A packed timeline, its header read.
#[derive(Clone, Copy, Debug)]
pub struct Timeline<'a> {
    first: i64,
    last: i64,
    count: usize,
    events: &'a [u8],
    hashes: &'a [u8],
}

/// The smallest activity: one byte each for time, type and object, and four for the hash.
const SMALLEST: usize = 7;

impl<'a> Timeline<'a> {
    /// Reads the header.
    ///
    /// # Errors
    /// When the bytes cannot be a timeline.
    pub fn parse(bytes: &'a [u8]) -> Result<Timeline<'a>, Malformed> {
        if bytes.is_empty() {
            return Ok(Timeline { first: 0, last: 0, count: 0, events: &[], hashes: &[] });
        }
        let mut rest = bytes;
        let last = varint::take_signed(&mut rest).ok_or(Malformed::CutOff)?;
        let span = varint::take(&mut rest).ok_or(Malformed::CutOff)?;
        let count = varint::take(&mut rest).ok_or(Malformed::CutOff)?;
        let first = i64::try_from(span).ok().and_then(|span| last.checked_sub(span)).ok_or(Malformed::OutOfRange)?;
        if Timestamp::from_secs(last).as_secs() != last || Timestamp::from_secs(first).as_secs() != first {
            return Err(Malformed::OutOfRange);
        }
        let count = usize::try_from(count).map_err(|_| Malformed::OutOfRange)?;
        if count == 0 {
            return Err(Malformed::OutOfRange);
        }
        if count > rest.len() / SMALLEST {
            return Err(Malformed::CutOff);
        }
        let (events, hashes) = rest.split_at(rest.len() - 4 * count);
        Ok(Timeline { first, last, count, events, hashes })
    }

    /// Number of activities.
    pub fn len(&self) -> usize {
        self.count
    }

    /// Whether there are no activities.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// When the newest activity happened. What is newer cannot be a duplicate.
    pub fn last_at(&self) -> Option<Timestamp> {
        (self.count > 0).then(|| Timestamp::from_secs(self.last))
    }

    /// When the oldest activity happened.
    pub fn first_at(&self) -> Option<Timestamp> {
        (self.count > 0).then(|| Timestamp::from_secs(self.first))
    }

    /// The activities, oldest first. After an error nothing follows.
    pub fn activities(&self) -> Activities<'a> {
        Activities {
            at: self.first,
            last: self.last,
            country: Country(0),
            events: self.events,
            hashes: self.hashes,
            left: self.count,
        }
    }

    /// Appends all activities to `facts`; a buffer that is used again makes no allocation.
    ///
    /// # Errors
    /// When the bytes are malformed; `facts` then holds those before the fault.
    pub fn decode_into(&self, facts: &mut Vec<ActivityFact>) -> Result<(), Malformed> {
        facts.reserve(self.count);
        for fact in self.activities() {
            facts.push(fact?);
        }
        Ok(())
    }
}

/// Reads one activity after the other.
#[derive(Clone, Debug)]
pub struct Activities<'a> {
    at: i64,
    last: i64,
    country: Country,
    events: &'a [u8],
    hashes: &'a [u8],
    left: usize,
}

impl Activities<'_> {
    #[inline]
    fn read(&mut self) -> Result<ActivityFact, Malformed> {
        let delta = varint::take(&mut self.events).ok_or(Malformed::CutOff)?;
        let at = i64::try_from(delta).ok().and_then(|delta| self.at.checked_add(delta));
        self.at = at.filter(|at| *at <= self.last).ok_or(Malformed::Inconsistent)?;
        let kind = varint::take(&mut self.events).ok_or(Malformed::CutOff)?;
        let activity_type = u16::try_from(kind >> 1).map_err(|_| Malformed::OutOfRange)?;
        let object = varint::take(&mut self.events).ok_or(Malformed::CutOff)?;
        let object = u32::try_from(object).map_err(|_| Malformed::OutOfRange)?;
        if kind & 1 == 1 {
            let (country, rest) = self.events.split_first_chunk::<2>().ok_or(Malformed::CutOff)?;
            (self.country, self.events) = (Country(u16::from_le_bytes(*country)), rest);
        }
        let (hash, rest) = self.hashes.split_first_chunk::<4>().ok_or(Malformed::CutOff)?;
        self.hashes = rest;
        self.left -= 1;
        if self.left == 0 {
            if !self.events.is_empty() {
                return Err(Malformed::LeftOver);
            }
            if self.at != self.last {
                return Err(Malformed::Inconsistent);
            }
        }
        Ok(ActivityFact {
            at: Timestamp::from_secs(self.at),
            activity_type: ActivityTypeId(activity_type),
            object: ActivityObjectId(object),
            country: self.country,
            remote_hash: u32::from_le_bytes(*hash),
        })
    }
}

impl Iterator for Activities<'_> {
    type Item = Result<ActivityFact, Malformed>;

    #[inline]
    fn next(&mut self) -> Option<Result<ActivityFact, Malformed>> {
        if self.left == 0 {
            return None;
        }
        let read = self.read();
        if read.is_err() {
            self.left = 0;
        }
        Some(read)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (0, Some(self.left))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fact(at: i64, activity_type: u16, object: u32, country: &str, remote_hash: u32) -> ActivityFact {
        ActivityFact {
            at: Timestamp::from_secs(at),
            activity_type: ActivityTypeId(activity_type),
            object: ActivityObjectId(object),
            country: Country::from_code(country),
            remote_hash,
        }
    }

    fn decode(bytes: &[u8]) -> Result<Vec<ActivityFact>, Malformed> {
        let mut facts = Vec::new();
        Timeline::parse(bytes)?.decode_into(&mut facts)?;
        Ok(facts)
    }

    #[test]
    fn the_stored_bytes_never_change() {
        let facts = [
            fact(1_795_251_600, 3, 7, "SE", 0xdead_beef),
            fact(1_795_251_700, 3, 300, "SE", 1),
            fact(1_795_251_700, 4, 0, "", 2),
        ];
        let bytes = encode(&facts);
        let expected: &[u8] = &[
            0xe8, 0xf7, 0x8a, 0xb0, 0x0d, 100, 3, // last second, span, count
            0, 7, 7, 0x45, 0x53, // first: type 3, country follows
            100, 6, 0xac, 0x02, // second
            0, 9, 0, 0, 0, // third: country unknown
            0xef, 0xbe, 0xad, 0xde, 1, 0, 0, 0, 2, 0, 0, 0,
        ];
        assert_eq!(bytes, expected);
        assert_eq!(decode(&bytes).unwrap(), facts);
        assert_eq!(Timeline::parse(&bytes).unwrap().last_at(), Some(Timestamp::from_secs(1_795_251_700)));
    }

    #[test]
    fn faults_are_named() {
        let good = encode(&[fact(100, 1, 1, "", 1), fact(200, 1, 1, "", 2)]);
        assert_eq!(good, [0x90, 3, 100, 2, 0, 2, 1, 100, 2, 1, 1, 0, 0, 0, 2, 0, 0, 0]);
        let with = |at: usize, byte: u8| {
            let mut bytes = good.clone();
            bytes[at] = byte;
            decode(&bytes).map(|facts| facts.len())
        };
        assert_eq!(decode(&good[..good.len() - 5]), Err(Malformed::CutOff));
        assert_eq!(with(3, 0), Err(Malformed::OutOfRange), "no activity is no byte");
        assert_eq!(with(3, 1), Err(Malformed::LeftOver));
        assert_eq!(with(7, 99), Err(Malformed::Inconsistent), "ends before the last instant");
        assert_eq!(with(7, 101), Err(Malformed::Inconsistent), "goes beyond the last instant");
        assert_eq!(decode(&[good.as_slice(), &[0]].concat()).map(|_| ()), Err(Malformed::LeftOver));
        assert_eq!(decode(&[]), Ok(Vec::new()));
        let huge_count = [0x90, 3, 100, 0xff, 0xff, 0xff, 0xff, 0x0f, 0, 0, 0];
        assert_eq!(decode(&huge_count), Err(Malformed::CutOff));
    }
}
