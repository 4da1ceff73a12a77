"""What depends on a field, an event, a source's column, an attribute or a segment, and what these are made of."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

from hundredfold.app.documents import Document
from hundredfold.app.gui.attributes_shown import kind_of
from hundredfold.app.sources.file import SourceFile, mapping_of, read_sources
from hundredfold.app.tracking_plan import tracking_plan
from hundredfold.app.workspace import Workspace
from hundredfold.definition.effects import known_events
from hundredfold.definition.lineage import Lineage, joined, of_attribute, of_event, of_field, of_segment, read_by
from hundredfold.definition.meaning import MESSAGE_FIELDS
from hundredfold.definition.model import Definitions, Selector
from hundredfold.definition.spelling import names_in
from hundredfold.errors import DefinitionError, NotFound
from hundredfold.ingest.mapped import Filled, filled_by
from hundredfold.ingest.mapping import Products
from hundredfold.said import Said, said


def lineage(workspace: Workspace, what: str) -> Document:
    """What breaks when something gets another name, by the definitions in force.

    `what`: `events.Order Completed.total` (or without a field), `properties.total` of any event, `product.category` of
    a lookup, `sources.erp.amount`, an attribute or a segment. Raises NotFound.
    """
    definitions = workspace.in_force().definitions
    filled = dict(_filled(workspace, definitions))
    event, path = None, what
    first, _, rest = what.partition(".")
    if first == "events" and rest:
        event, path = _of_an_event(workspace, definitions, filled, rest)
        found = of_field(definitions, event, path) if path else of_event(definitions, event)
    elif first == "sources" and rest:
        source, _, column = rest.partition(".")
        into = [one for one in filled.get(source, []) if one.column == column]
        if not into:
            known = sorted({f"sources.{name}.{one.column}" for name, of in filled.items() for one in of})
            raise NotFound(
                said(
                    "no source's mapping reads {what}; what is read: {known}", what=what, known=", ".join(known) or "-"
                )
            )
        found = joined([of_field(definitions, _selector(one), one.path) for one in into])
    elif what in definitions.attributes:
        found = of_attribute(definitions, what)
    elif what in definitions.segments:
        found = of_segment(definitions, what)
    elif first in MESSAGE_FIELDS or first in definitions.lookups:
        found = of_field(definitions, None, what)
    else:
        raise NotFound(
            said(
                "{what} is no field, event, source's column, attribute or segment; write events.NAME.FIELD, "
                "properties.FIELD, sources.NAME.COLUMN, or the name of an attribute or a segment",
                what=what,
            )
        )
    reached = {what, *(name for name, _ in found.attributes), *found.segments}
    return {
        "what": what,
        "sentence": _sentence(what, found),
        "reads": [_read(definitions, one) for one in read_by(definitions, what)],
        "attributes": [
            {
                "name": name,
                "label": dict(definitions.labels.get(name, {})),
                "kind": kind_of(definitions.attributes[name]),
                "through": list(through),
            }
            for name, through in found.attributes
        ],
        "segments": [
            {
                "name": name,
                "label": dict(definitions.labels.get(name, {})),
                "through": [one for one in names_in(definitions.segments[name].where) if one in reached],
            }
            for name in found.segments
        ],
        "filled_by": [
            {"source": name, "column": one.column}
            for name, of in filled.items()
            for one in dict.fromkeys(of)
            if one.path == path and (event is None or _selector(one) in (None, event))
        ],
    }


def _read(definitions: Definitions, what: str) -> Document:
    """Something that an attribute or a segment is made of; it can itself be asked for."""
    attribute = definitions.attributes.get(what)
    kind = "segment" if what in definitions.segments else "field" if attribute is None else kind_of(attribute)
    return {"what": what, "label": dict(definitions.labels.get(what, {})), "kind": kind}


def _sentence(what: str, found: Lineage) -> Said:
    attributes, segments = len(found.attributes), len(found.segments)
    if not attributes and not segments:
        return said("renaming {what} breaks nothing", what=what)
    return said(
        "renaming {what} breaks {attributes} attributes, {segments} segments",
        what=what,
        attributes=attributes,
        segments=segments,
    )


def _of_an_event(
    workspace: Workspace, definitions: Definitions, filled: dict[str, list[Filled]], rest: str
) -> tuple[Selector, str]:
    """The event that a text begins with, and the path of the field behind it; empty without one."""
    known = [one for one in known_events(definitions) if one.name is not None]
    known += [Selector("track", one.event) for of in filled.values() for one in of if one.kind == "track" and one.event]
    with suppress(DefinitionError):
        known += [Selector("track", name) for name in tracking_plan(workspace).events]
    fitting = [one for one in known if rest == one.name or rest.startswith(f"{one.name}.")]
    if not fitting:
        names = sorted({one.name for one in known if one.name})
        raise NotFound(said("no event is known as {what}; known: {known}", what=rest, known=", ".join(names)))
    event = max(fitting, key=lambda one: len(one.name or ""))
    field = rest[len(event.name or "") + 1 :]
    return event, field if not field or field.partition(".")[0] in MESSAGE_FIELDS else f"properties.{field}"


def _selector(one: Filled) -> Selector | None:
    if one.kind == "track":
        return None if one.event is None else Selector("track", one.event)
    return Selector(one.kind)


def _filled(workspace: Workspace, definitions: Definitions) -> Iterator[tuple[str, list[Filled]]]:
    """The fields that each source fills; one whose file is wrong fills none."""
    for name, one in read_sources(workspace.folder).items():
        if not isinstance(one, SourceFile):
            continue
        with suppress(DefinitionError):
            tables = mapping_of(workspace.folder, name, one).tables
            filled = [field for table in tables for field in filled_by(table)]
            for table in tables:
                if isinstance(table, Products):
                    filled += _of_lookups(table, definitions)
            yield name, filled


def _of_lookups(table: Products, definitions: Definitions) -> Iterator[Filled]:
    for lookup in definitions.lookups.values():
        if lookup.file == table.file:
            for path, column in table.columns.items():
                yield from (Filled("track", None, f"{lookup.name}.{path}", each) for each in column.columns)
