//! One line of a web server's access log in the combined format ("Apache HTTP Server: Log Files"), with or without a virtual
//! host in front. What it says of the visitor beyond address and browser (user name, referer's query) is not read.

use std::net::IpAddr;

use intentd_sdk::Timestamp;
use jiff::fmt::strtime;

/// What a line says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LogLine<'a> {
    /// The host in front of the line, without its port.
    pub virtual_host: Option<&'a str>,
    pub address: IpAddr,
    pub at: Timestamp,
    pub method: &'a str,
    /// As the browser asked for it.
    pub target: &'a str,
    pub status: u16,
    pub agent: &'a str,
    /// The line from its time on: everything but who it was.
    pub after_address: &'a str,
}

/// Why a line cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub enum Unreadable {
    #[error("not in the combined format")]
    Format,
    #[error("no address (host names instead of addresses?)")]
    Address,
    #[error("no time")]
    Time,
}

/// Reads one line.
///
/// # Errors
/// Says what of it cannot be read.
pub fn parse_line(line: &str) -> Result<LogLine<'_>, Unreadable> {
    let open = line.find('[').ok_or(Unreadable::Format)?;
    let (front, after_address) = line.split_at(open);
    let (time, rest) = after_address[1..].split_once("] ").ok_or(Unreadable::Format)?;
    let mut fields = front.split_ascii_whitespace();
    let (first, second) = (fields.next().ok_or(Unreadable::Format)?, fields.next().ok_or(Unreadable::Format)?);
    let (virtual_host, address) = match address_of(first) {
        Some(address) => (None, address),
        None => (Some(without_port(first)), address_of(second).ok_or(Unreadable::Address)?),
    };
    let (request, rest) = quoted(rest).ok_or(Unreadable::Format)?;
    let mut numbers = rest.split_ascii_whitespace();
    let status = numbers.next().and_then(|status| status.parse().ok()).ok_or(Unreadable::Format)?;
    // Bytes sent, then the quoted referer, then the quoted agent.
    let rest = rest.split_once('"').map(|(_, rest)| rest).ok_or(Unreadable::Format)?;
    let (_, rest) = until_quote(rest).ok_or(Unreadable::Format)?;
    let (agent, _) = quoted(rest).ok_or(Unreadable::Format)?;
    let mut words = request.split_ascii_whitespace();
    let (method, target) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    Ok(LogLine { virtual_host, address, at: time_of(time)?, method, target, status, agent, after_address })
}

/// `2xx`, and `304`: the visitor saw the page.
pub fn is_counted_status(status: u16) -> bool {
    (200..300).contains(&status) || status == 304
}

/// Whether a path is a part of pages (a picture, a script) rather than a page. Documents are pages.
pub fn is_static(path: &str) -> bool {
    const ENDINGS: &[&str] = &[
        "avif",
        "bmp",
        "css",
        "cur",
        "eot",
        "gif",
        "gz",
        "ico",
        "jpeg",
        "jpg",
        "js",
        "json",
        "map",
        "mjs",
        "mp3",
        "mp4",
        "otf",
        "png",
        "rss",
        "svg",
        "ttf",
        "txt",
        "wasm",
        "wav",
        "webm",
        "webmanifest",
        "webp",
        "woff",
        "woff2",
        "xml",
    ];
    let name = path.rsplit('/').next().unwrap_or_default();
    name.rsplit_once('.').is_some_and(|(_, ending)| ENDINGS.contains(&ending.to_ascii_lowercase().as_str()))
}

fn address_of(text: &str) -> Option<IpAddr> {
    text.trim_start_matches('[').trim_end_matches(']').parse().ok()
}

fn without_port(host: &str) -> &str {
    host.rsplit_once(':')
        .filter(|(_, port)| port.bytes().all(|byte| byte.is_ascii_digit()))
        .map_or(host, |(host, _)| host)
}

