//! The daemon under a stand-in for systemd: a notification socket at whose other end this test listens, and real signals.

use std::io::{BufRead, BufReader};
use std::os::unix::net::UnixDatagram;
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

use intentd_hubspot::fake::{FakeConfig, Fault, FaultKind, Kind};
use intentd_sdk::clock::{Clock, SystemClock};

use crate::account::{OPEN_GUARDS, Site, difference, number};

/// Longer than anything here takes; whoever waits this long waits in vain.
const IN_VAIN: Duration = Duration::from_secs(120);

/// A running daemon. What it tells systemd and what it logs arrive as they come.
pub(crate) struct Daemon {
    child: Child,
    told: Receiver<String>,
    log: Receiver<String>,
    /// Everything heard so far.
    pub(crate) heard: Vec<String>,
    pub(crate) lines: Vec<String>,
}

impl Daemon {
    /// Starts the daemon of this workspace, with more environment.
    pub(crate) fn start(site: &Site, environment: &[(&str, &str)]) -> Daemon {
        let mut command = site.command(&["run", "--log", "json"]);
        command.envs(environment.iter().copied());
        Daemon::spawn(site, command)
    }

    fn spawn(site: &Site, mut command: Command) -> Daemon {
        let path = site.folder.path().join("notify");
        let socket = UnixDatagram::bind(&path).unwrap();
        let mut child =
            command.env("NOTIFY_SOCKET", &path).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let (tell, told) = channel();
        // Threads of their own, because a daemon whose messages nobody takes would wait.
        std::thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(length) = socket.recv(&mut buffer) {
                if tell.send(String::from_utf8_lossy(&buffer[..length]).trim_end().to_owned()).is_err() {
                    break;
                }
            }
        });
        let (write, log) = channel();
        let stderr = BufReader::new(child.stderr.take().unwrap());
        std::thread::spawn(move || {
            for line in stderr.lines().map_while(Result::ok) {
                if write.send(line).is_err() {
                    break;
                }
            }
        });
        Daemon { child, told, log, heard: Vec::new(), lines: Vec::new() }
    }

    /// Waits for a message that contains this text.
    pub(crate) fn hear(&mut self, wanted: &str) {
        loop {
            match self.told.recv_timeout(IN_VAIN) {
                Ok(message) => {
                    self.heard.push(message);
                    if self.heard.last().is_some_and(|message| message.contains(wanted)) {
                        return;
                    }
                }
                Err(error) => {
                    let lines: Vec<String> = self.log.try_iter().collect();
                    panic!("`{wanted}` was not heard ({error}): {:?}\n{}", self.heard, lines.join("\n"));
                }
            }
        }
    }

    pub(crate) fn signal(&self, name: &str) {
        let status = Command::new("kill").args(["-s", name, &self.child.id().to_string()]).status().unwrap();
        assert!(status.success());
    }

    /// Waits until the process has ended; its log is complete then.
    pub(crate) fn end(&mut self) -> ExitStatus {
        loop {
            match self.log.recv_timeout(IN_VAIN) {
                Ok(line) => self.lines.push(line),
                Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => panic!("the daemon does not end: {}", self.lines.join("\n")),
            }
        }
        self.heard.extend(self.told.try_iter());
        self.child.wait().unwrap()
    }

    fn has_logged(&self, text: &str) -> bool {
        self.lines.iter().any(|line| line.contains(text))
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        // It has ended already, unless the test failed.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A workspace whose daemon runs no cycle unless it is asked to, with score rules that can be edited.
fn site() -> (Site, PathBuf) {
    let site = Site::with(
        FakeConfig::for_tests(),
        &format!("{OPEN_GUARDS}\nschedule: {{sync_every: 24h}}\nmappings: ./mappings"),
    );
    site.hurry();
    let rules = site.folder.path().join("mappings/rules");
    std::fs::create_dir_all(&rules).unwrap();
    let file = rules.join("scores.yaml");
    std::fs::copy(concat!(env!("CARGO_MANIFEST_DIR"), "/mappings/rules/scores.yaml"), &file).unwrap();
    (site, file)
}

/// The fit scores that the account holds.
fn fit_scores(site: &Site) -> Vec<Option<String>> {
    site.fake.read(|account| {
        let contacts = account.table(Kind::Contact);
        contacts.live().values().map(|record| record.values.get("intentd_fit_score").cloned()).collect()
    })
}

/// What the database holds. How large its file is, is not part of it: a copy has no gaps.
fn counts(site: &Site) -> serde_json::Value {
    let mut counts = site.json(&["status"])["counts"].clone();
    counts.as_object_mut().unwrap().remove("bytes");
    counts
}

fn edit(file: &std::path::Path, from: &str, to: &str) {
    let text = std::fs::read_to_string(file).unwrap();
    assert!(text.contains(from));
    std::fs::write(file, text.replacen(from, to, 1)).unwrap();
}

#[test]
fn a_daemon_is_ready_syncs_takes_over_edited_rules_and_keeps_the_good_ones_when_an_edit_is_broken() {
    let (site, rules) = site();
    // Somebody else's watchdog: no heartbeat may come of it.
    let mut daemon = Daemon::start(&site, &[("WATCHDOG_USEC", "200000"), ("WATCHDOG_PID", "1")]);
    daemon.hear("READY=1");
    assert!(site.fake.stats().calls == 0 || daemon.heard.len() == 1, "ready comes before work: {:?}", daemon.heard);
    daemon.hear("STATUS=in sync; next cycle in 86400 s");
    for status in ["hubspot: reading contacts (backfill)", "scoring ", "hubspot: writing "] {
        assert!(daemon.heard.iter().any(|message| message.starts_with(&format!("STATUS={status}"))), "{status}");
    }
    let before = fit_scores(&site);
    assert!(before.iter().any(Option::is_some));
    let version = number(&site.json(&["status"]), "/rules_version");

    // An edit is not in force before somebody takes it over: not by looking, and not by a process that has to stay out.
    edit(&rules, "- {is_set: true, points: 10}", "- {is_set: true, points: 15}");
    let second = site.run(&["sync"]);
    assert_eq!(second.status.code(), Some(4), "{}", String::from_utf8_lossy(&second.stderr));
    let contact = site.fake.read(|account| account.table(Kind::Contact).live().keys().next().unwrap().to_string());
    site.json(&["explain", "contact", &contact]);
    site.json(&["doctor"]);
    assert_eq!(number(&site.json(&["status"]), "/rules_version"), version);

    daemon.signal("HUP");
    daemon.hear("RELOADING=1");
    assert!(daemon.heard.last().unwrap().contains("MONOTONIC_USEC="), "{:?}", daemon.heard.last());
    daemon.hear("READY=1");
    daemon.hear("STATUS=in sync");
    let edited = fit_scores(&site);
    assert_ne!(before, edited, "the new rules are in force and written back");
    assert_eq!(number(&site.json(&["status"]), "/rules_version"), version + 1);

    edit(&rules, "scores:", "scoress:");
    daemon.signal("HUP");
    daemon.hear("RELOADING=1");
    daemon.hear("READY=1");
    daemon.hear("STATUS=in sync");
    assert_eq!(fit_scores(&site), edited);
    assert_eq!(number(&site.json(&["status"]), "/rules_version"), version + 1);

    daemon.signal("TERM");
    assert_eq!(daemon.end().code(), Some(0));
    assert_eq!(daemon.heard.last().map(String::as_str), Some("STOPPING=1"), "{:?}", daemon.heard);
    assert!(!daemon.heard.iter().any(|message| message.contains("WATCHDOG=1")), "{:?}", daemon.heard);
    assert!(daemon.has_logged("the edited rules are rejected"), "{:?}", daemon.lines);
    assert!(daemon.has_logged("scoress"), "the log says what is wrong: {:?}", daemon.lines);

    assert_eq!(site.run(&["sync"]).status.code(), Some(2), "who types a command is told what is wrong");
}

#[test]
fn i11_sigterm_drains_what_was_begun_and_leaves_nothing_on_its_way() {
    let expected = {
        let (site, _) = site();
        site.json(&["sync"]);
        site.fake.comparable()
    };
    for moment in ["reading contacts", "scoring", "writing"] {
        let (site, _) = site();
        // Answers take their time, so that the signal comes while calls are under way.
        site.fake.fail(Fault::next(FaultKind::Slow { ms: 1_000 }).on("POST", "batch/update").always());
        site.fake.fail(Fault::next(FaultKind::Slow { ms: 50 }).on("POST", "search").always());
        let mut daemon = Daemon::start(&site, &[]);
        daemon.hear(moment);
        if moment == "writing" {
            while site.json(&["status"])["connections"][0]["outbox"]["sending"].is_null() {}
        }
        let clock = SystemClock::new();
        let asked = clock.monotonic();
        daemon.signal("TERM");
        assert_eq!(daemon.end().code(), Some(0), "{moment}: {}", daemon.lines.join("\n"));
        let drained_in = clock.monotonic() - asked;
        assert!(drained_in < Duration::from_secs(20), "{moment}: {drained_in:?}");
        assert!(daemon.heard.iter().any(|message| message == "STOPPING=1"), "{moment}: {:?}", daemon.heard);
        assert!(!daemon.has_logged("ERROR"), "a wanted stop is no error, {moment}: {}", daemon.lines.join("\n"));

        let status = site.json(&["status"]);
        let run = &status["last_run"];
        assert!(run["ended_at"].is_string(), "{moment}: the run is closed: {run}");
        let outbox = &status["connections"][0]["outbox"];
        assert!(outbox["sending"].is_null() && outbox["unknown"].is_null(), "{moment}: {outbox}");
        if moment == "writing" {
            assert!(number(outbox, "/delivered") > 0, "what was on its way has arrived: {outbox}");
        }
        site.fake.clear_faults();
        let summary = site.json(&["sync"]);
        assert_eq!(summary["complete"], true, "{moment}: {summary}");
        if let Some(difference) = difference("", &site.fake.comparable(), &expected) {
            panic!("stopped while {moment}: {difference}");
        }
    }
}

#[test]
fn heartbeats_come_while_the_daemon_is_well() {
    let (site, _) = site();
    let plain = site.command(&["run"]);
    // The shell becomes the daemon, so that its process id is the one that systemd would name.
    let mut command = Command::new("sh");
    command.args(["-c", "WATCHDOG_PID=$$ exec \"$0\" \"$@\""]).arg(plain.get_program()).args(plain.get_args());
    command.env_remove("INTENTD_CONFIG").env("WATCHDOG_USEC", "400000");
    let mut daemon = Daemon::spawn(&site, command);
    daemon.hear("READY=1");
    for _ in 0..3 {
        daemon.hear("WATCHDOG=1");
    }
    daemon.hear("STATUS=in sync");
    daemon.hear("WATCHDOG=1");
    daemon.signal("TERM");
    assert_eq!(daemon.end().code(), Some(0));
}

#[test]
fn a_backup_of_a_running_daemon_is_whole_and_holds_the_same() {
    let (site, _) = site();
    let mut daemon = Daemon::start(&site, &[]);
    daemon.hear("STATUS=in sync");
    let copy = site.folder.path().join("copy.db");
    let written = site.json(&["backup", copy.to_str().unwrap()]);
    assert_eq!(number(&written, "/bytes"), std::fs::metadata(&copy).unwrap().len());
    assert_eq!(site.run(&["backup", copy.to_str().unwrap()]).status.code(), Some(2), "nothing is overwritten");
    let counts = counts(&site);
    daemon.signal("TERM");
    assert_eq!(daemon.end().code(), Some(0));

    // Restoring is putting the copy in the database's place.
    for name in ["intentd.db", "intentd.db-wal", "intentd.db-shm"] {
        let _ = std::fs::remove_file(site.folder.path().join(name));
    }
    std::fs::rename(&copy, site.folder.path().join("intentd.db")).unwrap();
    assert_eq!(self::counts(&site), counts);
    assert!(number(&counts, "/contacts") > 0);
    assert_eq!(number(&site.json(&["sync"]), "/changes/written"), 0);
}

#[test]
fn what_the_guard_held_is_seen_released_and_written_beside_a_running_daemon() {
    let guards = "guards: {first_apply_max_records: 20}\nschedule: {sync_every: 24h}";
    let site = Site::with(FakeConfig::for_tests(), guards);
    site.hurry();
    let mut daemon = Daemon::start(&site, &[]);
    daemon.hear("STATUS=in sync");
    let plan = site.json(&["plan"]);
    let held = number(&plan, "/connections/0/held");
    assert!(held > 0 && number(&plan, "/connections/0/records") >= held, "{plan}");
    assert_eq!(plan["records"].as_array().unwrap().len(), 20, "as many as are shown unless asked otherwise");
    let shown = String::from_utf8(site.run(&["plan", "--limit", "3"]).stdout).unwrap();
    assert!(shown.contains("intentd apply --confirm"), "{shown}");
    // Without a person's word nothing is taken out of the daemon's hands.
    let refused = site.run(&["apply"]);
    assert_eq!(refused.status.code(), Some(4), "{}", String::from_utf8_lossy(&refused.stderr));
    let writes = || site.fake.stats().writes_by_record.len() as u64;
    assert_eq!(writes(), 20);

    let approved = site.json(&["apply", "--confirm"]);
    assert_eq!(number(&approved, "/approved"), held);
    let outbox = || site.json(&["status"])["connections"][0]["outbox"].clone();
    assert!(outbox()["held"].is_null(), "{}", outbox());
    daemon.signal("HUP");
    daemon.hear("READY=1");
    daemon.hear("STATUS=in sync");
    assert_eq!(writes(), 20 + held);
    assert_eq!(outbox(), serde_json::json!({"delivered": 20 + held}));
    assert_eq!(number(&site.json(&["plan"]), "/connections/0/records"), 0);
    daemon.signal("TERM");
    assert_eq!(daemon.end().code(), Some(0));
}
