//! What is computed of companies, groups and workflows, as an admin asks for it on the command line: lists in three forms, decisions,
//! explanations whose numbers add up (I4), and rules that are tried before they are in force.

use intentd_hubspot::fake::Kind;
use intentd_sdk::Timestamp;
use intentd_sdk::clock::{Clock, SystemClock};
use serde_json::Value;

use crate::account::{Site, number};
use crate::inside::sync;

const DOMAIN: &str = "testbolaget.se";
pub(crate) const GROUP: &str = "Analytics for Testbolaget, Nord";
const DAY_MS: i64 = 86_400_000;

const INTENT: &str = "\
intent:
  criteria:
    - name: looks_at_prices
      title: Looks at prices
      include:
        - {pages: {starts_with: /secret-prices}, visits: 2, visitors: 2, within: 30d}
recommendations:
  stages: [opportunity, customer]
  from: FROM
  to: TO
";

const VIEWS: &str = "\
views:
  - {name: hot, title: Hot companies, criteria: [{intent: true}]}
";

const GROUPS: &str = "\
role_templates:
  - name: Purchase
    status: live
    roles:
      - {role: Decision Maker, weighting: vital, assign_when: [{field: job_title, contains: Chief Tester}]}
      - {role: Practitioner, weighting: normal, assign_when: [{field: job_title, contains: Test Developer}]}
      - {role: Champion, weighting: normal}
stage_models:
  - name: Sales
    status: live
    stages:
      - {name: Identified, entry: true, next: [Engaged]}
      - {name: Engaged, next: [Won]}
      - {name: Won, outcome: success}
solution_interests:
  - {name: Analytics, template: Purchase, stages: Sales, update_existing_groups: true}
group_jobs:
  - {interest: Analytics, audience: {view: hot}}
";

const WORKFLOWS: &str = "\
workflows:
  - name: nurture
    title: Nurture leads
    existing: enroll
    enroll: [{field: lifecycle_stage, equals: lead}]
    goal: [{field: job_title, contains: Reached}]
    emails: [MAILS]
    completes_after: 30d
  - name: silent
    title: Without mails
    existing: enroll
    enroll: [{field: lifecycle_stage, equals: lead}]
    goal: [{activity: email_open}]
";

fn now() -> Timestamp {
    SystemClock::new().now()
}

fn day(days_from_now: i64) -> String {
    now().plus_ms(days_from_now * DAY_MS).to_string()[..10].to_owned()
}

/// A company whose people look at prices, among others; and rules about all of it.
pub(crate) struct Story {
    pub(crate) site: Site,
    company: u64,
    ann: u64,
    campaign: u64,
}

pub(crate) fn story() -> Story {
    let site = Site::new();
    site.trust_the_index();
    let at = now().plus_ms(-3_600_000);
    let (company, ann, campaign, name) = site.fake.edit(|account| {
        let company = [("name", "Testbolaget, Nord"), ("domain", DOMAIN), ("lifecyclestage", "lead")];
        let company = account.add(Kind::Company, &company, at);
        let mut people = Vec::new();
        for (email, first, title, views) in [
            ("ann@testbolaget.se", "Ann", "Chief Tester", 2),
            ("bo@testbolaget.se", "Bo", "Test Developer", 1),
            ("cia@testbolaget.se", "Cia", "Nobody special", 0),
        ] {
            let values = [
                ("email", email),
                ("firstname", first),
                ("lastname", "Test"),
                ("jobtitle", title),
                ("lifecyclestage", "lead"),
            ];
            let person = account.add(Kind::Contact, &values, at);
            account.associate((Kind::Contact, person), (Kind::Company, company));
            for view in 0..views {
                account.add_page_view(
                    person,
                    at.plus_ms(view * 1_000),
                    "https://www.example.com/secret-prices",
                    "Prices",
                );
            }
            people.push(person);
        }
        let closed = now().plus_ms(-DAY_MS).to_string();
        let deal = [("dealname", "The big one"), ("dealstage", "closedwon"), ("closedate", closed.as_str())];
        let deal = account.add(Kind::Deal, &deal, at);
        account.associate((Kind::Deal, deal), (Kind::Company, company));
        let (campaign, named) = account.email_events.campaigns.first_key_value().unwrap();
        (company, people[0], *campaign, named.name.clone())
    });
    let rules = site.folder.path().join("mappings/rules");
    std::fs::create_dir_all(&rules).unwrap();
    let intent = INTENT.replace("FROM", &day(-20)).replace("TO", &day(20));
    let workflows = WORKFLOWS.replace("MAILS", &format!("\"{name}\", \"{campaign}\""));
    for (file, text) in [
        ("intent.yaml", intent.as_str()),
        ("views.yaml", VIEWS),
        ("buying_groups.yaml", GROUPS),
        ("workflows.yaml", &workflows),
    ] {
        std::fs::write(rules.join(file), text).unwrap();
    }
    let config = site.config_file();
    let text = std::fs::read_to_string(&config).unwrap() + "mappings: ./mappings\n";
    std::fs::write(&config, text).unwrap();
    cycle(&site);
    Story { site, company, ann, campaign }
}

