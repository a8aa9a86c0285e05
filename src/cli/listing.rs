//! A list, made once and printed in three forms: a table for people, JSON and CSV. Instants are local in the table and in UTC
//! elsewhere.

use intentd_sdk::Timestamp;
use jiff::tz::TimeZone;
use serde_json::{Map, Value as Json};

use super::{Failure, Global, context, csv, output};
use crate::domain::intent::Ratio;
use crate::domain::model::{Number, Rounding};

/// So many lines are shown to people who do not say how many they want.
const SOME: usize = 50;

/// How a list is wanted.
#[derive(clap::Args, Clone)]
pub(crate) struct ListArgs {
    /// Print comma-separated values (RFC 4180) on standard output.
    #[arg(long)]
    pub(crate) csv: bool,
    /// At most this many; 50 when left out, and all with --json or --csv.
    #[arg(long, value_name = "COUNT")]
    pub(crate) limit: Option<usize>,
}

/// The form of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    Table,
    Json,
    Csv,
}

impl ListArgs {
    /// The form that is wanted.
    pub(crate) fn form(&self, global: &Global) -> Result<Form, Failure> {
        match (global.json, self.csv) {
            (true, true) => Err(Failure::Input("--json and --csv exclude each other; choose one".into())),
            (true, false) => Ok(Form::Json),
            (false, true) => Ok(Form::Csv),
            (false, false) => Ok(Form::Table),
        }
    }

    /// How many lines at most.
    pub(crate) fn most(&self, form: Form) -> usize {
        self.limit.unwrap_or(if form == Form::Table { SOME } else { usize::MAX })
    }

    /// The same for the store.
    pub(crate) fn most_rows(&self, form: Form) -> u32 {
        u32::try_from(self.most(form)).unwrap_or(u32::MAX)
    }
}

/// One value of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Cell {
    Text(String),
    Words(Vec<String>),
    Count(u64),
    Number(Number),
    /// A share, for people in percent.
    Share(Ratio),
    At(Timestamp),
    Flag(bool),
    Nothing,
}

impl Cell {
    pub(crate) fn text(text: impl Into<String>) -> Cell {
        Cell::Text(text.into())
    }

    pub(crate) fn words(words: impl IntoIterator<Item = impl Into<String>>) -> Cell {
        Cell::Words(words.into_iter().map(Into::into).collect())
    }

    /// Nothing when there is nothing.
    pub(crate) fn some<T>(value: Option<T>, cell: impl FnOnce(T) -> Cell) -> Cell {
        value.map_or(Cell::Nothing, cell)
    }

    fn human(&self, zone: &TimeZone) -> String {
        match self {
            Cell::Text(text) => text.clone(),
            Cell::Words(words) if words.is_empty() => "-".to_owned(),
            Cell::Words(words) => words.join(", "),
            Cell::Count(count) => output::count(*count),
            Cell::Number(number) => number.to_string(),
            Cell::Share(ratio) => percent(*ratio),
            Cell::At(at) => context::local_time(*at, zone),
            Cell::Flag(true) => "yes".to_owned(),
            Cell::Flag(false) => "no".to_owned(),
            Cell::Nothing => "-".to_owned(),
        }
    }

    fn json(&self) -> Json {
        match self {
            Cell::Text(text) => text.clone().into(),
            Cell::Words(words) => words.clone().into(),
            Cell::Count(count) => (*count).into(),
            Cell::Number(number) => number.to_string().into(),
            Cell::Share(ratio) => ratio.number().to_string().into(),
            Cell::At(at) => at.to_string().into(),
            Cell::Flag(flag) => (*flag).into(),
            Cell::Nothing => Json::Null,
        }
    }

    fn csv(&self) -> String {
        match self {
            Cell::Text(text) => text.clone(),
            Cell::Words(words) => words.join("; "),
            Cell::Count(count) => count.to_string(),
            Cell::Number(number) => number.to_string(),
            Cell::Share(ratio) => ratio.number().to_string(),
            Cell::At(at) => at.to_string(),
            Cell::Flag(flag) => flag.to_string(),
            Cell::Nothing => String::new(),
        }
    }
}

