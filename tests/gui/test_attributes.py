"""The attribute builder, in a browser: a sentence and its YAML, a preview while typing, from draft to force."""

from __future__ import annotations

import re

import httpx
from playwright.sync_api import expect
from ruamel.yaml import YAML
from tests.app.serving import until
from tests.app.shop import DEFINITIONS
from tests.door.shop import bearer
from tests.gui.conftest import in_english, looked_at
from tests.gui.reading import comes_to, data, numbers

SUM = "total_purchase_value"


def opened(page, served, query=""):
    page.goto(f"{served.url}/attributes{query}")
    expect(page.get_by_role("heading", level=1)).to_have_text("Attributes")


def preview(page):
    return page.get_by_role("region", name="What it would be")


def lines(page):
    return page.get_by_label("YAML, as it stands in the file")


def api(served, path):
    return httpx.get(f"{served.url}/api/v1{path}", headers=bearer(served.token)).json()


def test_a_changed_sentence_is_tried_reviewed_and_published_for_all_history(page, served, shop):
    opened(page, served)
    looked_at(page, "attributes")
    in_english(page)

    page.get_by_role("button", name=SUM).click()
    expect(lines(page)).to_have_value(f"{SUM}: {{event: Order Completed, value: properties.total, aggregate: sum}}\n")
    page.get_by_role("button", name="Add a condition").click()
    page.get_by_label("Field", exact=True).fill("properties.total")
    page.get_by_label("Test", exact=True).select_option(">=")
    page.get_by_label("Compared with").fill("10")
    expect(lines(page)).to_have_value(
        f"{SUM}: {{event: Order Completed, value: properties.total, aggregate: sum, where: properties.total >= 10}}\n"
    )
    expect(preview(page)).to_contain_text("All 5 customers")
    expect(preview(page)).to_contain_text("5 of them (100%) would have another value")
    told = httpx.post(
        f"{served.url}/api/v1/definitions/preview",
        headers=bearer(served.token),
        json={"name": SUM, "text": lines(page).input_value()},
    ).json()
    bars = preview(page).locator("svg g")
    comes_to(lambda: numbers(bars, "own"), [one["count"] for one in told["spread"]["bins"]])
    expect(preview(page).get_by_role("row")).to_have_count(6)
    looked_at(page, "attribute")
    in_english(page)

    page.get_by_role("button", name="Look at the changes").click()
    expect(page.locator("ins")).to_contain_text("where: properties.total >= 10")
    expect(page.get_by_role("region", name="Publish")).to_contain_text("average")
    looked_at(page, "attribute-changes")
    in_english(page)
    page.get_by_role("button", name="Publish for all history").click()
    expect(page.get_by_role("button", name="Look at the changes")).to_be_hidden()
    expect(page.get_by_text("The values of all history are being worked out")).to_be_visible()
    expect(page.get_by_text("The values of all history are being worked out")).to_be_hidden(timeout=120_000)

    assert "where: properties.total >= 10" in (shop / "definitions" / "shop.yaml").read_text()
    profile = api(served, "/customers/profile?customer=c1")
    value = next(one["value"] for one in profile["attributes"] if one["name"] == SUM)
    assert value == sum(n * 1.25 for n in range(1, 25) if n % 5 == 1 and n * 1.25 >= 10)
    page.get_by_text("Versions", exact=True).click()
    expect(page.get_by_text("Version 2")).to_be_visible()


def test_a_formula_has_its_mistakes_in_place_and_the_draft_stays(page, served):
    opened(page, served)
    page.get_by_label("New attribute").fill("doubled")
    page.get_by_role("button", name="Begin").click()
    page.get_by_label("Kind", exact=True).select_option("formula")
    expect(lines(page)).to_have_value("doubled:\n  formula: ''\n")
    page.get_by_label("Formula", exact=True).fill("averag * 2")

    expect(page.locator("mark")).to_have_text("averag")
    expect(page.locator(".marked")).to_contain_text("Did you mean `average`?")
    looked_at(page, "attribute-mistake")
    expect(page.locator(".marked")).to_contain_text("nenhum atributo se chama `averag`. Queria dizer `average`?")
    in_english(page)
    page.get_by_label("Formula", exact=True).fill("")
    page.get_by_label("Formula", exact=True).press_sequentially("coal")
    page.keyboard.press("Enter")
    page.keyboard.type("aver")
    expect(page.locator(".offers [role=option]")).to_have_count(1)
    page.keyboard.press("Tab")
    page.keyboard.type(", ord")
    expect(page.locator(".offers [aria-selected=true]")).to_contain_text("orders")
    page.keyboard.press("ArrowDown")
    expect(page.locator(".offers [aria-selected=true]")).to_contain_text("last_order_at")
    page.keyboard.press("Escape")
    expect(page.locator(".offers [role=option]")).to_have_count(0)
    page.keyboard.type("ers)")
    expect(page.get_by_label("Formula", exact=True)).to_have_value("coalesce(average, orders)")
    expect(lines(page)).to_have_value("doubled:\n  formula: coalesce(average, orders)\n")
    page.get_by_label("Formula", exact=True).fill("average * 2")
    expect(lines(page)).to_have_value("doubled:\n  formula: average * 2\n")
    expect(preview(page)).to_contain_text("5 of them (100%) would have another value")
    expect(page.get_by_text("Draft kept")).to_be_visible()
    page.reload()
    expect(page.get_by_label("Formula", exact=True)).to_have_value("average * 2")
    page.get_by_role("button", name="Throw the draft away").click()
    expect(page.get_by_role("button", name="doubled draft")).to_be_hidden()


