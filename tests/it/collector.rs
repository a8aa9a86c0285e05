//! The collector in the real daemon: what it acknowledges stays, what it refuses is refused as documented, and no address is
//! kept.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use hmac::{Hmac, KeyInit, Mac};
use intentd::domain::model::{CompanyId, Country};
use intentd::store::{CompanyVisits, VisitorId};
use intentd_hubspot::fake::FakeConfig;
use intentd_sdk::Timestamp;
use intentd_sdk::record::ObjectKind;
use sha2::Sha256;

use crate::account::{OPEN_GUARDS, Site};
use crate::daemon::Daemon;
use crate::inside::look;
use crate::mmdb_file::{Field, write};

const BROWSER: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0";
const SITE: &str = "https://www.example.com";
const SECRET: &str = "a secret that only the web site knows";

/// Ids as the script mints them, another one for each number.
fn id(number: usize) -> String {
    format!("{number:032x}")
}

fn hit(number: usize) -> String {
    format!(
        r#"{{"id":"{}","url":"{SITE}/pricing/?utm=1","consent":true,"visitor":"{}"}}"#,
        id(number),
        id(number % 100)
    )
}

/// A connection that is kept open, as a browser does.
struct Browser {
    stream: BufReader<TcpStream>,
}

/// Status, headers and body of an answer.
struct Answer {
    status: u16,
    headers: String,
    body: String,
}

impl Browser {
    fn open(address: SocketAddr) -> Browser {
        Browser { stream: BufReader::new(TcpStream::connect(address).unwrap()) }
    }

    fn call(&mut self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> std::io::Result<Answer> {
        let mut text = format!("{method} {path} HTTP/1.1\r\nContent-Length: {}\r\n", body.len());
        for (name, value) in headers.iter().filter(|(_, value)| !value.is_empty()) {
            text.push_str(&format!("{name}: {value}\r\n"));
        }
        self.stream.get_mut().write_all(format!("{text}\r\n{body}").as_bytes())?;
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            if self.stream.read_line(&mut head)? == 0 {
                return Err(std::io::ErrorKind::UnexpectedEof.into());
            }
        }
        let head = head.to_lowercase();
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok()).unwrap_or(0);
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body)?;
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap();
        Ok(Answer { status, headers: head, body: String::from_utf8(body).unwrap() })
    }

    /// Sends a visit as the script does, with other headers put over the usual ones; an empty one is left out.
    fn send(&mut self, headers: &[(&str, &str)], body: &str) -> std::io::Result<Answer> {
        let usual = [
            ("Host", "visits.example.com"),
            ("Origin", SITE),
            ("User-Agent", BROWSER),
            ("Content-Type", "text/plain;charset=UTF-8"),
        ];
        let kept = usual.into_iter().filter(|(name, _)| headers.iter().all(|(other, _)| other != name));
        let headers: Vec<(&str, &str)> = kept.chain(headers.iter().copied()).collect();
        self.call("POST", "/collect", &headers, body)
    }
}

/// A workspace with a collector, and where it will listen. This machine itself and 192.0.2.0/24 belong to companies.
fn site(more: &str) -> (Site, SocketAddr) {
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let site = Site::with(
        FakeConfig::for_tests(),
        &format!(
            "{OPEN_GUARDS}\nschedule: {{sync_every: 24h}}\nvisits:\n  ip_database: company.mmdb\n  own_domains: [own.example]\n\
             collector:\n  listen: \"{address}\"\n  origins: [{SITE}]\n{more}"
        ),
    );
    site.hurry();
    let text = |text: &str| Field::Text(text.into());
    let company = |name: &str, domain: &str| {
        let named = Field::Map(vec![("name".into(), text(name)), ("domain".into(), text(domain))]);
        let country = Field::Map(vec![("iso_code".into(), text("SE"))]);
        Field::Map(vec![("company".into(), named), ("country".into(), country)])
    };
    let networks = [
        ("127.0.0.0".parse().unwrap(), 8, company("Loopback AB", "loopback.example")),
        ("192.0.2.0".parse().unwrap(), 24, company("Acme AB", "acme.example")),
        ("198.51.100.0".parse().unwrap(), 24, company("Own AB", "own.example")),
    ];
    std::fs::write(site.folder.path().join("company.mmdb"), write(&networks)).unwrap();
    (site, address)
}

fn start(site: &Site) -> Daemon {
    // An earlier daemon of this workspace may have been killed.
    let _ = std::fs::remove_file(site.folder.path().join("notify"));
    let mut daemon = Daemon::start(site, &[]);
    daemon.hear("READY=1");
    daemon
}

/// The company with this domain, and its visits.
fn visits_of(site: &Site, domain: &str) -> Option<CompanyVisits> {
    look(site, async |store| {
        let mut tx = store.begin().await.unwrap();
        let found = tx.find_local_by_key(ObjectKind::Company, &[domain.to_owned()]).await.unwrap();
        tx.rollback().await.unwrap();
        let company = CompanyId(*found.get(domain)?);
        Some(store.load_company_visits(&[company], Timestamp::EPOCH).await.unwrap())
    })
}

