-- Visits: the organisations behind visitors whom nobody can name, prospects, and how far access logs have been read.

-- An anonymous visitor, by the connection that delivers the visits and the actor in them. domain is registrable; country is
-- packed as in activity_tail. No address is ever stored.
CREATE TABLE visitor (
    workspace_id BIGINT NOT NULL,
    connection   TEXT    NOT NULL,
    actor_kind   TEXT    NOT NULL CHECK (actor_kind IN ('contact', 'email', 'visitor')),
    actor        TEXT    NOT NULL,
    company_id   BIGINT,
    organisation TEXT,
    domain       TEXT,
    country      BIGINT NOT NULL,
    first_seen   BIGINT NOT NULL,
    last_seen    BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, connection, actor_kind, actor)
);
CREATE INDEX visitor_by_company ON visitor (workspace_id, company_id) WHERE company_id IS NOT NULL;
CREATE INDEX visitor_by_age ON visitor (workspace_id, last_seen);

-- A company that was first known from a visit. name_key is its case-folded name; it is in the CRM once a remote_object
-- stands for it.
CREATE TABLE prospect (
    workspace_id BIGINT NOT NULL,
    company_id   BIGINT NOT NULL,
    name_key     TEXT    NOT NULL,
    first_seen   BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, company_id)
);
CREATE INDEX prospect_by_name ON prospect (workspace_id, name_key);

-- Things at a vendor that rules name and that are no records: e-mails, workflows, programs, forms.
CREATE TABLE asset (
    workspace_id BIGINT NOT NULL,
    connection   TEXT    NOT NULL,
    kind         TEXT    NOT NULL,
    asset_id     TEXT    NOT NULL,
    name         TEXT    NOT NULL,
    usable       BIGINT NOT NULL CHECK (usable IN (0, 1)),
    PRIMARY KEY (workspace_id, connection, kind, asset_id)
);

-- Companies whose visits changed; generation as in dirty.
CREATE TABLE company_dirty (
    workspace_id BIGINT NOT NULL,
    company_id   BIGINT NOT NULL,
    generation   BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, company_id)
);

-- The secret by which visitors without an id are told apart for one day. Deleted when the day is over.
CREATE TABLE visit_key (
    workspace_id BIGINT NOT NULL,
    day          TEXT    NOT NULL,
    secret       BYTEA   NOT NULL,
    PRIMARY KEY (workspace_id, day)
);

-- How far an access log has been read, under whatever name and compression. first_line and content are hashes of what was
-- read until next_offset (bytes of text), without the addresses in it.
CREATE TABLE access_log (
    workspace_id BIGINT NOT NULL,
    log_id       BIGINT NOT NULL,
    site         TEXT    NOT NULL,
    first_line   TEXT    NOT NULL,
    next_offset  BIGINT NOT NULL,
    content      TEXT    NOT NULL,
    read_at      BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, log_id)
);
CREATE INDEX access_log_by_line ON access_log (workspace_id, site, first_line);

-- Visits of nobody known, oldest first: they go when their time is over.
CREATE INDEX activity_tail_by_age ON activity_tail (workspace_id, type_id, occurred_at) WHERE contact_id IS NULL;
