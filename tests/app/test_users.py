"""Users are made on the command line; the first one by the first server that somebody starts at a terminal."""

from __future__ import annotations

import os
import pty
import re
import signal
import subprocess
from contextlib import closing

from tests.app.shop import HF, hf

from hundredfold.app.gui.administration import open_logins
from hundredfold.app.workspace import Workspace
from hundredfold.store.changes import FILE, Changes

PASSWORD = r"[a-z2-7]{4}(?:-[a-z2-7]{4}){3}"


def verified(folder, name, password):
    with open_logins(Workspace.open(folder)) as logins:
        return logins.users.verify(name, password)


def test_a_user_is_added_listed_and_removed_and_the_password_is_shown_once(empty):
    made = hf("user", "add", "Ana", "--role", "marketer", "--personal-data", "--json", folder=empty)
    listed = hf("user", "list", "--json", folder=empty).json["users"]
    first = verified(empty, "ana", made.json["password"])
    removed = hf("user", "remove", "ana", folder=empty)

    assert (made.code, removed.code) == (0, 0)
    assert (first.name, first.role, first.personal_data) == ("ana", "marketer", True)
    assert listed == [{name: value for name, value in made.json.items() if name != "password"}]
    assert hf("user", "list", "--json", folder=empty).json["users"] == []
    with closing(Changes(Workspace.open(empty).store / FILE)) as book:
        told = [(change.who, change.what, change.object, change.after) for change in book.newest()]
    assert told == [
        ("command line", "user.removed", "ana", None),
        ("command line", "user.added", "ana", "marketer, personal data"),
    ]


def test_a_reset_password_is_a_new_one_and_ends_the_sessions(empty):
    old = hf("user", "add", "ana", folder=empty).out.strip()
    with open_logins(Workspace.open(empty)) as logins:
        secret = logins.sessions.open(logins.users.named("ana").id)

    new = hf("user", "reset-password", "ana", folder=empty).out.strip()

    assert re.fullmatch(PASSWORD, new)
    assert verified(empty, "ana", old) is None
    assert verified(empty, "ana", new) is not None
    with open_logins(Workspace.open(empty)) as logins:
        assert logins.sessions.find(secret) is None


def test_a_restored_workspace_has_the_users_and_none_of_their_sessions(empty, tmp_path):
    password = hf("user", "add", "ana", folder=empty).out.strip()
    with open_logins(Workspace.open(empty)) as logins:
        secret = logins.sessions.open(logins.users.named("ana").id)

    assert hf("backup", tmp_path / "copy", folder=empty).code == 0
    assert hf("restore", tmp_path / "copy", folder=tmp_path / "restored").code == 0

    assert verified(tmp_path / "restored", "ana", password) is not None
    with open_logins(Workspace.open(tmp_path / "restored")) as logins:
        assert logins.sessions.find(secret) is None


def test_what_cannot_be_is_said(empty):
    hf("user", "add", "root", "--role", "admin", folder=empty)

    for arguments, exit_code, sentence in (
        (("add", "root"), 1, "there is a user called 'root' already"),
        (("add", "ana", "--role", "boss"), 2, "the roles are viewer, marketer, admin"),
        (("reset-password", "ana"), 1, "no user is called 'ana'"),
        (("remove", "root"), 1, "root is the only admin"),
    ):
        said = hf("user", *arguments, folder=empty)
        assert (said.code, sentence in said.err) == (exit_code, True), said


def test_the_first_server_at_a_terminal_tells_a_password_once(empty):
    first, second = at_a_terminal(empty), at_a_terminal(empty)

    (password,) = re.findall(PASSWORD, first)
    assert f"Log in as admin with the password {password}." in first
    assert (verified(empty, "admin", password).role, re.findall(PASSWORD, second)) == ("admin", [])


def test_without_a_terminal_no_password_is_told_to_a_log(empty):
    with subprocess.Popen([*HF, "-w", empty, "serve", "--port", "0"], stderr=subprocess.PIPE, text=True) as server:
        said = server.stderr.readline()
        server.send_signal(signal.SIGTERM)
        said += server.stderr.read()

    assert re.findall(PASSWORD, said) == []
    assert hf("user", "list", "--json", folder=empty).json == {"users": []}


def at_a_terminal(folder):
    """What a server says until it serves, at a terminal."""
    ours, its = pty.openpty()
    try:
        with subprocess.Popen([*HF, "-w", folder, "serve", "--port", "0"], stdout=its, stderr=its) as server:
            said = b""
            while b"serving" not in said:
                said += os.read(ours, 4096)
            server.send_signal(signal.SIGTERM)
    finally:
        os.close(ours)
        os.close(its)
    return said.decode()
