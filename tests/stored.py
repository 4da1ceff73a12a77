"""Raw messages as the log's table, stamped by the real ingest."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa

from hundredfold.ingest.message import entry
from hundredfold.log.rows import columns_of
from hundredfold.log.stored import STORED
from hundredfold.words.message import Message


def stored(messages: Sequence[Message], zone) -> pa.Table:
    """The table of messages at the places they name."""
    entries = [
        entry(
            m.payload,
            received=m.received,
            trust=m.trust,
            source=m.source,
            sent=m.sent,
            message_id=m.message_id,
            zone=zone,
        )
        for m in messages
    ]
    batch = columns_of(entries)
    places = {"partition": [m.partition for m in messages], "offset": [m.offset for m in messages]}
    columns = {name: pa.array(places[name]) if name in places else batch[name] for name in STORED.names}
    return pa.table(columns, schema=STORED)
