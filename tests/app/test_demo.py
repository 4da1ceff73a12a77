"""The demo on its real orders, a few days of them, and its tour: what it prints is so."""

from __future__ import annotations

import json
import re
import threading
from datetime import date
from decimal import Decimal

import httpx
import pytest
from tests.app.serving import until
from tests.app.shop import hf

from hundredfold.app import demo
from hundredfold.app.documents import json_text, read_json
from hundredfold.app.replay import ReplayClock
from hundredfold.demo.people import traits_of
from hundredfold.errors import WorkspaceError

CUT = date(2009, 12, 14)
AS_A_PAGE = {"Accept": "text/html"}


@pytest.fixture(scope="module")
def shown(tmp_path_factory):
    """A demo that has two weeks of history and replays three days: its figures, and what was asked of it at its end."""
    folder = tmp_path_factory.mktemp("demo") / "demo-shop"
    steps, asked = [], {}

    def visit(figures):
        with httpx.Client(base_url=figures["url"], timeout=30) as browser:
            asked.update(visited(browser))

    figures = demo.run(folder, cut=CUT, days=3, step=lambda name, _: steps.append(name), stay=visit)
    return read_json(json_text(figures)), steps, asked, folder


def visited(browser):
    """What somebody's page does on the tour: looks at a customer, listens to the feed, and buys."""
    found = {"strange": browser.get("/api/v1/tour").status_code, "page": browser.get("/", headers=AS_A_PAGE)}
    found["session"] = browser.get("/api/v1/session")
    shop = found["shop"] = browser.get("/api/v1/tour").json()
    customer = shop["lively"][0]
    profile = f"/api/v1/profiles/{customer}"
    found["customer"], found["before"] = customer, read_json(browser.get(profile).content)
    found["quiet"] = read_json(browser.get(f"/api/v1/profiles/{shop['quiet'][0]}").content)
    with browser.stream("GET", "/api/v1/feed", params={"customer": customer}) as feed:
        lines = feed.iter_lines()
        assert next(lines) == "retry: 2000"
        order = {"order_id": "tour-1", "total": 12.5, "currency": "GBP"}
        message = {"event": "Order Completed", "userId": customer, "properties": order}
        buying = threading.Thread(
            target=lambda: httpx.post(f"{browser.base_url}/v1/track", json=message, auth=(shop["write_key"], ""))
        )
        buying.start()
        found["told"] = next(json.loads(line[6:]) for line in lines if line.startswith("data: {") and "changes" in line)
        buying.join()
    found["after"] = read_json(browser.get(profile).content)
    found["bought"] = browser.get("/api/v1/tour").json()["bought"]
    back = {"event": shop["undone_by"], "userId": customer, "properties": {"order_id": "tour-1"}}
    httpx.post(f"{browser.base_url}/v1/track", json=back, auth=(shop["write_key"], "")).raise_for_status()
    found["back"] = until(lambda: went_back(browser, profile, found["before"]))
    found["left"] = browser.get("/api/v1/tour").json()["bought"]
    found["without the header"] = browser.post("/api/v1/batch", json={}).status_code
    found["other name"] = browser.get(profile, headers={"Host": "shop.example"}).status_code
    found["other site"] = browser.get(profile, headers={"Sec-Fetch-Site": "same-site"}).status_code
    return found


def went_back(browser, profile, before):
    """The profile, once its value is what it was."""
    now = read_json(browser.get(profile).content)
    name = "total_purchase_value"
    return now if now["attributes"][name] == before["attributes"][name] else None


def test_every_line_is_accounted_for(shown):
    imported = shown[0]["import"]

    assert imported["read"] == 1_067_367
    assert imported["rejected"] == sum(imported["reasons"].values()) == 236_839
    assert imported["skipped"] == {"free of charge": 6_141, "in the other extract": 393}
    assert shown[0]["batch"]["events"] == imported["stored"] + shown[0]["people"]["simulated"]
    assert imported["stored"] > 1_000
    (told,) = [one for one in hf("quality", "--json", folder=shown[3]).json["sources"] if one["read"] > 1_000_000]
    assert (told["name"], told["rejected"]) == ("online-retail-ii", 236_839)


def test_thinking_and_feeling_brain_add_up_to_now_at_every_turn(shown):
    rows = shown[0]["customer"]["rows"]

    assert all(Decimal(row["until_batch"]) + Decimal(row["since"]) == Decimal(row["now"]) for row in rows)
    assert rows[-1]["since"] > rows[0]["since"] >= 0
    assert rows[0]["until_batch"] > 0


def test_todays_value_rises_during_the_day_and_falls_to_zero_at_midnight(shown):
    document = shown[0]["customer"]
    today = [row["today"] for row in document["rows"]]
    midnight = next(n for n, row in enumerate(document["rows"]) if n and row["at"].endswith("T00:00:00Z"))

    assert today[0] == 0
    assert today[1:midnight] == sorted(set(today[1:midnight]))
    assert today[midnight - 1] > 0
    assert today[midnight] == 0


