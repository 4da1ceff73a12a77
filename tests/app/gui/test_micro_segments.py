"""Micro-segments by the API of a real server: sizes and moves are those of the profiles, and follow every order."""

from __future__ import annotations

import json
from collections import Counter
from zoneinfo import ZoneInfo

import httpx
import pyarrow.parquet as pq
import pytest
from tests.app.grouped_shop import DEFINITIONS, NOW, grouped_shop, with_days_before
from tests.app.serving import opened_for_serving, until
from tests.app.shop import hf, order, shop_in

from hundredfold.app.serving import in_background
from hundredfold.segment.days import Days, keys_of


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """The shop, served, with entries of twelve days before."""
    folder = grouped_shop(tmp_path_factory.mktemp("grouped") / "shop")
    with_days_before(folder)
    with opened_for_serving(folder) as opened, in_background(opened) as found:
        until(lambda: asked(found, "/micro-segments")["as_of"])
        until(lambda: asked(found, "/micro-segments/migration")["days"])
        yield found, folder


def asked(served, path, *, token=None, **parameters):
    headers = {"Authorization": f"Bearer {token or served.token}"}
    answer = httpx.get(f"{served.url}/api/v1{path}", params=parameters, headers=headers, timeout=30)
    assert answer.status_code == 200, answer.text
    return answer.json()


def profiles(folder, tmp_path):
    """Everybody's profile by id, as `hf profiles` says it."""
    assert hf("profiles", "--to", tmp_path / "all.parquet", folder=folder).code == 0
    return {one["customer_id"]: one for one in pq.read_table(tmp_path / "all.parquet").to_pylist()}


def test_sizes_money_and_means_are_those_of_the_profiles(served, tmp_path):
    server, folder = served
    everybody = profiles(folder, tmp_path)

    told = asked(server, "/micro-segments")

    sizes = Counter(one["micro_segment"] for one in everybody.values())
    assert len(told["micro_segments"]) >= 8
    assert {one["id"]: one["customers"] for one in told["micro_segments"] if one["customers"]} == {
        name: count for name, count in sizes.items() if name is not None
    }
    assert told["nowhere"] == sizes[None]
    assert sum(one["share"] for one in told["micro_segments"]) == pytest.approx(1)
    for one in told["micro_segments"]:
        own = [person for person in everybody.values() if person["micro_segment"] == one["id"]]
        spent = [float(person["total_purchase_value"]) for person in own]
        assert one["sums"]["spent"] == pytest.approx(sum(spent))
        assert one["means"]["orders"] == pytest.approx(sum(person["orders"] for person in own) / len(own))
        assert {person["stage"] for person in own} == {one["stage"]}
        assert list(one["apart"].values()) == sorted(one["apart"].values(), key=lambda far: -abs(far))
        assert set(one["clusters"]) <= set(told["layers"][one["stage"]])
    units = {one["role"]: one["unit"] for one in told["features"]}
    assert (units["spent"], units["orders"], units["last_order"]) == ("money", "number", "days")
    assert told["homogeneity"]["explained"] > told["homogeneity"]["explained_by_stages"]
    assert told["stages"]["active"] == {"en": "Active", "pt": "Ativos"}


def test_two_are_laid_side_by_side_and_customers_are_for_those_who_may_see_them(served, tmp_path):
    server, folder = served
    everybody = profiles(folder, tmp_path)
    some = asked(server, "/micro-segments")["micro_segments"]
    one, other = some[0]["id"], some[-1]["id"]

    told = asked(server, f"/micro-segments/{one}", beside=other)

    assert (told["micro_segment"]["id"], told["other"]["id"]) == (one, other)
    for feature in told["features"]:
        assert sum(feature["own"]["shares"]) == pytest.approx(1)
        assert len(feature["everybody"]["shares"]) == len(feature["edges"]) - 1
    spent = next(one for one in told["features"] if one["feature"]["role"] == "spent")
    middle = sorted(float(p["total_purchase_value"]) for p in everybody.values() if p["micro_segment"] == other)
    assert middle[0] <= spent["other"]["quarters"][1] <= middle[-1]
    assert len(told["customers"]) == 5
    assert {everybody[person["customer_id"]]["micro_segment"] for person in told["customers"]} == {one}
    assert [p["values"]["spent"] for p in told["customers"]] == sorted(p["values"]["spent"] for p in told["customers"])

    blind, _ = server.tokens.create("api", "blind", scope="read")
    assert asked(server, f"/micro-segments/{one}", token=blind)["customers"] == []
    missing = httpx.get(f"{server.url}/api/v1/micro-segments/m999", headers={"Authorization": f"Bearer {server.token}"})
    assert missing.status_code == 404


