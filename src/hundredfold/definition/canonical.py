"""Definitions written back as a document: the shortest one that says the same, always in the same words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from hundredfold.definition.model import (
    Aggregate,
    Attribute,
    Definitions,
    EventRule,
    Formula,
    LookupRule,
    Score,
    Segment,
    Selector,
    Trait,
)
from hundredfold.definition.spelling import text_of
from hundredfold.definition.tokens import spelt
from hundredfold.definition.window import window_text
from hundredfold.words.amount import MILLION


def document_of(definitions: Definitions, *, notes: bool = True) -> dict[str, dict[str, Any]]:
    """The document of definitions, by section and name. Reading it gives the definitions again.

    Without `notes`, what changes no value is left out: labels, descriptions, groups.
    """
    sections: dict[str, dict[str, Any]] = {
        "events": _each(definitions.events, _event),
        "lookups": _each(definitions.lookups, _lookup),
        "attributes": _each(definitions.attributes, _attribute),
        "segments": _each(definitions.segments, _segment),
    }
    if notes:
        for section in ("attributes", "segments"):
            sections[section] = {name: _notes(definitions, name) | fields for name, fields in sections[section].items()}
    return {section: entries for section, entries in sections.items() if entries}


def _each(declared: Mapping[str, Any], written: Callable[[Any], dict[str, Any]]) -> dict[str, Any]:
    return {name: written(one) for name, one in declared.items()}


def _notes(definitions: Definitions, name: str) -> dict[str, Any]:
    return _said(
        label=dict(definitions.labels.get(name, {})),
        description=definitions.descriptions.get(name),
        group=definitions.groups.get(name),
    )


def _event(rule: EventRule) -> dict[str, Any]:
    return _said(
        key=_path(rule.key),
        also=list(rule.also),
        removed_by=list(rule.removed_by),
        revision=_path(rule.revision),
        currency=_path(rule.currency),
        money=[spelt(path) for path in rule.money],
    )


def _lookup(rule: LookupRule) -> dict[str, Any]:
    return {"file": rule.file, "key": rule.key, "from": spelt(rule.source)}


def _attribute(attribute: Attribute) -> dict[str, Any]:
    match attribute:
        case Trait():
            return _said(trait=spelt(attribute.path), type=attribute.type)
        case Formula():
            return {"formula": text_of(attribute.expression)}
        case Score():
            return _said(model=attribute.model, inputs=dict(attribute.inputs), options=dict(attribute.options))
        case Aggregate():
            return _aggregate(attribute)


def _segment(segment: Segment) -> dict[str, Any]:
    return {"where": text_of(segment.where)}


def _aggregate(attribute: Aggregate) -> dict[str, Any]:
    selected = [_selected(selector) for selector in attribute.events]
    return _said(
        foreign=attribute.foreign,
        event=selected[0] if len(selected) == 1 else selected,
        each=_path(attribute.each),
        where=None if attribute.where is None else text_of(attribute.where),
        by=_path(attribute.by),
        value=None if attribute.value is None else text_of(attribute.value),
        aggregate=attribute.aggregate,
        k=attribute.k,
        q=None if attribute.q is None else attribute.q / MILLION,
        of=_number(attribute.of),
        type="text" if attribute.as_text else None,
        window=None if attribute.window is None else window_text(attribute.window),
        zone=attribute.zone if attribute.zone != "workspace" else None,
    )


def _selected(selector: Selector) -> str | dict[str, str]:
    return selector.name if selector.name is not None else {"type": selector.kind}


def _number(of: str | int | bool | None) -> str | int | float | bool | None:
    if of is None or isinstance(of, str | bool):
        return of
    return of // MILLION if of % MILLION == 0 else of / MILLION


def _path(path: str | None) -> str | None:
    return None if path is None else spelt(path)


def _said(**fields: Any) -> dict[str, Any]:
    """The fields that say something."""
    return {name: value for name, value in fields.items() if value is not None and value not in ([], {})}