fn cycle(site: &Site) {
    let (code, summary) = sync(site);
    assert_eq!(code, 0, "{summary}");
}

fn csv(site: &Site, arguments: &[&str]) -> Vec<String> {
    let arguments: Vec<&str> = arguments.iter().copied().chain(["--csv"]).collect();
    let text = human(site, &arguments);
    assert!(text.ends_with("\r\n"), "{text}");
    text.trim_end().split("\r\n").map(str::to_owned).collect()
}

fn human(site: &Site, arguments: &[&str]) -> String {
    let output = site.run(arguments);
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn refused(site: &Site, arguments: &[&str]) -> String {
    let output = site.run(arguments);
    assert_eq!(output.status.code(), Some(2), "{arguments:?}");
    String::from_utf8(output.stderr).unwrap()
}

fn decimal(value: &Value) -> i128 {
    let text = value.as_str().unwrap_or_else(|| panic!("no number: {value}"));
    let (sign, text) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    sign * (whole.parse::<i128>().unwrap() * 1_000_000 + format!("{part:0<6}").parse::<i128>().unwrap())
}

fn find<'a>(list: &'a Value, key: &str, wanted: &str) -> Option<&'a Value> {
    list.as_array().unwrap().iter().find(|item| item[key] == wanted)
}

#[test]
fn i4_a_company_its_view_and_its_group_are_listed_explained_and_decided_about() {
    let Story { site, company, .. } = story();

    let list = site.json(&["intent", "list"]);
    let listed = find(&list["companies"], "domain", DOMAIN).unwrap_or_else(|| panic!("{list}"));
    assert_eq!((number(listed, "/visits"), number(listed, "/visitors")), (3, 2));
    assert_eq!(listed["criteria"], serde_json::json!(["looks_at_prices"]));
    let lines = csv(&site, &["intent", "list"]);
    assert_eq!(lines[0], "name,domain,since,criteria,visits,visitors,last_visit_at,in_crm");
    assert!(lines[1..].iter().any(|line| line.starts_with("\"Testbolaget, Nord\",testbolaget.se,")), "{lines:?}");
    assert!(refused(&site, &["intent", "list", "--json", "--csv"]).contains("choose one"));
    assert!(refused(&site, &["intent", "list", "--criterion", "prices"]).contains("looks_at_prices"));
    let shown = site.json(&["intent", "show", "testbolaget, nord"]);
    assert_eq!(shown["intent"]["shows"], true, "found by its name");
    let domains = site.json(&["intent", "domains"]);
    assert_eq!(find(&domains["domains"], "domain", "example.com").unwrap()["status"], "receiving events");

    let explained = site.json(&["explain", "company", &company.to_string()]);
    assert_eq!(explained["shows_intent"], true);
    let rule = &explained["criteria"][0]["include"][0];
    assert_eq!(number(rule, "/visits"), rule["counted"].as_array().unwrap().len() as u64);
    assert!(rule["counted"][0]["page"].as_str().unwrap().ends_with("example.com/secret-prices"), "{rule}");
    assert!(
        human(&site, &["explain", "company", DOMAIN]).contains("3 visits (2 needed) by 2 visitors (2 needed): met")
    );
    let before = site.json(&["explain", "company", DOMAIN, "--as-of", &day(-2)]);
    assert_eq!(before["shows_intent"], false, "nobody had visited then");
    assert!(refused(&site, &["explain", "company", DOMAIN, "--as-of", "2001-01-01"]).contains("kept for 90 days"));

    assert!(number(&find(&site.json(&["views", "list"])["views"], "name", "hot").unwrap().clone(), "/companies") >= 1);
    let members = site.json(&["views", "show", "hot"]);
    assert!(find(&members["companies"], "domain", DOMAIN).is_some(), "{members}");
    let history = site.json(&["views", "history", "hot"]);
    assert_eq!(find(&history["events"], "domain", DOMAIN).unwrap()["what"], "entered");

    let filter =
        ["groups", "list", "--missing-role", "Champion", "--completeness-below", "70", "--search", "nord test"];
    let groups = site.json(&filter);
    let group = find(&groups["groups"], "name", GROUP).unwrap_or_else(|| panic!("{groups}"));
    assert_eq!((group["completeness"].as_str(), group["engagement"].as_str()), (Some("67"), Some("1")));
    assert!(refused(&site, &["groups", "list", "--missing-role", "Champio"]).contains("Champion"));
    adds_up(&site, 2);

    let assign = |contact: &str| ["groups", "assign", GROUP, "--role", "Champion", contact].map(str::to_owned);
    let stranger = assign("nobody@example.com");
    assert!(refused(&site, &stranger.each_ref().map(String::as_str)).contains("no contact"));
    site.json(&assign("cia@testbolaget.se").each_ref().map(String::as_str));
    site.json(&["groups", "remove", GROUP, "bo@testbolaget.se"]);
    assert!(refused(&site, &["groups", "stage", GROUP, "--to", "Engaged"]).contains("`Identified`"));
    site.json(&["groups", "stage", GROUP, "--to", "Identified"]);
    cycle(&site);
    let lines = csv(&site, &["groups", "members", GROUP]);
    assert_eq!(lines.len(), 3, "{lines:?}");
    assert!(lines[1].starts_with("Ann Test,Decision Maker,Chief Tester,ann@testbolaget.se,,automatic,"), "{lines:?}");
    assert!(lines[2].starts_with("Cia Test,Champion,Nobody special,cia@testbolaget.se,,manual,"), "{lines:?}");
    let page = site.json(&["groups", "show", GROUP]);
    assert_eq!(page["summary"]["stage"], "Identified");
    assert_eq!(page["decision_makers"][0]["name"], "Ann Test");
    assert_eq!(page["account"]["open_opportunities"], serde_json::json!([]), "the deal is won");
    let text = human(&site, &["groups", "show", GROUP]);
    assert!(text.contains("67 % complete: Practitioner is missing"), "{text}");
    adds_up(&site, 2);
}

