"""Bringing definitions into force: read, checked to the last parameter, compared, and then put there as a whole."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from hundredfold.app.tables import load_lookup
from hundredfold.app.tracking_plan import tracking_plan
from hundredfold.app.workspace import Workspace
from hundredfold.attribute.column import Pool
from hundredfold.attribute.fitting import misfits
from hundredfold.attribute.kinds import Field, check_inputs, fields
from hundredfold.attribute.plan import plan
from hundredfold.definition.check import SECTIONS, Difference, difference, fingerprint, with_what_they_need
from hundredfold.definition.load import read_folder
from hundredfold.definition.mistakes import DefinitionErrors, ExpressionError
from hundredfold.definition.model import Aggregate, Definitions, Formula, Score
from hundredfold.definition.source import Key, read_source
from hundredfold.definition.spelling import names_in
from hundredfold.errors import DefinitionError
from hundredfold.predict.models import FAMILIES
from hundredfold.said import said


@dataclass(frozen=True)
class Planned:
    """What applying the files would do: the definitions as they stand there, and what differs from those in force."""

    definitions: Definitions
    difference: Difference
    fingerprint: str
    absent: tuple[str, ...]
    """Lookup files that are not there yet."""

    @property
    def differs(self) -> bool:
        """Whether applying would change anything."""
        return bool(self.difference)


def planned(workspace: Workspace) -> Planned:
    """What applying would do. Raises DefinitionErrors with the places of all mistakes; nothing is changed.

    The tracking plan comes into force with the definitions, and is checked with them.
    """
    definitions = workspace.written()
    mistakes = [*_uncompilable(definitions), *_bad_tables(workspace, definitions)]
    placed = [_placed(workspace.definitions_folder, key, error) for key, error in mistakes]
    placed += _bad_plan(workspace) if mistakes else [*_unfitting(workspace, definitions), *_bad_plan(workspace)]
    if placed:
        raise DefinitionErrors(sorted(placed, key=lambda error: (error.file or "", error.line or 0)))
    absent = {rule.file for rule in definitions.lookups.values() if not (workspace.folder / rule.file).is_file()}
    return Planned(
        definitions,
        difference(workspace.in_force().definitions, definitions),
        fingerprint(definitions),
        tuple(sorted(absent)),
    )


def sentences(difference: Difference) -> list[str]:
    """The plan as people read it: a line for each entry that is new (+), other (~) or gone (-)."""
    signs = (("+", difference.added), ("~", difference.changed), ("-", difference.removed))
    lines = [f"  {sign} {name}" for sign, names in signs for name in names]
    return lines or ["  nothing: what is written is in force"]


def _uncompilable(definitions: Definitions) -> Iterator[tuple[Key, DefinitionError]]:
    """What only aggregates and models themselves know: parameters and roles that they need or do not take, lists."""
    broken: set[str] = set()
    for name, attribute in definitions.attributes.items():
        error = uncompilable(definitions, name) if isinstance(attribute, Aggregate) else None
        if error is not None:
            broken.add(name)
            yield ("attributes", name), error
    for name, attribute in definitions.attributes.items():
        asks = isinstance(attribute, Score) or (isinstance(attribute, Formula) and attribute.entry is not None)
        if asks and not with_what_they_need(definitions, [name]) & broken:
            error = uncompilable(definitions, name)
            if error is not None:
                broken.add(name)
                yield ("attributes", name), error


def uncompilable(definitions: Definitions, name: str) -> DefinitionError | None:
    """What its aggregate or its model alone knows to be wrong with an attribute, or with what it needs."""
    needed = with_what_they_need(definitions, [name])
    attributes = {one: how for one, how in definitions.attributes.items() if one in needed}
    try:
        check_inputs(plan(replace(definitions, attributes=attributes, segments={}), Pool(), FAMILIES))
    except DefinitionError as error:
        return error
    return None


def unfitting(definitions: Definitions, name: str, written: str) -> list[ExpressionError]:
    """The parts of a segment's condition, as it is written, that can be true for nobody."""
    needed = with_what_they_need(definitions, names_in(definitions.segments[name].where))
    attributes = {one: how for one, how in definitions.attributes.items() if one in needed}
    return misfits(written, _fields(replace(definitions, attributes=attributes)), definitions.segments)


def _unfitting(workspace: Workspace, definitions: Definitions) -> Iterator[DefinitionError]:
    """The same of all segments, each with its place in the files."""
    if not definitions.segments:
        return
    served = _fields(definitions)
    for source in read_folder(workspace.definitions_folder):
        for name, fields_of in ((source.data or {}).get("segments") or {}).items():
            if isinstance(where := fields_of["where"], str):
                for error in misfits(where, served, definitions.segments):
                    place = source.inside(("segments", name, "where"), where, error.position)
                    line, column = (place.line, place.column) if place else (None, None)
                    entry = said("{kind} {name}", kind=SECTIONS["segments"], name=name)
                    subject = said("{entry}, `{field}`", entry=entry, field="where")
                    yield error.placed(subject, source.file, line, column)


def _fields(definitions: Definitions) -> tuple[Field, ...]:
    return fields(plan(replace(definitions, segments={}), Pool(), FAMILIES))


def _bad_tables(workspace: Workspace, definitions: Definitions) -> Iterator[tuple[Key, DefinitionError]]:
    for name, rule in definitions.lookups.items():
        path = workspace.folder / rule.file
        if path.is_file():
            try:
                load_lookup(path, rule, workspace.zone)
            except DefinitionError as error:
                yield ("lookups", name), error


def _bad_plan(workspace: Workspace) -> Iterator[DefinitionError]:
    try:
        tracking_plan(workspace)
    except DefinitionError as error:
        yield error


def _placed(folder: Path, key: Key, error: DefinitionError) -> DefinitionError:
    """The mistake with the place where its entry is declared."""
    for path in sorted(folder.rglob("*.yaml")):
        shown = "/".join((folder.name, *path.relative_to(folder).parts))
        source = read_source(path.read_text(encoding="utf-8-sig"), shown)
        place = source.keys.get(key)
        if place is not None:
            return DefinitionError(
                error.told, subject=error.subject, below=error.below, file=shown, line=place.line, column=place.column
            )
    return error
