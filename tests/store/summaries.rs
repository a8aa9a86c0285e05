//! Answers of a language model: found by what was asked, replaced, and gone in time and with the people in them.

use intentd::domain::buying_group::Answer;
use intentd::store::AnswerRow;

use crate::objects::store_contacts;
use crate::setup::{Bench, at, on_both, write};

on_both!(an_answer_is_found_until_it_is_old, answers_that_name_people_go_when_anybody_is_erased);

fn row(fingerprint: &str, text: &str, personal: bool, minutes: i64) -> AnswerRow {
    let answer = Answer { text: text.to_owned(), finish: Some("stop".to_owned()) };
    AnswerRow { fingerprint: fingerprint.to_owned(), answer, personal, answered_at: at(minutes) }
}

async fn text(bench: &Bench, fingerprint: &str) -> Option<String> {
    bench.store.find_answer(fingerprint).await.unwrap().map(|answer| answer.text)
}

async fn an_answer_is_found_until_it_is_old(bench: Bench) {
    assert_eq!(text(&bench, "a").await, None);
    write!(bench, tx => tx.upsert_answer(&row("a", "Ett svar.", false, 0)).await.unwrap());
    write!(bench, tx => tx.upsert_answer(&row("b", "Another \u{0}one.", false, 1)).await.unwrap());
    write!(bench, tx => tx.upsert_answer(&row("a", "Ett annat svar.", false, 2)).await.unwrap());
    assert_eq!(text(&bench, "a").await.as_deref(), Some("Ett annat svar."));
    assert_eq!(text(&bench, "b").await.as_deref(), Some("Another \u{0}one."));
    let half_a_year = 180 * 24 * 60;
    write!(bench, tx => tx.upsert_answer(&row("c", "A late one.", false, half_a_year + 2)).await.unwrap());
    assert_eq!(text(&bench, "b").await, None, "older than half a year");
    assert!(text(&bench, "a").await.is_some(), "no older than that");
}

async fn answers_that_name_people_go_when_anybody_is_erased(bench: Bench) {
    write!(bench, tx => {
        store_contacts(&mut tx, &[(1, "501", "ada@example.org")], None).await;
        tx.upsert_answer(&row("named", "Ada Lovelace decides.", true, 0)).await.unwrap();
        tx.upsert_answer(&row("aliases", "Decision Maker 1 decides.", false, 0)).await.unwrap();
        tx.erase_contact(1, &["0".repeat(64)], at(1)).await.unwrap();
    });
    assert_eq!(text(&bench, "named").await, None);
    assert!(text(&bench, "aliases").await.is_some());
    bench.store.checkpoint().await.unwrap();
    for name in
        bench.folder.iter().flat_map(|folder| ["intentd.db", "intentd.db-wal"].map(|name| folder.path().join(name)))
    {
        let bytes = std::fs::read(&name).unwrap_or_default();
        assert!(!bytes.windows(8).any(|window| window == b"Lovelace"), "{}", name.display());
    }
}