#[test]
fn i11_of_ten_thousand_visits_at_full_speed_a_kill_loses_none_that_was_acknowledged() {
    const VISITS: usize = 10_000;
    let (site, address) = site("  per_address_per_minute: 1000000\n  total_per_second: 1000000\n");
    let acknowledged = Mutex::new(BTreeSet::new());
    let total = AtomicUsize::new(0);
    let (reach, reached) = std::sync::mpsc::channel();
    // Sends what is not acknowledged yet, over eight connections, until everything is or the daemon is gone.
    let send_the_rest = || {
        std::thread::scope(|scope| {
            for lane in 0..8 {
                let (acknowledged, total, reach) = (&acknowledged, &total, reach.clone());
                scope.spawn(move || {
                    let mut browser = Browser::open(address);
                    for number in (lane..VISITS).step_by(8) {
                        if acknowledged.lock().unwrap().contains(&number) {
                            continue;
                        }
                        match browser.send(&[], &hit(number)) {
                            Ok(answer) => assert_eq!(answer.status, 204, "{}", answer.body),
                            Err(_) => return,
                        }
                        acknowledged.lock().unwrap().insert(number);
                        if total.fetch_add(1, Ordering::Relaxed) == VISITS / 3 {
                            reach.send(()).unwrap();
                        }
                    }
                });
            }
        });
    };
    let daemon = start(&site);
    std::thread::scope(|scope| {
        let sending = scope.spawn(send_the_rest);
        reached.recv().unwrap();
        daemon.signal("KILL");
        sending.join().unwrap();
    });
    drop(daemon);
    let before = acknowledged.lock().unwrap().len();
    assert!((VISITS / 3..VISITS).contains(&before), "{before} were acknowledged before the kill");
    // Whatever was on its way at the kill may be stored or not: it is sent again under the same id and counts once.
    let stored = visits_of(&site, "loopback.example").unwrap().visits.len();
    assert!((before..=before + 8).contains(&stored), "{before} were acknowledged, {stored} are stored");

    let mut daemon = start(&site);
    send_the_rest();
    assert_eq!(acknowledged.lock().unwrap().len(), VISITS);
    daemon.signal("TERM");
    assert!(daemon.end().success());
    let visits = visits_of(&site, "loopback.example").unwrap().visits;
    assert_eq!(visits.len(), VISITS, "each once");
    assert_eq!(visits.iter().map(|visit| visit.visitor).collect::<BTreeSet<VisitorId>>().len(), 100);
}

