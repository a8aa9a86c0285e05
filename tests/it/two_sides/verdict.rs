//! What a run came to: who is joined, who agrees, and which conflicts are written down.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use intentd::domain::model::ContactId;
use intentd::store::{RecordRow, Store};
use intentd_sdk::record::ObjectKind;

use super::scene::{Person, Scene};
use super::stage::FLOWS;

/// The shared values of all joined contacts at the end of a run.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ends {
    pub(crate) agreed: u64,
    pub(crate) asked: u64,
    pub(crate) frozen: u64,
    /// Both numbers of contacts and the flow in which they agree.
    open: Vec<(usize, [u64; 2], usize)>,
}

impl Ends {
    pub(crate) fn add(&mut self, other: &Ends) {
        self.agreed += other.agreed;
        self.asked += other.asked;
        self.frozen += other.frozen;
    }

    /// Somebody edits some of what is agreed on, on one side each. Gives who shall hold which value.
    pub(crate) fn speak(&self, scene: &Arc<Mutex<Scene>>) -> Vec<([u64; 2], usize, String)> {
        let scene = &mut scene.lock().unwrap();
        let mut words = Vec::new();
        for (_, ids, flow) in &self.open {
            if scene.choices.one_in(2) {
                let side = scene.choices.below(2) as usize;
                let word = if scene.choices.one_in(4) { String::new() } else { format!("last word {}", words.len()) };
                scene.set(side, ids[side], *flow, &word);
                words.push((*ids, *flow, word));
            }
        }
        words
    }

    /// Whether the last words are heard everywhere.
    pub(crate) fn has(&self, words: &[([u64; 2], usize, String)], scene: &Arc<Mutex<Scene>>) {
        let scene = scene.lock().unwrap();
        for (ids, flow, word) in words {
            let held = [0, 1].map(|side| scene.value(side, ids[side], *flow));
            let open = self.open.iter().any(|(_, known, of)| known == ids && of == flow);
            assert!(!open || held == [word.as_str(); 2], "{} of {ids:?}: {held:?}, not {word:?}", FLOWS[*flow].0);
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
        let Some(ids) = both(rows) else { continue };
        joined.insert(ids);
        for (flow, conflict) in conflicts.iter().enumerate() {
            let (field, crm, mailing) = FLOWS[flow];
            let held = [0, 1].map(|side| scene.value(side, ids[side], flow).trim().to_owned());
            let is_frozen = [("hubspot", crm, 0), ("marketo", mailing, 1)]
                .iter()
                .any(|(name, property, side)| frozen.contains(&((*name).into(), ids[*side].to_string(), (*property).into())));
            if is_frozen {
                ends.frozen += 1;
            } else if asked.contains(&(*contact, field.to_owned())) {
                assert_eq!(*conflict, "ask", "nobody else asks");
                assert_ne!(held[0], held[1], "there is nothing to ask");
                ends.asked += 1;
            } else {
                assert!(same(&held), "{field} of {ids:?} by {conflict}: {held:?}, and nothing is written down");
                ends.agreed += 1;
                ends.open.push((*contact as usize, ids, flow));
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
fn same(held: &[String; 2]) -> bool {
    held[0] == held[1]
        || matches!((held[0].parse::<f64>(), held[1].parse::<f64>()), (Ok(one), Ok(other)) if one == other)
}

/// The records of a contact that both vendors know; of two at one vendor the one that changed last.
fn both(rows: &[RecordRow]) -> Option<[u64; 2]> {
    let of = |vendor: &str| {
        let rows = rows.iter().filter(|row| row.present && row.connection.as_str() == vendor);
        rows.max_by_key(|row| row.modified_at)?.external_id.as_str().parse::<u64>().ok()
    };
    Some([of("hubspot")?, of("marketo")?])
}
