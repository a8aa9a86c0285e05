//! `intentd activities`: a contact's history in plain words, so that packed timelines hide nothing.

use super::{Global, Outcome, context, explain, output};

#[derive(clap::Args)]
pub(crate) struct ActivitiesArgs {
    /// E-mail address, or the record's id at a vendor.
    contact: String,
    /// Show at most this many, newest first.
    #[arg(long, default_value_t = 50)]
    limit: usize,
}

pub(crate) async fn run(global: &Global, args: &ActivitiesArgs) -> Outcome {
    let opened = context::look(global).await?;
    let contact = explain::find_contact(&opened.engine.store, &args.contact).await?;
    let mut activities = opened.engine.store.list_activities(contact.id, usize::MAX).await?;
    activities.sort_by_key(|activity| std::cmp::Reverse(activity.at));
    let total = activities.len();
    activities.truncate(args.limit);
    if global.json {
        let lines: Vec<_> = activities
            .iter()
            .map(|activity| {
                serde_json::json!({
                    "at": activity.at.to_string(),
                    "type": activity.activity_type,
                    "object": activity.object,
                    "country": activity.country.code(),
                })
            })
            .collect();
        output::json(&serde_json::json!({ "total": total, "activities": lines }));
        return Ok(0);
    }
    let rows: Vec<Vec<String>> = activities
        .iter()
        .map(|activity| {
            let about: Vec<String> = activity.object.iter().map(|(name, value)| format!("{name}: {value}")).collect();
            let at = context::local_time(activity.at, &opened.engine.settings.zone);
            vec![at, activity.activity_type.clone(), about.join(", ")]
        })
        .collect();
    output::table(&["when", "activity", "about"], &rows);
    output::line(&format!("{} of {} activities", rows.len(), total));
    Ok(0)
}
