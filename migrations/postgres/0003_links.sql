-- How records hang together at the vendor, and the vendor's definitions.

-- One association between two records of one connection, by the vendor's ids. labels is a JSON list.
CREATE TABLE association (
    workspace_id BIGINT NOT NULL,
    connection   TEXT    NOT NULL,
    from_kind    TEXT    NOT NULL,
    from_id      TEXT    NOT NULL,
    to_kind      TEXT    NOT NULL,
    to_id        TEXT    NOT NULL,
    is_primary   BIGINT NOT NULL CHECK (is_primary IN (0, 1)),
    labels       TEXT    NOT NULL,
    PRIMARY KEY (workspace_id, connection, from_kind, from_id, to_kind, to_id)
);
CREATE INDEX association_by_target ON association (workspace_id, connection, to_kind, to_id);

-- A segment (HubSpot: list). size is the number of members as the vendor counts them.
CREATE TABLE segment (
    workspace_id BIGINT NOT NULL,
    connection   TEXT    NOT NULL,
    segment_id   TEXT    NOT NULL,
    name         TEXT    NOT NULL,
    kind         TEXT    NOT NULL,
    writable     BIGINT NOT NULL CHECK (writable IN (0, 1)),
    size         BIGINT,
    PRIMARY KEY (workspace_id, connection, segment_id)
);

-- One record in one segment. window_id is the last pull window in which it was listed.
CREATE TABLE membership (
    workspace_id BIGINT NOT NULL,
    connection   TEXT    NOT NULL,
    segment_id   TEXT    NOT NULL,
    kind         TEXT    NOT NULL,
    member_id    TEXT    NOT NULL,
    joined_at    BIGINT,
    window_id    BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, connection, segment_id, kind, member_id)
);
CREATE INDEX membership_by_member ON membership (workspace_id, connection, kind, member_id);

-- A CRM user to whom records can be assigned.
CREATE TABLE owner (
    workspace_id BIGINT NOT NULL,
    connection   TEXT    NOT NULL,
    external_id  TEXT    NOT NULL,
    email        TEXT,
    name         TEXT    NOT NULL,
    archived     BIGINT NOT NULL CHECK (archived IN (0, 1)),
    PRIMARY KEY (workspace_id, connection, external_id)
);

-- The vendor's definition of a property. options is a JSON list.
CREATE TABLE property_definition (
    workspace_id BIGINT NOT NULL,
    connection   TEXT    NOT NULL,
    kind         TEXT    NOT NULL,
    name         TEXT    NOT NULL,
    label        TEXT    NOT NULL,
    value_type   TEXT    NOT NULL,
    options      TEXT    NOT NULL,
    read_only    BIGINT NOT NULL CHECK (read_only IN (0, 1)),
    calculated   BIGINT NOT NULL CHECK (calculated IN (0, 1)),
    PRIMARY KEY (workspace_id, connection, kind, name)
);
