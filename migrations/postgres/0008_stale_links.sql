-- Records whose associations are to be read again: marked with the page that touched them, taken away with the associations
-- that were read, so that a death in between forgets none.
CREATE TABLE stale_link (
    workspace_id BIGINT NOT NULL,
    connection   TEXT   NOT NULL,
    kind         TEXT   NOT NULL,
    external_id  TEXT   NOT NULL,
    PRIMARY KEY (workspace_id, connection, kind, external_id)
);

-- How many records of a kind were modified in a stretch of time: compared with the vendor's count before anything is read.
CREATE INDEX remote_object_by_modified ON remote_object (workspace_id, connection, kind, modified_at)
    WHERE state = 'present';
