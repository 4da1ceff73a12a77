-- name: schema
CREATE TABLE IF NOT EXISTS session (
    digest  BLOB    PRIMARY KEY,
    user    TEXT    NOT NULL,
    created INTEGER NOT NULL,
    seen    INTEGER NOT NULL
) STRICT;

-- name: add
INSERT INTO session (digest, user, created, seen) VALUES (:digest, :user, :now, :now);

-- name: prune
DELETE FROM session WHERE created <= :begun OR seen <= :idle;

-- name: find
SELECT user, created, seen FROM session WHERE digest = ?;

-- name: see
UPDATE session SET seen = max(seen, :now) WHERE digest = :digest;

-- name: end
DELETE FROM session WHERE digest = ?;

-- name: end_of
DELETE FROM session WHERE user = :user AND digest IS NOT :but;

-- name: count
SELECT count(*) FROM session WHERE user = ?;
