"""The unmodified clients of Segment and RudderStack, as the settings tell to use them: nothing is lost or doubled."""

from __future__ import annotations

import base64
import re
import shutil
import subprocess

import httpx
import pytest
from playwright.sync_api import expect
from tests.app.serving import until
from tests.gui.sdks import (
    NODE,
    PACKAGES,
    document,
    ids,
    needs_clients,
    node,
    open_shop,
    receiving,
    run,
    shown,
    website,
    wire,
)

from hundredfold.app.door.asgi import basic_user

LIMIT = "{events: 100, burst: 100}"
UNLUCKY = ["status of 429", "ERR_EMPTY_RESPONSE", "ERR_INTERNET_DISCONNECTED", "ERR_FAILED"]
"""What a browser says of what the tests do to it."""
BROWSER = ("page", "analytics.js", "rudder-browser")


@pytest.fixture(scope="module", autouse=True)
def _packages():
    needs_clients()


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """A shop that lets in whoever works on this machine, and lets no key send more than a hundred events a second."""
    with receiving(open_shop(tmp_path_factory.mktemp("sdks"), rate_limit=LIMIT)) as server:
        yield server


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    with website(tmp_path_factory.mktemp("site")) as site:
        yield site


@pytest.fixture(scope="module")
def way(server):
    with wire(server.url) as way:
        yield way


def sent(rows, kind):
    """The payloads of one kind."""
    return [row["payload"] for row in rows if row["kind"] == kind]


def test_the_lines_that_the_settings_show_work_as_they_stand(page, server, site, tmp_path):
    clients = ["page", "analytics.js", "rudder-browser", "node", "python", "rudder-python"]
    if shutil.which("curl"):
        clients.append("curl")
    for client in clients:
        lines = shown(page, server.url, client, f"try {client}")
        if client in BROWSER:
            tab = page.context.new_page()
            tab.goto(site.put("/try", lines) if client == "page" else site.build(client, lines))
        else:
            run(client, lines, tmp_path / client)

        expect(page.get_by_text("First event received")).to_be_visible(timeout=20_000)
        rows = server.arrived(f"try {client}", {"page": 3, "analytics.js": 2, "rudder-browser": 2}.get(client, 1))
        assert {row["trust"] for row in rows} == {"browser" if client in BROWSER else "server"}
        if client in BROWSER:
            tab.close()

    # Every one of them sent the same order, which is the customer's only one.
    assert server.shows("customer-17", total_purchase_value=37, orders=1, email="ana@example.com")


STRANGER = """async () => {
    const products = [{ sku: 's1', price: 5.05, quantity: 2 }, { sku: 'h1', price: 3, quantity: 1 }];
    await analytics.track('Order Completed', { order_id: 'NAME-1', total: 13.1, products });
    await analytics.alias('NAME');
}"""
KNOWN = """async () => {
    await analytics.identify('NAME', { email: 'NAME@example.com' });
    await analytics.track('Order Completed', { order_id: 'NAME-2', total: 0.2 });
    await analytics.group('g1', { name: 'Shoe lovers' });
}"""
BURST = """async () => {
    for (let n = 0; n < 20; n += 1) analytics.track('Order Completed', { order_id: `NAME-burst-${n}`, total: 0.01 });
}"""
LOST = "() => { analytics.track('Order Completed', { order_id: 'NAME-lost', total: 1 }) }"
OFFLINE = """() => {
    for (let n = 0; n < 3; n += 1) analytics.track('Order Completed', { order_id: `NAME-off-${n}`, total: 0.1 });
}"""


def called(page, name, script):
    """Runs a script of a page, for one customer."""
    page.evaluate(script.replace("NAME", name))


def calls(page, server, name, source, pages):
    """A stranger buys, tells the name, and buys again: every call arrives as it was made. Gives what has arrived."""
    called(page, name, STRANGER)
    server.arrived(source, pages + 2)
    assert server.shows(name, total_purchase_value=13.1, orders=1, email=None)
    called(page, name, KNOWN)
    rows = server.arrived(source, pages + 5)

    orders, (group,), (alias,) = sent(rows, "track"), sent(rows, "group"), sent(rows, "alias")
    anonymous = orders[0]["anonymousId"]
    assert [order["properties"]["total"] for order in orders] == [13.1, 0.2]
    assert orders[0]["properties"]["products"][0] == {"sku": "s1", "price": 5.05, "quantity": 2}
    assert (orders[0].get("userId") or None, orders[1]["userId"], orders[1]["anonymousId"]) == (None, name, anonymous)
    assert (alias["previousId"], alias["userId"]) == (anonymous, name)
    assert (group["groupId"], group["userId"], group["traits"]) == ("g1", name, {"name": "Shoe lovers"})
    assert all(row["payload"]["context"]["page"]["url"] == page.url for row in rows)
    assert all(row["sent"] is not None and row["trust"] == "browser" for row in rows)
    for known_as in (name, anonymous):
        assert server.shows(known_as, total_purchase_value=13.3, orders=2, email=f"{name}@example.com")
    assert server.shows(name, favourite_category="shoes", categories=["hats", "shoes"])
    return rows


