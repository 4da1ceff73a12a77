"""The control API's part for drafts: kept for who writes them, compared with what is in force, published."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from threading import Lock
from typing import Annotated, Any, Final

from fastapi import APIRouter, Body, Path
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, model_validator

from hundredfold.app import work
from hundredfold.app.acting import note
from hundredfold.app.door.language import heading
from hundredfold.app.door.problem import PROBLEM, Problem
from hundredfold.app.gui.definitions.differing import (
    Diff,
    field_changes,
    fields_in_force,
    followers_of,
    line_changes,
)
from hundredfold.app.gui.definitions.writing import MOST_TEXT, Entry, Looked, Writing, version_of
from hundredfold.app.gui.desk import Reading, Writer
from hundredfold.app.workspace import Workspace
from hundredfold.definition.canonical import document_of
from hundredfold.definition.check import difference
from hundredfold.definition.document import NAME_PATTERN
from hundredfold.definition.entry import Section, fields_in
from hundredfold.definition.load import load_sources
from hundredfold.definition.mistakes import DefinitionErrors
from hundredfold.definition.model import Definitions
from hundredfold.definition.sentence import Sentence
from hundredfold.errors import NotFound
from hundredfold.log.disk import replace_file
from hundredfold.said import said
from hundredfold.store.drafts import FILES, Draft, Drafts
from hundredfold.store.tokens import Grant
from hundredfold.store.versions import FILE as VERSIONS
from hundredfold.store.versions import Versions
from hundredfold.words.calendar import iso

_CALLED: Final[Mapping[Section, str]] = {"attributes": "attribute", "segments": "segment"}
Named = Annotated[str, Path(pattern=NAME_PATTERN)]


class Author(BaseModel):
    """Somebody who is writing the same entry."""

    who: str
    at: str


class DraftShown(BaseModel):
    """A draft; `base` is the version of the written entry from which it went out, `stale` if that has changed."""

    at: str
    base: str | None
    stale: bool
    removes: bool
    entry: Looked


class Listed(BaseModel):
    """An entry in a list. `written` and not `in_force`: it waits to be published or applied."""

    name: str
    label: dict[str, str]
    group: str | None
    sentence: Sentence | None
    in_force: bool
    written: bool
    differs: bool
    draft: bool
    others: list[Author]


class EntryWritten(BaseModel):
    """An entry: as it is written in the files (`version` is of these lines), in force, and as your draft has it."""

    name: str
    version: str | None
    written: Looked | None
    in_force: dict[str, Any] | None
    draft: DraftShown | None
    others: list[Author]


class Keep(BaseModel):
    """A draft to be kept: its lines, or what they are to say; empty lines take the entry away.

    `base` is the `version` that you were shown; null for a new one.
    """

    model_config = ConfigDict(extra="forbid")  # what is spelt wrongly would be a draft that takes away

    text: Annotated[str, Body(max_length=MOST_TEXT)] | None = None
    sentence: Sentence | None = None
    base: str | None = None

    @model_validator(mode="after")
    def says_something(self) -> Keep:
        """Nothing at all is a mistake."""
        if self.text is None and self.sentence is None:
            raise ValueError('text or sentence is missing; {"text": ""} takes it away')
        return self


class Publish(BaseModel):
    """What is to be published: your draft, over the version that you were shown."""

    model_config = ConfigDict(extra="forbid")

    base: str | None = None


class Published(BaseModel):
    """What has come into force. Its values for all history are being worked out: see /definitions/backfill."""

    name: str
    version: str | None
    number: int
    fingerprint: str
    added: list[str]
    changed: list[str]
    removed: list[str]


class Conflict(BaseModel):
    """Somebody else has changed the entry meanwhile: what is written now, and what your draft changes of it."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    message: str
    version: str | None
    theirs: Looked | None
    diff: Diff