def test_what_is_typed_as_yaml_shows_in_the_sentence(page, served):
    opened(page, served, "?attribute=orders")
    lines(page).fill("orders:\n  # lately\n  event: Order Completed\n  aggregate: count\n  window: 30 days\n")

    expect(page.get_by_label("How many")).to_have_value("30")
    page.get_by_label("How many").fill("7")
    expect(lines(page)).to_have_value(
        "orders:\n  # lately\n  event: Order Completed\n  aggregate: count\n  window: 7 days\n"
    )
    lines(page).fill("orders: {event: Order Completed, agregate: count}")
    expect(page.get_by_role("list", name="What is wrong")).to_contain_text("Did you mean `aggregate`?")


def test_the_second_of_two_editors_sees_the_difference_and_chooses(page, served, shop, provoked):
    provoked.append("409")
    opened(page, served, "?attribute=orders")
    lines(page).fill("orders: {event: Order Completed, aggregate: count, window: today}")
    expect(page.get_by_text("Draft kept")).to_be_visible()
    path = shop / "definitions" / "shop.yaml"
    path.write_text(DEFINITIONS.replace("aggregate: count}", "aggregate: count, window: 7 days}"))

    page.get_by_role("button", name="Look at the changes").click()
    page.get_by_role("button", name="Publish for all history").click()

    expect(page.get_by_role("alert")).to_contain_text("Somebody else has changed this attribute")
    expect(page.locator("del")).to_contain_text("7 days")
    looked_at(page, "attribute-overtaken")
    in_english(page)
    assert "7 days" in path.read_text()
    page.get_by_role("button", name="Keep mine, over theirs").click()
    expect(page.get_by_role("alert")).to_be_hidden()
    page.get_by_role("button", name="Publish for all history").click()
    expect(page.get_by_role("button", name="Publish for all history")).to_be_hidden()
    assert "window: today" in path.read_text()

    lines(page).fill("orders: {event: Order Completed, aggregate: count, window: 3 days}")
    expect(page.get_by_text("Draft kept")).to_be_visible()
    path.write_text(path.read_text().replace("window: today}", "window: 9 days}", 1))
    expect(page.get_by_role("alert")).to_be_visible(timeout=15_000)  # nobody has to press anything to be told
    page.get_by_role("button", name="Take theirs, throw mine away").click()
    expect(lines(page)).to_have_value("orders: {event: Order Completed, aggregate: count, window: 9 days}\n")


def test_an_attribute_is_taken_away_and_comes_back_with_its_values(page, served, shop):
    def value():
        told = api(served, "/customers/profile?customer=c1")["attributes"]
        return next((one["value"] for one in told if one["name"] == "average"), None)

    before = value()
    assert before is not None
    opened(page, served, "?attribute=orders")
    page.get_by_role("button", name="Take away").click()
    expect(page.get_by_text("These need it.")).to_be_visible()
    expect(page.get_by_role("button", name="Look at the changes")).to_be_disabled()
    page.get_by_role("region", name="to be taken away").get_by_role("link", name="average").click()
    expect(page.get_by_role("heading", level=2)).to_have_text("average")

    page.get_by_role("button", name="Take away").click()
    expect(page.get_by_text("No other attribute and no segment needs it.")).to_be_visible()
    page.get_by_role("button", name="Look at the changes").click()
    expect(page.locator("del")).to_contain_text("average")
    looked_at(page, "attribute-leaving")
    in_english(page)
    page.get_by_role("button", name="Publish for all history").click()
    expect(page.get_by_role("heading", name="This attribute was taken away")).to_be_visible()
    assert "average" not in (shop / "definitions" / "shop.yaml").read_text()
    until(lambda: value() is None)
    looked_at(page, "attribute-gone")
    in_english(page)

    page.get_by_role("button", name="Bring it back").click()
    expect(lines(page)).to_have_value("average:\n  formula: total_purchase_value / orders\n")
    page.get_by_role("button", name="Look at the changes").click()
    page.get_by_role("button", name="Publish for all history").click()
    expect(page.get_by_role("button", name="Publish for all history")).to_be_hidden()
    assert until(value) == before


