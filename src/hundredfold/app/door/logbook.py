"""The running log: one JSON object a line, with fields from a list. What customers sent cannot get into it."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable
from typing import Final, TextIO

import structlog
from structlog.typing import EventDict, FilteringBoundLogger, WrappedLogger

from hundredfold.words.calendar import iso

FIELDS: Final = frozenset(
    {
        "event",
        "level",
        "time",
        "route",
        "status",
        "source",
        "trust",
        "key_id",
        "reason",
        "count",
        "rejected",
        "held",
        "bytes",
        "seconds",
        "error",
        "place",
        "why",
        "host",
        "port",
    }
)
"""The only fields that are written. None of them ever holds an id, a name or text from a message."""


def logbook(stream: TextIO, now: Callable[[], int], *, level: int = logging.INFO) -> FilteringBoundLogger:
    """A structlog logger that writes to a stream; `now` gives microseconds UTC."""

    def stamped(_logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
        return {"time": iso(now()), "level": method, **event}

    logger: FilteringBoundLogger = structlog.wrap_logger(
        structlog.WriteLogger(stream),
        processors=[stamped, allowed, structlog.processors.JSONRenderer(sort_keys=False)],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        cache_logger_on_first_use=True,
    )
    return logger


def allowed(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Drops every field that is not in the list, and says how many there were."""
    kept = {name: value for name, value in event.items() if name in FIELDS}
    if len(kept) != len(event):
        kept["dropped_fields"] = len(event) - len(kept)
    return kept


def fault(error: BaseException) -> dict[str, str]:
    """The fields that tell of an error without its text, which may quote a message: its type and where it arose."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f"{frames[-1].filename.rpartition('/')[2]}:{frames[-1].lineno}" if frames else "?"
    return {"error": type(error).__name__, "place": place}
