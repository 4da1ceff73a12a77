"""What holds for every entry of the catalogue, and for its page."""

import re
from pathlib import Path

import pytest

from hundredfold.attribute.column import Pool
from hundredfold.attribute.plan import plan
from hundredfold.catalogue.book import book
from hundredfold.catalogue.needs import needs
from hundredfold.catalogue.page import page
from hundredfold.definition.load import load_text
from hundredfold.errors import NotFound
from hundredfold.predict.models import FAMILIES

PAGE = Path(__file__).parents[2] / "docs" / "catalogue.md"
BOOK = book()


def test_there_are_hundreds_of_attributes_and_the_default_segments():
    assert len(BOOK.definitions.attributes) >= 240
    assert len(BOOK.definitions.segments) == 40
    assert [len(group.entries) for group in BOOK.groups.values() if group.section == "segments"] == [40]


SAME_IN_BOTH = {"E-mail", "VIP"}
"""Words of both languages."""


def test_every_entry_is_called_and_told_in_one_sentence_in_both_languages_and_has_a_group():
    found = BOOK.definitions

    for name in BOOK.group_of:
        called, told = found.labels[name], BOOK.says(name)
        assert list(called) == list(told) == ["en", "pt"], name
        assert called["en"] != called["pt"] or called["en"] in SAME_IN_BOTH, name
        assert told["en"] != told["pt"], name
        assert all(re.fullmatch(r"[^.]+(\.[^ ][^.]*)*\.", one) for one in told.values()), name
        assert found.groups[name] == BOOK.group_of[name].title, name


def test_no_two_entries_of_a_kind_have_the_same_label_or_meaning():
    found = BOOK.definitions

    for names in (found.attributes, found.segments):
        for language in ("en", "pt"):
            labels = [found.labels[name][language] for name in names]
            assert sorted({one for one in labels if labels.count(one) > 1}) == []
    meanings = [re.sub(r"name='\w+'", "", repr(one)) for one in found.attributes.values()]
    assert len(set(meanings)) == len(meanings)


def test_the_engine_can_plan_the_whole_catalogue():
    planned = plan(BOOK.definitions, Pool(), FAMILIES)

    assert len(planned.readings) + len(planned.traits) + len(planned.derived) == len(BOOK.definitions.attributes)


@pytest.mark.parametrize("group", BOOK.groups)
def test_the_lines_of_an_entry_say_what_the_entry_says(group):
    with_needs = BOOK.with_needs(BOOK.groups[group].entries)
    lines = {"attributes": "", "segments": ""}
    for name in with_needs:
        lines[BOOK.group_of[name].section] += BOOK.group_of[name].entries[name]

    found = load_text("".join(f"{section}:\n{text}" for section, text in lines.items() if text))

    assert {**found.attributes, **found.segments} == {
        name: {**BOOK.definitions.attributes, **BOOK.definitions.segments}[name] for name in with_needs
    }
    assert found.labels == {name: BOOK.definitions.labels[name] for name in with_needs}
    assert found.descriptions == {name: BOOK.says(name) for name in with_needs}


def test_formulas_need_what_they_are_worked_out_of():
    told = [str(need) for need in needs(BOOK.definitions, ["net_revenue"], FAMILIES)]

    assert told == [
        "Order Completed events",
        "Order Refunded events, if there are any",
        "properties.total in Order Completed",
        "properties.total in Order Refunded",
    ]
    assert "Order Refunded events" in map(str, needs(BOOK.definitions, ["net_revenue", "refund_rate"], FAMILIES))
    assert "properties.discount in Order Completed" in map(
        str, needs(BOOK.definitions, ["full_price_order_count"], FAMILIES)
    )
    assert BOOK.with_needs(["vip"]) == [
        "gross_revenue_365d",
        "refund_total_365d",
        "net_revenue_365d",
        "revenue_twentieth_365d",
        "vip",
    ]
    assert [str(need) for need in needs(BOOK.definitions, ["country"], FAMILIES)] == ["the trait address.country"]


def test_models_need_what_they_cannot_do_without_and_customers_of_so_many_horizons_ago():
    told = [str(need) for need in needs(BOOK.definitions, ["p_buy_30d"], FAMILIES)]

    assert told == [
        "Order Completed events",
        "a batch run on customers of 60 days ago (off where a naive guess is as good)",
    ]
    assert [str(need) for need in needs(BOOK.definitions, ["micro_segment"], FAMILIES)][2] == (
        "a batch run, which trains it"
    )
    assert "page_views_30d" in BOOK.with_needs(["p_buy_30d"])


def test_a_segment_comes_with_the_segments_that_it_names():
    found = BOOK.with_needs(["reactivated_customers"])

    assert {"active_customers", "churned_customers", "lifecycle_stage", "lifecycle_days"} <= set(found)


def test_what_comes_later_is_not_there_yet():
    later = {name for one in BOOK.later.values() for name in (*one.attributes, *one.segments)}

    assert later
    assert later.isdisjoint(BOOK.group_of)


def test_a_name_that_is_none_is_told_with_what_is_near():
    with pytest.raises(NotFound, match="'nett_revenue'; write net_revenue"):
        BOOK.named(["nett_revenue"])


def test_the_page_is_fresh():
    assert PAGE.read_text(encoding="utf-8") == page(BOOK, FAMILIES), "write it again: make catalogue"
