"""The explorer of micro-segments, and how customers move: what is drawn is what the server says, and follows orders."""

from __future__ import annotations

import re
from functools import partial

import httpx
import pytest
from playwright.sync_api import expect
from tests.app.grouped_shop import NOW, grouped_shop, with_days_before
from tests.app.serving import until
from tests.app.shop import order, shop_in
from tests.gui.conftest import in_english, looked_at, serving
from tests.gui.reading import comes_to, data, numbers


@pytest.fixture(scope="module")
def grouped(tmp_path_factory):
    """The shop of micro-segments, served."""
    folder = grouped_shop(tmp_path_factory.mktemp("grouped") / "shop", page="true")
    with_days_before(folder)
    with serving(folder) as served:
        until(lambda: asked(served, "/micro-segments/migration")["days"])
        yield served


def asked(served, path, **parameters):
    headers = {"Authorization": f"Bearer {served.token}"}
    answer = httpx.get(f"{served.url}/api/v1{path}", params=parameters, headers=headers, timeout=30)
    assert answer.status_code == 200
    return answer.json()


def tiles_are_the_servers(page, told, by):
    """Every micro-segment with somebody in it is a tile, and the tiles are as large as they say."""
    tiles = page.locator("[data-tile]")
    wanted = {one["id"]: by(one) for one in told["micro_segments"] if by(one) > 0}
    comes_to(lambda: dict(zip(data(tiles, "tile"), numbers(tiles, "size"), strict=False)), pytest.approx(wanted))
    found = tiles.evaluate_all(
        """all => all.map(one => { const { width, height } = one.querySelector('rect').getBBox();
            return [one.dataset.tile, Number(one.dataset.size), width * height, one.getAttribute('aria-label')] })"""
    )
    names = {one["id"]: one["name"]["en"] for one in told["micro_segments"]}
    assert all(says.startswith(names[name]) for name, _, _, says in found)
    whole, area = sum(wanted.values()), sum(area for _, _, area, _ in found)
    for _, size, own, _ in found:  # heads of stages and borders take a little of some
        assert own / area == pytest.approx(size / whole, rel=0.45, abs=0.004)


