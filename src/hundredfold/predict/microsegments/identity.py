"""The same group has the same id from day to day.

A partition is kept as it is, border for border, as long as it parts today's customers nearly as well as a new one
would; so whoever's inputs have not moved has not moved. When a new one takes its place, each of its groups that shares
enough customers with a group of before takes over its id; the others get ids that nobody has had.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from hundredfold.predict.likelihood import Floats
from hundredfold.predict.microsegments.clustering import Numbered
from hundredfold.predict.microsegments.layers import Scale
from hundredfold.predict.microsegments.partition import NOWHERE, Partition, People, placed

LASTS: Final = 0.9
"""A partition stays while it explains so much of what a new one explains of where customers stand."""
SHARED: Final = 1 / 3
"""Groups are the same when so many of those who are in either are in both."""


def lasts(before: Partition, fresh: Partition, people: People, smallest: int) -> bool:
    """Whether a partition of before still does for today's customers, beside the one that was made of them anew.

    It does not when it has other roles or stages, when a group has less than half of what groups must have (or of the
    smallest of the new ones, where that has less), or when it explains less.
    """
    if before["layers"] != fresh["layers"] or list(before["stages"]) != list(fresh["stages"]):
        return False
    then, now = placed(before, people), placed(fresh, people)
    least = min(smallest, min(group["customers"] for group in fresh["groups"]))
    if np.bincount(then[then != NOWHERE], minlength=len(before["groups"])).min() * 2 < least:
        return False
    places = people.put({role: Scale(**scale) for role, scale in fresh["scales"].items()})
    there = now != NOWHERE
    columns = [column[there] for column in places.values()]
    return _between(columns, then[there]) >= LASTS * _between(columns, now[there])


def with_ids(fresh: dict[str, Any], before: Partition | None, people: People) -> dict[str, Any]:
    """A partition whose groups have ids: those of before where they are the same, else the next ones that are free."""
    kept: dict[int, str] = {}
    following = 1
    if before is not None:
        following = before["next"]
        same = matched(placed(before, people), placed(fresh, people))
        kept = {now: before["groups"][then]["id"] for now, then in same.items()}
    groups = []
    for number, group in enumerate(fresh["groups"]):
        if number not in kept:
            kept[number], following = f"m{following}", following + 1
        groups.append({"id": kept[number], **group})
    return {**fresh, "groups": groups, "next": following}


def matched(before: Numbered, now: Numbered) -> dict[int, int]:
    """For each group of now the group of before that it is, where it is one: the pairs that share most customers.

    Both arrays have the group of the same customers, in the same order; NOWHERE where there is none.
    """
    known = (before != NOWHERE) & (now != NOWHERE)
    if not known.any():
        return {}
    from scipy.optimize import linear_sum_assignment  # slow to load, and only learning needs it

    olds, news = np.unique(before[known]), np.unique(now[known])
    both = np.zeros((len(news), len(olds)), np.int64)
    np.add.at(both, (np.searchsorted(news, now[known]), np.searchsorted(olds, before[known])), 1)
    either = both.sum(axis=1)[:, None] + both.sum(axis=0)[None, :] - both
    pairs = zip(*linear_sum_assignment(both, maximize=True), strict=True)
    return {int(news[new]): int(olds[old]) for new, old in pairs if both[new, old] >= SHARED * either[new, old]}


def _between(columns: list[Floats], groups: Numbered) -> float:
    """The squared distance between the middles of groups and the middle of all."""
    _, number = np.unique(groups, return_inverse=True)
    count = np.bincount(number)
    return float(sum((count * (np.bincount(number, column) / count - column.mean()) ** 2).sum() for column in columns))
