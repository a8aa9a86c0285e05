//! What a run came to: who is joined, who agrees, and which conflicts are written down.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::{Arc, Mutex};

use intentd::domain::model::ContactId;
use intentd::store::{RecordRow, Store};
use intentd_sdk::record::ObjectKind;

use super::scene::{Person, Scene};
use super::stage::FLOWS;

/// The shared values of all joined contacts at the end of a run.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ends {
    pub(crate) runs: u64,
    pub(crate) agreed: u64,
    pub(crate) asked: u64,
    pub(crate) frozen: u64,
    /// Of those that agreed, those of contacts with several records at one vendor.
    pub(crate) several: u64,
    /// Values that were written and not answered for.
    pub(crate) lost: u64,
    /// All records of contacts, by side and number, and the flow in which they agree.
    open: Vec<(Vec<(usize, u64)>, usize)>,
}

/// Which records shall hold which value of a flow.
pub(crate) type Word = (Vec<(usize, u64)>, usize, String);

impl fmt::Display for Ends {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Ends { runs, agreed, asked, frozen, several, lost, .. } = self;
        write!(f, "{runs} runs: {agreed} values agree ({several} of several records), {asked} wait for a person, ")?;
        write!(f, "{frozen} are frozen; {lost} answers were lost")
    }
}

impl Ends {
    pub(crate) fn add(&mut self, other: &Ends) {
        self.runs += other.runs;
        self.lost += other.lost;
        self.agreed += other.agreed;
        self.asked += other.asked;
        self.frozen += other.frozen;
        self.several += other.several;
    }

    /// Somebody edits some of what is agreed on, at one record each. Gives who shall hold which value.
    pub(crate) fn speak(&self, scene: &Arc<Mutex<Scene>>) -> Vec<Word> {
        let scene = &mut scene.lock().unwrap();
        let mut words = Vec::new();
        for (places, flow) in &self.open {
            if scene.choices.one_in(2) {
                let (side, id) = places[scene.choices.below(places.len() as u64) as usize];
                let word = if scene.choices.one_in(4) { String::new() } else { format!("last word {}", words.len()) };
                scene.set(side, id, *flow, &word);
                words.push((places.clone(), *flow, word));
            }
        }
        words
    }

    /// Whether the last words are heard everywhere.
    pub(crate) fn has(&self, words: &[Word], scene: &Arc<Mutex<Scene>>) {
        let scene = scene.lock().unwrap();
        for (places, flow, word) in words {
            let held: Vec<String> = places.iter().map(|(side, id)| scene.value(*side, *id, *flow)).collect();
            let open = self.open.iter().any(|(known, of)| known == places && of == flow);
            let heard = held.iter().all(|held| held == word);
            assert!(!open || heard, "{} of {places:?}: {held:?}, not {word:?}", FLOWS[*flow].0);
        }
    }
}

/// Looks at both vendors and at what is written down.
pub(crate) async fn ends(store: &Store, scene: &Arc<Mutex<Scene>>, conflicts: &[&str]) -> Ends {
    let contacts: Vec<i64> =
        store.list_contacts(ContactId(0), 1_000).await.unwrap().into_iter().map(|contact| contact.0).collect();
    let records = store.load_records(ObjectKind::Contact, &contacts).await.unwrap();
    let asked: BTreeSet<(i64, String)> =
        store.list_asked(1_000).await.unwrap().into_iter().map(|(contact, field, _)| (contact.0, field)).collect();
    let frozen: BTreeSet<(String, String, String)> = store
        .list_frozen(1_000)
        .await
        .unwrap()
        .into_iter()
        .map(|row| (row.connection.to_string(), row.external_id.to_string(), row.property))
        .collect();
    let scene = scene.lock().unwrap();
    let mut ends = Ends::default();
    let mut joined = BTreeSet::new();
    for (contact, rows) in &records {
        let ids = [present(rows, "hubspot"), present(rows, "marketo")];
        let [Some(crm), Some(mailing)] = ids.each_ref().map(|ids| ids.first().copied()) else { continue };
        joined.insert([crm, mailing]);
        for (flow, conflict) in conflicts.iter().enumerate() {
            let (field, crm_property, mailing_property) = FLOWS[flow];
            let places: Vec<(usize, u64)> =
                ids.iter().enumerate().flat_map(|(side, ids)| ids.iter().map(move |id| (side, *id))).collect();
            let held: Vec<String> =
                places.iter().map(|(side, id)| scene.value(*side, *id, flow).trim().to_owned()).collect();
            let is_frozen = places.iter().any(|(side, id)| {
                let (name, property) = [("hubspot", crm_property), ("marketo", mailing_property)][*side];
                frozen.contains(&(name.to_owned(), id.to_string(), property.to_owned()))
            });
            let agree = held.iter().all(|one| same(one, &held[0]));
            if is_frozen {
                ends.frozen += 1;
            } else if asked.contains(&(*contact, field.to_owned())) {
                assert_eq!(*conflict, "ask", "nobody else asks");
                assert!(!agree, "there is nothing to ask: {field} of {places:?}: {held:?}");
                ends.asked += 1;
            } else {
                assert!(agree, "{field} of {places:?} by {conflict}: {held:?}, and nothing is written down");
                ends.agreed += 1;
                ends.several += u64::from(places.len() > 2);
                ends.open.push((places, flow));
            }
        }
    }
    for Person { address, ids, plain } in &scene.people {
        if let (true, [Some(crm), Some(mailing)]) = (*plain, *ids) {
            assert!(joined.contains(&[crm, mailing]), "{address} is one person");
        }
    }
    ends
}

/// Numbers are the same however they are written.
fn same(one: &str, other: &str) -> bool {
    one == other || matches!((one.parse::<f64>(), other.parse::<f64>()), (Ok(one), Ok(other)) if one == other)
}

/// The records of a contact that are there at a vendor.
fn present(rows: &[RecordRow], vendor: &str) -> Vec<u64> {
    let here = rows.iter().filter(|row| row.present && row.connection.as_str() == vendor);
    here.filter_map(|row| row.external_id.as_str().parse().ok()).collect()
}
