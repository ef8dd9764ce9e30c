-- What a healed task has not proven: why none of its checks ran the repository's tests; '' = they did, or there are none.
ALTER TABLE tasks ADD COLUMN untested TEXT NOT NULL DEFAULT '';
