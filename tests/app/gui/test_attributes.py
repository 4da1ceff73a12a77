"""The attribute builder's part of the control API: seen, said, checked, tried, drafted, published."""

from __future__ import annotations

import time

import pytest
from tests.app.gui.past_shop import Api, identify
from tests.app.serving import opened_for_serving, until
from tests.app.shop import hf, order, write_lines

from hundredfold.app.serving import in_background

DEFINITIONS = """\
# What the shop counts.
events:
  Order Completed:
    key: properties.order_id
    also: [Order Updated]
    removed_by: [Order Cancelled]
    money: [properties.total]
attributes:
  # All that somebody ever paid.
  total_purchase_value:   # years
    label: {en: Total purchase value, pt: Valor total das compras}
    event: Order Completed   # not refunds
    value: properties.total
    aggregate: sum
  orders: {event: Order Completed, aggregate: count}
  average: {formula: total_purchase_value / orders}
  email: {trait: email}
segments:
  good: {where: average > 50}
"""
SHOES = """\
total_purchase_value:   # years
  label: {en: Total purchase value, pt: Valor total das compras}
  event: Order Completed   # not refunds
  value: properties.total
  aggregate: sum
  where: properties.total >= 100
"""


def sold():
    """40 orders of 20 customers, of 1 to 40 euros and 100 to 109; a correction, a cancellation, some addresses."""
    found = [
        order(n, f"c{n % 20}", f"2026-03-{n % 9 + 1:02}T10:00:00Z", n if n <= 30 else 69 + n, channel="web")
        for n in range(1, 41)
    ]
    found.append(order(90, "c1", "2026-03-12", 5, order_id="o1") | {"event": "Order Updated"})
    found.append(order(91, "c2", "2026-03-12", 0, order_id="o2") | {"event": "Order Cancelled"})
    found += [identify(n, f"c{n}", f"a{n}", email=f"c{n}@shop.example") for n in range(20)]
    return found


@pytest.fixture
def served(tmp_path):
    """A shop that serves."""
    assert hf("init", tmp_path / "shop", "--timezone", "Europe/Lisbon").code == 0
    (tmp_path / "shop" / "definitions" / "shop.yaml").write_text(DEFINITIONS)
    assert hf("apply", folder=tmp_path / "shop").code == 0
    hf("import", write_lines(tmp_path / "a.ndjson", sold()), folder=tmp_path / "shop")
    with opened_for_serving(tmp_path / "shop") as opened, in_background(opened) as served:
        yield served


@pytest.fixture
def api(served):
    return Api(served, "admin", personal_data=True)


def written(tmp_path):
    return (tmp_path / "shop" / "definitions" / "shop.yaml").read_text()


def values_of(api, name):
    """An attribute of every customer, as profiles tell it."""
    found = {}
    for number in range(20):
        profile = api.get("/customers/profile", customer=f"c{number}")
        found[f"c{number}"] = {one["name"]: one["value"] for one in profile["attributes"]}.get(name)
    return found


def filled(api):
    """What is told of the back-fill once it is through; it is asked now and then only, not to hold it up."""

    def served():
        time.sleep(0.1)
        found = api.get("/definitions/backfill")
        return found if found["served"] else None

    return until(served)


# --- seen ------------------------------------------------------------------------------------------------------------


def test_events_that_were_sent_are_told_with_how_many_and_since_when(api):
    found = until(lambda: (told := api.get("/seen/events"))["complete"] and told)

    orders, identified = found["events"][:2]
    assert (orders["type"], orders["name"], orders["count"]) == ("track", "Order Completed", 40)
    assert (orders["first"], orders["last"]) == ("2026-03-01T10:00:00Z", "2026-03-09T10:00:00Z")
    assert (identified["type"], identified["name"], identified["count"]) == ("identify", None, 20)
    assert {one["name"] for one in found["events"]} == {"Order Completed", "Order Updated", "Order Cancelled", None}
    assert found["read"] == found["of"] == 62


