"""The audit in production: customers in turn, recomputed from raw messages row by row, against what the engine says."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol, TypeVar

import numpy as np
import pyarrow as pa
from prometheus_client import CollectorRegistry, Counter, Gauge

from hundredfold.attribute.block import block_of
from hundredfold.attribute.column import Ints, Pool
from hundredfold.attribute.decode import Decoder
from hundredfold.attribute.facts import keyed_rows
from hundredfold.attribute.order import before, refs_of
from hundredfold.attribute.read import Clock
from hundredfold.attribute.values import profile_values
from hundredfold.audit import Run, Setting, Tables, audit
from hundredfold.ingest.sent import as_sent
from hundredfold.live.engine import Engine
from hundredfold.live.loop import Logbook
from hundredfold.live.setup import Setup
from hundredfold.live.stoppable import Stoppable
from hundredfold.profile.answers import Answers
from hundredfold.words.message import KINDS
from hundredfold.words.model import Fitted
from hundredfold.words.value import Value

AT_ONCE: Final = 8
"""Customers whose messages are taken from the engine together."""
SHARE: Final = 0.05
"""Of one core, at most."""
LAP_SECONDS: Final = 7 * 24 * 3600
"""In so long everybody is to be audited once, as far as the share allows."""
SHOWN: Final = 20

_MARKER: Final = KINDS.index("marker")

Answer = TypeVar("Answer")


class Asked(Protocol):
    """Whoever lets others use the engine: the live loop."""

    def ask(self, question: Callable[[Engine], Answer]) -> Answer:
        """Answers a question while nobody else uses the engine."""


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A customer for whom the two ways differ: both sides of everything that does. `key` is the tagged customer id."""

    key: str
    at: int
    position: Mapping[int, int]
    ids: tuple[tuple[str, ...], tuple[str, ...]] | None
    values: Mapping[str, tuple[Value, Value]]
    """Attribute to what was served and what was recomputed."""


@dataclass(frozen=True, slots=True)
class _Case:
    """What the engine says of some customers, as of some positions, and their sent ids."""

    at: int
    position: dict[int, int]
    served: dict[str, tuple[tuple[str, ...], dict[str, Value]]]
    sids: Ints
    setup: Setup


