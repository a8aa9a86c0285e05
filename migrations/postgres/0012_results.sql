-- What is computed of companies, buying groups and workflows, and what people decided about them.

-- When a company's values, and a contact's standing in workflows, change by the passing of time alone.
CREATE TABLE company_due (
    workspace_id BIGINT NOT NULL,
    company_id   BIGINT NOT NULL,
    due_at       BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, company_id)
);
CREATE INDEX company_due_by_time ON company_due (workspace_id, due_at, company_id);

-- Contacts whose standing in workflows must be looked at again; generation as in dirty.
CREATE TABLE workflow_dirty (
    workspace_id BIGINT NOT NULL,
    contact_id   BIGINT NOT NULL,
    generation   BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, contact_id)
);

CREATE TABLE workflow_due (
    workspace_id BIGINT NOT NULL,
    contact_id   BIGINT NOT NULL,
    due_at       BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, contact_id)
);
CREATE INDEX workflow_due_by_time ON workflow_due (workspace_id, due_at, contact_id);

-- A company's intent: the evaluation as JSON, and of it what lists are sorted by.
CREATE TABLE company_intent (
    workspace_id  BIGINT NOT NULL,
    company_id    BIGINT NOT NULL,
    shows         BIGINT NOT NULL CHECK (shows IN (0, 1)),
    since         BIGINT,
    visits        BIGINT NOT NULL,
    last_visit_at BIGINT,
    evaluation    TEXT    NOT NULL,
    as_of         BIGINT NOT NULL,
    rules_version BIGINT NOT NULL,
    changed_at    BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, company_id)
);
CREATE INDEX company_intent_shown ON company_intent (workspace_id, since) WHERE shows = 1;

-- The markets and saved views that a company is in, since when, and when time alone can change that. A view that it is not in
-- but may enter by time has no entered_at.
CREATE TABLE company_place (
    workspace_id BIGINT NOT NULL,
    company_id   BIGINT NOT NULL,
    kind         TEXT    NOT NULL CHECK (kind IN ('market', 'view')),
    name         TEXT    NOT NULL,
    entered_at   BIGINT,
    due_at       BIGINT,
    PRIMARY KEY (workspace_id, company_id, kind, name)
);
CREATE INDEX company_place_by_name ON company_place (workspace_id, kind, name, entered_at)
    WHERE entered_at IS NOT NULL;

-- Who entered and left a saved view, in the order in which it was seen.
CREATE TABLE view_event (
    workspace_id BIGINT NOT NULL,
    event_id     BIGINT NOT NULL,
    view         TEXT    NOT NULL,
    company_id   BIGINT NOT NULL,
    what         TEXT    NOT NULL CHECK (what IN ('entered', 'left')),
    happened_at  BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, event_id)
);
CREATE INDEX view_event_by_view ON view_event (workspace_id, view, event_id);

-- Values of the fields that rules watch, from the instant at which they were seen: stages that companies reached.
CREATE TABLE field_change (
    workspace_id BIGINT NOT NULL,
    kind         TEXT    NOT NULL,
    local_id     BIGINT NOT NULL,
    field        TEXT    NOT NULL,
    changed_at   BIGINT NOT NULL,
    value        TEXT,
    PRIMARY KEY (workspace_id, kind, local_id, field, changed_at)
);
CREATE INDEX field_change_by_time ON field_change (workspace_id, kind, field, changed_at);

-- Recommended pages that an admin does not want to see again.
CREATE TABLE dismissed_page (
    workspace_id BIGINT NOT NULL,
    path         TEXT    NOT NULL,
    dismissed_at BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, path)
);

-- A contact's person engagement. exact and shown are decimal numbers as text.
CREATE TABLE engagement_value (
    workspace_id BIGINT NOT NULL,
    contact_id   BIGINT NOT NULL,
    exact        TEXT    NOT NULL,
    shown        TEXT    NOT NULL,
    changed_at   BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, contact_id)
);

-- The maxima that engagement is scaled by, frozen for a period; JSON as the core made it.
CREATE TABLE calibration (
    workspace_id BIGINT NOT NULL,
    taken_at     BIGINT NOT NULL,
    maxima       TEXT    NOT NULL,
    PRIMARY KEY (workspace_id, taken_at)
);

