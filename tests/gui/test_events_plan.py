"""The tracking plan in a browser: what was sent, what has drifted, what is expected, who reads it, and writing it."""

from __future__ import annotations

import re

import httpx
import pytest
from playwright.sync_api import expect
from tests.app.serving import until
from tests.app.shop import hf, order, shop_in
from tests.gui.conftest import in_english, looked_at, serving
from tests.gui.reading import comes_to, data

from hundredfold.app.workspace import real_clock
from hundredfold.words.calendar import DAY, iso

HOSTILE = "<img src=x onerror=alert(1)> \u202eevil 🛒 " + "x" * 80
PLAN = """\
# What the shop sends.
events:
  Order Completed:  # from the ERP
    mode: warn
    properties:
      order_id: {required: true, type: text}
      total: {required: true, type: number}
      voucher: {type: text}
  Cart Viewed: {mode: quarantine}
"""


def messages(today):
    """Orders of 40 days that changed a week ago, and an event and fields with hostile names."""
    for number in range(600):
        day = today - number % 40
        late = number % 40 < 7
        further = {"gift": True} if late else {"coupon": f"C{number % 3}"}
        total = str(number) if number % 40 < 2 and number % 3 == 0 else number * 1.25
        yield order(number, f"c{number % 9}", iso(day * DAY + number), total, **further)
    for number in range(30):
        message = order(5000 + number, "c1", iso((today - number) * DAY), 1)
        del message["properties"]["order_id"]
        yield message | {"event": HOSTILE, "properties": {HOSTILE[:60]: number, "sku": HOSTILE}}


@pytest.fixture(scope="module")
def there(tmp_path_factory):
    planned = {"files": {"plan.yaml": PLAN}, "page": "true", "tracking_plan": "plan.yaml"}
    sent = messages(real_clock() // DAY)
    folder = shop_in(tmp_path_factory.mktemp("plan") / "shop", sent, zone="UTC", **planned)
    with serving(folder) as served:
        yield folder, served


def asked(served, path="/tracking-plan", **params):
    headers = {"Authorization": f"Bearer {served.token}"}
    address = f"{served.url}/api/v1{path}"
    return until(lambda: (told := httpx.get(address, params=params, headers=headers).json())["complete"] and told)


def test_what_is_sent_is_held_against_the_plan_and_the_plan_is_written(page, there, provoked):
    provoked += ["status of 409"]
    folder, served = there
    told = asked(served)
    page.goto(f"{served.url}/events?tab=plan")
    lines = page.get_by_role("navigation", name="Planned and sent events").locator("[data-event]")
    expect(lines).to_have_count(3)
    looked_at(page, "events-plan")
    in_english(page)

    # Every bar is what the API tells.
    drawn = "all => all.map(one => [...one.querySelectorAll('rect')].map(mark => +mark.dataset.count))"
    comes_to(lambda: lines.evaluate_all(drawn), [event["days"] for event in told["events"]])
    highest = max(told["events"][0]["days"])
    heights = lines.first.locator("rect").evaluate_all("all => all.map(mark => +mark.getAttribute('height'))")
    assert heights[5] == pytest.approx(32 * told["events"][0]["days"][5] / highest)

    page.get_by_label("Show", exact=True).select_option("unseen")
    expect(lines).to_have_count(1)
    expect(lines).to_contain_text("Cart Viewed")
    page.get_by_label("Show", exact=True).select_option("drift")
    expect(page).to_have_url(re.compile("only=drift"))
    lines.first.press("Enter")
    drifts = page.get_by_role("region", name="What has changed lately").locator("[data-drift]")
    expected = [one["what"] for one in told["events"][0]["drifts"]]
    comes_to(lambda: data(drifts, "drift"), expected)
    assert {"appeared", "vanished", "type_new"} <= set(expected)
    fields = asked(served, "/tracking-plan/event", event="Order Completed")["fields"]
    rows = page.locator(".plan-fields tbody tr")
    comes_to(lambda: data(rows, "field"), [one["path"] for one in fields])
    comes_to(lambda: data(rows, "trouble"), [one["trouble"] for one in fields])
    total = page.locator('[data-field="properties.total"]')
    expect(total).to_contain_text("other types than planned were sent")
    expect(page.locator('[data-field="properties.voucher"]')).to_contain_text("planned, but never seen")
    page.get_by_text("How drift is told").click()
    looked_at(page, "events-plan-event")
    in_english(page)

    # Planned by keyboard: a field more, a field less, a difference, and it counts at once.
    page.get_by_role("button", name="Change its plan").press("Enter")
    page.get_by_label("Expect gift").press("Space")
    page.get_by_label("Expect voucher").press("Space")
    page.get_by_label("When an event is not as planned").select_option("quarantine")
    looked_at(page, "events-plan-expecting")
    in_english(page)
    page.get_by_role("button", name="Show what would be written").press("Enter")
    expect(page.locator("ins").filter(has_text="gift")).to_have_count(1)
    expect(page.locator("del").filter(has_text="voucher")).to_have_count(1)
    looked_at(page, "events-plan-diff")
    in_english(page)
    (folder / "plan.yaml").write_text(PLAN + "# somebody else\n")
    page.get_by_role("button", name="Write the plan").press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("Somebody else has changed the plan")
    page.get_by_role("button", name="Write the plan").press("Enter")
    expect(page.get_by_text("The plan is written.")).to_be_visible()

    text = (folder / "plan.yaml").read_text()
    assert "# from the ERP" in text
    assert "# somebody else" in text
    key = served.tokens.create("server", "erp")[0]
    wrong = order(9000, "c1", "2026-01-01", "9")
    sent = httpx.post(f"{served.url}/v1/batch", json={"batch": [wrong]}, auth=(key, "")).json()
    assert [one["message"] for one in sent["quarantined"]] == ["properties.total is no number"]

    # What is changed by hand counts once it is applied, and until then the page says so.
    (folder / "plan.yaml").write_text(PLAN)
    page.reload()
    expect(page.get_by_text("plan.yaml was changed by hand and does not count yet.")).to_be_visible()
    looked_at(page, "events-plan-by-hand")
    in_english(page)
    assert hf("apply", folder=folder).code == 0
    page.reload()
    expect(lines.first).to_be_visible()
    expect(page.get_by_text("changed by hand")).to_have_count(0)


def test_attributes_that_read_a_field_and_the_way_to_a_new_one(page, there):
    _, served = there
    asked(served)
    page.goto(f"{served.url}/events?tab=plan&event=track:Order%20Completed")

    total = page.locator('[data-field="properties.total"]')
    expect(total.get_by_role("link", name="total_purchase_value")).to_be_visible()
    page.get_by_role("link", name="Add an attribute from price").focus()
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", name="order_completed_price")).to_be_visible()
    expect(page).to_have_url(re.compile("field=price"))
    expect(page).to_have_url(re.compile("each=properties.products"))


def test_hostile_names_are_text(page, there):
    _, served = there
    asked(served)
    page.goto(f"{served.url}/events?tab=plan")

    page.get_by_role("button").filter(has_text="onerror=alert(1)").first.click()

    expect(page.get_by_role("heading", name="onerror=alert(1)")).to_be_visible()
    expect(page.locator(".plan-fields th[scope=row]").filter(has_text="onerror=alert(1)")).to_have_count(1)
    page.get_by_role("button", name="Plan this event").click()
    page.get_by_role("button", name="Show what would be written").click()
    expect(page.locator("ins").filter(has_text="onerror=alert(1)").first).to_be_visible()
    looked_at(page, "events-plan-hostile")
    assert page.locator("main img").count() == 0
