//! What an admin reads when a file is wrong: every `.case` file is one or more YAML files, and its snapshot is all that is said
//! about them. Further down: files that no admin writes, which must be refused quickly and without harm.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::{Duration, Instant};

use intentd::config::{Environment, VendorSettings};
use intentd::rules::{self, Problems, RuleSet};
use intentd_sdk::connector::SettingDoc;
use intentd_sdk::record::{ObjectKind, PropertyDefinition, PropertyType};

fn vendors() -> Vec<VendorSettings> {
    let setting = |key: &str| SettingDoc { key: key.into(), default: "1".into(), meaning: "A setting.".into() };
    let settings = ["versions.crm", "limits.burst", "share.daily", "options.search_lag_seconds"].map(setting).into();
    vec![VendorSettings { vendor: "hubspot".into(), settings }]
}

/// The files of a case, by path.
fn files(case: &str) -> BTreeMap<String, String> {
    let sections = case.split("=== ").filter(|section| !section.is_empty());
    sections.map(|section| section.split_once('\n').unwrap()).map(|(path, text)| (path.into(), text.into())).collect()
}

fn problems(sources: &BTreeMap<String, String>) -> Problems {
    match sources.get("intentd.yaml") {
        Some(text) => intentd::config::parse(Path::new("intentd.yaml"), text, &Environment::empty(), &vendors()).err(),
        None => rules::from_sources(sources.clone()).err(),
    }
    .expect("the files of a case are wrong")
}

fn cases() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/diagnostics");
    let mut cases: Vec<(String, String)> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "case"))
        .map(|path| (path.file_stem().unwrap().to_str().unwrap().into(), std::fs::read_to_string(&path).unwrap()))
        .collect();
    cases.sort();
    cases
}

#[test]
fn every_mistake_is_said_with_its_place_and_what_to_type() {
    let cases = cases();
    assert!(cases.len() > 15);
    insta::with_settings!({ snapshot_path => "diagnostics", prepend_module_to_snapshot => false, omit_expression => true }, {
        for (name, case) in cases {
            insta::assert_snapshot!(name, problems(&files(&case)).render(false));
        }
    });
}

#[test]
fn five_mistakes_in_one_file_are_at_least_five_diagnostics() {
    let (_, case) = cases().into_iter().find(|(name, _)| name == "five_mistakes").unwrap();
    let found = problems(&files(&case));
    let codes: BTreeSet<&str> = found.iter().map(|problem| problem.code.as_str()).collect();
    for code in [
        "mapping::unknown_transform",
        "mapping::unknown_key",
        "mapping::unknown_word",
        "mapping::name",
        "mapping::missing_key",
    ] {
        assert!(codes.contains(code), "{code} in {codes:?}");
    }
}

#[test]
fn every_problem_has_a_place_and_nearly_every_one_a_help() {
    let (mut all, mut helpless) = (0, Vec::new());
    for (name, case) in cases() {
        for problem in problems(&files(&case)).iter() {
            all += 1;
            assert!(problem.line > 0 && problem.column > 0, "{name}: {}", problem.message);
            assert!(problem.code.contains("::"), "{name}: {}", problem.code);
            if problem.help.is_none() {
                helpless.push(format!("{name}: {}", problem.message));
            }
        }
    }
    assert!(helpless.len() * 10 < all, "{} of {all} without help: {helpless:#?}", helpless.len());
}

/// I12: a secret that was written into a file is in no form of what is said about the file.
#[test]
fn a_secret_in_a_file_is_refused_and_never_repeated() {
    let (_, case) = cases().into_iter().find(|(name, _)| name == "secrets_in_yaml").unwrap();
    let sources = files(&case);
    let found = problems(&sources);
    for text in [found.render(false), found.render(true), found.to_json().to_string(), format!("{found}")] {
        assert!(!text.contains("CANARY"), "{text}");
    }
    let secrets = found.iter().filter(|problem| problem.code == "config::secret_in_yaml").count();
    assert!(secrets >= 4, "{found}");
    // Also when the file cannot be read at all.
    let broken = format!("{}\n  broken: [", sources["intentd.yaml"]);
    let found = problems(&BTreeMap::from([("intentd.yaml".to_owned(), broken)]));
    assert!(!found.render(false).contains("CANARY"), "{found}");
}

