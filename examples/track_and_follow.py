"""A shop's server sends orders to the tracking API while somebody follows one customer on the feed, all over HTTP."""

from __future__ import annotations

import json
import urllib.request
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hundredfold.app import work
from hundredfold.app.lock import WorkspaceLock
from hundredfold.app.opened import OpenWorkspace
from hundredfold.app.serving import in_background
from hundredfold.app.workspace import Workspace

DEFINITIONS = """
attributes:
  revenue: {event: Order Completed, value: properties.total, aggregate: sum}
  revenue_today: {event: Order Completed, value: properties.total, aggregate: sum, window: today}
"""


def request(url: str, authorization: str, body: object = None) -> urllib.request.Request:
    """A request with its authorization; with a body it is a POST."""
    content = None if body is None else json.dumps(body).encode()
    return urllib.request.Request(url, content, {"Authorization": authorization, "Content-Type": "application/json"})


def records(feed: Any) -> Iterator[dict[str, Any]]:
    """The records of a feed's lines."""
    for line in feed:
        if line.startswith(b"data: "):
            yield json.loads(line[6:])


def main() -> None:
    """Runs the example."""
    with TemporaryDirectory() as folder:
        shop = Workspace.create(Path(folder) / "shop")
        (shop.definitions_folder / "shop.yaml").write_text(DEFINITIONS)
        with OpenWorkspace(shop, WorkspaceLock(shop.data, "example")) as opened:
            work.apply(opened)
            with in_background(opened) as served:
                write_key, _ = served.tokens.create("server", "shop")
                read_token, _ = served.tokens.create("api", "reader", scope="read")
                basic = "Basic " + b64encode(f"{write_key}:".encode()).decode()
                follow = request(f"{served.url}/api/v1/feed?customer=c17", f"Bearer {read_token}")
                with urllib.request.urlopen(follow, timeout=30) as feed:
                    heard = records(feed)
                    for total in (19.9, 5.1):
                        order = {"event": "Order Completed", "userId": "c17", "properties": {"total": total}}
                        urllib.request.urlopen(request(f"{served.url}/v1/track", basic, order), timeout=30).close()
                        change = next(record for record in heard if "changes" in record)["changes"]["revenue"]
                        print(f"an order of {total}: revenue was {change['old']}, is {change['new']}")
                assert change["new"] == 25.0


if __name__ == "__main__":
    main()
