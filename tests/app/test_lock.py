"""One process works in a workspace; a lock left behind by a dead one is none."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from hundredfold.app.lock import SERVER, Server, WorkspaceLock, lock_or_server
from hundredfold.errors import WorkspaceError


def test_a_second_process_is_told_who_is_at_work(tmp_path):
    lock = WorkspaceLock(tmp_path, "hf import")

    with pytest.raises(WorkspaceError, match="hf import"):
        lock_or_server(tmp_path, "hf profile", patience=0)

    lock.release()
    lock_or_server(tmp_path, "hf profile", patience=0).release()


def test_a_server_is_found_by_its_address_and_only_its_user_can_read_the_token(tmp_path):
    lock = WorkspaceLock(tmp_path, "hf serve")
    lock.announce("http://127.0.0.1:8080", "secret")

    found = lock_or_server(tmp_path, "hf profile", patience=0)

    assert isinstance(found, Server)
    assert (found.url, found.token) == ("http://127.0.0.1:8080", "secret")
    assert (tmp_path / SERVER).stat().st_mode & 0o777 == 0o600
    lock.release()
    assert not (tmp_path / SERVER).exists()


def test_what_a_killed_server_left_behind_is_not_believed(tmp_path):
    code = (
        "import os, sys; from pathlib import Path; from hundredfold.app.lock import WorkspaceLock\n"
        "WorkspaceLock(Path(sys.argv[1]), 'hf serve').announce('http://127.0.0.1:1', 't'); os.kill(os.getpid(), 9)"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=False)
    assert (tmp_path / SERVER).exists()

    lock = lock_or_server(tmp_path, "hf profile", patience=0)

    assert isinstance(lock, WorkspaceLock)
    assert not (tmp_path / SERVER).exists()
    lock.release()


def test_an_address_of_another_process_than_the_lock_holder_is_not_used(tmp_path):
    lock = WorkspaceLock(tmp_path, "hf import")
    (tmp_path / SERVER).write_text(json.dumps({"url": "http://x", "token": "t", "pid": 1}))

    with pytest.raises(WorkspaceError):
        lock_or_server(tmp_path, "hf profile", patience=0)

    lock.release()
