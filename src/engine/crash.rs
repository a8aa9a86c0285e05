//! Named places at which a test stops the process for good: the gaps between the four transactions of a record's way
//! (docs/ARCHITECTURE.md). A release binary has none of them; a debug binary has them only when it is told to.

/// The gaps, in the order in which a record meets them.
pub const POINTS: [&str; 12] = [
    "pull.before_commit",
    "pull.after_commit",
    "pull.before_close",
    "recompute.before_commit",
    "recompute.after_commit",
    "companies.before_commit",
    "companies.after_commit",
    "push.before_claim",
    "push.after_claim",
    "push.after_send",
    "push.after_settle",
    "cycle.before_end",
];

/// Stops here when the process was told to die at this point: announces it on standard error and then does nothing until it
/// is killed, so that the test's SIGKILL finds it exactly in this gap.
#[cfg(debug_assertions)]
pub async fn point(name: &'static str) {
    use std::sync::OnceLock;
    use std::sync::atomic::{AtomicU64, Ordering};

    static TARGET: OnceLock<Option<(String, u64)>> = OnceLock::new();
    static PASSED: AtomicU64 = AtomicU64::new(0);
    debug_assert!(POINTS.contains(&name), "{name} is not listed");
    let target = TARGET.get_or_init(|| {
        #[expect(clippy::disallowed_methods, reason = "a switch of tests only, absent from release binaries")]
        let text = std::env::var("INTENTD_STOP_AT").ok()?;
        let (name, nth) = text.split_once('#').unwrap_or((&text, "1"));
        Some((name.to_owned(), nth.parse().unwrap_or(1)))
    });
    let Some((wanted, nth)) = target else { return };
    if wanted == name && PASSED.fetch_add(1, Ordering::SeqCst) + 1 == *nth {
        use std::io::Write;
        let _ = writeln!(std::io::stderr(), "stopped at {name}");
        // Blocks the whole thread on purpose: what runs beside goes on or not, as in a real death at this moment.
        loop {
            std::thread::park();
        }
    }
}

/// Nothing, in a release binary.
#[cfg(not(debug_assertions))]
pub async fn point(_name: &'static str) {}
