"""`model-rescore`: from a message in the log to the customer's new scores in the current values, one message at a time.

Two models and a formula over them, behind a stream whose customers were all scored by a run. The live loop takes the
messages in and tells the feed, as in a server, without the door before it. `million_`: 1 M customers, each of whom has
an event; further events, and then the messages, are anybody's.
"""

from __future__ import annotations

import time
from datetime import UTC
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import numpy as np

from benchmarks import streaming
from benchmarks.harness import Alarm, Bar, BenchmarkFailed, alone, result
from benchmarks.live import CHUNK, last_day, stored
from benchmarks.measure import Meter
from hundredfold.batch.process import finish
from hundredfold.batch.run import models_of
from hundredfold.definition.load import from_document
from hundredfold.live.engine import Engine
from hundredfold.live.loop import Live
from hundredfold.live.setup import Setup
from hundredfold.log.embedded import EmbeddedLog
from hundredfold.predict.models import FAMILIES
from hundredfold.predict.training import with_models
from hundredfold.profile.feed import Feed

BARS: Final = (Bar("p99_ms", "ms", most=100), Bar("million_p99_ms", "ms", most=100))
WAIT_SECONDS: Final = 0.25
_SCORES: Final[dict[str, Any]] = {
    "gap": {"event": "Order Completed", "aggregate": "mean_gap"},
    "cell": {
        "model": "rfm",
        "inputs": {"recency": "last_at", "frequency": "purchases", "money": "value_7_days"},
    },
    "stage": {"model": "lifecycle", "inputs": {"recency": "last_at", "frequency": "purchases", "interval": "gap"}},
    "told": {"formula": "concat(stage, ' ', cell)"},
}
DEFINITIONS: Final[dict[str, Any]] = {"attributes": {**streaming.DEFINITIONS["attributes"], **_SCORES}}


def run(quick: bool) -> dict[str, Any]:
    """Messages one by one behind a stream, of few customers and of many."""
    events, messages = (50_000, 200) if quick else (2_000_000, 2_000)
    figures, customers = {}, {}
    for name, spread in (("", 0), ("million_", events // 2)):
        found = alone("benchmarks.model_rescore:rescored", events=events, messages=messages, spread=spread)
        figures |= {f"{name}{figure}": value for figure, value in found["figures"].items()}
        customers[f"{name}customers"] = found["customers"]
    return result("model-rescore", figures, {}, BARS, quick, events=events, **customers)


def rescored(meter: Meter, events: int, messages: int, spread: int) -> dict[str, Any]:
    """How long each message takes, and how long training did. `spread`: over so many customers, all equally likely."""
    columns = streaming.stream(events + messages)
    if spread:
        made = np.random.default_rng(3)
        columns["customer"] = np.append(made.permutation(spread), made.integers(0, spread, events + messages - spread))
    with TemporaryDirectory(dir=".") as place:
        log = EmbeddedLog(Path(place) / "log")
        for start in range(0, events, CHUNK):
            log.append_table(stored(columns, start).slice(0, events - start))
        at = last_day(columns)
        setup = Setup(from_document(DEFINITIONS), UTC, models=FAMILIES)
        engine = Engine(setup, log, None, Path(place) / "seen", lambda: at)
        engine.catch_up()
        began = time.perf_counter()
        made = finish(engine, dict(engine.positions), int(columns["ms"][:events].max()) * 1000, {}).run
        models = models_of([with_models(engine, made, [])])
        training = time.perf_counter() - began
        if any(one.version is None for one in models.values()):
            raise BenchmarkFailed("a model was not trained")
        live = Live(engine, Feed("benchmark"), logbook=Alarm(), fault=lambda error: {}, models=lambda: models)
        live.ask(lambda _: None, fresh=True, told=True)
        seconds = []
        with meter:
            for number in range(events, events + messages):
                log.append_table(stored(columns, number).slice(0, 1))
                began = time.perf_counter()
                live.turn(WAIT_SECONDS)
                seconds.append(time.perf_counter() - began)
        log.close()
    p50, p99 = (float(np.quantile(seconds, share)) * 1000 for share in (0.5, 0.99))
    figures = {"p50_ms": p50, "p99_ms": p99, "training_seconds": training}
    return {"figures": figures, "customers": len(engine.sids)}