def rough_times(page, server, way, name, source):
    """More than the key may send, an answer that is lost, a while offline: every order is counted once."""
    key = basic_user(way.posts[-1].headers["Authorization"].encode())
    others = [{"type": "page", "userId": "somebody else", "messageId": f"{source}-{n}"} for n in range(230)]
    assert httpx.post(f"{server.url}/v1/batch", json={"batch": others}, auth=(key, "")).status_code == 200
    count = len(server.messages(source))
    way.posts.clear()
    called(page, name, BURST)
    server.arrived(source, count + 20)
    until(lambda: waits(way.posts))

    way.lose = 1
    called(page, name, LOST)
    server.arrived(source, count + 22)
    assert way.lose == 0

    page.context.set_offline(True)
    called(page, name, OFFLINE)
    page.wait_for_function("() => !navigator.onLine")
    page.context.set_offline(False)
    rows = server.arrived(source, count + 25)
    assert len(ids(rows)) == len(rows) - 1, "the one whose answer was lost came twice, and no other"
    assert server.shows(name, total_purchase_value=14.8, orders=26)


def waits(posts):
    """How long each message that was refused for the rate was waited with, in seconds."""
    found, refused = [], {}
    for post in posts:
        for message in post.body.get("batch", [post.body]):
            before = refused.pop(message["messageId"], None)
            if before is not None:
                found.append(post.at - before)
            if post.status == 429:
                refused[message["messageId"]] = post.at
    return found


def test_analytics_js_on_a_page_of_another_origin(page, server, way, site, provoked):
    provoked += UNLUCKY
    lines = shown(page, server.url, "page", "script").replace(server.url, way.url).partition("\n\n")[0]
    page.goto(site.put("/shoes", lines))
    page.wait_for_function("() => analytics.initialized")

    rows = calls(page, server, "berta", "script", 1)
    assert sent(rows, "page")[0]["properties"]["title"] == "Shoes"

    rough_times(page, server, way, "berta", "script")
    assert min(waits(way.posts)) > 0.9, "the page must be able to read how long it is to wait"

    page.route("**/v1/t", lambda route: route.abort())
    count = len(server.messages("script"))
    with page.expect_event("requestfailed"):
        called(page, "berta", "() => { analytics.track('Order Completed', { order_id: 'NAME-kept', total: 1 }) }")
    page.goto("about:blank")
    page.unroute("**/v1/t")
    page.goto(f"{site.url}/shoes")
    kept = sent(server.arrived("script", count + 2), "track")[-1]
    assert kept["properties"]["order_id"] == "berta-kept"


MOVED = "history.replaceState({}, '', '/shoes/red' + location.search)"
"""What a single-page application does at once, long before the script is there."""


