"""Persons: sent ids joined by active links (semantics 8-11, S21-S23). Nothing depends on the order of arrival."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
Order = Callable[..., Ints]
"""`(time, tie, ref, *groups)` to the permutation that sorts by groups, then by the total order of messages."""


@dataclass(slots=True)
class Statements:
    """Who said of two sent ids that they are, or are not, one person; shapes (n,)."""

    one: Ints
    other: Ints
    link: Mask
    time: Ints
    tie: Ints
    ref: Ints

    def __len__(self) -> int:
        return len(self.one)

    def take(self, rows: Ints | Mask) -> Statements:
        """Some of the statements."""
        return Statements(*(getattr(self, name)[rows] for name in ("one", "other", "link", "time", "tie", "ref")))


def active_links(statements: Statements, order: Order, shared_over: int, ids: int) -> tuple[Ints, Ints]:
    """The pairs whose newest statement is a link, without those of shared ids. `ids` is the number of sent ids."""
    low, high = np.minimum(statements.one, statements.other), np.maximum(statements.one, statements.other)
    sorting = order(statements.time, statements.tie, statements.ref, low, high)
    low, high, link = low[sorting], high[sorting], statements.link[sorting]
    newest = np.append((low[1:] != low[:-1]) | (high[1:] != high[:-1]), True)[: len(low)]
    low, high = low[newest & link], high[newest & link]
    neighbours = np.bincount(low, minlength=ids) + np.bincount(high, minlength=ids)
    shared = neighbours > shared_over
    unshared = ~(shared[low] | shared[high])
    return low[unshared], high[unshared]


def person_labels(links: tuple[Ints, Ints], user: Mask) -> Ints:
    """For each sent id the least sent id of its person; `user` says which ids are userIds. Shape of `user`."""
    low, high = links
    both = user[low] & user[high]
    labels = _components(low[both], high[both], len(user))
    known = np.where(user[low], low, high)[~both]
    anonymous = np.where(user[low], high, low)[~both]
    of_user = labels[known]
    # An anonymous id joins when all its users are one person.
    least, most = np.full(len(user), len(user)), np.full(len(user), -1)
    np.minimum.at(least, anonymous, of_user)
    np.maximum.at(most, anonymous, of_user)
    joins = np.flatnonzero((most >= 0) & (least == most))
    labels[joins] = least[joins]
    # The least id of a person may be one of its anonymous ids.
    smallest = np.arange(len(user))
    np.minimum.at(smallest, labels, np.arange(len(user)))
    result: Ints = smallest[labels]
    return result


def _components(one: Ints, other: Ints, n: int) -> Ints:
    """The least id of each id's component: labels sink along links and are then followed, until nothing moves."""
    labels = np.arange(n)
    while True:
        before = labels[one], labels[other]
        least = np.minimum(*before)
        if np.array_equal(before[0], before[1]):
            return labels
        np.minimum.at(labels, before[0], least)
        np.minimum.at(labels, before[1], least)
        while not np.array_equal(labels, jumped := labels[labels]):
            labels = jumped


@dataclass(slots=True)
class Firsts:
    """The first counted message of each sent id that has one: parallel arrays."""

    sid: Ints
    time: Ints
    tie: Ints
    ref: Ints


@dataclass(slots=True)
class Persons:
    """`person` (a number from 0, -1 for ids of nobody) for each sent id; `customer` (a sent id) for each person."""

    person: Ints
    customer: Ints

    def __len__(self) -> int:
        return len(self.customer)

    def members(self) -> tuple[Ints, Ints]:
        """Sent ids sorted by person, and where each person's begin."""
        known = np.flatnonzero(self.person >= 0)
        by_person = known[np.argsort(self.person[known], kind="stable")]
        return by_person, np.searchsorted(self.person[by_person], np.arange(len(self) + 1))


def persons(labels: Ints, firsts: Firsts, user: Mask, keys: Sequence[str], order: Order) -> Persons:
    """The persons that exist, and who speaks for each: the userId whose first counted message is the earliest.

    `keys` are the sent ids' texts. Persons are numbered in the order of their labels.
    """
    number = np.full(len(labels), -1)
    existing = np.unique(labels[firsts.sid])
    number[existing] = np.arange(len(existing))
    person = number[labels] if len(labels) else labels
    customer = np.full(len(existing), -1)
    # Users without a message come last, by their bytes: set first, overwritten by whoever has one.
    silent = np.setdiff1d(np.flatnonzero((person >= 0) & user), firsts.sid)
    for sid in sorted(silent.tolist(), key=keys.__getitem__, reverse=True):
        customer[person[sid]] = sid
    anonymous = ~user[firsts.sid]
    sorting = order(firsts.time, firsts.tie, firsts.ref)[::-1]  # the earliest is written last
    unnamed = sorting[anonymous[sorting]]
    only = unnamed[customer[person[firsts.sid[unnamed]]] < 0]
    customer[person[firsts.sid[only]]] = firsts.sid[only]
    named = sorting[~anonymous[sorting]]
    customer[person[firsts.sid[named]]] = firsts.sid[named]
    return Persons(person, customer)
