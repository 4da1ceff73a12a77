"""The report on the data's quality: each planted fault is told, of its source and event, and nothing else is."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from tests.app.shop import hf, shop_in, write_lines

from hundredfold.app.acting import COMMAND, acting
from hundredfold.app.alerting.conditions import Conditions, Memory
from hundredfold.app.alerting.settings import Alerts
from hundredfold.app.alerting.wording import sentence
from hundredfold.app.duties import scheduler
from hundredfold.app.lock import WorkspaceLock
from hundredfold.app.opened import OpenWorkspace
from hundredfold.app.runbook import Runbook
from hundredfold.app.settings import with_setting
from hundredfold.app.workspace import Workspace
from hundredfold.words.calendar import HOUR, parse_time

DEFINITIONS = """\
events:
  Order Completed: {key: properties.order_id, revision: properties.updated_at, currency: properties.currency,
                    money: [properties.total]}
attributes:
  orders: {event: Order Completed, aggregate: count}
"""
PLAN = """\
mode: warn
events:
  Order Completed:
    properties:
      order_id: {required: true, type: text}
      total: {type: number}
      channel: {values: [web, till]}
"""
TODAY = date(2026, 3, 31)
DAYS = 35


def order(number: int, day: int, **further: object) -> dict[str, object]:
    """The `number`th order of the day so many days ago."""
    at = TODAY - timedelta(days=day)
    properties = {"order_id": f"o{day}-{number}", "total": 10, "channel": "web", "coupon": "x", **further}
    return {
        "type": "track",
        "event": "Order Completed",
        "messageId": f"m{day}-{number}",
        "userId": f"c{number}",
        "timestamp": f"{at}T08:{number % 60:02}:00Z",
        "receivedAt": f"{at}T08:{number % 60:02}:00Z",
        "properties": {name: value for name, value in properties.items() if value is not None},
    }


@pytest.fixture
def shop(tmp_path):
    folder = shop_in(tmp_path / "shop", zone="UTC", files={"definitions/shop.yaml": DEFINITIONS, "plan.yaml": PLAN})
    path = folder / "hundredfold.yaml"
    path.write_text(with_setting(path.read_text(), "tracking_plan", "plan.yaml"))
    return folder


def brought(shop, source, messages):
    assert hf("import", write_lines(shop.parent / "some.ndjson", messages), "--source", source, folder=shop).code == 0


def as_of_today(shop):
    """The shop's clock is set to the evening of `TODAY`."""
    Workspace.open(shop).set_clock(parse_time(f"{TODAY}T18:00:00Z"))


def report(shop):
    said = hf("quality", "--json", folder=shop)
    assert said.code == 0, said.err
    return said.json


def test_of_good_data_there_is_nothing_to_look_at(shop):
    brought(shop, "shop", [order(n, day) for day in range(DAYS) for n in range(12)])
    as_of_today(shop)
    assert hf("batch", folder=shop).code == 0

    told = report(shop)

    assert told["problems"] == []
    (source,) = told["sources"]
    assert (source["name"], source["messages"], source["read"], source["rejected"]) == ("shop", 420, 420, 0)
    assert {field["path"]: field["missing"] for field in source["events"][0]["fields"]} == {
        "properties.order_id": 0.0,
        "properties.total": 0.0,
        "properties.channel": 0.0,
        "properties.coupon": 0.0,
    }
    assert "nothing to look at" in hf("quality", folder=shop).out