#[test]
fn what_is_refused_is_refused_as_documented_and_leaves_nothing() {
    let (site, address) = site("  hosts: [visits.example.com]\n  identify_secret: {file: secret}\n");
    let secret = site.folder.path().join("secret");
    std::fs::write(&secret, SECRET).unwrap();
    let mut daemon = start(&site);
    let mut browser = Browser::open(address);
    let without = |what: &str| hit(1).replace(what, "");
    let person = hit(1).replace('}', r#","email":"ada@example.org","signature":"00"}"#);
    let large = format!("{}{}", hit(1), " ".repeat(5000));
    let documented = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/OPERATIONS.md")).unwrap();
    type Headers = Vec<(&'static str, &'static str)>;
    let refusals: Vec<(&str, u16, Headers, String)> = vec![
        ("host", 421, vec![("Host", "evil.example")], hit(1)),
        ("origin", 403, vec![("Origin", "https://evil.example")], hit(1)),
        ("origin", 403, vec![("Origin", "https://www.example.com.evil.example")], hit(1)),
        ("origin", 403, vec![("Origin", "http://www.example.com")], hit(1)),
        ("origin", 403, vec![("Origin", "null")], hit(1)),
        ("origin", 403, vec![("Origin", "")], hit(1)),
        ("origin", 403, vec![], hit(1).replace("www.example.com", "evil.example")),
        ("consent", 403, vec![], without(r#","consent":true"#)),
        ("consent", 403, vec![], hit(1).replace("true", "false")),
        ("consent", 403, vec![("DNT", "1")], hit(1)),
        ("consent", 403, vec![("Sec-GPC", "1")], hit(1)),
        ("bot", 403, vec![("User-Agent", "Googlebot/2.1")], hit(1)),
        ("bot", 403, vec![("User-Agent", "")], hit(1)),
        ("signature", 403, vec![], person),
        ("content_type", 415, vec![("Content-Type", "multipart/form-data")], hit(1)),
        ("content_type", 415, vec![("Content-Type", "")], hit(1)),
        ("body", 400, vec![], "{}".to_owned()),
        ("body", 400, vec![], hit(1).replace(&id(1), "ada@example.org")),
        ("too_large", 413, vec![], large),
    ];
    for (word, status, headers, body) in refusals {
        let answer = browser.send(&headers, &body).unwrap();
        assert_eq!((answer.status, answer.body.as_str()), (status, word), "{headers:?} {body:.200}");
        assert!(
            documented.contains(&format!("| {status} | `{word}` |")),
            "{status} {word} is not in docs/OPERATIONS.md"
        );
        let open = answer.headers.contains("access-control-allow-origin");
        assert_eq!(open, !matches!(word, "host") && headers.iter().all(|(name, _)| *name != "Origin"), "{word}");
        assert!(!answer.headers.contains("allow-origin: *"));
        if word == "too_large" {
            // The rest of such a body is not waited for.
            browser = Browser::open(address);
        }
    }
    for (method, path, status) in [
        ("GET", "/collect", 405),
        ("DELETE", "/collect", 405),
        ("GET", "/", 404),
        ("GET", "/metrics", 404),
        ("POST", "/t.js", 405),
    ] {
        let headers = [("Host", "visits.example.com"), ("Origin", SITE)];
        assert_eq!(Browser::open(address).call(method, path, &headers, "").unwrap().status, status, "{method} {path}");
    }
    let asked = browser.call("OPTIONS", "/collect", &[("Host", "visits.example.com"), ("Origin", SITE)], "").unwrap();
    assert_eq!(asked.status, 204);
    assert!(asked.headers.contains("access-control-allow-origin: https://www.example.com\r\n"), "{}", asked.headers);
    let script = browser.call("GET", "/t.js", &[("Host", "visits.example.com")], "").unwrap();
    assert!(script.body.contains("/collect") && script.headers.contains("text/javascript"), "{}", script.headers);

    // After all that, nothing is stored; and then the limit of the address is reached.
    let mut answers = Vec::new();
    for number in 0..80 {
        let answer = browser.send(&[], &hit(number)).unwrap();
        assert!(answer.status == 204 || answer.headers.contains("retry-after: "), "{}", answer.headers);
        answers.push((answer.status, answer.body));
    }
    let taken = answers.iter().filter(|(status, _)| *status == 204).count();
    assert!((1..60).contains(&taken), "{taken} of 80 with a limit of 60 in a minute, of which some are used");
    assert!(answers.contains(&(429, "rate".to_owned())));
    assert!(documented.contains("| 429 | `rate` |") && documented.contains("| 503 | `unavailable` |"));
    daemon.signal("TERM");
    assert!(daemon.end().success());
    assert_eq!(visits_of(&site, "loopback.example").unwrap().visits.len(), taken);
}

#[test]
fn i12_a_visit_has_a_company_a_country_and_a_page_and_no_address() {
    const ADDRESS: &str = "192.0.2.77";
    let (site, address) = site("  trusted_proxies: [127.0.0.1]\n  identify_secret: {file: secret}\n");
    std::fs::write(site.folder.path().join("secret"), SECRET).unwrap();
    let mut daemon = start(&site);
    let mut browser = Browser::open(address);
    let nameless =
        |number: usize| format!(r#"{{"id":"{}","url":"{SITE}/a?email=eve@example.org","consent":true}}"#, id(number));
    let forwarded = ("X-Forwarded-For", "203.0.113.200, 192.0.2.77");
    for number in 0..3 {
        assert_eq!(browser.send(&[forwarded], &nameless(number)).unwrap().status, 204);
    }
    assert_eq!(
        browser.send(&[forwarded, ("User-Agent", &BROWSER.replace("145", "144"))], &nameless(3)).unwrap().status,
        204
    );
    // Own people are answered like others, and do not count.
    assert_eq!(browser.send(&[("X-Forwarded-For", "198.51.100.9")], &nameless(4)).unwrap().status, 204);
    let mut mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).unwrap();
    mac.update(b"ada.visits@customer.example");
    let signature: String = mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    let person =
        nameless(5).replace('}', &format!(r#","email":"Ada.Visits@customer.example","signature":"{signature}"}}"#));
    assert_eq!(browser.send(&[forwarded], &person).unwrap().status, 204);
    daemon.hear("next cycle in");
    daemon.signal("TERM");
    assert!(daemon.end().success());

    assert_eq!(visits_of(&site, "own.example"), None);
    let visits = visits_of(&site, "acme.example").unwrap();
    let visitors: BTreeSet<VisitorId> = visits.visits.iter().map(|visit| visit.visitor).collect();
    assert_eq!((visits.visits.len(), visitors.len()), (5, 3), "one browser three times, another one, and a person");
    assert!(visits.visits.iter().all(|visit| visit.country == Country::from_code("SE")));
    let pages: Vec<&str> = visits.pages.values().map(|page| page.path.as_str()).collect();
    assert_eq!(pages, ["/a"]);
    let mut kept = daemon.lines.join("\n").into_bytes();
    for file in ["intentd.db", "intentd.db-wal"] {
        kept.extend(std::fs::read(site.folder.path().join(file)).unwrap_or_default());
    }
    let kept = String::from_utf8_lossy(&kept);
    for secret in [ADDRESS, "203.0.113.200", "198.51.100.9", "eve@example.org", "127.0.0.1, 192", BROWSER] {
        assert!(!kept.contains(secret), "{secret} is kept");
    }
    let log = daemon.lines.join("\n");
    assert!(!log.contains("customer.example"), "{log}");
}
