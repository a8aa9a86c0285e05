-- What is computed: who must be computed again, and the results.

-- Contacts whose facts changed. generation grows with every mark; a recompute removes the row only when it is unchanged.
CREATE TABLE dirty (
    workspace_id INTEGER NOT NULL,
    contact_id   INTEGER NOT NULL,
    generation   INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, contact_id)
) STRICT, WITHOUT ROWID;

-- When a contact's values change by the passing of time alone.
CREATE TABLE due (
    workspace_id INTEGER NOT NULL,
    contact_id   INTEGER NOT NULL,
    due_at       INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, contact_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX due_by_time ON due (workspace_id, due_at, contact_id);

-- A contact's score. exact and shown are decimal numbers as text (they do not fit a machine number).
CREATE TABLE score_value (
    workspace_id  INTEGER NOT NULL,
    contact_id    INTEGER NOT NULL,
    score         TEXT    NOT NULL,
    exact         TEXT    NOT NULL,
    shown         TEXT    NOT NULL,
    label         TEXT,
    as_of         INTEGER NOT NULL,
    rules_version INTEGER NOT NULL,
    changed_at    INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, contact_id, score)
) STRICT, WITHOUT ROWID;

-- The rules that were in force: the YAML sources as a JSON object (file name -> text).
CREATE TABLE rules_version (
    workspace_id INTEGER NOT NULL,
    version      INTEGER NOT NULL,
    fingerprint  TEXT    NOT NULL,
    sources      TEXT    NOT NULL,
    first_used_at INTEGER NOT NULL,
    last_used_at INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, version)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX rules_version_by_fingerprint ON rules_version (workspace_id, fingerprint);
