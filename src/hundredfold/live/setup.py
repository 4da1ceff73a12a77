"""What values depend on besides messages, and the compiled form of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import tzinfo
from typing import Any

from hundredfold.attribute.column import Pool
from hundredfold.attribute.decode import Decoder
from hundredfold.attribute.kinds import check_inputs
from hundredfold.attribute.lookup import LookupTable
from hundredfold.attribute.money import Rates
from hundredfold.attribute.plan import Plan, plan
from hundredfold.attribute.rows import Surroundings
from hundredfold.attribute.score import Families
from hundredfold.definition.check import with_what_they_need
from hundredfold.definition.model import Definitions
from hundredfold.words.span import Span


@dataclass(frozen=True)
class Setup:
    """The definitions in force, the workspace's zone and currency, and its tables.

    `lookups`: the rows of each lookup as JSON scalars, `valid_from` in microseconds or None. `rates`: currency to local
    day to the workspace's units for one unit, in billionths. `shared_over`: with more neighbours an id is shared.
    """

    definitions: Definitions
    zone: tzinfo
    currency: str = "EUR"
    shared_over: int = 50
    lookups: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)
    rates: Mapping[str, Mapping[int, int]] = field(default_factory=dict)
    undone: tuple[Span, ...] = ()
    """Where the imports that were undone lie in the log."""
    models: Families = field(default_factory=dict)
    """The families of predictive models that there are."""

    def of(self, names: Iterable[str]) -> Setup:
        """The setup for some attributes and all that they need: fewer paths are decoded, fewer families folded."""
        wanted = with_what_they_need(self.definitions, names)
        attributes = {name: one for name, one in self.definitions.attributes.items() if name in wanted}
        part = replace(self.definitions, attributes=attributes, segments={}, labels={}, descriptions={}, groups={})
        return replace(self, definitions=part)


@dataclass(frozen=True)
class Compiled:
    """A setup made ready for work: the plan, the decoder, the tables as columns, and the pool that they share."""

    setup: Setup
    pool: Pool
    plan: Plan
    around: Surroundings
    decoder: Decoder

    def of(self, names: Iterable[str]) -> Compiled:
        """The compiled form for some attributes and all that they need, with the same pool."""
        return compiled(self.setup.of(names), self.pool)


def compiled(setup: Setup, pool: Pool | None = None) -> Compiled:
    """The compiled form of a setup. Raises DefinitionError for what only the aggregates can know."""
    pool = Pool() if pool is None else pool
    found = plan(setup.definitions, pool, setup.models)
    check_inputs(found)
    tables = {
        name: LookupTable(setup.lookups.get(name, ()), rule.key, pool, setup.zone)
        for name, rule in setup.definitions.lookups.items()
    }
    around = Surroundings(setup.definitions, pool, setup.zone, tables, Rates(setup.rates, setup.currency))
    return Compiled(setup, pool, found, around, Decoder(found.wanted, pool, setup.zone))
