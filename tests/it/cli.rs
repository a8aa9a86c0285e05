//! The command line: exit codes, and mistakes that are all told at once.

use intentd_hubspot::fake::Kind;

use crate::account::{Site, command};

#[test]
fn five_mistakes_in_a_mapping_are_five_diagnostics_and_nobody_is_called() {
    let site = Site::new();
    let folder = site.folder.path();
    std::fs::create_dir_all(folder.join("mappings/hubspot")).unwrap();
    let mapping = "\
object: contact
fields:
  - property: email
    field: email
    type: text
    transforms: [trim, lowrcase]
  - property: jobtitle
    fild: job_title
    type: text
  - property: createdate
    field: created_at
    type: datetim
  - property: lastname
    field: last_name
    type: [text]
write:
  - value: score.led_score
    property: intentd_lead_score
    label: Lead score
    type: number
    group: intentd
    ownership: owned
";
    std::fs::write(folder.join("mappings/hubspot/contacts.yaml"), mapping).unwrap();
    let config = site.config_file();
    let text = std::fs::read_to_string(&config).unwrap() + "mappings: ./mappings\n";
    std::fs::write(&config, text).unwrap();

    for arguments in [&["check"][..], &["sync"], &["plan"]] {
        let output = site.run(arguments);
        let text = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {text}");
        for (line, word) in [(6, "lowrcase"), (8, "fild"), (12, "datetim"), (15, "text"), (17, "led_score")] {
            assert!(text.contains(&format!("contacts.yaml:{line}:")), "{arguments:?}: no line {line} in\n{text}");
            assert!(text.contains(word), "{arguments:?}: no {word} in\n{text}");
        }
    }
    assert_eq!(site.fake.stats().calls, 0);
}

#[test]
fn a_rejected_edit_leaves_the_last_good_rules_in_force() {
    let site = Site::new();
    site.json(&["sync"]);
    let folder = site.folder.path();
    std::fs::create_dir_all(folder.join("mappings/rules")).unwrap();
    std::fs::write(folder.join("mappings/rules/scores.yaml"), "scores:\n  - nam: broken\n").unwrap();
    let config = site.config_file();
    let text = std::fs::read_to_string(&config).unwrap() + "mappings: ./mappings\n";
    std::fs::write(&config, text).unwrap();
    assert_eq!(site.run(&["check"]).status.code(), Some(2));
    let calls = site.fake.stats().calls;
    assert_eq!(site.run(&["sync"]).status.code(), Some(2), "who types a command is told");
    assert_eq!(site.fake.stats().calls, calls);
    let contact = site.fake.read(|account| account.table(Kind::Contact).live().keys().next().unwrap().to_string());
    let explained = site.json(&["explain", "contact", &contact]);
    assert_eq!(explained["scores"][0]["score"], "lead_score", "the last good rules are in force");
}

#[test]
fn a_missing_configuration_says_what_to_type() {
    let folder = tempfile::tempdir().unwrap();
    let output = command(&folder.path().join("intentd.yaml"), &["sync"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8(output.stderr).unwrap().contains("intentd init"));
}

#[test]
fn explain_adds_up_and_what_init_writes_can_be_checked() {
    let site = Site::new();
    site.json(&["sync"]);
    let contact = site
        .fake
        .read(|account| account.table(intentd_hubspot::fake::Kind::Contact).live().keys().next().unwrap().to_string());
    let explained = site.json(&["explain", "contact", &contact]);
    for score in explained["scores"].as_array().unwrap() {
        let sum: f64 = score["contributions"]
            .as_array()
            .unwrap()
            .iter()
            .flat_map(|line| line.as_object().unwrap().values())
            .map(|line| line["points"].as_str().unwrap().parse::<f64>().unwrap())
            .sum();
        assert_eq!(score["exact"].as_str().unwrap().parse::<f64>().unwrap(), sum, "{score}");
    }

    let fresh = tempfile::tempdir().unwrap();
    let target = fresh.path().join("etc");
    let output = site.run(&["init", target.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let output = command(&target.join("intentd.yaml"), &["check"]).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(site.run(&["init", target.to_str().unwrap()]).status.code(), Some(2), "nothing is overwritten");
}
