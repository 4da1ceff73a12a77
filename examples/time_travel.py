"""The same customer at different times of the clock: what had happened, and what had been heard of it."""

from __future__ import annotations

import json
from pathlib import Path
from tempfile import TemporaryDirectory

from hundredfold.app import work
from hundredfold.app.lock import WorkspaceLock
from hundredfold.app.opened import OpenWorkspace
from hundredfold.app.workspace import Workspace

DEFINITIONS = """
attributes:
  revenue: {event: Order Completed, value: properties.total, aggregate: sum}
  revenue_7d: {event: Order Completed, value: properties.total, aggregate: sum, window: 7 days}
  last_order_at: {event: Order Completed, value: timestamp, aggregate: max}
  days_quiet: {formula: days_since(last_order_at)}
"""
ORDERS = [("2026-02-01T10:00Z", "2026-02-01T10:00Z", 10), ("2026-02-05T10:00Z", "2026-02-20T08:00Z", 32)]
"""When it happened, when it was heard of, what it came to: the second one came in late."""


def main() -> None:
    """Runs the example."""
    with TemporaryDirectory() as folder:
        shop = Workspace.create(Path(folder) / "shop")
        (shop.definitions_folder / "shop.yaml").write_text(DEFINITIONS)
        lines = Path(folder) / "orders.ndjson"
        lines.write_text(
            "".join(
                json.dumps(
                    {
                        "type": "track",
                        "event": "Order Completed",
                        "userId": "c17",
                        "timestamp": happened,
                        "receivedAt": heard,
                        "properties": {"total": total},
                    }
                )
                + "\n"
                for happened, heard, total in ORDERS
            )
        )
        with OpenWorkspace(shop, WorkspaceLock(shop.data, "example")) as opened:
            work.apply(opened)
            work.import_data(opened, path=str(lines))

            def revenue(at: str, known_at: str | None = None) -> list[object]:
                known = None if known_at is None else shop.time(known_at)
                found = work.profile(opened, "c17", at=shop.time(at), known_at=known)["attributes"]
                print(f"at {at}, known at {known_at or 'now'}: {found}")
                return [found[name] for name in ("revenue", "revenue_7d", "days_quiet")]

            assert revenue("2026-02-10") == [42, 32, 5]
            assert revenue("2026-02-10", known_at="2026-02-10") == [10, 0, 9]
            assert revenue("2026-02-20", known_at="2026-02-21") == [42, 0, 15]


if __name__ == "__main__":
    main()
