-- What people did. New activities are rows of activity_tail; a fold packs them into timeline_segment, where plain SQL
-- cannot read them: `intentd activities` shows both.

-- Our names of activity types. Numbers are never reused.
CREATE TABLE activity_type (
    workspace_id INTEGER NOT NULL,
    type_id      INTEGER NOT NULL,
    name         TEXT    NOT NULL,
    PRIMARY KEY (workspace_id, type_id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX activity_type_by_name ON activity_type (workspace_id, name);

-- What an activity was about, as a JSON object of attributes; digest is the first 16 bytes of its SHA-256.
CREATE TABLE activity_object (
    workspace_id INTEGER NOT NULL,
    object_id    INTEGER NOT NULL,
    digest       BLOB    NOT NULL,
    attributes   TEXT    NOT NULL,
    PRIMARY KEY (workspace_id, object_id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX activity_object_by_digest ON activity_object (workspace_id, digest);

-- The streams that activities come from, as numbers.
CREATE TABLE activity_source (
    workspace_id INTEGER NOT NULL,
    source_id    INTEGER NOT NULL,
    connection   TEXT    NOT NULL,
    stream       TEXT    NOT NULL,
    PRIMARY KEY (workspace_id, source_id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX activity_source_by_name ON activity_source (workspace_id, connection, stream);

-- Activities that are not folded yet. actor_kind and actor are kept only while contact_id is unknown (null).
CREATE TABLE activity_tail (
    workspace_id INTEGER NOT NULL,
    source_id    INTEGER NOT NULL,
    remote_id    TEXT    NOT NULL,
    contact_id   INTEGER,
    actor_kind   TEXT    CHECK (actor_kind IN ('contact', 'email', 'visitor')),
    actor        TEXT,
    occurred_at  INTEGER NOT NULL,
    type_id      INTEGER NOT NULL,
    object_id    INTEGER NOT NULL,
    country      INTEGER NOT NULL,
    remote_hash  INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, source_id, remote_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX activity_tail_by_contact ON activity_tail (workspace_id, contact_id) WHERE contact_id IS NOT NULL;
CREATE INDEX activity_tail_pending ON activity_tail (workspace_id, source_id, actor_kind, actor) WHERE contact_id IS NULL;

-- The packed timelines of 128 contacts (contact id / 128): see domain::timeline for the format. last_at is the latest
-- instant in it; events is how many it holds.
CREATE TABLE timeline_segment (
    workspace_id INTEGER NOT NULL,
    segment_id   INTEGER NOT NULL,
    last_at      INTEGER NOT NULL,
    events       INTEGER NOT NULL,
    packed       BLOB    NOT NULL,
    PRIMARY KEY (workspace_id, segment_id)
) STRICT;
