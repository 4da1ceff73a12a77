-- name: schema
CREATE TABLE IF NOT EXISTS schema (
    id   INTEGER PRIMARY KEY,
    text TEXT    NOT NULL UNIQUE
) STRICT;
CREATE TABLE IF NOT EXISTS version (
    subject TEXT    NOT NULL,
    version INTEGER NOT NULL,
    id      INTEGER NOT NULL REFERENCES schema (id),
    PRIMARY KEY (subject, version),
    UNIQUE (subject, id)
) STRICT;

-- name: begin
BEGIN IMMEDIATE;

-- name: commit
COMMIT;

-- name: rollback
ROLLBACK;

-- name: add
INSERT INTO schema (id, text) VALUES (:id, :text) ON CONFLICT DO NOTHING;

-- name: add_version
INSERT INTO version (subject, version, id)
SELECT :subject, coalesce(max(version), 0) + 1, (SELECT id FROM schema WHERE text = :text) FROM version WHERE subject = :subject;

-- name: text
SELECT text FROM schema WHERE id = :id;

-- name: of_schema
SELECT subject, version FROM version WHERE id = :id ORDER BY subject, version;

-- name: subjects
SELECT DISTINCT subject FROM version ORDER BY subject;

-- name: versions
SELECT version FROM version WHERE subject = :subject ORDER BY version;

-- name: newest
SELECT v.subject, v.version, v.id, s.text FROM version v JOIN schema s ON s.id = v.id WHERE v.subject = :subject ORDER BY v.version DESC LIMIT 1;

-- name: one
SELECT v.subject, v.version, v.id, s.text FROM version v JOIN schema s ON s.id = v.id WHERE v.subject = :subject AND v.version = :version;

-- name: find
SELECT v.subject, v.version, v.id, s.text FROM version v JOIN schema s ON s.id = v.id WHERE v.subject = :subject AND s.text = :text;
