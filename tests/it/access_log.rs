//! Access logs through the command line: every visit once, whatever happens to the files between two imports.

use std::fs::File;
use std::io::Write;

use intentd::domain::model::CompanyId;
use intentd::store::VisitorId;
use intentd_hubspot::fake::FakeConfig;
use intentd_sdk::Timestamp;
use intentd_sdk::record::ObjectKind;
use serde_json::Value;

use crate::account::{OPEN_GUARDS, Site, number};
use crate::inside::look;
use crate::mmdb_file::{Field, write};

const BROWSER: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0";

fn site() -> Site {
    let site = Site::with(FakeConfig::for_tests(), &format!("{OPEN_GUARDS}\nvisits: {{ip_database: company.mmdb}}"));
    let text = |text: &str| Field::Text(text.into());
    let company = Field::Map(vec![("name".into(), text("Acme AB")), ("domain".into(), text("acme.example"))]);
    std::fs::write(site.folder.path().join("company.mmdb"), write(&[("192.0.2.0".parse().unwrap(), 24, company)]))
        .unwrap();
    site
}

fn line(address: &str, second: usize, request: &str, status: u16, agent: &str) -> String {
    let (minute, second) = (second / 60, second % 60);
    format!(
        "{address} - - [21/Nov/2026:10:{minute:02}:{second:02} +0100] \"{request}\" {status} 512 \"-\" \"{agent}\"\n"
    )
}

fn view(second: usize) -> String {
    line(&format!("192.0.2.{}", second % 5), second, &format!("GET /page{}?q=1 HTTP/1.1", second % 3), 200, BROWSER)
}

fn import(site: &Site, more: &[&str]) -> Value {
    let mut arguments = vec!["import", "access-log", "--site", "www.example.com", "--without-consent"];
    arguments.extend(more);
    let mut report = site.json(&arguments);
    report["files"][0].take()
}

/// Visits and different visitors of the company behind all addresses.
fn stored(site: &Site) -> (usize, usize) {
    look(site, async |store| {
        let mut tx = store.begin().await.unwrap();
        let found = tx.find_local_by_key(ObjectKind::Company, &["acme.example".to_owned()]).await.unwrap();
        tx.rollback().await.unwrap();
        let Some(company) = found.get("acme.example") else { return (0, 0) };
        let visits = store.load_company_visits(&[CompanyId(*company)], Timestamp::EPOCH).await.unwrap().visits;
        let visitors: std::collections::BTreeSet<VisitorId> = visits.iter().map(|visit| visit.visitor).collect();
        (visits.len(), visitors.len())
    })
}

#[test]
fn a_log_is_read_on_after_rotation_and_compression_and_no_line_counts_twice() {
    let site = site();
    let at = |name: &str| site.folder.path().join(name);
    let (log, first, second) = (at("access.log"), at("access.log.1"), at("access.log.2.gz"));
    let path = |file: &std::path::Path| file.display().to_string();
    let all: Vec<String> = (0..600).map(view).collect();
    // The web server is writing its last line.
    std::fs::write(&log, format!("{}{}", all[..400].concat(), &all[400][..30])).unwrap();
    let dry = import(&site, &[&path(&log), "--dry-run"]);
    assert_eq!((number(&dry, "/lines"), number(&dry, "/visits"), stored(&site).0), (400, 400, 0));
    let report = import(&site, &[&path(&log)]);
    assert_eq!((number(&report, "/lines"), number(&report, "/visits"), stored(&site)), (400, 400, (400, 5)));

    // It goes on, is rotated, and a new one begins.
    std::fs::write(&first, all[..500].concat()).unwrap();
    std::fs::write(&log, all[500..].concat()).unwrap();
    let report = import(&site, &[&path(&first)]);
    assert_eq!((number(&report, "/lines"), number(&report, "/known"), stored(&site)), (100, 0, (500, 5)));
    assert_eq!(number(&report, "/resumed_at"), all[..400].concat().len() as u64);
    import(&site, &[&path(&log)]);
    assert_eq!(stored(&site), (600, 5), "visitors are told apart the same way in all imports of a day");

    // Compressed, it is known by its content.
    let mut encoder = flate2::write::GzEncoder::new(File::create(&second).unwrap(), flate2::Compression::default());
    encoder.write_all(all[..500].concat().as_bytes()).unwrap();
    encoder.finish().unwrap();
    let report = import(&site, &[&path(&second)]);
    assert_eq!((number(&report, "/lines"), stored(&site).0), (0, 600));
    // Put together anew it is another file, but its lines are the same.
    std::fs::write(&log, [&all[300..], &all[..300]].concat().concat()).unwrap();
    let report = import(&site, &[&path(&log)]);
    assert_eq!((number(&report, "/lines"), number(&report, "/known"), stored(&site).0), (600, 600, 600));
}

