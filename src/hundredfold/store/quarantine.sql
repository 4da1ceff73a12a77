-- name: schema
CREATE TABLE IF NOT EXISTS held (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    key        TEXT    NOT NULL,
    message_id TEXT    NOT NULL,
    content    BLOB    NOT NULL,
    received   INTEGER NOT NULL,
    sent       INTEGER,
    trust      TEXT    NOT NULL CHECK (trust IN ('import', 'server', 'browser')),
    source     TEXT    NOT NULL,
    reasons    TEXT    NOT NULL,
    payload    BLOB    NOT NULL,
    released   INTEGER,
    UNIQUE (message_id, content)
) STRICT;
CREATE INDEX IF NOT EXISTS held_waiting ON held (id) WHERE released IS NULL;
CREATE INDEX IF NOT EXISTS held_key ON held (key);

-- name: add
INSERT INTO held (key, message_id, content, received, sent, trust, source, reasons, payload)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (message_id, content) DO NOTHING;

-- name: waiting
SELECT id, key, message_id, content, received, sent, trust, source, reasons, payload, released FROM held
WHERE released IS NULL AND id < :before AND (:source IS NULL OR source = :source)
  AND (:reason IS NULL OR instr(char(10) || reasons || char(10), char(10) || :reason || char(10)) > 0)
ORDER BY id DESC LIMIT :limit;

-- name: ids
SELECT id FROM held
WHERE released IS NULL AND (:source IS NULL OR source = :source)
  AND (:reason IS NULL OR instr(char(10) || reasons || char(10), char(10) || :reason || char(10)) > 0)
ORDER BY id LIMIT :limit;

-- name: tally
SELECT reasons, source, count(*), max(received), max(id) FROM held WHERE released IS NULL GROUP BY reasons, source;

-- name: one
SELECT id, key, message_id, content, received, sent, trust, source, reasons, payload, released FROM held WHERE id = ?;

-- name: release
UPDATE held SET released = ? WHERE id = ? AND released IS NULL;

-- name: discard
DELETE FROM held WHERE id = ?;

-- name: erase
DELETE FROM held WHERE key = ?;

-- name: count
SELECT count(*) FROM held WHERE released IS NULL;
