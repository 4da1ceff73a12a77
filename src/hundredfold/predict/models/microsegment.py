"""`microsegment`: the small group of customers of one stage who are alike in all layers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np

from hundredfold.predict.behaviour import SPENT
from hundredfold.predict.likelihood import Floats
from hundredfold.predict.microsegments.homogeneity import explained, silhouette
from hundredfold.predict.microsegments.identity import lasts, with_ids
from hundredfold.predict.microsegments.layers import LAYERS, Scale
from hundredfold.predict.microsegments.naming import names
from hundredfold.predict.microsegments.partition import NOWHERE, People, learnt, parted, placed
from hundredfold.predict.microsegments.told import Told
from hundredfold.predict.option import checked, horizon, whole
from hundredfold.predict.span import Span, enough, height, numbers, texts
from hundredfold.said import said
from hundredfold.words.model import Inputs, Option, Past, Report, Role, Texts, TooLittle, Trained, Version

NEEDED: Final = 100
"""Customers with a stage."""
FEWEST: Final = 50
"""Customers of a group, where the shop is small: of fewer one learns neither what they will spend nor what works."""
SHARE: Final = 500
"""Of a larger shop a group has at least the 500th part."""
SHOWN: Final = 5_000
"""Customers by whom silhouettes are measured; of more, every second, third, ..."""


class Microsegment:
    """Clusters of every layer within every stage; their tuples, merged into groups that keep their ids from day to day.

    A score is the id of the customer's group. The version says of each group what it is called (`name`, in `en` and
    `pt`), its `stage`, how many `customers` it had when it was trained, and what sets it `apart`.
    """

    name: Final = "microsegment"
    answers: Final = "the small group of customers that the customer is most like"
    roles: Final[Mapping[str, Role]] = {
        "spent": SPENT,
        "stage": Role("text", "the customer's stage of life; without it all are of one stage", needed=False),
        "recent_spent": Role("number", "what the customer spent of late, for example in 90 days", needed=False),
        "order_value": Role("number", "what an order of the customer is worth on average", needed=False),
        "orders": Role("number", "how often the customer has ordered", needed=False),
        "recent_orders": Role("number", "how often the customer ordered of late, for example in 90 days", needed=False),
        "last_order": Role("time", "when the customer last ordered", needed=False),
        "products": Role("number", "how many different products the customer has bought", needed=False),
        "item_price": Role("number", "what a piece costs that the customer buys", needed=False),
        "first_order": Role("time", "when the customer first ordered", needed=False),
        "active_months": Role("number", "in how many months the customer has ordered", needed=False),
        "visits": Role("number", "how often the customer visited the site of late", needed=False),
        "discount_share": Role("number", "the share of the customer's money that was paid at a discount", needed=False),
    }
    result: Final = "text"
    options: Final[Mapping[str, Option]] = {
        "groups": whole("how many groups there may be", 100, 2, 500),
        "smallest": whole("how many customers each group must have; 0: 50, or the 500th part of all", 0, 0, 1_000_000),
        **horizon("by the spending of how many days layers count, and groups are judged"),
    }
    horizons: Final = 0

    def checked(self, options: Mapping[str, object]) -> Mapping[str, Any]:
        """The options with their defaults. Raises ValueError."""
        return checked(self.options, options)

    def train(self, past: Past, options: Mapping[str, Any], before: Version | None = None) -> Trained:
        """The version before, its customers counted anew, as long as it lasts; else a new one with the ids of those
        groups that are still the same.
        """
        people = _people(past.at(past.cut)[1])
        fresh = _parted(people, _told(past, options), options)
        smallest = _smallest(people, options)
        if before is not None and before["options"] == options and lasts(before, fresh, people, smallest):
            counts = np.bincount(placed(before, people) - NOWHERE, minlength=len(before["groups"]) + 1)[1:].tolist()
            groups = [{**group, "customers": n} for group, n in zip(before["groups"], counts, strict=True)]
            return Trained({**before, "groups": groups}, _report(past, options))
        found = with_ids(fresh, before, people)
        named = [{**group, "name": name} for group, name in zip(found["groups"], names(found["groups"]), strict=True)]
        return Trained({**found, "groups": named, "options": dict(options)}, _report(past, options))

    def apply(self, version: Version, inputs: Inputs) -> Texts:
        """The id of everybody's group; None where the stage is none that the version knows."""
        ids = np.array([*(group["id"] for group in version["groups"]), None], object)
        found: list[str | None] = ids[placed(version, _people(inputs))].tolist()
        return found


def _people(inputs: Inputs) -> People:
    """The customers; who has no stage, or of whom nothing else is known, has none."""
    values = {role: numbers(inputs, role) for roles in LAYERS.values() for role in roles}
    stages = texts(inputs, "stage") if "stage" in inputs else ["all"] * height(inputs)
    blank = np.all([np.isnan(column) for column in values.values()], axis=0)
    return People(np.where(blank, "", np.array([stage or "" for stage in stages], np.str_)), values)


def _smallest(people: People, options: Mapping[str, Any]) -> int:
    said: int = options["smallest"]
    return said or max(FEWEST, int(np.count_nonzero(people.stages != "")) // SHARE)


def _parted(people: People, told: Told | None, options: Mapping[str, Any]) -> dict[str, Any]:
    """Raises TooLittle where there is nothing to part."""
    there = people.of(people.stages != "")
    enough(len(there), NEEDED, said("customers have a stage of life"), said("Wait for more customers."))
    if not there.scales():
        raise TooLittle(
            said("All customers are alike in all inputs, so there is nothing to part them by. Name more inputs.")
        )
    return parted(people, told, options["groups"], _smallest(people, options))


def _told(past: Past, options: Mapping[str, Any], *, ago: int = 0) -> Told | None:
    """What inputs told of the spending in the horizon that ended so many days ago; None where too few were there."""
    span = Span.last(past, options["horizon_days"], ago=ago)
    later = _spent(span)
    return learnt(_people(span.before), later) if len(later) >= NEEDED and np.ptp(later) > 0 else None


def _spent(span: Span) -> Floats:
    """The money that each spent within a span; returns of more than that count as nothing spent."""
    money: Floats = np.nan_to_num(numbers(span.after, "spent")) - np.nan_to_num(numbers(span.before, "spent"))
    return np.maximum(money, 0.0)


def _report(past: Past, options: Mapping[str, Any]) -> Report | None:
    """How much of the last horizon's spending groups leave unexplained that were formed at its begin, beside the stages
    alone; None where nobody was there then.
    """
    days = options["horizon_days"]
    span = Span.last(past, days)
    people, later = _people(span.before), _spent(span)
    there = people.stages != ""
    people, later = people.of(there), later[there]
    if len(later) < NEEDED or not np.ptp(later) or not people.scales():
        return None
    partition = _parted(people, _told(past, options, ago=days), options)
    groups = placed(partition, people)
    ours, stages = explained(groups, later), explained(np.unique(people.stages, return_inverse=True)[1], later)
    some = slice(None, None, 1 + len(later) // SHOWN)
    scales = {role: Scale(**scale) for role, scale in partition["scales"].items()}
    figures = {
        "groups": float(len(partition["groups"])),
        "silhouette": silhouette([column[some] for column in people.put(scales).values()], groups[some]),
        **{f"share of {scale} explained": share for scale, share in ours.items()},
        **{f"share of {scale} explained by stages": share for scale, share in stages.items()},
    }
    measure = "share of later spending's variance left unexplained"
    return Report(measure, 1 - ours["capped"], 1 - stages["capped"], "stages alone", len(later), figures)


MODEL: Final = Microsegment()
