"""Micro-segments: what must hold of partitions, ids, names and moves, and faults that must be found."""

import json
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.predict.made_up import made_up
from tests.predict.shoppers import shoppers

from hundredfold.predict.microsegments import merging
from hundredfold.predict.microsegments.clustering import nearest
from hundredfold.predict.microsegments.homogeneity import explained, silhouette
from hundredfold.predict.microsegments.identity import lasts, matched, with_ids
from hundredfold.predict.microsegments.layers import LAYERS
from hundredfold.predict.microsegments.migration import Migration
from hundredfold.predict.microsegments.naming import STAGES, TRAITS, names
from hundredfold.predict.microsegments.partition import NOWHERE, People, learnt, parted, placed
from hundredfold.predict.models.microsegment import MODEL
from hundredfold.words.calendar import DAY
from hundredfold.words.model import TooLittle

MOST, SMALLEST = 40, 25
OPTIONS = MODEL.checked({"groups": 30})


@pytest.fixture(scope="module")
def shop():
    return shoppers(3_000)


@pytest.fixture(scope="module")
def partition(shop):
    return parted(shop.now, learnt(shop.then, shop.since), MOST, SMALLEST)


def test_every_group_is_big_enough_and_holds_whom_it_says(shop, partition):
    assert wrong(partition, shop.now) == 0
    assert len(set(shop.now.stages)) < len(partition["groups"]) <= MOST


def test_merging_that_leaves_customers_behind_is_found(shop, monkeypatch):
    real = merging._Stage._merge

    def only_the_places(self, one, other):
        group = self.group.copy()
        real(self, one, other)
        self.group = group

    monkeypatch.setattr(merging._Stage, "_merge", only_the_places)

    assert wrong(parted(shop.now, None, MOST, SMALLEST), shop.now) > 0


def test_a_map_that_loses_customers_is_found(shop, partition):
    (stage, parts), *others = partition["stages"].items()
    holes = [NOWHERE if group == parts["groups"][0] else group for group in parts["groups"]]

    assert wrong({**partition, "stages": dict(others) | {stage: {**parts, "groups": holes}}}, shop.now) > 0


def test_a_customer_alone_is_in_the_group_he_is_in_among_all(shop, partition):
    together = placed(partition, shop.now)

    alone = [int(placed(partition, shop.now.of(np.array([row])))[0]) for row in range(0, len(shop.now), 37)]
    in_parts = [placed(partition, shop.now.of(rows)) for rows in np.array_split(np.arange(len(shop.now)), 7)]

    assert alone == together[::37].tolist()
    assert np.concatenate(in_parts).tolist() == together.tolist()


def test_the_order_of_rows_changes_nothing(shop, partition):
    mixed = np.random.default_rng(5).permutation(len(shop.now))

    again = parted(shop.now.of(mixed), learnt(shop.then.of(mixed), shop.since[mixed]), MOST, SMALLEST)

    assert again == partition


def test_a_partition_is_plain_json(shop, partition):
    read = json.loads(json.dumps(partition, allow_nan=False))

    assert placed(read, shop.now).tolist() == placed(partition, shop.now).tolist()


def test_who_has_no_stage_or_an_unknown_one_is_nowhere_and_missing_inputs_are_no_obstacle(shop, partition):
    values = {role: np.full(3, np.nan) for role in shop.now.values}

    found = placed(partition, People(np.array(["", "seen nowhere", shop.now.stages[0]]), values))

    assert found[:2].tolist() == [NOWHERE, NOWHERE]
    assert found[2] != NOWHERE


def test_groups_of_different_stages_are_never_merged(shop, partition):
    found = placed(partition, shop.now)

    for number, group in enumerate(partition["groups"]):
        assert set(shop.now.stages[found == number]) == {group["stage"]}


def test_tuples_that_nobody_was_in_have_a_group_of_their_stage(partition):
    for stage, parts in partition["stages"].items():
        assert {partition["groups"][group]["stage"] for group in parts["groups"]} == {stage}


def test_nearest_takes_the_lowest_of_those_equally_near():
    assert nearest([[0.0], [2.0], [2.0]], [np.array([1.0, 2.0, 9.0])]).tolist() == [0, 1, 1]


def test_names_differ_in_both_languages(partition):
    found = names(partition["groups"])

    for language in ("en", "pt"):
        assert len({name[language] for name in found}) == len(partition["groups"])
    assert all(name["en"] != name["pt"] for name in found)


