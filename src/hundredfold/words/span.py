"""A stretch of the log: what lies from some positions on and before others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Span:
    """Partition to the first offset within, and partition to the first offset behind; one not named stands at 0."""

    first: Mapping[int, int]
    end: Mapping[int, int]
