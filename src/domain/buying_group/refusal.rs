//! Why something that somebody asked for is not done. The text says what to do instead and names no person (I12).

use thiserror::Error;

/// A change that is not made.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Refusal {
    #[error("the role template `{name}` is live and cannot be edited: make a new one under another name")]
    LiveTemplateEdited { name: String },
    #[error("the role template `{name}` is live and cannot be deleted: leave it in, it does no harm")]
    LiveTemplateDeleted { name: String },
    #[error("the stage model `{name}` is live and cannot be edited: make a new one under another name")]
    LiveStagesEdited { name: String },
    #[error("the stage model `{name}` belongs to the solution interest `{interest}` and cannot be deleted")]
    StagesInUse { name: String, interest: String },
    #[error("`{name}` cannot be published: {flaws}")]
    Unpublishable { name: String, flaws: String },
    #[error(
        "the solution interest `{name}` has the role template `{template}`, which cannot be changed later: make a new \
         solution interest"
    )]
    TemplateChanged { name: String, template: String },
    #[error("the solution interest `{name}` cannot be deleted while {user} uses it: delete that first")]
    InterestInUse { name: String, user: String },
    #[error("there is no stage `{stage}`")]
    UnknownStage { stage: String },
    #[error("the stage model `{name}` is a draft: publish it with `status: live`")]
    StagesNotLive { name: String },
    #[error("a group without a stage can only enter {}, not `{stage}`", list(.entries))]
    NotAnEntry { stage: String, entries: Vec<String> },
    #[error("from `{from}` a group cannot go to `{to}`, only {}", list(.allowed))]
    TransitionNotAllowed { from: String, to: String, allowed: Vec<String> },
    #[error("the group is in the stage `{stage}` already")]
    AlreadyThere { stage: String },
    #[error("an action takes at most 50 people at a time, not {count}")]
    TooMany { count: usize },
    #[error("nobody was chosen")]
    Nobody,
    #[error("the role template has no role `{role}`, only {}", list(.roles))]
    UnknownRole { role: String, roles: Vec<String> },
    #[error("{count} of those who were chosen do not belong to the account")]
    NotOfAccount { count: usize },
    #[error("{count} of those who were chosen are not members of the group")]
    NotMembers { count: usize },
}

fn list(words: &[String]) -> String {
    match words {
        [] => "nowhere".to_owned(),
        words => words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", "),
    }
}
