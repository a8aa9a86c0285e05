//! Rows out of the bytes of an export file (Marketo: "Bulk Extract"). Marketo's files hold what people typed: line ends,
//! stray carriage returns, NUL bytes, Unicode line separators. So the reader works on bytes, ends a row at a line feed outside
//! quotes and nowhere else, and never reads a row before its last byte is there: whoever stops at [`Parsed::consumed`]
//! stands on a row boundary and can go on from it, in any number of pieces.

use csv_core::{ReadRecordResult, Reader, ReaderBuilder, Terminator};

/// One row: its cells, without the quotes around them. `None` is the literal `null`, which stands for an empty value.
pub(super) type Row = Vec<Option<String>>;

/// What a piece of a file holds.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Parsed {
    pub(super) rows: Vec<Row>,
    /// Bytes up to the end of the last complete row.
    pub(super) consumed: usize,
}

/// Where one row is collected.
struct Sheet {
    text: Vec<u8>,
    written: usize,
    ends: Vec<usize>,
    ended: usize,
}

/// Reads the complete rows of a piece that begins at a row boundary. `is_end` says that the file ends with it, so that a
/// last row without a line feed is complete as well.
pub(super) fn parse(bytes: &[u8], is_end: bool) -> Parsed {
    let mut reader: Reader = ReaderBuilder::new().terminator(Terminator::Any(b'\n')).build();
    let mut sheet = Sheet { text: vec![0; 4096], written: 0, ends: vec![0; 32], ended: 0 };
    let mut parsed = Parsed::default();
    let mut at = 0;
    loop {
        // A NUL is never data, wherever it stands: between a comma and a quote it would hide the quote.
        while bytes.get(at) == Some(&0) {
            at += 1;
        }
        let rest = bytes.get(at..).unwrap_or_default();
        if rest.is_empty() && !is_end {
            break;
        }
        // An empty piece is the reader's sign that the file ends.
        let piece = rest.iter().position(|byte| *byte == 0).map_or(rest, |nul| &rest[..nul]);
        let (result, read, written, ended) =
            reader.read_record(piece, &mut sheet.text[sheet.written..], &mut sheet.ends[sheet.ended..]);
        at += read;
        sheet.written += written;
        sheet.ended += ended;
        match result {
            ReadRecordResult::InputEmpty => {}
            ReadRecordResult::OutputFull => sheet.text.resize(sheet.text.len() * 2, 0),
            ReadRecordResult::OutputEndsFull => sheet.ends.resize(sheet.ends.len() * 2, 0),
            ReadRecordResult::Record => {
                parsed.rows.extend(sheet.row());
                parsed.consumed = at;
            }
            ReadRecordResult::End => {
                parsed.consumed = bytes.len();
                break;
            }
        }
    }
    parsed
}

impl Sheet {
    /// Takes the row that is complete now; nothing when it is a blank line.
    fn row(&mut self) -> Option<Row> {
        let mut from = 0;
        let last = self.ended.saturating_sub(1);
        let cells = self.ends[..self.ended].iter().enumerate().map(|(number, end)| {
            let bytes = self.text.get(from..*end).unwrap_or_default();
            from = *end;
            // The carriage return before the line feed belongs to the line's end.
            cell(if number == last { bytes.strip_suffix(b"\r").unwrap_or(bytes) } else { bytes })
        });
        let row: Row = cells.collect();
        (self.written, self.ended) = (0, 0);
        let is_blank = matches!(row.as_slice(), [] | [None]) || row == [Some(String::new())];
        (!is_blank).then_some(row)
    }
}

