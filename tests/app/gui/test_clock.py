"""The clock of a workspace that lives in the past can be set to now, and to nothing else."""

from __future__ import annotations

from tests.app.gui.past_shop import Api
from tests.app.serving import opened_for_serving, until
from tests.app.shop import hf, order, write_lines

from hundredfold.app.serving import in_background
from hundredfold.app.workspace import Workspace
from hundredfold.words.calendar import parse_time

DEFINITIONS = "attributes:\n  orders: {event: Order Completed, aggregate: count}\n"


def test_what_was_later_than_the_clock_counts_once_it_is_set_to_now(tmp_path):
    shop = tmp_path / "shop"
    hf("init", shop)
    (shop / "definitions" / "shop.yaml").write_text(DEFINITIONS)
    Workspace.open(shop).set_clock(parse_time("2011-12-09T12:00Z"))
    assert hf("apply", folder=shop).code == 0
    orders = [order(1, "c1", "2011-12-08T10:00:00Z", 5), order(2, "c1", "2026-02-03T10:00:00Z", 5)]
    assert hf("import", write_lines(tmp_path / "orders.ndjson", orders), folder=shop).code == 0

    with opened_for_serving(shop) as opened, in_background(opened) as served:
        api = Api(served, "admin", personal_data=True)
        assert (api.get("/settings")["replayed"], counted(api)) == (True, 1)
        api.answer("POST", "/settings/clock", 204)

        assert api.get("/settings")["replayed"] is False
        until(lambda: counted(api) == 2)
        assert api.answer("POST", "/settings/clock", 409).json()["code"] == "real_clock"
        assert Workspace.open(shop).settings.clock_offset == 0
        (change,) = [one for one in api.get("/changes") if one["what"] == "clock.set"]
        assert change["before"].startswith("2011-12-09T12:0")


def counted(api):
    return api.get("/profiles/c1")["attributes"]["orders"]
