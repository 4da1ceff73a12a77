"""`propensity`: the category that a customer most likely buys next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from hundredfold.predict.behaviour import ordered
from hundredfold.predict.following import Following
from hundredfold.predict.option import checked, horizon, whole
from hundredfold.predict.span import Span, enough, lists, longer, texts
from hundredfold.said import said
from hundredfold.words.model import Inputs, Option, Past, Report, Role, Texts, Trained, Version

NEEDED: Final = 100
WEIGHTS: Final = (0.0, 0.5, 1.0)


class Propensity:
    """What follows the category last bought, and the one most bought.

    Learnt from who ordered in the horizon before the last one, judged by who ordered in the last one; learnt anew from
    these. What came next is what was bought last in the horizon.
    """

    name: Final = "propensity"
    answers: Final = "the category that the customer most likely buys next"
    roles: Final[Mapping[str, Role]] = {
        "last_order": Role("time", "when the customer last ordered"),
        "category": Role("text", "the category that the customer last bought"),
        "favourites": Role("list", "the categories that the customer has bought most, the first most", needed=False),
    }
    result: Final = "text"
    options: Final[Mapping[str, Option]] = {
        **horizon("how many days are looked ahead"),
        "categories": whole("how many categories are told, the most bought ones", 100, 2, 300),
    }
    horizons: Final = 2

    def checked(self, options: Mapping[str, object]) -> Mapping[str, Any]:
        """The options with their defaults. Raises ValueError."""
        return checked(self.options, options)

    def train(self, past: Past, options: Mapping[str, Any], before: Version | None = None) -> Trained:
        """A version from the last two horizons."""
        days = options["horizon_days"]
        learnt, judged = (_who_ordered(Span.last(past, days, ago=ago), days) for ago in (days, 0))
        version = _learnt(learnt, options["categories"])
        then = texts(judged.after, "category")
        report = Report(
            "share of wrong guesses",
            _wrong(self.apply(version, judged.before), then),
            _wrong([version["usual"]] * len(then), then),
            "everybody's most bought category",
            len(then),
            {"share wrong of the category last bought": _wrong(texts(judged.before, "category"), then)},
        )
        return Trained(_learnt(judged, options["categories"]), report)

    def apply(self, version: Version, inputs: Inputs) -> Texts:
        """The likeliest category of everybody of whom one is known."""
        names = version["categories"]
        first, second = _places(inputs, names)
        pairs, which = np.unique(first * (len(names) + 1) + second, return_inverse=True)
        chances = Following.of(version).chances(pairs // (len(names) + 1), pairs % (len(names) + 1))
        told = [names[at] for at in chances.argmax(axis=1)]
        both = zip(which, texts(inputs, "category"), lists(inputs, "favourites"), strict=True)
        return [told[pair] if last is not None or favourites else None for pair, last, favourites in both]


def _who_ordered(span: Span, days: int) -> Span:
    after = np.array([name is not None for name in texts(span.after, "category")], bool)
    before = np.array([name is not None for name in texts(span.before, "category")], bool)
    found = span.of(before & after & ordered(span.after, days))
    who = said("customers of a known category ordered again within {days} days", days=days)
    enough(len(found.customers), NEEDED, who, longer(days))
    return found


def _learnt(span: Span, most: int) -> dict[str, Any]:
    then = texts(span.after, "category")
    found, times = np.unique(np.array(then, object), return_counts=True)
    names = [str(found[at]) for at in np.lexsort((np.arange(len(found)), -times))[:most]]
    first, second = _places(span.before, names)
    place = {name: at for at, name in enumerate(names)}
    next_one = np.array([place.get(name or "", -1) for name in then])
    kept = next_one >= 0
    ways = []
    for weight in WEIGHTS:
        way = Following.learnt(first[kept], second[kept], next_one[kept], len(names), weight)
        right = way.chances(first, second).argmax(axis=1) == next_one
        ways.append((float(right.mean()), -weight, way))
    best = max(ways, key=lambda way: way[:2])[2]
    return {"categories": names, "usual": names[0], **best.plain()}


def _places(inputs: Inputs, names: Sequence[str]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    place = {name: at for at, name in enumerate(names)}
    unknown = len(names)
    first = [unknown if name is None else place.get(name, unknown) for name in texts(inputs, "category")]
    second = [place.get(most[0], unknown) if most else unknown for most in lists(inputs, "favourites")]
    return np.array(first, np.int64), np.array(second, np.int64)


def _wrong(told: Texts, then: Texts) -> float:
    return sum(a != b for a, b in zip(told, then, strict=True)) / len(then)


MODEL: Final = Propensity()
