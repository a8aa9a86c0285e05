//! The shapes of all YAML files as JSON Schema (draft 2020-12), for editors. Made from the same values that the checker reads
//! files against.

use serde_json::{Map, Value, json};

use super::shape::{Named, Shape, Table};
use super::{examples, mapping_shape, rules_shape};

/// Name and schema of each rule file: `mapping`, `rules`, `examples`.
pub fn schemas() -> Vec<(String, Value)> {
    vec![
        ("mapping".into(), document("intentd mapping file", &mapping_shape::file())),
        ("rules".into(), document("intentd rule file", &rules_shape::file())),
        ("examples".into(), document("intentd mapping examples", &examples::file())),
    ]
}

/// A whole schema document; named shapes stand in it once.
pub(crate) fn document(title: &str, shape: &Shape) -> Value {
    let mut named = Map::new();
    let mut schema = to_schema(shape, &mut named);
    if let Value::Object(object) = &mut schema {
        if !named.is_empty() {
            object.insert("$defs".into(), Value::Object(named));
        }
        object.insert("$schema".into(), json!("https://json-schema.org/draft/2020-12/schema"));
        object.insert("title".into(), json!(title));
    }
    schema
}

/// The schema of one shape; adds the named shapes that it meets.
fn to_schema(shape: &Shape, named: &mut Map<String, Value>) -> Value {
    match shape {
        // What is written without quotes can look like a number or a boolean to an editor.
        Shape::Text => json!({ "type": ["string", "number", "boolean"] }),
        Shape::Name => json!({ "type": "string", "pattern": "^[a-z][a-z0-9_]{0,63}$" }),
        Shape::Words(words) => {
            let all: Vec<Value> = words
                .words
                .iter()
                .map(|(word, meaning)| match word.as_str() {
                    "true" => json!({ "const": true, "description": meaning }),
                    word => json!({ "const": word, "description": meaning }),
                })
                .collect();
            json!({ "oneOf": all })
        }
        Shape::Integer { min, max } => json!({ "type": "integer", "minimum": min, "maximum": max }),
        Shape::Number => json!({ "type": "number" }),
        Shape::Bool => json!({ "type": "boolean" }),
        Shape::Duration { .. } => json!({ "type": "string", "pattern": "^[1-9][0-9]*(ms|s|m|h|d|w)$" }),
        Shape::Days { .. } => json!({ "type": "string", "pattern": "^[1-9][0-9]*[dw]$" }),
        Shape::Secret => json!({
            "type": "object",
            "properties": {
                "file": { "type": "string", "description": "A file with nothing else in it." },
                "env": { "type": "string", "description": "An environment variable." },
                "credential": { "type": "string", "description": "A systemd credential." },
            },
            "minProperties": 1,
            "maxProperties": 1,
            "additionalProperties": false,
        }),
        Shape::List(item) => json!({ "type": "array", "items": to_schema(item, named) }),
        Shape::Map(table) => table_schema(table, named),
        Shape::Dictionary { names, value, .. } => {
            let mut schema = json!({ "type": "object", "additionalProperties": to_schema(value, named) });
            if *names {
                schema["propertyNames"] = json!({ "pattern": "^[a-z][a-z0-9_]{0,63}$" });
            }
            schema
        }
        Shape::Kinds(kinds) => {
            let all: Vec<Value> = kinds
                .iter()
                .map(|kind| {
                    let mut schema = table_schema(&kind.table, named);
                    if let Some(required) = schema["required"].as_array_mut()
                        && !required.contains(&json!(kind.tag))
                    {
                        required.push(json!(kind.tag));
                    }
                    schema
                })
                .collect();
            json!({ "type": "object", "anyOf": all })
        }
        Shape::Either { single, list, map } => {
            let all: Vec<Value> =
                [single, list, map].into_iter().flatten().map(|shape| to_schema(shape, named)).collect();
            json!({ "anyOf": all })
        }
        Shape::Named(Named { name, shape, .. }) => {
            if !named.contains_key(*name) {
                // It may stand inside itself: then it finds its own name taken.
                named.insert((*name).to_owned(), Value::Null);
                let schema = to_schema(shape(), named);
                named.insert((*name).to_owned(), schema);
            }
            json!({ "$ref": format!("#/$defs/{name}") })
        }
    }
}

