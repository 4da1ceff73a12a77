"""The screen of imports: a file is dropped, looked at, imported, undone."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest
from playwright.sync_api import expect
from tests.gui.conftest import in_english, looked_at
from tests.gui.keyboard import misbehaving

FILES = Path(__file__).parents[1] / "fixtures" / "imports"
HOSTILE = "<img src=x onerror=alert(1)> \u202eold \U0001f980 " + "long" * 50


@pytest.fixture
def start(page, served):
    """The screen, empty."""
    page.goto(f"{served.url}/import")
    expect(page.get_by_role("heading", name="Import", exact=True)).to_be_visible()
    return page


def drop(page, name, content):
    """Drops a file on the place for it, as a hand with a mouse does."""
    carried = page.evaluate_handle(
        """([name, bytes]) => {
            const carried = new DataTransfer();
            carried.items.add(new File([new Uint8Array(bytes)], name));
            return carried;
        }""",
        [name, list(content)],
    )
    page.get_by_role("region", name="Drop a file here").dispatch_event("drop", {"dataTransfer": carried})


def attribute(served, customer, name):
    headers = {"Authorization": f"Bearer {served.token}"}
    found = httpx.get(f"{served.url}/api/v1/profiles/{customer}", headers=headers)
    return found.json()["attributes"].get(name) if found.status_code == 200 else None


def test_a_file_is_dropped_looked_at_imported_and_undone(start, served):
    looked_at(start, "import")
    in_english(start)
    drop(start, "loja.csv", (FILES / "pedidos_ponto_e_virgula.csv").read_bytes())

    expect(start.get_by_role("combobox", name="What Preço unitário becomes")).to_have_value("lines.price")
    expect(start.get_by_label("Decimal sign")).to_have_value(",")
    rows = start.get_by_role("region", name="What becomes of it").get_by_role("row")
    expect(rows).to_have_count(3)
    expect(rows.nth(1)).to_contain_text("total: 2056")
    expect(start.get_by_text("No problem in these rows.")).to_be_visible()
    looked_at(start, "import-looked")
    in_english(start)
    start.get_by_role("button", name="Import 3 rows").click()

    expect(start.get_by_text("2 messages stored")).to_be_visible()
    assert attribute(served, "C-04", "total_purchase_value") == 2056.0
    looked_at(start, "import-done")
    in_english(start)
    start.get_by_role("button", name="Undo this import").click()
    start.get_by_role("button", name="Yes, undo").click()

    expect(start.get_by_text("undone", exact=True)).to_be_visible(timeout=60_000)
    assert attribute(served, "C-04", "total_purchase_value") is None
    start.get_by_role("button", name="Back to the imports").click()
    expect(start.get_by_role("row").filter(has_text="loja.csv")).to_contain_text("undone")


def test_what_the_file_leaves_open_is_asked_before_it_can_be_imported(start):
    drop(start, "a.csv", b"order_id,customer_id,date,total\n1,c1,03/04/2026,10\n2,,05/06/2026,5\n")
    begin = start.get_by_role("button", name="Import 2 rows")

    expect(begin).to_be_disabled()
    looked_at(start, "import-asked")
    expect(start.get_by_role("button", name="4 de março de 2026")).to_be_visible()
    in_english(start)
    start.get_by_role("button", name="4 March 2026").click()

    expect(begin).to_be_enabled()
    expect(start.get_by_role("region", name="What becomes of it").get_by_role("row").nth(1)).to_contain_text(
        "4 March 2026"
    )
    expect(start.get_by_role("listitem").filter(has_text="There is no customer in these rows")).to_contain_text("1 row")
    start.get_by_role("button", name="Answer the questions anew").click()
    expect(begin).to_be_disabled()


def test_amounts_with_a_sign_are_explained_and_a_sign_of_many_currencies_is_asked_for(start):
    drop(start, "a.csv", b'order_id,customer_id,date,total\n1,c1,2026-03-01,"$1,234.50"\n2,c2,2026-03-01,($5.00)\n')
    expect(start.get_by_role("button", name="Import 2 rows")).to_be_disabled()
    start.get_by_label("of which currency is the sign?").select_option("CAD")

    expect(start.get_by_role("region", name="How the amounts are read")).to_contain_text("CAD\u00a01,234.50")
    rows = start.get_by_role("region", name="What becomes of it").get_by_role("row")
    expect(rows.nth(1)).to_contain_text("total: 1234.5")
    expect(rows.nth(2)).to_contain_text("total: -5")
    looked_at(start, "import-amounts")


def test_money_without_a_rate_is_told_until_somebody_has_entered_one(start, served, provoked):
    provoked += ["status of 409"]
    drop(start, "a.csv", b"order_id,customer_id,date,total,currency\n1,c1,2026-03-01,10,USD\n2,c2,2026-03-02,5,EUR\n")
    told = start.get_by_role("region", name="Money without an exchange rate")

    expect(told.get_by_role("listitem")).to_contain_text("1 row in USD (from 1 March 2026 on)")
    looked_at(start, "import-unpriced")
    in_english(start)
    start.get_by_role("button", name="Import 2 rows").click()

    expect(start.get_by_text("2 messages stored")).to_be_visible()
    expect(told.get_by_role("listitem")).to_contain_text("1 row in USD")
    looked_at(start, "import-unpriced-done")
    in_english(start)
    start.get_by_role("button", name="Back to the imports").click()
    expect(start.get_by_role("row").filter(has_text="a.csv")).to_contain_text("No rate for USD")
    start.get_by_role("button", name="a.csv", exact=True).click()
    told.get_by_role("link").click()

    rates = start.get_by_role("region", name="Exchange rates")
    expect(rates).to_contain_text("There are none yet")
    rates.get_by_label("Currency").fill("usd")
    rates.get_by_label("From").fill("2026-03-01")
    rates.get_by_label("Rate", exact=True).fill("0.5")
    rates.get_by_role("button", name="See what changes").click()
    dialog = start.get_by_role("dialog")
    expect(dialog).to_contain_text("1 added, 0 corrected, 0 taken away")
    dialog.get_by_role("button", name="Write the rates").click()
    expect(rates.get_by_role("row").filter(has_text="1 USD on the last day")).to_contain_text("0.5", timeout=60_000)
    expect(rates.get_by_label("Rate", exact=True)).to_have_value("")
    rates.get_by_label("Choose a file").set_input_files(
        {
            "name": "r.csv",
            "mimeType": "text/csv",
            "buffer": b"date,currency,rate\n2026-03-01,USD,0.6\n2026-03-02,GBP,1.2\n",
        }
    )
    expect(dialog).to_contain_text("1 added, 1 corrected, 0 taken away")
    line = {"currency": "USD", "day": "2026-03-05", "rate": "0.7"}
    api = {"headers": {"X-Hundredfold-CSRF": "1"}}
    seen = start.request.get(f"{served.url}/api/v1/settings/rates", **api).json()["version"]
    start.request.post(f"{served.url}/api/v1/settings/rates", data={"lines": [line], "version": seen}, **api)
    dialog.get_by_role("button", name="Write the rates").click()
    expect(dialog).to_contain_text("somebody else has changed the rates")
    dialog.get_by_role("button", name="Look again").click()
    expect(dialog).to_contain_text("1 added, 1 corrected, 0 taken away")
    dollars = dialog.get_by_role("row").filter(has_text="USD")
    expect(dollars).to_contain_text("0.6")
    dialog.get_by_role("button", name="Write the rates").click()
    expect(rates.get_by_role("row").filter(has_text="1 GBP on the last day")).to_be_visible(timeout=60_000)
    looked_at(start, "settings-rates")
    in_english(start)
    rates.get_by_label("Day by day").select_option("USD")
    away = rates.get_by_role("button", name="Take away: USD, 5 Mar 2026")
    # It asks what would change and nothing else; that nothing was done is seen by the next dialog.
    assert all("settings/rates" in one for one in misbehaving(start, away))
    away.click()
    expect(dialog).to_contain_text("1 taken away")
    dialog.get_by_role("button", name="Write the rates").click()
    expect(away).to_be_hidden()

    start.get_by_role("link", name="Import").click()
    row = start.get_by_role("row").filter(has_text="a.csv")
    expect(row).to_contain_text("2 messages stored")
    expect(row).not_to_contain_text("No rate for USD")


def test_a_column_that_becomes_something_else_changes_what_is_shown(start):
    drop(start, "a.csv", b"order_id,customer_id,buyer,total\n1,c1,b1,10\n")
    customers = start.get_by_role("region", name="What becomes of it").get_by_role("row").nth(1)
    expect(customers).to_contain_text("c1")

    start.get_by_role("combobox", name="What buyer becomes").select_option("userId")

    expect(customers).to_contain_text("b1")
    expect(start.get_by_role("combobox", name="What customer_id becomes")).to_have_value("")
    start.get_by_role("combobox", name="What total becomes").select_option("")
    expect(customers).not_to_contain_text("total")


def test_a_mapping_is_written_by_hand_and_kept(start, shop, provoked):
    provoked.append("422")
    drop(start, "a.csv", b"a,b,c,d\n1,c1,2026-03-01,10\n")
    expect(start.get_by_text("Which column says whose a row is?")).to_be_visible()
    start.get_by_text("The same as a file").click()
    file = start.get_by_role("textbox", name="The same as a file")

    file.fill("kind: orders\norder_id: a\nuserId: b\ncolour: red\n")
    start.get_by_role("button", name="Use this text").click()
    expect(start.get_by_role("alert")).to_contain_text("mapping:4")
    file.fill("kind: orders\norder_id: a\nuserId: b\ntimestamp: c\ntotal: d\n")
    start.get_by_role("button", name="Use this text").click()

    expect(start.get_by_role("combobox", name="What d becomes")).to_have_value("total")
    start.get_by_text("Keep it for the next file like this").first.click()
    start.get_by_label("Name", exact=True).fill("our-till")
    start.get_by_role("button", name="Keep it for the next file like this").click()
    expect(start.get_by_text("Kept as our-till.")).to_be_visible()
    assert "total: d" in (shop / "mappings" / "our-till.yaml").read_text()


def test_the_address_holds_the_file_and_the_import(start):
    drop(start, "a.csv", b"order_id,customer_id,date,total\n1,c1,2026-03-01,10\n")
    begin = start.get_by_role("button", name="Import 1 row")
    expect(begin).to_be_enabled()

    start.reload()
    begin.click()
    expect(start.get_by_text("1 message stored")).to_be_visible()
    start.reload()

    expect(start.get_by_text("1 message stored")).to_be_visible()


def test_a_wrong_file_gets_a_clear_sentence(start):
    drop(start, "orders.xlsx", b"PK\x03\x04" + b"x" * 30 + b"[Content_Types].xml")

    expect(start.get_by_role("alert")).to_contain_text("orders.xlsx is an Excel file")
    looked_at(start, "import-wrong")
    in_english(start)
    start.get_by_role("button", name="Another file").click()
    expect(start.get_by_role("button", name="Choose a file")).to_be_visible()


def test_hostile_text_is_text(start):
    line = f'{HOSTILE},city,total\n1,c1,{HOSTILE},"{HOSTILE}",10\n'
    drop(start, f"{HOSTILE[:30]}.csv", f"order_id,customer_id,{line}".encode())

    expect(start.get_by_role("row").filter(has_text="onerror").first).to_be_visible()
    expect(start.get_by_role("button", name="Import 1 row")).to_be_enabled()
