"""Mappings: guessed from a dropped file, tried on its first rows, kept under a name in the workspace."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Annotated, Any, Final

from fastapi import APIRouter
from fastapi import Path as InPath
from pydantic import BaseModel, ConfigDict, Field

from hundredfold.app.acting import note
from hundredfold.app.door.access import requires
from hundredfold.app.door.language import spoken
from hundredfold.app.gui.imports.shown import UnpricedRows
from hundredfold.app.gui.imports.uploads import Uploads
from hundredfold.app.importing import unpriced_told
from hundredfold.app.workspace import Workspace
from hundredfold.errors import DefinitionError, NotFound
from hundredfold.ingest.guess.form import Kind, MappingForm, form_of, written
from hundredfold.ingest.guess.guess import About, guess
from hundredfold.ingest.guess.known import Known, fitting_a_form, shipped
from hundredfold.ingest.mapping_file import load_mapping, parse_mapping
from hundredfold.ingest.preview import previewed
from hundredfold.ingest.unpriced import Pricing
from hundredfold.log.disk import replace_file
from hundredfold.said import said

FOLDER: Final = "mappings"
Name = Annotated[str, InPath(pattern=r"^[a-z0-9][a-z0-9_-]{0,60}$", description="Small letters, digits, - and _.")]


class _Asked(BaseModel):
    model_config = ConfigDict(extra="forbid")


class AskedGuess(_Asked):
    """What is known of the file already."""

    kind: Kind | None = Field(None, description="What kind of table it is; null: guess.")
    answers: dict[About, str] = Field({}, description="To what was asked.")


class AskedPreview(_Asked):
    """A mapping, as a form or as text; the text goes before."""

    mapping: str | None = None
    form: MappingForm | None = None


class GuessChoice(BaseModel):
    """A possible answer, and what the example is under it."""

    value: str
    reading: str


class GuessQuestion(BaseModel):
    """What the file leaves open: what comes first in dates, what is a decimal, which column is the customer's id."""

    about: About
    column: str
    example: str
    choices: list[GuessChoice]


class ColumnSeen(BaseModel):
    """A column of the file, with a few of its cells."""

    name: str
    kind: str
    filled: int
    examples: list[str]


class AmountSeen(BaseModel):
    """How amounts of a column are read: a cell, the number that it is, and its currency where one holds for all."""

    column: str
    example: str
    value: float
    currency: str | None


class FileGuess(BaseModel):
    """What the file seems to hold. As long as there are questions, the first choice of each holds."""

    form: MappingForm
    mapping: str = Field(description="The mapping file.")
    preset: str | None
    columns: list[ColumnSeen]
    questions: list[GuessQuestion]
    zoneless: bool = Field(description="It has times without a zone: they are in the mapping's, else the workspace's.")
    rows: int = Field(description="How many rows it has, or about so many.")
    amounts: list[AmountSeen]


class ParsedRow(BaseModel):
    """What one or several rows of the file become."""

    row: int
    rows: int
    time: str | None
    fields: dict[str, Any]


class TroubleSeen(BaseModel):
    """Rows that are rejected for one reason, the first of them, and what to do."""

    reason: str
    text: str
    rows: int
    row: int


class FilePreview(BaseModel):
    """What the first rows become; nothing is stored."""

    mapping: str
    form: MappingForm | None = Field(description="Null for a mapping that says more than a form can show.")
    read: int
    whole: bool = Field(description="These are all rows of the file.")
    messages: int
    parsed: list[ParsedRow]
    troubles: list[TroubleSeen]
    skipped: dict[str, int]
    unpriced: list[UnpricedRows]


class MappingText(_Asked):
    """A mapping to be kept."""

    mapping: str


class KnownMapping(BaseModel):
    """A mapping of the workspace, or a preset that is shipped."""

    name: str
    shipped: bool
    kind: Kind | None


def mappings(workspace: Workspace, uploads: Uploads, pricing: Callable[[], Pricing]) -> APIRouter:
    """The routes that look at dropped files, and those under `/mappings`. `pricing` is what makes money of amounts."""
    router = APIRouter(tags=["imports"])
    folder = workspace.folder / FOLDER
    seeing = [requires("write", personal_data=True)]

    @router.post("/uploads/{upload_id}/guess", dependencies=seeing)
    def guess_upload(upload_id: str, asked: AskedGuess) -> FileGuess:
        """Guesses what a file holds, and how it is written."""
        found = guess(
            uploads.whole(upload_id),
            kind=asked.kind,
            answers=asked.answers,
            known=own(),
        )
        return FileGuess(
            form=found.form,
            mapping=found.text,
            preset=found.preset,
            columns=[
                ColumnSeen(name=look.name, kind=look.kind, filled=look.filled, examples=look.examples)
                for look in found.columns
            ],
            questions=[GuessQuestion.model_validate(one, from_attributes=True) for one in found.questions],
            zoneless=found.zoneless,
            rows=found.rows,
            amounts=[AmountSeen.model_validate(one, from_attributes=True) for one in found.amounts],
        )

    @router.post("/uploads/{upload_id}/preview", dependencies=seeing)
    def preview_upload(upload_id: str, asked: AskedPreview) -> FilePreview:
        """What a mapping makes of the first rows of a file."""
        path = uploads.whole(upload_id)
        text = asked.mapping if asked.mapping is not None else written(asked.form) if asked.form is not None else ""
        mapping = parse_mapping(text, "mapping")
        found = previewed(path, mapping, zone=workspace.zone, now=workspace.now(), pricing=pricing())
        return FilePreview(
            mapping=text,
            form=form_of(mapping),
            read=found.read,
            whole=found.whole,
            messages=found.messages,
            parsed=[ParsedRow.model_validate(one, from_attributes=True) for one in found.parsed],
            troubles=[
                TroubleSeen(reason=one.reason, text=spoken(one.text), rows=one.rows, row=one.row)
                for one in found.troubles
            ],
            skipped=found.skipped,
            unpriced=[UnpricedRows.model_validate(one) for one in unpriced_told(found.unpriced)],
        )

    @router.get("/mappings", dependencies=[requires("read")])
    def known_mappings() -> list[KnownMapping]:
        """The mappings that files are recognised by."""
        mine = [KnownMapping(name=one.name, shipped=False, kind=one.form.kind) for one in own()]
        return mine + [KnownMapping(name=one.name, shipped=True, kind=one.form.kind) for one in shipped()]

    @router.put("/mappings/{name}", dependencies=[requires("write")], status_code=204)
    def keep_mapping(name: Name, asked: MappingText) -> None:
        """Keeps a mapping under a name, for the next file like this one and for `hf import --map`."""
        parse_mapping(asked.mapping, name)
        folder.mkdir(exist_ok=True)
        replace_file(folder / f"{name}.yaml", asked.mapping.encode())
        note(workspace.store, "mapping.kept", name)

    @router.delete("/mappings/{name}", dependencies=[requires("write")], status_code=204)
    def drop_mapping(name: Name) -> None:
        """Lets go of a mapping that was kept."""
        path = folder / f"{name}.yaml"
        if not path.is_file():
            raise NotFound(said("no mapping is kept as {name}", name=name))
        path.unlink()
        note(workspace.store, "mapping.dropped", name)

    def own() -> list[Known]:
        """The kept mappings; one that somebody has spoilt by hand is left out."""
        found = []
        for path in sorted(folder.glob("*.yaml")):
            try:
                found.append((path.stem, load_mapping(path)))
            except DefinitionError:
                continue
        return fitting_a_form([one for one in found if re.fullmatch(r"[a-z0-9][a-z0-9_-]*", one[0])])

    return router
