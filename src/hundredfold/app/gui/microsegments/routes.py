"""The control API's part for micro-segments: all of them as they are now, one or two from near, who moved, by days."""

from __future__ import annotations

from collections.abc import Sequence
from math import isnan
from typing import Annotated, Any, Final, Literal

import numpy as np
from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from hundredfold.app.documents import positions
from hundredfold.app.door.access import requires
from hundredfold.app.door.language import spoken
from hundredfold.app.door.problem import Problem
from hundredfold.app.grouped import Learnt, learnt, micro_segment
from hundredfold.app.gui.attributes_shown import Attributes
from hundredfold.app.gui.desk import Reading
from hundredfold.app.gui.microsegments.explorer import Explored, Explorer
from hundredfold.app.models import why_not
from hundredfold.app.opened import OpenWorkspace
from hundredfold.app.times import asked_time
from hundredfold.attribute.column import Ints
from hundredfold.definition.mistakes import did_you_mean
from hundredfold.definition.model import Score
from hundredfold.errors import NotFound
from hundredfold.predict.microsegments.layers import LAYERS
from hundredfold.predict.microsegments.migration import Migration
from hundredfold.predict.microsegments.naming import STAGES
from hundredfold.predict.microsegments.partition import NOWHERE
from hundredfold.predict.microsegments.portrait import MONEY, Portrait, Spread, clusters_of, edges_of
from hundredfold.said import said
from hundredfold.segment.days import Days
from hundredfold.words.calendar import DAY, iso

NOW: Final = "now"
Unit = Literal["money", "number", "days", "share"]
Attribute = Annotated[
    str | None, Query(description="An attribute whose model is `microsegment`; the first unless said.")
]
_SHARES: Final = frozenset({"discount_share"})


class Feature(BaseModel):
    """An input by which groups are formed: its role, the attribute that takes it, its layer and unit."""

    role: str
    attribute: str
    label: dict[str, str]
    layer: str
    unit: Unit = Field(description="days: how long ago it was.")
    everybody: float | None = Field(description="The mean of all customers who are in a micro-segment.")


class MicroSegment(BaseModel):
    """A micro-segment as it is now."""

    id: str
    name: dict[str, str]
    stage: str
    clusters: dict[str, list[int]] = Field(description="By layer the clusters that lead to it, from 1 on.")
    customers: int
    share: float = Field(description="Of all customers who are in a micro-segment.")
    sums: dict[str, float] = Field(description="By role, of those that are money and can be added.")
    means: dict[str, float | None]
    apart: dict[str, float] = Field(
        description="By role, strongest first: how far from everybody, in standard deviations on the scale of groups."
    )


class Homogeneity(BaseModel):
    """How alike customers are: the share of later spending's variance that groups explain, out of sample."""

    explained: float
    explained_by_stages: float
    silhouette: float
    customers: int
    figures: dict[str, float]


class MicroSegments(BaseModel):
    """All micro-segments of an attribute. Without an attribute, or without a version, `why` says what to do."""

    attribute: str | None
    label: dict[str, str]
    as_of: str | None
    position: dict[str, int] | None
    run: str | None = Field(description="The cut of the run that counts.")
    trained: str | None = Field(description="The cut of the run whose version counts; it lasts as long as it does.")
    on: bool
    why: str | None
    customers: int
    nowhere: int = Field(description="Customers in none: without a stage, or of whom nothing is known.")
    stages: dict[str, dict[str, str]] = Field(description="What each stage is called, by language.")
    layers: dict[str, dict[str, int]] = Field(description="By stage the number of clusters that each layer has.")
    features: list[Feature]
    homogeneity: Homogeneity | None
    micro_segments: list[MicroSegment]


class SharesShown(BaseModel):
    """The share of customers in each part between two edges, and what a quarter, half, three quarters have at most."""

    shares: list[float]
    quarters: list[float]


class Distribution(BaseModel):
    """A feature from near. Who lies beyond the outermost edges counts in the outermost parts."""

    feature: Feature
    edges: list[float]
    everybody: SharesShown
    own: SharesShown | None
    other: SharesShown | None


