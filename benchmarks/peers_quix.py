"""Quix Streams as a peer: the ten attributes of the live workload, a document per customer in its RocksDB state.

It pins a client library for Kafka of its own, so it lives in a virtual environment of its own, made once below
`HF_BENCH_FOLDER`. `main` is what runs there and knows nothing of ours:

    python peers_quix.py SERVERS TOPIC EVENTS TODAY STATE_FOLDER

Everything is as Quix has it by default: at least once, a commit every five seconds, a changelog topic beside the state.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir
from typing import Any, Final

VERSION: Final = "3.28.1"
DAY_SECONDS: Final = 86_400


def measured(servers: str, topic: str, events: int, today: int) -> dict[str, Any]:
    """What `main` prints, from a process of its own: CPU and wall seconds, and the control sums.

    Raises RuntimeError when it fails, or cannot be installed.
    """
    python = _installed()
    with TemporaryDirectory(prefix="hundredfold-bench-") as state:
        done = _command([str(python), __file__, servers, topic, str(events), str(today), state])
    found: dict[str, Any] = json.loads(done.splitlines()[-1])
    return found


def _installed() -> Path:
    """The interpreter of an environment with Quix Streams."""
    folder = Path(os.environ.get("HF_BENCH_FOLDER") or gettempdir()) / f"hundredfold-quixstreams-{VERSION}"
    ready = folder / "ready"
    if not ready.exists():
        _command([sys.executable, "-m", "venv", "--clear", str(folder)])
        _command([str(folder / "bin" / "python"), "-m", "pip", "install", "-q", f"quixstreams=={VERSION}"])
        ready.touch()
    return folder / "bin" / "python"


def _command(line: list[str]) -> str:
    done = subprocess.run(line, capture_output=True, text=True, check=False, timeout=1800)
    if done.returncode:
        raise RuntimeError(f"{line[0]} ended with {done.returncode}: {done.stderr.strip()[-2000:]}")
    return done.stdout


def apply(message: dict[str, Any], state: Any) -> None:
    """One message, as `peers_dict` takes it; JSON has only texts as keys."""
    one = state.get("values") or {"events": 0, "purchases": 0, "total": 0, "categories": [], "days": {}, "pages": {}}
    at = datetime.fromisoformat(message["timestamp"]).timestamp()
    properties = message["properties"]
    one["events"] += 1
    if properties["category"] not in one["categories"]:
        one["categories"].append(properties["category"])
    one["last_at"] = max(one.get("last_at", 0.0), at)
    day = str(int(at // DAY_SECONDS))
    if message["event"] != "Order Completed":
        one["pages"][day] = one["pages"].get(day, 0) + 1
    else:
        cents = round(properties["value"] * 100)
        one["purchases"] += 1
        one["total"] += cents
        one["days"][day] = one["days"].get(day, 0) + cents
        one["most"] = max(one.get("most", cents), cents)
        if at >= one.get("at", 0.0):
            one["at"], one["last"] = at, cents
    state.set("values", one)


def sums(customers: Iterator[dict[str, Any]], today: int) -> dict[str, int]:
    """`streaming.control_sums` of what lies in the state."""
    found = dict.fromkeys(
        ("events", "purchases", "value_total", "value_today", "value_7_days", "pages_today", "categories", "customers"),
        0,
    )
    for one in customers:
        found["events"] += one["events"]
        found["purchases"] += one["purchases"]
        found["value_total"] += one["total"]
        found["value_today"] += one["days"].get(str(today), 0)
        found["value_7_days"] += sum(one["days"].get(str(day), 0) for day in range(today - 6, today + 1))
        found["pages_today"] += one["pages"].get(str(today), 0)
        found["categories"] += len(one["categories"])
        found["customers"] += 1
    return found


def _kept(folder: Path) -> Iterator[dict[str, Any]]:
    """Everybody's document, read from the files after the run."""
    from rocksdict import AccessType, Options, Rdict  # type: ignore[import-not-found]

    for current in sorted(folder.rglob("CURRENT")):
        database = Rdict(str(current.parent), Options(raw_mode=True), access_type=AccessType.read_only())
        for key, value in database.items():
            if key.endswith(b'"values"'):
                yield json.loads(value)
        database.close()


def main() -> None:
    """Consume, fold, and print what it took."""
    from quixstreams import Application  # type: ignore[import-not-found]

    servers, topic, events, today, folder = sys.argv[1:]
    application = Application(
        servers, consumer_group="quix", auto_offset_reset="earliest", state_dir=folder, loglevel="ERROR"
    )
    frame = application.dataframe(application.topic(topic, value_deserializer="json", key_deserializer="str"))
    frame.update(apply, stateful=True)
    cpu, wall = _seconds(), time.perf_counter()
    application.run(count=int(events), collect=False, timeout=60.0)
    took = {"cpu": _seconds() - cpu, "wall": time.perf_counter() - wall}
    print(json.dumps({**took, "sums": sums(_kept(Path(folder)), int(today))}))


def _seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