def test_an_order_moves_a_customer_at_once_and_sizes_feed_and_migration_say_so(served):
    server, _ = served
    headers = {"Authorization": f"Bearer {server.token}"}
    before = asked(server, "/micro-segments")
    quiet = next(one for one in before["micro_segments"] if one["stage"] == "lapsed" and one["customers"])
    customer = asked(server, f"/micro-segments/{quiet['id']}")["customers"][0]["customer_id"]
    key, _ = server.tokens.create("server", "till")

    with httpx.stream("GET", f"{server.url}/api/v1/feed", params={"customer": customer}, headers=headers) as feed:
        lines = feed.iter_lines()
        assert next(lines) == "retry: 2000"
        sent = order(90_000, customer, NOW.isoformat(), 4_000)
        assert httpx.post(f"{server.url}/v1/track", json=sent, auth=(key, "")).status_code == 200
        records = (json.loads(line[6:]) for line in lines if line.startswith("data: {"))
        change = next(record["changes"]["micro_segment"] for record in records if "changes" in record)

    assert change["old"] == quiet["id"]
    now = change["new"]
    after = {one["id"]: one for one in asked(server, "/micro-segments")["micro_segments"]}
    sizes = {one["id"]: one["customers"] for one in before["micro_segments"]}
    assert after[now]["stage"] == "active"
    assert after[quiet["id"]]["customers"] == sizes[quiet["id"]] - 1
    assert after[now]["customers"] == sizes[now] + 1
    moves = asked(server, "/micro-segments/migration")
    assert [move for move in moves["moves"] if move["from"] != move["to"]] == [
        {"from": quiet["id"], "to": now, "customers": 1}
    ]
    assert (moves["moved"], moves["retrained"]) == (1, False)
    assert moves["names"][now] == after[now]["name"]
    wrong = httpx.get(
        f"{server.url}/api/v1/micro-segments/migration", params={"from": "2001-01-01T00:00:00Z"}, headers=headers
    )
    assert wrong.status_code == 404


def test_stages_by_day_and_cohorts_are_those_of_the_profiles(served, tmp_path):
    server, folder = served
    everybody = profiles(folder, tmp_path)

    moves = asked(server, "/movement")
    cohorts = asked(server, "/cohorts")

    assert moves["attribute"] == "stage"
    assert len(moves["at"]) == 14  # twelve days before, the one at the start, and now
    newest = {one["stage"]: one["sizes"][-1] for one in moves["stages"]}
    assert newest == Counter(one["stage"] for one in everybody.values())
    assert [one["stage"] for one in moves["stages"]] == ["new", "active", "lapsed"]
    assert sum(one["sizes"][0] for one in moves["stages"]) == 320
    assert moves["moves"]
    assert (cohorts["first"], cohorts["last"]) == ("first_order_at", "last_order_at")
    lisbon = [(one["first_order_at"], one["last_order_at"]) for one in everybody.values()]
    for cohort in cohorts["cohorts"]:
        own = [(a, b) for a, b in lisbon if month(a) == cohort["month"]]
        assert len(own) == cohort["customers"]
        for later, share in enumerate(cohort["again"], 1):
            still = [b for a, b in own if months(month(b)) - months(cohort["month"]) >= later]
            assert share == pytest.approx(len(still) / len(own))


def month(time):
    return f"{time.astimezone(ZoneInfo('Europe/Lisbon')):%Y-%m}"


def months(text):
    return int(text[:4]) * 12 + int(text[5:])


def test_whoever_is_erased_leaves_the_entries(served):
    _server, folder = served
    entry = max((folder / "data" / "days").glob("*.arrow"))
    days, (key,) = Days(folder / "data" / "days"), keys_of(["u:c5"]).tolist()
    assert key in days.read(int(entry.stem), "stage").keys

    assert hf("forget", "c5", folder=folder).code == 0

    until(lambda: key not in Days(folder / "data" / "days").read(int(entry.stem), "stage").keys)


def test_what_is_missing_is_said(tmp_path):
    with opened_for_serving(shop_in(tmp_path / "shop")) as opened, in_background(opened) as server:
        assert "Add micro_segment from the catalogue" in asked(server, "/micro-segments")["why"]
        assert asked(server, "/movement")["attribute"] is None
        assert asked(server, "/micro-segments/migration")["moves"] == []
    folder = shop_in(tmp_path / "again", files={"definitions/groups.yaml": DEFINITIONS})
    with opened_for_serving(folder) as opened, in_background(opened) as server:
        assert "no batch has run" in asked(server, "/micro-segments")["why"]
    assert hf("batch", folder=folder).code == 0
    with opened_for_serving(folder) as opened, in_background(opened) as server:
        assert "Wait for more customers." in asked(server, "/micro-segments")["why"]