-- A buying group: a solution interest at an account. completeness and engagement are exact decimal numbers as text;
-- roles (how full each is) and intent (signals with their levels) are JSON.
CREATE TABLE buying_group (
    workspace_id BIGINT NOT NULL,
    group_id     BIGINT NOT NULL,
    interest     TEXT    NOT NULL,
    company_id   BIGINT NOT NULL,
    name         TEXT    NOT NULL,
    stage        TEXT,
    completeness TEXT    NOT NULL,
    engagement   TEXT    NOT NULL,
    roles        TEXT    NOT NULL,
    intent       TEXT    NOT NULL,
    created_at   BIGINT NOT NULL,
    changed_at   BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, group_id)
);
CREATE UNIQUE INDEX buying_group_by_account ON buying_group (workspace_id, company_id, interest);

-- Members of a buying group, one role each.
CREATE TABLE group_member (
    workspace_id BIGINT NOT NULL,
    group_id     BIGINT NOT NULL,
    contact_id   BIGINT NOT NULL,
    role         TEXT    NOT NULL,
    source       TEXT    NOT NULL CHECK (source IN ('manual', 'journey', 'automatic')),
    since        BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, group_id, contact_id)
);
CREATE INDEX group_member_by_contact ON group_member (workspace_id, contact_id);

-- What people and journeys decided about members: a role, or null for a removal. The newest of a source counts.
CREATE TABLE group_decision (
    workspace_id BIGINT NOT NULL,
    decision_id  BIGINT NOT NULL,
    group_id     BIGINT NOT NULL,
    contact_id   BIGINT NOT NULL,
    role         TEXT,
    source       TEXT    NOT NULL CHECK (source IN ('manual', 'journey')),
    actor        TEXT    NOT NULL,
    decided_at   BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, decision_id)
);
CREATE INDEX group_decision_by_group ON group_decision (workspace_id, group_id, decision_id);

-- Requests to move a buying group to a stage; the stage model decides which of them were moves.
CREATE TABLE group_stage (
    workspace_id BIGINT NOT NULL,
    event_id     BIGINT NOT NULL,
    group_id     BIGINT NOT NULL,
    to_stage     TEXT    NOT NULL,
    cause        TEXT    NOT NULL CHECK (cause IN ('manual', 'journey', 'condition')),
    moved_at     BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, event_id)
);
CREATE INDEX group_stage_by_group ON group_stage (workspace_id, group_id, event_id);

-- A workflow as the rules name it: since when it is in force, and when its goal was last cleared.
CREATE TABLE workflow (
    workspace_id    BIGINT NOT NULL,
    name            TEXT    NOT NULL,
    in_force_since  BIGINT NOT NULL,
    first_pass_done BIGINT NOT NULL CHECK (first_pass_done IN (0, 1)),
    goal_cleared_at BIGINT,
    PRIMARY KEY (workspace_id, name)
);

-- Where a contact stands in a workflow: the state as JSON, and of it what lists and rates need.
CREATE TABLE enrollment (
    workspace_id BIGINT NOT NULL,
    workflow     TEXT    NOT NULL,
    contact_id   BIGINT NOT NULL,
    state        TEXT    NOT NULL,
    counting     TEXT    NOT NULL,
    changed_at   BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, workflow, contact_id)
);
CREATE INDEX enrollment_by_contact ON enrollment (workspace_id, contact_id);

-- What a workflow's steps want to be done, once per enrollment and step.
CREATE TABLE wish (
    workspace_id BIGINT NOT NULL,
    workflow     TEXT    NOT NULL,
    contact_id   BIGINT NOT NULL,
    enrolled_at  BIGINT NOT NULL,
    step         TEXT    NOT NULL,
    action       TEXT    NOT NULL,
    wanted_at    BIGINT NOT NULL,
    PRIMARY KEY (workspace_id, workflow, contact_id, enrolled_at, step)
);
CREATE INDEX wish_by_contact ON wish (workspace_id, contact_id);
