"""The catalogue and the models, in a browser: what is ready and how it gets in; how good predictions are."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from playwright.sync_api import expect
from tests.app.shop import hf, shop_in
from tests.app.test_models import MODELS, bought
from tests.door.shop import bearer
from tests.gui.conftest import in_english, looked_at, serving
from tests.gui.reading import comes_to, numbers

CHURN = """\
attributes:
  first_order_at: {event: Order Completed, value: timestamp, aggregate: min}
  leaves:
    label: {en: Churn risk, pt: Risco de abandono}
    model: churn
    inputs: {first_order: first_order_at, last_order: last_order_at, orders: orders}
    options: {horizon_days: 30}
"""


@pytest.fixture
def served(tmp_path):
    files = {"definitions/models.yaml": MODELS, "definitions/churn.yaml": CHURN}
    folder = shop_in(tmp_path / "shop", bought(700, datetime.now(UTC) - timedelta(days=365)), files=files, page="true")
    assert hf("batch", folder=folder).code == 0
    with serving(folder) as found:
        yield found


def test_what_is_ready_is_found_added_copied_and_models_tell_how_good_they_are(page, served):
    page.goto(f"{served.url}/attributes?view=catalogue&group=engagement")
    expect(page.locator(".ready-entry").first).to_contain_text(re.compile("needs .*events"), timeout=20_000)
    page.get_by_role("button", name=re.compile("^Orders, lifetime")).click()
    entry = page.locator("[data-entry=gross_revenue]")
    expect(entry).to_contain_text("your messages fill it")
    looked_at(page, "catalogue")
    expect(entry).to_contain_text("Tudo o que o cliente alguma vez pagou, antes das devoluções.")
    in_english(page)

    # What models say says what they need: a year of orders is enough for these, and nobody opened an e-mail.
    page.get_by_role("button", name=re.compile("^Predictions")).click()
    expect(page.locator("[data-entry=churn_risk]")).to_contain_text(
        "your messages fill it, by a batch run on customers of 180 days ago (off where a naive guess is as good)"
    )
    expect(page.locator("[data-entry=best_send_hour]")).to_contain_text("needs Email Opened events")
    looked_at(page, "catalogue-predictions")
    in_english(page)

    # Found by a word and by what is lacking; the address holds both.
    page.get_by_label("Find in the catalogue").fill("email")
    page.get_by_label("Show").select_option("lacks")
    expect(page).to_have_url(re.compile("find=email.*show=lacks|show=lacks.*find=email"))
    expect(entry).to_have_count(0)
    page.goto(f"{served.url}/attributes?view=catalogue&find=revenue")
    expect(entry).to_be_visible()

    # Added: what would be written is shown, a name that exists is told, and it comes into force.
    page.get_by_role("checkbox", name="Choose Gross revenue", exact=True).check()
    page.get_by_role("button", name="Add what is chosen").click()
    expect(page.get_by_text("1 definition would be added")).to_be_visible()
    expect(page.locator(".changed-lines ins").first).to_contain_text("attributes:")
    looked_at(page, "catalogue-add")
    in_english(page)
    page.get_by_role("button", name="Publish for all history").click()
    expect(page.get_by_role("heading", name="1 definition has been added")).to_be_visible()
    page.goto(f"{served.url}/attributes?view=catalogue&find=revenue")
    expect(entry).to_contain_text("in your shop")

    # Copied: the builder begins with what the entry says, under a name that is free.
    page.get_by_role("button", name="Copy and change Gross revenue", exact=True).click()
    expect(page).to_have_url(re.compile("attribute=gross_revenue_2"))
    expect(page.get_by_label("YAML, as it stands in the file")).to_have_value(re.compile("aggregate: sum"))
    page.get_by_text("Name and description").click()
    page.get_by_label("What it is, in Portuguese").fill("O que pagou.")
    expect(page.get_by_label("YAML, as it stands in the file")).to_have_value(re.compile("pt: O que pagou."))
    expect(page.get_by_label("YAML, as it stands in the file")).to_have_value(re.compile("en: Everything the customer"))
    page.get_by_label("Language", exact=True).select_option("pt")
    expect(page.locator("nav.all h2").first).to_have_text("Encomendas, desde sempre")
    in_english(page)

    # The models, each with its error beside that of the naive guess.
    page.get_by_role("link", name="Models").click()
    cell = page.locator("[data-model=cell]")
    expect(cell).to_contain_text("It describes what is so")
    churn = page.locator("[data-model=leaves]")
    (told,) = [one for one in served_models(served) if one["attribute"] == "leaves"]
    comes_to(lambda: numbers(churn.locator("svg rect"), "value"), [told["error"], told["baseline"]])
    assert told["state"] == ("on" if told["error"] < told["baseline"] else "worse")
    churn.get_by_text("Versions (1)").click()
    expect(churn.get_by_role("row")).to_have_count(2)
    looked_at(page, "models")
    in_english(page)

    # The form says family, inputs that fit, options with their limits; the lines follow.
    churn.get_by_role("link", name="Change its inputs").click()
    lines = page.get_by_label("YAML, as it stands in the file")
    expect(lines).to_have_value(re.compile("horizon_days: 30"))
    before = lines.input_value()
    page.get_by_label(re.compile("^within how many days")).fill("60")
    expect(lines).to_have_value(before.replace("horizon_days: 30", "horizon_days: 60"))
    expect(page.get_by_role("region", name="What it would be")).to_contain_text("The next batch does")
    meter = page.locator("meter[data-would]")
    comes_to(lambda: numbers(meter, "would") == [float(meter.get_attribute("max"))], True)
    offered = page.get_by_label(re.compile("^when the customer first ordered")).locator("option")
    expect(offered.get_by_text("first_order_at", exact=True)).to_have_count(1)
    assert "orders" not in offered.all_inner_texts()
    looked_at(page, "model-form")


def served_models(served):
    return httpx.get(f"{served.url}/api/v1/models", headers=bearer(served.token)).json()["models"]
