//! Golden stories of buying groups: `tests/scenarios/groups/*.yaml`. A file tells of engagement (people who do things, and
//! what comes of it for them and their groups), of membership, or of stages; a new story needs no code.

#[path = "groups/engagement.rs"]
mod engagement;
#[path = "groups/membership.rs"]
mod membership;
#[path = "groups/stages.rs"]
mod stages;

use intentd::domain::buying_group::{Role, RoleTemplate, Status};
use intentd::domain::engagement::default_bands;
use serde::Deserialize;

use super::telling::{self, differs, instant};

/// One file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
enum Topic {
    Engagement(engagement::Topic),
    Membership(membership::Topic),
    Stages(stages::Topic),
}

/// A role as a story writes it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RoleText {
    role: String,
    weighting: String,
    #[serde(default = "yes")]
    required: bool,
    #[serde(default = "one")]
    members_required: u32,
    /// Whether the role has a condition; the story gives its verdicts.
    #[serde(default)]
    automatic: bool,
}

fn yes() -> bool {
    true
}

fn one() -> u32 {
    1
}

fn template(roles: &[RoleText]) -> Result<RoleTemplate, String> {
    let roles = roles.iter().map(|text| {
        let band = default_bands().into_iter().find(|band| band.name == text.weighting);
        let weight = band.ok_or_else(|| format!("no weighting `{}`", text.weighting))?.value;
        Ok(Role {
            name: text.role.clone(),
            weighting: text.weighting.clone(),
            weight,
            assign_when: text.automatic.then(|| intentd::domain::criteria::Criterion::All(Vec::new())),
            required: text.required,
            members_required: text.members_required,
        })
    });
    let roles = roles.collect::<Result<Vec<Role>, String>>()?;
    Ok(RoleTemplate { name: "Template".to_owned(), description: String::new(), status: Status::Live, roles })
}

/// The faults of one file's text.
fn play(text: &str) -> Vec<String> {
    let played = match serde_saphyr::from_str::<Topic>(text) {
        Ok(Topic::Engagement(topic)) => engagement::play(&topic),
        Ok(Topic::Membership(topic)) => membership::play(&topic),
        Ok(Topic::Stages(topic)) => stages::play(&topic),
        Err(error) => Err(error.to_string()),
    };
    played.unwrap_or_else(|fault| vec![fault])
}

#[test]
fn every_story_of_buying_groups_comes_out_as_told() {
    let faults = telling::folder("groups", play);
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn a_story_of_a_group_told_wrong_is_noticed() {
    let told = |points: &str, next: &str| {
        play(&format!(
            "engagement:\n  zone: UTC\n  method: counts\n  activities: [{{visit: 40}}]\n  roles: [{{role: Champion, weighting: \
             vital}}]\n  stories:\n    - story: s\n      groups: {{Acme: {{Champion: [Ann]}}}}\n      did: [{{who: Ann, did: \
             visit, at: 2026-03-01 10:00, times: 3}}]\n      expect:\n        - at: 2026-03-02 10:00\n          persons: \
             {{Ann: {{exact: 3}}}}\n          groups: {{Acme: {{exact: {points}, next: {next}}}}}\n"
        ))
    };
    assert_eq!(told("3", "2026-03-31 00:00"), [""; 0]);
    assert_eq!(told("4", "2026-03-31 00:00").len(), 1);
    assert_eq!(told("3", "never").len(), 1);
}
