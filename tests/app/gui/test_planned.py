"""The tracking plan beside what was seen, and how it is written: with its comments, over nobody's change, at once."""

from __future__ import annotations

import httpx
import pytest
from tests.app.serving import until
from tests.app.shop import DEFINITIONS, PRODUCTS, hf, order, write_lines
from tests.gui.conftest import serving

from hundredfold.app.settings import with_setting
from hundredfold.app.workspace import real_clock
from hundredfold.words.calendar import DAY, iso

PLAN = """\
# What the shop sends.
mode: warn
events:
  Order Completed:  # from the ERP
    properties:
      order_id: {required: true}  # ours
      total: {required: true, type: text}
      voucher: {type: text}
  Cart Viewed: {mode: quarantine}
"""


@pytest.fixture(scope="module")
def there(tmp_path_factory):
    folder = tmp_path_factory.mktemp("planned") / "shop"
    assert hf("init", folder).code == 0
    (folder / "products.csv").write_text(PRODUCTS)
    (folder / "definitions" / "shop.yaml").write_text(DEFINITIONS)
    assert hf("apply", folder=folder).code == 0
    with serving(folder) as served:
        today = real_clock() // DAY
        orders = [
            order(n, f"c{n % 5}", iso((today - n % 40) * DAY), n * 1.25, **({"gift": True} if n % 40 < 5 else {}))
            for n in range(400)
        ]
        assert hf("import", write_lines(folder / "orders.ndjson", orders), folder=folder).code == 0
        yield folder, served


@pytest.fixture
def ask(there):
    _, served = there
    with httpx.Client(
        base_url=f"{served.url}/api/v1", headers={"Authorization": f"Bearer {served.token}"}, timeout=20
    ) as client:
        yield client


def whole(ask, path="/tracking-plan", **params):
    """The answer, once everything was looked at."""
    return until(lambda: (found := ask.get(path, params=params).json())["complete"] and found)


def test_a_first_plan_is_written_named_and_in_force_at_once(there, ask):
    folder, served = there
    fields = {one["path"]: one for one in whole(ask, "/tracking-plan/event", event="Order Completed")["fields"]}
    begun = whole(ask)

    proposed = [one["proposed"] for one in fields.values() if one["proposed"] is not None]
    asked = {"event": "Order Completed", "mode": "quarantine", "expected": proposed}
    diff = ask.post("/tracking-plan/diff", json=asked).json()
    written = ask.put("/tracking-plan", json=asked | {"version": begun["version"]}).json()

    assert begun["version"] is None
    assert fields["properties.gift"]["proposed"] == {
        "path": "gift",
        "required": False,
        "type": "boolean",
        "values": [],
    }
    assert fields["properties.total"]["proposed"]["required"]
    assert {line["kind"] for line in diff["lines"]} == {"added"}
    assert "".join(f"{line['text']}\n" for line in diff["lines"]) == (folder / "tracking-plan.yaml").read_text()
    assert "tracking_plan: tracking-plan.yaml" in (folder / "hundredfold.yaml").read_text()
    assert written["in_force"]
    key = served.tokens.create("server", "erp")[0]
    sent = httpx.post(f"{served.url}/v1/batch", json={"batch": [order(900, "c1", "2026-01-01", "9")]}, auth=(key, ""))
    assert [one["message"] for one in sent.json()["quarantined"]] == ["properties.total is no number"]