def test_the_explorer_and_home_show_how_customers_move(page, grouped):
    told = asked(grouped, "/micro-segments")
    page.goto(f"{grouped.url}/micro-segments")
    expect(page.get_by_role("heading", name="Micro-segments", exact=True)).to_be_visible()
    expect(page.locator("[data-tile]")).to_have_count(sum(one["customers"] > 0 for one in told["micro_segments"]))
    tiles_are_the_servers(page, told, lambda one: one["customers"])
    looked_at(page, "micro-segments")
    in_english(page)

    # By money, coloured by a mean; what was chosen stands in the address.
    page.get_by_label("Size", exact=True).select_option("spent")
    page.get_by_label("Colour", exact=True).select_option("orders")
    expect(page.locator("[data-legend=orders] li")).to_have_count(5)
    expect(page).to_have_url(re.compile("size=spent&colour=orders"))
    tiles_are_the_servers(page, told, lambda one: one["sums"]["spent"])
    by_orders = sorted(
        (one for one in told["micro_segments"] if one["customers"]), key=lambda one: one["means"]["orders"]
    )

    def darker_and_darker():
        shades = dict(
            page.locator("[data-tile]").evaluate_all(
                "all => all.map(one => [one.dataset.tile, one.querySelector('rect').getAttribute('class')])"
            )
        )
        found = [shades[one["id"]] for one in by_orders]
        return found == sorted(found)

    comes_to(darker_and_darker, True)

    # By keyboard: into the map, along an arrow, open.
    page.get_by_label("Colour", exact=True).focus()
    page.keyboard.press("Tab")
    first = page.evaluate("document.activeElement.dataset.tile")
    page.keyboard.press("ArrowRight")
    chosen = page.evaluate("document.activeElement.dataset.tile")
    assert chosen != first
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(f"id={chosen}"))
    one = next(one for one in told["micro_segments"] if one["id"] == chosen)
    card = page.locator(f"[data-micro={chosen}]")
    expect(card.get_by_role("heading", name=one["name"]["en"])).to_be_visible()
    expect(card).to_contain_text(f"{one['customers']} customers")
    strongest = [role for role, far in one["apart"].items() if abs(far) >= 0.3][:5]
    comes_to(lambda: data(card.locator("[data-apart]"), "apart"), strongest)
    near = asked(grouped, f"/micro-segments/{chosen}")
    for customer in near["customers"]:
        expect(page.get_by_role("link", name=customer["customer_id"], exact=True)).to_be_visible()
    segment = card.get_by_role("link", name="Make a segment of it").get_attribute("href")
    assert segment.startswith("/segments/new?where=")
    assert httpx.URL(f"http://a{segment}").params["where"].strip('"') == f"micro_segment = '{chosen}'"

    # Beside another one.
    other = next(one for one in by_orders if one["id"] != chosen)
    page.get_by_label("Compare with").select_option(other["id"])
    near = asked(grouped, f"/micro-segments/{chosen}", beside=other["id"])
    rows = page.locator("[data-feature]")
    expect(rows).to_have_count(len(near["features"]))
    expect(page.locator("[data-feature] .beside-other").first).to_be_visible()
    for feature in near["features"]:
        row = page.locator(f"[data-feature={feature['feature']['role']}]")
        for mark, side in (("own", "own"), ("other", "other")):
            bars = row.locator(f".beside-{mark}")
            comes_to(partial(numbers, bars, "share"), pytest.approx(feature[side]["shares"]))
    looked_at(page, "micro-segments-beside")
    in_english(page)

    # An order moves somebody at once: his tile, and the moves since the day that was kept, follow by themselves.
    page.get_by_label("Compare with").select_option("")
    quiet = next(one for one in told["micro_segments"] if one["stage"] == "lapsed" and one["customers"] > 3)
    page.goto(f"{grouped.url}/micro-segments")
    tile = page.locator(f"[data-tile={quiet['id']}]")
    expect(tile).to_have_attribute("data-size", str(quiet["customers"]))
    key, _ = grouped.tokens.create("server", "till")
    some = [one["customer_id"] for one in asked(grouped, f"/micro-segments/{quiet['id']}")["customers"]][:3]
    for number, customer in enumerate(some):
        sent = order(70_000 + number, customer, NOW.isoformat(), 900)
        assert httpx.post(f"{grouped.url}/v1/track", json=sent, auth=(key, "")).status_code == 200
    expect(tile).to_have_attribute("data-size", str(quiet["customers"] - 3))

    page.get_by_role("link", name="Moves", exact=True).click()
    expect(page.locator("[data-moved]")).to_have_attribute("data-moved", "3")
    moves = {
        f"{one['from']}>{one['to']}": one["customers"]
        for one in asked(grouped, "/micro-segments/migration")["moves"]
        if one["from"] != one["to"]
    }
    bands = page.locator("path[data-from]")
    drawn = "all => all.map(one => [`${one.dataset.from}>${one.dataset.to}`, Number(one.dataset.count)])"
    comes_to(lambda: dict(bands.evaluate_all(drawn)), moves)
    comes_to(lambda: set(data(page.locator("[data-move]"), "move")), set(moves))
    looked_at(page, "micro-segments-moves")

    # Home: the stages of every day, who moved in the last, and who comes back.
    in_english(page)
    page.goto(f"{grouped.url}/tour")
    page.get_by_role("link", name="Home").click()
    moves, cohorts = asked(grouped, "/movement"), asked(grouped, "/cohorts")
    columns = page.locator("[data-time]")
    expect(columns).to_have_count(len(moves["at"]))
    for stage in moves["stages"]:
        drawn = partial(
            columns.evaluate_all,
            """(all, stage) => all.map(one => {
                const own = one.querySelector(`[data-part="${stage}"]`);
                return own === null ? [0, 0] : [Number(own.dataset.size), own.height.baseVal.value] })""",
            stage["stage"],
        )
        comes_to(lambda drawn=drawn: [size for size, _ in drawn()], stage["sizes"])
        sizes = drawn()
        tallest = max(sizes)
        assert [high for _, high in sizes] == pytest.approx([size / tallest[0] * tallest[1] for size, _ in sizes])
    drawn = "all => all.map(one => [one.dataset.from, one.dataset.to, Number(one.dataset.count)])"
    wanted = [[one["from"] or "", one["to"] or "", one["customers"]] for one in moves["moves"]]
    comes_to(lambda: sorted(bands.evaluate_all(drawn)), sorted(wanted))
    for cohort in cohorts["cohorts"]:
        shares = page.locator(f"[data-cohort='{cohort['month']}'] [data-share]")
        comes_to(partial(numbers, shares, "share"), cohort["again"])
    looked_at(page, "home-moves")


def test_without_a_model_it_says_what_to_do(page, tmp_path):
    with serving(shop_in(tmp_path / "shop", page="true")) as served:
        page.goto(f"{served.url}/micro-segments")
        expect(page.get_by_text("There are no micro-segments yet")).to_be_visible()
        expect(page.get_by_text("hf catalogue micro_segment --add")).to_be_visible()
        looked_at(page, "micro-segments-none")
