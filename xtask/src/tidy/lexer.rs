//! Just enough of Rust's lexical structure to tell code from comments and texts, and to read paths such as
//! `crate::store::Db`. No parser: what it cannot understand it passes over.

/// A piece of a source file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token {
    Word(String),
    /// `::`
    Separator,
    /// Any other single character outside of comments and texts.
    Mark(char),
    /// The text of a comment, without its marks.
    Comment(String),
}

/// A token and the line on which it begins, from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Located {
    pub(super) token: Token,
    pub(super) line: usize,
}

/// Cuts a source file into tokens; texts in quotes are left out.
pub(super) fn tokens(source: &str) -> Vec<Located> {
    let mut reader = Reader { rest: source, line: 1 };
    let mut tokens = Vec::new();
    loop {
        let line = reader.line;
        let Some(token) = reader.next() else { return tokens };
        if let Some(token) = token {
            tokens.push(Located { token, line });
        }
    }
}

struct Reader<'a> {
    rest: &'a str,
    line: usize,
}

impl Reader<'_> {
    /// The next token; the inner `None` is something that is passed over.
    fn next(&mut self) -> Option<Option<Token>> {
        let first = self.rest.chars().next()?;
        let token = if self.rest.starts_with("//") {
            let end = self.rest.find('\n').unwrap_or(self.rest.len());
            Some(Token::Comment(self.take(end).trim_start_matches(['/', '!']).trim().to_owned()))
        } else if self.rest.starts_with("/*") {
            let length = block_comment(self.rest);
            Some(Token::Comment(self.take(length).trim_matches(['/', '*']).trim().to_owned()))
        } else if let Some(length) = text(self.rest) {
            self.take(length);
            None
        } else if first.is_alphanumeric() || first == '_' {
            let end = self.rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(self.rest.len());
            Some(Token::Word(self.take(end)))
        } else if self.rest.starts_with("::") {
            self.take(2);
            Some(Token::Separator)
        } else {
            self.take(first.len_utf8());
            if first.is_whitespace() { None } else { Some(Token::Mark(first)) }
        };
        Some(token)
    }

    fn take(&mut self, length: usize) -> String {
        let (taken, rest) = self.rest.split_at(length);
        self.line += taken.matches('\n').count();
        self.rest = rest;
        taken.to_owned()
    }
}

fn block_comment(source: &str) -> usize {
    let mut depth = 0_usize;
    let mut at = 0;
    while at < source.len() {
        let rest = &source[at..];
        if rest.starts_with("/*") {
            depth += 1;
            at += 2;
        } else if rest.starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += rest.chars().next().map_or(1, char::len_utf8);
        }
    }
    source.len()
}

/// The length of the text or character literal that begins here, if one does.
fn text(source: &str) -> Option<usize> {
    let prefix = source.find(|c: char| !matches!(c, 'b' | 'c' | 'r')).unwrap_or(0);
    let after = &source[prefix..];
    if prefix <= 2 && source[..prefix].ends_with('r') {
        let hashes = after.len() - after.trim_start_matches('#').len();
        if after[hashes..].starts_with('"') {
            let end = format!("\"{}", "#".repeat(hashes));
            let body = prefix + hashes + 1;
            return Some(source[body..].find(&end).map_or(source.len(), |at| body + at + end.len()));
        }
    }
    if prefix <= 1 && after.starts_with('"') {
        return Some(prefix + quoted(after, '"'));
    }
    // A lifetime such as `'a` is not closed by a quote; a character is, after one character or one escape.
    if prefix <= 1 && after.starts_with('\'') {
        let mut characters = after.chars().skip(1);
        let is_character = match characters.next() {
            Some('\\') => true,
            Some(_) => characters.next() == Some('\''),
            None => false,
        };
        if is_character {
            return Some(prefix + quoted(after, '\''));
        }
    }
    None
}

/// The length of a literal that begins with a quote and ends with the same, unescaped.
fn quoted(source: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in source.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if c == quote => return at + c.len_utf8(),
            _ => {}
        }
    }
    source.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(source: &str) -> Vec<String> {
        let word = |located: Located| match located.token {
            Token::Word(word) => Some(word),
            _ => None,
        };
        tokens(source).into_iter().filter_map(word).collect()
    }

    #[test]
    fn texts_and_comments_are_not_code() {
        let source = r###"
            // sqlx here
            /* sqlx /* and */ here */
            let a = "sqlx \" sqlx"; let b = r#"sqlx " sqlx"#; let c = b"sqlx"; let d = '"'; let e = '\''; let f: &'a str;
        "###;
        assert_eq!(words(source), ["let", "a", "let", "b", "let", "c", "let", "d", "let", "e", "let", "f", "a", "str"]);
    }

    #[test]
    fn words_that_look_like_the_beginning_of_a_text_are_words() {
        assert_eq!(words("b + r + br + crate::c"), ["b", "r", "br", "crate", "c"]);
    }

    #[test]
    fn lines_are_counted_across_everything() {
        let source = "/* a\nb */\nlet x = \"c\nd\";\nuse y;";
        let at = tokens(source).into_iter().find(|located| located.token == Token::Word("y".into())).unwrap();
        assert_eq!(at.line, 5);
    }
}
