//! Standard output, written so that a reader who went away (`| head`) ends the program quietly instead of with a panic, and so
//! that nothing a CRM holds can drive a terminal: control characters are shown, not sent.

use std::io::{self, Write};

use serde::Serialize;

/// Writes one line.
pub(crate) fn line(text: &str) {
    let mut out = io::stdout().lock();
    let mut safe = String::with_capacity(text.len() + 1);
    for c in text.chars() {
        match c {
            '\t' | '\n' => safe.push(c),
            c if c.is_control() => safe.extend(c.escape_unicode()),
            // Marks that reverse the direction of text could make a value look like another.
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => safe.extend(c.escape_unicode()),
            c => safe.push(c),
        }
    }
    safe.push('\n');
    if out.write_all(safe.as_bytes()).is_err() {
        // Nobody reads any more.
        std::process::exit(0);
    }
}

/// Writes a text as it is, for programs that read it. Whoever makes it keeps control characters out.
pub(crate) fn raw(text: &str) {
    let mut out = io::stdout().lock();
    if out.write_all(text.as_bytes()).is_err() {
        // Nobody reads any more.
        std::process::exit(0);
    }
}

/// Writes a value as one JSON object on one line.
pub(crate) fn json(value: &impl Serialize) {
    line(&serde_json::to_string(value).unwrap_or_else(|error| format!("{{\"error\":\"{error}\"}}")));
}

/// Writes rows as columns: as wide as their widest cell, numbers to the right.
pub(crate) fn table(header: &[&str], rows: &[Vec<String>]) {
    let mut widths: Vec<usize> = header.iter().map(|cell| cell.chars().count()).collect();
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    let numeric: Vec<bool> = (0..header.len())
        .map(|column| {
            rows.iter().all(|row| {
                row.get(column).is_some_and(|cell| cell.starts_with(|c: char| c.is_ascii_digit() || c == '-'))
            }) && !rows.is_empty()
        })
        .collect();
    let format = |cells: &[String]| {
        let mut text = String::from(" ");
        for (column, cell) in cells.iter().enumerate() {
            let pad = " ".repeat(widths[column].saturating_sub(cell.chars().count()));
            text.push(' ');
            if numeric[column] {
                text.push_str(&pad);
                text.push_str(cell);
            } else {
                text.push_str(cell);
                text.push_str(&pad);
            }
            text.push(' ');
        }
        text.trim_end().to_owned()
    };
    line(&format(&header.iter().map(|cell| (*cell).to_owned()).collect::<Vec<_>>()));
    for row in rows {
        line(&format(row));
    }
}

/// A number for people: `12,345`.
pub(crate) fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A number with its word: `1 visit`, `1,200 visits`.
pub(crate) fn many(number: u64, one: &str, several: &str) -> String {
    format!("{} {}", count(number), if number == 1 { one } else { several })
}

#[cfg(test)]
mod tests {
    #[test]
    fn numbers_are_grouped() {
        for (number, text) in [(0, "0"), (999, "999"), (1_000, "1,000"), (12_345_678, "12,345,678")] {
            assert_eq!(super::count(number), text);
        }
        assert_eq!(super::many(1, "visit", "visits"), "1 visit");
        assert_eq!(super::many(1_200, "visit", "visits"), "1,200 visits");
    }
}
