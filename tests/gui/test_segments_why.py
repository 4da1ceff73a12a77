"""Where a segment has no count its pages say why: in the list, on its own page, in the builder."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from tests.app.gui.past_shop import identify
from tests.app.shop import order, shop_in
from tests.gui.conftest import in_english, looked_at, serving
from tests.gui.guarded import Guarded

from hundredfold.app.gui.administration import open_logins
from hundredfold.app.workspace import Workspace

LACKING = """\
attributes:
  spent_third: {formula: "tier(total_purchase_value, 3)"}
segments:
  top: {where: spent_third = 3}
"""
WHY = "no batch has worked out spent_third yet, so nobody is known to be in it."


@pytest.fixture
def served(tmp_path):
    orders = [order(n, f"c{n}", "2026-03-01T10:00:00Z", 10 * n) for n in range(1, 10)]
    folder = shop_in(tmp_path / "shop", orders, page="true", files={"definitions/lacking.yaml": LACKING})
    with serving(folder) as found:
        yield found


def test_pages_say_that_a_batch_is_lacking(page, served):
    page.goto(f"{served.url}/segments")
    expect(page.get_by_role("row").filter(has_text="top")).to_contain_text(WHY, timeout=20_000)
    looked_at(page, "segments-why")
    in_english(page)
    page.get_by_role("link", name="top", exact=True).click()
    expect(page.get_by_role("region", name="Who is in it")).to_contain_text(WHY)
    page.get_by_role("link", name="Change it").click()
    expect(page.get_by_role("region", name="Who would be in it")).to_contain_text(WHY)
    looked_at(page, "segment-why")


@pytest.fixture
def guarded(tmp_path):
    people = [identify(n, f"c{n}", f"a{n}", email=f"c{n}@shop.example") for n in range(1, 4)]
    orders = [order(n, f"c{n}", "2026-03-01T10:00:00Z", 10 * n) for n in range(1, 4)]
    segments = {
        "definitions/known.yaml": "segments: {known: {where: email is not null}, buyers: {where: orders > 0}}\n"
    }
    folder = shop_in(tmp_path / "shop", [*people, *orders], files=segments)
    with open_logins(Workspace.open(folder)) as logins, serving(folder) as found:
        yield Guarded(found.url, found.token, logins)


def test_pages_say_that_a_count_would_tell_of_persons(page, guarded):
    guarded.passwords["carla"], _ = guarded.logins.users.add("carla", "marketer", personal_data=False)
    guarded.log_in(page, "carla", "/segments")
    why = "it follows from personal data, and a count could tell whether somebody is a customer."
    expect(page.get_by_role("row").filter(has_text="buyers").locator("[data-count='3']")).to_be_visible(timeout=20_000)
    expect(page.get_by_role("row").filter(has_text="known")).to_contain_text(why)
    page.get_by_role("link", name="Overlap").click()
    expect(page.locator("main")).to_contain_text(why)
    expect(page.locator("[data-shared]")).to_have_count(1)
    looked_at(page, "overlap-why")
    in_english(page)
    page.goto(f"{guarded.url}/segments?segment=known")
    expect(page.get_by_role("region", name="Who is in it")).to_contain_text(why)
    expect(page.get_by_role("region", name="Size over time")).to_contain_text(why)
    page.get_by_role("link", name="Change it").click()
    tried = page.get_by_role("region", name="Who would be in it")
    expect(tried).to_contain_text(why)
    page.get_by_text("As an expression").click()
    page.locator("textarea[aria-label='Condition in the words of the language']").fill("email = 'c1@shop.example'")
    lines = page.get_by_label("YAML, as it stands in the file")
    expect(lines).to_have_value("known:\n  where: email = 'c1@shop.example'\n")
    expect(tried).to_contain_text(why)
    expect(page.locator("[data-count], [data-alone]")).to_have_count(0)
    looked_at(page, "segment-personal")
