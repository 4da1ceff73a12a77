"""The segments' screens, in a browser: written as rows, expression and YAML, looked at, compared, renamed, removed."""

from __future__ import annotations

import re

import httpx
import pytest
from playwright.sync_api import expect
from tests.app.gui.past_shop import identify
from tests.app.serving import until
from tests.app.shop import hf, order, shop_in, write_lines
from tests.door.shop import bearer
from tests.gui.conftest import in_english, looked_at, serving
from tests.gui.reading import comes_to, numbers

COUNTRIES = ("PT", "ES", "FR", "PT", "DE")
DEFINITIONS = """\
attributes:
  country: {trait: country, type: text, label: {en: Country, pt: País}, group: Who they are}
"""
LABELS = {
    "orders": "{en: Orders, pt: Encomendas}",
    "total_purchase_value": "{en: Total spent, pt: Total gasto}",
    "last_order_at": "{en: Last order, pt: Última encomenda}",
}


def sold():
    """One to six orders each of 120 customers, of whom all have a country."""
    found = [
        order(10 * n + one, f"c{n}", f"2026-03-{(n + one) % 27 + 1:02}T10:00:00Z", (n * 7 + one * 13) % 190 + 5)
        for n in range(1, 121)
        for one in range(n % 6 + 1)
    ]
    return found + [identify(n, f"c{n}", f"a{n}", country=COUNTRIES[n % 5]) for n in range(1, 121)]


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    files = {"definitions/country.yaml": DEFINITIONS}
    folder = shop_in(tmp_path_factory.mktemp("s") / "shop", page="true", files=files)
    path = folder / "definitions" / "shop.yaml"
    text = path.read_text()
    for name, label in LABELS.items():
        text = text.replace(f"  {name}: {{", f"  {name}: {{label: {label}, ")
    path.write_text(text)
    assert hf("apply", folder=folder).code == 0
    assert hf("import", write_lines(folder.parent / "m.ndjson", sold()), folder=folder).code == 0
    assert hf("batch", folder=folder).code == 0
    with serving(folder) as served:
        yield served, folder


def api(served, path, method="GET", **asked):
    answer = httpx.request(method, f"{served.url}/api/v1{path}", headers=bearer(served.token), timeout=60, **asked)
    assert answer.status_code == 200, answer.text
    return answer.json()


def english(page):
    in_english(page)


def preview(page):
    return page.get_by_role("region", name="Who would be in it")


def lines(page):
    return page.get_by_label("YAML, as it stands in the file")


def tried(served, where, **more):
    return api(served, "/segments/preview", "POST", json={"where": where, **more})


def published(page):
    page.get_by_role("button", name="Look at the changes").click()
    page.get_by_role("button", name="Publish", exact=True).click()
    expect(page.get_by_role("button", name="Publish", exact=True)).to_be_hidden()


def begun(page, name):
    page.get_by_label("New segment").fill(name)
    page.get_by_role("button", name="Begin").click()
    expect(page.get_by_role("heading", level=2)).to_have_text(name)