#[test]
#[expect(clippy::disallowed_methods, reason = "it measures how long a refusal takes")]
fn what_nobody_writes_is_refused_quickly() {
    let laughs = {
        let mut text = String::from("a0: &a0 [lol, lol]\n");
        for level in 1..40 {
            text.push_str(&format!("a{level}: &a{level} [*a{0}, *a{0}, *a{0}]\n", level - 1));
        }
        text
    };
    let nested = (0..400).map(|level| format!("{}a:\n", " ".repeat(level))).collect::<String>();
    for (name, text, code) in [
        ("laughs", laughs, "yaml::alias"),
        ("itself", "a: &a [*a]\n".to_owned(), "yaml::alias"),
        ("brackets", "[".repeat(100_000), "yaml::too_deep"),
        ("braces", "{a: ".repeat(100_000), "yaml::too_deep"),
        ("indents", nested, "yaml::too_deep"),
        ("dashes", "- ".repeat(100_000), "yaml::too_deep"),
        ("large", "a".repeat(2_000_000), "yaml::too_large"),
        ("many", "- a\n".repeat(200_000), "yaml::too_large"),
        ("zero", "a: \0".to_owned(), "yaml::not_text"),
        ("empty", String::new(), "yaml::empty"),
        ("null", "~\n".to_owned(), "yaml::empty"),
    ] {
        let started = Instant::now();
        let sources = BTreeMap::from([("hubspot/contacts.yaml".to_owned(), text)]);
        let found = problems(&sources);
        assert!(found.iter().any(|problem| problem.code == code), "{name}: {}", found.render(false));
        // A tenth of a second in a release; this is a debug build on a busy machine.
        assert!(started.elapsed() < Duration::from_secs(5), "{name} took {:?}", started.elapsed());
    }
}

#[test]
fn a_word_keeps_its_meaning_whatever_yaml_1_1_thinks_of_it() {
    let text =
        "object: contact\nfields:\n  - {property: NO, field: norway, transforms: [{map: {on: off, 012: 1_000}}]}\n";
    let rules = rules::from_sources(BTreeMap::from([("hubspot/contacts.yaml".to_owned(), text.to_owned())])).unwrap();
    let field = &rules.mappings["hubspot"].fields[0];
    assert_eq!(field.property, "NO");
    let read = |value: &str| {
        let zone = jiff::tz::TimeZone::UTC;
        intentd::domain::mapping::transforms::apply_all(&field.transforms, vec![value.into()], &zone).unwrap()
    };
    assert_eq!((read("on"), read("012")), (vec!["off".to_owned()], vec!["1_000".to_owned()]));
}

/// Pieces that change what the text around them means.
const PIECES: [&str; 24] = [
    "",
    " ",
    "\n",
    "\n  ",
    "\t",
    ":",
    ": ",
    "- ",
    "[",
    "]",
    "{",
    "}",
    ",",
    "\"",
    "'",
    "#",
    "&a ",
    "*a",
    "!t ",
    "|\n",
    "~",
    "---\n",
    "åäö€",
    "token: s3cret",
];

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig { failure_persistence: None, cases: 100, ..Default::default() })]

    #[test]
    fn no_edit_of_a_shipped_file_breaks_the_reader(
        file in 0_usize..6, at in 0.0..1.0_f64, length in 0_usize..40, pieces in proptest::collection::vec(0..PIECES.len(), 1..4),
    ) {
        let mut sources = rules::shipped(&["hubspot"]);
        let mut text = sources.values().nth(file).cloned().unwrap_or_else(|| intentd::config::template().to_owned());
        let boundary = |mut offset: usize| {
            while !text.is_char_boundary(offset.min(text.len())) {
                offset += 1;
            }
            offset.min(text.len())
        };
        let start = boundary((text.len() as f64 * at) as usize);
        let end = boundary(start + length);
        text.replace_range(start..end, &pieces.iter().map(|piece| PIECES[*piece]).collect::<String>());
        let found = match sources.keys().nth(file).cloned() {
            Some(path) => {
                sources.insert(path, text);
                rules::from_sources(sources).err()
            }
            None => intentd::config::parse(Path::new("intentd.yaml"), &text, &Environment::empty(), &vendors()).err(),
        };
        if let Some(found) = found {
            proptest::prop_assert!(found.has_errors());
            let shown = format!("{}{}{}", found.render(false), found.render(true), found.to_json());
            proptest::prop_assert!(!shown.contains("s3cret"), "{}", found);
        }
    }
}

fn shipped() -> RuleSet {
    rules::load(None, &["hubspot"]).unwrap_or_else(|found| panic!("{found}"))
}

