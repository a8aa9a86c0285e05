//! How people and secrets appear in logs and errors: not at all, or as a tag that tells two of them apart (I12).
//! A tag is a short hash without a key: it helps to follow one person through a log, and whoever already has an address can
//! find its lines, but a log alone gives no address away.

use std::fmt;

use sha2::{Digest, Sha256};

/// A value that must not be shown: it prints as `[redacted]`, whatever prints it.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Redacted<T>(T);

impl<T> Redacted<T> {
    /// Hides a value.
    pub fn new(value: T) -> Redacted<T> {
        Redacted(value)
    }

    /// The value itself, for work, never for text.
    pub fn expose(&self) -> &T {
        &self.0
    }

    /// The value itself, for work, never for text.
    pub fn into_exposed(self) -> T {
        self.0
    }
}

impl<T> From<T> for Redacted<T> {
    fn from(value: T) -> Redacted<T> {
        Redacted(value)
    }
}

impl<T> fmt::Debug for Redacted<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

impl<T> fmt::Display for Redacted<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

/// A person in a log line, for example `person:b5fc85`. Six hexadecimal digits: two people may share a tag.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct PersonTag([u8; 3]);

/// The tag of the person with this e-mail address; the same for every spelling of one address (case, space around it).
pub fn person(email: &str) -> PersonTag {
    let hash = Sha256::digest(email.trim().to_lowercase().as_bytes());
    PersonTag([hash[0], hash[1], hash[2]])
}

impl fmt::Display for PersonTag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [a, b, c] = self.0;
        write!(f, "person:{a:02x}{b:02x}{c:02x}")
    }
}

impl fmt::Debug for PersonTag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug)]
    #[expect(dead_code, reason = "only its debug text is looked at")]
    struct Lead {
        email: Redacted<String>,
        points: u32,
    }

    #[test]
    fn i12_a_redacted_value_never_reaches_any_text() {
        let lead = Lead { email: Redacted::new("ada@example.com".to_owned()), points: 3 };
        for text in [format!("{lead:?}"), format!("{lead:#?}"), lead.email.to_string()] {
            assert!(text.contains("[redacted]"), "{text}");
            assert!(!text.contains("ada") && !text.contains("example"), "{text}");
        }
        assert_eq!(lead.email.expose(), "ada@example.com");
    }

    #[test]
    fn i12_a_person_is_a_short_tag_that_is_the_same_for_each_spelling() {
        let tag = person("Ada@Example.com ");
        assert_eq!(tag, person("ada@example.com"));
        assert_ne!(tag, person("bob@example.com"));
        // The first three bytes of the SHA-256 hash of `ada@example.com`.
        assert_eq!(tag.to_string(), "person:b5fc85");
        assert_eq!(format!("{tag:?}"), tag.to_string());
    }
}
