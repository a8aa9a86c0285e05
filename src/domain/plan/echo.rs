//! Our own writes come home with the next pull. A value that we pushed and then read back is not a change (I8): it makes nothing
//! dirty and causes no write. A value that somebody else put into a property of ours is a change: it is written over again.

use std::collections::BTreeMap;

use super::diff::same_value;

/// What the arrival of a record means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arrival {
    /// Not seen before.
    New,
    /// Something that rules can use has changed.
    Changed,
    /// Only properties of ours differ from what we remember, and somebody else changed them.
    OwnedEdited,
    /// Nothing but what we wrote ourselves.
    Echo,
    /// Delivered again, or touched in a way that we do not look at.
    Unchanged,
}

/// Classifies an arriving record.
///
/// `before` is the content hash and the owned values as last mirrored (`None`: unknown record); `after` are those that arrived;
/// `pushed` is what we wrote last, by property.
pub fn classify(
    before: Option<(i64, &BTreeMap<String, Option<String>>)>,
    after: (i64, &BTreeMap<String, Option<String>>),
    pushed: &BTreeMap<String, String>,
) -> Arrival {
    let Some((hash_before, owned_before)) = before else {
        return Arrival::New;
    };
    let (hash_after, owned_after) = after;
    if hash_before != hash_after {
        return Arrival::Changed;
    }
    let edited = owned_after
        .iter()
        .any(|(property, value)| pushed.get(property).is_some_and(|ours| !same_value(ours, value.as_deref())));
    if edited {
        return Arrival::OwnedEdited;
    }
    if owned_before != owned_after || !pushed.is_empty() { Arrival::Echo } else { Arrival::Unchanged }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn owned(value: Option<&str>) -> BTreeMap<String, Option<String>> {
        [("score".to_owned(), value.map(str::to_owned))].into()
    }

    #[test]
    fn i8_our_own_write_coming_home_is_not_a_change() {
        let pushed = [("score".to_owned(), "11".to_owned())].into();
        assert_eq!(classify(Some((1, &owned(None))), (1, &owned(Some("11"))), &pushed), Arrival::Echo);
        assert_eq!(classify(Some((1, &owned(Some("11")))), (1, &owned(Some("11.0"))), &pushed), Arrival::Echo);
    }

    #[test]
    fn what_others_change_is_a_change() {
        let pushed = [("score".to_owned(), "11".to_owned())].into();
        assert_eq!(classify(None, (1, &owned(None)), &BTreeMap::new()), Arrival::New);
        assert_eq!(classify(Some((1, &owned(Some("11")))), (2, &owned(Some("11"))), &pushed), Arrival::Changed);
        assert_eq!(classify(Some((1, &owned(Some("11")))), (1, &owned(Some("99"))), &pushed), Arrival::OwnedEdited);
        assert_eq!(classify(Some((1, &owned(Some("11")))), (1, &owned(None)), &pushed), Arrival::OwnedEdited);
        assert_eq!(classify(Some((1, &owned(None))), (1, &owned(None)), &BTreeMap::new()), Arrival::Unchanged);
    }
}