#[test]
fn the_admins_folder_replaces_file_by_file_and_a_bad_edit_is_refused_as_a_whole() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("hubspot")).unwrap();
    let deals = folder.path().join("hubspot/deals.yaml");
    std::fs::write(&deals, "object: deal\nfields: [{property: amount, field: worth, type: number}]\n").unwrap();
    std::fs::write(folder.path().join("hubspot/.deals.yaml.swp"), "not yaml: [").unwrap();

    let rules = rules::load(Some(folder.path()), &["hubspot"]).unwrap_or_else(|found| panic!("{found}"));
    let names = |rules: &RuleSet, kind| -> Vec<String> {
        let fields = rules.mappings["hubspot"].fields.iter().filter(|field| field.kind == kind);
        fields.map(|field| field.field.clone()).collect()
    };
    assert_eq!(names(&rules, ObjectKind::Deal), ["worth"]);
    assert_eq!(names(&rules, ObjectKind::Contact), names(&shipped(), ObjectKind::Contact));

    std::fs::write(&deals, "object: deal\nfields: [{property: amount}]\n").unwrap();
    assert!(rules::load(Some(folder.path()), &["hubspot"]).is_err());
    // The last good sources make the last good rules again.
    assert_eq!(rules::from_sources(rules.sources.clone()).unwrap(), rules);

    std::fs::rename(&deals, folder.path().join("hubspot/deals.yml")).unwrap();
    let found = rules::load(Some(folder.path()), &["hubspot"]).unwrap_err();
    assert_eq!(found.iter().next().unwrap().code, "mapping::file_name");
}

#[test]
fn what_the_account_really_has_is_checked_against_the_mapping() {
    let rules = shipped();
    let define = |name: &str, value_type| PropertyDefinition {
        kind: ObjectKind::Contact,
        name: name.into(),
        label: name.into(),
        value_type,
        options: vec!["Cold".into()],
        read_only: false,
        calculated: false,
    };
    let mut definitions: Vec<PropertyDefinition> = rules.mappings["hubspot"]
        .fields
        .iter()
        .filter(|field| field.kind == ObjectKind::Contact && field.property != "jobtitle")
        .map(|field| define(&field.property, PropertyType::Text))
        .collect();
    definitions.push(define("job_title", PropertyType::Text));
    definitions.push(define("intentd_lead_score_label", PropertyType::Enumeration));
    definitions.push(PropertyDefinition { read_only: true, ..define("intentd_lead_score", PropertyType::Number) });
    definitions.push(define("intentd_fit_score", PropertyType::Text));
    for definition in definitions.iter_mut().filter(|definition| definition.name == "hs_email_optout") {
        definition.value_type = PropertyType::Date;
    }
    let mut found = rules::check_schema(&rules, "hubspot", &definitions);
    found.extend(rules::check_segments(&rules, Some(&BTreeSet::new())));
    insta::with_settings!({ snapshot_path => "diagnostics", prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!("account", Problems::new(found).render(false));
    });
    assert!(rules::check_schema(&rules, "marketo", &definitions).is_empty());
    assert!(rules::check_schema(&rules, "hubspot", &[]).is_empty());
}

#[test]
fn a_value_that_no_option_of_the_account_has_is_pointed_at() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("rules")).unwrap();
    let markets = "markets:\n  - name: banks\n    title: Banks\n    criteria:\n      - field: industry\n        \
                   equals: [BANKNG, banking, övrigt]\n      - {field: name, equals: Anything}\n";
    std::fs::write(folder.path().join("rules/markets.yaml"), markets).unwrap();
    let rules = rules::load(Some(folder.path()), &["hubspot"]).unwrap_or_else(|found| panic!("{found}"));
    let industry = PropertyDefinition {
        kind: ObjectKind::Company,
        name: "industry".into(),
        label: "Industry".into(),
        value_type: PropertyType::Enumeration,
        options: ["BANKING", "INSURANCE", "SOFTWARE", "ÖVRIGT"].map(str::to_owned).to_vec(),
        read_only: false,
        calculated: false,
    };
    let of_option = |definitions: &[PropertyDefinition]| {
        let found = rules::check_schema(&rules, "hubspot", definitions);
        Problems::new(found.into_iter().filter(|problem| problem.code == "rules::unknown_option").collect())
    };
    let found = of_option(std::slice::from_ref(&industry));
    insta::with_settings!({ snapshot_path => "diagnostics", prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!("unknown_option", found.render(false));
    });
    let free = PropertyDefinition { value_type: PropertyType::Text, ..industry };
    assert!(of_option(&[free]).is_empty(), "a free text can be anything");
}