def test_fields_are_told_with_their_types_lines_and_values(api):
    until(lambda: api.get("/seen/events")["complete"])

    found = api.get("/seen/fields", event="Order Completed")

    fields = {(one["each"], one["path"]): one for one in found["fields"]}
    assert found["sampled"] == found["of"] == 40
    assert fields[None, "properties.total"]["types"] == {"number": 40}
    assert fields[None, "properties.total"]["different"] == 40
    assert fields[None, "properties.channel"]["values"] == [{"value": "web", "count": 40}]
    assert fields[None, "properties.products"]["types"] == {"list": 40}
    assert fields["properties.products", "sku"]["values"] == [
        {"value": "h1", "count": 40},
        {"value": "s1", "count": 40},
    ]
    assert api.get("/seen/fields", event="Nothing") == {"fields": [], "sampled": 0, "of": 0, "complete": True}


def test_values_of_persons_are_for_those_who_may_see_them(served, api):
    until(lambda: api.get("/seen/events")["complete"])
    blind = Api(served, "read", personal_data=False)

    seen = {one["path"]: one for one in api.get("/seen/fields", type="identify")["fields"]}
    hidden = {one["path"]: one for one in blind.get("/seen/fields", type="identify")["fields"]}
    orders = {one["path"]: one for one in blind.get("/seen/fields", event="Order Completed")["fields"]}

    assert {one["value"] for one in seen["traits.email"]["values"]} == {f"c{n}@shop.example" for n in range(20)}
    assert hidden["traits.email"]["values"] == hidden["traits.email"]["examples"] == []
    assert hidden["traits.email"]["different"] == 20
    assert orders["properties.channel"]["values"] == [{"value": "web", "count": 40}]
    assert orders["properties.order_id"]["values"] == []  # each is one customer's


def test_what_is_sent_later_is_seen_and_who_is_forgotten_is_not(served, api):
    until(lambda: api.get("/seen/events")["complete"])

    api.post("/forget", customer="c3")

    def emails():
        told = api.get("/seen/events")
        fields = api.get("/seen/fields", type="identify")["fields"] if told["complete"] else []
        return {value["value"] for one in fields if one["path"] == "traits.email" for value in one["values"]}

    assert until(emails) == {f"c{n}@shop.example" for n in range(20) if n != 3}


# --- said and checked ------------------------------------------------------------------------------------------------


def test_lines_and_sentence_follow_each_other(api):
    lines = api.post("/definitions/check", name="total_purchase_value")
    row = {
        "kind": "row",
        "left": {"kind": "path", "value": "properties.total"},
        "test": ">=",
        "right": [{"kind": "number", "value": 100}],
    }

    changed = api.post(
        "/definitions/check",
        name="total_purchase_value",
        text=lines["text"],
        sentence=lines["sentence"] | {"where": row},
    )

    assert changed["text"] == SHOES
    assert changed["mistakes"] == []
    assert changed["sentence"]["where"] == row
    assert changed["fields"]["where"] == "properties.total >= 100"


@pytest.mark.parametrize(
    ("text", "field", "line", "position", "says"),
    [
        ("orders: {event: Order Completed, aggregate: count", None, 1, None, "YAML"),
        ("orders:\n  event: Order Completed\n  agregate: count\n", "agregate", 3, None, "Did you mean `aggregate`?"),
        ("orders:\n  event: X\n  aggregate: count\n  where: properties.total >> 1\n", "where", 4, 19, "expected"),
        ("orders:\n  formula: averag * 2\n", "formula", 2, 1, "Did you mean `average`?"),
        ("orders: {event: X, aggregate: sum}\n", None, 1, None, "value"),
        ("orders: {event: X, aggregate: average}\n", None, 1, None, "no aggregate is called 'average'"),
        ("orders: {event: X, aggregate: count, window: 30 d}\n", "window", 1, None, "30 days"),
        ("other: {event: X, aggregate: count}\n", None, 1, None, "`orders:`"),
        ("", None, 1, None, "`orders:`"),
    ],
)
def test_every_mistake_is_told_in_words_at_its_place(api, text, field, line, position, says):
    found = api.post("/definitions/check", name="orders", text=text)["mistakes"]

    told = next(one for one in found if says in one["text"])
    assert (told["field"], told["line"], told["position"], told["file"]) == (field, line, position, None)


