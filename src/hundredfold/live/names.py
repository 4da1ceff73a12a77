"""Whose name each sent id goes by: the customer of every sent id, as last told, and what has become of names since."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import numpy as np

from hundredfold.attribute.block import NEVER
from hundredfold.attribute.column import Bytes, Ints, Mask, Pool
from hundredfold.attribute.order import in_order
from hundredfold.live.grown import grown
from hundredfold.live.people import People


@dataclass(frozen=True, slots=True)
class Settled:
    """Some persons with their names (numbers of sent ids, ascending), all their sent ids, and names that are gone.

    `into` gives for each name that is gone the one that the sent id now goes by, -1 when nothing is known of it.
    """

    labels: Ints
    names: Ints
    members: Ints
    gone: Ints
    into: Ints


class Names:
    """The name (a sent id) that each sent id goes by; -1 where nothing is known of it."""

    def __init__(self, sids: Pool) -> None:
        self._sids = sids
        self.of: Ints = np.empty(0, np.int64)
        self._is_user: Bytes = np.empty(0, np.uint8)
        self._judged = 0

    def of_one(self, sid: int) -> int:
        """The name that a sent id goes by, as last told."""
        return int(self.of[sid]) if sid < len(self.of) else -1

    def named(self, sids: Ints) -> Ints:
        """The names that sent ids go by, as last told; -1 where nothing is known of one."""
        self._grow()
        return self.of[sids]

    def settle(self, people: People, changed: Ints) -> Settled:
        """Takes note of what has changed around some sent ids."""
        self._grow()
        labels = np.unique(people.labels(changed))
        members, owner = people.members_of(labels)
        names = self._named(people, members, owner, len(labels))
        touched = self.of[np.concatenate([changed, members])]
        self.of[members] = names[owner]
        before = np.unique(touched[touched >= 0])
        gone = before[self.of[before] != before]
        there = np.flatnonzero(names >= 0)
        order = there[np.argsort(names[there])]
        return Settled(labels[order], names[order], np.unique(members), gone, self.of[gone])

    def _named(self, people: People, members: Ints, owner: Ints, persons: int) -> Ints:
        """The sent id that names each person (semantics 11, S23)."""
        heard = people.first_time[members] != NEVER
        user: Mask = self._is_user[members] == 1
        has_user, exists = np.zeros(persons, np.bool_), np.zeros(persons, np.bool_)
        has_user[owner[user]], exists[owner[heard]] = True, True
        rows = np.flatnonzero(heard & (user | ~has_user[owner]))
        sids = members[rows]
        order = in_order(
            people.first_time[sids], people.first_tie[sids], people.first_ref[sids], people.ids, owner[rows]
        )[::-1]  # the earliest is written last
        names = np.full(persons, -1)
        names[owner[rows[order]]] = sids[order]
        for person in np.flatnonzero(exists & (names < 0)).tolist():  # only an anonymous id of a user's was heard
            users = members[user & (owner == person)].tolist()
            names[person] = min(users, key=self._sids.text)
        return names

    def _grow(self) -> None:
        size = len(self._sids)
        self.of = cast(Ints, grown(self.of, size, -1))
        self._is_user = cast(Bytes, grown(self._is_user, size, 0))
        new = self._sids.all[self._judged : size]
        self._is_user[self._judged : size] = np.fromiter((key.startswith("u:") for key in new), np.bool_, len(new))
        self._judged = size