@dataclass
class Drafting:
    """Drafts and what becomes of them."""

    writing: Writing
    publishing: Lock = field(default_factory=Lock)

    @contextmanager
    def drafts(self) -> Iterator[Drafts]:
        """The store of drafts."""
        with closing(Drafts(self.writing.opened.workspace.store / FILES[self.writing.section])) as drafts:
            yield drafts

    def written(self) -> Definitions | None:
        """The definitions as they stand in the files; None while they have mistakes."""
        try:
            return load_sources(self.writing.sources())
        except DefinitionErrors:
            return None

    def listed(self, grant: Grant) -> Iterator[tuple[Listed, dict[str, Any]]]:
        """All entries with their fields: those in force, those that are only written, those that are drafts."""
        section, who, written = self.writing.section, who_of(grant), self.written()
        counting = document_of(self.writing.in_force()).get(section, {})
        standing = document_of(written).get(section, {}) if written is not None else counting
        with self.drafts() as store:
            known = store.all()
        for name in dict.fromkeys([*counting, *standing, *(draft.attribute for draft in known)]):
            fields = counting.get(name) or standing.get(name) or {}
            own = [draft for draft in known if draft.attribute == name]
            listed = Listed(
                name=name,
                label=fields.get("label", {}),
                group=heading(fields.get("group")),
                sentence=self.writing.sentence(fields) if fields else None,
                in_force=name in counting,
                written=name in standing,
                differs=counting.get(name) != standing.get(name),
                draft=any(draft.who == who for draft in own),
                others=[author_of(draft) for draft in own if draft.who != who],
            )
            yield listed, fields

    def standing(self, name: str, grant: Grant) -> EntryWritten:
        """An entry, as it is written and in force, with somebody's draft of it; nulls for a name that is free."""
        text, in_force = self.writing.text(name), fields_in_force(self.writing.in_force(), name, self.writing.section)
        with self.drafts() as store:
            drafts_of = [draft for draft in store.all() if draft.attribute == name]
        mine = next((draft for draft in drafts_of if draft.who == who_of(grant)), None)
        return EntryWritten(
            name=name,
            version=version_of(text),
            written=None if text is None else self.writing.looked(Entry(name=name, text=text))[0],
            in_force=in_force,
            draft=None if mine is None else self.shown(mine),
            others=[author_of(draft) for draft in drafts_of if draft is not mine],
        )

    def keep(self, name: str, asked: Keep, grant: Grant) -> DraftShown:
        """Keeps a draft in the place of the one that somebody had, with its mistakes."""
        text = asked.text
        if asked.sentence is not None:
            text = self.writing.looked(Entry(name=name, text=text, sentence=asked.sentence))[0].text
        draft = Draft(who_of(grant), name, asked.base, text or "", self.writing.opened.workspace.now())
        with self.drafts() as store:
            store.put(draft)
        return self.shown(draft)

    def shown(self, draft: Draft) -> DraftShown:
        """A draft, with what is wrong in it."""
        return DraftShown(
            at=iso(draft.at),
            base=draft.base,
            stale=version_of(self.writing.text(draft.attribute)) != draft.base,
            removes=not draft.text.strip(),
            entry=self.looked(draft),
        )

    def looked(self, draft: Draft) -> Looked:
        """The lines of a draft, and what is wrong."""
        name = draft.attribute
        if draft.text.strip():
            return self.writing.looked(Entry(name=name, text=draft.text))[0]
        return Looked(name=name, text="", fields=None, sentence=None, mistakes=self.writing.removed(name))

    def mine(self, grant: Grant, name: str) -> Draft:
        """Somebody's own draft. Raises NotFound."""
        with self.drafts() as drafts:
            draft = drafts.get(who_of(grant), name)
        if draft is None:
            raise NotFound(said("you have no draft of {name}; keep one first", name=name))
        return draft

    def diff(self, draft: Draft) -> Diff:
        """What publishing a draft would change."""
        name, in_force, written = draft.attribute, self.writing.in_force(), self.written()
        with_it = None
        if draft.text.strip():
            with_it = self.writing.checked(name, draft.text).definitions
            after = None if with_it is None else fields_in_force(with_it, name, self.writing.section)
            after = after if with_it is not None else fields_in(self.writing.section, draft.text, name)
        else:
            after = None
        found = difference(in_force, written) if written is not None else None
        others = () if found is None else (*found.added, *found.changed, *found.removed)
        return Diff(
            name=name,
            changes=field_changes(fields_in_force(in_force, name, self.writing.section), after),
            lines=list(line_changes(self.writing.text(name) or "", draft.text)),
            followers=followers_of(with_it or in_force, name),
            others=[one for one in others if one != f"{self.writing.section}.{name}"],
        )

    def publish(self, draft: Draft, base: str | None) -> Published | Conflict:
        """Writes a draft into the definition files and brings them into force, as `hf apply` does."""
        with self.publishing:
            name, workspace = draft.attribute, self.writing.opened.workspace
            now = self.writing.text(name)
            if version_of(now) != base:
                return self._conflict(draft, now)
            mistakes = self.looked(draft).mistakes
            if mistakes:
                raise Problem(422, "bad_definition", mistakes[0].text)
            before = number_of(workspace, name)
            told = self._applied(draft)
            number = number_of(workspace, name)
            what = f"{_CALLED[self.writing.section]}.{'published' if draft.text.strip() else 'removed'}"
            note(workspace.store, what, name, before=_numbered(before), after=_numbered(number))
            with self.drafts() as drafts:
                drafts.remove(draft.who, name)
            return Published(
                name=name,
                version=version_of(self.writing.text(name)),
                number=number or 0,
                fingerprint=told["fingerprint"],
                added=told["added"],
                changed=told["changed"],
                removed=told["removed"],
            )

    def _applied(self, draft: Draft) -> dict[str, Any]:
        path, before, after = self.writing.written(draft.attribute, draft.text)
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_file(path, after.encode())
        try:
            return work.apply(self.writing.opened)
        except BaseException:
            # Nothing has come into force: the files are as they were, too.
            if before is None:
                path.unlink()
            else:
                replace_file(path, before.encode())
            raise

    def _conflict(self, draft: Draft, now: str | None) -> Conflict:
        text = said(
            "somebody else has changed {attribute} since you began. Look at both, and keep your draft over the "
            "version that is written now; nothing was published",
            attribute=draft.attribute,
        )
        theirs = None if now is None else self.writing.looked(Entry(name=draft.attribute, text=now))[0]
        return Conflict(
            **Problem(409, "changed_meanwhile", text).document(),
            version=version_of(now),
            theirs=theirs,
            diff=self.diff(draft),
        )

    def discard(self, name: str, grant: Grant) -> None:
        """Throws somebody's draft away."""
        with self.drafts() as store:
            store.remove(who_of(grant), name)

    def answer(self, name: str, asked: Publish, grant: Grant) -> Published | JSONResponse:
        """Brings somebody's draft into force; 409 with the difference when somebody else was faster."""
        found = self.publish(self.mine(grant, name), asked.base)
        if isinstance(found, Published):
            return found
        return JSONResponse(found.model_dump(mode="json"), 409, media_type=PROBLEM.decode())