def test_a_mistake_that_follows_elsewhere_is_told_with_its_file(api):
    found = api.post("/definitions/check", name="orders", text="orders: {formula: average * 2}")["mistakes"]

    assert [(one["file"], one["line"]) for one in found] == [("definitions/shop.yaml", 16)]
    assert "circle: average -> orders -> average" in found[0]["text"]


def test_what_forms_offer_is_told(api):
    found = api.get("/definitions/language")

    quantile = next(one for one in found["aggregates"] if one["name"] == "quantile")
    assert (quantile["takes"], quantile["needs"]) == ("number", ["q"])
    assert "days_since" in [one["name"] for one in found["functions"]]


# --- tried -----------------------------------------------------------------------------------------------------------


def test_a_preview_says_what_publishing_does(api):
    before = values_of(api, "total_purchase_value")

    found = api.post("/definitions/preview", name="total_purchase_value", text=SHOES)
    api.answer("PUT", "/definitions/attributes/total_purchase_value/draft", json={"text": SHOES})
    version = api.get("/definitions/attributes/total_purchase_value")["version"]
    api.post("/definitions/attributes/total_purchase_value/publish", base=version)
    filled(api)
    after = values_of(api, "total_purchase_value")

    differing = [name for name in before if before[name] != after[name]]
    assert (found["sampled"], found["of"], found["new"]) == (20, 20, False)
    assert found["changed"] == len(differing) > 0
    assert len(found["examples"]) == 5
    for one in found["examples"]:
        assert (one["before"], one["after"]) == (before[one["customer_id"]], after[one["customer_id"]])
    spread = found["spread"]
    assert (spread["kind"], spread["measure"], spread["null"]) == ("number", "money", 0)
    assert (spread["least"], spread["greatest"]) == (min(after.values()), max(after.values()))
    assert sum(one["count"] for one in spread["bins"]) == sum(one["before"] for one in spread["bins"]) == 20
    for one in spread["bins"]:
        inside = [v for v in after.values() if (one["low"] or 0) <= v and (one["high"] is None or v < one["high"])]
        assert one["count"] == len(inside)


def test_new_attributes_formulas_times_texts_and_lists_are_tried(api):
    def tried(name, **fields):
        found = api.post("/definitions/preview", name=name, text=f"{name}: " + str(fields).replace("'", '"'))
        assert found["entry"]["mistakes"] == []
        return found

    times = tried("last_at", event="Order Completed", value="timestamp", aggregate="max")
    texts = tried("channel", event="Order Completed", value="properties.channel", aggregate="last")
    lists = tried("skus", event="Order Completed", each="properties.products", by="sku", aggregate="unique_list")
    formula = tried("rounded", formula="round(average)")
    nothing = tried("refunds", event="Order Refunded", value="properties.total", aggregate="mean")

    assert times["new"]
    assert (times["spread"]["kind"], sum(one["count"] for one in times["spread"]["bins"])) == ("time", 20)
    assert texts["spread"]["tops"] == [{"value": "web", "count": 20, "before": 0}]
    assert [one["value"] for one in lists["spread"]["tops"]] == ["h1", "s1"]
    assert formula["changed"] == 20
    assert (nothing["spread"]["kind"], nothing["spread"]["null"], nothing["changed"]) == ("nothing", 20, 0)


def test_a_preview_with_mistakes_tells_them_and_no_values(api):
    found = api.post("/definitions/preview", name="orders", text="orders: {formula: 1 +}")

    assert found["spread"] is None
    assert [one["field"] for one in found["entry"]["mistakes"]] == ["formula"]


