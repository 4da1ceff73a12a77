"""A new definition is right for all history, and the old version answers until it is."""

from __future__ import annotations

import os
import signal

import pytest
from tests.app.serving import opened_for_serving, until, worker_of
from tests.app.shop import DEFINITIONS, PRODUCTS, hf, order, write_lines

from hundredfold.app import work
from hundredfold.live.manifest import snapshots

ADDED = DEFINITIONS + "  largest: {event: Order Completed, value: properties.total, aggregate: max}\n"
KEYED = ADDED.replace("currency: properties.currency, ", "")


@pytest.fixture
def sold(shop, tmp_path):
    messages = [order(n, f"c{n % 3}", f"2026-03-{n + 1:02}T10:00:00Z", 10 * n) for n in range(1, 6)]
    hf("import", write_lines(tmp_path / "a.ndjson", messages), folder=shop)
    return shop


def fills(opened):
    """The back-fills in the book of runs, newest first."""
    return [run for run in work.runs(opened.workspace)["runs"] if run["kind"] == "back-fill"]


def test_the_old_version_answers_until_the_new_one_has_caught_up(sold, tmp_path):
    with opened_for_serving(sold) as opened:
        before = work.profile(opened, "c1")["attributes"]
        with opened.beside.turn():
            (sold / "definitions" / "shop.yaml").write_text(ADDED)
            applied = work.apply(opened)
            meanwhile = work.profile(opened, "c1")["attributes"]
            later = write_lines(tmp_path / "b.ndjson", [order(9, "c1", "2026-03-20", 7)])
            work.import_data(opened, path=str(later))
            live = work.profile(opened, "c1")["attributes"]
        opened.filling.join()
        after = work.profile(opened, "c1")["attributes"]
        (run,) = fills(opened)

    assert applied["added"] == ["attributes.largest"]
    assert meanwhile == before
    assert "largest" not in live
    assert live["total_purchase_value"] == before["total_purchase_value"] + 7
    assert after == live | {"largest": 40.0}
    assert (run["kind"], run["families"], run["whole"], run["error"]) == ("back-fill", 1, False, None)


@pytest.mark.parametrize("covered", [False, True])
def test_a_new_attribute_is_right_for_everybody(sold, tmp_path, covered):
    hf("forget", "c2", folder=sold)
    if covered:
        hf("batch", folder=sold)
    with opened_for_serving(sold) as opened:
        corrected = order(31, "c1", "2026-03-03", 4) | {"properties": {"order_id": "o3", "total": 4}}
        link = {"type": "identify", "userId": "c1", "anonymousId": "x", "messageId": "i", "timestamp": "2026-03-04"}
        device = order(32, "x", "2026-03-05", 1)
        device["anonymousId"] = device.pop("userId")
        more = [corrected, link, device, order(33, "c0", "2099-01-01", 5)]
        work.import_data(opened, path=str(write_lines(tmp_path / "b.ndjson", more)))
        (sold / "definitions" / "shop.yaml").write_text(ADDED)
        work.apply(opened)
        opened.filling.join()

        found = work.audit(opened)
        profile = work.profile(opened, "x")["attributes"]
        (run, *_) = fills(opened)

    assert (found["mismatches"], found["checked"]) == (0, found["customers"])
    assert (profile["largest"], profile["orders"]) == (40.0, 4)
    assert (run["families"], run["whole"]) == (1, False)
    assert hf("audit", "--all", folder=sold).code == 0


def test_other_changes_are_folded_from_nothing(sold):
    with opened_for_serving(sold) as opened:
        (sold / "definitions" / "shop.yaml").write_text(KEYED)
        work.apply(opened)
        opened.filling.join()
        (run,) = fills(opened)
        found = work.audit(opened)

    assert (run["whole"], found["mismatches"]) == (True, 0)


def test_what_differs_in_nothing_is_not_filled_again(sold):
    with opened_for_serving(sold) as opened:
        work.apply(opened)
        assert opened.filling is None
        (sold / "products.csv").write_text(PRODUCTS + "x9,socks,\n")
        work.apply(opened)
        opened.filling.join()
        (run,) = fills(opened)

    assert run["whole"]


def test_definitions_that_change_again_meanwhile_are_those_that_count(sold):
    with opened_for_serving(sold) as opened:
        with opened.beside.turn():
            (sold / "definitions" / "shop.yaml").write_text(KEYED)
            work.apply(opened)
            first = opened.filling
            (sold / "definitions" / "shop.yaml").write_text(ADDED)
            work.apply(opened)
        first.join()
        opened.filling.join()
        after = work.profile(opened, "c1")["attributes"]
        runs = fills(opened)

    assert (after["largest"], len(runs)) == (40.0, 1)


def test_a_back_fill_whose_process_is_killed_leaves_the_old_version(sold):
    told = []
    with opened_for_serving(sold) as opened:
        opened.tell = told.append
        before = work.profile(opened, "c1")["attributes"]
        (sold / "definitions" / "shop.yaml").write_text(ADDED)
        work.apply(opened)
        os.kill(until(lambda: worker_of(os.getpid())), signal.SIGKILL)
        opened.filling.join()
        after = work.profile(opened, "c1")["attributes"]
        (run,) = fills(opened)
        work.apply(opened)
        opened.filling.join()
        again = work.profile(opened, "c1")["attributes"]

    assert after == before
    assert "ended before it was done" in run["error"]
    assert "hf apply" in told[0]
    assert again["largest"] == 40.0
    assert len(snapshots(sold / "data" / "snapshots")) == 2
