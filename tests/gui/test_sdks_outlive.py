"""Clients outlive servers that start again and tabs that close: nothing is lost or counted twice. For the night."""

from __future__ import annotations

import re

import pytest
from tests.app.serving import until
from tests.gui.sdks import ids, needs_clients, node, open_shop, receiving, shown, website

pytestmark = pytest.mark.slow

ORDERS = 90
RESTARTS = 3
SENDING = f"""() => {{
    let n = 0;
    const sending = setInterval(() => {{
        analytics.track('Order Completed', {{ order_id: `o-${{n}}`, total: 0.01 }});
        n += 1;
        if (n === {ORDERS}) clearInterval(sending);
    }}, 100);
}}"""
PROGRAM = f"""for (let n = 0; n < {ORDERS}; n += 1) {{
  analytics.track({{ userId: 'emil', event: 'Order Completed', properties: {{ order_id: `o-${{n}}`, total: 0.01 }} }});
  await new Promise((done) => setTimeout(done, 100));
}}
await analytics.closeAndFlush({{ timeout: 60_000 }});"""
SEGMENT_BATCHES = """<script>analytics._loadOptions = { integrations: { 'Segment.io': {
    deliveryStrategy: { strategy: 'batching', config: { size: 10, timeout: 1000 } },
} } }</script>"""
RUDDER_BATCHES = "queueOptions: { batch: { enabled: true, maxItems: 10, flushInterval: 1000 } }, configUrl:"


@pytest.fixture(scope="module", autouse=True)
def _packages():
    needs_clients()


@pytest.fixture
def site(tmp_path):
    with website(tmp_path) as site:
        yield site


def opened(page, server, site, client, batches=False):
    """A page of the shop with a client."""
    lines = shown(page, server.url, client, "shop")
    if client == "page":
        address = site.put("/", lines.partition("\n\n")[0] + SEGMENT_BATCHES * batches)
    else:
        lines = lines.replace("configUrl:", RUDDER_BATCHES) if batches else lines
        program = lines.partition("\n\nanalytics.identify")[0] + "\nwindow.analytics = analytics;"
        address = site.build("program", program)
    page.goto(address)
    page.wait_for_function("() => window.analytics?.identify")
    return address


def restarted(folder, begin):
    """Starts the server again and again while orders come in, and sees to it that all of them arrive and count."""
    port = 0
    for life in range(RESTARTS + 1):
        with receiving(folder, port) as server:
            port = int(server.url.rpartition(":")[2])
            if life == 0:
                begin(server)
            wanted = ORDERS if life == RESTARTS else (life + 1) * ORDERS // (RESTARTS + 2)
            until(lambda here=server, count=wanted: len(ids(orders(here))) >= count)
            if life == RESTARTS:
                assert server.shows("emil", orders=ORDERS, total_purchase_value=ORDERS / 100)


def orders(server):
    return [row for row in server.messages("shop") if row["kind"] == "track"]


@pytest.mark.parametrize("batches", [False, True])
@pytest.mark.parametrize("client", ["page", "rudder-browser"])
def test_a_server_that_starts_again_under_a_page(page, tmp_path, site, provoked, client, batches):
    provoked += ["ERR_"]

    def begin(server):
        opened(page, server, site, client, batches)
        page.evaluate("() => { analytics.identify('emil') }")
        page.evaluate(SENDING)

    restarted(open_shop(tmp_path), begin)


def test_a_server_that_starts_again_under_a_program(page, tmp_path):
    running = []

    def begin(server):
        lines = shown(page, server.url, "node", "shop")
        running.append(
            node(tmp_path / "node", re.sub(r"analytics\.track\(.*", lambda _: PROGRAM, lines, flags=re.DOTALL))
        )

    restarted(open_shop(tmp_path), begin)

    with running[0] as program:
        assert program.wait(60) == 0


def test_rudderstack_sends_what_a_closed_tab_has_left(page, tmp_path, site, provoked):
    provoked += ["ERR_FAILED"]
    with receiving(open_shop(tmp_path)) as server:
        tab = page.context.new_page()
        address = opened(tab, server, site, "rudder-browser")
        tab.evaluate("() => { analytics.identify('emil') }")
        server.arrived("shop", 1)
        tab.route("**/v1/track", lambda route: route.abort())
        with tab.expect_event("requestfailed"):
            tab.evaluate("() => { analytics.track('Order Completed', { order_id: 'left', total: 1 }) }")
        tab.close()

        page.goto(address)

        server.arrived("shop", 2, seconds=60)
        assert server.shows("emil", orders=1, total_purchase_value=1)
