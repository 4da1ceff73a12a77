"""A profile as a document: the one that `hf profile --json` prints and the control API answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from hundredfold.app.documents import Document, plain, positions
from hundredfold.definition.model import Aggregate, Attribute, Trait
from hundredfold.profile.answers import Answer
from hundredfold.words.calendar import iso
from hundredfold.words.value import Value

_COUNTS: Final = ("count", "distinct", "visits")


def profile_document(answer: Answer, attributes: Mapping[str, Attribute]) -> Document:
    """The document of an answer; `attributes` are those in force."""

    aggregates = {name: one.aggregate for name, one in attributes.items() if isinstance(one, Aggregate)}

    def shown(name: str, value: Value) -> Any:
        return plain(value, whole=aggregates.get(name) in _COUNTS)

    values = {name: shown(name, value) for name, value in answer.values.items()}
    parts = None
    if answer.until_batch is not None and answer.since is not None:
        parts = {
            name: {
                # Of most customers nothing has come since the batch.
                "until_batch": values[name] if until is answer.values.get(name) else shown(name, until),
                "since": shown(name, answer.since.get(name)),
            }
            for name, until in answer.until_batch.items()
            if name in aggregates
        }
    return {
        "customer_id": answer.customer_id,
        "ids": list(answer.ids),
        "at": iso(answer.at),
        "known_at": iso(answer.known_at),
        "position": positions(answer.position),
        "batch": None if answer.run is None else {"run": iso(answer.run.cut), "covers": positions(answer.run.covers)},
        "attributes": values,
        "parts": parts,
        "errors": dict(answer.errors),
    }


def without_personal_data(document: Document, attributes: Mapping[str, Attribute]) -> Document:
    """A profile for those who may not see whom it is about: no other ids, no traits."""
    kept = {n: v for n, v in document["attributes"].items() if not isinstance(attributes.get(n), Trait)}
    return document | {"ids": None, "attributes": kept}