TELLING = {
    "a trait": "{trait: email}",
    "a formula of one": "{formula: \"case when email = 'c3@shop.example' then 1 end\"}",
    "a trait as it was sent": "{event: {type: identify}, value: traits.email, aggregate: last}",
    "who was heard of": "{event: {type: identify}, where: \"traits.email like 'c%'\", aggregate: count}",
    "an id": "{event: Order Completed, where: userId = 'c3', aggregate: count}",
}


@pytest.mark.parametrize("what", TELLING)
def test_previews_tell_of_no_person_without_the_right(served, what):
    entry = {"name": "new", "text": f"new: {TELLING[what]}"}
    seen = Api(served, "write", personal_data=True).post("/definitions/preview", **entry)
    blind = Api(served, "write", personal_data=False)
    told = blind.post("/definitions/preview", **entry)
    portuguese = blind.answer("POST", "/definitions/preview", json=entry, headers={"Accept-Language": "pt"}).json()

    assert seen["entry"]["mistakes"] == told["entry"]["mistakes"] == []
    assert seen["changed"] > 0
    assert (seen["hidden"], seen["why"]) == (False, None)
    assert (told["hidden"], told["changed"], told["spread"], told["examples"]) == (True, None, None, [])
    assert told["untrained"] is None
    assert told["why"].startswith("it follows from personal data")
    assert portuguese["why"].startswith("resulta de dados pessoais")


def test_what_an_attribute_says_now_of_persons_is_not_told_beside_what_it_would_say(served, api):
    entry = {"name": "email", "text": "email: {event: Order Completed, aggregate: count}"}
    seen = api.post("/definitions/preview", **entry)
    told = Api(served, "write", personal_data=False).post("/definitions/preview", **entry)

    assert seen["changed"] == 20
    assert (told["hidden"], told["changed"], told["spread"], told["examples"]) == (True, None, None, [])


def test_of_an_untrained_model_of_personal_data_nobody_is_told_without_the_right(served, api, tmp_path):
    more = """\
attributes:
  last_order_at: {event: Order Completed, value: timestamp, aggregate: max}
  mailed: {formula: "case when email = 'c3@shop.example' then orders end"}
"""
    (tmp_path / "shop" / "definitions" / "more.yaml").write_text(more)
    api.post("/apply")
    until(lambda: "mailed" in str(api.get("/segment-words")))
    of = "{recency: last_order_at, frequency: mailed, money: total_purchase_value}"
    entry = {"name": "new", "text": f"new: {{model: rfm, inputs: {of}}}"}

    seen = api.post("/definitions/preview", **entry)
    told = Api(served, "write", personal_data=False).post("/definitions/preview", **entry)

    assert seen["untrained"]["would"] == 1
    assert (told["hidden"], told["untrained"], told["changed"]) == (True, None, None)


# --- drafts ----------------------------------------------------------------------------------------------------------


def draft(api, name, **body):
    return api.answer("PUT", f"/definitions/attributes/{name}/draft", json=body).json()


def test_a_draft_is_kept_compared_and_published_with_every_comment(api, tmp_path):
    version = api.get("/definitions/attributes/total_purchase_value")["version"]
    kept = draft(api, "total_purchase_value", text=SHOES, base=version)
    diff = api.get("/definitions/attributes/total_purchase_value/diff")
    told = api.post("/definitions/attributes/total_purchase_value/publish", base=version)

    assert (kept["stale"], kept["entry"]["mistakes"]) == (False, [])
    assert diff["changes"] == [{"field": "where", "before": None, "after": "properties.total >= 100"}]
    assert [line for line in diff["lines"] if line["kind"] != "same"] == [
        {"kind": "added", "text": "  where: properties.total >= 100"}
    ]
    assert (diff["followers"], diff["others"]) == (["average", "good"], [])
    assert told["changed"] == ["attributes.total_purchase_value"]
    assert written(tmp_path) == DEFINITIONS.replace(
        "    aggregate: sum\n", "    aggregate: sum\n    where: properties.total >= 100\n"
    )
    assert hf("apply", "--check", folder=tmp_path / "shop").code == 0
    assert api.get("/definitions/attributes/total_purchase_value")["draft"] is None


