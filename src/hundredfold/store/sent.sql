-- name: schema
CREATE TABLE IF NOT EXISTS key (
    topic TEXT NOT NULL,
    key   TEXT NOT NULL,
    PRIMARY KEY (topic, key)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS finished (
    topic TEXT    PRIMARY KEY,
    run   INTEGER NOT NULL
) STRICT;

-- name: begin
BEGIN IMMEDIATE;

-- name: commit
COMMIT;

-- name: rollback
ROLLBACK;

-- name: add
INSERT INTO key (topic, key) VALUES (?, ?) ON CONFLICT DO NOTHING;

-- name: remove
DELETE FROM key WHERE topic = ? AND key = ?;

-- name: keys
SELECT key FROM key WHERE topic = :topic;

-- name: some
SELECT EXISTS (SELECT 1 FROM key WHERE topic = :topic);

-- name: known
SELECT count(*) FROM key WHERE topic = :topic AND key = :key;

-- name: finish
INSERT INTO finished (topic, run) VALUES (:topic, :run) ON CONFLICT (topic) DO UPDATE SET run = excluded.run;

-- name: finished
SELECT run FROM finished WHERE topic = :topic;
