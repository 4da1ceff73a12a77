"""An import by the screen, and a server that is killed in the middle of it: it is told, and goes on to exact values."""

from __future__ import annotations

import signal
import subprocess
from decimal import Decimal

import httpx
from playwright.sync_api import expect
from tests.app.serving import until
from tests.app.shop import HF, hf
from tests.gui.conftest import in_english, looked_at, serving

from hundredfold.app.lock import announced

ROWS = 50_000
CUSTOMERS = 20


def bill():
    """A file of orders, and what each customer has spent with them."""
    spent: dict[str, Decimal] = {}
    lines = ["order_id,customer_id,date,total"]
    for number in range(ROWS):
        customer, total = f"k{number % CUSTOMERS}", Decimal(number % 9_973) / 100
        spent[customer] = spent.get(customer, Decimal(0)) + total
        lines.append(f"b{number},{customer},2026-02-{number % 28 + 1:02},EUR {total}")
    return "\n".join(lines).encode(), spent


def values(url, headers):
    found = {}
    for number in range(CUSTOMERS):
        told = httpx.get(f"{url}/api/v1/profiles/k{number}", headers=headers, timeout=60)
        if told.status_code == 200:
            found[f"k{number}"] = Decimal(str(told.json()["attributes"]["total_purchase_value"]))
    return found


def killed_in_the_middle(shop, content):
    """Begins an import on a server of its own and kills that once something is stored; gives the job's id."""
    token = hf("token", "create", "--scope", "admin", "--personal-data", "--json", folder=shop).json["token"]
    server = subprocess.Popen(
        [*HF, "-w", str(shop), "serve", "--port", "0"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        address = until(lambda: announced(shop / "data")).url
        with httpx.Client(
            base_url=f"{address}/api/v1", headers={"Authorization": f"Bearer {token}"}, timeout=60
        ) as api:
            upload = api.post("/uploads", json={"name": "bill.csv", "size": len(content)}).json()
            while upload["state"] == "receiving":
                at, piece = upload["received"], upload["piece"]
                path = f"/uploads/{upload['id']}/content"
                upload = api.put(path, params={"at": at}, content=content[at : at + piece]).json()
            guess = api.post(f"/uploads/{upload['id']}/guess", json={}).json()
            begun = api.post(
                "/imports", json={"upload": upload["id"], "mapping": guess["mapping"], "rows": ROWS}
            ).json()
            before = set((shop / "data" / "imports").glob("*/import.json"))
            until(lambda: set((shop / "data" / "imports").glob("*/import.json")) - before)
        server.send_signal(signal.SIGKILL)
        return begun["id"], {"Authorization": f"Bearer {token}"}
    finally:
        server.kill()
        server.communicate()


def test_an_import_that_a_kill_cut_off_is_told_goes_on_and_is_undone_as_one(page, shop):
    content, spent = bill()
    job, headers = killed_in_the_middle(shop, content)

    with serving(shop) as served:
        half = values(served.url, headers)
        page.goto(f"{served.url}/import")
        row = page.get_by_role("row").filter(has_text="bill.csv")
        expect(row).to_contain_text("cut off")
        expect(page.get_by_role("button", name="Look at bill.csv")).to_be_visible()
        page.goto(f"{served.url}/import?job={job}")
        expect(page.get_by_text("The server stopped in the middle of it.")).to_be_visible()
        looked_at(page, "import-cut-off")
        in_english(page)
        page.get_by_role("button", name="Go on").click()
        expect(page.get_by_text("What is imported counts already")).to_be_visible(timeout=120_000)

        assert values(served.url, headers) == spent
        assert half != spent  # the kill did come in the middle
        page.get_by_role("button", name="Undo this import").click()
        page.get_by_role("button", name="Yes, undo").click()
        expect(page.get_by_text("undone", exact=True)).to_be_visible(timeout=120_000)
        assert values(served.url, headers) == {}
        page.goto(f"{served.url}/import")
        expect(page.get_by_role("row").filter(has_text="bill.csv")).to_have_count(1)
