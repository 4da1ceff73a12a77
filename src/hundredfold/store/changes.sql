-- name: schema
CREATE TABLE IF NOT EXISTS change (
    id     INTEGER PRIMARY KEY AUTOINCREMENT,
    at     INTEGER NOT NULL,
    who    TEXT    NOT NULL,
    way    TEXT    NOT NULL CHECK (way IN ('session', 'token', 'command', 'server')),
    what   TEXT    NOT NULL,
    object TEXT    NOT NULL,
    before TEXT,
    after  TEXT
) STRICT;

-- name: add
INSERT INTO change (at, who, way, what, object, before, after) VALUES (?, ?, ?, ?, ?, ?, ?);

-- name: newest
SELECT at, who, way, what, object, before, after, id FROM change WHERE id < :before ORDER BY id DESC LIMIT :limit;
