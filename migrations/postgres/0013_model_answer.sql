-- What a language model answered, by the hash of everything that it was told: the same facts cost nothing twice. The answer is
-- JSON as the core made it; `personal`: people were told by their names.
CREATE TABLE model_answer (
    workspace_id BIGINT  NOT NULL,
    fingerprint  TEXT    NOT NULL,
    answer       TEXT    NOT NULL,
    personal     BIGINT  NOT NULL CHECK (personal IN (0, 1)),
    answered_at  BIGINT  NOT NULL,
    PRIMARY KEY (workspace_id, fingerprint)
);
