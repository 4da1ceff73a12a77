-- name: schema
CREATE TABLE IF NOT EXISTS draft (
    who       TEXT    NOT NULL,
    attribute TEXT    NOT NULL,
    base      TEXT,
    text      TEXT    NOT NULL,
    at        INTEGER NOT NULL,
    PRIMARY KEY (who, attribute)
) STRICT;

-- name: put
INSERT INTO draft (who, attribute, base, text, at) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (who, attribute) DO UPDATE SET base = excluded.base, text = excluded.text, at = excluded.at;

-- name: get
SELECT who, attribute, base, text, at FROM draft WHERE who = :who AND attribute = :attribute;

-- name: all
SELECT who, attribute, base, text, at FROM draft ORDER BY attribute, who;

-- name: remove
DELETE FROM draft WHERE who = :who AND attribute = :attribute;
