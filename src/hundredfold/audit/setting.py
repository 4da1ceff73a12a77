"""What stands around the messages: the workspace, its tables, its batch runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import tzinfo
from typing import Any

from hundredfold.words.model import Version
from hundredfold.words.span import Span


@dataclass(frozen=True)
class Setting:
    """A workspace: its zone, its currency, how many neighbours make an id shared, and the imports that were undone."""

    zone: tzinfo
    currency: str = "EUR"
    shared_over: int = 50
    undone: tuple[Span, ...] = ()


@dataclass(frozen=True)
class Tables:
    """Today's tables beside the events.

    `lookups`: the rows of each lookup by its name. `rates`: currency to local day (since 1970) to what one unit of the
    currency was worth in the workspace's currency on that day, in billionths.
    """

    lookups: Mapping[str, Sequence[Mapping[str, Any]]] = field(default_factory=dict)
    rates: Mapping[str, Mapping[int, int]] = field(default_factory=dict)


@dataclass(frozen=True)
class Run:
    """A batch run: the clock of its cut, when it was published, and the cut points of its tiers.

    `tiers`: the text of a `tier` expression to its ascending cut points in millionths. `models`: what scores are made
    with by `model_key`, None where scores are null.
    """

    cut: int
    published: int
    tiers: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    models: Mapping[str, Version | None] = field(default_factory=dict)
