"""Who acts just now, and the book of who changed what."""

from __future__ import annotations

from contextlib import closing
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from hundredfold.app.workspace import real_clock
from hundredfold.store.changes import FILE, Change, Changes, Way


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, and how he came in."""

    name: str
    way: Way


COMMAND: Final = Actor("command line", "command")
SERVER: Final = Actor("hundredfold", "server")

acting: ContextVar[Actor] = ContextVar("acting", default=SERVER)
"""Set where somebody comes in. A thread that works for him begins in a copy of his context."""


def note(store: Path, what: str, thing: str, *, before: str | None = None, after: str | None = None) -> None:
    """Notes that whoever acts now has changed something; `store` is the folder of the workspace's SQLite files.

    `what` is a short code such as `user.added`. The texts are short and name no customer.
    """
    store.mkdir(parents=True, exist_ok=True)
    who = acting.get()
    with closing(Changes(store / FILE)) as changes:
        changes.add(Change(real_clock(), who.name, who.way, what, thing, before, after))