def test_the_second_of_two_editors_is_shown_what_the_first_has_changed(served, tmp_path):
    first, second = (Api(served, "write", personal_data=False) for _ in range(2))
    version = first.get("/definitions/attributes/orders")["version"]
    draft(first, "orders", text="orders: {event: Order Completed, aggregate: count, window: 30 days}", base=version)
    first.post("/definitions/attributes/orders/publish", base=version)
    other = "orders: {event: Order Completed, aggregate: count, window: today}"
    stale = draft(second, "orders", text=other, base=version)
    before = written(tmp_path)

    refused = second.post("/definitions/attributes/orders/publish", 409, base=version)
    unchanged = written(tmp_path)
    told = second.post("/definitions/attributes/orders/publish", base=refused["version"])

    assert stale["stale"]
    assert refused["code"] == "changed_meanwhile"
    assert refused["theirs"]["fields"]["window"] == "30 days"
    assert refused["diff"]["changes"] == [{"field": "window", "before": "30 days", "after": "today"}]
    assert unchanged == before
    assert told["changed"] == ["attributes.orders"]


def test_somebody_with_an_editor_and_git_is_somebody_else_too(api, tmp_path):
    version = api.get("/definitions/attributes/orders")["version"]
    draft(api, "orders", text="orders: {event: Order Completed, aggregate: count, window: today}", base=version)
    path = tmp_path / "shop" / "definitions" / "shop.yaml"
    path.write_text(DEFINITIONS.replace("  orders: {", "  orders: {label: {en: Orders}, "))

    refused = api.post("/definitions/attributes/orders/publish", 409, base=version)

    assert refused["theirs"]["fields"]["label"] == {"en": "Orders"}
    assert "attributes.orders" not in refused["diff"]["others"]


def test_a_draft_with_mistakes_is_kept_and_not_published(api, tmp_path):
    kept = draft(api, "fresh", text="fresh: {formula: avrage}")
    refused = api.post("/definitions/attributes/fresh/publish", 422)
    listed = {one["name"]: one for one in api.get("/definitions/attributes")["attributes"]}
    api.answer("DELETE", "/definitions/attributes/fresh/draft", 204)

    assert "Did you mean `average`?" in kept["entry"]["mistakes"][0]["text"]
    assert refused["code"] == "bad_definition"
    assert written(tmp_path) == DEFINITIONS
    assert (listed["fresh"]["draft"], listed["fresh"]["in_force"]) == (True, False)
    assert (listed["orders"]["draft"], listed["orders"]["in_force"]) == (False, True)
    free = api.get("/definitions/attributes/fresh")
    assert (free["written"], free["in_force"], free["draft"], free["version"]) == (None, None, None, None)


def test_a_new_attribute_is_said_as_a_sentence_and_published(api, tmp_path):
    sentence = {
        "kind": "aggregate",
        "aggregate": "max",
        "value": {"kind": "path", "value": "properties.total"},
        "event": [{"name": "Order Completed"}],
        "window": {"kind": "days", "n": 30},
    }
    kept = draft(api, "largest", sentence=sentence)
    told = api.post("/definitions/attributes/largest/publish")

    assert kept["entry"]["text"] == (
        "largest:\n  event: Order Completed\n  value: properties.total\n  aggregate: max\n  window: 30 days\n"
    )
    assert (told["added"], told["number"]) == (["attributes.largest"], 1)
    assert "\n  largest:\n    event: Order Completed\n" in written(tmp_path)


