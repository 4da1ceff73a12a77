"""A preview says of a sample of customers exactly what applying will do, and applies nothing."""

from __future__ import annotations

import pytest
from tests.app.serving import opened_for_serving
from tests.app.shop import DEFINITIONS, hf, order, shop_in, write_lines

from hundredfold.app import work
from hundredfold.app.preview import previewed

WRITTEN = (
    DEFINITIONS.replace("  email: {trait: email}\n", "").replace(
        "total_purchase_value: {event: Order Completed, value: properties.total,",
        "total_purchase_value: {event: Order Completed, where: properties.total > 30, value: properties.total,",
    )
    + "  largest: {event: Order Completed, value: properties.total, aggregate: max}\n"
    + "  rounded: {formula: round(average)}\n"
)


@pytest.fixture
def sold(shop, tmp_path):
    messages = [order(n, f"c{n % 17}", f"2026-03-{n % 20 + 1:02}T10:00:00Z", n) for n in range(1, 60)]
    moved = order(90, "x1", "2026-03-03", 100)
    moved["anonymousId"] = moved.pop("userId")
    link = {"type": "identify", "userId": "c1", "anonymousId": "x1", "messageId": "i", "timestamp": "2026-03-04"}
    corrected = order(91, "c2", "2026-03-05", 5) | {"properties": {"order_id": "o3", "total": 5}}
    later = order(92, "c4", "2099-01-01", 5)
    hf("import", write_lines(tmp_path / "a.ndjson", [*messages, moved, link, corrected, later]), folder=shop)
    hf("forget", "c5", folder=shop)
    hf("batch", folder=shop)
    hf("import", write_lines(tmp_path / "b.ndjson", [order(93, "c6", "2026-03-06", 500)]), folder=shop)
    return shop


def test_a_preview_says_what_applying_does(sold):
    with opened_for_serving(sold) as opened:
        customers = [f"c{n}" for n in range(17) if n != 5]  # who was forgotten is nobody
        before = {customer: work.profile(opened, customer)["attributes"] for customer in customers}
        (sold / "definitions" / "shop.yaml").write_text(WRITTEN)
        found = work.preview(opened)
        unchanged = {customer: work.profile(opened, customer)["attributes"] for customer in customers}
        work.apply(opened)
        opened.filling.join()
        after = {customer: work.profile(opened, customer)["attributes"] for customer in customers}
        audited = work.audit(opened)

    assert (found["customers"], found["of"], audited["mismatches"]) == (16, 16, 0)
    assert unchanged == before
    assert found["removed"] == ["email"]
    assert list(found["attributes"]) == ["average", "largest", "rounded", "total_purchase_value"]
    for name, told in found["attributes"].items():
        differing = [customer for customer in customers if before[customer].get(name) != after[customer][name]]
        values = sorted(value for customer in customers if (value := after[customer][name]) is not None)
        assert told["changed"] == len(differing)
        assert told["nulls"] == len(customers) - len(values)
        assert (told["min"], told["median"], told["max"]) == (values[0], values[(len(values) - 1) // 2], values[-1])
        assert len(told["examples"]) == min(5, len(differing))
        for one in told["examples"]:
            customer = one["customer_id"]
            assert (one["old"], one["new"]) == (before[customer].get(name), after[customer][name])


def test_a_sample_is_always_the_same(sold):
    (sold / "definitions" / "shop.yaml").write_text(WRITTEN)
    with opened_for_serving(sold) as opened:
        one, other = previewed(opened, sample=6), previewed(opened, sample=6)

    assert one["customers"] == 6
    assert one["attributes"] == other["attributes"]


def test_the_command_shows_it_and_the_server_answers_it(sold):
    (sold / "definitions" / "shop.yaml").write_text(WRITTEN)

    said = hf("apply", "--preview", folder=sold)

    assert said.code == 0, said.err
    assert "largest: 16 have a value, 0 null" in said.out
    assert "- attributes.email" in said.out
    assert hf("apply", "--check", folder=sold).code == 3


def test_other_business_keys_are_no_matter_of_a_preview(sold):
    (sold / "definitions" / "shop.yaml").write_text(DEFINITIONS.replace("properties.order_id", "properties.number"))

    said = hf("apply", "--preview", "--json", folder=sold)

    assert said.code == 1
    assert "business key of Order Completed" in said.json["error"]


def test_a_field_that_goes_from_the_tracking_plan_is_told_with_what_it_breaks(tmp_path):
    plan = "events:\n  Order Completed:\n    properties:\n      order_id: {}\n      total: {}\n      note: {}\n"
    folder = shop_in(tmp_path / "shop", files={"plan.yaml": plan}, tracking_plan="plan.yaml")
    (folder / "plan.yaml").write_text(plan.replace("      total: {}\n      note: {}\n", ""))

    found = hf("apply", "--preview", folder=folder)
    as_json = hf("apply", "--preview", "--json", folder=folder).json

    (gone,) = as_json["leaving"]
    assert (gone["event"], gone["path"]) == ("Order Completed", "total")
    assert {"total_purchase_value", "average"} <= set(gone["attributes"])
    assert "! Order Completed: total goes from the tracking plan" in " ".join(found.out.split())
    assert hf("apply", folder=folder).code == 0
    assert hf("apply", "--preview", "--json", folder=folder).json["leaving"] == []
