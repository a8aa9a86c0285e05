-- Visits: the organisations behind visitors whom nobody can name, prospects, and how far access logs have been read.

-- An anonymous visitor, by the connection that delivers the visits and the actor in them. domain is registrable; country is
-- packed as in activity_tail. No address is ever stored.
CREATE TABLE visitor (
    workspace_id INTEGER NOT NULL,
    connection   TEXT    NOT NULL,
    actor_kind   TEXT    NOT NULL CHECK (actor_kind IN ('contact', 'email', 'visitor')),
    actor        TEXT    NOT NULL,
    company_id   INTEGER,
    organisation TEXT,
    domain       TEXT,
    country      INTEGER NOT NULL,
    first_seen   INTEGER NOT NULL,
    last_seen    INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, connection, actor_kind, actor)
) STRICT, WITHOUT ROWID;
CREATE INDEX visitor_by_company ON visitor (workspace_id, company_id) WHERE company_id IS NOT NULL;
CREATE INDEX visitor_by_age ON visitor (workspace_id, last_seen);

-- A company that was first known from a visit. name_key is its case-folded name; it is in the CRM once a remote_object
-- stands for it.
CREATE TABLE prospect (
    workspace_id INTEGER NOT NULL,
    company_id   INTEGER NOT NULL,
    name_key     TEXT    NOT NULL,
    first_seen   INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, company_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX prospect_by_name ON prospect (workspace_id, name_key);

-- Things at a vendor that rules name and that are no records: e-mails, workflows, programs, forms.
CREATE TABLE asset (
    workspace_id INTEGER NOT NULL,
    connection   TEXT    NOT NULL,
    kind         TEXT    NOT NULL,
    asset_id     TEXT    NOT NULL,
    name         TEXT    NOT NULL,
    usable       INTEGER NOT NULL CHECK (usable IN (0, 1)),
    PRIMARY KEY (workspace_id, connection, kind, asset_id)
) STRICT, WITHOUT ROWID;

-- Companies whose visits changed; generation as in dirty.
CREATE TABLE company_dirty (
    workspace_id INTEGER NOT NULL,
    company_id   INTEGER NOT NULL,
    generation   INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, company_id)
) STRICT, WITHOUT ROWID;

-- The secret by which visitors without an id are told apart for one day. Deleted when the day is over.
CREATE TABLE visit_key (
    workspace_id INTEGER NOT NULL,
    day          TEXT    NOT NULL,
    secret       BLOB    NOT NULL,
    PRIMARY KEY (workspace_id, day)
) STRICT, WITHOUT ROWID;

-- How far an access log has been read, under whatever name and compression. first_line and content are hashes of what was
-- read until next_offset (bytes of text), without the addresses in it.
CREATE TABLE access_log (
    workspace_id INTEGER NOT NULL,
    log_id       INTEGER NOT NULL,
    site         TEXT    NOT NULL,
    first_line   TEXT    NOT NULL,
    next_offset  INTEGER NOT NULL,
    content      TEXT    NOT NULL,
    read_at      INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, log_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX access_log_by_line ON access_log (workspace_id, site, first_line);

-- Visits of nobody known, oldest first: they go when their time is over.
CREATE INDEX activity_tail_by_age ON activity_tail (workspace_id, type_id, occurred_at) WHERE contact_id IS NULL;

-- What SQLite's planner should think of them (see 0009).
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('visitor', 'visitor', '500000 500000 200000 200000 1'),
    ('visitor', 'visitor_by_company', '200000 200000 10'),
    ('visitor', 'visitor_by_age', '500000 500000 2'),
    ('prospect', 'prospect', '50000 50000 1'),
    ('prospect', 'prospect_by_name', '50000 50000 1'),
    ('asset', 'asset', '2000 2000 1000 500 1'),
    ('company_dirty', 'company_dirty', '1000 1000 1'),
    ('activity_tail', 'activity_tail_by_age', '500000 500000 100000 2');
ANALYZE sqlite_schema;
