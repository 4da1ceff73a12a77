-- name: schema
CREATE TABLE IF NOT EXISTS stretch (
    number    INTEGER PRIMARY KEY,
    segment   TEXT    NOT NULL,
    condition TEXT    NOT NULL,
    begun     INTEGER NOT NULL,
    size      INTEGER NOT NULL,
    now       INTEGER NOT NULL,
    ended     INTEGER
) STRICT;
CREATE TABLE IF NOT EXISTS customer (number INTEGER PRIMARY KEY, key TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS block (
    number  INTEGER PRIMARY KEY,
    first   INTEGER NOT NULL,
    last    INTEGER NOT NULL,
    moves   INTEGER NOT NULL,
    heads   TEXT    NOT NULL,
    content BLOB    NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS block_last ON block (last);
CREATE TABLE IF NOT EXISTS hour (hour INTEGER PRIMARY KEY, content BLOB NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS members (stretch INTEGER PRIMARY KEY, block INTEGER NOT NULL, bits BLOB NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS forgotten (positions TEXT PRIMARY KEY, deletions INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS stand (
    one       INTEGER PRIMARY KEY CHECK (one = 0),
    at        INTEGER NOT NULL,
    positions TEXT    NOT NULL
) STRICT;

-- name: begin
BEGIN IMMEDIATE;

-- name: commit
COMMIT;

-- name: rollback
ROLLBACK;

-- name: cleared
PRAGMA secure_delete = ON;

-- name: emptied
PRAGMA wal_checkpoint(TRUNCATE);

-- name: stretches
SELECT number, segment, condition, begun, size, now, ended FROM stretch ORDER BY number;

-- name: start
INSERT INTO stretch (number, segment, condition, begun, size, now) VALUES (:number, :segment, :condition, :begun, :size, :size);

-- name: end
UPDATE stretch SET ended = :at WHERE number = :number;

-- name: rename
UPDATE stretch SET segment = CASE segment WHEN :segment THEN :into ELSE '' END WHERE segment IN (:segment, :into);

-- name: drop_members
DELETE FROM members WHERE stretch = :number;

-- name: change_now
UPDATE stretch SET now = now + :change WHERE number = :number;

-- name: put_customer
INSERT OR REPLACE INTO customer (number, key) VALUES (?, ?);

-- name: customers
SELECT number, key FROM customer ORDER BY number;

-- name: customer
SELECT key FROM customer WHERE number = ?;

-- name: drop_customer
DELETE FROM customer WHERE number = ?;

-- name: last_block
SELECT coalesce(max(number), 0) FROM block;

-- name: add_block
INSERT INTO block (number, first, last, moves, heads, content) VALUES (:number, :first, :last, :moves, :heads, :content);

-- name: block_numbers
SELECT number FROM block WHERE last > :after AND first <= :upto ORDER BY number;

-- name: block
SELECT number, moves, heads, content FROM block WHERE number = ?;

-- name: moves_behind
SELECT coalesce(sum(moves), 0) FROM block WHERE number > (SELECT coalesce(min(block), 0) FROM members);

-- name: change_block
UPDATE block SET content = :content WHERE number = :number;

-- name: hour
SELECT content FROM hour WHERE hour = ?;

-- name: hours
SELECT hour, content FROM hour WHERE hour > :after ORDER BY hour;

-- name: hours_before
SELECT hour, content FROM hour WHERE hour <= :upto ORDER BY hour DESC;

-- name: put_hour
INSERT OR REPLACE INTO hour (hour, content) VALUES (:hour, :content);

-- name: members
SELECT stretch, block, bits FROM members ORDER BY stretch;

-- name: put_members
INSERT OR REPLACE INTO members (stretch, block, bits) VALUES (:stretch, :block, :bits);

-- name: forgotten
SELECT positions, deletions FROM forgotten;

-- name: put_forgotten
INSERT INTO forgotten (positions, deletions) VALUES (:positions, 1)
ON CONFLICT (positions) DO UPDATE SET deletions = deletions + 1;

-- name: stand
SELECT at, positions FROM stand;

-- name: put_stand
INSERT OR REPLACE INTO stand (one, at, positions) VALUES (0, :at, :positions);
