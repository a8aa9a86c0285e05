//! Cuts a stretch of time into windows of at most 31 days, the longest that one export may span (Marketo: "Bulk Lead
//! Extract", "Bulk Activity Extract"). Windows touch: whoever stands exactly on a border is read twice rather than never.

use intentd_sdk::Timestamp;
use intentd_sdk::source::{Mode, WindowSpec};
use serde::{Deserialize, Serialize};

/// What is exported.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Export {
    /// Leads with these fields; `id` need not be named.
    Leads { fields: Vec<String> },
    /// Activities of these types; no type means all.
    Activities { type_ids: Vec<u32> },
}

/// Which instant of a record must lie in the window. Activities know `createdAt` only, and mean the activity's date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Filter {
    #[serde(rename = "createdAt")]
    CreatedAt,
    /// Not in every subscription (error 1035): see [`super::supports_updated_at`].
    #[serde(rename = "updatedAt")]
    UpdatedAt,
}

/// The bounds of a bulk window.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Bounds {
    pub(super) export: Export,
    pub(super) filter: Filter,
    /// Whole seconds since the epoch: Marketo takes no milliseconds.
    pub(super) from: i64,
    pub(super) to: i64,
    /// The number of the first job: 1, and more when an earlier window was given up half-way and this one replaces it.
    pub(super) attempt: u32,
}

/// The `bounds` of a window, by which a stream tells a bulk window from its others.
#[derive(Serialize, Deserialize)]
pub(super) struct Marked {
    pub(super) bulk: Bounds,
}

const LONGEST_S: i64 = 31 * 86_400;

/// The windows of one export from `from` to `to`, oldest first. None when there is no time between the two.
pub(crate) fn plan(export: &Export, mode: Mode, filter: Filter, from: Timestamp, to: Timestamp) -> Vec<WindowSpec> {
    let end = to.plus_ms(999).as_secs();
    let mut from = from.as_secs();
    let mut windows = Vec::new();
    while from < end {
        let to = (from + LONGEST_S).min(end);
        windows.push(Bounds { export: export.clone(), filter, from, to, attempt: 1 }.window(mode));
        from = to;
    }
    windows
}

/// Whether a window is one of [`plan`]'s.
pub(crate) fn is_bulk(window: &WindowSpec) -> bool {
    window.bounds.get("bulk").is_some()
}

impl Bounds {
    /// The bounds as this version writes them.
    pub(super) fn of(window: &WindowSpec) -> Option<Bounds> {
        serde_json::from_value::<Marked>(window.bounds.clone()).ok().map(|marked| marked.bulk)
    }

    /// The window with these bounds.
    pub(super) fn window(self, mode: Mode) -> WindowSpec {
        let key = self.key();
        let bounds = serde_json::to_value(Marked { bulk: self }).expect("bounds are plain values");
        WindowSpec { key, mode, ids: Vec::new(), bounds }
    }

    fn key(&self) -> String {
        let filter = match self.filter {
            Filter::CreatedAt => "created",
            Filter::UpdatedAt => "updated",
        };
        let mut key = format!("export {filter} {}..{}", instant(self.from), instant(self.to));
        if let Export::Activities { type_ids } = &self.export
            && !type_ids.is_empty()
        {
            let types: Vec<String> = type_ids.iter().map(u32::to_string).collect();
            key.push_str(&format!(" types {}", types.join(",")));
        }
        if self.attempt > 1 {
            key.push_str(&format!(" (again {})", self.attempt));
        }
        key
    }
}

/// As Marketo wants instants: ISO 8601, whole seconds.
pub(super) fn instant(seconds: i64) -> String {
    format!("{:.0}", Timestamp::from_secs(seconds).to_jiff())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp::parse(text).unwrap()
    }

    #[test]
    fn three_months_are_three_touching_windows() {
        let export = Export::Activities { type_ids: vec![1, 2] };
        let windows = plan(
            &export,
            Mode::Backfill,
            Filter::CreatedAt,
            at("2026-08-01T00:00:00Z"),
            at("2026-10-31T23:59:59.500Z"),
        );
        let keys: Vec<&str> = windows.iter().map(|window| window.key.as_str()).collect();
        assert_eq!(
            keys,
            [
                "export created 2026-08-01T00:00:00Z..2026-09-01T00:00:00Z types 1,2",
                "export created 2026-09-01T00:00:00Z..2026-10-02T00:00:00Z types 1,2",
                "export created 2026-10-02T00:00:00Z..2026-11-01T00:00:00Z types 1,2",
            ]
        );
        assert!(windows.iter().all(is_bulk));
        let bounds: Vec<Bounds> = windows.iter().map(|window| Bounds::of(window).unwrap()).collect();
        assert!(bounds.windows(2).all(|pair| pair[0].to == pair[1].from));
        assert!(bounds.iter().all(|bounds| bounds.to - bounds.from <= LONGEST_S));
        let again = plan(
            &export,
            Mode::Backfill,
            Filter::CreatedAt,
            at("2026-08-01T00:00:00Z"),
            at("2026-10-31T23:59:59.500Z"),
        );
        assert_eq!(windows, again, "the same bounds give the same keys");
    }

    #[test]
    fn no_time_is_no_window() {
        let export = Export::Leads { fields: vec!["email".into()] };
        let instant = at("2026-08-01T00:00:00Z");
        assert_eq!(plan(&export, Mode::Incremental, Filter::UpdatedAt, instant, instant), []);
        let later = instant.plus_ms(1);
        assert_eq!(
            plan(&export, Mode::Incremental, Filter::UpdatedAt, instant, later)[0].key,
            "export updated 2026-08-01T00:00:00Z..2026-08-01T00:00:01Z"
        );
    }
}
