-- What the daemon needs to run: budgets, secrets, leases.

-- How much of a vendor's call budget is used in the current period.
CREATE TABLE quota (
    workspace_id INTEGER NOT NULL,
    connection   TEXT    NOT NULL,
    bucket       TEXT    NOT NULL,
    period_start INTEGER NOT NULL,
    used         INTEGER NOT NULL,
    parked_until INTEGER,
    PRIMARY KEY (workspace_id, connection, bucket)
) STRICT, WITHOUT ROWID;

-- Sealed secrets (refresh tokens). The key is not in the database.
CREATE TABLE secret (
    workspace_id INTEGER NOT NULL,
    connection   TEXT    NOT NULL,
    name         TEXT    NOT NULL,
    sealed       BLOB    NOT NULL,
    PRIMARY KEY (workspace_id, connection, name)
) STRICT, WITHOUT ROWID;

-- Who may do a thing alone, until when. fence grows whenever the lease changes hands.
CREATE TABLE lease (
    workspace_id INTEGER NOT NULL,
    name         TEXT    NOT NULL,
    owner        TEXT,
    fence        INTEGER NOT NULL,
    lease_until  INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, name)
) STRICT, WITHOUT ROWID;
