//! Export files as Marketo writes them: quoted by RFC 4180 where a separator, a quote or a line feed asks for it, and not
//! where a lone CR, NUL or Unicode line separator would confuse a careless reader. Nothing is written as `null`.

use serde_json::Value;

/// The separator of a format.
pub(crate) fn separator(format: &str) -> Option<char> {
    match format {
        "CSV" => Some(','),
        "TSV" => Some('\t'),
        "SSV" => Some(';'),
        _ => None,
    }
}

/// A value as text.
pub(crate) fn text(value: &Value) -> String {
    match value {
        Value::Null => "null".into(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// Adds one row to the file.
pub(crate) fn row(file: &mut String, cells: &[String], separator: char) {
    for (place, cell) in cells.iter().enumerate() {
        if place > 0 {
            file.push(separator);
        }
        if cell.contains([separator, '"', '\n']) {
            file.push('"');
            file.push_str(&cell.replace('"', "\"\""));
            file.push('"');
        } else {
            file.push_str(cell);
        }
    }
    file.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_must_be_quoted_is() {
        let mut file = String::new();
        let cells = ["a,b", "say \"hi\"", "two\nlines", "lone\rreturn", "a\u{2028}b", "null"];
        row(&mut file, &cells.map(str::to_owned), ',');
        assert_eq!(file, "\"a,b\",\"say \"\"hi\"\"\",\"two\nlines\",lone\rreturn,a\u{2028}b,null\n");
        let mut tabs = String::new();
        row(&mut tabs, &["a,b".to_owned(), "c\td".to_owned()], '\t');
        assert_eq!(tabs, "a,b\t\"c\td\"\n");
    }
}