def test_analytics_js_on_the_same_host_in_batches(page, server):
    """The page and the server behind one proxy: no preflight, and what blocks trackers sees no stranger."""
    lines = shown(page, server.url, "page", "first party").partition("\n\n")[0]
    strategy = "{ strategy: 'batching', config: { size: 10, timeout: 60_000 } }"
    options = f"{{ integrations: {{ 'Segment.io': {{ deliveryStrategy: {strategy} }} }} }}"
    body = document(f"{lines}<script>analytics._loadOptions = {options}</script><script>{MOVED}</script>")
    asked = []
    page.on("request", lambda request: asked.append((request.method, request.url.partition("?")[0])))
    page.route("**/shoes?*", lambda route: route.fulfill(body=body, content_type="text/html"))
    page.goto(f"{server.url}/shoes?ajs_uid=emil&ajs_event=Landed&ajs_prop_total=5")
    page.wait_for_function("() => analytics.initialized")

    # page, identify and Landed are three; with seven more the first batch is full.
    called(page, "emil", "() => { for (let n = 0; n < 7; n += 1) analytics.track('Seen', { n }) }")
    rows = server.arrived("first party", 10)
    assert sent(rows, "page")[0]["context"]["page"]["path"] == "/shoes"
    assert {row["context"]["page"]["path"] for row in sent(rows, "track")} == {"/shoes/red"}
    assert sent(rows, "identify")[0]["userId"] == "emil"
    assert [row["event"] for row in sent(rows, "track")].count("Landed") == 1
    called(page, "emil", "() => { for (let n = 7; n < 10; n += 1) analytics.track('Seen', { n }) }")
    page.evaluate("analytics.trackLink(document.body.appendChild(document.createElement('a')), 'Left')")
    page.evaluate("Object.assign(document.querySelector('a'), { href: 'about:blank', textContent: 'away' })")
    page.get_by_role("link", name="away").click()
    rows = server.arrived("first party", 14)

    assert sorted(row["properties"]["n"] for row in sent(rows, "track") if row["event"] == "Seen") == list(range(10))
    assert len(ids(rows)) == len(rows) == 14
    assert len({row["sent"] for row in rows}) == 2, "each batch is sent at one time"
    loaded = [url.rpartition("/")[2].partition(".")[0] for _, url in asked if url.endswith(".js")]
    assert loaded == ["analytics", "queryString", "auto-track"]
    assert "OPTIONS" not in {method for method, _ in asked}


def test_rudderstack_on_a_page_of_another_origin(page, server, way, site, provoked):
    provoked += UNLUCKY
    lines = shown(page, server.url, "rudder-browser", "rudder").replace(server.url, way.url)
    program = lines.partition("\n\nanalytics.identify")[0] + "\nwindow.analytics = analytics;"
    page.goto(site.build("rudder", program))
    page.wait_for_function("() => window.analytics")
    way.posts.clear()

    rows = calls(page, server, "clara", "rudder", 0)
    visitor = rows[0]["payload"]["anonymousId"]
    assert len({row["payload"]["context"]["sessionId"] for row in rows}) == 1
    assert {base64.b64decode(post.headers["AnonymousId"]).decode() for post in way.posts} == {visitor}

    rough_times(page, server, way, "clara", "rudder")


def test_segments_own_snippet_needs_another_host_only(page, server, site):
    key = re.search(r"hfb_[\w-]+", shown(page, server.url, "page", "classic"))[0]
    host = server.url.removeprefix("http://")
    program = (
        "console.log(require('@segment/snippet').min({ apiKey: process.argv[1], host: process.argv[2], page: true }))"
    )
    made = subprocess.run(
        [NODE, "-e", program, key, host], cwd=PACKAGES, check=True, capture_output=True, text=True
    ).stdout
    # It knows TLS only, which no server on this machine has; without TLS the script takes its host from here.
    classic = f"{made.replace('https://', 'http://')}; analytics._cdn = '{server.url}'"

    page.goto(site.put("/classic", f"<script>{classic}</script>"))

    (row,) = server.arrived("classic", 1)
    assert (row["kind"], row["payload"]["context"]["page"]["path"]) == ("page", "/classic")


MANY = """analytics.on('error', (error) => console.log(JSON.stringify(error)));
for (let n = 0; n < 250; n += 1) {
  const properties = { order_id: `node-${n}`, total: 0.01, note: n === 7 ? 'é'.repeat(15_000) : 'short' };
  analytics.track({ userId: 'dora', event: 'Order Completed', properties });
}
await analytics.flush({ timeout: 30_000 });
analytics.identify({ userId: 'dora', traits: { email: 'dora@example.com' } });
await analytics.closeAndFlush({ timeout: 30_000 });"""


def test_node_sends_many_at_once(page, server, way, tmp_path):
    way.lose = 1
    lines = shown(page, server.url, "node", "node").replace(server.url, way.url)
    program = re.sub(r"analytics\.track\(.*", lambda _: MANY, lines, flags=re.DOTALL)

    with node(tmp_path / "many", program) as running:
        printed, _ = running.communicate(timeout=90)

    rows = server.arrived("node", 251)
    assert (running.returncode, printed, way.lose) == (0, "", 0)
    assert max(waits(way.posts)) > 0.9
    assert len(ids(rows)) == 251 < len(rows)
    assert {row["trust"] for row in rows} == {"server"}
    assert server.shows("dora", total_purchase_value=2.5, orders=250, email="dora@example.com")
