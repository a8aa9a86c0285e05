-- What people did. New activities are rows of activity_tail; a fold packs them into timeline_segment, where plain SQL
-- cannot read them: `intentd activities` shows both.

-- Our names of activity types. Numbers are never reused.
CREATE TABLE activity_type (
    workspace_id BIGINT NOT NULL,
    type_id      BIGINT NOT NULL,
    name         TEXT    NOT NULL,
    PRIMARY KEY (workspace_id, type_id)
);
CREATE UNIQUE INDEX activity_type_by_name ON activity_type (workspace_id, name);

-- What an activity was about, as a JSON object of attributes; digest is the first 16 bytes of its SHA-256.
CREATE TABLE activity_object (
    workspace_id BIGINT NOT NULL,
    object_id    BIGINT NOT NULL,
    digest       BYTEA   NOT NULL,
    attributes   TEXT    NOT NULL,
    PRIMARY KEY (workspace_id, object_id)
);
CREATE UNIQUE INDEX activity_object_by_digest ON activity_object (workspace_id, digest);

-- The streams that activities come from, as numbers.
CREATE TABLE activity_source (
    workspace_id BIGINT NOT NULL,
    source_id    BIGINT NOT NULL,
    connection   TEXT    NOT NULL,
    stream       TEXT    NOT NULL,
    PRIMARY KEY (workspace_id, source_id)
);
CREATE UNIQUE INDEX activity_source_by_name ON activity_source (workspace_id, connection, stream);

-- Activities that are not folded yet. actor_kind and actor are kept only while contact_id is unknown (null).
CREATE TABLE activity_tail (
    workspace_id BIGINT NOT NULL,
    source_id    BIGINT NOT NULL,
    remote_id    TEXT    NOT NULL,
    contact_id   BIGINT,
    actor_kind   TEXT    CHECK (actor_kind IN ('contact', 'email', 'visitor')),
    actor        TEXT,
    occurred_at  BIGINT NOT NULL,
    type_id      BIGINT NOT NULL,
    object_id    BIGINT NOT NULL,
    country      BIGINT NOT NULL,
    remote_hash  BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, source_id, remote_id)
);
CREATE INDEX activity_tail_by_contact ON activity_tail (workspace_id, contact_id) WHERE contact_id IS NOT NULL;
CREATE INDEX activity_tail_pending ON activity_tail (workspace_id, source_id, actor_kind, actor) WHERE contact_id IS NULL;

-- The packed timelines of 128 contacts (contact id / 128): see domain::timeline for the format. last_at is the latest
-- instant in it; events is how many it holds.
CREATE TABLE timeline_segment (
    workspace_id BIGINT NOT NULL,
    segment_id   BIGINT NOT NULL,
    last_at      BIGINT NOT NULL,
    events       BIGINT NOT NULL,
    packed       BYTEA   NOT NULL,
    PRIMARY KEY (workspace_id, segment_id)
);
