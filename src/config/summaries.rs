//! The section `summaries`: an OpenAI-compatible endpoint at which a language model writes summaries.

use url::Url;

use super::SecretRef;
use super::convert::{Converter, number};
use crate::domain::buying_group::Writer;
use crate::rules::scalar;
use crate::rules::shape::{Shape, Table, optional, required};
use crate::rules::yaml::Node;

/// What the address is continued with.
const PATH: &str = "/chat/completions";

/// Where a language model is, and how it is to write.
#[derive(Clone, Debug)]
pub struct Summaries {
    pub base_url: Url,
    /// `None`: the endpoint wants none.
    pub key: Option<SecretRef>,
    pub timeout_ms: i64,
    pub writer: Writer,
}

pub(super) fn shape() -> Table {
    Table::new(
        "the section `summaries`",
        vec![
            required(
                "base_url",
                Shape::Text,
                "The endpoint's address up to `/chat/completions`, for example https://api.openai.com/v1; https only, or this \
                 machine itself.",
            ),
            required("model", Shape::Text, "The model's name at the endpoint."),
            optional("key", Shape::Secret, "Where the endpoint's key is kept; left out, none is sent."),
            optional(
                "timeout",
                Shape::Duration { min_ms: 1_000, max_ms: 600_000 },
                "How long an answer may take; 30s when left out.",
            ),
            optional(
                "max_tokens",
                Shape::Integer { min: 50, max: 32_000 },
                "The longest answer, in the model's tokens; 400 when left out. A model that thinks first needs more.",
            ),
            optional("language", Shape::Text, "The language to write in, by its name; English when left out."),
            optional(
                "personal_data",
                Shape::Bool,
                "Whether names and job titles of people and the account's name are sent; `false` when left out: then they are \
                 called \"Decision Maker 1\" and \"the account\".",
            ),
        ],
    )
}

impl Converter<'_> {
    /// `None` when the section is there and a part of it cannot be used.
    pub(super) fn summaries(&mut self, root: &Node) -> Option<Option<Summaries>> {
        let Some(node) = root.get("summaries") else { return Some(None) };
        let base_url = node.get("base_url").and_then(|node| self.endpoint(node));
        let model = node.get("model").and_then(|node| self.model(node));
        let language = match node.get("language") {
            Some(node) => self.language(node),
            None => Some("English".to_owned()),
        };
        Some(Some(Summaries {
            key: node.get("key").and_then(|node| self.secret(node)),
            timeout_ms: node.text_of("timeout").and_then(scalar::duration_ms).unwrap_or(30_000),
            base_url: base_url?,
            writer: Writer {
                model: model?,
                language: language?,
                max_tokens: number(Some(node), "max_tokens").unwrap_or(400),
                personal_data: node.text_of("personal_data") == Some("true"),
            },
        }))
    }

    fn endpoint(&mut self, node: &Node) -> Option<Url> {
        let help = "write it like `https://api.openai.com/v1`, or `http://127.0.0.1:11434/v1` for this machine itself";
        let url = self.base_url(node, help)?;
        let Some(base) = url.as_str().trim_end_matches('/').strip_suffix(PATH) else { return Some(url) };
        let message = format!("the address goes on with `{PATH}`, which intentd adds itself");
        self.checker.report_help(&node.span, "base_url", message, Some(format!("write `{base}`")));
        None
    }

    fn model(&mut self, node: &Node) -> Option<String> {
        let model = node.text()?.trim();
        if model.is_empty() {
            let help = "write the name that the endpoint knows, for example `gpt-4.1-mini`".to_owned();
            self.checker.report_help(&node.span, "model", "the model has no name".to_owned(), Some(help));
            return None;
        }
        Some(model.to_owned())
    }

    /// It is written into what the model is told, so it can only be a name.
    fn language(&mut self, node: &Node) -> Option<String> {
        let language = node.text()?.trim();
        let fits = |c: char| c.is_alphabetic() || matches!(c, ' ' | '-' | '(' | ')');
        if language.is_empty() || language.chars().count() > 40 || !language.chars().all(fits) {
            let message = format!("`{}` is no name of a language", self.checker.source.excerpt(&node.span));
            let help = "write it like `Swedish` or `Portuguese (Brazil)`".to_owned();
            self.checker.report_help(&node.span, "language", message, Some(help));
            return None;
        }
        Some(language.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::config::{Config, Environment, VendorSettings, parse, template};
    use crate::rules::Problems;

    fn read(text: &str) -> Result<Config, Problems> {
        let vendors = [VendorSettings { vendor: "hubspot".into(), settings: Vec::new() }];
        parse(Path::new("conf/intentd.yaml"), text, &Environment::empty(), &vendors)
    }

    fn section(text: &str) -> Summaries {
        let text = format!("connections: {{h: {{vendor: hubspot, auth: {{token: {{env: TOKEN}}}}}}}}\n{text}");
        let config = read(&text).unwrap_or_else(|problems| panic!("{problems}"));
        config.summaries.unwrap_or_else(|| panic!("no section in {text}"))
    }

    #[test]
    fn two_lines_are_enough_and_every_part_can_be_said() {
        let small = section("summaries: {base_url: 'http://127.0.0.1:11434/v1', model: llama3}");
        assert_eq!((small.key, small.timeout_ms), (None, 30_000));
        let writer = |model: &str, language: &str, max_tokens, personal_data| Writer {
            model: model.into(),
            language: language.into(),
            max_tokens,
            personal_data,
        };
        assert_eq!(small.writer, writer("llama3", "English", 400, false), "nobody is named unless it is asked for");
        let full = section(
            "summaries: {base_url: 'https://llm.example.com/v1/', model: m, key: {env: KEY}, timeout: 2m, max_tokens: 900, \
             language: Portuguese (Brazil), personal_data: true}",
        );
        assert_eq!((full.key, full.timeout_ms), (Some(SecretRef::Env("KEY".into())), 120_000));
        assert_eq!(full.writer, writer("m", "Portuguese (Brazil)", 900, true));
    }

    #[test]
    fn the_templates_section_is_one_when_its_marks_are_taken_away_and_none_before() {
        assert!(read(template()).unwrap_or_else(|problems| panic!("{problems}")).summaries.is_none());
        let (_, rest) = template().split_once("# summaries:\n").unwrap();
        let lines = rest.lines().take_while(|line| line.starts_with("#   "));
        let keys: Vec<&str> = lines.map(|line| line.trim_start_matches('#')).collect();
        assert_eq!(section(&format!("summaries:\n{}\n", keys.join("\n"))).writer.max_tokens, 400);
    }
}