def test_every_input_of_a_layer_has_words():
    assert {role for roles in LAYERS.values() for role in roles} == set(TRAITS)
    words = [*STAGES.values(), *(way for both in TRAITS.values() for way in both)]
    assert all(english and portuguese and english != portuguese for english, portuguese in words)


def test_a_name_says_what_sets_the_group_apart():
    apart = [{"spent": 1.5, "orders": 0.4}, {"spent": -0.9, "discount_share": 2.0}, {"spent": 0.01}]
    groups = [{"stage": "active", "customers": 30, "apart": one} for one in apart]

    assert [name["en"] for name in names(groups)] == [
        "Active: spend much, order often",
        "Active: buy at a discount, spend little",
        "Active: like most",
    ]
    assert names(groups)[1]["pt"] == "Ativos: compram com desconto, gastam pouco"


def test_ids_stay_when_groups_are_numbered_anew(shop, partition):
    first = with_ids(partition, None, shop.now)
    turned = renumbered(partition)

    again = with_ids(turned, first, shop.now)

    assert ids(again, shop.now) == ids(first, shop.now)
    assert again["next"] == first["next"]


def test_a_partition_lasts_while_customers_drift_a_little(shop, partition):
    drifted = after_a_day(shop.now)
    fresh = parted(drifted, learnt(shop.then, shop.since), MOST, SMALLEST)

    assert lasts(partition, fresh, drifted, SMALLEST)
    assert lasts(partition, partition, shop.now, SMALLEST)


def test_a_partition_does_not_last_when_customers_are_others(shop, partition):
    other = shoppers(3_000, seed=8, spends=30.0).now
    fresh = parted(other, learnt(shop.then, shop.since), MOST, SMALLEST)

    assert not lasts(partition, fresh, other, SMALLEST)
    assert not lasts(partition, parted(shop.now.of(shop.now.stages != "new"), None, MOST, SMALLEST), shop.now, SMALLEST)


def test_a_new_partition_keeps_the_ids_of_most_customers(shop, partition):
    first, drifted = with_ids(partition, None, shop.now), after_a_day(shop.now)

    again = with_ids(parted(drifted, learnt(shop.then, shop.since), MOST, SMALLEST), first, drifted)

    same = [a == b for a, b in zip(ids(first, drifted), ids(again, drifted), strict=True)]
    assert sum(same) > 0.5 * len(same)
    assert len({group["id"] for group in again["groups"]}) == len(again["groups"])


def test_ids_by_the_groups_numbers_are_found(shop, partition):
    """What would be without matching: the same numbers are other groups."""
    first, turned = with_ids(partition, None, shop.now), renumbered(partition)

    careless = with_ids(turned, None, shop.now)

    assert ids(careless, shop.now) != ids(first, shop.now)


def test_a_group_that_was_split_keeps_its_id_for_the_larger_part():
    before = np.array([0] * 10 + [1] * 5)
    now = np.array([2] * 7 + [1] * 3 + [0] * 5)

    assert matched(before, now) == {2: 0, 0: 1}


def test_groups_that_share_few_customers_are_not_the_same():
    before = np.array([0, 0, 0, 0, 0, 0, 1, 1])
    now = np.array([0, 1, 2, 3, 4, 5, 6, NOWHERE])

    assert matched(before, now) == {6: 1}


groups_of_a_day = st.dictionaries(st.integers(0, 12), st.sampled_from(["m1", "m2", "m3", None]))


@given(groups_of_a_day, groups_of_a_day)
def test_a_migration_adds_up_to_the_customers_of_both_days(before, now):
    found = moves(before, now)

    assert sum(found.customers.values()) == len(before.keys() | now.keys())
    for side, day in ((found.before, before), (found.after, now)):
        assert {group: count for group, count in side.items() if group} == {
            group: [*day.values()].count(group) for group in day.values() if group
        }
    assert found.moved == sum(before.get(one) != now.get(one) for one in before.keys() | now.keys())


def test_assignment_from_yesterdays_inputs_is_found(shop, partition):
    """Whoever reads the groups of last night for today's customers shows moves that did not happen, or hides some."""
    drifted = after_a_day(shop.now, much=1.5)
    today, stale = placed(partition, drifted), placed(partition, shop.now)
    everybody = np.arange(len(today))

    real = Migration.between(everybody, [*map(str, stale)], everybody, [*map(str, today)])
    careless = Migration.between(everybody, [*map(str, stale)], everybody, [*map(str, stale)])

    assert real.moved == int((today != stale).sum()) > 0
    assert careless.moved == 0
    assert careless.after != dict(real.after)


