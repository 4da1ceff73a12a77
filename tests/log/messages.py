"""Made-up messages for the tests of the log room."""

from __future__ import annotations

from hashlib import blake2b

import pyarrow as pa

from hundredfold.log.rows import columns_of
from hundredfold.words.message import Entry


def entry(number, key=None, payload=None, received=None):
    """The message `m<number>`; its payload holds the number."""
    text = payload if payload is not None else b'{"n":%d}' % number
    return Entry(
        kind=0,
        key=key or f"u:c{number % 7}",
        message_id=f"m{number}",
        hash=digest(f"m{number}"),
        content=digest(text.decode()),
        time=1_000_000 * number,
        received=received if received is not None else 1_000_000 * number + 5,
        sent=None if number % 2 else 1_000_000 * number + 1,
        trust=1,
        source="shop",
        payload=text,
        flagged=number % 5 == 0,
    )


def entries(*numbers):
    return [entry(number) for number in numbers]


def table_of(numbers):
    return pa.Table.from_batches([columns_of([entry(number) for number in numbers])])


def numbers_in(tables):
    """The numbers of the messages in the order of reading, markers left out."""
    return [int(text[5:-1]) for table in tables for text in table["payload"].to_pylist() if text.startswith(b'{"n":')]


def by_partition(tables):
    found = {}
    for table in tables:
        for row in table.select(["partition", "offset", "message_id"]).to_pylist():
            found.setdefault(row["partition"], []).append((row["offset"], row["message_id"]))
    return found


def digest(text):
    return blake2b(text.encode(), digest_size=16).digest()
