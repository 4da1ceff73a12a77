"""Drafts: stored messages without their place and, where the file brings no id, without their message id."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import tzinfo
from typing import Final

import polars as pl

ROW: Final = "\x00row"
"""The column with the number of a row in its file, from 1."""
KEY: Final = "\x00key"
"""The column with the key that the rows of one message share."""
LIMIT: Final = 4 * 1024 * 1024
"""How large an imported message may be, in bytes: an order of a wholesaler has more lines than a browser sends."""

DRAFT: Final = pl.Schema(
    {
        "kind": pl.UInt8,
        "key": pl.String,
        "message_id": pl.String,
        "content": pl.Binary,
        "time": pl.Int64,
        "received": pl.Int64,
        "sent": pl.Int64,
        "source": pl.String,
        "payload": pl.Binary,
        "row": pl.Int64,
        "rows": pl.Int64,
    }
)
"""A null `message_id` is given later; `row` is the first of the `rows` rows of the file that it is made of."""


@dataclass(frozen=True, slots=True)
class Rejection:
    """Rows that were not taken in: the number of the wrong one, how many, a short code, and what to do."""

    row: int
    reason: str
    text: str
    rows: int = 1
    file: str = ""


@dataclass(frozen=True, slots=True)
class Reception:
    """What all messages of an import have in common; `started` is in microseconds UTC."""

    started: int
    source: str
    zone: tzinfo
    limit: int = LIMIT

    def received(self, mapped: int | None) -> int:
        """When a message was received: as mapped, at most the import's start (semantics 2)."""
        return self.started if mapped is None else min(mapped, self.started)


def _empty() -> pl.DataFrame:
    return pl.DataFrame(schema=DRAFT)


@dataclass(frozen=True, slots=True)
class Drafts:
    """What some rows became."""

    frame: pl.DataFrame = field(default_factory=_empty)
    rejected: list[Rejection] = field(default_factory=list)

    def __add__(self, other: Drafts) -> Drafts:
        return Drafts(pl.concat([self.frame, other.frame]), self.rejected + other.rejected)
