-- name: schema
CREATE TABLE IF NOT EXISTS token (
    id            TEXT    PRIMARY KEY,
    digest        BLOB    NOT NULL UNIQUE,
    kind          TEXT    NOT NULL CHECK (kind IN ('server', 'browser', 'api')),
    name          TEXT    NOT NULL,
    scope         TEXT    CHECK ((scope IS NULL) = (kind <> 'api') AND scope IN ('read', 'write', 'admin')),
    personal_data INTEGER NOT NULL DEFAULT 0,
    created       INTEGER NOT NULL,
    revoked       INTEGER
) STRICT;
CREATE TABLE IF NOT EXISTS used (
    id TEXT    PRIMARY KEY,
    at INTEGER NOT NULL
) STRICT;

-- name: add
INSERT INTO token (id, digest, kind, name, scope, personal_data, created) VALUES (:id, :digest, :kind, :name, :scope, :personal_data, :created);

-- name: list
SELECT id, digest, kind, name, scope, personal_data, created, revoked FROM token ORDER BY created, id;

-- name: revoke
UPDATE token SET revoked = :revoked WHERE id = :id AND revoked IS NULL;

-- name: version
PRAGMA data_version;

-- name: use
INSERT INTO used (id, at) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET at = max(at, excluded.at);

-- name: used
SELECT id, at FROM used;
