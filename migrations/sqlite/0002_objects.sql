-- The mirror: what the vendors hold, and the people, organisations and deals we make of it.

-- One record at one vendor, and the local record it belongs to. owned holds the properties that we write, as last seen
-- at the vendor (JSON: property -> value or null). window_id is the last pull window in which the record was seen.
CREATE TABLE remote_object (
    workspace_id INTEGER NOT NULL,
    connection   TEXT    NOT NULL,
    kind         TEXT    NOT NULL CHECK (kind IN ('contact', 'company', 'deal')),
    external_id  TEXT    NOT NULL,
    local_id     INTEGER NOT NULL,
    modified_at  INTEGER,
    content_hash INTEGER NOT NULL,
    owned        TEXT    NOT NULL,
    window_id    INTEGER,
    state        TEXT    NOT NULL CHECK (state IN ('present', 'archived', 'merged', 'gone', 'erased')),
    merged_into  TEXT,
    changed_at   INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, connection, kind, external_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX remote_object_by_local ON remote_object (workspace_id, kind, local_id);

-- A person across all connections. fields is JSON: field name -> {type: value}. email_key is the case-folded address.
CREATE TABLE contact (
    workspace_id INTEGER NOT NULL,
    id           INTEGER NOT NULL,
    email_key    TEXT,
    fields       TEXT    NOT NULL,
    updated_at   INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX contact_by_email ON contact (workspace_id, email_key) WHERE email_key IS NOT NULL;

-- An organisation across all connections.
CREATE TABLE company (
    workspace_id INTEGER NOT NULL,
    id           INTEGER NOT NULL,
    domain_key   TEXT,
    fields       TEXT    NOT NULL,
    updated_at   INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX company_by_domain ON company (workspace_id, domain_key) WHERE domain_key IS NOT NULL;

-- A sales opportunity.
CREATE TABLE deal (
    workspace_id INTEGER NOT NULL,
    id           INTEGER NOT NULL,
    deal_key     TEXT,
    fields       TEXT    NOT NULL,
    updated_at   INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX deal_by_key ON deal (workspace_id, deal_key) WHERE deal_key IS NOT NULL;

-- Further keys of a local record, for example a contact's secondary e-mail addresses.
CREATE TABLE secondary_key (
    workspace_id INTEGER NOT NULL,
    kind         TEXT    NOT NULL,
    match_key    TEXT    NOT NULL,
    local_id     INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, kind, match_key, local_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX secondary_key_by_local ON secondary_key (workspace_id, kind, local_id);

-- Local records that were absorbed by another; their id is never used again.
CREATE TABLE merged (
    workspace_id INTEGER NOT NULL,
    kind         TEXT    NOT NULL,
    from_id      INTEGER NOT NULL,
    into_id      INTEGER NOT NULL,
    merged_at    INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, kind, from_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX merged_by_into ON merged (workspace_id, kind, into_id);

-- Persons that were erased for privacy: keyed hashes only, so that they are refused when they come again.
CREATE TABLE tombstone (
    workspace_id INTEGER NOT NULL,
    key_hash     TEXT    NOT NULL,
    erased_at    INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, key_hash)
) STRICT, WITHOUT ROWID;
