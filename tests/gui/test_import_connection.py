"""A file on its way by a connection that is really cut: it goes on where it was, by itself or dropped once more."""

from __future__ import annotations

import httpx
import pytest
from playwright.sync_api import expect
from tests.app.serving import until
from tests.gui.conftest import in_english, looked_at
from tests.kafka.proxy import LOST, Proxy, _reset

ROWS = 1_200
"""Of 5,000 bytes each: two pieces."""


class Wire(Proxy):
    """What stands between a browser and its server: after so many bytes it breaks, until it is mended."""

    def __init__(self, behind):
        super().__init__()
        self.behind, self.passed, self.breaks = behind, 0, None

    @property
    def broken(self):
        return self.breaks is not None and self.passed >= self.breaks

    def breaks_after(self, count):
        self.passed, self.breaks = 0, count

    def mend(self):
        self.passed, self.breaks = 0, None

    async def _joined(self, reader, writer):
        if self.broken:
            _reset(writer)
        else:
            await super()._joined(reader, writer)

    async def _requests(self, reader, writer):
        try:
            while content := await reader.read(1 << 16):
                self.passed += len(content)
                if self.broken:
                    self._cut()
                    return
                writer.write(content)
                await writer.drain()
        except LOST:
            return


@pytest.fixture
def wire(served):
    between = Wire(int(served.url.rpartition(":")[2]))
    yield between
    between.close()


def chosen(page, folder, name, first):
    """Chooses a file, which is what it holds."""
    path = folder / name
    path.write_bytes(orders(first))
    page.locator("input[type=file]").set_input_files(path)
    return path.read_bytes()


def orders(first):
    lines = [f"{first + n},c{n % 7},2026-03-01,{n},{str(n % 10) * 5_000}" for n in range(ROWS)]
    return "\n".join(["order_id,customer_id,date,total,note", *lines]).encode()


def arrived(served, name):
    headers = {"Authorization": f"Bearer {served.token}"}
    here = httpx.get(f"{served.url}/api/v1/uploads", headers=headers, timeout=60).json()
    return next((one for one in here if one["name"] == name), None)


def test_a_file_goes_on_where_its_connection_was_cut(page, served, shop, wire, provoked, tmp_path):
    provoked += ["ERR_CONNECTION", "ERR_SOCKET", "ERR_EMPTY_RESPONSE", "WebSocket"]
    page.goto(f"http://127.0.0.1:{wire.port}/import")
    expect(page.get_by_role("button", name="Choose a file")).to_be_visible()

    wire.breaks_after(3_000_000)
    content = chosen(page, tmp_path, "long.csv", 0)
    expect(page.get_by_text("The connection is lost.")).to_be_visible()
    half = until(lambda: (one := arrived(served, "long.csv"))["received"] and one)
    assert 0 < half["received"] <= 3_000_000
    looked_at(page, "import-lost")
    in_english(page)
    wire.mend()

    expect(page.get_by_role("button", name=f"Import {ROWS:,} rows")).to_be_visible(timeout=60_000)
    assert wire.passed < half["size"] - half["received"] + 200_000  # what was here was not sent again
    assert next((shop / "data").rglob("long.csv")).read_bytes() == content

    page.goto(f"http://127.0.0.1:{wire.port}/import")
    wire.breaks_after(5_000_000)
    chosen(page, tmp_path, "left.csv", 5_000)
    expect(page.get_by_text("The connection is lost.")).to_be_visible()
    wire.mend()
    page.reload()
    page.get_by_role("button", name="Look at left.csv").click()
    expect(page.get_by_role("heading", name="Drop the same file again")).to_be_visible()
    looked_at(page, "import-half")
    in_english(page)
    wire.mend()
    chosen(page, tmp_path, "left.csv", 5_000)

    expect(page.get_by_role("button", name=f"Import {ROWS:,} rows")).to_be_visible(timeout=60_000)
    assert wire.passed < 3_000_000
