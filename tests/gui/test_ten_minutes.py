"""The first ten minutes, which a release must pass: the tour, an attribute that says something else, one's own orders.

Everything is done with the pages alone, in a demo made as `make demo` makes it, and every click is counted.
"""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect
from tests.app.serving import until
from tests.gui.conftest import pictured

from hundredfold.app import demo

FILES = Path(__file__).parents[1] / "fixtures" / "imports"
CLICKS = 25
"""So many are enough for the tour and one import."""
CHANGED, SAME = "purchase_value_today", "purchase_value_30d"
"""The attribute that is made to say what the other one says."""
OWN = [
    ("woocommerce_orders.csv", "woocommerce", 2, {"ines@shop.example": 37_50, "tiago@shop.example": 19_00}),
    ("shopify_orders.csv", "shopify", 2, {"ana@shop.example": 65_00, "rui@shop.example": 1_205_50}),
    ("pedidos_ponto_e_virgula.csv", None, 2, {"C-04": 2_056_00, "C-11": 1_020_50}),
]
"""Files, how they are recognised, how many orders count, and what each customer paid, in hundredths."""


class Hand:
    """Uses a page as a hand with a mouse does, and counts its clicks."""

    def __init__(self, page: Page) -> None:
        self.page, self.clicks = page, 0

    def click(self, there: Locator) -> None:
        there.click()
        self.clicks += 1

    def choose(self, there: Locator, option: str) -> None:
        """One click opens the list, one takes from it."""
        there.select_option(label=option)
        self.clicks += 2

    def type(self, there: Locator, text: str) -> None:
        self.click(there)
        there.fill(text)

    def open(self, there: Locator, name: str, content: bytes) -> None:
        """One click on the button, one on the file."""
        with self.page.expect_file_chooser() as chosen:
            self.click(there)
        chosen.value.set_files({"name": name, "mimeType": "text/csv", "buffer": content})
        self.clicks += 1


@pytest.mark.parametrize(
    ("cut", "days"),
    [
        pytest.param(date(2009, 12, 14), 3, id="two weeks of history"),
        pytest.param(demo.CUT, demo.DAYS, id="two years of history", marks=pytest.mark.slow),
    ],
)
def test_the_first_ten_minutes(page, tmp_path, cut, days):
    demo.run(tmp_path / "demo-shop", cut=cut, days=days, stay=lambda figures: ten_minutes(page, figures["url"]))


def ten_minutes(page, url):
    hand = Hand(page)
    page.goto(url)
    page.evaluate("window.untouched = true")

    bought(hand)
    changed(hand)
    name, preset, orders, paid = OWN[0]
    imported(hand, name, preset, orders)
    hand.click(page.get_by_role("button", name="Set the clock to now"))
    expect(page.get_by_text("What is imported counts already, in every attribute.")).to_be_visible()
    pictured(page, "ten-minutes-imported")
    customers_paid(hand, paid)

    assert page.evaluate("window.untouched"), "a page was loaded anew"
    assert hand.clicks <= CLICKS
    for name, preset, orders, paid in OWN[1:]:
        imported(hand, name, preset, orders)
        customers_paid(hand, paid)


def bought(hand):
    """A purchase moves the number by what was paid, and is among the orders behind it."""
    page = hand.page
    now = page.locator("[data-term=now]")
    expect(now).to_be_visible()
    before = hundredths(now.inner_text())
    pictured(page, "ten-minutes-tour")

    hand.click(page.get_by_role("button", name="Buy as this customer"))
    expect(now).to_have_text(pounds(before + 37_00))
    expect(page.locator("[data-term=since]")).to_have_text(pounds(37_00))
    expect(page.get_by_text(re.compile(r"^Counted: .* ms after the click"))).to_be_visible()
    pictured(page, "ten-minutes-bought")

    hand.click(now)
    newest = page.get_by_role("region", name="The orders behind it").get_by_role("row").nth(1)
    expect(newest).to_contain_text("bought here")
    expect(newest.get_by_role("cell").last).to_have_text("£37.00")
    pictured(page, "ten-minutes-orders")


