-- name: schema
CREATE TABLE IF NOT EXISTS version (
    attribute TEXT    NOT NULL,
    number    INTEGER NOT NULL,
    at        INTEGER NOT NULL,
    who       TEXT    NOT NULL,
    way       TEXT    NOT NULL,
    fields    TEXT,
    PRIMARY KEY (attribute, number)
) STRICT;

-- name: add
INSERT INTO version (attribute, number, at, who, way, fields)
SELECT :attribute, coalesce(max(number), 0) + 1, :at, :who, :way, :fields FROM version WHERE attribute = :attribute;

-- name: of
SELECT attribute, at, who, way, fields, number FROM version WHERE attribute = :attribute ORDER BY number DESC;

-- name: newest
SELECT attribute, at, who, way, fields, max(number) FROM version GROUP BY attribute;
