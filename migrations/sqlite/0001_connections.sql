-- Who we talk to, what was run, and how far each stream has been read.
-- Everywhere: instants are milliseconds since 1970-01-01 UTC; workspace_id is 1 (one workspace per database for now).

-- The source of local ids: the next free number of each name (contact, company, run, outbox …).
CREATE TABLE counter (
    workspace_id INTEGER NOT NULL,
    name         TEXT    NOT NULL,
    next_id      INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, name)
) STRICT, WITHOUT ROWID;

-- One account at one vendor. account_id is pinned at first contact.
CREATE TABLE connection (
    workspace_id INTEGER NOT NULL,
    name         TEXT    NOT NULL,
    vendor       TEXT    NOT NULL,
    account_id   TEXT    NOT NULL,
    time_zone    TEXT    NOT NULL,
    description  TEXT    NOT NULL,
    PRIMARY KEY (workspace_id, name)
) STRICT, WITHOUT ROWID;

-- One start of something: pull, recompute, push … The summary is a JSON object, written at its end.
CREATE TABLE run (
    workspace_id INTEGER NOT NULL,
    run_id       INTEGER NOT NULL,
    kind         TEXT    NOT NULL,
    started_at   INTEGER NOT NULL,
    ended_at     INTEGER,
    summary      TEXT,
    PRIMARY KEY (workspace_id, run_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX run_by_kind ON run (workspace_id, kind, run_id);

-- What each stream remembers between runs. The checkpoint is the connector's own JSON.
CREATE TABLE stream_state (
    workspace_id      INTEGER NOT NULL,
    connection        TEXT    NOT NULL,
    stream            TEXT    NOT NULL,
    checkpoint        TEXT,
    state             TEXT    NOT NULL CHECK (state IN ('on', 'off', 'halted')),
    reason            TEXT,
    last_success_at   INTEGER,
    last_reconcile_at INTEGER,
    PRIMARY KEY (workspace_id, connection, stream)
) STRICT, WITHOUT ROWID;

-- One reading of one stream, cut into windows. At most one is open per stream; its checkpoint takes effect at its end.
CREATE TABLE pull_plan (
    workspace_id INTEGER NOT NULL,
    plan_id      INTEGER NOT NULL,
    run_id       INTEGER NOT NULL,
    connection   TEXT    NOT NULL,
    stream       TEXT    NOT NULL,
    mode         TEXT    NOT NULL CHECK (mode IN ('backfill', 'incremental', 'reconcile')),
    checkpoint   TEXT,
    state        TEXT    NOT NULL CHECK (state IN ('open', 'closed', 'dropped')),
    opened_at    INTEGER NOT NULL,
    ended_at     INTEGER,
    reason       TEXT,
    PRIMARY KEY (workspace_id, plan_id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX pull_plan_one_open ON pull_plan (workspace_id, connection, stream) WHERE state = 'open';
CREATE INDEX pull_plan_by_run ON pull_plan (workspace_id, run_id);

-- A part of a plan that is read on its own: where its reader stands, and at its end the certificate
-- (rows stored beside rows the vendor counted).
CREATE TABLE pull_window (
    workspace_id INTEGER NOT NULL,
    window_id    INTEGER NOT NULL,
    plan_id      INTEGER NOT NULL,
    window_key   TEXT    NOT NULL,
    spec         TEXT    NOT NULL,
    cursor       TEXT,
    stored       INTEGER NOT NULL,
    expected     INTEGER,
    basis        TEXT    CHECK (basis IN ('stated', 'listed', 'mirrored')),
    opened_at    INTEGER NOT NULL,
    closed_at    INTEGER,
    PRIMARY KEY (workspace_id, window_id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX pull_window_by_key ON pull_window (workspace_id, plan_id, window_key);

-- Values that could not be used, and why. The detail names no personal data.
CREATE TABLE issue (
    workspace_id INTEGER NOT NULL,
    issue_id     INTEGER NOT NULL,
    run_id       INTEGER NOT NULL,
    connection   TEXT    NOT NULL,
    stream       TEXT    NOT NULL,
    external_id  TEXT,
    property     TEXT,
    code         TEXT    NOT NULL,
    detail       TEXT    NOT NULL,
    noted_at     INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, issue_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX issue_by_run ON issue (workspace_id, run_id, code);
