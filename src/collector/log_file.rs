//! A file of an access log as lines, plain or compressed, with the place of each line in the text. Reads and nothing else.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};
use std::path::Path;

use flate2::read::MultiGzDecoder;
use sha2::{Digest, Sha256};

/// The longest line that is read; a longer one counts as one that cannot be.
const LONGEST_LINE: usize = 64 * 1024;

/// What the next line is.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Line {
    /// Without its end.
    Text(String),
    TooLong,
    /// The file ends within this line: the web server is still writing it.
    Unfinished,
}

/// An open file.
pub(super) struct LogFile {
    reader: Box<dyn BufRead + Send>,
    /// A compressed file is finished; its last line needs no end.
    compressed: bool,
    /// Bytes of text read.
    pub(super) offset: u64,
    content: Sha256,
}

impl LogFile {
    pub(super) fn open(path: &Path) -> io::Result<LogFile> {
        let mut file = File::open(path)?;
        let mut magic = [0; 2];
        let compressed = file.read(&mut magic)? == 2 && magic == [0x1f, 0x8b];
        file.seek(SeekFrom::Start(0))?;
        let reader: Box<dyn BufRead + Send> = if compressed {
            Box::new(BufReader::with_capacity(1 << 16, MultiGzDecoder::new(BufReader::new(file))))
        } else {
            Box::new(BufReader::with_capacity(1 << 16, file))
        };
        Ok(LogFile { reader, compressed, offset: 0, content: Sha256::new() })
    }

    /// The next line; `None` at the end. An unfinished line is not taken.
    pub(super) fn next_line(&mut self) -> io::Result<Option<Line>> {
        let mut bytes = Vec::new();
        let mut length = 0;
        let mut ended = false;
        loop {
            let part = self.reader.fill_buf()?;
            if part.is_empty() {
                break;
            }
            let end = part.iter().position(|byte| *byte == b'\n');
            let taken = end.map_or(part.len(), |end| end + 1);
            if bytes.len() <= LONGEST_LINE {
                bytes.extend_from_slice(&part[..taken]);
            }
            length += taken as u64;
            self.reader.consume(taken);
            if end.is_some() {
                ended = true;
                break;
            }
        }
        if length == 0 {
            return Ok(None);
        }
        if !ended && !self.compressed {
            return Ok(Some(Line::Unfinished));
        }
        self.offset += length;
        let text = String::from_utf8_lossy(&bytes);
        let text = text.trim_end_matches(['\n', '\r']);
        self.content.update(without_address(text));
        self.content.update(b"\n");
        if bytes.len() > LONGEST_LINE {
            return Ok(Some(Line::TooLong));
        }
        Ok(Some(Line::Text(text.to_owned())))
    }

    /// A hash of everything read so far, without the addresses in it.
    pub(super) fn content(&self) -> String {
        hex(&self.content.clone().finalize())
    }
}

/// What stands in a line from its time on: what comes before tells who it was.
fn without_address(line: &str) -> &str {
    line.find('[').map_or("", |open| &line[open..])
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn lines(path: &Path) -> (Vec<Line>, u64, String) {
        let mut file = LogFile::open(path).unwrap();
        let mut lines = Vec::new();
        while let Some(line) = file.next_line().unwrap() {
            let unfinished = line == Line::Unfinished;
            lines.push(line);
            if unfinished {
                break;
            }
        }
        (lines, file.offset, file.content())
    }

    #[test]
    fn a_file_reads_the_same_plain_and_compressed_and_a_line_that_is_being_written_waits() {
        let folder = tempfile::tempdir().unwrap();
        let (plain, packed) = (folder.path().join("access.log"), folder.path().join("access.log.1.gz"));
        let long = "x".repeat(LONGEST_LINE + 10);
        let text = format!("1.2.3.4 [a\r\n{long}\n\n5.6.7.8 [b\n");
        std::fs::write(&plain, &text).unwrap();
        let mut encoder = flate2::write::GzEncoder::new(File::create(&packed).unwrap(), flate2::Compression::fast());
        encoder.write_all(text.as_bytes()).unwrap();
        encoder.finish().unwrap();
        let read = lines(&plain);
        let line = |text: &str| Line::Text(text.to_owned());
        assert_eq!(read.0, [line("1.2.3.4 [a"), Line::TooLong, line(""), line("5.6.7.8 [b")]);
        assert_eq!(read.1, text.len() as u64);
        assert_eq!(lines(&packed), read);
        std::fs::write(&plain, format!("{text}9.9.9.9 [c")).unwrap();
        let more = lines(&plain);
        assert_eq!((more.0.last(), more.1, &more.2), (Some(&Line::Unfinished), read.1, &read.2));
        std::fs::write(&plain, text.replace("1.2.3.4", "9.9.9.9")).unwrap();
        assert_eq!(lines(&plain).2, read.2, "the hash knows no address");
    }
}
