-- name: schema
CREATE TABLE IF NOT EXISTS user (
    id            TEXT    PRIMARY KEY,
    name          TEXT    NOT NULL UNIQUE,
    password      TEXT    NOT NULL,
    generated     INTEGER NOT NULL,
    role          TEXT    NOT NULL CHECK (role IN ('viewer', 'marketer', 'admin')),
    personal_data INTEGER NOT NULL,
    created       INTEGER NOT NULL,
    disabled      INTEGER
) STRICT;

-- name: add
INSERT INTO user (id, name, password, generated, role, personal_data, created) VALUES (:id, :name, :password, :generated, :role, :personal_data, :created);

-- name: add_first
INSERT INTO user (id, name, password, generated, role, personal_data, created) SELECT :id, :name, :password, :generated, :role, :personal_data, :created WHERE NOT EXISTS (SELECT 1 FROM user);

-- name: list
SELECT id, name, role, personal_data, generated, created, disabled FROM user ORDER BY name;

-- name: by_id
SELECT id, name, role, personal_data, generated, created, disabled FROM user WHERE id = ?;

-- name: by_name
SELECT id, name, role, personal_data, generated, created, disabled FROM user WHERE name = ?;

-- name: password
SELECT password FROM user WHERE id = ?;

-- name: set_password
UPDATE user SET password = :password, generated = :generated WHERE id = :id;

-- name: change
UPDATE user SET role = :role, personal_data = :personal_data, disabled = :disabled WHERE id = :id;

-- name: remove
DELETE FROM user WHERE id = ?;

-- name: admins
SELECT count(*) FROM user WHERE role = 'admin' AND disabled IS NULL AND id <> ?;

-- name: any
SELECT EXISTS (SELECT 1 FROM user);
