-- What each repository's requests of a day cost, kept in step with provider_calls by the triggers below. A repository is
-- known by its place (the git folder that all of its worktrees share) and by its remote (host and path that it was cloned
-- from, without user or password; '' = from nowhere). A request belongs to the day (UTC) it was opened on; one whose task
-- is deleted from the record was paid for all the same.
ALTER TABLE provider_calls ADD COLUMN place TEXT NOT NULL DEFAULT '';
ALTER TABLE provider_calls ADD COLUMN remote TEXT NOT NULL DEFAULT '';

CREATE TABLE day_spending (
    day        INTEGER NOT NULL,                  -- days since 1970-01-01
    place      TEXT NOT NULL,
    remote     TEXT NOT NULL,
    billed_usd REAL NOT NULL,
    held_usd   REAL NOT NULL,                     -- what was reserved for bills that are not known
    PRIMARY KEY (day, place, remote)
) WITHOUT ROWID;

CREATE TRIGGER provider_calls_opened AFTER INSERT ON provider_calls BEGIN
    INSERT INTO day_spending VALUES (
        CAST(NEW.opened_at / 86400 AS INTEGER), NEW.place, NEW.remote,
        CASE WHEN NEW.input_tokens IS NULL THEN 0.0 ELSE COALESCE(NEW.cost_usd, 0.0) END,
        CASE WHEN NEW.input_tokens IS NULL AND (NEW.closed_at IS NULL OR NEW.error = '')
            THEN COALESCE(NEW.reserved_usd, 0.0) ELSE 0.0 END
    ) ON CONFLICT (day, place, remote) DO UPDATE SET
        billed_usd = billed_usd + excluded.billed_usd, held_usd = held_usd + excluded.held_usd;
END;

CREATE TRIGGER provider_calls_closed AFTER UPDATE ON provider_calls BEGIN
    UPDATE day_spending SET
        billed_usd = billed_usd
            - CASE WHEN OLD.input_tokens IS NULL THEN 0.0 ELSE COALESCE(OLD.cost_usd, 0.0) END
            + CASE WHEN NEW.input_tokens IS NULL THEN 0.0 ELSE COALESCE(NEW.cost_usd, 0.0) END,
        held_usd = held_usd
            - CASE WHEN OLD.input_tokens IS NULL AND (OLD.closed_at IS NULL OR OLD.error = '')
                THEN COALESCE(OLD.reserved_usd, 0.0) ELSE 0.0 END
            + CASE WHEN NEW.input_tokens IS NULL AND (NEW.closed_at IS NULL OR NEW.error = '')
                THEN COALESCE(NEW.reserved_usd, 0.0) ELSE 0.0 END
    WHERE day = CAST(OLD.opened_at / 86400 AS INTEGER) AND place = OLD.place AND remote = OLD.remote;
END;
