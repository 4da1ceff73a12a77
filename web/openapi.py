"""Writes `openapi.json` beside this file: what the server says of itself, from which the typed client is made."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx

from hundredfold.app.lock import WorkspaceLock
from hundredfold.app.opened import OpenWorkspace
from hundredfold.app.serving import in_background
from hundredfold.app.workspace import Workspace

FILE = Path(__file__).with_suffix(".json")


def described() -> str:
    """The description of a server on a workspace of its own, without the version of the program."""
    with TemporaryDirectory() as place:
        workspace = Workspace.create(Path(place) / "shop", "UTC", "EUR")
        lock = WorkspaceLock(workspace.data, "openapi")
        with OpenWorkspace(workspace, lock) as opened, in_background(opened) as served:
            found = httpx.get(f"{served.url}/openapi.json", timeout=60).raise_for_status().json()
    found["info"].pop("version")
    return json.dumps(found, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


if __name__ == "__main__":
    FILE.write_text(described(), encoding="utf-8")
