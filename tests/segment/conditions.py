"""Random conditions over attributes of every kind, with constants that stand close to the values."""

from __future__ import annotations

from random import Random

import numpy as np

from hundredfold.attribute.column import BEYOND, BOOLEAN, NULL, NUMBER, OTHER, TEXT, TIME, Column, Pool
from hundredfold.definition import syntax as s
from hundredfold.words.amount import MILLION
from hundredfold.words.calendar import HOUR

NUMBERS = ("spent", "orders", "zero")
TEXTS = ("country", "category")
TIMES = ("last_at", "first_at")
TRUTHS = ("consent", "vip")
MIXED = ("mixed",)
NAMES = (*NUMBERS, *TEXTS, *TIMES, *TRUTHS, *MIXED)
WORDS = ("", "a", "b", "shoes", "Shoes", "shirts", "ß", "é", "never sent")
EVERYBODY = tuple("abcdefghijklmnop")
START = 1_790_000_000_000_000
OPERATORS = ("=", "!=", "<", "<=", ">", ">=")


def number(random: Random) -> s.Expression:
    return s.Number(random.choice((0, 1, -1, 2, 3, 5)) * MILLION + random.choice((0, 0, 0, 1, -1, 500_000)))


def text(random: Random) -> s.Expression:
    return s.Text(random.choice((*WORDS, *EVERYBODY)))


def value(random: Random, depth: int) -> s.Expression:
    """A number, a text, a time or a truth: constant, attribute, or worked out."""
    match random.randrange(10 if depth > 0 else 6):
        case 0:
            return number(random)
        case 1:
            return text(random)
        case 2 | 3 | 4:
            return s.Name(random.choice(NAMES))
        case 5:
            return random.choice((s.Boolean(True), s.Boolean(False), s.Null(), s.Call("now", ())))
        case 6:
            return s.Binary(random.choice("+-*/"), value(random, depth - 1), value(random, depth - 1))
        case 7:
            function = random.choice(("days_since", "hours_since", "abs", "lower", "coalesce", "floor"))
            return s.Call(function, (value(random, depth - 1),))
        case 8:
            return s.Case(((condition(random, depth - 1), value(random, depth - 1)),), value(random, depth - 1))
        case _:
            return s.Negative(value(random, depth - 1))


def condition(random: Random, depth: int = 3) -> s.Expression:
    """A condition, now and then a senseless one."""
    match random.randrange(12 if depth > 0 else 6):
        case 0:
            return s.Compare(random.choice(OPERATORS), s.Name(random.choice(NUMBERS)), number(random))
        case 1:
            return s.Compare(random.choice(OPERATORS), s.Name(random.choice(TEXTS)), text(random))
        case 2:
            since = s.Call(random.choice(("days_since", "hours_since")), (s.Name(random.choice(TIMES)),))
            return s.Compare(random.choice(OPERATORS), since, s.Number(random.randrange(-1, 60) * MILLION))
        case 3:
            return s.IsNull(s.Name(random.choice(NAMES)))
        case 4:
            return s.Name(random.choice(TRUTHS + MIXED))
        case 5:
            return s.Like(s.Name(random.choice(TEXTS + MIXED)), random.choice(("%s%", "s_o%", "", "%", "shoes")))
        case 6:
            return s.Compare(random.choice(OPERATORS), value(random, depth - 1), value(random, depth - 1))
        case 7:
            texts = random.sample((*WORDS, *EVERYBODY), random.choice((1, 2, 12)))
            options = [*map(s.Text, texts), *([number(random)] if random.random() < 0.3 else [])]
            return s.In(s.Name(random.choice(TEXTS + MIXED)), tuple(options))
        case 8 | 9:
            return s.And(tuple(condition(random, depth - 1) for _ in range(random.randrange(2, 4))))
        case 10:
            return s.Or(tuple(condition(random, depth - 1) for _ in range(random.randrange(2, 4))))
        case _:
            return s.Not(condition(random, depth - 1))


def columns(random: Random, rows: int, pool: Pool) -> dict[str, Column]:
    """Values by attribute; every column has nulls, and `mixed` everything."""
    made = np.random.default_rng(random.randrange(1 << 32))

    def number(name: str) -> Column:
        data = made.choice([0, 1, 2, 3, 5, -1], rows) * MILLION + made.choice([0, 0, 0, 1], rows)
        return data if name != "zero" else np.zeros(rows, np.int64)

    def text(_: str) -> Column:
        return made.choice(pool.codes(WORDS[:-1]), rows)

    def time(_: str) -> Column:
        return START - made.integers(0, 40 * 24, rows) * HOUR - made.choice([0, 0, 1, HOUR // 2], rows)

    def truth(_: str) -> Column:
        return made.integers(0, 2, rows)

    kinds = {**dict.fromkeys(NUMBERS, NUMBER), **dict.fromkeys(TEXTS, TEXT)}
    kinds |= {**dict.fromkeys(TIMES, TIME), **dict.fromkeys(TRUTHS, BOOLEAN)}
    make = {NUMBER: number, TEXT: text, TIME: time, BOOLEAN: truth}
    found = {}
    for name, kind in kinds.items():
        odd = made.random(rows) < made.choice([0.0, 0.3])
        kind_of = np.where(odd, made.choice([0, NULL, BEYOND, OTHER], rows), kind).astype(np.uint8)
        found[name] = Column(kind_of, np.where(odd, 0, make[kind](name)))
    kind_of = made.choice([0, NULL, BOOLEAN, NUMBER, TIME, TEXT, OTHER, BEYOND], rows).astype(np.uint8)
    data = np.select([kind_of == k for k in make], [one("") for one in make.values()], 0)
    return found | {"mixed": Column(kind_of, data)}