def test_groups_explain_later_spending_and_chance_does_not(shop, partition):
    found = placed(partition, shop.now)
    mixed = np.random.default_rng(2).permutation(found)

    real, chance = explained(found, shop.later), explained(mixed, shop.later)

    assert real["capped"] > 0.3
    assert real["log"] > 0.1
    assert max(chance["capped"], chance["log"]) < 0.01


def test_groups_that_know_the_future_of_one_customer_each_explain_nothing(shop):
    """In sample this would be all of the variance."""
    assert explained(np.arange(len(shop.later)), shop.later)["capped"] == pytest.approx(0, abs=1e-9)


def test_silhouettes_tell_heaps_from_halves():
    heaps = [np.array([0.0, 0.1, 9.0, 9.1])]

    assert silhouette(heaps, np.array([0, 0, 1, 1])) > 0.9
    assert silhouette(heaps, np.array([0, 1, 0, 1])) < 0.1
    assert silhouette(heaps, np.zeros(4, np.int64)) == 0


def test_a_version_lasts_from_day_to_day_and_its_customers_are_counted_anew():
    first = MODEL.train(ago(1), OPTIONS).version

    second = MODEL.train(made_up(), OPTIONS, first).version

    assert [group["id"] for group in second["groups"]] == [group["id"] for group in first["groups"]]
    assert second["stages"] == first["stages"]
    scores = MODEL.apply(second, made_up().at(made_up().cut)[1])
    assert {group["id"]: group["customers"] for group in second["groups"]} == dict(Counter(scores))


def test_with_other_options_a_new_version_takes_over_the_ids_of_groups_that_stay():
    first = MODEL.train(made_up(), OPTIONS).version

    second = MODEL.train(made_up(), {**OPTIONS, "groups": 9}, first).version

    old, new = ({group["id"] for group in version["groups"]} for version in (first, second))
    assert len(new) == 9
    assert new & old
    assert all(int(one[1:]) >= first["next"] for one in new - old)


def test_groups_explain_more_than_stages_alone():
    report = MODEL.train(made_up(), OPTIONS).report

    assert report.better
    assert report.figures["share of capped explained"] == 1 - report.error
    assert -1 <= report.figures["silhouette"] <= 1


def test_a_shop_with_no_past_has_groups_and_no_report():
    class Opened:
        cut = made_up().cut

        def at(self, instant):
            customers, inputs = made_up().at(self.cut)
            nobody = slice(0, None if instant == self.cut else 0)
            return customers[nobody], {role: values[nobody] for role, values in inputs.items()}

    found = MODEL.train(Opened(), OPTIONS)

    assert len(found.version["groups"]) > 3
    assert found.report is None


def test_too_few_customers_are_told():
    with pytest.raises(TooLittle, match="at least 100 are needed"):
        MODEL.train(made_up(30), OPTIONS)


@pytest.mark.parametrize("options", [{"groups": 1}, {"smallest": "x"}, {"colour": "red"}])
def test_options_that_cannot_be_are_refused(options):
    with pytest.raises(ValueError, match=next(iter(options))):
        MODEL.checked(options)


def ago(days):
    """The made-up shop as it was."""
    return replace(made_up(), shopping=replace(made_up().shopping, cut=made_up().cut - days * DAY))


def wrong(partition, people):
    """How many customers are nowhere, or not in the group that has them, or in one that is too small."""
    found = placed(partition, people)
    sizes = np.bincount(found[found != NOWHERE], minlength=len(partition["groups"]))
    said = np.array([group["customers"] for group in partition["groups"]])
    return int((found == NOWHERE).sum() + np.abs(sizes - said).sum() + sizes[sizes < SMALLEST].sum())


def renumbered(partition):
    """The same partition, its groups in another order."""
    last = len(partition["groups"]) - 1
    stages = {
        stage: {**parts, "groups": [last - group for group in parts["groups"]]}
        for stage, parts in partition["stages"].items()
    }
    return {**partition, "stages": stages, "groups": partition["groups"][::-1]}


def after_a_day(people, much=0.01):
    random = np.random.default_rng(4)
    moved = {role: column * (1 + much * random.random(len(people))) for role, column in people.values.items()}
    return replace(people, values=moved)


def ids(partition, people):
    return [partition["groups"][group]["id"] for group in placed(partition, people)]


def moves(before, now):
    whose, who = np.array([*before], np.int64), np.array([*now], np.int64)
    return Migration.between(whose, [*before.values()], who, [*now.values()])
