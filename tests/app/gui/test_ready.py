"""The catalogue's part of the control API: what is ready, what it lacks, and how it comes into force."""

from __future__ import annotations

import pytest
from tests.app.gui.past_shop import Api
from tests.app.serving import opened_for_serving, until
from tests.app.shop import orders_of_march, shop_in

from hundredfold.app.serving import in_background
from hundredfold.app.workspace import Workspace
from hundredfold.words.calendar import parse_time

CLASHING = "attributes:\n  first_order_at: {event: Order Completed, value: timestamp, aggregate: max}\n"


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """A shop that serves half a year after its orders, with a name of the catalogue that says something else."""
    folder = shop_in(
        tmp_path_factory.mktemp("ready") / "shop", orders_of_march(), files={"definitions/clashing.yaml": CLASHING}
    )
    Workspace.open(folder).set_clock(parse_time("2026-09-20T10:00Z"))
    with opened_for_serving(folder) as opened, in_background(opened) as found:
        yield found


@pytest.fixture
def api(served):
    return Api(served, "admin", personal_data=True)


def entries(api):
    found = until(lambda: (told := api.get("/catalogue"))["complete"] and told)
    return {one["name"]: one for group in found["groups"] for one in group["entries"]}


def test_every_entry_says_what_it_needs_and_whether_that_was_sent(api):
    found = entries(api)

    assert len(found) > 400
    assert found["first_order_value"]["fills"]
    assert found["first_order_value"]["description"] == {
        "en": "What the first order came to.",
        "pt": "O valor da primeira encomenda.",
    }
    assert not found["emails_opened"]["fills"]
    assert [one["there"] for one in found["emails_opened"]["needs"]] == [False]
    assert all(one["needs"] for one in found.values() if not one["fills"])
    refunds = {"text": "Order Refunded events, if there are any", "there": True, "trains": False}
    assert refunds in found["net_revenue"]["needs"]
    assert found["net_revenue"]["fills"], "without refunds nothing is taken off"
    assert [one["text"] for one in found["refund_rate"]["needs"] if not one["there"]] == ["Order Refunded events"]
    assert found["vip"]["fills"]
    assert (found["first_order_at"]["taken"], found["first_order_at"]["same"]) == (True, False)


def test_a_segment_of_the_catalogue_is_a_sentence_and_says_which_names_are_not_here(api):
    found = entries(api)["prospects"]

    assert (found["lacks"], found["fills"]) == (["order_count"], True)
    sentence = {name: found["sentence"][name] for name in ("kind", "label", "description", "group", "where")}
    checked = api.post("/definitions/segments/check", name="prospects", sentence=sentence)
    assert checked["fields"]["where"] == found["where"]
    assert [one["field"] for one in checked["mistakes"]] == ["where"]
    back = entries(api)["reactivated_customers"]
    assert back["lacks"] == ["active_customers", "churned_customers", "lifecycle_days"]


def test_what_is_added_is_in_force_with_what_it_needs_and_clashes_are_told(api):
    wanted = ["first_order_value", "days_since_first_order"]
    told = api.post("/catalogue/look", names=wanted)
    assert "first_order_at" in told["clashing"]
    assert set(wanted) <= set(told["added"])
    before = entries(api)["first_order_value"]

    done = api.post("/catalogue/add", names=wanted, version=told["version"])
    late = api.post("/catalogue/add", 409, names=["emails_opened"], version=told["version"])

    after = entries(api)
    assert done["added"] == told["added"]
    assert (before["taken"], after["first_order_value"]["taken"], after["first_order_value"]["same"]) == (
        False,
        True,
        True,
    )
    assert late["code"] == "changed_meanwhile"
    assert not after["emails_opened"]["taken"]


def test_what_models_need_is_told_until_a_batch_has_spoken_and_then_why_they_are_off(api):
    found = entries(api)
    assert found["p_alive"]["fills"]
    late = [one for one in found["days_overdue"]["needs"] if not one["there"]]
    assert [one["text"] for one in late] == [
        "a batch run on customers of 360 days ago (off where a naive guess is as good)"
    ]
    told = api.post("/catalogue/look", names=["p_buy_30d"])
    api.post("/catalogue/add", names=["p_buy_30d"], version=told["version"])

    api.post("/batch")

    off = until(lambda: not (one := entries(api)["p_buy_30d"])["fills"] and one)
    (why,) = [one["text"] for one in off["needs"] if not one["there"]]
    assert why.startswith("a training of churn_risk_30d that is used: 5 customers did not order again within 30 days")
    assert not any("a batch run" in one["text"] for one in off["needs"])
