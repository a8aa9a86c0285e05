//! `intentd explain`: why a value is what it is, to its last part; on any day within the kept history. What is told is computed
//! anew from the facts by the functions that computed the value (I4), so that the two cannot disagree.

mod account;
mod company;
mod contact;
mod criteria;
mod goal;
mod group;

pub(crate) use account::Account;
pub(crate) use group::signals_of;

use intentd_sdk::Timestamp;
use jiff::tz::TimeZone;

use super::{Failure, Global, Outcome};
use crate::store::{ContactRef, Store};

#[derive(clap::Args)]
pub(crate) struct ExplainArgs {
    #[command(subcommand)]
    what: What,
}

#[derive(clap::Subcommand)]
enum What {
    /// A contact's scores.
    Contact(contact::ContactArgs),
    /// A company's intent, markets and views.
    Company(company::CompanyArgs),
    /// A buying group's engagement and completeness: the share of each role and member.
    Group(group::GroupArgs),
    /// Whether a contact counts in the goal of a workflow, and why.
    Goal(goal::GoalArgs),
}

pub(crate) async fn run(global: &Global, args: &ExplainArgs) -> Outcome {
    match &args.what {
        What::Contact(args) => contact::run(global, args).await,
        What::Company(args) => company::run(global, args).await,
        What::Group(args) => group::run(global, args).await,
        What::Goal(args) => goal::run(global, args).await,
    }
}

/// The one contact that somebody means.
pub(crate) async fn find_contact(store: &Store, text: &str) -> Result<ContactRef, Failure> {
    let mut found = store.find_contact(text).await?;
    match found.len() {
        1 => Ok(found.remove(0)),
        0 => Err(Failure::Input(format!(
            "no contact with the e-mail address or record id `{text}`; has it been synced? `intentd status` tells"
        ))),
        n => {
            let ids: Vec<String> = found
                .iter()
                .flat_map(|contact| &contact.external_ids)
                .map(|(connection, id)| format!("{connection} {id}"))
                .collect();
            Err(Failure::Input(format!(
                "{n} contacts match `{text}` ({}); give the e-mail address, or a record id that only one of them has",
                ids.join(", ")
            )))
        }
    }
}

/// A day of the workspace.
pub(crate) fn day(at: Timestamp, zone: &TimeZone) -> String {
    zone.to_datetime(at.to_jiff()).date().to_string()
}
