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
SELECT id, received, source, reason, text, message_id, payload FROM rejection WHERE id < :before ORDER BY id DESC LIMIT :limit;

-- name: count
SELECT count(*) FROM rejection;

-- name: clear
DELETE FROM rejection;
