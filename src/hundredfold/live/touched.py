"""What messages may have changed of customers: anything, or the attributes that follow from some families of cells."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass

from hundredfold.attribute.column import Ints
from hundredfold.attribute.plan import ZONES, Family, Plan


@dataclass(frozen=True, slots=True)
class Touched:
    """Sent ids of which messages tell something, and the families to which these added cells; None: anything changed,
    who is who, or what counts of earlier messages."""

    sids: Ints
    families: frozenset[Family] | None = None


class Reached:
    """The attributes that may have other values, when messages have added cells to families."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._read_from: dict[Family, set[str]] = {}
        for name, reading in plan.readings.items():
            self._read_from.setdefault(reading.family, set()).add(name)
            if reading.customer_zone:
                self._read_from.setdefault(ZONES, set()).add(name)
        for name, family in plan.traits.items():
            self._read_from.setdefault(family, set()).add(name)
        self._always = plan.clocked | plan.models.keys()

    def by(self, families: Set[Family]) -> frozenset[str]:
        """Those of some families, and whatever follows from them.

        Scores are of them, since they are made as of the customer's last message, and what runs with the clock is: it
        is told whenever something is.
        """
        direct = set[str]().union(*(self._read_from.get(family, ()) for family in families))
        return self._plan.and_what_follows(direct | self._always, frozenset())
