"""The control API's part for what came into force when, and how far its back-fill is."""

from __future__ import annotations

from contextlib import closing
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path
from pydantic import BaseModel

from hundredfold.app.door.language import spoken
from hundredfold.app.gui.definitions.differing import FieldChange, canonical_text, field_changes
from hundredfold.app.gui.desk import Reading
from hundredfold.app.opened import OpenWorkspace
from hundredfold.app.runbook import Runbook
from hundredfold.definition.check import fingerprint
from hundredfold.definition.document import NAME_PATTERN
from hundredfold.definition.sentence import Sentence, read_sentence
from hundredfold.store.versions import FILE, Versions
from hundredfold.words.calendar import iso


class VersionShown(BaseModel):
    """A version: who brought it into force and when, what it says, and what it changed; `fields` null: it was removed.

    `at` is null where nobody knows when that was.
    """

    number: int
    at: str | None
    who: str
    way: str
    fields: dict[str, Any] | None
    text: str
    sentence: Sentence | None
    changes: list[FieldChange]


class Backfill(BaseModel):
    """How far the values of what is in force are worked out for all history.

    `served`: whether profiles have them already. While it runs, `done` of `of` steps are behind it, if known.
    """

    state: Literal["none", "waiting", "running", "done", "failed"]
    served: bool
    done: int | None
    of: int | None
    started: str | None
    ended: str | None
    error: str | None
    fingerprint: str


def versions(opened: OpenWorkspace) -> APIRouter:
    """The routes `/definitions/attributes/{name}/versions` and `/definitions/backfill`."""
    router = APIRouter(prefix="/definitions", tags=["definitions"])

    @router.get("/attributes/{name}/versions")
    def attribute_versions(name: Annotated[str, Path(pattern=NAME_PATTERN)], _: Reading) -> list[VersionShown]:
        """What an attribute said, newest first; empty where nothing was noted yet."""
        with closing(Versions(opened.workspace.store / FILE)) as store:
            found = store.of(name)
        earlier = [*(one.fields for one in found[1:]), None][: len(found)]
        return [
            VersionShown(
                number=one.number,
                at=iso(one.at) if one.at else None,
                who=one.who,
                way=one.way,
                fields=one.fields,
                text="" if one.fields is None else canonical_text(name, one.fields),
                sentence=None if one.fields is None else read_sentence(one.fields),
                changes=field_changes(before, one.fields),
            )
            for one, before in zip(found, earlier, strict=True)
        ]

    @router.get("/backfill")
    def backfill_progress(_: Reading) -> Backfill:
        """How far the back-fill of what is in force is."""
        in_force = opened.workspace.in_force()
        served = fingerprint(opened.served_setup.definitions) == in_force.fingerprint
        runs = Runbook(opened.workspace.runbook, opened.workspace.now).runs()
        newest = next((run for run in runs if run["kind"] == "back-fill"), {})
        return Backfill(
            state=_state(newest, served=served),
            served=served,
            done=newest.get("done"),
            of=newest.get("of"),
            started=newest.get("started"),
            ended=newest.get("ended"),
            error=spoken(newest["error"]) if newest.get("error") else None,
            fingerprint=in_force.fingerprint,
        )

    return router


def _state(newest: dict[str, Any], *, served: bool) -> Literal["none", "waiting", "running", "done", "failed"]:
    if not newest:
        return "none" if served else "waiting"
    if "ended" not in newest and "error" not in newest:
        return "running"
    if served:
        return "done"
    return "failed" if newest.get("error") else "waiting"