def test_whatever_a_definition_says_can_be_said_in_the_form(page, served):
    opened(page, served)
    page.get_by_label("New attribute").fill("shoes")
    page.get_by_role("button", name="Begin").click()
    page.get_by_label("What is taken").select_option("sum")
    page.get_by_label("Value", exact=True).fill("quantity")
    page.get_by_label("Event", exact=True).fill("Order Completed")
    page.get_by_label("More events").select_option("name")
    page.get_by_label("Event 2").fill("Order Updated")
    page.get_by_label("More events").select_option("page")
    page.get_by_label("List of lines").select_option("properties.products")
    page.get_by_label("time", exact=True).select_option("days")
    page.get_by_label("How many").fill("90")
    page.get_by_label("By whose calendar").select_option("customer")
    page.get_by_role("button", name="Add a condition").click()
    page.get_by_label("Field", exact=True).fill("price")
    page.get_by_label("Test", exact=True).select_option(">=")
    page.get_by_label("Compared with").fill("10.50")
    page.get_by_role("button", name="Add a group").click()
    group = page.locator("fieldset.group")
    group.get_by_label("Field", exact=True).first.fill("product.category")
    group.get_by_label("Test", exact=True).first.select_option("in")
    for value in ("shoes, and more", "it's"):
        group.get_by_label("Another value").fill(value)
        group.get_by_label("Another value").press("Enter")
    group.get_by_label("Field", exact=True).last.fill("quantity")
    group.get_by_label("What it is").last.select_option("path")
    group.get_by_label("Compared with").last.fill("properties.least")
    page.get_by_text("Name and description").click()
    page.get_by_label("Name in Portuguese").fill("Sapatos")
    said = {
        "event": ["Order Completed", "Order Updated", {"type": "page"}],
        "each": "properties.products",
        "where": "price >= 10.5 and (product.category in ('shoes, and more', 'it''s') or quantity = properties.least)",
        "value": "quantity",
        "aggregate": "sum",
        "window": "90 days",
        "zone": "customer",
        "label": {"pt": "Sapatos"},
    }
    until(lambda: YAML(typ="safe").load(lines(page).input_value()) == {"shoes": said})
    expect(page.locator(".mistakes li")).to_have_count(0)
    group.get_by_label("All or any").select_option("none")
    expect(lines(page)).to_have_value(re.compile("price >= 10.5 and not .product.category in .*or quantity"))
    looked_at(page, "attribute-groups")


def test_a_share_of_the_favourite_by_a_part_of_the_time_and_visits_are_said_in_the_form(page, served):
    opened(page, served)
    page.get_by_label("New attribute").fill("favourite_day_share")
    page.get_by_role("button", name="Begin").click()
    page.get_by_label("What is taken").select_option("visits")
    page.get_by_label("Event", exact=True).fill("Order Completed")
    page.get_by_label("Minutes of quiet between visits").fill("20")
    visits = {"event": "Order Completed", "aggregate": "visits", "k": 20}
    until(lambda: YAML(typ="safe").load(lines(page).input_value()) == {"favourite_day_share": visits})
    expect(page.locator(".mistakes li")).to_have_count(0)
    page.get_by_label("What is taken").select_option("share")
    page.get_by_label("Field whose values are told apart").fill("timestamp.weekday")
    page.get_by_role("button", name="Add a condition").click()
    page.get_by_label("Field", exact=True).fill("timestamp.hour")
    page.get_by_label("Test", exact=True).select_option(">=")
    page.get_by_label("What it is", exact=True).last.select_option("number")
    page.get_by_label("Compared with").fill("8")
    said = {
        "event": "Order Completed",
        "where": "timestamp.hour >= 8",
        "by": "timestamp.weekday",
        "aggregate": "share",
    }
    until(lambda: YAML(typ="safe").load(lines(page).input_value()) == {"favourite_day_share": said})
    expect(page.locator(".mistakes li")).to_have_count(0)
    expect(page.get_by_label("Of the value")).to_have_attribute("placeholder", "the favourite")
    looked_at(page, "attribute-favourite-share")


def test_an_event_shows_every_attribute_that_it_updates(page, served):
    opened(page, served)
    page.get_by_role("link", name="By event").click()
    page.get_by_role("button", name="Order Completed").click()

    effects = page.locator(".effects li")
    told = api(served, "/definitions/effects?event=Order%20Completed")["attributes"]
    comes_to(lambda: data(effects, "how"), [one["how"] for one in told])
    expect(page.get_by_text("24 messages")).to_be_visible()
    looked_at(page, "attributes-by-event")
    in_english(page)
    effects.filter(has_text="average").get_by_role("button").click()
    expect(page.get_by_label("Formula", exact=True)).to_have_value("total_purchase_value / orders")
