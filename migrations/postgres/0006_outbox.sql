-- What is to be written to the vendors, and what became of it. Nothing leaves except through these rows.

-- One wanted change of one record. desired is JSON (property -> new value), previous what the vendor had when it was
-- planned. Open states: planned, held, sending, unknown, retry_wait. At most one open row per record.
-- approved: it passed the guard once, or a person has looked at it; a new wish has to pass anew.
-- next_desired: a newer wish that came while this row was on its way; it becomes a row of its own when this one settles.
CREATE TABLE outbox (
    workspace_id  BIGINT NOT NULL,
    outbox_id     BIGINT NOT NULL,
    connection    TEXT    NOT NULL,
    kind          TEXT    NOT NULL,
    external_id   TEXT    NOT NULL,
    local_id      BIGINT NOT NULL,
    run_id        BIGINT NOT NULL,
    state         TEXT    NOT NULL CHECK (state IN ('planned', 'held', 'sending', 'unknown', 'retry_wait',
                                                    'delivered', 'rejected', 'missing', 'superseded')),
    desired       TEXT    NOT NULL,
    previous      TEXT    NOT NULL,
    next_desired  TEXT,
    next_previous TEXT,
    next_run_id   BIGINT,
    attempt       BIGINT NOT NULL,
    fence         BIGINT NOT NULL,
    owner         TEXT,
    lease_until   BIGINT,
    due_at        BIGINT,
    reason        TEXT,
    approved      INTEGER NOT NULL DEFAULT 0 CHECK (approved IN (0, 1)),
    planned_at    BIGINT NOT NULL,
    changed_at    BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, outbox_id)
);
CREATE UNIQUE INDEX outbox_one_open ON outbox (workspace_id, connection, kind, external_id)
    WHERE state IN ('planned', 'held', 'sending', 'unknown', 'retry_wait');
CREATE INDEX outbox_by_state ON outbox (workspace_id, connection, state, outbox_id);
CREATE INDEX outbox_by_local ON outbox (workspace_id, kind, local_id);

-- Every try to send a row: written before the first byte leaves, completed when the answer is known.
CREATE TABLE attempt (
    workspace_id BIGINT NOT NULL,
    outbox_id    BIGINT NOT NULL,
    attempt      BIGINT NOT NULL,
    fence        BIGINT NOT NULL,
    owner        TEXT    NOT NULL,
    started_at   BIGINT NOT NULL,
    ended_at     BIGINT,
    result       TEXT,
    detail       TEXT,
    PRIMARY KEY (workspace_id, outbox_id, attempt)
);

-- The last value that the vendor took from us, by property: how our own writes are recognised when they come back.
CREATE TABLE pushed_value (
    workspace_id BIGINT NOT NULL,
    connection   TEXT    NOT NULL,
    kind         TEXT    NOT NULL,
    external_id  TEXT    NOT NULL,
    property     TEXT    NOT NULL,
    value        TEXT    NOT NULL,
    pushed_at    BIGINT NOT NULL,
    outbox_id    BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, connection, kind, external_id, property)
);
