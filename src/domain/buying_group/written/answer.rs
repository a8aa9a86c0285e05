//! What came back from a model, and what of it is plain text.

use serde::{Deserialize, Serialize};

/// The longest text that is shown, in characters.
const LONGEST: usize = 1_200;

/// A model's answer as it came.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    pub text: String,
    /// Why the model stopped, in the endpoint's word: `stop`, `length`, `content_filter`.
    pub finish: Option<String>,
}

/// Why an answer is not shown. The text says what to do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unusable {
    #[error("the answer was cut off; raise `summaries.max_tokens`")]
    CutOff,
    #[error("the endpoint withheld the answer")]
    Withheld,
    #[error("the answer is empty")]
    Empty,
    #[error("the answer says `{0}`, which is not among the facts")]
    MadeUp(String),
}

impl Answer {
    /// One paragraph without marks of any markup.
    pub(super) fn plain(&self) -> Result<String, Unusable> {
        match self.finish.as_deref() {
            Some("length") => return Err(Unusable::CutOff),
            Some("content_filter") => return Err(Unusable::Withheld),
            _ => {}
        }
        // Some local models write down what they think before they answer.
        let said = self.text.rsplit_once("</think>").map_or(self.text.as_str(), |(_, said)| said);
        let lines = said.lines().filter(|line| !line.trim_start().starts_with("```"));
        let lines = lines.map(|line| line.trim().trim_start_matches(['#', '-', '*', '>', '•', ' ']));
        let text = lines.collect::<Vec<_>>().join(" ").replace(['*', '`'], "").replace("__", "");
        let text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let text = capped(text.trim_matches('"'));
        if text.chars().any(char::is_alphanumeric) { Ok(text.to_owned()) } else { Err(Unusable::Empty) }
    }
}

/// The whole sentences of the beginning.
fn capped(text: &str) -> &str {
    let Some((end, _)) = text.char_indices().nth(LONGEST) else { return text };
    let kept = &text[..end];
    let sentences = [". ", "! ", "? "].iter().filter_map(|mark| kept.rfind(mark)).max();
    sentences.map_or(kept, |at| &kept[..=at])
}