def changed(hand):
    """An attribute is made to say something else; from then on all of its past says so, too."""
    page = hand.page
    hand.click(page.get_by_role("link", name="Attributes"))
    hand.click(page.get_by_role("button", name="Purchase value today"))
    pictured(page, "ten-minutes-attribute")
    hand.choose(page.get_by_label("time", exact=True), "in the last … days")
    expect(page.get_by_label("How many")).to_have_value("30")
    preview = page.get_by_role("region", name="What it would be")
    expect(preview).to_contain_text("would have another value")
    pictured(page, "ten-minutes-preview")
    hand.click(page.get_by_role("button", name="Look at the changes"))
    expect(page.locator("ins")).to_contain_text("30 days")
    pictured(page, "ten-minutes-changes")
    hand.click(page.get_by_role("button", name="Publish for all history"))
    expect(page.get_by_role("region", name="Publish")).to_be_hidden()
    until(lambda: asked(page, "/definitions/backfill")["served"])
    expect(page.get_by_text("The values of all history are being worked out")).to_be_hidden()
    pictured(page, "ten-minutes-published")

    tour = asked(page, "/tour")
    values = []
    for customer in {one["customer_id"] for one in tour["bought"]} | {*tour["quiet"], *tour["lively"]}:
        for at in moments(page, customer):
            now = {"customer": customer, **({} if at is None else {"at": at})}
            shown = {one["name"]: one["value"] for one in asked(page, "/customers/profile", **now)["attributes"]}
            assert shown[CHANGED] == shown[SAME], now
            values.append(shown[CHANGED])
    assert len(set(values)) > 2


def moments(page, customer):
    """Now, and some moments of a customer's past."""
    messages = asked(page, "/customers/timeline", customer=customer)["happened"]
    return [None, *(one["message"]["time"] for one in messages[:5])]


def imported(hand, name, preset, orders):
    """One's own file, as it is: nothing is said of its columns."""
    page = hand.page
    hand.click(page.get_by_role("link", name="Import", exact=True))
    # Shopify writes the currency of each order; this shop's money is pounds, and it has no rates.
    content = (FILES / name).read_bytes().replace(b",EUR,", b",GBP,")
    hand.open(page.get_by_role("button", name="Choose a file"), name, content)
    expect(page.get_by_text("Guessed from" if preset is None else f"Recognised: {preset}")).to_be_visible()
    expect(page.get_by_role("region", name="What becomes of it").get_by_role("row").nth(orders)).to_be_visible()
    pictured(page, f"ten-minutes-{name.partition('_')[0]}")
    hand.click(page.get_by_role("button", name=re.compile(r"^Import \d+ rows$")))
    expect(page.get_by_text(f"{orders} messages stored")).to_be_visible()


def customers_paid(hand, paid):
    """The customers of the file are there, and what they paid is exact."""
    page = hand.page
    hand.click(page.get_by_role("link", name="Look at the customers"))
    for customer, total in paid.items():
        hand.type(page.get_by_label("Search customers"), customer)
        hand.click(page.get_by_role("button", name=customer, exact=True))
        value = page.locator('tr[data-attribute="total_purchase_value"] td[data-part="now"]')
        expect(value).to_have_text(pounds(total))
        pictured(page, f"ten-minutes-customer-{customer.partition('@')[0]}")
        page.go_back()


def asked(page, path, **query):
    answer = page.request.get(f"{page.url.partition('/')[0]}//{page.url.split('/')[2]}/api/v1{path}", params=query)
    assert answer.ok, answer.text()
    return answer.json()


def hundredths(text):
    return int(re.sub(r"\D", "", text))


def pounds(amount):
    """Hundredths as an English page writes them."""
    return f"£{amount // 100:,}.{amount % 100:02}"