def test_the_plan_is_held_against_what_was_seen(there, ask):
    folder, _ = there
    settings = folder / "hundredfold.yaml"
    settings.write_text(with_setting(settings.read_text(), "tracking_plan", "plan.yaml"))
    (folder / "plan.yaml").write_text(PLAN)

    found, one = whole(ask), whole(ask, "/tracking-plan/event", event="Order Completed")

    events = {(event["type"], event["name"]): event for event in found["events"]}
    assert {name: (event["mode"], event["count"]) for (_, name), event in events.items()} == {
        "Order Completed": ("warn", 400),
        "Cart Viewed": ("quarantine", 0),
    }
    assert sum(events["track", "Order Completed"]["days"]) == 300
    appeared = [(drift["what"], drift["path"]) for drift in events["track", "Order Completed"]["drifts"]]
    assert appeared == [("appeared", "properties.gift")]
    rows = {(row["each"], row["path"]): row for row in one["fields"]}
    assert {place: row["trouble"] for place, row in rows.items() if row["trouble"]} == {
        (None, "properties.total"): "type",
        (None, "properties.products"): "not_planned",
        (None, "properties.gift"): "not_planned",
        (None, "properties.voucher"): "never_seen",
    }
    assert rows[None, "properties.gift"]["share"] == pytest.approx(50 / 400)
    assert rows["properties.products", "sku"]["share"] == 1
    assert {name["name"] for name in rows[None, "properties.total"]["attributes"]} == {
        "total_purchase_value",
        "purchase_value_today",
    }
    readers = [one["name"] for one in rows["properties.products", "sku"]["attributes"]]
    assert readers == ["favourite_category", "categories"]


def test_comments_stay_and_somebody_elses_change_is_not_written_over(there, ask):
    folder, _ = there
    settings = folder / "hundredfold.yaml"
    settings.write_text(with_setting(settings.read_text(), "tracking_plan", "plan.yaml"))
    (folder / "plan.yaml").write_text(PLAN)
    version = whole(ask)["version"]
    asked = {
        "event": "Order Completed",
        "mode": "warn",
        "version": version,
        "expected": [{"path": "order_id", "required": True}, {"path": "total", "type": "number", "required": True}],
    }

    first = ask.put("/tracking-plan", json=asked)
    again = ask.put("/tracking-plan", json=asked)

    assert first.status_code == 200
    assert (again.status_code, again.json()["code"]) == (409, "changed_meanwhile")
    text = (folder / "plan.yaml").read_text()
    assert text.startswith("# What the shop sends.\nmode: warn\n")
    assert "# from the ERP" in text
    assert "order_id: {required: true}  # ours" in text
    assert "voucher" not in text
    gone = ask.put(
        "/tracking-plan", json={"event": "Cart Viewed", "expected": None, "version": first.json()["version"]}
    )
    assert gone.status_code == 200
    assert "Cart Viewed" not in (folder / "plan.yaml").read_text()
    wrong = ask.post("/tracking-plan/diff", json={"event": "Nothing", "expected": None})
    assert wrong.status_code == 422


def test_a_plan_that_is_changed_by_hand_counts_with_what_is_applied(there, ask):
    folder, served = there
    settings = folder / "hundredfold.yaml"
    settings.write_text(with_setting(settings.read_text(), "tracking_plan", "plan.yaml"))
    plan = "events: {Order Completed: {properties: {total: {type: number}}}}"
    (folder / "plan.yaml").write_text(plan)
    assert hf("apply", folder=folder).code == 0
    key = served.tokens.create("server", "by hand")[0]

    def held(number):
        wrong = order(number, "c1", "2026-01-01", "9")
        sent = httpx.post(f"{served.url}/v1/batch", json={"batch": [wrong]}, auth=(key, "")).json()
        return [one["message"] for one in sent.get("quarantined", [])]

    (folder / "plan.yaml").write_text("mode: [")
    mistaken = hf("apply", folder=folder)
    (folder / "plan.yaml").write_text(f"mode: quarantine\n{plan}")
    before = held(950), ask.get("/tracking-plan").json()["applied"]
    applied = hf("apply", folder=folder)
    after = held(951), ask.get("/tracking-plan").json()["applied"]

    assert (mistaken.code, "plan.yaml:1" in mistaken.err) == (1, True), mistaken.err
    assert before == ([], False)
    assert applied.code == 0
    assert after == (["properties.total is no number"], True)
    assert ask.get("/changes").json()[0]["what"] == "plan.applied"
