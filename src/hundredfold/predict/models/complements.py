"""`complements`: products that go with what a customer has bought, and that he has not."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from hundredfold.predict.lifts import ROOTS, Bought, Lifts, bestsellers
from hundredfold.predict.option import checked, horizon, whole
from hundredfold.predict.span import enough, lists, longer
from hundredfold.said import said
from hundredfold.words.calendar import DAY
from hundredfold.words.model import Inputs, Lists, Option, Past, Report, Role, Trained, Version

NEEDED: Final = 50
"""Customers who bought something new in the horizon."""


class Complements:
    """Co-purchase lift between products, over customers.

    Learnt as of a horizon ago and judged by what customers then bought for the first time. The root by which more of
    them were hit is the version, learnt anew at the cut.
    """

    name: Final = "complements"
    answers: Final = "products that go with what the customer has bought, and that he has not"
    roles: Final[Mapping[str, Role]] = {"bought": Role("list", "the products that the customer has bought, each once")}
    result: Final = "list"
    options: Final[Mapping[str, Option]] = {
        "shown": whole("how many products are told", 3, 1, 20),
        "products": whole("how many products are known, the most bought ones", 3_000, 10, 10_000),
        "neighbours": Option(
            "whole", "how many others are kept of each product; else as many as are told", None, 1, 50
        ),
        "late_days": whole("what was bought in so many days counts as what is bought now", 14, 1, 365),
        **horizon("by the purchases of how many days it is judged"),
    }
    horizons: Final = 1

    def checked(self, options: Mapping[str, object]) -> Mapping[str, Any]:
        """The options with their defaults. Raises ValueError."""
        found = checked(self.options, options)
        return {"neighbours": found["shown"], **found}

    def train(self, past: Past, options: Mapping[str, Any], before: Version | None = None) -> Trained:
        """A version from what everybody has bought at the cut."""
        days, late, shown = options["horizon_days"], options["late_days"], options["shown"]
        now, lately, then, lately_then = (_bought(past, ago) for ago in (0, late, days, days + late))
        new = {customer: set(now.get(customer, ())).difference(had) for customer, had in then.items() if had}
        judged = [customer for customer, products in new.items() if products]
        who = said("customers who had bought before bought something new within {days} days", days=days)
        enough(len(judged), NEEDED, who, longer(days))
        had, real = [then[customer] for customer in judged], [new[customer] for customer in judged]
        ways = _learnt(then, lately_then, options)
        ours = {root: _hit_rate(way.beside(had, shown), real) for root, way in ways.items()}
        naive = {
            "bestsellers": _hit_rate(bestsellers([*then.values()], had, shown), real),
            "bestsellers of late": _hit_rate(bestsellers(_fresh(then, lately_then), had, shown), real),
        }
        best, rival = (max(those, key=lambda name: those[name]) for those in (ours, naive))
        figures = {"hit rate": ours[best]}
        figures |= {f"hit rate of {name}": rate for name, rate in {**naive, **ours}.items()}
        report = Report("share without a hit", 1 - ours[best], 1 - naive[rival], rival, len(judged), figures)
        return Trained({"shown": shown, **_learnt(now, lately, options, [best])[best].plain()}, report)

    def apply(self, version: Version, inputs: Inputs) -> Lists:
        """The products that go best with what each has bought; None where nothing does."""
        found = Lifts.of(version).beside(lists(inputs, "bought"), version["shown"])
        return [products or None for products in found]


def _bought(past: Past, ago: int) -> dict[int, Sequence[str]]:
    """What each customer had bought, so many days before the cut."""
    customers, inputs = past.at(past.cut - ago * DAY)
    return dict(zip(customers.tolist(), lists(inputs, "bought"), strict=True))


def _fresh(now: Mapping[int, Sequence[str]], then: Mapping[int, Sequence[str]]) -> Bought:
    """What each customer has bought now and had not bought then."""
    fresh = []
    for customer, has in now.items():
        had = set(then.get(customer, ()))
        fresh.append([name for name in has if name not in had])
    return fresh


def _learnt(
    now: Mapping[int, Sequence[str]],
    lately: Mapping[int, Sequence[str]],
    options: Mapping[str, Any],
    roots: Collection[str] = ROOTS,
) -> dict[str, Lifts]:
    products, neighbours = options["products"], options["neighbours"]
    return Lifts.learnt([*now.values()], _fresh(now, lately), products=products, neighbours=neighbours, roots=roots)


def _hit_rate(told: Bought, real: Sequence[set[str]]) -> float:
    """The share of customers who bought one of the products told."""
    return sum(not new.isdisjoint(products) for products, new in zip(told, real, strict=True)) / len(real)


MODEL: Final = Complements()
