"""Bringing definitions into force: read, checked to the last parameter, compared, and then put there as a whole."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from hundredfold.app.tables import load_lookup
from hundredfold.app.workspace import Workspace
from hundredfold.attribute.column import Pool
from hundredfold.attribute.plan import plan
from hundredfold.definition.check import Difference, difference, fingerprint
from hundredfold.definition.mistakes import DefinitionErrors
from hundredfold.definition.model import Aggregate, Definitions
from hundredfold.definition.source import Key, read_source
from hundredfold.errors import DefinitionError


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
    """What applying would do. Raises DefinitionErrors with the places of all mistakes; nothing is changed."""
    definitions = workspace.written()
    mistakes = [*_uncompilable(definitions), *_bad_tables(workspace, definitions)]
    if mistakes:
        placed = [_placed(workspace.definitions_folder, key, error) for key, error in mistakes]
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
    """What only the aggregates themselves know: parameters that they need or do not take."""
    for name, attribute in definitions.attributes.items():
        if isinstance(attribute, Aggregate):
            try:
                plan(replace(definitions, attributes={name: attribute}, segments={}), Pool())
            except DefinitionError as error:
                yield ("attributes", name), error


def _bad_tables(workspace: Workspace, definitions: Definitions) -> Iterator[tuple[Key, DefinitionError]]:
    for name, rule in definitions.lookups.items():
        path = workspace.folder / rule.file
        if path.is_file():
            try:
                load_lookup(path, rule, workspace.zone)
            except DefinitionError as error:
                yield ("lookups", name), error


def _placed(folder: Path, key: Key, error: DefinitionError) -> DefinitionError:
    """The mistake with the place where its entry is declared."""
    for path in sorted(folder.rglob("*.yaml")):
        shown = "/".join((folder.name, *path.relative_to(folder).parts))
        source = read_source(path.read_text(encoding="utf-8-sig"), shown)
        place = source.keys.get(key)
        if place is not None:
            return DefinitionError(error.message, file=shown, line=place.line, column=place.column)
    return error
