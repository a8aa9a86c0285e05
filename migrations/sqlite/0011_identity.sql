-- One person and one company across connections: what each record said, why records are one, what an admin decided.

-- The mapped fields of a record, for local records that have or had more than one; where a local record has one record only,
-- its own fields are that record's.
CREATE TABLE record_fields (
    workspace_id INTEGER NOT NULL,
    kind         TEXT    NOT NULL,
    connection   TEXT    NOT NULL,
    external_id  TEXT    NOT NULL,
    fields       TEXT    NOT NULL,
    PRIMARY KEY (workspace_id, kind, connection, external_id)
) STRICT, WITHOUT ROWID;

-- Why records are one, or are not any more. match_key is the key that they share; other_id is the local record that was
-- absorbed, or that the record left for.
CREATE TABLE identity_event (
    workspace_id INTEGER NOT NULL,
    event_id     INTEGER NOT NULL,
    run_id       INTEGER NOT NULL,
    kind         TEXT    NOT NULL,
    local_id     INTEGER NOT NULL,
    other_id     INTEGER,
    event        TEXT    NOT NULL CHECK (event IN ('joined', 'merged', 'parted', 'split', 'bound')),
    connection   TEXT    NOT NULL,
    external_id  TEXT    NOT NULL,
    match_key    TEXT,
    noted_at     INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, event_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX identity_event_by_local ON identity_event (workspace_id, kind, local_id);
CREATE INDEX identity_event_by_other ON identity_event (workspace_id, kind, other_id) WHERE other_id IS NOT NULL;

-- What an admin decided: a record stands apart from all others, or it is one with another record, whatever their keys say.
CREATE TABLE identity_decision (
    workspace_id     INTEGER NOT NULL,
    kind             TEXT    NOT NULL,
    connection       TEXT    NOT NULL,
    external_id      TEXT    NOT NULL,
    verdict          TEXT    NOT NULL CHECK (verdict IN ('apart', 'together')),
    with_connection  TEXT    NOT NULL,
    with_external_id TEXT    NOT NULL,
    decided_at       INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, kind, connection, external_id, with_connection, with_external_id)
) STRICT, WITHOUT ROWID;

-- What is remembered of a property that two sources share (JSON: domain::plan::FlowState). asked_at: since when a person has
-- to decide which value is the right one.
CREATE TABLE flow_state (
    workspace_id INTEGER NOT NULL,
    kind         TEXT    NOT NULL,
    local_id     INTEGER NOT NULL,
    field        TEXT    NOT NULL,
    state        TEXT    NOT NULL,
    asked_at     INTEGER,
    PRIMARY KEY (workspace_id, kind, local_id, field)
) STRICT, WITHOUT ROWID;
CREATE INDEX flow_state_asked ON flow_state (workspace_id, asked_at) WHERE asked_at IS NOT NULL;

-- How often somebody else rewrote a value of ours; from frozen_at on nothing is written to the property until a person
-- decides.
CREATE TABLE fight (
    workspace_id INTEGER NOT NULL,
    connection   TEXT    NOT NULL,
    kind         TEXT    NOT NULL,
    external_id  TEXT    NOT NULL,
    property     TEXT    NOT NULL,
    rewrites     INTEGER NOT NULL,
    last_at      INTEGER NOT NULL,
    frozen_at    INTEGER,
    PRIMARY KEY (workspace_id, connection, kind, external_id, property)
) STRICT, WITHOUT ROWID;
CREATE INDEX fight_frozen ON fight (workspace_id, frozen_at) WHERE frozen_at IS NOT NULL;

-- For contacts of several connections: which folded activities came from which connection, packed as in timeline_segment, so
-- that a record that leaves takes its history along.
CREATE TABLE timeline_origin (
    workspace_id INTEGER NOT NULL,
    contact_id   INTEGER NOT NULL,
    connection   TEXT    NOT NULL,
    packed       BLOB    NOT NULL,
    PRIMARY KEY (workspace_id, contact_id, connection)
) STRICT;

-- Figures for the planner, as in 0009.
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('record_fields', 'record_fields', '2000000 2000000 1000000 1000000 1'),
    ('identity_event', 'identity_event', '1000000 1000000 1'),
    ('identity_event', 'identity_event_by_local', '1000000 1000000 1000000 1'),
    ('identity_event', 'identity_event_by_other', '10000 10000 10000 1'),
    ('identity_decision', 'identity_decision', '1000 1000 1000 500 1 1 1'),
    ('flow_state', 'flow_state', '1000000 1000000 1000000 1 1'),
    ('flow_state', 'flow_state_asked', '1000 1000 2'),
    ('fight', 'fight', '10000 10000 10000 10000 2 1'),
    ('fight', 'fight_frozen', '1000 1000 2'),
    ('timeline_origin', 'sqlite_autoindex_timeline_origin_1', '2000000 2000000 2 1');
ANALYZE sqlite_schema;
