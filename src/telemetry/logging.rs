//! How log lines look and which are written. Three forms: for people at a terminal, JSON for collectors, and the journal's,
//! which has no time of its own because journald keeps one, and a priority that journald understands.
//! Dependencies may warn but not chat: their detail can hold addresses and tokens (I12). Reads no environment: what it must
//! know is a parameter.

use std::fmt;
use std::sync::Arc;

use intentd_sdk::clock::Clock;
use tracing::level_filters::LevelFilter;
use tracing::{Event, Level, Metadata, Subscriber};
use tracing_subscriber::fmt::format::{DefaultFields, Format, Writer};
use tracing_subscriber::fmt::time::FormatTime;
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields, MakeWriter};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, Layer, Registry, filter};

/// The form of log lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// For people: time, level, message, fields.
    Human { color: bool },
    /// One JSON object per line, for log collectors.
    Json,
    /// For journald: `<6>message field=value`, without time.
    Journal,
}

/// What to log, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogSettings {
    pub format: LogFormat,
    /// `info`, `debug`, or per module: `info,intentd::engine=debug`.
    pub filter: String,
}

/// Why logging could not be set up.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    #[error("`{filter}` is not a log filter; write a level such as `info`, or `info,intentd::engine=debug`")]
    Filter { filter: String, source: filter::ParseError },
    #[error("logging is already set up in this process")]
    AlreadySet,
}

impl LogFormat {
    /// The form when nobody asked for one: the journal's under systemd, else the human one, with color on a terminal.
    ///
    /// `to_journal`: standard error goes to journald, which says so in `JOURNAL_STREAM`.
    pub fn choose(to_journal: bool, is_terminal: bool) -> LogFormat {
        if to_journal && !is_terminal { LogFormat::Journal } else { LogFormat::Human { color: is_terminal } }
    }
}

/// Sets up logging to standard error for the rest of the process.
///
/// # Errors
/// When the filter cannot be read, or logging is set up already.
pub fn init(settings: &LogSettings, clock: Arc<dyn Clock>) -> Result<(), LogError> {
    let layer = layer(settings, clock, std::io::stderr)?;
    tracing_subscriber::registry().with(layer).try_init().map_err(|_| LogError::AlreadySet)
}

fn layer<W>(
    settings: &LogSettings,
    clock: Arc<dyn Clock>,
    writer: W,
) -> Result<Box<dyn Layer<Registry> + Send + Sync>, LogError>
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    let wanted = EnvFilter::builder()
        .parse(&settings.filter)
        .map_err(|source| LogError::Filter { filter: settings.filter.clone(), source })?;
    let filter = filter::FilterExt::and(wanted, filter::filter_fn(may_be_written));
    let lines = tracing_subscriber::fmt::layer().with_writer(writer);
    let time = Time(clock);
    Ok(match settings.format {
        LogFormat::Human { color } => {
            lines.with_target(false).with_timer(time).with_ansi(color).with_filter(filter).boxed()
        }
        LogFormat::Json => lines.json().flatten_event(true).with_timer(time).with_filter(filter).boxed(),
        LogFormat::Journal => {
            let bare = Format::default().without_time().with_level(false).with_target(false).with_ansi(false);
            lines.with_ansi(false).event_format(JournalLine(bare)).with_filter(filter).boxed()
        }
    })
}

/// I12: an HTTP client that chats writes addresses into the log, whatever the filter says. Only our own modules may chat.
fn may_be_written(metadata: &Metadata<'_>) -> bool {
    *metadata.level() <= LevelFilter::WARN || metadata.target().starts_with("intentd")
}

/// RFC 3339 in UTC, from the daemon's clock.
struct Time(Arc<dyn Clock>);

impl FormatTime for Time {
    fn format_time(&self, w: &mut Writer<'_>) -> fmt::Result {
        write!(w, "{}", self.0.now())
    }
}

/// A priority in front, as `sd-daemon(3)` describes it, and never more than one line: a text with line breaks in it must not
/// pass for other messages.
struct JournalLine(Format<tracing_subscriber::fmt::format::Full, ()>);

impl<S> FormatEvent<S, DefaultFields> for JournalLine
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    DefaultFields: for<'a> FormatFields<'a>,
{
    fn format_event(
        &self,
        context: &FmtContext<'_, S, DefaultFields>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        let mut line = String::new();
        self.0.format_event(context, Writer::new(&mut line), event)?;
        let line = line.trim_end().replace('\n', "\\n");
        writeln!(writer, "<{}>{line}", priority(*event.metadata().level()))
    }
}

