"""500 segments over 300 attributes, and customers who have them: numbers, texts, times and yes-or-no, some null.

The conditions are of the kinds that marketers write: a band of spending, a country and a recency, one of some
categories, whoever lacks something. Many share a part, as segments of one shop do. Drawn from a fixed seed.
"""

from __future__ import annotations

from random import Random
from typing import Any, Final, TypeAlias

import numpy as np

from hundredfold.attribute.column import BOOLEAN, NULL, NUMBER, TEXT, TIME, Column, Pool
from hundredfold.words.amount import MILLION
from hundredfold.words.calendar import DAY, HOUR

SEGMENTS: Final = 500
NUMBERS: Final = [f"n{place:03d}" for place in range(180)]
TEXTS: Final = [f"t{place:02d}" for place in range(60)]
TIMES: Final = [f"at{place:02d}" for place in range(40)]
TRUTHS: Final = [f"b{place:02d}" for place in range(20)]
ATTRIBUTES: Final = (*NUMBERS, *TEXTS, *TIMES, *TRUTHS)
WORDS: Final = [f"word{place:02d}" for place in range(24)]
NOW: Final = 1_790_000_000_000_000 // HOUR * HOUR
Condition: TypeAlias = tuple[Any, ...]
"""A condition as plain data, which ours and a peer's are made of: ("and", ...), ("<", name, number) and so on."""


def conditions(count: int = SEGMENTS) -> dict[str, Condition]:
    """The segments by name."""
    random = Random(6)
    shared = [_part(random) for _ in range(60)]
    found: dict[str, Condition] = {}
    for place in range(count):
        parts = [random.choice(shared), *(_part(random) for _ in range(random.randrange(1, 4)))]
        if random.random() < 0.3:
            parts.append(("or", _part(random), _part(random)))
        if random.random() < 0.15:
            parts.append(("not", _part(random)))
        found[f"segment_{place:03d}"] = ("and", *parts)
    return found


def _part(random: Random) -> Condition:
    match random.randrange(8):
        case 0 | 1 | 2:
            return random.choice(("<", "<=", ">", ">=")), random.choice(NUMBERS), random.randrange(1, 1000)
        case 3:
            return "=", random.choice(TEXTS), random.choice(WORDS)
        case 4:
            return "in", random.choice(TEXTS), *random.sample(WORDS, random.randrange(2, 6))
        case 5 | 6:
            return "days", random.choice(("<=", ">")), random.choice(TIMES), random.choice((7, 14, 30, 60, 90, 180))
        case _:
            return random.choice((("yes", random.choice(TRUTHS)), ("null", random.choice(ATTRIBUTES))))


def text_of(condition: Condition) -> str:
    """A condition as hundredfold's definitions say it."""
    match condition:
        case ("and" | "or") as joint, *parts:
            return "(" + f" {joint} ".join(text_of(part) for part in parts) + ")"
        case "not", part:
            return f"not {text_of(part)}"
        case "=", name, word:
            return f"{name} = '{word}'"
        case "in", name, *words:
            return f"{name} in ({', '.join(repr(word) for word in words)})"
        case "days", operator, name, days:
            return f"days_since({name}) {operator} {days}"
        case "yes", name:
            return str(name)
        case "null", name:
            return f"{name} is null"
        case operator, name, number:
            return f"{name} {operator} {number}"
    raise AssertionError(condition)


def columns(customers: int, pool: Pool, seed: int = 1) -> dict[str, Column]:
    """The values of all attributes; one in twenty is null."""
    made = np.random.default_rng(seed)
    words = pool.codes(WORDS)
    found = {}
    for name in ATTRIBUTES:
        if name in NUMBERS:
            kind, data = NUMBER, made.integers(0, 1000, customers) * MILLION
        elif name in TEXTS:
            kind, data = TEXT, made.choice(words, customers)
        elif name in TIMES:
            kind, data = TIME, NOW - made.integers(0, 200 * DAY, customers)
        else:
            kind, data = BOOLEAN, made.integers(0, 2, customers)
        null = made.random(customers) < 0.05
        found[name] = Column(np.where(null, np.uint8(NULL), np.uint8(kind)), np.where(null, 0, data))
    return found
