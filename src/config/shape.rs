//! What `intentd.yaml` may hold. The settings of a connection depend on the connectors there are.

use serde_json::Value;

use super::VendorSettings;
use crate::rules::shape::{Key, Shape, Table, optional, required};
use crate::rules::{document, page};

const SECOND_MS: i64 = 1000;
const DAY_MS: i64 = 86_400_000;

/// The shape of the whole file.
pub(super) fn file(vendors: &[VendorSettings]) -> Shape {
    Shape::Map(Table::new(
        "the configuration",
        vec![
            optional("workspace", Shape::Map(workspace()), "What holds for everything in this database."),
            optional("database", Shape::Map(database()), "Where everything is kept."),
            required(
                "connections",
                Shape::Dictionary {
                    what: "a connection's name",
                    names: true,
                    value: Box::new(Shape::Map(connection(vendors))),
                },
                "The accounts, by a name of yours.",
            ),
            optional("schedule", Shape::Map(schedule()), "When the daemon works."),
            optional("mappings", Shape::Text, "The folder of your own mappings and rules."),
            optional("guards", Shape::Map(guards()), "What a plan may change without being confirmed."),
            optional(
                "mode",
                Shape::words(
                    "a mode",
                    &[
                        ("read_write", "Reads and writes."),
                        ("read_only", "Computes and shows, and never writes to a vendor."),
                    ],
                ),
                "Whether anything is written to vendors.",
            ),
            optional(
                "visits",
                Shape::Map(super::visits::visits_shape()),
                "Which visits count, and how long they are kept.",
            ),
            optional(
                "collector",
                Shape::Map(super::visits::collector_shape()),
                "Collects visits of your own web sites in the daemon; off when left out.",
            ),
            optional(
                "summaries",
                Shape::Map(super::summaries::shape()),
                "A language model that writes summaries of buying groups when it is asked to; none when left out.",
            ),
            optional("logging", Shape::Map(logging()), "How the daemon logs."),
        ],
    ))
}

/// The JSON Schema of the file, for editors.
pub fn schema(vendors: &[VendorSettings]) -> Value {
    document("intentd.yaml", &file(vendors))
}

/// The reference page of the file, as Markdown.
pub fn reference_page(vendors: &[VendorSettings]) -> String {
    page("The configuration", "`intentd.yaml`", &file(vendors))
}

fn workspace() -> Table {
    Table::new(
        "the section `workspace`",
        vec![optional("time_zone", Shape::Text, "An IANA time zone, for example Europe/Stockholm; UTC when left out.")],
    )
}

fn database() -> Table {
    Table::new(
        "the section `database`",
        vec![
            optional(
                "url",
                Shape::Text,
                "`sqlite:<file>` or `postgres://<user>@<host>/<name>`; sqlite:intentd.db when left out.",
            ),
            optional("password", Shape::Secret, "Where the password of a PostgreSQL user is kept."),
        ],
    )
}

fn connection(vendors: &[VendorSettings]) -> Table {
    let names: Vec<(&str, &str)> = vendors.iter().map(|vendor| (vendor.vendor.as_str(), "A connector.")).collect();
    let oauth = Table::new(
        "the section `oauth`",
        vec![
            required("client_id", Shape::Text, "The app's id, which is not secret."),
            required("client_secret", Shape::Secret, "Where the app's secret is kept."),
        ],
    );
    let client = Table::new(
        "the section `client`",
        vec![
            required("client_id", Shape::Text, "The service's id, which is not secret."),
            required("client_secret", Shape::Secret, "Where the service's secret is kept."),
        ],
    );
    let auth = Table::one_of(
        "the section `auth`",
        vec![
            optional("token", Shape::Secret, "Where a token that does not expire is kept."),
            optional("oauth", Shape::Map(oauth), "An OAuth app; `intentd auth` authorizes it."),
            optional("client", Shape::Map(client), "A service with a secret of its own (Marketo: LaunchPoint)."),
        ],
    );
    Table::new(
        "a connection",
        vec![
            required("vendor", Shape::words("a vendor", &names), "Which connector reads and writes it."),
            optional("base_url", Shape::Text, "Another address than the vendor's own."),
            required("auth", Shape::Map(auth), "How the connection proves who it is."),
            optional("versions", settings(vendors, "versions", &Shape::Text), "API versions."),
            optional(
                "limits",
                settings(vendors, "limits", &Shape::Integer { min: 1, max: 100_000_000 }),
                "Calls per period, when the account has other limits than usual.",
            ),
            optional(
                "share",
                settings(vendors, "share", &Shape::Integer { min: 1, max: 100 }),
                "Percent of each limit that intentd may use.",
            ),
            optional("options", settings(vendors, "options", &Shape::Text), "Other settings of the connector."),
        ],
    )
}

/// The keys that any of the connectors documents in one section. Whose they are is checked per connection.
fn settings(vendors: &[VendorSettings], section: &str, shape: &Shape) -> Shape {
    let mut keys: Vec<Key> = Vec::new();
    for setting in vendors.iter().flat_map(|vendor| &vendor.settings) {
        let Some(name) = setting.key.strip_prefix(section).and_then(|rest| rest.strip_prefix('.')) else { continue };
        if keys.iter().all(|key| key.name != name) {
            keys.push(optional(name, shape.clone(), format!("{} Default: {}.", setting.meaning, setting.default)));
        }
    }
    let what = match section {
        "versions" => "the section `versions`",
        "limits" => "the section `limits`",
        "share" => "the section `share`",
        _ => "the section `options`",
    };
    Shape::Map(Table::new(what, keys))
}

fn schedule() -> Table {
    let time = || Shape::Duration { min_ms: 10 * SECOND_MS, max_ms: 30 * DAY_MS };
    Table::new(
        "the section `schedule`",
        vec![
            optional("sync_every", time(), "Between two syncs; 5m when left out."),
            optional(
                "reconcile_every",
                time(),
                "Between two searches for what was deleted or merged; 24h when left out.",
            ),
        ],
    )
}

fn guards() -> Table {
    let count = || Shape::Integer { min: 0, max: 1_000_000_000 };
    Table::new(
        "the section `guards`",
        vec![
            optional(
                "first_apply_max_records",
                count(),
                "Records that the very first apply may write; 200 when left out.",
            ),
            optional(
                "max_share_percent",
                Shape::Integer { min: 1, max: 100 },
                "Percent of all records that a plan may write; 20 when left out.",
            ),
            optional("min_records", count(), "The share counts from so many records on; 500 when left out."),
            optional("max_cleared_values", count(), "Values that a plan may clear; 0 when left out."),
        ],
    )
}

fn logging() -> Table {
    Table::new(
        "the section `logging`",
        vec![
            optional("level", Shape::Text, "error, warn, info, debug or trace; also per module."),
            optional(
                "format",
                Shape::words("a format", &[("text", "Lines for people."), ("json", "One JSON object per line.")]),
                "What a line looks like.",
            ),
        ],
    )
}