#[test]
fn equal_lines_of_different_visitors_are_different_visits() {
    let site = site();
    let log = site.folder.path().join("access.log");
    let same = |address: &str| line(address, 7, "GET /a HTTP/1.1", 200, BROWSER);
    let text = [same("192.0.2.1"), same("192.0.2.2"), same("192.0.2.1")].concat();
    std::fs::write(&log, &text).unwrap();
    let file = log.display().to_string();
    assert_eq!(number(&import(&site, &[&file]), "/visits"), 3);
    assert_eq!(stored(&site), (3, 2));
    // One more in the same second, written after the first import.
    std::fs::write(&log, format!("{text}{}", same("192.0.2.3"))).unwrap();
    assert_eq!(number(&import(&site, &[&file]), "/visits"), 1);
    assert_eq!(stored(&site), (4, 3));
}

#[test]
fn lines_that_are_no_visits_are_counted_by_reason_and_consent_is_asked_for() {
    let site = site();
    let log = site.folder.path().join("access.log");
    let request = |request: &str| line("192.0.2.1", 1, request, 200, BROWSER);
    let lines = [
        view(0),
        request("POST /form HTTP/1.1"),
        request("GET /logo.png HTTP/1.1"),
        line("192.0.2.1", 2, "GET /gone HTTP/1.1", 404, BROWSER),
        line("192.0.2.1", 3, "GET /a HTTP/1.1", 200, "Googlebot/2.1 (+http://www.google.com/bot.html)"),
        line("client.example.net", 4, "GET /a HTTP/1.1", 200, BROWSER),
        format!("shop.example.com:443 {}", view(5)),
        format!("www.other.example:443 {}", view(6)),
        "nonsense\n".to_owned(),
        line("192.0.2.1", 8, "GET /b HTTP/1.1", 304, BROWSER),
    ];
    std::fs::write(&log, lines.concat()).unwrap();
    let file = log.display().to_string();
    let refused = site.run(&["import", "access-log", "--site", "example.com", &file]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("--without-consent"));
    let report = import(&site, &[&file]);
    assert_eq!((number(&report, "/lines"), number(&report, "/visits")), (10, 3));
    let wanted = serde_json::json!({
        "bot": 1, "no_address": 1, "no_page_view": 1, "not_combined_format": 1, "other_host": 1, "part_of_a_page": 1, "status": 1
    });
    assert_eq!(report["skipped"], wanted);
    assert_eq!(stored(&site).0, 3);
    let mut kept = Vec::new();
    for name in ["intentd.db", "intentd.db-wal"] {
        kept.extend(std::fs::read(site.folder.path().join(name)).unwrap_or_default());
    }
    assert!(!String::from_utf8_lossy(&kept).contains("192.0.2."), "I12: no address is kept");
    let gone = site.run(&["import", "access-log", "--site", "example.com", "--without-consent", "nowhere.log"]);
    assert_eq!(gone.status.code(), Some(2));
}
