"""How far a source is loaded: times as databases write them, such as 2026-01-31 09:30:00.5+00, and numbers."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final

from hundredfold.app.load_book import Cursor

_SECOND: Final = len("2026-01-31 09:30:00")
_DAY: Final = len("2026-01-31")


def earlier(cursor: Cursor, overlap: int) -> Cursor:
    """A cursor `overlap` seconds, or whole numbers, before another; a text that is no time stays as it is.

    >>> earlier("2026-01-01T00:30:00.25Z", 3600), earlier("2026-01-01", 3600), earlier(5000, 3600)
    ('2025-12-31T23:30:00.25Z', '2025-12-31', 1400)
    """
    if isinstance(cursor, int):
        return cursor - overlap
    time = _clock(cursor)
    return cursor if time is None else _written(cursor, time - timedelta(seconds=overlap))


def at_most(cursor: Cursor, now: datetime) -> Cursor:
    """A cursor that is not behind a local time: one row from the future must not hide those that come until then.

    >>> at_most("2199-01-01 00:00:00", datetime(2026, 1, 31, 9, 30)), at_most(7, datetime(2026, 1, 31))
    ('2026-01-31 09:30:00', 7)
    """
    time = None if isinstance(cursor, int) else _clock(cursor)
    return cursor if time is None or time <= now else _written(str(cursor), now)


def _clock(text: str) -> datetime | None:
    with suppress(ValueError):
        return datetime.fromisoformat(text[:_SECOND])
    with suppress(ValueError):
        return datetime.fromisoformat(text[:_DAY]) if len(text) == _DAY else None
    return None


def _written(like: str, time: datetime) -> str:
    """A time as another one is written; what that has behind its seconds stays."""
    if len(like) < _SECOND:
        return time.date().isoformat()
    return time.replace(microsecond=0).isoformat(sep=like[_DAY]) + like[_SECOND:]
