"""The control API's part for segments as they are written: checked, drafted, compared, published, renamed."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from hundredfold.app.door.language import heading
from hundredfold.app.gui.attributes.differing import Diff
from hundredfold.app.gui.attributes.drafts import (
    AttributeWritten,
    Author,
    Conflict,
    Drafting,
    DraftShown,
    Keep,
    Named,
    Publish,
    Published,
    author_of,
    who_of,
)
from hundredfold.app.gui.attributes.routes import Writer
from hundredfold.app.gui.attributes.writing import Entry, Looked, Name, Writing
from hundredfold.app.gui.desk import Reading
from hundredfold.app.gui.renaming import rename
from hundredfold.definition.canonical import document_of
from hundredfold.definition.sentence import Sentence, read_segment


class SegmentWritten(BaseModel):
    """A segment in a list. `written` and not `in_force`: it waits to be published or applied."""

    name: str
    label: dict[str, str]
    group: str | None
    sentence: Sentence | None
    in_force: bool
    written: bool
    differs: bool
    draft: bool
    others: list[Author]


class Rename(BaseModel):
    """The name that a segment is to have."""

    to: Name


class Renamed(BaseModel):
    """A segment that has another name now, and the segments that name it."""

    name: str
    followers: list[str]


def segment_drafts(writing: Writing) -> APIRouter:
    """The routes `/definitions/segments/...`."""
    router = APIRouter(prefix="/definitions/segments", tags=["definitions"])
    desk = Drafting(writing)

    @router.get("")
    def list_written_segments(grant: Reading) -> list[SegmentWritten]:
        """All segments: those in force, those that are only written, those that are drafts."""
        counting = document_of(writing.in_force()).get("segments", {})
        written = desk.written()
        standing = document_of(written).get("segments", {}) if written is not None else counting
        with desk.drafts() as store:
            known = store.all()
        found = []
        for name in dict.fromkeys([*counting, *standing, *(draft.attribute for draft in known)]):
            fields = counting.get(name) or standing.get(name) or {}
            own = [draft for draft in known if draft.attribute == name]
            found.append(
                SegmentWritten(
                    name=name,
                    label=fields.get("label", {}),
                    group=heading(fields.get("group")),
                    sentence=read_segment(fields) if fields else None,
                    in_force=name in counting,
                    written=name in standing,
                    differs=counting.get(name) != standing.get(name),
                    draft=any(draft.who == who_of(grant) for draft in own),
                    others=[author_of(draft) for draft in own if draft.who != who_of(grant)],
                )
            )
        return found

    @router.post("/check")
    def check_segment(entry: Entry, _: Reading) -> Looked:
        """A segment's lines of YAML, the same as rows, and what is wrong. With `sentence` the lines follow."""
        return writing.looked(entry)[0]

    @router.get("/{name}")
    def written_segment(name: Named, grant: Reading) -> AttributeWritten:
        """One segment, as it is written and in force, with your draft of it; nulls for a name that is still free."""
        return desk.standing(name, grant)

    @router.put("/{name}/draft")
    def keep_segment_draft(name: Named, asked: Keep, grant: Writer) -> DraftShown:
        """Keeps a draft in the place of the one that you had, with its mistakes."""
        return desk.keep(name, asked, grant)

    @router.delete("/{name}/draft", status_code=204)
    def discard_segment_draft(name: Named, grant: Writer) -> None:
        """Throws your draft away."""
        desk.discard(name, grant)

    @router.get("/{name}/diff")
    def diff_segment_draft(name: Named, grant: Writer) -> Diff:
        """What publishing your draft would change; whom it would move is told by /segments/preview."""
        return desk.diff(desk.mine(grant, name))

    @router.post("/{name}/publish", response_model=Published, responses={409: {"model": Conflict}})
    def publish_segment(name: Named, asked: Publish, grant: Writer) -> Published | JSONResponse:
        """Brings your draft into force; 409 with the difference when somebody was faster."""
        return desk.answer(name, asked, grant)

    @router.post("/{name}/rename")
    def rename_segment(name: Named, asked: Rename, _: Writer) -> Renamed:
        """Gives a segment another name, in the conditions of other segments, too, and brings that into force."""
        with desk.publishing:
            followers = rename(writing, name, asked.to)
        return Renamed(name=asked.to, followers=followers)

    return router
