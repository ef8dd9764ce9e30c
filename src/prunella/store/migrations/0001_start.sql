-- The record as of version 1. Moments are Unix time, durations seconds, money US dollars; lists are JSON.

CREATE TABLE tasks (
    id          TEXT PRIMARY KEY,
    kind        TEXT NOT NULL,
    repository  TEXT NOT NULL,
    root        TEXT NOT NULL,
    status      TEXT NOT NULL DEFAULT 'running',  -- domain.Status, or 'running' (also after a kill)
    reason      TEXT NOT NULL DEFAULT '',
    remedy      TEXT NOT NULL DEFAULT '',
    budget_usd  REAL,
    wanted_branch TEXT NOT NULL,                  -- '' = the current one
    checks      TEXT NOT NULL,                    -- [{"name", "command", "timeout_s", "folder"}]
    proven      TEXT NOT NULL DEFAULT '[]',       -- names of the checks that passed
    commit_id   TEXT NOT NULL DEFAULT '',
    branch      TEXT NOT NULL DEFAULT '',         -- that the commit is on
    commit_note TEXT NOT NULL DEFAULT '',         -- why the fix was not committed
    created_at  REAL NOT NULL,
    ended_at    REAL,
    duration_s  REAL
);

CREATE INDEX tasks_by_time ON tasks (created_at);

-- One row per attempt that used a model. An attempt that no provider answered is in events ('unanswered').
CREATE TABLE fix_attempts (
    id                  INTEGER PRIMARY KEY,
    task_id             TEXT NOT NULL REFERENCES tasks (id) ON DELETE CASCADE,
    number              INTEGER NOT NULL,
    model_used          TEXT NOT NULL,            -- Claude, OpenAI, or what the rung is called
    succeeded           BOOLEAN NOT NULL,         -- the checks passed with this fix
    provider            TEXT NOT NULL,
    model               TEXT NOT NULL,
    rung                TEXT NOT NULL,
    display             TEXT NOT NULL,
    stand_in_for        TEXT NOT NULL,
    error_class         TEXT NOT NULL,            -- of what the attempt set out from
    error_summary       TEXT NOT NULL,
    fingerprints_before TEXT NOT NULL,
    fingerprints_after  TEXT,                     -- NULL: never verified
    verification_before INTEGER NOT NULL,
    verification_after  INTEGER,
    diff                TEXT NOT NULL,            -- against the task's start
    files               TEXT NOT NULL,
    input_tokens        INTEGER NOT NULL,         -- everything sent, cached or not
    output_tokens       INTEGER NOT NULL,         -- reasoning included
    cached_tokens       INTEGER NOT NULL,
    cache_write_tokens  INTEGER NOT NULL,
    cache_write_1h_tokens INTEGER NOT NULL,
    reasoning_tokens    INTEGER NOT NULL,
    cost_usd            REAL NOT NULL,            -- a lower bound if not price_known
    price_known         BOOLEAN NOT NULL,
    requests            INTEGER NOT NULL,
    started_at          REAL NOT NULL,
    duration_s          REAL NOT NULL,
    verify_s            REAL NOT NULL,            -- the part of it that the checks took
    progress            TEXT NOT NULL,
    rejection           TEXT NOT NULL,
    verdict             TEXT NOT NULL,            -- the guard's findings
    faults              TEXT NOT NULL,
    text                TEXT NOT NULL,
    UNIQUE (task_id, number)
);

-- One row per check that was run; position is the check's place in its verification.
CREATE TABLE verifications (
    task_id      TEXT NOT NULL REFERENCES tasks (id) ON DELETE CASCADE,
    number       INTEGER NOT NULL,                -- 0 = before any fix
    position     INTEGER NOT NULL,
    attempt      INTEGER,                         -- whose fix it verified; NULL: none's, or not known yet
    check_name   TEXT NOT NULL,
    command      TEXT NOT NULL,
    folder       TEXT NOT NULL,                   -- where it ran, below the root
    timeout_s    REAL NOT NULL,
    passed       BOOLEAN NOT NULL,
    exit_code    INTEGER NOT NULL,
    ending       TEXT NOT NULL,
    duration_s   REAL NOT NULL,
    log_path     TEXT NOT NULL,
    output_bytes INTEGER NOT NULL,
    summary      TEXT NOT NULL,                   -- of the verification, where this is the check that failed
    error_class  TEXT NOT NULL,
    fingerprints TEXT NOT NULL,
    tail         TEXT NOT NULL,                   -- the end of the output, where the check failed
    PRIMARY KEY (task_id, number, position)
) WITHOUT ROWID;

CREATE TABLE diagnostics (
    task_id      TEXT NOT NULL,
    verification INTEGER NOT NULL,
    check_place  INTEGER NOT NULL,
    position     INTEGER NOT NULL,
    file         TEXT NOT NULL,
    line         INTEGER NOT NULL,
    col          INTEGER NOT NULL,
    severity     TEXT NOT NULL,
    code         TEXT NOT NULL,
    message      TEXT NOT NULL,
    source       TEXT NOT NULL,
    related      TEXT NOT NULL,                   -- [[file, line, col, message]]
    PRIMARY KEY (task_id, verification, check_place, position),
    FOREIGN KEY (task_id, verification, check_place)
        REFERENCES verifications (task_id, number, position) ON DELETE CASCADE
) WITHOUT ROWID;

-- Every request that was billed or failed. The row is there before the request goes out: one that was never closed, or
-- was closed with neither tokens nor error, counts as spent with what was reserved.
CREATE TABLE provider_calls (
    id                  INTEGER PRIMARY KEY,
    task_id             TEXT NOT NULL REFERENCES tasks (id) ON DELETE CASCADE,
    attempt             INTEGER NOT NULL,
    rung                TEXT NOT NULL,
    provider            TEXT NOT NULL,
    model               TEXT NOT NULL,
    opened_at           REAL NOT NULL,
    input_tokens_bound  INTEGER NOT NULL,
    max_output_tokens   INTEGER NOT NULL,
    reserved_usd        REAL,                     -- NULL: the model has no price
    closed_at           REAL,
    input_tokens        INTEGER,
    output_tokens       INTEGER,
    cached_tokens       INTEGER,
    cache_write_tokens  INTEGER,
    cache_write_1h_tokens INTEGER,
    reasoning_tokens    INTEGER,
    cost_usd            REAL,
    error               TEXT NOT NULL DEFAULT '',
    request_id          TEXT NOT NULL DEFAULT ''
);

CREATE INDEX provider_calls_by_task ON provider_calls (task_id);

CREATE TABLE events (
    id      INTEGER PRIMARY KEY,
    task_id TEXT NOT NULL REFERENCES tasks (id) ON DELETE CASCADE,
    at      REAL NOT NULL,
    kind    TEXT NOT NULL,
    data    TEXT NOT NULL                         -- a JSON object
);

CREATE INDEX events_by_task ON events (task_id);