def test_a_segment_from_the_first_row_to_its_end(page, shop):
    served, folder = shop
    until(lambda: api(served, "/segments")["as_of"])
    page.goto(f"{served.url}/segments")
    expect(page.get_by_text("No segments yet")).to_be_visible()
    looked_at(page, "segments-none")
    english(page)
    page.get_by_text("No segments yet").locator("..").get_by_role("link", name="Start from one that is ready").click()
    catalogue = until(lambda: found if (found := api(served, "/catalogue"))["complete"] else None)
    ready = [one for group in catalogue["groups"] for one in group["entries"] if one["kind"] == "segment"]
    expect(page.locator("[data-entry]")).to_have_count(len(ready))
    unsent = [one for one in ready if not one["fills"]]
    expect(page.locator("[data-shelf=messages] [data-entry]")).to_have_count(len(unsent))
    page.get_by_role("link", name="All segments").click()

    # As rows: whom they let through is counted while somebody writes.
    begun(page, "loyal")
    page.get_by_label("How", exact=True).select_option(">=")
    page.get_by_label("Value", exact=True).fill("4")
    counted = preview(page).locator("[data-count]")
    expect(counted).to_have_attribute("data-count", str(tried(served, "orders >= 4")["count"]))
    page.get_by_role("button", name="+ is", exact=True).click()
    row = page.locator(".line").last
    row.get_by_label("What").select_option("country")
    row.get_by_label("How", exact=True).select_option("in")
    for country in ("PT", "ES"):
        row.get_by_label("Another value").fill(country)
        row.get_by_label("Another value").press("Enter")
    page.get_by_label("A condition that is enough instead").last.select_option("did")
    row = page.locator(".line").last
    row.get_by_label("What").select_option("total_purchase_value")
    row.get_by_label("Value", exact=True).fill("300")
    where = "orders >= 4 and (country in ('PT', 'ES') or total_purchase_value >= 300)"
    expect(lines(page)).to_have_value(f"loyal:\n  where: {where}\n")
    told = tried(served, where, spread="orders")
    expect(counted).to_have_attribute("data-count", str(told["count"]))
    comes_to(lambda: numbers(page.locator("[data-alone]"), "alone"), [one["count"] for one in told["parts"]])
    page.get_by_label("How they differ in").select_option("total_purchase_value")
    bars = preview(page).locator("svg g")
    spread = tried(served, where, spread="total_purchase_value")["spread"]
    comes_to(lambda: numbers(bars, "own"), [one["members"] for one in spread["bars"]])
    comes_to(lambda: numbers(bars, "beside"), [one["everybody"] for one in spread["bars"]])
    expect(preview(page).get_by_role("row")).to_have_count(6)
    looked_at(page, "segment-rows")
    english(page)

    # As an expression, with what is wrong in its place; what rows cannot say stays as it is.
    page.get_by_text("As an expression").click()
    expression = page.locator("textarea[aria-label='Condition in the words of the language']")
    expression.fill("orders >= 4 and countri = 'PT'")
    expect(page.locator("mark")).to_have_text("countri")
    expect(page.locator(".marked")).to_contain_text("Did you mean `country`?")
    expression.fill("orders >= 4 and country > 5")
    expect(page.locator("mark")).to_have_text("country > 5")
    looked_at(page, "segment-mistake")
    expect(page.locator(".marked")).to_contain_text("isto não é verdade para ninguém")
    english(page)
    expression.fill("orders >= 4 and year(last_order_at) = 2026")
    expect(page.locator(".line")).to_have_count(2)
    expect(page.locator("input.expression")).to_have_value("year(last_order_at) = 2026")
    expect(lines(page)).to_have_value("loyal:\n  where: orders >= 4 and year(last_order_at) = 2026\n")
    lines(page).fill("loyal:\n  # by hand\n  where: orders >= 4\n")
    expect(page.locator(".line")).to_have_count(1)
    for number in ("5", "4", "5"):  # what was said before is said again
        page.get_by_label("Value", exact=True).fill(number)
        expect(lines(page)).to_have_value(f"loyal:\n  # by hand\n  where: orders >= {number}\n")

    # From draft to force; then it stands in the list, and can be looked at.
    expect(page.get_by_text("Draft kept")).to_be_visible()
    published(page)
    assert "# by hand" in (folder / "definitions" / "segments.yaml").read_text()
    count = tried(served, "orders >= 5")["count"]
    page.get_by_role("link", name="All segments").click()
    # The values of all history are worked out beside it, which takes its time.
    expect(page.locator("td[data-count]")).to_have_attribute("data-count", str(count), timeout=60_000)
    for name, where in {"near": "country = 'PT'", "both": "loyal and near"}.items():
        text = f"{name}:\n  where: {where}\n  label: {{en: {name.title()}}}\n"
        httpx.put(
            f"{served.url}/api/v1/definitions/segments/{name}/draft", headers=bearer(served.token), json={"text": text}
        )
        api(served, f"/definitions/segments/{name}/publish", "POST", json={"base": None})
    until(lambda: [one["count"] is None for one in api(served, "/segments")["segments"]] == [False] * 3)
    page.reload()
    expect(page.locator("td[data-count]")).to_have_count(3)
    looked_at(page, "segments")
    english(page)
    page.get_by_label("Search segments").fill("Country")
    expect(page.locator("td[data-count]")).to_have_count(1)

    page.goto(f"{served.url}/segments?segment=loyal")
    expect(page.locator("strong[data-count]").first).to_have_attribute("data-count", str(count))
    expect(page.get_by_text("Orders at least 5 times")).to_be_visible()
    members = page.get_by_role("region", name="Members")
    expect(members.get_by_role("row")).to_have_count(min(count, 20) + 1)
    members.get_by_label("Show another attribute").select_option("country")
    expect(members.get_by_role("columnheader", name="Country")).to_be_visible()
    with page.expect_download() as loaded:
        members.get_by_role("link", name="Download all as CSV").click()
    table = loaded.value.path().read_text(encoding="utf-8-sig").splitlines()
    assert len(table) == count + 1
    assert "country" in table[0]
    shared = page.get_by_role("region", name="Shared with other segments").locator("[data-shared]")
    expected = api(served, "/segment-overlaps", params={"name": ["loyal", "near", "both"]})["shared"]
    expect(shared).to_have_count(2)
    comes_to(lambda: sorted(numbers(shared, "shared")), sorted(expected[0][1:]))
    page.get_by_label("Time", exact=True).fill("2026-03-15T12:00")
    page.get_by_role("button", name="Look", exact=True).click()
    past = page.get_by_role("region", name="At an earlier time").locator("[data-count]")
    then = api(served, "/segments/loyal", params={"at": "2026-03-15T12:00"})["count"]
    expect(past).to_have_attribute("data-count", str(then))
    with page.expect_download() as loaded:
        page.get_by_role("region", name="At an earlier time").get_by_role("link", name="CSV").click()
    assert len(loaded.value.path().read_text().splitlines()) == then + 1 > 1
    # Who comes in while somebody looks is told, and counted.
    secret, _ = served.tokens.create("server", "shop")
    new = order(9_000, "c6", "2026-04-01T10:00:00Z", 5)
    for number in range(5):
        entry = new | {"messageId": f"new{number}", "properties": new["properties"] | {"order_id": f"new{number}"}}
        httpx.post(f"{served.url}/v1/track", auth=(secret, ""), json=entry).raise_for_status()
    moves = page.get_by_role("region", name="Who came and went")
    expect(moves.locator("[data-move=entered]")).to_contain_text("c6")
    expect(page.locator("strong[data-count]").first).to_have_attribute("data-count", str(count + 1))
    looked_at(page, "segment")
    english(page)

    # Who has come or gone, as rows, by keyboard, and back from what is written.
    page.goto(f"{served.url}/segments?segment=moving&part=change")
    page.get_by_role("button", name="Take out").click()
    page.get_by_role("button", name="+ is in, entered or left a segment").press("Enter")
    row = page.locator(".line")
    row.get_by_label("What").select_option("near")
    row.get_by_label("How", exact=True).focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    row.get_by_label("What").select_option("loyal")
    expect(lines(page)).to_have_value("moving:\n  where: days_since(entered(loyal)) <= 30\n")
    expect(preview(page).locator("strong[data-count]")).to_have_attribute("data-count", "1")
    expect(preview(page).get_by_role("link", name="c6")).to_be_visible()
    row.get_by_label("When").select_option(">=")
    row.get_by_label("Value", exact=True).fill("2026-03-01")
    row.get_by_label("How", exact=True).select_option("left")
    page.get_by_label("A condition that is enough instead").select_option("segment")
    row = page.locator(".line").last
    row.get_by_label("How", exact=True).select_option("no")
    row.get_by_label("What").select_option("near")
    where = "left(loyal) >= time('2026-03-01') or not near"
    expect(lines(page)).to_have_value(f"moving:\n  where: {where}\n")
    page.get_by_label("A condition that is enough instead").select_option("segment")
    page.locator(".line").last.get_by_label("How", exact=True).select_option("entered")
    page.set_viewport_size({"width": 390, "height": 800})
    looked_at(page, "segment-moved-narrow")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.set_viewport_size({"width": 1280, "height": 720})
    looked_at(page, "segment-moved")
    english(page)
    lines(page).fill("moving:\n  where: hours_since(left(near)) >= 3 and entered(both) is null\n")
    expect(page.locator(".line")).to_have_count(2)
    chosen = page.locator(".line select")
    said = ["left", "near", "hours >=", "entered", "both", "unknown"]
    comes_to(lambda: chosen.evaluate_all("all => all.map(one => one.value)"), said)

    # Laid beside each other.
    page.goto(f"{served.url}/segments?view=overlap")
    cells = page.locator(".overlap td[data-shared]")
    expect(cells).to_have_count(9)
    names = page.locator(".overlap tbody th").all_inner_texts()
    called = {"loyal": "loyal", "Near": "near", "Both": "both"}
    matrix = api(served, "/segment-overlaps", params={"name": [called[one] for one in names]})["shared"]
    comes_to(lambda: numbers(cells, "shared"), [cell for row in matrix for cell in row])
    looked_at(page, "segments-overlap")
    english(page)

    # Another name goes into the conditions that have it; what breaks others is not removed.
    page.goto(f"{served.url}/segments?segment=loyal")
    page.get_by_role("button", name="Rename").click()
    page.get_by_label("New name").fill("faithful")
    page.get_by_role("dialog").get_by_role("button", name="Rename").click()
    expect(page).to_have_url(re.compile("segment=faithful"), timeout=60_000)
    assert api(served, "/definitions/segments/both")["in_force"]["where"] == "faithful and near"
    page.get_by_role("button", name="Remove").click()
    expect(page.get_by_text("These need it.")).to_be_visible()
    expect(page.get_by_role("button", name="Look at the changes")).to_be_disabled()
    looked_at(page, "segment-leaving")
    english(page)
    page.get_by_role("button", name="Keep the segment").click()
    page.goto(f"{served.url}/segments?segment=both")
    page.get_by_role("button", name="Copy").click()
    expect(lines(page)).to_have_value("both_2:\n  where: faithful and near\n")
    page.goto(f"{served.url}/segments?segment=both")
    page.get_by_role("button", name="Remove").click()
    expect(page.get_by_text("No other segment needs it.")).to_be_visible()
    published(page)
    assert "both:" not in (folder / "definitions" / "segments.yaml").read_text()

    # One that is ready, with the attribute that it needs first; then under its own words.
    page.get_by_role("link", name="Start from one that is ready").click()
    page.get_by_label("Search segments").fill("prospects")
    expect(page.locator("[data-shelf=attributes] [data-entry]")).to_have_count(1)
    page.get_by_label("Search segments").fill("")
    page.set_viewport_size({"width": 390, "height": 800})
    looked_at(page, "segments-ready-narrow")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.set_viewport_size({"width": 1280, "height": 720})
    looked_at(page, "segments-ready")
    english(page)
    page.get_by_role("link", name="Begin with Prospects").press("Enter")
    needed = page.get_by_role("region", name="What it needs first")
    expect(needed).to_contain_text("something that your shop does not have yet: Orders")
    expect(page.get_by_text("no attribute is called `order_count`").first).to_be_visible()
    looked_at(page, "segment-lacking")
    english(page)
    needed.get_by_role("link", name="Add from the catalogue").click()
    page.get_by_role("button", name="Publish for all history").click()
    page.get_by_role("link", name="Go on with the segment").click(timeout=60_000)
    expect(needed).to_have_count(0)
    expect(preview(page).locator("strong[data-count]")).to_have_attribute("data-count", "0", timeout=60_000)
    expect(lines(page)).to_have_value(re.compile("Prospects"))
    looked_at(page, "segment-ready")
    english(page)
    assert "prospects" not in [one["name"] for one in api(served, "/definitions/segments")]
    page.get_by_role("button", name="Keep it as a draft").press("Enter")
    published(page)
    assert api(served, "/definitions/segments/prospects")["in_force"]["where"] == "order_count = 0"
    # From the catalogue's own screen, under a name that is free.
    page.goto(f"{served.url}/attributes?view=catalogue&kind=segment&find=prospects")
    page.get_by_role("link", name="Begin with Prospects").click()
    expect(lines(page)).to_have_value(re.compile("prospects_2:"))
