"""A shop for the tests of the command line: its messages, definitions and files, and the command itself."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from hundredfold.app.cli import app
from hundredfold.app.settings import with_setting

HF = [sys.executable, "-c", "from hundredfold.app.cli import main; main()"]

DEFINITIONS = """\
events:
  Order Completed: {key: properties.order_id, currency: properties.currency, money: [properties.total]}
lookups:
  product: {file: products.csv, key: sku, from: sku}
attributes:
  total_purchase_value: {event: Order Completed, value: properties.total, aggregate: sum}
  orders: {event: Order Completed, aggregate: count}
  last_order_at: {event: Order Completed, value: timestamp, aggregate: max}
  purchase_value_today: {event: Order Completed, value: properties.total, aggregate: sum, window: today}
  favourite_category:
    event: Order Completed
    each: properties.products
    by: product.category
    value: price * quantity
    aggregate: most_frequent
  categories: {event: Order Completed, each: properties.products, by: product.category, aggregate: unique_list}
  email: {trait: email}
  average: {formula: total_purchase_value / orders}
"""

PRODUCTS = "sku,category,valid_from\ns1,shoes,\nh1,hats,2020-01-01\n"


@dataclass(frozen=True)
class Said:
    """What a command printed, and how it ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one document on standard output."""
        return json.loads(self.out)


def hf(*arguments: object, folder: Path | None = None) -> Said:
    """The command in this process."""
    place = [] if folder is None else ["-w", str(folder)]
    found = CliRunner().invoke(app, [*place, *map(str, arguments)], catch_exceptions=False)
    return Said(found.exit_code, found.stdout, found.stderr)


def hf_process(*arguments: object, cwd: Path) -> Said:
    """The command as a process of its own."""
    found = subprocess.run([*HF, *map(str, arguments)], capture_output=True, text=True, cwd=cwd, check=False)
    return Said(found.returncode, found.stdout, found.stderr)


def shop_in(
    folder: Path,
    messages: Iterable[dict[str, Any]] = (),
    *,
    zone: str = "Europe/Lisbon",
    files: Mapping[str, str] | None = None,
    **settings: str,
) -> Path:
    """A shop whose definitions are in force and whose messages are imported; `settings` as they are written there."""
    assert hf("init", folder, "--timezone", zone).code == 0
    path = folder / "hundredfold.yaml"
    for name, value in settings.items():
        path.write_text(with_setting(path.read_text(), name, value))
    for name, text in {"products.csv": PRODUCTS, "definitions/shop.yaml": DEFINITIONS, **(files or {})}.items():
        (folder / name).write_text(text)
    assert hf("apply", folder=folder).code == 0
    if messages := list(messages):
        assert hf("import", write_lines(folder.parent / "messages.ndjson", messages), folder=folder).code == 0
    return folder


def orders_of_march() -> list[dict[str, Any]]:
    """Orders of five customers, one a day."""
    return [order(n, f"c{n % 5}", f"2026-03-{n:02}T10:00:00Z", n * 1.25) for n in range(1, 25)]


def order(number: int, customer: str, time: str, total: float, **further: Any) -> dict[str, Any]:
    """An order of two pairs of shoes and a hat."""
    lines = [{"sku": "s1", "price": 5, "quantity": 2}, {"sku": "h1", "price": 3, "quantity": 1}]
    properties = {"order_id": f"o{number}", "total": total, "products": lines}
    return {
        "type": "track",
        "event": "Order Completed",
        "messageId": f"m{number}",
        "userId": customer,
        "timestamp": time,
        "properties": properties | further,
    }


def write_lines(path: Path, messages: list[dict[str, Any]]) -> Path:
    """Messages as NDJSON."""
    path.write_text("".join(json.dumps(message) + "\n" for message in messages))
    return path
