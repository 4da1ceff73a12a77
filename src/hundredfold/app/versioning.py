"""The history of attributes: whatever comes into force is noted, by whomever and on whatever way."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from typing import Final

from hundredfold.app.acting import SERVER, acting
from hundredfold.app.in_force import InForce
from hundredfold.app.workspace import Workspace, real_clock
from hundredfold.definition.canonical import document_of
from hundredfold.store.versions import FILE, Version, Versions

UNKNOWN: Final = "unknown"
"""Who made what was in force before anybody noted it."""


def note_versions(workspace: Workspace, before: InForce, after: InForce) -> None:
    """Notes the attributes that came into force otherwise than before."""
    workspace.store.mkdir(parents=True, exist_ok=True)
    with closing(Versions(workspace.store / FILE)) as versions:
        versions.add(_new(before, after, versions))


def _new(before: InForce, after: InForce, versions: Versions) -> Iterator[Version]:
    old = document_of(before.definitions).get("attributes", {})
    new = document_of(after.definitions).get("attributes", {})
    noted, who = versions.newest(), acting.get()
    for name in sorted(old.keys() | new.keys()):
        if old.get(name) == new.get(name):
            continue
        if name in old and (name not in noted or noted[name].fields != old[name]):
            yield Version(name, before.applied or 0, UNKNOWN, SERVER.way, old[name])
        yield Version(name, after.applied or real_clock(), who.name, who.way, new.get(name))
