//! Progress on a terminal: one line per stream while it is read, one for scoring, one for writing. On standard error, and only
//! when that is a terminal; elsewhere one plain line per finished stream.

use std::collections::BTreeMap;
use std::io::{IsTerminal, Write};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};

use crate::engine::progress::{Event, Progress};

/// Draws the progress of a cycle.
pub(crate) struct Bars {
    drawn: MultiProgress,
    plain: bool,
    bars: Mutex<BTreeMap<String, ProgressBar>>,
}

impl Bars {
    /// Bars for this terminal, or plain lines.
    pub(crate) fn new() -> Bars {
        Bars { drawn: MultiProgress::new(), plain: !std::io::stderr().is_terminal(), bars: Mutex::new(BTreeMap::new()) }
    }

    fn spinner(&self, key: &str) -> ProgressBar {
        let mut bars = self.bars.lock().unwrap_or_else(PoisonError::into_inner);
        bars.entry(key.to_owned())
            .or_insert_with(|| {
                let bar = self.drawn.add(ProgressBar::new_spinner());
                let style = ProgressStyle::with_template("  {spinner:.cyan} {prefix:<28} {human_pos:>9} {msg}")
                    .unwrap_or_else(|_| ProgressStyle::default_spinner());
                bar.set_style(style.tick_chars("⠁⠂⠄⡀⢀⠠⠐⠈✓"));
                bar.set_prefix(key.to_owned());
                bar.enable_steady_tick(Duration::from_millis(120));
                bar
            })
            .clone()
    }

    fn bar(&self, key: &str, length: u64) -> ProgressBar {
        let mut bars = self.bars.lock().unwrap_or_else(PoisonError::into_inner);
        let bar = bars.entry(key.to_owned()).or_insert_with(|| {
            let bar = self.drawn.add(ProgressBar::new(0));
            let style =
                ProgressStyle::with_template("  {bar:18.cyan/blue} {prefix:<11} {human_pos:>9} of {human_len} {msg}")
                    .unwrap_or_else(|_| ProgressStyle::default_bar());
            bar.set_style(style.progress_chars("━╸─"));
            bar.set_prefix(key.to_owned());
            bar
        });
        if length > bar.length().unwrap_or(0) {
            bar.set_length(length);
        }
        bar.clone()
    }

    fn say(&self, text: &str) {
        // Standard error may be closed; progress is not worth an error.
        let _ = if self.plain { writeln!(std::io::stderr(), "{text}") } else { self.drawn.println(text) };
    }
}

impl Progress for Bars {
    fn note(&self, event: Event) {
        match event {
            Event::StreamStarted { connection, stream, mode, .. } => {
                if !self.plain {
                    self.spinner(&format!("{connection} {stream}")).set_message(mode.as_str());
                }
            }
            Event::Page { connection, stream, records } => {
                if !self.plain {
                    self.spinner(&format!("{connection} {stream}")).inc(records);
                }
            }
            Event::StreamDone { connection, stream } => {
                if self.plain {
                    self.say(&format!("{connection} {stream}: read"));
                } else {
                    self.spinner(&format!("{connection} {stream}")).finish();
                }
            }
            Event::StreamOff { connection, stream, reason } => {
                if !self.plain {
                    self.spinner(&format!("{connection} {stream}")).finish_with_message("off");
                }
                self.say(&format!("{connection} {stream}: off: {reason}"));
            }
            Event::StreamFailed { connection, stream, reason } => {
                if !self.plain {
                    self.spinner(&format!("{connection} {stream}")).finish_with_message("stopped");
                }
                self.say(&format!("{connection} {stream}: stopped: {reason}"));
            }
            Event::RecomputeStarted { contacts } => {
                if !self.plain && contacts > 0 {
                    self.bar("scores", contacts);
                }
            }
            Event::Recomputed { contacts } => {
                if !self.plain {
                    let bar = self.bar("scores", 0);
                    bar.inc(contacts);
                    if bar.position() >= bar.length().unwrap_or(0) {
                        bar.finish();
                    }
                }
            }
            Event::PushStarted { changes, .. } => {
                if !self.plain && changes > 0 {
                    self.bar("write-back", changes);
                }
            }
            Event::Pushed { changes, .. } => {
                if !self.plain {
                    let bar = self.bar("write-back", 0);
                    bar.inc(changes);
                    if bar.position() >= bar.length().unwrap_or(0) {
                        bar.finish();
                    }
                }
            }
        }
    }
}