/// On every level of a group's explanation the points are those of the level above.
fn adds_up(site: &Site, members: usize) {
    let explained = site.json(&["explain", "group", GROUP]);
    let engagement = &explained["engagement"];
    let sum = |list: &Value| list.as_array().unwrap().iter().map(|part| decimal(&part["points"])).sum::<i128>();
    let roles = &engagement["roles"];
    assert_eq!(sum(roles), decimal(&engagement["exact"]), "{engagement}");
    assert!(decimal(&engagement["exact"]) > 0);
    let mut seen = 0;
    for role in roles.as_array().unwrap() {
        let people = role["members"].as_array().unwrap();
        seen += people.len();
        assert!(people.is_empty() || sum(&role["members"]) == decimal(&role["points"]), "{role}");
        for person in people.iter().filter(|person| !person["activities"].as_array().unwrap().is_empty()) {
            assert_eq!(sum(&person["activities"]), decimal(&person["points"]), "{person}");
        }
    }
    assert_eq!(seen, members);
    let completeness = &explained["completeness"];
    assert_eq!(sum(&completeness["roles"]), decimal(&completeness["exact"]), "{completeness}");
}

#[test]
fn a_goal_counts_after_a_mail_and_pages_of_those_who_converted_are_recommended() {
    let Story { site, company, ann, campaign } = story();
    let before = site.json(&["explain", "goal", "nurture", "ann@testbolaget.se"]);
    assert_eq!((&before["counts"], &before["counting"]), (&false.into(), &"not_met".into()));
    let started = find(&site.json(&["workflows", "list"])["workflows"], "name", "nurture").unwrap()["started"].clone();
    assert!(started.as_u64().unwrap() >= 3, "{started}");

    let at = now();
    site.fake.edit(|account| {
        account.email_events.add("DELIVERED", "ann@testbolaget.se", campaign, at);
        account.set(Kind::Contact, ann, &[("jobtitle", "Chief Tester Reached")], at);
        account.set(Kind::Company, company, &[("lifecyclestage", "opportunity")], at);
    });
    cycle(&site);
    let explained = site.json(&["explain", "goal", "nurture", "ann@testbolaget.se"]);
    assert_eq!((&explained["counts"], &explained["counting"]), (&true.into(), &"counts".into()), "{explained}");
    assert_eq!(explained["emails"].as_array().unwrap().len(), 1);
    assert_eq!((&explained["goal"]["holds"], &explained["ended"]["reason"]), (&true.into(), &"goal".into()));
    let then = site.json(&["explain", "goal", "nurture", "ann@testbolaget.se", "--as-of", &day(-2)]);
    assert_eq!(then["counting"], "not_started");
    let goal = site.json(&["workflows", "goal", "nurture"]);
    assert_eq!((number(&goal, "/goal_met"), number(&goal, "/unenrolled_for_goal")), (1, 1));
    assert_eq!(goal["contacts"][0]["email"], "ann@testbolaget.se");
    assert_eq!(goal["trend"].as_object().unwrap().values().filter_map(Value::as_u64).sum::<u64>(), 1);
    let lines = csv(&site, &["workflows", "goal", "nurture"]);
    assert_eq!(lines[0], "name,email,counts,enrolled_at,goal_met_at,left,counting");
    assert!(lines[1].starts_with("Ann Test,ann@testbolaget.se,true,"), "{lines:?}");
    let silent = site.json(&["workflows", "show", "silent"]);
    assert_eq!(silent["rate"], Value::Null);
    assert_eq!(silent["warnings"].as_array().unwrap().len(), 2, "no mails, and opens: {silent}");

    let pages = site.json(&["recommendations", "list"]);
    let page = find(&pages["pages"], "path", "/secret-prices").unwrap_or_else(|| panic!("{pages}"));
    assert_eq!((number(page, "/conversions"), number(page, "/visitors"), page["rate"].as_str()), (1, 1, Some("1")));
    assert_eq!(page["tags"], serde_json::json!(["Included (looks_at_prices)"]));
    site.json(&["recommendations", "dismiss", "/secret-prices/"]);
    let without = site.json(&["recommendations", "list"]);
    assert!(find(&without["pages"], "path", "/secret-prices").is_none(), "{without}");
    assert_eq!(site.json(&["recommendations", "restore", "/secret-prices"])["changed"], true);
    assert_eq!(site.json(&["recommendations", "list"]), pages);
    let added = human(&site, &["recommendations", "add", "/demo", "--to", "looks_at_prices"]);
    assert!(added.contains("rules/intent.yaml") && added.contains("equals: \"/demo\""), "{added}");
}

