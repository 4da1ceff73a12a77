"""Other systems, the data's quality and what depends on a field, in a browser."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect
from tests.app.shop import hf, order, shop_in
from tests.gui.conftest import in_english, looked_at, serving
from tests.gui.reading import comes_to, numbers

from hundredfold.app.runbook import Runbook
from hundredfold.app.workspace import Workspace, real_clock

SOURCE = """\
kind: sqlite
path: erp.db
table: orders
incremental: {column: changed}
map:
  kind: events
  event: {constant: Order Completed}
  userId: customer
  timestamp: placed
  properties: {order_id: number, total: amount, changed: changed}
"""
PLAN = """\
events:
  Order Completed:
    mode: warn
    properties:
      total: {required: true, type: number}
"""
MORE = """\
attributes:
  rich: {formula: total_purchase_value > 100}
segments:
  rich_ones: {where: rich}
"""


@pytest.fixture
def served(tmp_path):
    now = datetime.now(UTC)
    orders = [
        order(day * 100 + one, f"c{one}", (now - timedelta(days=day)).isoformat(), 10 if day > 3 else None)
        for day in range(35)
        for one in range(20)
    ]
    (tmp_path / "shop" / "sources").mkdir(parents=True)
    files = {
        "sources/erp.yaml": SOURCE,
        "sources/mail.yaml": SOURCE.replace("erp", "mail"),
        "tracking-plan.yaml": PLAN,
        "definitions/more.yaml": MORE,
    }
    folder = shop_in(tmp_path / "shop", orders, files=files, page="true", tracking_plan="tracking-plan.yaml")
    with sqlite3.connect(folder / "erp.db") as database:
        database.execute("CREATE TABLE orders (number TEXT, customer TEXT, placed TEXT, amount REAL, changed INTEGER)")
        database.executemany(
            "INSERT INTO orders VALUES (?, ?, ?, 20.0, ?)",
            [(f"e{one}", f"c{one}", (now - timedelta(days=2)).isoformat(), one) for one in range(30)],
        )
    assert hf("batch", folder=folder).code == 0
    with serving(folder) as found:
        yield folder, found.url


def test_systems_are_loaded_quality_is_told_and_lineage_is_drawn(page, served, provoked):
    folder, url = served
    provoked.append("400")
    page.goto(f"{url}/import?part=systems")
    erp = page.locator("[data-system=erp]")
    expect(erp).to_contain_text("not loaded yet", timeout=20_000)
    page.get_by_role("button", name="Load erp now").click()
    expect(erp.locator("[data-count]").first).to_have_attribute("data-count", "30", timeout=30_000)
    expect(erp).to_contain_text("changed 29")
    page.get_by_role("button", name="Load mail now").click()
    mail = page.locator("[data-system=mail]")
    expect(mail.locator(".wrong")).to_contain_text("mail.db; check `path`", timeout=30_000)
    expect(mail.locator(".wrong")).to_contain_text("then load again")
    with Runbook(Workspace.open(folder).runbook, real_clock).run("load") as running:  # as another process would
        running.come_to("erp")
        expect(erp.get_by_role("status")).to_contain_text("0 rows read so far", timeout=30_000)
        expect(page.get_by_role("button", name="Load mail now")).to_be_disabled()
        looked_at(page, "systems-going")
        in_english(page)
        running.left("erp")
    expect(page.get_by_role("button", name="Load mail now")).to_be_enabled(timeout=30_000)
    looked_at(page, "systems")
    in_english(page)

    page.get_by_role("link", name="What depends on what").click()
    page.get_by_label("Event", exact=True).select_option("Order Completed")
    page.get_by_label("Field", exact=True).select_option("total")
    graph = page.get_by_role("img", name="What depends on it, from left to right")
    expect(graph.locator("[data-node='< rich_ones']")).to_have_count(1)
    expect(graph.locator("path[data-from='total_purchase_value'][data-to=rich]")).to_have_count(1)
    expect(graph.locator("path[data-from=rich][data-to='< rich_ones']")).to_have_count(1)
    expect(graph.locator("path[data-from='> erp.amount']")).to_have_count(1)
    expect(page.get_by_role("link", name="total_purchase_value", exact=True)).to_be_visible()
    looked_at(page, "lineage")
    in_english(page)
    other = page.get_by_label("Or anything else", exact=False)
    other.fill("rich_ones")
    page.get_by_role("button", name="Look").click()
    expect(page.get_by_role("heading", name="renaming rich_ones breaks nothing")).to_be_visible()
    expect(graph.locator("path[data-from='> rich'][data-to='']")).to_have_count(1)
    looked_at(page, "lineage-segment")
    in_english(page)
    page.get_by_role("link", name="rich", exact=True).click()
    expect(page.get_by_role("heading", name="renaming rich breaks 0 attributes, 1 segments")).to_be_visible()
    expect(other).to_have_value("rich")
    expect(page.get_by_role("link", name="rich_ones", exact=True)).to_be_visible()

    page.get_by_role("link", name="Quality").click()
    first = page.get_by_role("region", name="What to look at first")
    expect(first).to_contain_text("properties.total has a value in", timeout=30_000)
    days = page.locator("[data-event='Order Completed'] .weekdays").first.locator("g")
    comes_to(lambda: [numbers(day.locator("rect"), "value") for day in days.all()], [[1, 0]] * 3)
    expect(page.get_by_text("warn", exact=True).first).to_be_visible()
    looked_at(page, "quality")
