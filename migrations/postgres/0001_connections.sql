-- Who we talk to, what was run, and how far each stream has been read.
-- Everywhere: instants are milliseconds since 1970-01-01 UTC; workspace_id is 1 (one workspace per database for now).

-- The source of local ids: the next free number of each name (contact, company, run, outbox …).
CREATE TABLE counter (
    workspace_id BIGINT NOT NULL,
    name         TEXT    NOT NULL,
    next_id      BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, name)
);

-- One account at one vendor. account_id is pinned at first contact.
CREATE TABLE connection (
    workspace_id BIGINT NOT NULL,
    name         TEXT    NOT NULL,
    vendor       TEXT    NOT NULL,
    account_id   TEXT    NOT NULL,
    time_zone    TEXT    NOT NULL,
    description  TEXT    NOT NULL,
    PRIMARY KEY (workspace_id, name)
);

-- One start of something: pull, recompute, push … The summary is a JSON object, written at its end.
CREATE TABLE run (
    workspace_id BIGINT NOT NULL,
    run_id       BIGINT NOT NULL,
    kind         TEXT    NOT NULL,
    started_at   BIGINT NOT NULL,
    ended_at     BIGINT,
    summary      TEXT,
    PRIMARY KEY (workspace_id, run_id)
);
CREATE INDEX run_by_kind ON run (workspace_id, kind, run_id);

-- What each stream remembers between runs. The checkpoint is the connector's own JSON.
CREATE TABLE stream_state (
    workspace_id      BIGINT NOT NULL,
    connection        TEXT    NOT NULL,
    stream            TEXT    NOT NULL,
    checkpoint        TEXT,
    state             TEXT    NOT NULL CHECK (state IN ('on', 'off', 'halted')),
    reason            TEXT,
    last_success_at   BIGINT,
    last_reconcile_at BIGINT,
    PRIMARY KEY (workspace_id, connection, stream)
);

-- One reading of one stream, cut into windows. At most one is open per stream; its checkpoint takes effect at its end.
CREATE TABLE pull_plan (
    workspace_id BIGINT NOT NULL,
    plan_id      BIGINT NOT NULL,
    run_id       BIGINT NOT NULL,
    connection   TEXT    NOT NULL,
    stream       TEXT    NOT NULL,
    mode         TEXT    NOT NULL CHECK (mode IN ('backfill', 'incremental', 'reconcile')),
    checkpoint   TEXT,
    state        TEXT    NOT NULL CHECK (state IN ('open', 'closed', 'dropped')),
    opened_at    BIGINT NOT NULL,
    ended_at     BIGINT,
    reason       TEXT,
    PRIMARY KEY (workspace_id, plan_id)
);
CREATE UNIQUE INDEX pull_plan_one_open ON pull_plan (workspace_id, connection, stream) WHERE state = 'open';
CREATE INDEX pull_plan_by_run ON pull_plan (workspace_id, run_id);

-- A part of a plan that is read on its own: where its reader stands, and at its end the certificate
-- (rows stored beside rows the vendor counted).
CREATE TABLE pull_window (
    workspace_id BIGINT NOT NULL,
    window_id    BIGINT NOT NULL,
    plan_id      BIGINT NOT NULL,
    window_key   TEXT    NOT NULL,
    spec         TEXT    NOT NULL,
    cursor       TEXT,
    stored       BIGINT NOT NULL,
    expected     BIGINT,
    basis        TEXT    CHECK (basis IN ('stated', 'listed', 'mirrored')),
    opened_at    BIGINT NOT NULL,
    closed_at    BIGINT,
    PRIMARY KEY (workspace_id, window_id)
);
CREATE UNIQUE INDEX pull_window_by_key ON pull_window (workspace_id, plan_id, window_key);

-- Values that could not be used, and why. The detail names no personal data.
CREATE TABLE issue (
    workspace_id BIGINT NOT NULL,
    issue_id     BIGINT NOT NULL,
    run_id       BIGINT NOT NULL,
    connection   TEXT    NOT NULL,
    stream       TEXT    NOT NULL,
    external_id  TEXT,
    property     TEXT,
    code         TEXT    NOT NULL,
    detail       TEXT    NOT NULL,
    noted_at     BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, issue_id)
);
CREATE INDEX issue_by_run ON issue (workspace_id, run_id, code);
