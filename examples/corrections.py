"""Late, doubled, corrected and cancelled orders: whatever the order of arrival, the profile is that of the facts."""

from __future__ import annotations

import json
from itertools import permutations
from pathlib import Path
from tempfile import TemporaryDirectory

from hundredfold.app import work
from hundredfold.app.lock import WorkspaceLock
from hundredfold.app.opened import OpenWorkspace
from hundredfold.app.workspace import Workspace

DEFINITIONS = """
events:
  Order Completed:
    key: properties.order_id
    also: [Order Updated]
    removed_by: [Order Cancelled]
    revision: properties.version
attributes:
  revenue: {event: Order Completed, value: properties.total, aggregate: sum}
  biggest: {event: Order Completed, value: properties.total, aggregate: max}
  median: {event: Order Completed, value: properties.total, aggregate: median}
"""


def told(event: str, order_id: str, total: float, version: int) -> dict[str, object]:
    """A message of the shop about one of its orders."""
    return {
        "type": "track",
        "event": event,
        "userId": "c17",
        "messageId": f"{event}-{order_id}-{version}",
        "timestamp": f"2026-03-0{version}T12:00:00Z",
        "properties": {"order_id": order_id, "total": total, "version": version},
    }


MESSAGES = [
    told("Order Completed", "o1", 100, 1),
    told("Order Updated", "o1", 80, 2),  # a line was taken off
    told("Order Completed", "o2", 500, 1),
    told("Order Cancelled", "o2", 500, 3),
]


def profile_after(messages: list[dict[str, object]]) -> dict[str, object]:
    """The values after messages that arrive one import at a time, each twice, with a batch in the middle."""
    with TemporaryDirectory() as folder:
        shop = Workspace.create(Path(folder) / "shop")
        (shop.definitions_folder / "shop.yaml").write_text(DEFINITIONS)
        with OpenWorkspace(shop, WorkspaceLock(shop.data, "example")) as opened:
            work.apply(opened)
            for number, message in enumerate(messages):
                path = Path(folder) / f"{number}.ndjson"
                path.write_text(f"{json.dumps(message)}\n" * 2)
                work.import_data(opened, path=str(path))
                if number == 1:
                    work.batch(opened)
            assert work.audit(opened)["mismatches"] == 0
            return dict(work.profile(opened, "c17")["attributes"])


if __name__ == "__main__":
    orders = list(permutations(MESSAGES))[::5]
    found = [profile_after(list(messages)) for messages in orders]
    assert all(one == found[0] for one in found)
    print(f"{len(orders)} orders of arrival, one profile: {found[0]}")
