"""Who is who, kept up to date: after new statements only the ids that they can reach are worked out again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

import numpy as np

from hundredfold.attribute.block import NEVER
from hundredfold.attribute.column import Ints, Mask, Pool
from hundredfold.attribute.order import Ids, in_order
from hundredfold.identity.persons import Statements, active_links, person_labels
from hundredfold.live.grown import grown


class People:
    """The person of every sent id: `label` is the least sent id of the person.

    Statements are made by messages of the userId `one`. Ids that any statement ever joined, linked or not, form a
    *circle*: the rules of identity never look beyond it.
    """

    def __init__(self, sids: Pool, shared_over: int, ids: Ids) -> None:
        self._sids, self._shared_over, self.ids = sids, shared_over, ids
        nothing = np.empty(0, np.int64)
        self._statements = Statements(nothing, nothing, np.empty(0, np.bool_), nothing, nothing, nothing)
        self._kept = np.empty(0, np.bool_)
        self._label = np.empty(0, np.int64)
        self._circle = np.empty(0, np.int64)
        self._rows: dict[int, list[int]] = {}
        self._members: dict[int, list[int]] = {}
        self.first_time = np.empty(0, np.int64)
        self.first_tie = np.empty(0, np.int64)
        self.first_ref = np.empty(0, np.int64)
        self.last_time = np.empty(0, np.int64)
        """The time of the last message by which each sent id exists, `NEVER` without one."""

    def grow(self) -> None:
        """Makes room for the sent ids that have come."""
        size, old = len(self._sids), len(self._label)
        self._label = cast(Ints, grown(self._label, size, 0))
        self._circle = cast(Ints, grown(self._circle, size, 0))
        self._label[old:] = self._circle[old:] = np.arange(old, len(self._label))
        self.first_time = cast(Ints, grown(self.first_time, size, NEVER))
        self.first_tie = cast(Ints, grown(self.first_tie, size, 0))
        self.first_ref = cast(Ints, grown(self.first_ref, size, 0))
        self.last_time = cast(Ints, grown(self.last_time, size, NEVER))

    def labels(self, sids: Ints) -> Ints:
        """The labels of sent ids."""
        return self._label[sids]

    def label(self, sid: int) -> int:
        """The label of one sent id."""
        return int(self._label[sid])

    def exists(self, label: int) -> bool:
        """Whether anything was heard of a person."""
        return any(self.first_time[sid] != NEVER for sid in self.members(label))

    def members(self, label: int) -> list[int]:
        """The sent ids of a person, ascending."""
        return self._members.get(label, [label])

    def members_of(self, labels: Ints) -> tuple[Ints, Ints]:
        """The sent ids of persons, and for each the place of its person in `labels`."""
        if not self._members:
            return labels, np.arange(len(labels))
        lists = [self._members.get(label) for label in labels.tolist()]
        sizes = np.fromiter((1 if m is None else len(m) for m in lists), np.int64, len(lists))
        if sizes.sum() == len(labels):
            return labels, np.arange(len(labels))
        sids = [m if m is not None else (label,) for m, label in zip(lists, labels.tolist(), strict=True)]
        flat = np.fromiter((sid for m in sids for sid in m), np.int64, int(sizes.sum()))
        return flat, np.repeat(np.arange(len(labels)), sizes)

    def everybody(self) -> Ints:
        """The labels of all persons that exist."""
        labels = np.zeros(len(self._sids), np.bool_)
        labels[self._label[: len(labels)][self.first_time[: len(labels)] != NEVER]] = True
        return np.flatnonzero(labels)

    def customer(self, label: int) -> int | None:
        """The sent id that names a person (semantics 11, S23); None when nothing was heard of him."""
        members = self.members(label)
        heard = [sid for sid in members if self.first_time[sid] != NEVER]
        if len(members) == 1 or not heard:
            return heard[0] if heard else None
        users = [sid for sid in members if self._sids.text(sid).startswith("u:")]
        candidates = [sid for sid in heard if sid in set(users)] if users else heard
        if not candidates:
            return min(users, key=self._sids.text)
        rows = np.array(candidates)
        order = in_order(self.first_time[rows], self.first_tie[rows], self.first_ref[rows], self.ids)
        return int(rows[order[0]])

    def heard(self, sid: Ints, time: Ints, tie: Ints, ref: Ints) -> None:
        """Notes messages that count, of ids that exist by them."""
        ids = np.unique(sid)
        known = ids[self.first_time[ids] != NEVER]
        who = np.concatenate([sid, known])
        when = np.concatenate([time, self.first_time[known]])
        which = np.concatenate([tie, self.first_tie[known]])
        where = np.concatenate([ref, self.first_ref[known]])
        order = in_order(when, which, where, self.ids, who)
        first = order[np.append(True, who[order][1:] != who[order][:-1])[: len(order)]]
        self.first_time[who[first]], self.first_tie[who[first]] = when[first], which[first]
        self.first_ref[who[first]] = where[first]
        np.maximum.at(self.last_time, sid, time)

    def forget(self, sids: Ints) -> None:
        """Forgets what was heard of some ids, before it is worked out anew."""
        self.first_time[sids] = self.last_time[sids] = NEVER

    def state(self, said: Statements) -> Ints:
        """Adds statements; returns the sent ids whose person, or the name of it, may have changed."""
        if len(said) == 0:
            return np.empty(0, np.int64)
        start = len(self._statements)
        self._statements = joined(self._statements, said)
        self._kept = np.append(self._kept, np.ones(len(said), np.bool_))
        for row, one, other in zip(
            range(start, start + len(said)), said.one.tolist(), said.other.tolist(), strict=True
        ):
            self._rows.setdefault(self._joined_circle(one, other), []).append(row)
        return self._settle({self._root(sid) for sid in said.one.tolist()}, said.one)

    def withdraw(self, sids: Ints) -> Ints:
        """Takes back what messages of some userIds stated; returns the sent ids that may have changed."""
        gone = np.flatnonzero(self._kept & np.isin(self._statements.one, sids))
        if len(gone) == 0:
            return np.empty(0, np.int64)
        roots = {self._root(int(self._statements.one[row])) for row in gone.tolist()}
        ends = np.concatenate([self._statements.one[gone], self._statements.other[gone]])
        dropped = set(gone.tolist())
        self._kept[gone] = False
        for root in roots:
            self._rows[root] = [row for row in self._rows[root] if row not in dropped]
        return self._settle(roots, ends)

    def circle(self, sids: Ints) -> Ints:
        """All sent ids that any statement ever joined with some."""
        roots = {self._root(sid) for sid in sids.tolist()}
        rows = np.array([row for root in roots for row in self._rows.get(root, ())], np.int64)
        return np.unique(np.concatenate([sids, self._statements.one[rows], self._statements.other[rows]]))

    def statements(self) -> Statements:
        """The statements that count."""
        return self._statements if self._kept.all() else self._statements.take(self._kept)

    def circles(self) -> Ints:
        """A number for the circle of every sent id: one of its ids."""
        roots = self._circle[: len(self._sids)]
        while not np.array_equal(roots, further := roots[roots]):
            roots = further
        return roots

    def restore(self, said: Statements, labels: Ints, circles: Ints) -> None:
        """Takes over what `statements`, `labels` and `circles` said of the same sent ids; the arrays become its own."""
        self._statements, self._kept = said, np.ones(len(said), np.bool_)
        self._label, self._circle = labels, circles
        self._rows = dict(_grouped(circles[said.one], np.arange(len(said))))
        joined_ids = np.flatnonzero(labels != np.arange(len(labels)))
        those = np.union1d(joined_ids, labels[joined_ids])
        self._members = dict(_grouped(labels[those], those))

    def _settle(self, roots: set[int], ends: Ints) -> Ints:
        rows = np.array([row for root in roots for row in self._rows.get(root, ())], np.int64)
        said = self._statements.take(rows)
        touched = np.concatenate([ends, said.one, said.other])
        before = np.array([sid for label in np.unique(self._label[touched]).tolist() for sid in self.members(label)])
        local = np.unique(np.concatenate([before, touched]))
        user: Mask = np.fromiter((self._sids.text(s).startswith("u:") for s in local.tolist()), np.bool_, len(local))
        said.one, said.other = np.searchsorted(local, said.one), np.searchsorted(local, said.other)

        def order(time: Ints, tie: Ints, ref: Ints, *groups: Ints) -> Ints:
            return in_order(time, tie, ref, self.ids, *groups)

        labels = local[person_labels(active_links(said, order, self._shared_over, len(local)), user)]
        for old in np.unique(self._label[local]).tolist():
            self._members.pop(old, None)
        self._label[local] = labels
        for sid, label in zip(local.tolist(), labels.tolist(), strict=True):
            if sid != label:
                self._members.setdefault(label, [label]).append(sid)
        return local

    def _root(self, sid: int) -> int:
        circle = self._circle
        while circle[sid] != sid:
            circle[sid] = circle[circle[sid]]
            sid = int(circle[sid])
        return sid

    def _joined_circle(self, one: int, other: int) -> int:
        a, b = self._root(one), self._root(other)
        if a == b:
            return a
        if len(self._rows.get(a, ())) < len(self._rows.get(b, ())):
            a, b = b, a
        self._circle[b] = a
        self._rows.setdefault(a, []).extend(self._rows.pop(b, ()))
        return a


def _grouped(groups: Ints, rows: Ints) -> Iterator[tuple[int, list[int]]]:
    """The rows of each group, in their order."""
    order = np.argsort(groups, kind="stable")
    groups, listed = groups[order], rows[order].tolist()
    starts = np.flatnonzero(np.append(True, groups[1:] != groups[:-1])[: len(groups)])
    ends = np.append(starts, len(listed))[1:]
    for group, start, end in zip(groups[starts].tolist(), starts.tolist(), ends.tolist(), strict=True):
        yield group, listed[start:end]


def joined(one: Statements, other: Statements) -> Statements:
    """Statements one after the other."""
    names = ("one", "other", "link", "time", "tie", "ref")
    return Statements(*(np.concatenate([getattr(one, name), getattr(other, name)]) for name in names))