def test_an_attribute_that_others_need_stays_until_they_go(api, tmp_path):
    version = api.get("/definitions/attributes/orders")["version"]
    kept = draft(api, "orders", text="", base=version)
    refused = api.post("/definitions/attributes/orders/publish", 422, base=version)
    email = api.get("/definitions/attributes/email")["version"]
    draft(api, "email", text="", base=email)
    told = api.post("/definitions/attributes/email/publish", base=email)

    assert kept["removes"]
    assert "no attribute is called `orders`" in refused["detail"]
    assert told["removed"] == ["attributes.email"]
    assert written(tmp_path) == DEFINITIONS.replace("  email: {trait: email}\n", "")


def test_whoever_may_only_read_changes_nothing(served):
    reader = Api(served, "read", personal_data=True)

    reader.answer("PUT", "/definitions/attributes/orders/draft", 403, json={"text": "orders: {formula: 1}"})
    reader.answer("POST", "/definitions/attributes/orders/publish", 403, json={})
    reader.answer("POST", "/definitions/preview", 403, json={"name": "orders"})


# --- versions --------------------------------------------------------------------------------------------------------


def test_what_came_into_force_is_noted_whoever_did_it(api, tmp_path):
    shop = tmp_path / "shop"
    path = shop / "definitions" / "shop.yaml"
    path.write_text(DEFINITIONS.replace("aggregate: count}", "aggregate: count, window: 7 days}"))
    assert hf("apply", folder=shop).code == 0
    version = api.get("/definitions/attributes/orders")["version"]
    draft(api, "orders", text="orders: {event: Order Completed, aggregate: count, window: today}", base=version)
    api.post("/definitions/attributes/orders/publish", base=version)

    found = api.get("/definitions/attributes/orders/versions")

    assert [one["number"] for one in found] == [3, 2, 1]
    assert [one["fields"].get("window") for one in found] == ["today", "7 days", None]
    assert found[0]["changes"] == [{"field": "window", "before": "7 days", "after": "today"}]
    assert (found[0]["who"], found[0]["way"]) == ("test", "token")
    assert all(one["at"] is not None for one in found)
    noted = [one for one in api.get("/changes") if one["what"] == "attribute.published"]
    assert [(one["object"], one["before"], one["after"]) for one in noted] == [("orders", "version 2", "version 3")]


def test_the_back_fill_is_told_until_profiles_have_the_values(api):
    before = api.get("/definitions/backfill")
    nothing = api.get("/definitions/attributes/largest/versions")
    draft(api, "largest", text="largest: {event: Order Completed, value: properties.total, aggregate: max}")
    told = api.post("/definitions/attributes/largest/publish")
    after = filled(api)

    assert (before["served"], nothing) == (True, [])
    assert (after["state"], after["error"], after["fingerprint"]) == ("done", None, told["fingerprint"])
    assert after["ended"] is not None
    assert values_of(api, "largest")["c5"] == 25.0


# --- by event --------------------------------------------------------------------------------------------------------


def test_every_attribute_that_an_event_updates_is_told_and_how(api):
    completed = api.get("/definitions/effects", event="Order Completed")
    updated = api.get("/definitions/effects", event="Order Updated")
    cancelled = api.get("/definitions/effects", event="Order Cancelled")
    identified = api.get("/definitions/effects", type="identify")
    everything = api.get("/definitions/events")

    def how(found):
        return {one["attribute"]: (one["how"], one["through"]) for one in found["attributes"]}

    follows = ("follows", ["total_purchase_value", "orders"])
    assert how(completed) == {"total_purchase_value": ("counts", []), "orders": ("counts", []), "average": follows}
    assert completed["segments"] == ["good"]
    assert completed["attributes"][0]["sentence"]["aggregate"] == "sum"
    corrects = ("corrects", ["Order Completed"])
    assert how(updated) == {"total_purchase_value": corrects, "orders": corrects, "average": follows}
    assert how(cancelled)["orders"] == ("removes", ["Order Completed"])
    assert how(identified) == {"email": ("sets", [])}
    assert [one["name"] or one["type"] for one in everything] == [
        "Order Cancelled", "Order Completed", "Order Updated", "identify",
    ]  # fmt: skip
    assert api.answer("GET", "/definitions/effects", 422).json()["code"] == "bad_event"
