"""What is stored about one person, message by message, and what has become of each: evidence for people to look at.

Taking it needs the turn with the engine; judging it is done row by row, as the audit does, and needs nobody's turn.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import pyarrow as pa

from hundredfold.attribute.column import Mask
from hundredfold.attribute.order import before, refs_of
from hundredfold.audit.facts import EventRules, Fact, FactKey, facts
from hundredfold.audit.messages import Deletion, Heard
from hundredfold.audit.persons import Person, persons
from hundredfold.ingest.sent import as_sent
from hundredfold.live.engine import Engine
from hundredfold.live.setup import Setup
from hundredfold.log.stored import Positions
from hundredfold.profile.answers import Answers
from hundredfold.words.message import KINDS

Fate = Literal["counts", "duplicate", "unknown", "erased", "later", "replaced", "cancelled", "void"]
"""What has become of a stored message.

`duplicate`: another copy of it counts; `unknown`: received after K; `erased`: a deletion has voided it; `later`: after
T; `replaced`: of the messages of its business key another one speaks; `cancelled`: its business key was removed;
`void`: its business key was an erased customer's.
"""

_MARKER: Final = KINDS.index("marker")


@dataclass(frozen=True)
class Evidence:
    """Everything that bears on a person at a clock, as the engine holds it.

    `counts` says which copies are no duplicates, `key` is the sent id that was asked for, `covers` what the newest
    batch covers.
    """

    key: str
    table: pa.Table
    counts: Mask
    setup: Setup
    erased: tuple[Deletion, ...]
    void: frozenset[FactKey]
    at: int
    known_at: int | None
    position: Mapping[int, int]
    covers: Positions | None


@dataclass(slots=True, eq=False)
class Spoken:
    """A stored message and its fate; `by` is the message because of which it does not count as it stands."""

    heard: Heard
    key: str
    """The sent id under which it is stored."""
    covered: bool
    """Whether the newest batch covers it."""
    fate: Fate = "counts"
    by: Heard | None = None

    @property
    def order(self) -> tuple[int, str, int, int]:
        """Time, message id, place."""
        message = self.heard.message
        return self.heard.time, message.message_id, message.partition, message.offset


def heard_of(table: pa.Table) -> Iterator[Heard]:
    """The messages of rows of `STORED` columns, in their order."""
    kinds, keys, times = (table[name].to_pylist() for name in ("kind", "key", "time"))
    for message, kind, key, time in zip(as_sent(table), kinds, keys, times, strict=True):
        yield Heard(message, KINDS[kind], key, time)


def evidence(
    engine: Engine, answers: Answers, customer: str, *, at: int | None = None, known_at: int | None = None
) -> Evidence:
    """Takes what bears on a customer, given by any of his ids, from the engine. Raises NotFound."""
    now = engine.now()
    engine.advance(now)
    sid = answers.sid(customer)
    circle = answers.circle(np.array([sid]))
    table = engine.raw.rows_of(circle)
    around = engine.sharing_keys(engine.block(engine.counting(table)), circle)
    if len(around) > len(circle):
        table = engine.raw.rows_of(around)
    table = table.filter(pa.array(table["kind"].to_numpy() != _MARKER))
    clock = now if at is None else at
    run = answers.run(clock, known_at)
    deletions = engine.state.deletions
    return Evidence(
        engine.sids.text(sid),
        table,
        engine.seen.counting(table["hash"], table["received"], table["content"]),
        engine.compiled.setup,
        tuple(Deletion(frozenset(map(engine.sids.text, one.sids)), one.positions) for one in deletions),
        frozenset(key for one in deletions for key in one.void_keys),
        clock,
        known_at,
        dict(engine.positions),
        None if run is None else run.covers,
    )


class Dossier:
    """A person, all of his messages with their fates, and his facts."""

    def __init__(self, found: Evidence) -> None:
        self.evidence = found
        setup = found.setup
        self.rules = EventRules(setup.definitions.events, setup.zone)
        everything = _judged(found)
        counting = [one for one in everything if one.fate == "counts"]
        self._settle(counting)
        heard = [one.heard for one in counting]
        known = (one for one in persons(_telling(heard), setup.shared_over) if found.key in one.ids)
        self.exists = True
        person = next(known, None)
        if person is None:
            self.exists, person = False, Person(found.key, (found.key,))
        self.person = person
        own = set(person.ids)
        self.circle = everything
        """His messages and those of everybody who shares statements or business keys with him."""
        self.spoken = [one for one in everything if one.key in own]
        self.facts: list[Fact] = [one for one in facts(heard, set(found.void), self.rules) if one.winner.key in own]
        self._covered = {id(one.heard) for one in self.spoken if one.covered}

    def covers(self, heard: Heard) -> bool:
        """Whether the newest batch covers a message of his."""
        return id(heard) in self._covered

    def _settle(self, counting: Iterable[Spoken]) -> None:
        """Who speaks for each business key, and which keys were removed (semantics 5, 6)."""
        groups: dict[FactKey, list[Spoken]] = {}
        removed: dict[FactKey, Heard] = {}
        for one in counting:
            if not one.heard.is_event:
                continue
            for key in self.rules.removes(one.heard):
                removed.setdefault(key, one.heard)
            named = self.rules.key(one.heard)
            if named is not None:
                groups.setdefault(named, []).append(one)
        for key, group in groups.items():
            winner = self.rules.winner(one.heard for one in group)
            for one in group:
                if key in self.evidence.void:
                    one.fate = "void"
                elif key in removed:
                    one.fate, one.by = "cancelled", removed[key]
                elif one.heard is not winner:
                    one.fate, one.by = "replaced", winner


def _judged(found: Evidence) -> list[Spoken]:
    """Every stored message with its fate as far as it is decided without the others (semantics section 4, 1 to 4)."""
    table = found.table
    covered = np.zeros(table.num_rows, np.bool_) if found.covers is None else before(refs_of(table), found.covers)
    keys = table["key"].to_pylist()
    spoken = [
        Spoken(heard, key, bool(by_batch)) for heard, key, by_batch in zip(heard_of(table), keys, covered, strict=True)
    ]
    _without_copies(spoken, found.counts)
    for one in spoken:
        if one.fate != "counts":
            continue
        if found.known_at is not None and one.heard.message.received > found.known_at:
            one.fate = "unknown"
        elif any(deletion.voids(one.heard) for deletion in found.erased):
            one.fate = "erased"
        elif one.heard.time > found.at:
            one.fate = "later"
    return spoken


def _telling(heard: Sequence[Heard]) -> list[Heard]:
    """Those messages that tell of persons (S23, rule 9): the first of each sent id, and all that may state a link."""
    first: dict[str | None, Heard] = {}
    for one in heard:
        if one.kind not in ("delete", "unmerge") and (one.key not in first or one.order < first[one.key].order):
            first[one.key] = one
    return [*first.values(), *(one for one in heard if one.kind in ("identify", "alias", "unmerge"))]


def _without_copies(spoken: Sequence[Spoken], counts: Mask) -> None:
    """Rule 3: of equal copies the one that lies first."""
    chosen: dict[str, Spoken] = {}
    for one, may_count in zip(spoken, counts.tolist(), strict=True):
        name = one.heard.message.message_id
        if may_count and (name not in chosen or one.order[2:] < chosen[name].order[2:]):
            chosen[name] = one
    for one in spoken:
        counting = chosen.get(one.heard.message.message_id)
        if counting is not one:
            one.fate = "duplicate"
            one.by = None if counting is None else counting.heard