def test_each_fault_is_told_of_its_source_and_event(shop):
    good = [order(n, day) for day in range(DAYS) for n in range(12)]
    brought(shop, "shop", good)
    # The ERP's orders are fewer since three days, lack their coupon for a week, and are against the plan.
    odd = [
        order(n, day, coupon=None if day < 7 else "x", updated_at="2026-04-01")
        for day in range(DAYS)
        for n in range(12 if day > 3 else 4)
    ]
    faults = [
        order(20, 9, order_id=None),
        order(21, 9, total="much"),
        order(22, 9, channel="<b>phone</b>"),
        order(23, 9, currency="USD"),
    ]
    for one in (*odd, *faults):
        one["messageId"] = f"erp-{one['messageId']}"
    brought(shop, "erp", [*odd, *faults])
    brought(shop, "erp", [{"type": "track"}, *odd[:98]])
    as_of_today(shop)

    told = report(shop)

    assert {(one["source"], one["event"], one["sentence"]) for one in told["problems"]} == {
        ("erp", None, "1 messages with money in USD count 0: there is no rate from 2026-03-22 on"),
        ("erp", "Order Completed", "properties.order_id is missing in 1 messages; the plan requires it"),
        ("erp", "Order Completed", "properties.total is no number in 1 messages"),
        ("erp", "Order Completed", "properties.channel has values that the plan does not list in 1 messages"),
        ("erp", "Order Completed", "12 messages on the last 3 days; 36 on these weekdays of the weeks before"),
        ("erp", "Order Completed", "properties.coupon is no longer sent; it was in 100% of the messages"),
    }
    erp = next(one for one in told["sources"] if one["name"] == "erp")
    assert (erp["duplicates"], erp["rejected"]) == (98, 1)
    (facts,) = told["facts"]
    assert (facts["facts"], facts["of_several_sources"]) == (420 + 3, len(odd))
    assert facts["told_again"] == len(odd)


def test_a_page_tells_it_in_both_languages_without_running_what_it_shows(shop):
    brought(shop, "shop", [order(1, 1, channel="<script>alert(1)</script>"), order(2, 1, **{"<i>": None})])
    brought(shop, "<u>erp</u>", [order(3, 1, channel="phone")])
    for language, title in (("en", "What to look at first"), ("pt", "O que ver primeiro")):
        file = shop.parent / f"{language}.html"

        said = hf("quality", "--html", file, "--language", language, folder=shop)

        assert (said.code, said.out.splitlines()[-1]) == (0, f"written to {file}")
        text = file.read_text()
        assert f"<h2>{title}</h2>" in text
        assert "<bdi>&lt;u&gt;erp&lt;/u&gt;</bdi>" in text
        assert not re.search(r"<(script|u|i)>", text)
    assert "tem valores que o plano não lista" in text
    said = hf("quality", "--html", file / "in-a-file.html", folder=shop)
    assert (said.code, "cannot be written" in said.err) == (1, True)


def test_numbers_on_the_page_are_written_as_its_language_writes_them(shop):
    brought(shop, "shop", [order(n, 1, channel="phone" if n % 2 else None) for n in range(24_690)])
    as_of_today(shop)
    pages = {}
    for language in ("en", "pt"):
        file = shop.parent / f"{language}.html"
        hf("quality", "--html", file, "--language", language, folder=shop)
        pages[language] = file.read_text()

    assert "in 12,345 messages" in pages["en"]
    assert '<td class="number">24,690</td>' in pages["en"]
    assert "em 12\xa0345 mensagens" in pages["pt"]
    assert '<td class="number">24\xa0690</td>' in pages["pt"]
    assert not re.search(r"\d,\d", pages["pt"].partition("</style>")[2])


def test_the_schedule_looks_by_itself_and_alerts_and_doctor_tell(shop):
    path = shop / "hundredfold.yaml"
    path.write_text(with_setting(path.read_text(), "schedule", '{quality: {at: "0 * * * *"}}'))
    brought(shop, "shop", [order(1, 1, total="much")])
    acting.set(COMMAND)
    workspace = Workspace.open(shop)
    failed = []

    class Logbook:
        def error(self, *told, **further):
            failed.append(told)

    class Server:
        def positions(self):
            return opened.log.end()

        def mismatches(self):
            return 0

    with OpenWorkspace(workspace, WorkspaceLock(workspace.data, "test")) as opened:
        jobs = scheduler(opened, Logbook(), lambda error: {})
        assert jobs.tick() == 0
        workspace.run_clock(2 * HOUR)
        assert jobs.tick() == 1
        jobs.close()
        book = Runbook(workspace.runbook, workspace.now)
        settings = Alerts(webhook={"url": "https://hooks.shop.example/"}, lag_seconds=None, mismatch=False)
        wrong = Conditions(settings, opened.log, Server(), book, workspace.now, Memory()).look()

    assert failed == []
    assert [(one.kind, one.value) for one in wrong] == [("quality", 1)]
    assert "1 things to look at" in sentence("en", "quality", "began", name="", value=1, limit=0)
    checks = {one["name"]: one for one in hf("doctor", "--json", folder=shop).json["checks"]}
    assert (checks["quality"]["ok"], checks["quality"]["mend"]) == (False, "Look at them: hf quality")