fn table_schema(table: &Table, named: &mut Map<String, Value>) -> Value {
    let mut properties = Map::new();
    for key in &table.keys {
        let mut schema = to_schema(&key.shape, named);
        schema["description"] = json!(key.meaning);
        properties.insert(key.name.clone(), schema);
    }
    let required: Vec<&str> = table.keys.iter().filter(|key| key.required).map(|key| key.name.as_str()).collect();
    let mut schema =
        json!({ "type": "object", "properties": properties, "required": required, "additionalProperties": false });
    if table.exactly_one {
        schema["minProperties"] = json!(1);
        schema["maxProperties"] = json!(1);
    }
    if table.at_least_one {
        schema["minProperties"] = json!(1);
    }
    schema
}

#[cfg(test)]
mod tests {
    use regex::Regex;

    use super::*;
    use crate::rules::source::Source;
    use crate::rules::yaml::{self, Content, Node};
    use crate::rules::{shipped, shipped_examples};

    /// A tree as an editor sees it: what looks like a number or a boolean is one.
    fn as_json(node: &Node) -> Value {
        match &node.content {
            Content::Empty => Value::Null,
            Content::Scalar { text, quoted: false } => serde_json::from_str(text)
                .ok()
                .filter(|value: &Value| value.is_number() || value.is_boolean())
                .unwrap_or_else(|| json!(text)),
            Content::Scalar { text, .. } => json!(text),
            Content::List(items) => items.iter().map(as_json).collect(),
            Content::Map(entries) => {
                Value::Object(entries.iter().map(|entry| (entry.key.clone(), as_json(&entry.node))).collect())
            }
        }
    }

    /// As much of JSON Schema as the documents use; an unknown keyword fails the test.
    fn valid(document: &Value, value: &Value) -> bool {
        fits(document, document, value)
    }

    fn fits(document: &Value, schema: &Value, value: &Value) -> bool {
        let valid = |schema: &Value, value: &Value| fits(document, schema, value);
        let keywords = schema.as_object().unwrap();
        keywords.iter().all(|(keyword, wanted)| match keyword.as_str() {
            "$schema" | "$defs" | "title" | "description" => true,
            "$ref" => {
                let name = wanted.as_str().unwrap().strip_prefix("#/$defs/").unwrap();
                valid(&document["$defs"][name], value)
            }
            "type" => {
                let found = match value {
                    Value::Null => "null",
                    Value::Bool(_) => "boolean",
                    Value::Number(_) => "number",
                    Value::String(_) => "string",
                    Value::Array(_) => "array",
                    Value::Object(_) => "object",
                };
                let is = |wanted: &Value| wanted == found || (wanted == "integer" && value.is_i64());
                wanted.as_array().map_or_else(|| is(wanted), |all| all.iter().any(is))
            }
            "const" => value == wanted,
            "pattern" => value.as_str().is_none_or(|text| Regex::new(wanted.as_str().unwrap()).unwrap().is_match(text)),
            "minimum" => value.as_f64().is_none_or(|number| number >= wanted.as_f64().unwrap()),
            "maximum" => value.as_f64().is_none_or(|number| number <= wanted.as_f64().unwrap()),
            "anyOf" => wanted.as_array().unwrap().iter().any(|schema| valid(schema, value)),
            "oneOf" => wanted.as_array().unwrap().iter().filter(|schema| valid(schema, value)).count() == 1,
            "items" => value.as_array().is_none_or(|items| items.iter().all(|item| valid(wanted, item))),
            "properties" => value.as_object().is_none_or(|object| {
                object.iter().all(|(key, value)| wanted.get(key).is_none_or(|schema| valid(schema, value)))
            }),
            "propertyNames" => {
                value.as_object().is_none_or(|object| object.keys().all(|key| valid(wanted, &json!(key))))
            }
            "required" => value.as_object().is_none_or(|object| {
                wanted.as_array().unwrap().iter().all(|key| object.contains_key(key.as_str().unwrap()))
            }),
            "additionalProperties" => value.as_object().is_none_or(|object| {
                let known = |key: &str| schema.get("properties").is_some_and(|known| known.get(key).is_some());
                object.iter().all(|(key, value)| known(key) || (wanted.is_object() && valid(wanted, value)))
            }),
            "minProperties" => value.as_object().is_none_or(|object| object.len() as u64 >= wanted.as_u64().unwrap()),
            "maxProperties" => value.as_object().is_none_or(|object| object.len() as u64 <= wanted.as_u64().unwrap()),
            other => panic!("the schema uses `{other}`"),
        })
    }

