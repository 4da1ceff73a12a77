"""`read`: one profile of 200 attributes, and all of them, now and in the past, from a shop with years of history.

One current profile is read in process (`inside`), over HTTP (`http`), and over HTTP of customers of whom something has
come since the batch (`moved`); one in the past (`past`) in process, with nothing of his in memory. `everybody` is the
CPU time of all profiles in the past over that of the batch: all history folded to state and values, in one process.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import numpy as np

from benchmarks.client import Connection, get, percentiles
from benchmarks.files import write_lines
from benchmarks.harness import Bar, BenchmarkFailed, Figures, alone, result
from benchmarks.measure import Meter
from benchmarks.past import copied, later
from benchmarks.shop import Shop
from benchmarks.workload import ENDS, Workload
from hundredfold.app.lock import WorkspaceLock
from hundredfold.app.opened import OpenWorkspace
from hundredfold.app.workspace import Workspace
from hundredfold.attribute.read import Clock
from hundredfold.batch.process import finish, load_history
from hundredfold.live.engine import Engine
from hundredfold.live.following import Following
from hundredfold.profile.feed import Feed
from hundredfold.words.calendar import DAY

BARS: Final = (
    Bar("inside_p99_ms", "ms", most=2),
    Bar("http_p99_ms", "ms", most=10),
    Bar("past_p99_ms", "ms", most=200),
    Bar("everybody", "x the batch's CPU", most=2),
)
AT_ONCE: Final = 1 << 16
"""Customers whose values are read together."""
AGO: Final = 120 * DAY
"""How long before the end of the workload `past` is."""


def run(quick: bool) -> dict[str, Any]:
    """A batch, then everything that reads; each way with the workspace to itself."""
    events, customers, reads = (20_000, 1_000, 100) if quick else (50_000_000, 1_000_000, 5_000)
    random = np.random.default_rng(1)
    picked = [_name(number) for number in random.choice(Workload(events, customers).active, reads).tolist()]
    with copied(events, customers) as one:
        one.workspace("batch")
        where = str(one.folder)
        figures = _named("inside", alone("benchmarks.read:inside", folder=where, customers=picked)["seconds"])
        figures |= _named("past", alone("benchmarks.read:past", folder=where, customers=picked[:200])["seconds"])
        cpu = {
            name: alone(f"benchmarks.read:{name}", folder=where)["measured"]["cpu"] for name in ("folded", "everybody")
        }
        one.serve(60 if quick else 3600)
        one.opened(60 if quick else 3600)
        figures |= _named("http", _over_http(one, picked))
        figures |= _named("moved", _over_http(one, _moved(one, reads, customers)))
    figures |= {"everybody": cpu["everybody"] / cpu["folded"], "everybody_cpu_seconds": cpu["everybody"]}
    return result("read", figures, {}, BARS, quick, events=events, customers=customers, reads=reads)


def inside(meter: Meter, folder: str, customers: Sequence[str]) -> dict[str, Any]:
    """Current profiles, one after the other, behind an engine whose current values are kept, as a server's are."""
    with _opened(folder) as opened:
        following = Following(opened.engine(), Feed("benchmark"), opened.cuts)
        while following.waiting:
            following.flush()
        with meter:
            return {"seconds": _timed(lambda customer: opened.answers().profile(customer), customers)}


def past(meter: Meter, folder: str, customers: Sequence[str]) -> dict[str, Any]:
    """Profiles in the past, one after the other."""
    with _opened(folder) as opened:
        opened.engine()
        with meter:
            return {"seconds": _timed(lambda who: opened.answers().profile(who, at=ENDS - AGO), customers)}


def everybody(meter: Meter, folder: str) -> dict[str, Any]:
    """All profiles in the past."""
    with _opened(folder) as opened:
        answers = opened.answers()
        with meter:
            return {"customers": len(answers.everybody(at=ENDS - AGO).customers)}


def folded(meter: Meter, folder: str) -> dict[str, Any]:
    """All of history to state and values, in this process: what a full batch does."""
    with _opened(folder) as opened, TemporaryDirectory() as scratch, meter:
        engine = Engine(opened.setup(), opened.log, opened.history, Path(scratch) / "seen", opened.now)
        load_history(engine, opened.history)
        made = finish(engine, engine.positions, opened.now(), {})
        labels = engine.state.people.everybody()
        for first in range(0, len(labels), AT_ONCE):
            engine.read(labels[first : first + AT_ONCE], Clock(engine.state.clock))
        return {"customers": made.run.customers}


def _moved(one: Shop, messages: int, customers: int) -> list[str]:
    """Sends messages and returns the customers whose they were."""
    columns = later(messages, customers)
    write_lines([columns], one.folder / "later.ndjson")
    one.send(one.folder / "later.ndjson")
    one.applied(messages)
    return [_name(number) for number in columns.customer.tolist()]


def _over_http(one: Shop, customers: Sequence[str]) -> list[float]:
    door, seconds = Connection("127.0.0.1", one.port), []
    for customer in customers:
        status, body, took = door.ask(get(f"/api/v1/profiles/{customer}", one.token))
        if status != 200:
            raise BenchmarkFailed(f"a profile was answered {status}: {body[:200]!r}")
        seconds.append(took)
    return seconds


@contextmanager
def _opened(folder: str) -> Iterator[OpenWorkspace]:
    workspace = Workspace.open(Path(folder))
    with OpenWorkspace(workspace, WorkspaceLock(workspace.data, "hf bench read")) as opened:
        yield opened


def _timed(read: Callable[[str], object], customers: Sequence[str]) -> list[float]:
    read(customers[0])
    seconds = []
    for customer in customers:
        start = time.perf_counter()
        read(customer)
        seconds.append(time.perf_counter() - start)
    return seconds


def _named(way: str, seconds: Sequence[float]) -> Figures:
    return {f"{way}_{name}": value for name, value in percentiles(seconds).items()}


def _name(number: int) -> str:
    return f"c{number:07d}"