class Watch(Stoppable):
    """Audits everybody in turn, in a thread of its own that rests most of the time.

    `runs` are the batch runs so far; `cuts` the cut points that the engine reads with, and `models` the models.
    """

    def __init__(
        self,
        live: Asked,
        *,
        logbook: Logbook,
        fault: Callable[[BaseException], dict[str, str]],
        runs: Callable[[], Sequence[Run]] = tuple,
        cuts: Callable[[], Mapping[str, Sequence[int]]] = dict,
        models: Callable[[], Mapping[str, Fitted]] = dict,
        registry: CollectorRegistry | None = None,
    ) -> None:
        super().__init__("watch")
        self._live, self._logbook, self._fault, self._runs, self._cuts = live, logbook, fault, runs, cuts
        self._models = models
        registry = registry or CollectorRegistry()
        self._checked = Counter("hf_audit_checked", "Customers audited in production.", registry=registry)
        self._wrong = Counter("hf_audit_mismatches", "Customers for whom the audit differs.", registry=registry)
        self._lap = Gauge(
            "hf_audit_lap_seconds", "How long a lap over everybody takes at this pace.", registry=registry
        )
        self._next, self._everybody = 0, 0
        self.checked, self.mismatches = 0, 0
        self.newest: int | None = None
        """When customers were checked last, in microseconds UTC."""
        self.examples: deque[Mismatch] = deque(maxlen=SHOWN)
        """The newest mismatches; they hold personal data."""

    def check(self, most: int = AT_ONCE) -> int:
        """Audits the next customers; returns how many there were. After the last one the first comes again."""
        engine, case = self._live.ask(lambda engine: (engine, self._next_case(engine, most)))
        wrong = self._differences(case, evidence(self._live, engine, case))
        if wrong:  # what came while the files were read may have changed what counts: once more, with nobody beside
            wrong = self._live.ask(lambda _: self._again(engine, case))
        for each in wrong:
            self._tell(each)
        self.checked += len(case.served)
        self.newest = case.at if case.served else self.newest
        self._checked.inc(len(case.served))
        return len(case.served)

    def _differences(self, case: _Case, stored: pa.Table) -> list[Mismatch]:
        setup = case.setup
        expected = audit(
            as_sent(stored.filter(pa.array(stored["kind"].to_numpy() != _MARKER))),
            setup.definitions,
            Setting(setup.zone, setup.currency, setup.shared_over, setup.undone),
            Tables(setup.lookups, setup.rates),
            at=case.at,
            runs=self._runs(),
            only=case.served.keys(),
            models=setup.models,
        )
        found = []
        for key, (ids, values) in case.served.items():
            judged = expected.get(key)
            true_ids, truth = ((), {}) if judged is None else (judged.ids, judged.values)
            other = {n: (v, truth.get(n)) for n, v in values.items() if judged is None or v != truth.get(n)}
            if other or ids != tuple(true_ids):
                found.append(Mismatch(key, case.at, case.position, None if ids == true_ids else (ids, true_ids), other))
        return found

    def _tell(self, found: Mismatch) -> None:
        self.mismatches += 1
        self._wrong.inc()
        self.examples.append(found)
        self._logbook.error("audit mismatch: see the examples of the audit", count=len(found.values))

    # --- what to audit -----------------------------------------------------------------------------------------------

    def _next_case(self, engine: Engine, most: int) -> _Case:
        labels = engine.state.people.everybody()
        self._everybody = len(labels)
        chosen = labels[np.searchsorted(labels, self._next) :][:most]
        self._next = int(chosen[-1]) + 1 if len(chosen) and chosen[-1] != labels[-1] else 0
        return self._case(engine, chosen)

    def _again(self, engine: Engine, case: _Case) -> list[Mismatch]:
        people = engine.state.people
        labels = np.unique(people.labels(case.sids))
        fresh = self._case(engine, labels[[people.exists(label) for label in labels.tolist()]])
        return self._differences(fresh, evidence(self._live, engine, fresh))

    def _case(self, engine: Engine, labels: Ints) -> _Case:
        people = engine.state.people
        clock = Clock(engine.state.clock, dict(self._cuts()), dict(self._models()))
        values = profile_values(engine.read(labels, clock), engine.compiled.pool)
        served: dict[str, tuple[tuple[str, ...], dict[str, Value]]] = {}
        for label, mine in zip(labels.tolist(), values, strict=True):
            named = people.customer(label)
            assert named is not None
            ids = tuple(sorted(engine.sids.text(sid) for sid in people.members(label)))
            served[engine.sids.text(named)] = ids, mine
        return _Case(clock.at, dict(engine.positions), served, people.members_of(labels)[0], engine.compiled.setup)

    # --- the pace ----------------------------------------------------------------------------------------------------

    def _run(self) -> None:
        rest = 1.0
        while not self._stop.wait(rest):
            start = time.thread_time()
            try:
                done = self.check()
            except Exception as error:  # noqa: BLE001 - an audit that fails must be seen, and must stop nothing
                self._logbook.error("audit failed", **self._fault(error))
                done = 0
            rest = self._rest(time.thread_time() - start, done)

    def _rest(self, took: float, done: int) -> float:
        """Seconds until the next ones: as the lap asks for, but never beyond the share of a core."""
        least = took * (1 / SHARE - 1)
        asked = LAP_SECONDS * max(done, 1) / max(self._everybody, 1)
        rest = max(least, min(asked, 60.0))
        self._lap.set((rest + took) * self._everybody / max(done, 1))
        return rest


def evidence(live: Asked, engine: Engine, case: _Case) -> pa.Table:
    """Every message stored before a case that bears on its persons: theirs, and those of whoever they share with.

    Files are read while others use the engine.
    """
    sids = case.sids
    while True:
        circle = _in_turn(live, Answers(engine).circle, sids)
        stored = _stored(live, engine, circle)
        around = np.union1d(circle, _in_turn(live, engine.state.keys.values, _business_keys(stored, engine)))
        if len(around) > len(circle):
            stored = _stored(live, engine, around)
        # An erasure lies with one of its ids, and may have taken away what joined the others to it.
        near = set(around.tolist())
        erased = {sid for one in list(engine.state.deletions) if one.sids & near for sid in one.sids}
        if erased <= set(sids.tolist()):
            return stored.filter(pa.array(before(refs_of(stored), case.position)))
        sids = np.union1d(sids, np.array(sorted(erased), np.int64))


def _in_turn(live: Asked, question: Callable[[Ints], Answer], about: Ints) -> Answer:
    return live.ask(lambda _: question(about))


def _stored(live: Asked, engine: Engine, sids: Ints) -> pa.Table:
    return engine.counting(engine.raw.fetch(_in_turn(live, engine.raw.places, sids)))


def _business_keys(stored: pa.Table, engine: Engine) -> Ints:
    """The hashes of the business keys of messages, decoded apart from the engine."""
    setup, pool = engine.compiled.setup, Pool()
    if not any(rule.key for rule in setup.definitions.events.values()):
        return np.empty(0, np.int64)
    block = block_of(stored, Decoder(engine.compiled.plan.wanted, pool, setup.zone), Pool(), pool)
    return np.unique(keyed_rows(block, setup.definitions.events, pool)[1])
