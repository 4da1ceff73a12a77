"""Where a segment has no count its pages say why: in the list, on its own page, in the builder."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from tests.app.shop import order, shop_in
from tests.gui.conftest import in_english, looked_at, serving

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
