"""Home: every number with its time and state, who sends, who is quiet too long, what needs somebody, by itself."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from functools import partial

import httpx
from playwright.sync_api import expect
from tests.app.shop import hf, order, write_lines
from tests.gui.conftest import in_english, looked_at, serving
from tests.gui.guarded import guarded
from tests.gui.reading import comes_to

from hundredfold.app.runbook import Runbook
from hundredfold.app.settings import with_setting
from hundredfold.app.workspace import Workspace

HOSTILE = "<script>alert(1)</script>\u202eesrever \U0001f6cd\ufe0f" + "x" * 60
PLAN = "unplanned: quarantine\n"


def asked(served, path):
    answer = httpx.get(f"{served.url}/api/v1{path}", headers={"Authorization": f"Bearer {served.token}"})
    assert answer.status_code == 200
    return answer.json()


def row_of(page, source):
    return page.locator("[data-source]").filter(has_text=source)


def figure(page, name):
    return page.locator(f"[data-figure={name}]")


def till_orders(folder):
    """Orders of a till, one an hour for two days, the last one two days ago."""
    last = datetime.now(UTC) - timedelta(days=2)
    times = [(last - timedelta(hours=n)).isoformat() for n in range(48)]
    sent = [order(100 + n, f"c{n % 5}", time, 5) | {"receivedAt": time} for n, time in enumerate(times)]
    return write_lines(folder / "till.ndjson", sent)


def test_home_tells_who_sends_who_is_quiet_and_what_needs_somebody_while_it_happens(page, shop, tmp_path):
    assert hf("import", till_orders(tmp_path), "--source", "till", folder=shop).code == 0
    with serving(shop) as served:
        page.goto(served.url)
        expect(page.get_by_role("heading", name="A shop with two years behind it")).to_be_visible()
        page.get_by_role("link", name="Home").click()
        expect(page.get_by_role("heading", name="Home")).to_be_visible()

        # Every number is the server's, with its time and its state.
        expect(figure(page, "customers")).to_contain_text("Customers5up to date")
        expect(figure(page, "customers")).to_have_attribute("data-state", "live")
        told = asked(served, "/home")
        assert [told[name]["value"] for name in ("customers", "attributes", "batch")] == [5, 8, 24]
        for name in ("customers", "attributes", "messages", "batch"):
            expect(figure(page, name).locator(".home-value")).to_have_text(str(told[name]["value"]))
            expect(figure(page, name).locator("dd").last).to_have_text(re.compile(r"\d\d:\d\d"))
        expect(page.get_by_role("region", name="Runs").get_by_role("row").filter(has_text="Batch")).to_contain_text(
            "done"
        )

        # The till is quiet for longer than usual, and that needs somebody.
        expect(row_of(page, "till")).to_have_attribute("data-state", "stale")
        expect(page.locator("[data-need=stale]")).to_contain_text("till")
        marks_are_the_servers(page, served)

        # A message comes in: the numbers move by themselves. Its source may be called anything.
        key, _ = served.tokens.create("server", HOSTILE)
        sent = httpx.post(
            f"{served.url}/v1/track", json=order(500, "c9", datetime.now(UTC).isoformat(), 3), auth=(key, "")
        )
        assert sent.status_code == 200
        expect(figure(page, "customers").locator(".home-value")).to_have_text("6")
        # So do they with a message that changes nobody's values.
        held = figure(page, "messages").locator(".home-value")
        before = asked(served, "/home")["messages"]["value"]
        expect(held).to_have_text(str(before))
        nothing = {"type": "track", "event": "Nobody Reads This", "userId": "c1", "messageId": "idle"}
        assert httpx.post(f"{served.url}/v1/track", json=nothing, auth=(key, "")).status_code == 200
        expect(held).to_have_text(str(before + 1))
        row = row_of(page, "alert(1)")
        expect(row.get_by_role("rowheader").locator("bdi")).to_have_text(HOSTILE)
        expect(row.locator("[data-count='2']")).to_have_count(1)
        marks_are_the_servers(page, served)
        looked_at(page, "home")


def marks_are_the_servers(page, served):
    """The bars of each source are the server's counts of the last days, and as high as they are many."""
    told = asked(served, "/sources")
    assert told["complete"]
    assert len(told["sources"]) > 1
    for source in told["sources"]:
        drawn = partial(
            page.locator("[data-source] rect").evaluate_all,
            """(all, name) => all.filter(one => one.closest('tr').dataset.source === name)
                .map(one => [one.dataset.day, Number(one.dataset.count), one.height.baseVal.value])""",
            source["name"],
        )
        wanted = list(zip(told["days"], source["week"], strict=True))
        comes_to(lambda drawn=drawn: [(day, count) for day, count, _ in drawn()], wanted)
        by_count = sorted((count, height) for _, count, height in drawn())
        assert [height for _, height in by_count] == sorted(height for _, height in by_count)
        assert sum(source["week"]) == source["total"] or source["name"] == "import"


def test_what_failed_is_held_back_or_missing_has_its_next_step(page, tmp_path):
    folder = tmp_path / "shop"
    with guarded(folder) as there:
        there.log_in(page, "ana", "/")
        first = page.get_by_role("region", name="First steps")
        expect(first.get_by_role("link", name="Import a file of orders")).to_have_attribute("href", "/import")
        expect(page.get_by_text("Nobody has sent anything yet.")).to_be_visible()
        expect(figure(page, "audit")).to_contain_text("Nobody has been checked yet")
        looked_at(page, "home-empty")
        in_english(page)

        workspace = Workspace.open(folder)
        try:
            with Runbook(workspace.runbook, workspace.now).run("batch"):
                raise OSError
        except OSError:
            pass
        failed = page.locator("[data-need=failed_run]")
        expect(failed).to_contain_text("Batch (run 2)", timeout=10_000)
        expect(figure(page, "batch")).to_have_attribute("data-state", "failed")
        failed.get_by_role("button", name="Run the batch now").click()
        expect(failed).to_be_hidden(timeout=30_000)
        expect(page.get_by_text("Nothing needs you.")).to_be_visible()


def test_what_the_plan_holds_back_is_one_click_away(page, shop):
    settings = shop / "hundredfold.yaml"
    settings.write_text(with_setting(settings.read_text(), "tracking_plan", "plan.yaml"))
    (shop / "plan.yaml").write_text(PLAN)
    with serving(shop) as served:
        key, _ = served.tokens.create("server", "web")
        httpx.post(f"{served.url}/v1/track", json={"event": "Order Completed", "userId": "c1"}, auth=(key, ""))
        page.goto(f"{served.url}/tour")
        page.get_by_role("link", name="Home").click()

        page.locator("[data-need=held]").get_by_role("link").click()

        expect(page).to_have_url(re.compile(r"/events\?tab=held$"))