class Customer(BaseModel):
    """A customer of a micro-segment, with his inputs by role; times in days before now."""

    customer_id: str
    values: dict[str, float | None]


class MicroSegmentShown(BaseModel):
    """A micro-segment from near, beside another one where that was asked for."""

    attribute: str
    label: dict[str, str]
    as_of: str
    micro_segment: MicroSegment
    other: MicroSegment | None
    features: list[Distribution]
    customers: list[Customer] = Field(description="Up to five, by what they spent; none without personal data.")


class Move(BaseModel):
    """How many went from where to where; null: in none, or not there at all."""

    source: str | None = Field(serialization_alias="from")
    target: str | None = Field(serialization_alias="to")
    customers: int


class MigrationShown(BaseModel):
    """Who was where on one day and later. `days` are those that can be asked for, beside now."""

    attribute: str | None
    days: list[str]
    since: str | None = Field(serialization_alias="from")
    until: str | None = Field(serialization_alias="to")
    stayed: int
    moved: int
    retrained: bool = Field(description="Another version came between: some moved because borders did.")
    names: dict[str, dict[str, str]] = Field(description="What micro-segments of either day are called, by id.")
    moves: list[Move] = Field(description="Who stayed, too.")


def microsegments(opened: OpenWorkspace, explorer: Explorer, days: Days) -> APIRouter:
    """The routes `/micro-segments`."""
    router = APIRouter(prefix="/micro-segments", tags=["micro-segments"])

    @router.get("", dependencies=[requires("read")])
    def micro_segments(attribute: Attribute = None) -> MicroSegments:
        """Every micro-segment as it is now: name, size, money, what sets it apart; how alike their customers are."""
        definitions = opened.served_setup.definitions
        score = micro_segment(definitions, attribute)
        if score is None:
            return _none(None, {}, Learnt.nothing())
        found, label = learnt(score, opened.runs()), dict(definitions.labels.get(score.name, {}))
        if not found.training.on:
            return _none(score, label, found)
        explored = explorer.explored(score, definitions)
        return _none(score, label, found) if explored is None else _shown(explored, label)

    @router.get("/migration", dependencies=[requires("read")])
    def micro_segment_migration(
        attribute: Attribute = None,
        since: Annotated[
            str | None, Query(alias="from", description="One of `days`; the newest a day ago unless said.")
        ] = None,
        until: Annotated[str, Query(alias="to", description="One of `days`, or now.")] = NOW,
    ) -> MigrationShown:
        """Who moved from which micro-segment to which between two days."""
        score = micro_segment(opened.served_setup.definitions, attribute)
        if score is None:
            return _unmoved(None, [])
        kept = days.instants(score.name)
        later = None if until == NOW else _one_of(opened, "to", until, kept)
        limit = opened.workspace.now() if later is None else later
        earlier = _one_of(opened, "from", since, kept) if since is not None else _day_before(kept, limit)
        if earlier is None:
            return _unmoved(score.name, kept)
        day = explorer.today(score.name) if later is None else days.read(later, score.name)
        if day is None:
            raise NotFound(said("everybody is being read. Ask again soon"))
        at, now = dict(days.told(score.name, earlier)), learnt(score, opened.runs())
        then = at[earlier]
        names = {**then.called, **(now.names if later is None else at[later].called)}
        version = now.version if later is None else at[later].version
        moves = days.between(earlier, day, score.name)
        return MigrationShown(
            attribute=score.name,
            days=[iso(one) for one in kept],
            since=iso(earlier),
            until=NOW if later is None else iso(later),
            stayed=sum(moves.customers.values()) - moves.moved,
            moved=moves.moved,
            retrained=version != then.version,
            names={name: dict(own) for name, own in names.items()},
            moves=moves_shown(moves),
        )

    @router.get("/{micro_segment_id}")
    def one_micro_segment(
        micro_segment_id: str,
        grant: Reading,
        beside: Annotated[str | None, Query(description="The id of another one to lay beside it.")] = None,
        attribute: Attribute = None,
    ) -> MicroSegmentShown:
        """A micro-segment from near: how its customers lie on each input, beside everybody and another one."""
        definitions = opened.served_setup.definitions
        score = micro_segment(definitions, attribute)
        explored = None if score is None else explorer.explored(score, definitions)
        if explored is None or not explored.learnt.training.on:
            raise NotFound(said("there are no micro-segments yet. The list of them says what to do"))
        known = [group["id"] for group in explored.version["groups"]]
        places = [_place(known, one) for one in (micro_segment_id, beside) if one is not None]
        features, shown = _features(explored), _groups(explored)
        return MicroSegmentShown(
            attribute=explored.score.name,
            label=dict(definitions.labels.get(explored.score.name, {})),
            as_of=iso(explored.crowd.at),
            micro_segment=shown[places[0]],
            other=shown[places[1]] if len(places) > 1 else None,
            features=_distributions(explored, features, places),
            customers=_customers(explored, explorer, places[0]) if grant.personal_data else [],
        )

    return router


