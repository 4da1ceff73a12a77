"""`gui-preview`: from a change in the attribute builder to what it would be for a sample of customers.

1 M events of 1 M customers, 200 attributes in force. Every try says something else, as when somebody writes; first
while nothing comes in, then beside 1,000 messages a second. The wait is the answer's: the page draws it in its
next frames.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from itertools import cycle, islice, product
from typing import Any, Final

from benchmarks.beside import background
from benchmarks.client import Connection, post
from benchmarks.gui_pages import ranked
from benchmarks.harness import Bar, BenchmarkFailed, result
from benchmarks.past import copied
from benchmarks.shop import READY, Shop

BARS: Final = (Bar("p95_ms", "ms", most=150), Bar("beside_messages_p95_ms", "ms", most=150))
PATH: Final = "/api/v1/definitions/preview"
REST: Final = 0.1
"""Seconds between an answer and the next try: somebody types."""
NAME: Final = "tried_out"
EVENTS: Final = ("Order Completed", "Product Viewed", "Email Opened", "Product Added")
WINDOWS: Final = (None, "today", "7 days", "30 days", "365 days")
WHERE: Final = (None, "properties.channel = 'web'", "properties.amount > 20")
AGGREGATES: Final = ("sum", "max", "mean", "last")


def run(quick: bool) -> dict[str, Any]:
    """Try by try, quiet and beside messages."""
    events, customers, tries = (20_000, 1_000, 10) if quick else (1_000_000, 1_000_000, 240)
    with copied(events, customers) as one:
        one.workspace("batch")
        one.serve(240)
        one.opened(240)
        token = one.workspace("token", "create", "--scope", "admin", "--personal-data")["token"]
        texts = cycle(attempts())
        first = took(one, token, islice(texts, 1))
        quiet = took(one, token, islice(texts, tries))
        with background(one, customers):
            beside = took(one, token, islice(texts, tries))
    figures = {"first_ms": round(first[0], 1)} | ranked(quiet, p50=50, p95=95, most=100)
    figures |= {f"beside_messages_{name}": found for name, found in ranked(beside, p50=50, p95=95, most=100).items()}
    return result("gui-preview", figures, {}, BARS, quick, events=events, customers=customers, tries=tries)


def attempts() -> Iterator[str]:
    """An attribute's lines, every time others."""
    for aggregate, window, where, event in product(AGGREGATES, WINDOWS, WHERE, EVENTS):
        lines = {"event": event, "where": where, "value": "properties.amount", "aggregate": aggregate, "window": window}
        yield f"{NAME}:\n" + "".join(f'  {name}: "{said}"\n' for name, said in lines.items() if said is not None)


def took(one: Shop, token: str, texts: Iterator[str]) -> list[float]:
    """Milliseconds of each try."""
    found, builder = [], Connection("127.0.0.1", one.port)
    for text in texts:
        request = post(PATH, json.dumps({"name": NAME, "text": text}).encode(), token=token)
        status, body, seconds = builder.ask(request)
        if status != READY or not json.loads(body)["sampled"]:
            raise BenchmarkFailed(f"a try was answered {status}: {body!r}")
        found.append(seconds * 1000)
        time.sleep(REST)
    builder.close()
    return found
