-- name: schema
CREATE TABLE IF NOT EXISTS rejection (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    received   INTEGER NOT NULL,
    source     TEXT    NOT NULL,
    reason     TEXT    NOT NULL,
    text       TEXT    NOT NULL,
    message_id TEXT,
    payload    BLOB    NOT NULL
) STRICT;

-- name: add
INSERT INTO rejection (received, source, reason, text, message_id, payload) VALUES (?, ?, ?, ?, ?, ?);

-- name: prune
DELETE FROM rejection WHERE id <= (SELECT max(id) FROM rejection) - ?;

-- name: newest
SELECT id, received, source, reason, text, message_id, payload FROM rejection
WHERE id < :before AND (:source IS NULL OR source = :source) AND (:reason IS NULL OR reason = :reason)
ORDER BY id DESC LIMIT :limit;

-- name: one
SELECT id, received, source, reason, text, message_id, payload FROM rejection WHERE id = ?;

-- name: remove
DELETE FROM rejection WHERE id = ?;

-- name: tally
SELECT reason, source, count(*), max(received), max(id) FROM rejection GROUP BY reason, source;

-- name: count
SELECT count(*) FROM rejection;

-- name: clear
DELETE FROM rejection;
