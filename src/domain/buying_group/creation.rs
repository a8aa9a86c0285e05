//! Which groups there should be: one for each account of an interest's audiences (Journey Optimizer B2B, "Create buying
//! groups"). Making the plan again after it was carried out makes nothing (I2). Groups are never taken away here: those
//! without a reason are named as orphaned.

use std::collections::{BTreeMap, BTreeSet};

use super::GroupId;
use super::interest::{CreationJob, SolutionInterest};
use crate::domain::model::CompanyId;

/// An account of an audience.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AudienceMember {
    pub account: CompanyId,
    /// The account's name as it is shown.
    pub name: String,
}

/// A group that there is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExistingGroup {
    pub id: GroupId,
    pub interest: String,
    pub account: CompanyId,
    pub name: String,
}

/// A group that is to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewGroup {
    pub interest: String,
    pub account: CompanyId,
    pub name: String,
}

/// A group that stays.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptGroup {
    pub id: GroupId,
    /// The name that it should have now, when its account was renamed.
    pub rename: Option<String>,
}

/// A group that nothing asks for any more. It stays until somebody deletes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrphanedGroup {
    pub id: GroupId,
    pub cause: OrphanCause,
}

/// Why nothing asks for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OrphanCause {
    InterestGone,
    /// The account is in no audience of the interest's jobs.
    LeftAudience,
    /// Two accounts became one, and this older group is the one that stays.
    DuplicateOf(GroupId),
}

/// A line of the list of jobs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JobSummary {
    pub job: CreationJob,
    pub accounts: usize,
    /// Of these accounts, how many have their group.
    pub made: usize,
    pub to_make: usize,
}

/// What should happen.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GroupPlan {
    /// By interest and account.
    pub created: Vec<NewGroup>,
    pub kept: Vec<KeptGroup>,
    pub orphaned: Vec<OrphanedGroup>,
    /// In the order of the rules.
    pub jobs: Vec<JobSummary>,
}

/// The generated name of a group.
pub fn group_name(interest: &str, account: &str) -> String {
    format!("{interest} for {account}")
}

/// Compares what there should be with what there is. `jobs` are all jobs with the accounts that are in their audience now.
pub fn plan_groups(
    interests: &[SolutionInterest],
    jobs: &[(CreationJob, Vec<AudienceMember>)],
    existing: &[ExistingGroup],
) -> GroupPlan {
    let known: BTreeSet<&str> = interests.iter().map(|interest| interest.name.as_str()).collect();
    let mut wanted: BTreeMap<(&str, CompanyId), &str> = BTreeMap::new();
    for (job, accounts) in jobs.iter().filter(|(job, _)| known.contains(job.interest.as_str())) {
        for member in accounts {
            wanted.insert((&job.interest, member.account), &member.name);
        }
    }
    let mut plan = GroupPlan::default();
    let mut oldest: BTreeMap<(&str, CompanyId), GroupId> = BTreeMap::new();
    let mut sorted: Vec<&ExistingGroup> = existing.iter().collect();
    sorted.sort_by_key(|group| group.id);
    for group in sorted {
        let key = (group.interest.as_str(), group.account);
        let first = *oldest.entry(key).or_insert(group.id);
        let orphaned = |cause| OrphanedGroup { id: group.id, cause };
        match wanted.get(&key) {
            _ if !known.contains(group.interest.as_str()) => plan.orphaned.push(orphaned(OrphanCause::InterestGone)),
            _ if first != group.id => plan.orphaned.push(orphaned(OrphanCause::DuplicateOf(first))),
            None => plan.orphaned.push(orphaned(OrphanCause::LeftAudience)),
            Some(account) => {
                let name = group_name(&group.interest, account);
                plan.kept.push(KeptGroup { id: group.id, rename: (name != group.name).then_some(name) });
            }
        }
    }
    let new = wanted.iter().filter(|(key, _)| !oldest.contains_key(*key));
    plan.created = new
        .map(|((interest, account), name)| NewGroup {
            interest: (*interest).to_owned(),
            account: *account,
            name: group_name(interest, name),
        })
        .collect();
    plan.jobs = jobs
        .iter()
        .map(|(job, accounts)| {
            let accounts: BTreeSet<CompanyId> = accounts.iter().map(|member| member.account).collect();
            let made = accounts.iter().filter(|account| oldest.contains_key(&(job.interest.as_str(), **account)));
            let made = made.count();
            let to_make = if known.contains(job.interest.as_str()) { accounts.len() - made } else { 0 };
            JobSummary { job: job.clone(), accounts: accounts.len(), made, to_make }
        })
        .collect();
    plan
}
