"""The members of a segment with values of theirs, all of one state, as columns for whoever writes them down."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from hundredfold.attribute.aggregate import Lists
from hundredfold.attribute.column import Bytes, Column, Ints
from hundredfold.segment.members import Members

_NO_KINDS: Final[Bytes] = np.empty(0, np.uint8)
_NO_DATA: Final[Ints] = np.empty(0, np.int64)


@dataclass(frozen=True, slots=True)
class Listed:
    """Members by their plain ids, in the order of their numbers, and a column or lists for every attribute."""

    customers: list[str]
    values: dict[str, Column | Lists]


def listed(members: Members, name: str, attributes: Sequence[str], at: int) -> Listed:
    """The members of a kept segment. Raises KeyError for one that is not."""
    inside = members.membership.members(members.place(name))
    parts: dict[str, list[Column]] = {attribute: [Column(_NO_KINDS, _NO_DATA)] for attribute in attributes}
    for first, table, known in members.tables(at):
        rows = inside[(inside >= first) & (inside < first + len(known))] - first
        for attribute in attributes if len(rows) else ():
            parts[attribute].append(table.named(attribute).take(rows))
    values = {
        attribute: members.whole(
            attribute, Column(np.concatenate([p.kind for p in some]), np.concatenate([p.data for p in some]))
        )
        for attribute, some in parts.items()
    }
    return Listed([members.customer(number) for number in inside.tolist()], values)
