"""What one message has done: what became of it, and what its customer's values would be without it.

Nothing is worked out in a way of its own: the values are the profile's, and those without the message come from the
same fold over the same stored messages, less this one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import pyarrow as pa
from pydantic import BaseModel, Field

from hundredfold.app.gui.attributes_shown import Attributes, Measure, kind_of
from hundredfold.app.gui.desk import Desk, Value, address_of, as_json
from hundredfold.app.gui.stream.fit import AttributeFit, LineRead
from hundredfold.definition.check import named_by
from hundredfold.definition.model import Trait
from hundredfold.live.setup import Setup
from hundredfold.log.undone import withdrawn
from hundredfold.profile.answers import Answer, Touched, Way
from hundredfold.profile.dossier import Dossier, Fate, Spoken, evidence
from hundredfold.words import value as values

OTHERS: Final = 10
"""So many other customers are told."""
Ending = Literal[Fate, "withdrawn"]
"""What has become of a stored message; `withdrawn`: its import was undone."""


class AttributeTraced(BaseModel):
    """An attribute that a message updates, or that is made of its event.

    `through` says how it gets there: the attribute `reads` the event, is a `formula` over `names`, or is another's
    because the message says which ids are one `person`. `without` is the value as if the message had never been stored.
    """

    attribute: str
    label: dict[str, str]
    kind: Literal["aggregate", "trait", "formula", "model"]
    through: Literal["reads", "formula", "person"]
    names: list[str]
    measure: Measure
    without: Value
    value: Value = Field(description="The value that the profile has now.")
    adds: Value = Field(description="By how much it differs, where both are numbers.")
    changed: bool
    read: list[LineRead]


class OtherTraced(BaseModel):
    """Another customer whom a message touches, with the attributes that differ because of it.

    Without the message he would be a customer of his own, and is one with the message's (`joined`); would be one with
    that one, and is his own (`parted`); or he has sent the same business key, or an id that many share (`shares`).
    """

    customer_id: str | None = Field(description="Null without the right to personal data.")
    way: Way
    attributes: list[AttributeTraced]


@dataclass(frozen=True)
class Traced:
    """A stored copy, what has become of it, and whose it is; `dossier` is None where nobody is known by its id."""

    setup: Setup
    fate: Ending
    by: str | None
    dossier: Dossier | None
    covered: bool
    after: Answer | None
    touched: Sequence[Touched]
    """Its customer, then others; none where nobody is known by its id."""

    def attributes(self, fits: list[AttributeFit], *, personal_data: bool) -> list[AttributeTraced]:
        """The attributes that read the message, then those that are updated all the same."""
        if self.after is None:
            return []
        reads = {fit.attribute: fit.read for fit in fits}
        return self._attributes(self.touched[0].without, self.after.values, reads, personal_data=personal_data)

    def others(self, *, personal_data: bool) -> list[OtherTraced]:
        """The other customers whom it touches."""
        if self.fate == "withdrawn":
            return []
        return [
            OtherTraced(
                customer_id=one.customer_id if personal_data else None,
                way=one.way,
                attributes=self._attributes(one.without, one.values, {}, personal_data=personal_data),
            )
            for one in self.touched[1 : 1 + OTHERS]
        ]

    def _attributes(
        self,
        without: Mapping[str, values.Value],
        after: Mapping[str, values.Value],
        reads: Mapping[str, list[LineRead]],
        *,
        personal_data: bool,
    ) -> list[AttributeTraced]:
        definitions = self.setup.definitions
        shown = Attributes(definitions)
        changed = {name for name in definitions.attributes if after.get(name) != without.get(name)}
        found = []
        for name, attribute in definitions.attributes.items():
            if (name not in reads and name not in changed) or (isinstance(attribute, Trait) and not personal_data):
                continue
            names = named_by(attribute)
            before, now = without.get(name), after.get(name)
            found.append(
                AttributeTraced(
                    attribute=name,
                    label=dict(definitions.labels.get(name, {})),
                    kind=kind_of(attribute),
                    through="reads" if name in reads else "formula" if names else "person",
                    names=names,
                    measure=shown.measure(name, before if now is None else now),
                    without=as_json(before),
                    value=as_json(now),
                    adds=_adds(before, now),
                    changed=name in changed,
                    read=reads.get(name, []),
                )
            )
        return sorted(found, key=lambda one: (not one.changed, ("reads", "person", "formula").index(one.through)))


def trace(desk: Desk, row: pa.Table) -> Traced:
    """What a stored copy, a table of one row of `STORED` columns, has done."""
    opened, key, message = desk.opened, row["key"][0].as_py(), row["hash"][0].as_py()
    with opened.clock_held():
        engine, answers = opened.engine(), opened.answers()
        setup, sid = engine.compiled.setup, engine.sids.known(key)
        gone = bool(withdrawn(row, setup.undone)[0])
        if sid is None:  # nothing that was ever sent with this id counts any more
            return Traced(setup, "withdrawn" if gone else "erased", None, None, False, None, [])
        address = address_of(engine, answers, sid)
        found, after = evidence(engine, answers, address), answers.profile(address)
        touched = answers.touched(sid, message)
    dossier = Dossier(found)
    own = next((one for one in dossier.circle if _lies(one) == _place(row)), None)
    if gone or own is None:
        return Traced(setup, "withdrawn" if gone else "duplicate", None, dossier, False, after, touched)
    by = None if own.by is None else own.by.message.message_id
    return Traced(setup, own.fate, by, dossier, own.covered, after, touched)


def _lies(one: Spoken) -> tuple[int, int]:
    return one.heard.message.partition, one.heard.message.offset


def _place(row: pa.Table) -> tuple[int, int]:
    return row["partition"][0].as_py(), row["offset"][0].as_py()


def _adds(before: values.Value, now: values.Value) -> Value:
    if isinstance(now, values.Number) and isinstance(before, values.Number | None):
        return as_json(values.Number(now.millionths - (0 if before is None else before.millionths)))
    return None