def moves_shown(moves: Migration) -> list[Move]:
    """A migration as a list."""
    return [Move(source=one, target=other, customers=n) for (one, other), n in moves.customers.items()]


# --- all -------------------------------------------------------------------------------------------------------------


def _none(score: Score | None, label: dict[str, str], found: Learnt) -> MicroSegments:
    if score is None:
        why: str = said(
            "no attribute in force is a model of micro-segments. "
            "Add micro_segment from the catalogue; the next batch trains it."
        )
    else:
        told = why_not(found.training, trained_ever=found.run is not None)
        why = told or said("everybody is being read. Ask again soon")
    return MicroSegments(
        attribute=None if score is None else score.name,
        label=label,
        as_of=None,
        position=None,
        run=None if found.run is None else iso(found.run),
        trained=found.version or None,
        on=found.training.on,
        why=spoken(why),
        customers=0,
        nowhere=0,
        stages={},
        layers={},
        features=[],
        homogeneity=_homogeneity(found),
        micro_segments=[],
    )


def _shown(explored: Explored, label: dict[str, str]) -> MicroSegments:
    version, found = explored.version, explored.learnt
    nowhere = int(np.count_nonzero(explored.groups == NOWHERE))
    return MicroSegments(
        attribute=explored.score.name,
        label=label,
        as_of=iso(explored.crowd.at),
        position=positions(explored.positions),
        run=None if found.run is None else iso(found.run),
        trained=found.version,
        on=True,
        why=None if found.training.why is None else spoken(found.training.why),
        customers=len(explored.crowd),
        nowhere=nowhere,
        stages={stage: called(stage) for stage in version["stages"]},
        layers={
            stage: {layer: len(own["clusters"][layer]) for layer in version["layers"]}
            for stage, own in version["stages"].items()
        },
        features=_features(explored),
        homogeneity=_homogeneity(found),
        micro_segments=_groups(explored),
    )


def called(stage: str) -> dict[str, str]:
    """What a stage is called, by language."""
    english, portuguese = STAGES.get(stage, (stage, stage))
    return {"en": english, "pt": portuguese}


def _homogeneity(found: Learnt) -> Homogeneity | None:
    report = found.training.report
    if report is None:
        return None
    return Homogeneity(
        explained=1 - report.error,
        explained_by_stages=1 - report.baseline,
        silhouette=report.figures["silhouette"],
        customers=report.customers,
        figures=dict(report.figures),
    )


def _features(explored: Explored) -> list[Feature]:
    definitions, inputs = explored.definitions, explored.score.inputs
    told, means = Attributes(definitions), explored.portrait.everybody
    return [
        Feature(
            role=role,
            attribute=inputs[role],
            label=dict(definitions.labels.get(inputs[role], {})),
            layer=layer,
            unit=_unit(told, explored, role),
            everybody=_known(means[role]),
        )
        for layer, roles in LAYERS.items()
        for role in roles
        if role in explored.version["scales"]
    ]


