-- What the daemon needs to run: budgets, secrets, leases.

-- How much of a vendor's call budget is used in the current period.
CREATE TABLE quota (
    workspace_id BIGINT NOT NULL,
    connection   TEXT    NOT NULL,
    bucket       TEXT    NOT NULL,
    period_start BIGINT NOT NULL,
    used         BIGINT NOT NULL,
    parked_until BIGINT,
    PRIMARY KEY (workspace_id, connection, bucket)
);

-- Sealed secrets (refresh tokens). The key is not in the database.
CREATE TABLE secret (
    workspace_id BIGINT NOT NULL,
    connection   TEXT    NOT NULL,
    name         TEXT    NOT NULL,
    sealed       BYTEA   NOT NULL,
    PRIMARY KEY (workspace_id, connection, name)
);

-- Who may do a thing alone, until when. fence grows whenever the lease changes hands.
CREATE TABLE lease (
    workspace_id BIGINT NOT NULL,
    name         TEXT    NOT NULL,
    owner        TEXT,
    fence        BIGINT NOT NULL,
    lease_until  BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, name)
);
