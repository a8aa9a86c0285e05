//! What people and the account are called before a model: "Decision Maker 1", "the account".

use std::cmp::Reverse;
use std::collections::BTreeMap;

use regex::{Captures, Regex};

use crate::domain::buying_group::card::MemberFacts;
use crate::domain::buying_group::details::DetailFacts;
use crate::domain::model::ContactId;

const ACCOUNT: &str = "the account";

/// Members that are told one by one.
const MEMBERS: usize = 10;

/// Aliases with what they stand for.
#[derive(Clone, Debug)]
pub(super) struct Aliases {
    account: String,
    people: BTreeMap<ContactId, String>,
    /// What a alias in lower case stands for.
    names: BTreeMap<String, String>,
    /// `None`: everything is called by its name.
    pattern: Option<Regex>,
}

/// The most engaged members, the first of them first.
pub(super) fn told<'a>(facts: &DetailFacts<'a>) -> Vec<&'a MemberFacts> {
    let mut ranked: Vec<&MemberFacts> = facts.members.iter().collect();
    ranked.sort_by_key(|member| (Reverse(member.engagement), member.member.contact));
    ranked.truncate(MEMBERS);
    ranked
}

impl Aliases {
    pub(super) fn of(facts: &DetailFacts<'_>, named: bool) -> Aliases {
        let mut aliases = Aliases {
            account: if named { facts.account.name.clone() } else { ACCOUNT.to_owned() },
            people: BTreeMap::new(),
            names: BTreeMap::from([(ACCOUNT.to_owned(), facts.account.name.clone())]),
            pattern: None,
        };
        let mut of_role: BTreeMap<&str, u32> = BTreeMap::new();
        for member in told(facts) {
            let number = of_role.entry(member.member.role.as_str()).or_default();
            *number += 1;
            let alias = if named { member.name.clone() } else { format!("{} {number}", member.member.role) };
            aliases.names.insert(alias.to_lowercase(), member.name.clone());
            aliases.people.insert(member.member.contact, alias);
        }
        if !named {
            // The longest first, so that "Champion 12" is not read as "Champion 1".
            let mut all: Vec<String> =
                aliases.people.values().map(String::as_str).chain([ACCOUNT]).map(regex::escape).collect();
            all.sort_by_key(|alias| Reverse(alias.len()));
            let pattern = Regex::new(&format!(r"(?i)(^|\W)({})\b", all.join("|")));
            aliases.pattern = Some(pattern.expect("a few escaped names make a pattern"));
        }
        aliases
    }

    pub(super) fn account(&self) -> &str {
        &self.account
    }

    pub(super) fn person(&self, contact: ContactId) -> &str {
        self.people.get(&contact).map_or("", String::as_str)
    }

    /// Whether people and the account are called by aliases.
    pub(super) fn hide(&self) -> bool {
        self.pattern.is_some()
    }

    /// The text with names in the aliases' places.
    pub(super) fn put_back(&self, text: &str) -> String {
        self.replaced(text, |alias| self.names.get(&alias.to_lowercase()).map_or(alias, String::as_str))
    }

    /// The text without aliases: their numbers count nothing.
    pub(super) fn without(&self, text: &str) -> String {
        self.replaced(text, |_| "")
    }

    fn replaced<'a>(&self, text: &'a str, with: impl Fn(&'a str) -> &'a str) -> String {
        let Some(pattern) = &self.pattern else { return text.to_owned() };
        let mut replaced = String::with_capacity(text.len());
        let mut at = 0;
        for found in pattern.captures_iter(text).filter_map(|found: Captures<'a>| found.get(2)) {
            replaced.push_str(&text[at..found.start()]);
            replaced.push_str(with(found.as_str()));
            at = found.end();
        }
        replaced.push_str(&text[at..]);
        replaced
    }
}