def test_everybody_has_a_made_up_name_and_address_that_say_so(shown):
    people, asked = shown[0]["people"], shown[2]
    told = asked["before"]["attributes"]
    made_up = traits_of(asked["customer"])

    assert people["simulated"] > shown[0]["totals"]["customers"] > shown[0]["known"]["customers"]
    assert (told["name"], told["email"], told["city"]) == (
        made_up["name"],
        made_up["email"],
        made_up["address"]["city"],
    )
    assert made_up["simulated"]
    assert re.fullmatch(r"[a-z]+\.[a-z]+\.\d+@example\.(com|org|net)", told["email"])


def test_nobody_differs_from_the_recomputation(shown):
    figures = shown[0]

    assert figures["audit"]["mismatches"] == 0
    assert figures["audit"]["checked"] == figures["audit"]["customers"] == figures["totals"]["customers"]
    assert figures["totals"]["orders"] > figures["known"]["orders"]
    assert figures["replay"]["events"] > 100


def test_the_figures_are_told_as_they_come(shown):
    assert shown[1] == ["import", "people", "known", "batch", "replay", "customer", "totals", "audit"]


def test_the_clock_runs_on_in_the_workspace(shown):
    figures, folder = shown[0], shown[3]
    customer = figures["customer"]["customer_id"]

    later = hf("profile", customer, "--json", folder=folder)
    at_noon = hf("profile", customer, "--at", figures["customer"]["rows"][1]["at"], "--json", folder=folder)

    assert later.code == 0, later.err
    assert figures["clock"] <= later.json["at"] < "2009-12-18"
    assert at_noon.json["attributes"]["purchase_value_today"] == float(figures["customer"]["rows"][1]["today"])


def test_a_segments_recorded_sizes_are_those_of_its_past(shown):
    folder = shown[3]
    told = hf("segment", "big_spenders", "--sizes", "--hours", "40", "--json", folder=folder).json
    recorded = {
        at: size for at, size in zip(told["at"], told["sizes"]["big_spenders"], strict=True) if size is not None
    }

    past = {at: hf("segment", "big_spenders", "--at", at, "--json", folder=folder).json["count"] for at in recorded}

    assert len(set(recorded.values())) > 1
    assert recorded == past


def test_a_purchase_on_the_tour_changes_the_profile_through_the_feed(shown):
    asked = shown[2]
    before, after = (asked[when]["attributes"]["total_purchase_value"] for when in ("before", "after"))

    assert after - before == Decimal("12.5")
    assert asked["told"]["customer_id"] == asked["customer"]
    assert asked["told"]["changes"]["total_purchase_value"] == {"old": float(before), "new": float(after)}
    assert asked["after"]["parts"]["total_purchase_value"]["since"] >= 12.5


def test_the_tour_offers_who_has_a_history_and_goods_to_buy(shown):
    shop, asked = shown[2]["shop"], shown[2]

    assert len(shop["lively"]) == len(shop["quiet"]) == 4
    assert shop["names"] == {one: traits_of(one)["name"] for one in (*shop["lively"], *shop["quiet"])}
    assert asked["quiet"]["parts"]["total_purchase_value"]["since"] == 0
    assert asked["quiet"]["parts"]["total_purchase_value"]["until_batch"] > 0
    assert all(good["price"] > 0 and good["sku"] for good in shop["goods"])


def test_what_was_bought_on_the_tour_is_taken_back_by_a_message(shown):
    asked = shown[2]

    assert [one["order_id"] for one in asked["bought"]] == ["tour-1"]
    assert asked["back"]["attributes"] == asked["before"]["attributes"]
    assert asked["left"] == []


def test_the_pages_run_no_foreign_code_and_lend_their_right_to_nobody_else(shown):
    asked = shown[2]
    policy = asked["page"].headers["content-security-policy"]

    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "<style" not in asked["page"].text
    assert "HttpOnly; SameSite=Strict" in asked["session"].headers["set-cookie"]
    assert asked["strange"] == 401
    assert asked["without the header"] == 403
    assert asked["other name"] == 401
    assert asked["other site"] == 403


def test_a_folder_that_is_not_the_demos_is_left_alone(tmp_path):
    (tmp_path / "letters.txt").write_text("mine")

    with pytest.raises(WorkspaceError, match="nothing was changed"):
        demo.run(tmp_path)

    assert [path.name for path in tmp_path.iterdir()] == ["letters.txt"]


def test_a_replay_clock_stands_still_and_runs_on():
    real = [1_000]
    clock = ReplayClock(50, lambda: real[0])

    real[0] += 7
    ran = clock()
    clock.hold(200)
    real[0] += 100
    held = clock()
    clock.run()
    real[0] += 3

    assert (ran, held, clock()) == (57, 200, 203)
