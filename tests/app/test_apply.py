"""Definitions come into force as a whole, when told to, and not otherwise."""

from __future__ import annotations

import pytest
from tests.app.shop import DEFINITIONS, hf

from hundredfold.app.workspace import Workspace


def test_applying_tells_what_it_did_and_the_plan_goes_to_standard_error(empty):
    (empty / "definitions" / "a.yaml").write_text("attributes:\n  country: {trait: address.country}\n")

    applied = hf("apply", "--json", folder=empty)

    assert applied.code == 0
    assert applied.json["added"] == ["attributes.country"]
    assert "+ attributes.country" in applied.err


def test_files_that_change_do_nothing_until_they_are_applied(shop):
    before = Workspace.open(shop).in_force()

    (shop / "definitions" / "shop.yaml").write_text("attributes: {email: {trait: contact.email}}\n")

    assert Workspace.open(shop).in_force() == before
    changed = hf("apply", "--json", folder=shop).json
    assert changed["changed"] == ["attributes.email"]
    assert "events.Order Completed" in changed["removed"]
    assert list(Workspace.open(shop).in_force().definitions.attributes) == ["email"]


def test_a_check_tells_the_difference_by_its_exit_code_and_changes_nothing(shop):
    before = Workspace.open(shop).in_force()

    same = hf("apply", "--check", "--json", folder=shop)
    (shop / "definitions" / "more.yaml").write_text("attributes: {country: {trait: country}}\n")
    differs = hf("apply", "--check", "--json", folder=shop)

    assert (same.code, differs.code) == (0, 3)
    assert differs.json["added"] == ["attributes.country"]
    assert Workspace.open(shop).in_force() == before


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("attributes:\n  a: {formula: b + 1}\n", "definitions/wrong.yaml:2:16:"),
        ("attributes:\n  t: {event: E, value: v, aggregate: quantile}\n", "definitions/wrong.yaml:2:3:"),
        ("attributes:\n  t: {event: E, value: v, aggregat: sum}\n", "definitions/wrong.yaml:2:27:"),
        ("lookups:\n  size: {file: products.csv, key: code, from: sku}\n", "definitions/wrong.yaml:2:3:"),
    ],
)
def test_mistakes_are_told_with_file_line_and_column_and_nothing_is_applied(shop, text, place):
    before = Workspace.open(shop).in_force()
    (shop / "definitions" / "wrong.yaml").write_text(text)

    refused = hf("apply", "--json", folder=shop)

    assert refused.code == 1
    assert place in refused.err
    places = [f"{one['file']}:{one['line']}:{one['column']}:" for one in refused.json["errors"]]
    assert place in places
    assert Workspace.open(shop).in_force() == before


def test_definitions_in_force_are_those_that_were_written(shop):
    workspace = Workspace.open(shop)

    assert workspace.in_force().definitions == workspace.written()
    assert (shop / "definitions" / "shop.yaml").read_text() == DEFINITIONS