    fn read(text: &str) -> Value {
        as_json(&yaml::parse(&Source::new("a.yaml", text)).tree.unwrap())
    }

    #[test]
    fn every_shipped_file_is_valid_by_its_schema_and_a_misspelt_key_is_not() {
        let schemas: Vec<(String, Value)> = schemas();
        let schema = |name: &str| schemas.iter().find(|(known, _)| known == name).map(|(_, schema)| schema).unwrap();
        let files = shipped(&["hubspot", "marketo"]).into_iter().chain(shipped_examples());
        for (path, text) in files {
            let name = match path.split_once('/').unwrap().0 {
                "rules" => "rules",
                "tests" => "examples",
                _ => "mapping",
            };
            assert!(valid(schema(name), &read(&text)), "{path}");
            let mut broken = read(&text);
            broken["feilds"] = json!([]);
            assert!(!valid(schema(name), &broken), "{path}");
        }
        let config =
            crate::config::schema(&[crate::config::VendorSettings { vendor: "hubspot".into(), settings: vec![] }]);
        assert!(valid(&config, &read(crate::config::template())));
        assert!(!valid(&config, &read("connections: {a: {vendor: hubspot, auth: {token: abc}}}")));
    }

    #[test]
    fn criteria_stand_inside_criteria_as_deep_as_they_like() {
        let schemas = schemas();
        let rules = schemas.iter().find(|(name, _)| name == "rules").map(|(_, schema)| schema).unwrap();
        let market = |criteria: &str| read(&format!("{{markets: [{{name: a, criteria: {criteria}}}]}}"));
        for criteria in [
            "{in_crm: true}",
            "[{field: country, equals: [SE, \"NO\"]}, {not: {any: [[{market: b}], {visits: {at_least: 2}, within: 7d}]}}]",
            "{not: {not: {not: [{activity: email_click, where: {path: {contains: a}}}]}}}",
        ] {
            assert!(valid(rules, &market(criteria)), "{criteria}");
        }
        for criteria in [
            "country",
            "{in_crm: perhaps}",
            "{feild: country, equals: SE}",
            "[{not: {any: [{visits: {at_lest: 2}}]}}]",
            "{any: {in_crm: true}}",
            "{field: country, activity: email_click}",
        ] {
            assert!(!valid(rules, &market(criteria)), "{criteria}");
        }
    }

    #[test]
    fn what_the_checker_refuses_inside_a_file_the_schema_refuses_too() {
        let schemas = schemas();
        let mapping = &schemas[0].1;
        for text in [
            "{object: contact, fields: [{property: a, field: b, type: nubmer}]}",
            "{object: contact, fields: [{property: a, feild: b}]}",
            "{object: contact, fields: [{property: a, field: B b}]}",
            "{object: contact, fields: [{property: a, field: b, transforms: [lowrcase]}]}",
            "{object: contact, fields: [{property: a, field: b, transforms: [{truncate: 0}]}]}",
            "{activities: [{type: A}]}",
            "{fields: []}",
        ] {
            assert!(!valid(mapping, &read(text)), "{text}");
        }
    }
}