def draft_routes(router: APIRouter, desk: Drafting) -> None:
    """Adds the routes of one entry and of your draft of it, `/{name}...`, named after what the entries are."""
    one = _CALLED[desk.writing.section]

    @router.get("/{name}", name=f"written_{one}")
    def written(name: Named, grant: Reading) -> EntryWritten:
        """One entry, as it is written and in force, with your draft of it; nulls for a name that is still free."""
        return desk.standing(name, grant)

    @router.put("/{name}/draft", name=f"keep_{one}_draft")
    def keep(name: Named, asked: Keep, grant: Writer) -> DraftShown:
        """Keeps a draft in the place of the one that you had, with its mistakes."""
        return desk.keep(name, asked, grant)

    @router.delete("/{name}/draft", status_code=204, name=f"discard_{one}_draft")
    def discard(name: Named, grant: Writer) -> None:
        """Throws your draft away."""
        desk.discard(name, grant)

    @router.get("/{name}/diff", name=f"diff_{one}_draft")
    def diff(name: Named, grant: Writer) -> Diff:
        """What publishing your draft would change."""
        return desk.diff(desk.mine(grant, name))

    @router.post(
        "/{name}/publish", response_model=Published, responses={409: {"model": Conflict}}, name=f"publish_{one}"
    )
    def publish(name: Named, asked: Publish, grant: Writer) -> Published | JSONResponse:
        """Brings your draft into force for all history; 409 with the difference when somebody was faster."""
        return desk.answer(name, asked, grant)


def who_of(grant: Grant) -> str:
    """Whose drafts are those of somebody with these rights."""
    return f"{grant.kind}:{grant.name}"


def author_of(draft: Draft) -> Author:
    """Who writes a draft."""
    return Author(who=draft.who.partition(":")[2], at=iso(draft.at))


def _numbered(number: int | None) -> str | None:
    return None if number is None else f"version {number}"


def number_of(workspace: Workspace, name: str) -> int | None:
    """The number of an entry's newest version; None where nothing was noted."""
    with closing(Versions(workspace.store / VERSIONS)) as store:
        found = store.newest().get(name)
    return None if found is None else found.number