fn priority(level: Level) -> u8 {
    match level {
        Level::ERROR => 3,
        Level::WARN => 4,
        Level::INFO => 6,
        Level::DEBUG | Level::TRACE => 7,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;
    use std::time::Duration;

    use intentd_sdk::Timestamp;
    use intentd_sdk::clock::Sleep;

    use super::*;

    struct Noon;

    impl Clock for Noon {
        fn now(&self) -> Timestamp {
            Timestamp::from_ms(1_795_262_400_000)
        }
        fn monotonic(&self) -> Duration {
            Duration::ZERO
        }
        fn sleep(&self, _: Duration) -> Sleep {
            Box::pin(std::future::pending())
        }
    }

    #[derive(Clone, Default)]
    struct Lines(Arc<Mutex<Vec<u8>>>);

    impl std::io::Write for Lines {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    /// What is written when `work` runs under these settings.
    fn written(format: LogFormat, filter: &str, work: impl FnOnce()) -> String {
        let lines = Lines::default();
        let settings = LogSettings { format, filter: filter.into() };
        let target = lines.clone();
        let layer = layer(&settings, Arc::new(Noon), move || target.clone()).unwrap();
        tracing::subscriber::with_default(tracing_subscriber::registry().with(layer), work);
        String::from_utf8(lines.0.lock().unwrap().clone()).unwrap()
    }

    fn one_run() {
        tracing::info!(stream.name = "contacts", duration_ms = 42, "pulled contacts: 3 new, 1 changed");
        tracing::debug!("a detail");
    }

    #[test]
    fn the_three_forms() {
        assert_eq!(
            written(LogFormat::Human { color: false }, "info", one_run),
            "2026-11-21T12:00:00.000Z  INFO pulled contacts: 3 new, 1 changed stream.name=\"contacts\" duration_ms=42\n"
        );
        assert_eq!(
            written(LogFormat::Journal, "info", one_run),
            "<6>pulled contacts: 3 new, 1 changed stream.name=\"contacts\" duration_ms=42\n"
        );
        let json: serde_json::Value = serde_json::from_str(&written(LogFormat::Json, "info", one_run)).unwrap();
        assert_eq!(json["timestamp"], "2026-11-21T12:00:00.000Z");
        assert_eq!(json["message"], "pulled contacts: 3 new, 1 changed");
        assert_eq!(json["stream.name"], "contacts");
        assert_eq!(json["duration_ms"], 42);
    }

    #[test]
    fn a_text_with_line_breaks_cannot_pass_for_another_journal_message() {
        let text = written(LogFormat::Journal, "info", || tracing::warn!("the vendor said: no\n<0>all is lost"));
        assert_eq!(text, "<4>the vendor said: no\\n<0>all is lost\n");
    }

    #[test]
    fn i12_dependencies_may_warn_but_not_chat_whatever_the_filter_says() {
        let text = written(LogFormat::Journal, "trace,reqwest=trace", || {
            tracing::debug!(target: "reqwest::connect", "GET /contacts/ada@example.com");
            tracing::warn!(target: "reqwest::connect", "the pool is full");
            tracing::trace!(target: "intentd_hubspot::wire", "a page");
        });
        assert_eq!(text, "<4>the pool is full\n<7>a page\n");
    }

    #[test]
    fn an_unreadable_filter_is_refused_with_an_example() {
        let settings = LogSettings { format: LogFormat::Json, filter: "info,intentd=verbose".into() };
        let error = layer(&settings, Arc::new(Noon), std::io::sink).err().unwrap();
        assert_eq!(
            error.to_string(),
            "`info,intentd=verbose` is not a log filter; write a level such as `info`, or `info,intentd::engine=debug`"
        );
    }

    #[test]
    fn the_form_follows_from_where_the_lines_go() {
        assert_eq!(LogFormat::choose(true, false), LogFormat::Journal);
        assert_eq!(LogFormat::choose(false, true), LogFormat::Human { color: true });
        assert_eq!(LogFormat::choose(true, true), LogFormat::Human { color: true });
        assert_eq!(LogFormat::choose(false, false), LogFormat::Human { color: false });
    }
}