/// A share in percent with one place.
pub(crate) fn percent(ratio: Ratio) -> String {
    match ratio.whole {
        0 => "-".to_owned(),
        whole => {
            let share = Number::whole(100).scale(ratio.part.into(), whole.into());
            format!("{} %", share.round(Rounding::Places(1)))
        }
    }
}

/// A list.
#[derive(Clone, Debug)]
pub(crate) struct Listing {
    /// What the lines are, as JSON calls them: "companies".
    pub(crate) of: &'static str,
    /// Each column's key for programs and title for people.
    pub(crate) columns: &'static [(&'static str, &'static str)],
    pub(crate) rows: Vec<Vec<Cell>>,
}

impl Listing {
    /// Prints it. `beside` stands beside the lines in JSON; `empty` and `footer` are for people.
    pub(crate) fn print(&self, form: Form, zone: &TimeZone, beside: Json, empty: &str, footer: &[String]) {
        match form {
            Form::Json => {
                let mut whole = match beside {
                    Json::Object(map) => map,
                    _ => Map::new(),
                };
                whole.insert(self.of.to_owned(), self.json());
                output::json(&Json::Object(whole));
            }
            Form::Csv => output::raw(&self.csv()),
            Form::Table => {
                if self.rows.is_empty() {
                    output::line(empty);
                } else {
                    self.table(zone);
                }
                footer.iter().for_each(|text| output::line(text));
            }
        }
    }

    /// Prints the table alone.
    pub(crate) fn table(&self, zone: &TimeZone) {
        let header: Vec<&str> = self.columns.iter().map(|(_, title)| *title).collect();
        let human = |row: &Vec<Cell>| row.iter().map(|cell| cell.human(zone)).collect();
        output::table(&header, &self.rows.iter().map(human).collect::<Vec<Vec<String>>>());
    }

    /// The lines as JSON.
    pub(crate) fn json(&self) -> Json {
        let object = |row: &Vec<Cell>| -> Json {
            let cells = self.columns.iter().zip(row);
            Json::Object(cells.map(|((key, _), cell)| ((*key).to_owned(), cell.json())).collect())
        };
        self.rows.iter().map(object).collect()
    }

    fn csv(&self) -> String {
        let header: Vec<&str> = self.columns.iter().map(|(key, _)| *key).collect();
        let rows: Vec<Vec<String>> = self.rows.iter().map(|row| row.iter().map(Cell::csv).collect()).collect();
        csv::table(&header, &rows)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_line_in_three_forms() {
        let list = Listing {
            of: "companies",
            columns: &[("name", "company"), ("rate", "rate"), ("since", "since"), ("criteria", "criteria")],
            rows: vec![vec![
                Cell::text("Acme, Inc"),
                Cell::Share(Ratio { part: 1, whole: 8 }),
                Cell::At(Timestamp::from_secs(1_795_251_600)),
                Cell::words(["a", "b"]),
            ]],
        };
        assert_eq!(list.csv(), "name,rate,since,criteria\r\n\"Acme, Inc\",0.125,2026-11-21T09:00:00.000Z,a; b\r\n");
        assert_eq!(
            list.json(),
            serde_json::json!([{
                "name": "Acme, Inc", "rate": "0.125", "since": "2026-11-21T09:00:00.000Z", "criteria": ["a", "b"],
            }])
        );
        let zone = TimeZone::get("Europe/Stockholm").unwrap();
        let shown: Vec<String> = list.rows[0].iter().map(|cell| cell.human(&zone)).collect();
        assert_eq!(shown, ["Acme, Inc", "12.5 %", "2026-11-21 10:00", "a, b"]);
    }

    #[test]
    fn what_is_not_there_is_empty_for_programs_and_a_dash_for_people() {
        let none: Option<Timestamp> = None;
        let cell = Cell::some(none, Cell::At);
        assert_eq!((cell.human(&TimeZone::UTC), cell.json(), cell.csv()), ("-".into(), Json::Null, String::new()));
        assert_eq!(percent(Ratio { part: 0, whole: 0 }), "-");
        assert_eq!(percent(Ratio { part: 1, whole: 3 }), "33.3 %");
    }
}
