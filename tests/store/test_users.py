"""Users: passwords are kept as hashes, names as they are typed, and an admin is always left."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing

import pytest

from hundredfold.errors import NotFound, WorkspaceError
from hundredfold.store.users import Users, WeakPassword, told


@pytest.fixture
def opened(tmp_path):
    made = []

    def open_users():
        users = Users(tmp_path / "users.sqlite", now=lambda: 1_000_000, random=os.urandom)
        made.append(users)
        return users

    yield open_users
    for users in made:
        users.close()


@pytest.fixture
def users(opened):
    return opened()


def test_a_password_opens_for_its_user_alone_and_its_text_is_nowhere(users, tmp_path):
    password, ana = users.add(" Ana ", "marketer")

    assert users.verify("ANA", password) == ana
    assert users.verify("ana", password + "x") is users.verify("bob", password) is users.verify("ana", "") is None
    assert all(password.encode() not in path.read_bytes() for path in tmp_path.iterdir())
    with closing(sqlite3.connect(tmp_path / "users.sqlite")) as database:
        ((kept,),) = database.execute("SELECT password FROM user").fetchall()
    assert kept.startswith("$argon2id$v=19$m=65536,t=2,p=1$")


def test_the_first_user_is_made_once(users):
    password, admin = users.add_first("admin")

    assert users.verify("admin", password) == admin
    assert (told(admin), admin.generated) == ("admin, personal data", True)
    assert users.add_first("admin") is users.add_first("another") is None


def test_a_name_is_taken_however_it_is_spelt(users):
    users.add("ana", "viewer")

    for name in ("ANA", "\uff41na", " ana"):
        with pytest.raises(WorkspaceError, match="already"):
            users.add(name, "viewer")
    for name in ("", "a b", "x" * 65, "a\u202eb", "a\nb"):
        with pytest.raises(WorkspaceError, match="characters"):
            users.add(name, "viewer")


def test_a_password_of_ones_own_is_not_weak(users):
    _, ana = users.add("ana", "viewer")

    for weak in ("short", "aaaaaaaaaaaaaaa", "i am Ana of course", "x" * 1025):
        with pytest.raises(WeakPassword):
            users.set_password(ana.id, weak)
    users.set_password(ana.id, "correct hörse battery")

    assert users.verify("ana", "correct ho\u0308rse battery").generated is False


def test_a_reset_password_takes_the_place_of_the_old_one(users):
    old, ana = users.add("ana", "viewer")

    new = users.reset_password(ana.id)

    assert users.verify("ana", old) is None
    assert users.verify("ana", new) == ana
    with pytest.raises(NotFound):
        users.reset_password("nobody")


def test_who_is_disabled_cannot_log_in_until_let_in_again(users):
    users.add_first("admin")
    password, ana = users.add("ana", "viewer")

    users.change(ana.id, disabled=True)
    kept_out = users.verify("ana", password)
    users.change(ana.id, disabled=False)

    assert kept_out is None
    assert users.verify("ana", password) == ana


def test_an_admin_is_always_left(users):
    _, first = users.add_first("admin")
    _, second = users.add("second", "admin")
    users.remove(second.id)

    for change in ({"role": "viewer"}, {"disabled": True}):
        with pytest.raises(WorkspaceError, match="only admin"):
            users.change(first.id, **change)
    with pytest.raises(WorkspaceError, match="only admin"):
        users.remove(first.id)

    assert users.list() == [first]


def test_what_another_process_changes_holds_at_once(opened):
    here, there = opened(), opened()
    _, ana = there.add("ana", "viewer")
    there.change(ana.id, role="marketer", personal_data=True)

    assert told(here.get(ana.id)) == "marketer, personal data"
    assert here.named("Ana").role == "marketer"
    with pytest.raises(NotFound, match="hf user list"):
        here.named("bob")