def _unit(told: Attributes, explored: Explored, role: str) -> Unit:
    if role in ("first_order", "last_order"):
        return "days"
    if role in _SHARES:
        return "share"
    return "money" if told.of_numbers(explored.score.inputs[role]) == "money" else "number"


def _groups(explored: Explored) -> list[MicroSegment]:
    version, portrait = explored.version, explored.portrait
    inside = max(int(portrait.sizes.sum()), 1)
    return [
        MicroSegment(
            id=group["id"],
            name=group["name"],
            stage=group["stage"],
            clusters=clusters,
            customers=int(portrait.sizes[number]),
            share=int(portrait.sizes[number]) / inside,
            sums={role: float(portrait.sums[role][number]) for role in MONEY[:2] if role in portrait.sums},
            means={role: _known(float(own[number])) for role, own in portrait.means.items()},
            apart=_apart(portrait, number),
        )
        for number, (group, clusters) in enumerate(zip(version["groups"], clusters_of(version), strict=True))
    ]


def _apart(portrait: Portrait, number: int) -> dict[str, float]:
    found = {role: float(own[number]) for role, own in portrait.apart.items() if not isnan(own[number])}
    return {role: round(found[role], 4) for role in sorted(found, key=lambda role: -abs(found[role]))}


def _known(value: float) -> float | None:
    return None if isnan(value) else value


# --- one, and two ----------------------------------------------------------------------------------------------------


def _place(known: Sequence[str], asked: str) -> int:
    if asked not in known:
        near = did_you_mean(asked, known, said("Micro-segments"))
        raise NotFound(said("no micro-segment has the id `{id}`. {near}", id=asked, near=near))
    return known.index(asked)


def _distributions(explored: Explored, features: Sequence[Feature], places: Sequence[int]) -> list[Distribution]:
    found = []
    inside = explored.groups != NOWHERE
    for feature in features:
        edges, values = edges_of(explored.version, feature.role), explored.values[feature.role]
        everybody = None if edges is None else Spread.of(values[inside], edges)
        if edges is None or everybody is None:
            continue
        some = [_spread(Spread.of(values[explored.groups == place], edges)) for place in places]
        found.append(
            Distribution(
                feature=feature,
                edges=edges.tolist(),
                everybody=SharesShown(shares=everybody.shares, quarters=everybody.quarters),
                own=some[0],
                other=some[1] if len(some) > 1 else None,
            )
        )
    return found


def _spread(found: Spread | None) -> SharesShown | None:
    return None if found is None else SharesShown(shares=found.shares, quarters=found.quarters)


def _customers(explored: Explored, explorer: Explorer, place: int) -> list[Customer]:
    rows: Ints = explored.five(place)
    return [
        Customer(customer_id=one, values={role: _known(float(own[row])) for role, own in explored.values.items()})
        for one, row in zip(explorer.texts(explored.crowd.who[rows]), rows.tolist(), strict=True)
    ]


# --- days ------------------------------------------------------------------------------------------------------------


def _unmoved(attribute: str | None, kept: Sequence[int]) -> MigrationShown:
    told: dict[str, Any] = {"since": None, "until": None, "stayed": 0, "moved": 0, "retrained": False}
    return MigrationShown(attribute=attribute, days=[iso(one) for one in kept], **told, names={}, moves=[])


def _one_of(opened: OpenWorkspace, name: str, text: str, kept: Sequence[int]) -> int:
    at = asked_time(opened.workspace, name, text)
    if at is None or at not in kept:
        raise Problem(
            404, "not_kept", said("nobody's micro-segment was kept at {time}. Ask for one of `days`", time=text)
        )
    return at


def _day_before(kept: Sequence[int], now: int) -> int | None:
    """The newest entry that is a day old, or nearly so; else the oldest."""
    old = [at for at in kept if at <= now - DAY + DAY // 6]
    earlier = [at for at in kept if at < now]
    return old[-1] if old else next(iter(earlier), None)
