//! Comma-separated values as RFC 4180 has them: lines end with CR LF, and what holds a comma, a quote or a line break stands in
//! quotes. Values come from strangers as well: a text that a spreadsheet would compute is made harmless, and control characters
//! are shown, not sent.

/// A whole table with its header.
pub(crate) fn table(header: &[&str], rows: &[Vec<String>]) -> String {
    let mut text = String::new();
    push_row(&mut text, header.iter().map(|cell| (*cell).to_owned()));
    for row in rows {
        push_row(&mut text, row.iter().map(|cell| harmless(cell)));
    }
    text
}

fn push_row(text: &mut String, cells: impl Iterator<Item = String>) {
    for (column, cell) in cells.enumerate() {
        if column > 0 {
            text.push(',');
        }
        if cell.contains([',', '"', '\n', '\r']) {
            text.push('"');
            text.push_str(&cell.replace('"', "\"\""));
            text.push('"');
        } else {
            text.push_str(&cell);
        }
    }
    text.push_str("\r\n");
}

/// Spreadsheets take what begins like this for a formula, unless it is a number or a telephone number.
fn harmless(cell: &str) -> String {
    let mut safe = String::with_capacity(cell.len());
    let number = cell.chars().skip(1).all(|c| c.is_ascii_digit() || " .,-()".contains(c));
    if cell.starts_with(['=', '@', '\t', '\r']) || (cell.starts_with(['+', '-']) && !number) {
        safe.push('\'');
    }
    for c in cell.chars() {
        match c {
            '\t' | '\n' | '\r' => safe.push(c),
            c if c.is_control() => safe.extend(c.escape_unicode()),
            c => safe.push(c),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::table;

    fn line(cell: &str) -> String {
        let text = table(&["name"], &[vec![cell.to_owned()]]);
        text.strip_prefix("name\r\n").unwrap().to_owned()
    }

    #[test]
    fn cells_are_quoted_where_they_must_be() {
        for (cell, written) in [
            ("Acme", "Acme\r\n"),
            ("Acme, Inc", "\"Acme, Inc\"\r\n"),
            ("the \"best\"", "\"the \"\"best\"\"\"\r\n"),
            ("two\nlines", "\"two\nlines\"\r\n"),
            ("", "\r\n"),
        ] {
            assert_eq!(line(cell), written);
        }
        let rows = [vec!["1".to_owned(), "a;b".to_owned()], vec!["2".to_owned(), String::new()]];
        assert_eq!(table(&["n", "text"], &rows), "n,text\r\n1,a;b\r\n2,\r\n");
    }

    #[test]
    fn a_spreadsheet_computes_nothing_and_a_terminal_obeys_nothing() {
        for (cell, written) in [
            ("=HYPERLINK(1)", "'=HYPERLINK(1)\r\n"),
            ("@SUM(A1)", "'@SUM(A1)\r\n"),
            ("+cmd|calc", "'+cmd|calc\r\n"),
            ("-2.5", "-2.5\r\n"),
            ("+46 (0)8-123 45", "+46 (0)8-123 45\r\n"),
            ("\u{1b}[2J", "\\u{1b}[2J\r\n"),
        ] {
            assert_eq!(line(cell), written);
        }
    }
}
