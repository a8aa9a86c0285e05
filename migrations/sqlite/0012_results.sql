-- What is computed of companies, buying groups and workflows, and what people decided about them.

-- When a company's values, and a contact's standing in workflows, change by the passing of time alone.
CREATE TABLE company_due (
    workspace_id INTEGER NOT NULL,
    company_id   INTEGER NOT NULL,
    due_at       INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, company_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX company_due_by_time ON company_due (workspace_id, due_at, company_id);

-- Contacts whose standing in workflows must be looked at again; generation as in dirty.
CREATE TABLE workflow_dirty (
    workspace_id INTEGER NOT NULL,
    contact_id   INTEGER NOT NULL,
    generation   INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, contact_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE workflow_due (
    workspace_id INTEGER NOT NULL,
    contact_id   INTEGER NOT NULL,
    due_at       INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, contact_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX workflow_due_by_time ON workflow_due (workspace_id, due_at, contact_id);

-- A company's intent: the evaluation as JSON, and of it what lists are sorted by.
CREATE TABLE company_intent (
    workspace_id  INTEGER NOT NULL,
    company_id    INTEGER NOT NULL,
    shows         INTEGER NOT NULL CHECK (shows IN (0, 1)),
    since         INTEGER,
    visits        INTEGER NOT NULL,
    last_visit_at INTEGER,
    evaluation    TEXT    NOT NULL,
    as_of         INTEGER NOT NULL,
    rules_version INTEGER NOT NULL,
    changed_at    INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, company_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX company_intent_shown ON company_intent (workspace_id, since) WHERE shows = 1;

-- The markets and saved views that a company is in, since when, and when time alone can change that. A view that it is not in
-- but may enter by time has no entered_at.
CREATE TABLE company_place (
    workspace_id INTEGER NOT NULL,
    company_id   INTEGER NOT NULL,
    kind         TEXT    NOT NULL CHECK (kind IN ('market', 'view')),
    name         TEXT    NOT NULL,
    entered_at   INTEGER,
    due_at       INTEGER,
    PRIMARY KEY (workspace_id, company_id, kind, name)
) STRICT, WITHOUT ROWID;
CREATE INDEX company_place_by_name ON company_place (workspace_id, kind, name, entered_at)
    WHERE entered_at IS NOT NULL;

-- Who entered and left a saved view, in the order in which it was seen.
CREATE TABLE view_event (
    workspace_id INTEGER NOT NULL,
    event_id     INTEGER NOT NULL,
    view         TEXT    NOT NULL,
    company_id   INTEGER NOT NULL,
    what         TEXT    NOT NULL CHECK (what IN ('entered', 'left')),
    happened_at  INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, event_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX view_event_by_view ON view_event (workspace_id, view, event_id);

-- Values of the fields that rules watch, from the instant at which they were seen: stages that companies reached.
CREATE TABLE field_change (
    workspace_id INTEGER NOT NULL,
    kind         TEXT    NOT NULL,
    local_id     INTEGER NOT NULL,
    field        TEXT    NOT NULL,
    changed_at   INTEGER NOT NULL,
    value        TEXT,
    PRIMARY KEY (workspace_id, kind, local_id, field, changed_at)
) STRICT, WITHOUT ROWID;
CREATE INDEX field_change_by_time ON field_change (workspace_id, kind, field, changed_at);

-- Recommended pages that an admin does not want to see again.
CREATE TABLE dismissed_page (
    workspace_id INTEGER NOT NULL,
    path         TEXT    NOT NULL,
    dismissed_at INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, path)
) STRICT, WITHOUT ROWID;

-- A contact's person engagement. exact and shown are decimal numbers as text.
CREATE TABLE engagement_value (
    workspace_id INTEGER NOT NULL,
    contact_id   INTEGER NOT NULL,
    exact        TEXT    NOT NULL,
    shown        TEXT    NOT NULL,
    changed_at   INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, contact_id)
) STRICT, WITHOUT ROWID;

-- The maxima that engagement is scaled by, frozen for a period; JSON as the core made it.
CREATE TABLE calibration (
    workspace_id INTEGER NOT NULL,
    taken_at     INTEGER NOT NULL,
    maxima       TEXT    NOT NULL,
    PRIMARY KEY (workspace_id, taken_at)
) STRICT, WITHOUT ROWID;

-- A buying group: a solution interest at an account. completeness and engagement are exact decimal numbers as text;
-- roles (how full each is) and intent (signals with their levels) are JSON.
CREATE TABLE buying_group (
    workspace_id INTEGER NOT NULL,
    group_id     INTEGER NOT NULL,
    interest     TEXT    NOT NULL,
    company_id   INTEGER NOT NULL,
    name         TEXT    NOT NULL,
    stage        TEXT,
    completeness TEXT    NOT NULL,
    engagement   TEXT    NOT NULL,
    roles        TEXT    NOT NULL,
    intent       TEXT    NOT NULL,
    created_at   INTEGER NOT NULL,
    changed_at   INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, group_id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX buying_group_by_account ON buying_group (workspace_id, company_id, interest);

-- Members of a buying group, one role each.
CREATE TABLE group_member (
    workspace_id INTEGER NOT NULL,
    group_id     INTEGER NOT NULL,
    contact_id   INTEGER NOT NULL,
    role         TEXT    NOT NULL,
    source       TEXT    NOT NULL CHECK (source IN ('manual', 'journey', 'automatic')),
    since        INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, group_id, contact_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX group_member_by_contact ON group_member (workspace_id, contact_id);

-- What people and journeys decided about members: a role, or null for a removal. The newest of a source counts.
CREATE TABLE group_decision (
    workspace_id INTEGER NOT NULL,
    decision_id  INTEGER NOT NULL,
    group_id     INTEGER NOT NULL,
    contact_id   INTEGER NOT NULL,
    role         TEXT,
    source       TEXT    NOT NULL CHECK (source IN ('manual', 'journey')),
    actor        TEXT    NOT NULL,
    decided_at   INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, decision_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX group_decision_by_group ON group_decision (workspace_id, group_id, decision_id);

-- Requests to move a buying group to a stage; the stage model decides which of them were moves.
CREATE TABLE group_stage (
    workspace_id INTEGER NOT NULL,
    event_id     INTEGER NOT NULL,
    group_id     INTEGER NOT NULL,
    to_stage     TEXT    NOT NULL,
    cause        TEXT    NOT NULL CHECK (cause IN ('manual', 'journey', 'condition')),
    moved_at     INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, event_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX group_stage_by_group ON group_stage (workspace_id, group_id, event_id);

-- A workflow as the rules name it: since when it is in force, and when its goal was last cleared.
CREATE TABLE workflow (
    workspace_id    INTEGER NOT NULL,
    name            TEXT    NOT NULL,
    in_force_since  INTEGER NOT NULL,
    first_pass_done INTEGER NOT NULL CHECK (first_pass_done IN (0, 1)),
    goal_cleared_at INTEGER,
    PRIMARY KEY (workspace_id, name)
) STRICT, WITHOUT ROWID;

-- Where a contact stands in a workflow: the state as JSON, and of it what lists and rates need.
CREATE TABLE enrollment (
    workspace_id INTEGER NOT NULL,
    workflow     TEXT    NOT NULL,
    contact_id   INTEGER NOT NULL,
    state        TEXT    NOT NULL,
    counting     TEXT    NOT NULL,
    changed_at   INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, workflow, contact_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX enrollment_by_contact ON enrollment (workspace_id, contact_id);

-- What a workflow's steps want to be done, once per enrollment and step.
CREATE TABLE wish (
    workspace_id INTEGER NOT NULL,
    workflow     TEXT    NOT NULL,
    contact_id   INTEGER NOT NULL,
    enrolled_at  INTEGER NOT NULL,
    step         TEXT    NOT NULL,
    action       TEXT    NOT NULL,
    wanted_at    INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, workflow, contact_id, enrolled_at, step)
) STRICT, WITHOUT ROWID;
CREATE INDEX wish_by_contact ON wish (workspace_id, contact_id);

-- What SQLite's planner should think of them (see 0009).
INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES
    ('company_due', 'company_due', '100000 100000 1'),
    ('company_due', 'company_due_by_time', '100000 100000 50 1'),
    ('workflow_dirty', 'workflow_dirty', '10000 10000 1'),
    ('workflow_due', 'workflow_due', '500000 500000 1'),
    ('workflow_due', 'workflow_due_by_time', '500000 500000 50 1'),
    ('company_intent', 'company_intent', '200000 200000 1'),
    ('company_intent', 'company_intent_shown', '20000 20000 2'),
    ('company_place', 'company_place', '200000 200000 2 2 1'),
    ('company_place', 'company_place_by_name', '200000 200000 100000 20000 2 1'),
    ('view_event', 'view_event', '500000 500000 1'),
    ('view_event', 'view_event_by_view', '500000 500000 50000 1'),
    ('field_change', 'field_change', '500000 500000 200000 3 2 1'),
    ('field_change', 'field_change_by_time', '500000 500000 200000 200000 2 1'),
    ('engagement_value', 'engagement_value', '1000000 1000000 1'),
    ('buying_group', 'buying_group', '50000 50000 1'),
    ('buying_group', 'buying_group_by_account', '50000 50000 2 1'),
    ('group_member', 'group_member', '300000 300000 6 1'),
    ('group_member', 'group_member_by_contact', '300000 300000 2 1'),
    ('group_decision', 'group_decision', '50000 50000 1'),
    ('group_decision', 'group_decision_by_group', '50000 50000 3 1'),
    ('group_stage', 'group_stage', '100000 100000 1'),
    ('group_stage', 'group_stage_by_group', '100000 100000 3 1'),
    ('enrollment', 'enrollment', '1000000 1000000 100000 1'),
    ('enrollment', 'enrollment_by_contact', '1000000 1000000 2 1'),
    ('wish', 'wish', '1000000 1000000 100000 2 2 1'),
    ('wish', 'wish_by_contact', '1000000 1000000 3 1 1 1');
ANALYZE sqlite_schema;
