//! `intentd groups`: buying groups, their pages and members, and what a person decides about them. A decision is a fact that the
//! next cycle computes with; nothing is changed in place.

mod actions;
mod browse;
mod page;
mod summary;

use super::listing::ListArgs;
use super::{Global, Outcome};

#[derive(clap::Args)]
pub(crate) struct GroupsArgs {
    #[command(subcommand)]
    what: What,
}

#[derive(clap::Subcommand)]
enum What {
    /// List buying groups, by name.
    List(browse::BrowseArgs),
    /// Show a group: account, scores, roles, intent, the most important members.
    Show(page::ShowArgs),
    /// List the members of a group.
    Members(page::MembersArgs),
    /// List the jobs that make groups.
    Jobs(ListArgs),
    /// Make people of the account members, up to 50 at a time.
    Assign(actions::RoleArgs),
    /// Give members another role, up to 50 at a time.
    Role(actions::RoleArgs),
    /// Take members out, up to 50 at a time; conditions do not bring them back.
    Remove(actions::RemoveArgs),
    /// Move groups to a stage, up to 50 at a time.
    Stage(actions::StageArgs),
}

pub(crate) async fn run(global: &Global, args: &GroupsArgs) -> Outcome {
    match &args.what {
        What::List(args) => browse::list(global, args).await,
        What::Show(args) => page::show(global, args).await,
        What::Members(args) => page::members(global, args).await,
        What::Jobs(args) => browse::jobs(global, args).await,
        What::Assign(args) => actions::assign(global, args).await,
        What::Role(args) => actions::change_role(global, args).await,
        What::Remove(args) => actions::remove(global, args).await,
        What::Stage(args) => actions::stage(global, args).await,
    }
}
