//! The text of one YAML file as it was read, and the same text as it may be shown: everything that looks like a secret is
//! replaced by asterisks of the same length, so that positions agree and no excerpt can leak (I12).

use std::ops::Range;
use std::sync::{Arc, LazyLock};

use regex::Regex;

/// One file's text with its name.
#[derive(Debug, PartialEq, Eq)]
pub struct Source {
    /// As the admin knows it: relative to the folder that was given.
    pub file: String,
    /// What is parsed.
    pub text: String,
    /// What is shown: as long as `text`, with secrets masked.
    pub shown: String,
}

/// What looks like a secret: a value written after a telling key, a password inside a URL, a vendor's token.
static SECRETS: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    const KEY: &str =
        r#"["']?[a-z0-9_-]*(?:token|secret|passw(?:or)?d|passphrase|api_?key|private_?key)["']?[ \t]*:[ \t]+"#;
    [
        // On a line of its own: to the end of the line.
        format!(r"(?im)^[ \t-]*{KEY}([^\s{{\[].*)$"),
        // Inside braces: to the next comma or bracket.
        format!(r"(?i){KEY}([^\s{{}}\[\],][^\n,}}\]]*)"),
        r"://[^\s/:@]+:([^\s/@]+)@".to_owned(),
        r"(?i)\b(pat-[a-z0-9]+-[0-9a-f-]{12,})".to_owned(),
    ]
    .into_iter()
    .map(|pattern| Regex::new(&pattern).expect("the pattern is a constant that the tests compile"))
    .collect()
});

impl Source {
    /// Takes a file's text.
    pub fn new(file: impl Into<String>, text: impl Into<String>) -> Arc<Source> {
        let text = text.into();
        let mut shown = text.clone();
        for pattern in SECRETS.iter() {
            let spans: Vec<Range<usize>> =
                pattern.captures_iter(&text).filter_map(|found| found.get(1)).map(|found| found.range()).collect();
            for span in spans {
                mask(&mut shown, span);
            }
        }
        Arc::new(Source { file: file.into(), text, shown })
    }

    /// The same file with more spans hidden.
    pub fn hiding(&self, spans: &[Range<usize>]) -> Arc<Source> {
        let mut shown = self.shown.clone();
        for span in spans {
            mask(&mut shown, span.clone());
        }
        Arc::new(Source { file: self.file.clone(), text: self.text.clone(), shown })
    }

    /// Line and column of a byte offset, both from 1; the column counts characters.
    pub fn position(&self, offset: usize) -> (u32, u32) {
        let before = self.text.get(..offset).unwrap_or(&self.text);
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
        let column = before[line_start..].chars().count() + 1;
        (u32::try_from(line).unwrap_or(u32::MAX), u32::try_from(column).unwrap_or(u32::MAX))
    }

    /// A span's text as it may be shown.
    pub fn excerpt(&self, span: &Range<usize>) -> &str {
        self.shown.get(span.clone()).unwrap_or_default()
    }
}

/// Puts asterisks over a span, byte for byte, and leaves line breaks.
fn mask(shown: &mut String, span: Range<usize>) {
    if let Some(secret) = shown.get(span.clone()) {
        let stars: String =
            secret.bytes().map(|byte| if matches!(byte, b'\n' | b'\r') { char::from(byte) } else { '*' }).collect();
        shown.replace_range(span, &stars);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_like_a_secret_is_never_shown_and_positions_stay() {
        for (text, shown) in [
            ("token: abc123, d # mine", "token: ****************"),
            ("- api_key:  abc123", "- api_key:  ******"),
            ("auth: {token: 'abc', x: 1}", "auth: {token: *****, x: 1}"),
            ("client_secret: \"s3\"", "client_secret: ****"),
            ("token: {file: token.txt}", "token: {file: token.txt}"),
            ("url: postgres://me:hunter2@db/x", "url: postgres://me:*******@db/x"),
            ("tokn: pat-eu1-01234567-89ab", "tokn: *********************"),
            ("password: å1", "password: ***"),
            ("sync_every: 5m", "sync_every: 5m"),
        ] {
            let source = Source::new("a.yaml", text);
            assert_eq!(source.shown, shown);
            assert_eq!(source.shown.len(), text.len());
        }
    }

    #[test]
    fn positions_count_lines_and_characters_from_one() {
        let source = Source::new("a.yaml", "å: 1\nbb: x\n");
        assert_eq!(source.position(0), (1, 1));
        assert_eq!(source.position("å: ".len()), (1, 4));
        assert_eq!(source.position("å: 1\nbb: ".len()), (2, 5));
    }
}
