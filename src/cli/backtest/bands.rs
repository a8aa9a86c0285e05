//! How well a score tells who buys: contacts by the band of their score, and how many of each have a won deal. Bands are the
//! score's labels, else about ten of the same width.

use std::collections::BTreeMap;

use crate::domain::intent::Ratio;
use crate::domain::model::Number;
use crate::domain::score::ScoreModel;

/// Bands of a score without labels, at most about.
const BANDS: i128 = 10;
const MICROS: i128 = 1_000_000;

/// Contacts by shown value, and how many of them have a won deal.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Tally(BTreeMap<Number, (u64, u64)>);

impl Tally {
    /// Takes in a contact.
    pub(super) fn add(&mut self, shown: Number, won: bool) {
        let counts = self.0.entry(shown).or_default();
        counts.0 += 1;
        counts.1 += u64::from(won);
    }
}

/// A stretch of values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Band {
    pub(super) label: Option<String>,
    /// Included; `None`: without lower end.
    pub(super) from: Option<Number>,
    /// Excluded; `None`: without upper end.
    pub(super) below: Option<Number>,
    /// Contacts with a won deal out of all in the band.
    pub(super) rate: Ratio,
}

impl Band {
    /// For people: "hot, 50 and more", "10 to below 20".
    pub(super) fn name(&self) -> String {
        let range = match (self.from, self.below) {
            (Some(from), Some(below)) => format!("{from} to below {below}"),
            (Some(from), None) => format!("{from} and more"),
            (None, Some(below)) => format!("below {below}"),
            (None, None) => "all values".to_owned(),
        };
        match &self.label {
            Some(label) => format!("{label}, {range}"),
            None => range,
        }
    }
}

/// The bands from the lowest to the highest; together they hold every contact once.
pub(super) fn bands(model: &ScoreModel, tally: &Tally) -> Vec<Band> {
    let edges: Vec<(Option<String>, Number)> = match model.labels.as_slice() {
        [] => even(tally).into_iter().map(|edge| (None, edge)).collect(),
        labels => labels.iter().map(|label| (Some(label.name.clone()), label.from)).collect(),
    };
    let mut bands = vec![Band { label: None, from: None, below: None, rate: Ratio { part: 0, whole: 0 } }];
    for (label, edge) in edges {
        if let Some(last) = bands.last_mut() {
            last.below = Some(edge);
        }
        bands.push(Band { label, from: Some(edge), below: None, rate: Ratio { part: 0, whole: 0 } });
    }
    for (value, (contacts, won)) in &tally.0 {
        let holds = |band: &&mut Band| {
            band.from.is_none_or(|from| *value >= from) && band.below.is_none_or(|below| *value < below)
        };
        if let Some(band) = bands.iter_mut().find(holds) {
            band.rate.whole += contacts;
            band.rate.part += won;
        }
    }
    // Often nobody is below the lowest label.
    if bands.len() > 1 && bands[0].rate.whole == 0 {
        bands.remove(0);
    }
    bands
}

/// Everybody.
pub(super) fn all(bands: &[Band]) -> Ratio {
    let sum = |of: fn(&Ratio) -> u64| bands.iter().map(|band| of(&band.rate)).sum();
    Ratio { part: sum(|rate| rate.part), whole: sum(|rate| rate.whole) }
}

/// Round edges between the lowest and the highest value.
fn even(tally: &Tally) -> Vec<Number> {
    let (Some((lowest, _)), Some((highest, _))) = (tally.0.first_key_value(), tally.0.last_key_value()) else {
        return Vec::new();
    };
    let (lowest, highest) = (lowest.as_micros(), highest.as_micros());
    let width = round_width((highest - lowest) / BANDS);
    let mut edges = Vec::new();
    let mut edge = (lowest.div_euclid(width) + 1) * width;
    while edge <= highest {
        edges.push(Number::from_micros(edge));
        edge += width;
    }
    edges
}

/// The smallest of 1, 2, 5, 10, 20, 50 … that is at least this wide.
fn round_width(least: i128) -> i128 {
    let mut unit = MICROS;
    loop {
        for step in [1, 2, 5] {
            if unit * step >= least {
                return unit * step;
            }
        }
        unit *= 10;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules;

    fn model(labels: &str) -> ScoreModel {
        let text = format!(
            "scores:\n  - name: lead_score\n    title: Lead score\n    rules:\n      - id: opens\n        event: email_open\n        \
             points: 1\n{labels}"
        );
        rules::scores_from_text("scores.yaml", &text).unwrap_or_else(|problems| panic!("{problems}")).remove(0)
    }

    fn tally(values: &[(i64, bool)]) -> Tally {
        let mut tally = Tally::default();
        values.iter().for_each(|(value, won)| tally.add(Number::whole(*value), *won));
        tally
    }

    #[test]
    fn labels_are_the_bands() {
        let model = model("    labels:\n      - {name: warm, from: 10}\n      - {name: hot, from: 50}\n");
        let found = bands(&model, &tally(&[(0, false), (9, false), (10, true), (49, false), (50, true), (90, true)]));
        let told: Vec<(String, u64, u64)> =
            found.iter().map(|band| (band.name(), band.rate.whole, band.rate.part)).collect();
        assert_eq!(
            told,
            [
                ("below 10".to_owned(), 2, 0),
                ("warm, 10 to below 50".to_owned(), 2, 1),
                ("hot, 50 and more".to_owned(), 2, 2),
            ]
        );
        let all = all(&found);
        assert_eq!(all, Ratio { part: 3, whole: 6 });
        assert_eq!(found[2].rate.over(all), Some(Number::whole(2)));
    }

    #[test]
    fn a_lowest_band_that_nobody_is_in_is_left_out() {
        let model = model("    labels:\n      - {name: cold, from: -1000}\n      - {name: hot, from: 50}\n");
        let found = bands(&model, &tally(&[(0, false), (60, true)]));
        let names: Vec<String> = found.iter().map(Band::name).collect();
        assert_eq!(names, ["cold, -1000 to below 50", "hot, 50 and more"]);
    }

    #[test]
    fn without_labels_there_are_round_bands_and_nobody_is_lost() {
        let model = model("");
        let values: Vec<(i64, bool)> = (-7..=63).map(|value| (value, value > 40)).collect();
        let found = bands(&model, &tally(&values));
        assert_eq!(found[1].from, Some(Number::whole(0)));
        assert_eq!(found[2].from, Some(Number::whole(10)));
        assert!(found.len() <= 12, "{}", found.len());
        assert_eq!(all(&found), Ratio { part: 23, whole: 71 });

        let one = bands(&model, &tally(&[(5, true)]));
        assert_eq!(one.iter().map(|band| band.rate.whole).sum::<u64>(), 1);
        assert_eq!(all(&bands(&model, &Tally::default())), Ratio { part: 0, whole: 0 });
    }
}
