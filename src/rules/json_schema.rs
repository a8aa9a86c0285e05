//! The shapes of all YAML files as JSON Schema (draft 2020-12), for editors. Made from the same values that the checker reads
//! files against.

use serde_json::{Map, Value, json};

use super::shape::{Shape, Table};
use super::{examples, mapping_shape, score_shape};

/// Name and schema of each rule file: `mapping`, `scores`, `examples`.
pub fn schemas() -> Vec<(String, Value)> {
    vec![
        ("mapping".into(), document("intentd mapping file", &mapping_shape::file())),
        ("scores".into(), document("intentd score file", &score_shape::file())),
        ("examples".into(), document("intentd mapping examples", &examples::file())),
    ]
}

/// A whole schema document.
pub(crate) fn document(title: &str, shape: &Shape) -> Value {
    let mut schema = to_schema(shape);
    if let Value::Object(object) = &mut schema {
        object.insert("$schema".into(), json!("https://json-schema.org/draft/2020-12/schema"));
        object.insert("title".into(), json!(title));
    }
    schema
}

/// The schema of one shape.
pub(crate) fn to_schema(shape: &Shape) -> Value {
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
        Shape::List(item) => json!({ "type": "array", "items": to_schema(item) }),
        Shape::Map(table) => table_schema(table),
        Shape::Dictionary { names, value, .. } => {
            let mut schema = json!({ "type": "object", "additionalProperties": to_schema(value) });
            if *names {
                schema["propertyNames"] = json!({ "pattern": "^[a-z][a-z0-9_]{0,63}$" });
            }
            schema
        }
        Shape::Kinds(kinds) => {
            let all: Vec<Value> = kinds
                .iter()
                .map(|kind| {
                    let mut schema = table_schema(&kind.table);
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
            let all: Vec<Value> = [single, list, map].into_iter().flatten().map(|shape| to_schema(shape)).collect();
            json!({ "anyOf": all })
        }
    }
}

fn table_schema(table: &Table) -> Value {
    let mut properties = Map::new();
    for key in &table.keys {
        let mut schema = to_schema(&key.shape);
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
    schema
}