/// The text between the next two quotes, and what follows.
fn quoted(text: &str) -> Option<(&str, &str)> {
    until_quote(text.split_once('"')?.1)
}

/// The text before the closing quote, and what follows it. `\"` is part of the text.
fn until_quote(text: &str) -> Option<(&str, &str)> {
    let mut escaped = false;
    for (place, byte) in text.bytes().enumerate() {
        match byte {
            b'\\' if !escaped => escaped = true,
            b'"' if !escaped => return Some((&text[..place], &text[place + 1..])),
            _ => escaped = false,
        }
    }
    None
}

fn time_of(text: &str) -> Result<Timestamp, Unreadable> {
    let parsed = strtime::parse("%d/%b/%Y:%H:%M:%S %z", text).and_then(|time| time.to_timestamp());
    parsed.map(Timestamp::from).map_err(|_| Unreadable::Time)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: &str = r#"192.0.2.7 - ada [21/Nov/2026:10:00:00 +0100] "GET /pricing?x=1 HTTP/1.1" 200 5120 "https://www.example.com/?q=a" "Mozilla/5.0 (X11) \"odd\" Firefox/145.0""#;

    #[test]
    fn both_variants_of_the_combined_format_are_read() {
        let line = parse_line(PLAIN).unwrap();
        assert_eq!(line.virtual_host, None);
        assert_eq!(line.address, "192.0.2.7".parse::<IpAddr>().unwrap());
        assert_eq!(line.at.to_string(), "2026-11-21T09:00:00.000Z");
        assert_eq!((line.method, line.target, line.status), ("GET", "/pricing?x=1", 200));
        assert_eq!(line.agent, r#"Mozilla/5.0 (X11) \"odd\" Firefox/145.0"#);
        assert!(line.after_address.starts_with("[21/Nov"));
        let with_host = format!("shop.example.com:443 {PLAIN}");
        assert_eq!(parse_line(&with_host).unwrap().virtual_host, Some("shop.example.com"));
        let v6 = PLAIN.replace("192.0.2.7", "2001:db8::1");
        assert_eq!(parse_line(&v6).unwrap().address, "2001:db8::1".parse::<IpAddr>().unwrap());
    }

    #[test]
    fn what_cannot_be_read_says_why() {
        for (line, reason) in [
            ("", Unreadable::Format),
            ("nonsense", Unreadable::Format),
            (r#"192.0.2.7 - - [21/Nov/2026:10:00:00 +0100] "GET / HTTP/1.1" 200 5120"#, Unreadable::Format),
            (r#"192.0.2.7 - - [yesterday] "GET / HTTP/1.1" 200 1 "-" "Firefox""#, Unreadable::Time),
            (
                r#"a.example b.example - [21/Nov/2026:10:00:00 +0100] "GET / HTTP/1.1" 200 1 "-" "F""#,
                Unreadable::Address,
            ),
            (r#"192.0.2.7 - - [21/Nov/2026:10:00:00 +0100] "GET / HTTP/1.1" ok 1 "-" "F""#, Unreadable::Format),
        ] {
            assert_eq!(parse_line(line), Err(reason), "{line}");
        }
        // Whatever robots send as a request is no reason to stop.
        let odd = r#"192.0.2.7 - - [21/Nov/2026:10:00:00 +0100] "\x16\x03\x01" 400 1 "-" "-""#;
        assert_eq!(parse_line(odd).unwrap().target, "");
    }

    #[test]
    fn pages_are_told_from_their_parts() {
        for (path, is_part) in [
            ("/", false),
            ("/pricing", false),
            ("/a.b/c", false),
            ("/x.JPG", true),
            ("/app.js", true),
            ("/data.pdf", false),
            ("/i.html", false),
        ] {
            assert_eq!(is_static(path), is_part, "{path}");
        }
        assert!(is_counted_status(200) && is_counted_status(304) && !is_counted_status(301) && !is_counted_status(404));
    }
}
