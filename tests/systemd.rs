//! systemd, seen from outside: a process that believes it runs under systemd, with this test at the other end of its
//! notification socket; and the unit file, which must keep every directive that protects the machine.

use std::collections::BTreeMap;
use std::os::unix::net::UnixDatagram;
use std::process::Command;
use std::sync::Mutex;
use std::time::Duration;

use intentd::systemd::{self, Notifier, Watchdog};
use intentd_sdk::Timestamp;
use intentd_sdk::clock::{Clock, Sleep};

/// Jumps over a number of waits; the next one never ends.
struct Jumps {
    state: Mutex<(Duration, u32)>,
    over: tokio::sync::Notify,
}

impl Clock for Jumps {
    fn now(&self) -> Timestamp {
        Timestamp::EPOCH
    }

    fn monotonic(&self) -> Duration {
        self.state.lock().unwrap().0
    }

    fn sleep(&self, duration: Duration) -> Sleep {
        let mut state = self.state.lock().unwrap();
        if state.1 == 0 {
            self.over.notify_one();
            return Box::pin(std::future::pending());
        }
        *state = (state.0 + duration, state.1 - 1);
        Box::pin(std::future::ready(()))
    }
}

#[test]
fn systemd_hears_every_message_and_no_heartbeat_once_a_loop_has_stalled() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("notify");
    let socket = UnixDatagram::bind(&path).unwrap();
    socket.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "a_process_under_systemd", "--ignored"])
        .env("NOTIFY_SOCKET", &path)
        .env("WATCHDOG_USEC", "40000000")
        .env_remove("WATCHDOG_PID")
        .stdout(std::process::Stdio::null())
        .spawn()
        .unwrap();
    let mut heard = Vec::new();
    let mut buffer = [0; 512];
    while heard.last().is_none_or(|last| last != "STOPPING=1") {
        let length = socket.recv(&mut buffer).expect("the child speaks until it stops");
        heard.push(String::from_utf8_lossy(&buffer[..length]).trim_end().to_owned());
    }
    assert!(child.wait().unwrap().success());

    assert!(heard[3].starts_with("RELOADING=1\nMONOTONIC_USEC="), "{heard:?}");
    heard.remove(3);
    assert_eq!(
        heard,
        [
            "STATUS=opening the database READY=1",
            "READY=1",
            "STATUS=pulling contacts",
            // At 0, 10, 20 and 30 seconds; the loop is due at 30 seconds and its silence shows at 40.
            "WATCHDOG=1",
            "WATCHDOG=1",
            "WATCHDOG=1",
            "WATCHDOG=1",
            "STOPPING=1",
        ]
    );
}

#[test]
#[ignore = "is the child process of the test above"]
fn a_process_under_systemd() {
    let notifier = Notifier::new();
    notifier.status("opening the database\nREADY=1");
    notifier.ready();
    notifier.status("pulling contacts");
    notifier.reloading();
    let interval = systemd::heartbeat_interval().expect("WATCHDOG_USEC is set");
    assert_eq!(interval, Duration::from_secs(10), "a quarter of the limit");
    let watchdog = Watchdog::new();
    let _pull = watchdog.register("pull", Duration::from_secs(30), Duration::ZERO);
    let clock = Jumps { state: Mutex::new((Duration::ZERO, 6)), over: tokio::sync::Notify::new() };
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        tokio::select! {
            () = systemd::feed(notifier, &watchdog, &clock, interval) => {}
            () = clock.over.notified() => {}
        }
    });
    notifier.stopping();
}

/// Every directive that the unit must keep. The score of `systemd-analyze security` is rounded and hides single losses.
const DIRECTIVES: &[(&str, &str)] = &[
    ("Type", "notify"),
    ("NotifyAccess", "main"),
    ("ExecStart", "/usr/bin/intentd run --config /etc/intentd/intentd.yaml"),
    // SIGHUP takes over edited rules.
    ("ExecReload", "/bin/kill -HUP $MAINPID"),
    ("WatchdogSec", "60s"),
    ("TimeoutStopSec", "90s"),
    ("KillMode", "mixed"),
    ("Restart", "on-failure"),
    // `intentd` ends with 2 when its configuration is invalid.
    ("RestartPreventExitStatus", "2"),
    ("LoadCredential", "hubspot-token:/etc/intentd/credentials/hubspot-token"),
    ("User", "intentd"),
    ("Group", "intentd"),
    ("StateDirectory", "intentd"),
    ("StateDirectoryMode", "0700"),
    ("UMask", "0077"),
    ("CapabilityBoundingSet", ""),
    ("AmbientCapabilities", ""),
    ("NoNewPrivileges", "yes"),
    ("PrivateUsers", "yes"),
    ("ProtectSystem", "strict"),
    ("ProtectHome", "yes"),
    ("PrivateTmp", "yes"),
    ("PrivateDevices", "yes"),
    ("DevicePolicy", "closed"),
    ("PrivateMounts", "yes"),
    ("ProtectProc", "invisible"),
    ("ProcSubset", "pid"),
    ("ProtectClock", "yes"),
    ("ProtectHostname", "yes"),
    ("ProtectKernelTunables", "yes"),
    ("ProtectKernelModules", "yes"),
    ("ProtectKernelLogs", "yes"),
    ("ProtectControlGroups", "yes"),
    ("RestrictNamespaces", "yes"),
    ("RestrictRealtime", "yes"),
    ("RestrictSUIDSGID", "yes"),
    ("RestrictAddressFamilies", "AF_INET AF_INET6 AF_UNIX"),
    ("LockPersonality", "yes"),
    ("MemoryDenyWriteExecute", "yes"),
    ("RemoveIPC", "yes"),
    ("KeyringMode", "private"),
    ("SystemCallArchitectures", "native"),
    ("SystemCallFilter", "@system-service"),
    ("SystemCallFilter", "~@privileged @resources"),
    ("SystemCallErrorNumber", "EPERM"),
    ("IPAddressDeny", "169.254.0.0/16 fe80::/10 multicast"),
    ("LimitCORE", "0"),
    ("MemoryMax", "1G"),
    ("MemorySwapMax", "0"),
];

fn unit() -> String {
    std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/systemd/intentd.service")).unwrap()
}

#[test]
fn the_unit_keeps_every_directive_that_protects_the_machine() {
    let unit = unit();
    let mut found: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (key, value) in unit.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once('=')) {
        found.entry(key).or_default().push(value);
    }
    let missing: Vec<_> =
        DIRECTIVES.iter().filter(|(key, value)| !found.get(key).is_some_and(|values| values.contains(value))).collect();
    assert!(missing.is_empty(), "missing in systemd/intentd.service: {missing:?}");
}

#[test]
fn every_directive_of_the_unit_is_explained() {
    let unit = unit();
    let mut previous = "";
    for (number, line) in unit.lines().enumerate() {
        let is_directive = line.contains('=') && !line.starts_with('#');
        assert!(!is_directive || previous.starts_with('#'), "line {}: say why `{line}`", number + 1);
        previous = line;
    }
}
