"""The control API's part for the catalogue: ready attributes and segments, what they lack, and how they are added."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from threading import Lock
from typing import Any, Final, Literal

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from hundredfold.app import work
from hundredfold.app.acting import note
from hundredfold.app.door.language import spoken
from hundredfold.app.door.problem import Problem
from hundredfold.app.gui.definitions.differing import Line, line_changes
from hundredfold.app.gui.definitions.writing import Writing
from hundredfold.app.gui.desk import Reading, Writer
from hundredfold.app.gui.seen import Seeing
from hundredfold.app.models import switched_off
from hundredfold.batch.run import Run
from hundredfold.catalogue.adding import Addition, addition, unconverted
from hundredfold.catalogue.book import Book, book
from hundredfold.catalogue.needs import Need, known_selectors, needs
from hundredfold.definition.canonical import document_of
from hundredfold.definition.check import difference
from hundredfold.definition.model import Definitions
from hundredfold.definition.sentence import Sentence, read_segment, read_sentence
from hundredfold.definition.spelling import names_in
from hundredfold.ingest.catalogue import Catalogue
from hundredfold.log.disk import replace_file
from hundredfold.predict.models import FAMILIES
from hundredfold.said import said, without_places
from hundredfold.words.calendar import DAY

_MOST: Final = 1_000


class NeedShown(BaseModel):
    """Something that must be sent, in words; `there`: it was. `trains`: it is a batch run over what was sent."""

    text: str
    there: bool
    trains: bool


class ReadyShown(BaseModel):
    """An entry of the catalogue. `taken`: the workspace has something of that name already, which stays as it is.

    `same`: and that says the same. `fills`: everything that it needs was sent. `lacks`: what the condition of a segment
    names that the workspace does not have.
    """

    name: str
    kind: Literal["attribute", "segment"]
    label: dict[str, str]
    description: dict[str, str]
    sentence: Sentence | None
    where: str | None = Field(description="The condition of a segment.")
    text: str = Field(description="The lines that declare it.")
    needs: list[NeedShown]
    fills: bool
    lacks: list[str]
    taken: bool
    same: bool


class ReadyGroup(BaseModel):
    """A group of the catalogue; `name` is what adding all of it says."""

    name: str
    title: str
    entries: list[ReadyShown]


class ReadyLater(BaseModel):
    """What the catalogue does not have, and why."""

    why: str
    names: list[str]


class CatalogueShown(BaseModel):
    """The catalogue. `complete`: all messages were looked at; until then what is needed may have been sent already."""

    groups: list[ReadyGroup]
    later: list[ReadyLater]
    complete: bool


class Wanted(BaseModel):
    """Entries and groups to be added. `from_lines`: what a table of products would say is taken from order lines."""

    model_config = ConfigDict(extra="forbid")

    names: list[str] = Field(min_length=1, max_length=_MOST)
    from_lines: bool = False


class WantedOver(Wanted):
    """The same, over the `version` of the files that you were shown."""

    version: str


class FileChange(BaseModel):
    """A definition file as it would be, line by line."""

    file: str
    new: bool
    lines: list[Line]


class AdditionShown(BaseModel):
    """What adding would do. `clashing` names exist here and say something else: they stay, and what is built on them
    uses yours. `same` are there already. `shared` are events and tables that are declared with them. `unconverted`
    amounts are money in the catalogue and not by your rule. `others` are written and would come into force, too.
    """

    version: str
    added: list[str]
    clashing: list[str]
    same: list[str]
    shared: list[str]
    unconverted: list[str]
    others: list[str]
    files: list[FileChange]


class Added(BaseModel):
    """What has come into force."""

    added: list[str]
    fingerprint: str


def ready(writing: Writing, seeing: Seeing) -> APIRouter:
    """The routes `/catalogue...`."""
    router = APIRouter(prefix="/catalogue", tags=["catalogue"])
    shelf = Shelf(writing)

    @router.get("")
    def ready_entries(_: Reading) -> CatalogueShown:
        """The ready attributes and segments by group, with what each needs and whether that was sent."""
        ours = book()
        in_force, runs = writing.in_force(), writing.opened.runs()
        with seeing.catalogue() as (found, complete):
            there = _Sent(ours.definitions, found, in_force, writing.opened.workspace.now())
            written = _written(ours.definitions)
            groups = [
                ReadyGroup(
                    name=group.name,
                    title=spoken(said(without_places(group.title))),
                    entries=[_entry(ours, one, written.get(one, {}), in_force, there, runs) for one in group.entries],
                )
                for group in ours.groups.values()
            ]
        later = [
            ReadyLater(why=spoken(said(without_places(one.why))), names=[*one.attributes, *one.segments])
            for one in ours.later.values()
        ]
        return CatalogueShown(groups=groups, later=later, complete=complete)

    @router.post("/look")
    def look_at_addition(asked: Wanted, _: Writer) -> AdditionShown:
        """What adding entries would write, what clashes, and what would come into force; nothing is changed."""
        return shelf.shown(asked)

    @router.post("/add")
    def add_ready(asked: WantedOver, _: Writer) -> Added:
        """Writes entries, with all that they need, and brings them into force; 409 when files changed since."""
        return shelf.add(asked)

    return router


class Shelf:
    """Entries of the catalogue on their way into the definitions."""

    def __init__(self, writing: Writing) -> None:
        self._writing, self._publishing = writing, Lock()
        self._folder = writing.opened.workspace.definitions_folder

    def shown(self, asked: Wanted) -> AdditionShown:
        """What adding would do. Raises NotFound, DefinitionErrors."""
        ours, found = book(), self._found(asked)
        written = self._writing.opened.workspace.written()
        clashing = [name for name in found.kept if not _same(ours.definitions, written, name)]
        apart = difference(self._writing.in_force(), written)
        return AdditionShown(
            version=self._version(),
            added=list(found.added),
            clashing=clashing,
            same=[name for name in found.kept if name not in clashing],
            shared=list(found.shared),
            unconverted=unconverted(written, found.added, ours.definitions),
            others=[*apart.added, *apart.changed, *apart.removed],
            files=[self._change(file, text) for file, text in found.texts.items()],
        )

    def add(self, asked: WantedOver) -> Added:
        """Writes what `shown` has told. Raises Problem 409, NotFound, DefinitionErrors: then nothing has changed."""
        with self._publishing:
            if self._version() != asked.version:
                told = said("the definition files have changed since you looked; look at what would be added again")
                raise Problem(409, "changed_meanwhile", told)
            found = self._found(asked)
            before = {file: self._text(file) for file in found.texts}
            try:
                for file, text in found.texts.items():
                    (self._folder / file).parent.mkdir(parents=True, exist_ok=True)
                    replace_file(self._folder / file, text.encode())
                done = work.apply(self._writing.opened)
            except BaseException:
                # Nothing has come into force: the files are as they were, too.
                for file, old in before.items():
                    if old is not None:
                        replace_file(self._folder / file, old.encode())
                    else:
                        (self._folder / file).unlink(missing_ok=True)
                raise
            note(self._writing.opened.workspace.store, "catalogue.added", f"{len(found.added)} definitions")
            return Added(added=list(found.added), fingerprint=done["fingerprint"])

    def _found(self, asked: Wanted) -> Addition:
        ours = book()
        return addition(
            ours,
            ours.named(asked.names),
            self._writing.sources(),
            prefix=f"{self._folder.name}/",
            from_lines=asked.from_lines,
        )

    def _change(self, file: str, text: str) -> FileChange:
        before = self._text(file)
        return FileChange(
            file=f"{self._folder.name}/{file}", new=before is None, lines=list(line_changes(before or "", text))
        )

    def _text(self, file: str) -> str | None:
        path = self._folder / file
        return path.read_text(encoding="utf-8-sig") if path.exists() else None

    def _version(self) -> str:
        told = "\0".join(f"{one.file}\0{one.text}" for one in self._writing.sources())
        return hashlib.blake2b(told.encode(), digest_size=8).hexdigest()


class _Sent:
    """Whether what entries need was ever sent."""

    def __init__(self, ours: Definitions, found: Catalogue, in_force: Definitions, now: int) -> None:
        self._events, self._in_force = known_selectors(ours), in_force
        self._since = now - min((event.first for event in found.events.values()), default=now)
        self._fields: dict[tuple[str, str | None], set[tuple[str | None, str]]] = {
            key: {(one.each, one.path) for one in event.fields.values()} for key, event in found.events.items()
        }

    def has(self, need: Need) -> bool:
        """Whether one of its events came, with the path; of what a batch learns from, whether anybody sent it then."""
        if need.trains:
            return self._since >= need.days * DAY
        if need.events == ("identify",) and need.path is not None:
            return any(_names(path, f"traits.{need.path}") for _, path in self._fields.get(("identify", None), ()))
        asked = [self._events[name] for name in need.events]
        events = [self._fields.get((one.kind, one.name)) for one in asked]
        there = [fields for fields in events if fields is not None]
        if need.if_any and not there:
            return True  # nothing of the kind ever came, so nothing is taken off
        if need.path is None or need.table is not None:
            return bool(there) and (need.table is None or self._has_table(need))
        return any(_names(path, need.path) for fields in there for each, path in fields if each == need.each) or any(
            _names(path, need.path) for fields in there for each, path in fields if each is None
        )

    def _has_table(self, need: Need) -> bool:
        return any(one.file == need.table for one in self._in_force.lookups.values())


def _names(path: str, wanted: str) -> bool:
    return path == wanted or path.startswith(f"{wanted}.") or path == f"properties.{wanted}"


def _entry(
    ours: Book, name: str, fields: Mapping[str, Any], in_force: Definitions, there: _Sent, runs: Sequence[Run]
) -> ReadyShown:
    found = ours.definitions
    segment = found.segments.get(name)
    asked = needs(found, found.asked.get(name, [name]), FAMILIES)
    here = {*in_force.attributes, *in_force.segments}
    # Where a batch has spoken of its models, that tells more than what any would need.
    off = switched_off(in_force, in_force.asked.get(name, [name]), runs) if name in here else []
    told = [
        *(
            NeedShown(text=spoken(one.told), there=there.has(one), trains=one.trains)
            for one in _short(asked, there)
            if not (off and one.trains)
        ),
        *(NeedShown(text=spoken(one), there=False, trains=True) for one in off),
    ]
    return ReadyShown(
        name=name,
        kind="attribute" if segment is None else "segment",
        label=dict(found.labels[name]),
        description=dict(ours.says(name)),
        sentence=read_sentence(fields) if segment is None else read_segment(fields),
        where=None if segment is None else str(fields["where"]),
        text=ours.text(name),
        needs=told,
        fills=all(one.there for one in told),
        lacks=[] if segment is None else [one for one in names_in(segment.where) if one not in here],
        taken=name in here,
        same=_same(found, in_force, name),
    )


def _short(asked: Sequence[Need], there: _Sent) -> Iterator[Need]:
    """What is needed, each event once: where it never came, its fields go without saying."""
    never = {one.events for one in asked if one.path is None and not there.has(one)}
    yield from (one for one in asked if one.path is None or one.events not in never)


def _written(definitions: Definitions) -> Mapping[str, Any]:
    document = document_of(definitions)
    return {**document.get("attributes", {}), **document.get("segments", {})}


def _same(ours: Definitions, theirs: Definitions, name: str) -> bool:
    """Whether an entry says what something of that name says here."""
    mine = ours.attributes.get(name) or ours.segments.get(name)
    return mine == (theirs.attributes.get(name) or theirs.segments.get(name))
