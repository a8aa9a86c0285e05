//! An OAuth app: authorized through the consent page, then used; its refresh token is at rest only sealed (I12).

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt;
use std::process::Stdio;

use intentd_hubspot::fake::FakeConfig;
use url::Url;

use crate::account::{OPEN_GUARDS, Site, number};

const SECRET: &str = "an-app-secret-of-this-test";

/// A workspace whose connection is an OAuth app.
fn site() -> Site {
    let config = FakeConfig { client_secret: SECRET.into(), ..FakeConfig::for_tests() };
    let site = Site::with(config, OPEN_GUARDS);
    std::fs::write(site.folder.path().join("secret"), SECRET).unwrap();
    let text = std::fs::read_to_string(site.config_file()).unwrap();
    let oauth = "{oauth: {client_id: fake-client, client_secret: {file: secret}}}";
    let text = text.replace("{token: {file: token}}", oauth);
    assert!(text.contains(oauth));
    std::fs::write(site.config_file(), text).unwrap();
    site
}

/// Asks for an address as a browser does, without following where it leads. Status and place to go on to.
fn get(url: &Url) -> (u16, Option<Url>) {
    let host = url.host_str().unwrap();
    let mut stream = TcpStream::connect((host, url.port().unwrap())).unwrap();
    let target = &url[url::Position::BeforePath..];
    write!(stream, "GET {target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let status = answer.split(' ').nth(1).unwrap().parse().unwrap();
    let place = answer.lines().find_map(|line| line.strip_prefix("location: "));
    (status, place.map(|place| Url::parse(place).unwrap()))
}

fn holds(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

/// Every file of the database.
fn database(site: &Site) -> Vec<u8> {
    let mut bytes = std::fs::read(site.folder.path().join("intentd.db")).unwrap();
    bytes.extend(std::fs::read(site.folder.path().join("intentd.db-wal")).unwrap_or_default());
    bytes
}

#[test]
fn an_app_is_authorized_by_its_page_and_its_refresh_token_is_sealed() {
    let site = site();
    assert_eq!(site.run(&["sync"]).status.code(), Some(1), "nothing can be read before");

    let mut child = site
        .command(&["auth", "hubspot", "--port", "0", "--timeout", "60"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
    let page = Url::parse(&lines.next().unwrap()).unwrap();
    let question = |name: &str| page.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned());
    let redirect = Url::parse(&question("redirect_uri").unwrap()).unwrap();
    assert_ne!(redirect.port(), Some(0), "the address that the browser comes back to has the real port");
    assert_eq!(question("code_challenge_method").as_deref(), Some("S256"));

    // A browser opens connections in advance that it may never use.
    let _idle = TcpStream::connect(("localhost", redirect.port().unwrap())).unwrap();
    let mut foreign = redirect.clone();
    foreign.query_pairs_mut().append_pair("code", "somebody-elses").append_pair("state", "somebody-elses");
    assert_eq!(get(&foreign).0, 404, "a redirect that nobody here asked for");
    assert_eq!(get(&redirect.join("/favicon.ico").unwrap()).0, 404);

    let (status, back) = get(&page);
    assert_eq!(status, 302);
    let back = back.unwrap();
    assert_eq!(back.port(), redirect.port());
    assert_eq!(get(&back).0, 200);
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));

    let summary = site.json(&["sync"]);
    assert_eq!(summary["complete"], true, "{summary}");
    assert!(number(&summary, "/changes/written") > 0);

    let account = serde_json::to_value(site.fake.snapshot()).unwrap();
    let tokens = |kind: &str| -> Vec<String> { account["grants"][kind].as_object().unwrap().keys().cloned().collect() };
    let (refresh, access) = (tokens("refresh"), tokens("access"));
    assert!(!refresh.is_empty() && !access.is_empty());
    let bytes = database(&site);
    for secret in refresh.iter().chain(&access).map(String::as_str).chain([SECRET]) {
        assert!(!holds(&bytes, secret), "I12: a secret is in the database as it is");
    }
    let key = std::fs::metadata(site.folder.path().join("intentd.key")).unwrap();
    assert_eq!(key.permissions().mode() & 0o777, 0o600);

    // With another key the sealed token is worthless, and the message says what to do.
    std::fs::remove_file(site.folder.path().join("intentd.key")).unwrap();
    let output = site.run(&["sync"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("intentd auth"));
}

#[test]
fn a_refused_consent_is_told_and_stores_nothing() {
    let site = site();
    let mut child = site
        .command(&["auth", "--port", "0", "--timeout", "60"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
    let page = Url::parse(&lines.next().unwrap()).unwrap();
    let question = |name: &str| page.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned());
    let mut refused = Url::parse(&question("redirect_uri").unwrap()).unwrap();
    refused.query_pairs_mut().append_pair("error", "access_denied").append_pair("state", &question("state").unwrap());
    assert_eq!(get(&refused).0, 400);
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("access_denied"));
    assert_eq!(site.fake.stats().calls, 0);
}