#[test]
fn changed_rules_are_tried_on_everybody_before_they_are_in_force() {
    let Story { site, .. } = story();
    let same = site.json(&["backtest"]);
    assert_eq!(same["same_rules"], true);
    for score in same["scores"].as_array().unwrap() {
        assert_eq!(number(score, "/changed"), 0, "{score}");
    }
    assert!(number(&same, "/won_deals") >= 1);

    let folder = site.folder.path().join("tried");
    std::fs::create_dir_all(folder.join("rules")).unwrap();
    let shipped = std::fs::read_to_string("mappings/rules/scores.yaml").unwrap();
    let changed = shipped.replacen("points: 3\n", "points: 7\n", 1);
    assert_ne!(changed, shipped);
    std::fs::write(folder.join("rules/scores.yaml"), changed).unwrap();
    let folder = folder.to_str().unwrap();
    let tried = site.json(&["backtest", "--rules", folder]);
    let score = find(&tried["scores"], "score", "lead_score").unwrap();
    assert!(number(score, "/changed") > 0, "{score}");
    assert_eq!(number(score, "/changed"), score["largest"].as_array().unwrap().len() as u64);
    assert_eq!(number(score, "/lowered"), 0, "more points lower nobody");
    for change in score["largest"].as_array().unwrap() {
        assert_eq!(decimal(&change["new"]) - decimal(&change["old"]), decimal(&change["change"]));
    }
    for side in ["in_force", "changed_rules"] {
        let of = |key: &str| score[side].as_array().unwrap().iter().filter_map(|band| band[key].as_u64()).sum::<u64>();
        assert_eq!(of("contacts"), number(&tried, "/contacts"), "every contact is in one band");
        assert!(of("with_won_deal") >= 3, "the people of the company with the won deal at least");
    }
    let lines = csv(&site, &["backtest", "--rules", folder, "--score", "lead_score", "--limit", "2"]);
    assert_eq!((lines.len(), lines[0].as_str()), (3, "score,name,email,old,new,change,old_label,new_label"));
    let text = human(&site, &["backtest", "--rules", folder]);
    assert!(text.contains("with the changed rules") && text.contains("lift"), "{text}");
    assert_eq!(site.json(&["backtest"])["same_rules"], true, "nothing came into force");
    assert!(refused(&site, &["backtest", "--score", "led_score"]).contains("lead_score"));
}