fn cell(bytes: &[u8]) -> Option<String> {
    (bytes != b"null").then(|| String::from_utf8_lossy(bytes).into_owned())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn row(cells: &[&str]) -> Row {
        cells.iter().map(|cell| (*cell != "-").then(|| (*cell).to_owned())).collect()
    }

    #[test]
    fn dirt_is_read_as_it_was_meant() {
        for (text, rows) in [
            ("a,b\n1,2\n", vec![row(&["a", "b"]), row(&["1", "2"])]),
            ("a,b\r\n1,2\r\n", vec![row(&["a", "b"]), row(&["1", "2"])]),
            ("1,null\n", vec![row(&["1", "-"])]),
            ("null,1\r\n", vec![row(&["-", "1"])]),
            ("1,null\r\n", vec![row(&["1", "-"])]),
            ("1,nullable\n", vec![row(&["1", "nullable"])]),
            ("1,\"a\nb\"\n", vec![row(&["1", "a\nb"])]),
            ("1,\"a\r\nb\",2\n", vec![row(&["1", "a\r\nb", "2"])]),
            ("1,a\rb,2\n", vec![row(&["1", "a\rb", "2"])]),
            ("1,a\r,2\n", vec![row(&["1", "a\r", "2"])]),
            ("1,a\u{2028}b\u{2029}c\u{85}d\u{b}e,2\n", vec![row(&["1", "a\u{2028}b\u{2029}c\u{85}d\u{b}e", "2"])]),
            ("1,\0\"a,b\0\"\0,2\n", vec![row(&["1", "a,b", "2"])]),
            ("\0\0", vec![]),
            ("1,\"{\"\"k\"\":\"\"v, w\"\"}\"\n", vec![row(&["1", "{\"k\":\"v, w\"}"])]),
            ("1,\"say \"\"hi\"\"\"\r\n2,x\r\n", vec![row(&["1", "say \"hi\""]), row(&["2", "x"])]),
            ("1,5\" nail\n", vec![row(&["1", "5\" nail"])]),
            ("1,\n", vec![row(&["1", ""])]),
            ("1,2\n\n\r\n3,4", vec![row(&["1", "2"]), row(&["3", "4"])]),
            ("\u{feff}id,b\n1,2\n", vec![row(&["id", "b"]), row(&["1", "2"])]),
            ("1,日本、東京\n", vec![row(&["1", "日本、東京"])]),
        ] {
            let parsed = parse(text.as_bytes(), true);
            assert_eq!(parsed, Parsed { rows, consumed: text.len() }, "{text:?}");
        }
    }

    #[test]
    fn an_incomplete_row_waits_for_its_end() {
        let text = b"1,\"a\nb";
        assert_eq!(parse(text, false), Parsed::default());
        let whole = parse(b"1,2\n3,\"4\n", false);
        assert_eq!(whole, Parsed { rows: vec![row(&["1", "2"])], consumed: 4 });
    }

    #[test]
    fn bytes_that_are_no_text_do_not_stop_anything() {
        assert_eq!(parse(b"1,\xff\xfea\n", true).rows, [row(&["1", "\u{fffd}\u{fffd}a"])]);
    }

    #[test]
    fn wide_and_long_rows_fit() {
        let wide = vec!["x"; 500].join(",") + "\n" + &"y".repeat(100_000) + "\n";
        let rows = parse(wide.as_bytes(), true).rows;
        assert_eq!((rows[0].len(), rows[1][0].as_ref().map(String::len)), (500, Some(100_000)));
    }

    /// A cell as people and machines leave them, and how Marketo writes it.
    fn dirty_cell() -> impl Strategy<Value = (Option<String>, String)> {
        let text = proptest::collection::vec(
            prop_oneof![
                Just("a"),
                Just("é"),
                Just("\n"),
                Just("\r"),
                Just("\r\n"),
                Just("\""),
                Just(","),
                Just("null"),
                Just("\u{2028}"),
                Just(" "),
                Just("東"),
                Just("0")
            ],
            0..6,
        );
        prop_oneof![
            1 => Just((None, "null".to_owned())),
            4 => text.prop_map(|parts| {
                let text = parts.concat();
                if text == "null" {
                    return (None, text);
                }
                let plain = !text.contains(['\n', '\r', '"', ',']);
                let written = if plain { text.clone() } else { format!("\"{}\"", text.replace('"', "\"\"")) };
                (Some(text), written)
            }),
        ]
    }

    proptest! {
        #[test]
        fn any_cut_gives_the_same_rows(
            cells in proptest::collection::vec((dirty_cell(), dirty_cell()), 0..12),
            crlf in any::<bool>(),
            nuls in any::<bool>(),
            last_line_feed in any::<bool>(),
            cuts in proptest::collection::vec(1usize..40, 1..20),
        ) {
            let end = if crlf { "\r\n" } else { "\n" };
            // The last column is a plain one, as in the files that we ask for.
            let lines: Vec<String> =
                cells.iter().enumerate().map(|(n, ((_, a), (_, b)))| format!("{a},{b},{n}")).collect();
            let mut file = lines.join(end);
            if last_line_feed && !file.is_empty() {
                file.push_str(end);
            }
            if nuls {
                file = file.replace(',', "\0,\0");
            }
            let expected: Vec<Row> = cells
                .iter()
                .enumerate()
                .map(|(n, ((a, _), (b, _)))| vec![a.clone(), b.clone(), Some(n.to_string())])
                .collect();
            let bytes = file.as_bytes();
            prop_assert_eq!(&parse(bytes, true).rows, &expected);

            // The file in pieces, each beginning where the last complete row ended.
            let (mut rows, mut offset, mut sizes) = (Vec::new(), 0, cuts.iter().cycle().copied());
            let mut width = 0;
            while offset < bytes.len() {
                width += sizes.next().unwrap();
                let upto = (offset + width).min(bytes.len());
                let parsed = parse(&bytes[offset..upto], upto == bytes.len());
                if parsed.consumed > 0 {
                    width = 0;
                }
                offset += parsed.consumed;
                rows.extend(parsed.rows);
            }
            prop_assert_eq!(rows, expected);
        }
    }
}
