//! Entering and leaving. Time that passed while nobody looked is walked through from one known change to the next, so that a
//! company that came and went meanwhile has come and gone, each at its instant.

use intentd_sdk::Timestamp;
use serde::{Deserialize, Serialize};

use crate::domain::criteria::Verdict;

/// Where a company stands with a view, as it is stored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// Since when it is in the view; `None` when it is not.
    pub entered_at: Option<Timestamp>,
    /// The instant at which that can change by time alone.
    pub due_at: Option<Timestamp>,
}

/// What happens to a membership.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    Entered,
    Left,
}

/// One change with its instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    pub change: Change,
    pub at: Timestamp,
}

/// What became of a standing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Followed {
    pub standing: Standing,
    /// In the order of time; empty when the company stays where it was.
    pub steps: Vec<Step>,
}

impl Standing {
    /// The standing after a verdict at an instant, and the change that it makes.
    pub fn after(self, verdict: Verdict, at: Timestamp) -> (Standing, Option<Step>) {
        let (entered_at, change) = match (self.entered_at, verdict.holds) {
            (None, true) => (Some(at), Some(Change::Entered)),
            (Some(_), false) => (None, Some(Change::Left)),
            (stays, _) => (stays, None),
        };
        (Standing { entered_at, due_at: verdict.next_change }, change.map(|change| Step { change, at }))
    }
}

/// Brings a standing up to `now`. `ask` gives the verdict at an instant from the facts that are known now; it is asked at
/// every instant at which time alone could have changed the standing since, and at `now`. A change that a new fact makes has
/// the instant `now` at which it is seen, unless a due instant shows it first. What retention has removed is not known.
pub fn follow(standing: Standing, now: Timestamp, mut ask: impl FnMut(Timestamp) -> Verdict) -> Followed {
    let (mut standing, mut steps) = (standing, Vec::new());
    while let Some(due) = standing.due_at.filter(|due| *due < now) {
        let (next, step) = standing.after(ask(due), due);
        // The next change is always later; should it ever not be, this ends all the same.
        standing = Standing { due_at: next.due_at.filter(|next| *next > due), ..next };
        steps.extend(step);
    }
    let (standing, step) = standing.after(ask(now), now);
    steps.extend(step);
    Followed { standing, steps }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(secs: i64) -> Timestamp {
        Timestamp::from_secs(secs)
    }

    /// In the view from 100 to 200 and from 300 on.
    fn ask(now: Timestamp) -> Verdict {
        let changes = [at(100), at(200), at(300)];
        let passed = changes.iter().filter(|change| **change <= now).count();
        Verdict { holds: passed % 2 == 1, next_change: changes.get(passed).copied() }
    }

    fn steps(followed: &Followed) -> Vec<(Change, i64)> {
        followed.steps.iter().map(|step| (step.change, step.at.as_secs())).collect()
    }

    #[test]
    fn what_happened_while_nobody_looked_has_its_own_instants() {
        use Change::{Entered, Left};
        let first = follow(Standing::default(), at(50), ask);
        assert_eq!((first.standing.entered_at, first.standing.due_at), (None, Some(at(100))));
        let later = follow(first.standing, at(250), ask);
        assert_eq!(steps(&later), [(Entered, 100), (Left, 200)]);
        assert_eq!(later.standing, Standing { entered_at: None, due_at: Some(at(300)) });
        let last = follow(later.standing, at(999), ask);
        assert_eq!(steps(&last), [(Entered, 300)]);
        assert_eq!(last.standing, Standing { entered_at: Some(at(300)), due_at: None });
        assert_eq!(follow(last.standing, at(1_999), ask), Followed { standing: last.standing, steps: vec![] });
    }

    #[test]
    fn looking_often_and_looking_late_see_the_same() {
        let mut often = Followed { standing: Standing::default(), steps: vec![] };
        for now in (0..400).step_by(7) {
            let followed = follow(often.standing, at(now), ask);
            often.steps.extend(followed.steps);
            often.standing = followed.standing;
        }
        let first = follow(Standing::default(), at(0), ask);
        let late = follow(first.standing, at(399), ask);
        assert_eq!((often.steps, often.standing), (late.steps, late.standing));
    }

    #[test]
    fn a_new_fact_changes_the_standing_when_it_is_seen() {
        let verdict = |holds| Verdict { holds, next_change: None };
        let entered = follow(Standing::default(), at(70), |_| verdict(true));
        assert_eq!(steps(&entered), [(Change::Entered, 70)]);
        let left = follow(entered.standing, at(90), |_| verdict(false));
        assert_eq!(steps(&left), [(Change::Left, 90)]);
        assert_eq!(left.standing, Standing::default());
    }
}
