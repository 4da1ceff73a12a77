"""Profiles of many customers as they are published: who they are, their values by column, and the stamps they share."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from hundredfold.attribute.aggregate import Lists
from hundredfold.attribute.column import Column, Ints, Pool
from hundredfold.live.engine import Engine


@dataclass(frozen=True, slots=True)
class Stamp:
    """What the profiles of one publication share. Times are microseconds UTC.

    `at` is the clock of the values, `run` the cut of the batch run that counts, `covers` the positions of the log
    behind which nothing is in the values, `version` the definitions' fingerprint.
    """

    at: int
    run: int | None
    published: int
    known_at: int
    version: str
    covers: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class Customers:
    """Some customers: their tagged names, and the plain sent ids of each, the one that names him first.

    The ids of customer i are `ids[offsets[i]:offsets[i + 1]]`.
    """

    keys: Sequence[str]
    ids: Sequence[str]
    offsets: Ints

    def __len__(self) -> int:
        return len(self.keys)

    @property
    def names(self) -> list[str]:
        """The plain customer ids."""
        return [key[2:] for key in self.keys]


@dataclass(frozen=True, slots=True)
class Portion:
    """The profiles of some customers: a column, or lists, for every attribute; texts by code of the pool.

    `states`: for each customer what whoever has later events goes on from (see `state`), None where there is none.
    """

    customers: Customers
    values: Mapping[str, Column | Lists]
    texts: Pool
    states: Sequence[bytes | None] | None = None


class Encoder(Protocol):
    """A form in which profiles are published."""

    def encode(self, portion: Portion, stamp: Stamp) -> Iterator[bytes]:
        """The records of the customers, in their order."""


def customers_of(engine: Engine, labels: Ints, names: Ints) -> Customers:
    """The customers of some labels whose names (numbers of sent ids) are known."""
    return named(engine, names, *members_of(engine, labels, names))


def named(engine: Engine, names: Ints, members: Ints, offsets: Ints) -> Customers:
    """The customers of some names and `members_of` them."""
    ids = [key[2:] for key in engine.sids.texts(members)]
    return Customers(engine.sids.texts(names), ids, offsets)


def members_of(engine: Engine, labels: Ints, names: Ints) -> tuple[Ints, Ints]:
    """The numbers of the sent ids of customers, each one's name first, then the others by their texts; and offsets."""
    members, owner = engine.state.people.members_of(labels)
    if len(members) == len(labels):
        return members, np.arange(len(labels) + 1)
    sizes = np.bincount(owner, minlength=len(labels))
    offsets = np.concatenate(([0], np.cumsum(sizes)))
    members = members.copy()
    for place in np.flatnonzero(sizes > 1).tolist():
        theirs = slice(int(offsets[place]), int(offsets[place + 1]))
        name = int(names[place])
        members[theirs] = [name, *sorted(set(members[theirs].tolist()) - {name}, key=engine.sids.text)]
    return members, offsets
