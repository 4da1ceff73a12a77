"""The tables of a full export, and what each of their columns is."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any, Final, Protocol, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hundredfold.app.export import MOMENT
from hundredfold.app.runbook import Runbook
from hundredfold.app.workspace import Workspace
from hundredfold.attribute.column import Mask
from hundredfold.live.engine import Engine
from hundredfold.live.names import Names
from hundredfold.log.rows import MARKER
from hundredfold.store.movements import NOBODY, Movements
from hundredfold.store.quarantine import Quarantine
from hundredfold.store.rejections import Rejections
from hundredfold.words.message import KINDS, TRUSTS

_TEXT: Final = pa.string()

EVENTS: Final = {
    "type": (_TEXT, f"The kind of message: {', '.join(kind for kind in KINDS if kind != 'marker')}."),
    "key": (_TEXT, "The sent id: `u:` and a user id, or `a:` and an anonymous id. `ids.parquet` names the customer."),
    "message_id": (_TEXT, "Of messages with one id only one counts: see above."),
    "time": (MOMENT, "When it happened, as it counts."),
    "received": (MOMENT, "When it was received."),
    "sent": (MOMENT, "When the client says it was sent."),
    "trust": (_TEXT, f"Where it came from: {', '.join(TRUSTS)}."),
    "source": (_TEXT, "The source of its write key, or of the import."),
    "future": (pa.bool_(), "Its time lay too far in the future and was set to that of its reception."),
    "erased": (pa.bool_(), "Its customer was erased afterwards: it does not count."),
    "partition": (pa.int32(), "Where it lies in the log."),
    "offset": (pa.int64(), "Where it lies in its partition."),
    "content": (pa.binary(16), "A digest of its content, which decides between copies."),
    "payload": (pa.large_string(), "The message as it was sent, as JSON; of an erased customer only what ties facts."),
}
IDS: Final = {
    "customer_id": (_TEXT, "As in `profiles.parquet`."),
    "key": (_TEXT, "A sent id of this customer, as in the events."),
    "id": (_TEXT, "The same without its kind."),
    "kind": (_TEXT, "`user` or `anonymous`."),
}
RUNS: Final = {
    "number": (pa.int64(), "The number of the run."),
    "kind": (_TEXT, "What was run, such as `batch`."),
    "started": (MOMENT, "When it began."),
    "ended": (MOMENT, "When it ended; missing for one that runs, or was cut off."),
    "seconds": (pa.float64(), "How long it took."),
    "customers": (pa.int64(), "For how many customers."),
    "events": (pa.int64(), "How many messages are covered."),
    "error": (_TEXT, "What went wrong; missing when nothing did."),
}
REJECTED: Final = {
    "received": (MOMENT, "When it was refused."),
    "source": (_TEXT, "The source of its write key."),
    "reason": (_TEXT, "A short code."),
    "text": (_TEXT, "The reason as a sentence."),
    "message_id": (_TEXT, "Its id, when it had one."),
    "payload": (pa.binary(), "The beginning of what was sent, as bytes: it need not be text."),
}
QUARANTINE: Final = {
    "key": (_TEXT, "The sent id, as in the events."),
    "message_id": (_TEXT, "Its id."),
    "received": (MOMENT, "When it was held back."),
    "sent": (MOMENT, "When the client says it was sent."),
    "trust": (_TEXT, "As in the events."),
    "source": (_TEXT, "As in the events."),
    "reasons": (pa.list_(pa.field("element", _TEXT)), "What the tracking plan has against it."),
    "payload": (pa.binary(), "The message as JSON."),
}
STRETCHES: Final = {
    "segment": (_TEXT, "The segment."),
    "stretch": (pa.int64(), "A segment as long as it meant the same, by a number."),
    "begun": (MOMENT, "Since when it is recorded."),
    "ended": (MOMENT, "When it was removed, or meant something else; missing: not yet."),
    "size": (pa.int64(), "How many members it began with."),
    "now": (pa.int64(), "How many it has, or had at its end: `size`, and who entered and left."),
}
MOVES: Final = {
    "stretch": (pa.int64(), "The segment, as `segments.parquet` has it."),
    "key": (_TEXT, "The sent id that names the customer; missing for who was erased since."),
    "entered": (pa.bool_(), "Whether he entered; else he left."),
    "at": (MOMENT, "When."),
}
Columns = Mapping[str, tuple[pa.DataType, str]]


def schema(columns: Columns) -> pa.Schema:
    """The columns as Arrow has them."""
    return pa.schema([pa.field(name, kind) for name, (kind, _) in columns.items()])


def events(stored: pa.Table, erased: Mapping[str, Mapping[int, int]], bones: Callable[[bytes], bytes]) -> pa.Table:
    """Stored messages as `EVENTS`, markers left out; what was erased keeps its bones only."""
    table = stored.filter(pa.array(stored["kind"].to_numpy() != MARKER))
    gone = _erased(table, erased)
    own: dict[str, Any] = {
        "erased": pa.array(gone),
        "type": _named(table["kind"], KINDS),
        "trust": _named(table["trust"], TRUSTS),
        "future": table["flagged"],
        "payload": _payloads(table["payload"].combine_chunks(), gone, bones),
    }
    columns = [own[name] if name in own else table[name].cast(kind) for name, (kind, _) in EVENTS.items()]
    return pa.table(columns, schema=schema(EVENTS))


def _named(codes: pa.ChunkedArray, names: tuple[str, ...]) -> Any:
    return pa.array(names, _TEXT).take(codes.combine_chunks())


def _erased(table: pa.Table, erased: Mapping[str, Mapping[int, int]]) -> Mask:
    """Which messages a deletion covers."""
    covered = np.zeros(table.num_rows, np.bool_)
    if erased:
        rows = np.flatnonzero(pc.is_in(table["key"], pa.array(sorted(erased), _TEXT)).to_numpy())
        few = table.select(["key", "partition", "offset"]).take(pa.array(rows))
        places = zip(rows.tolist(), *(column.to_pylist() for column in few.columns), strict=True)
        for row, key, partition, offset in places:
            covered[row] = offset < erased[key].get(partition, 0)
    return covered


def _payloads(payloads: pa.Array, erased: Mask, bones: Callable[[bytes], bytes]) -> pa.Array:
    if erased.any():
        said = zip(payloads.to_pylist(), erased.tolist(), strict=True)
        payloads = pa.array([bones(payload) if gone else payload for payload, gone in said], pa.large_binary())
    return payloads.cast(pa.large_string())


def ids(engine: Engine) -> pa.Table:
    """Every sent id of every customer, as `IDS`. Use it under the engine's guard."""
    people = engine.state.people
    settled = Names(engine.sids).settle(people, people.everybody())
    members, owner = people.members_of(settled.labels)
    keys = engine.sids.texts(members)
    names = engine.sids.texts(settled.names[owner])
    return pa.table(
        {
            "customer_id": [name[2:] for name in names],
            "key": keys,
            "id": [key[2:] for key in keys],
            "kind": ["user" if key.startswith("u:") else "anonymous" for key in keys],
        },
        schema=schema(IDS),
    )


def runs(workspace: Workspace) -> pa.Table:
    """What was run, newest first, as `RUNS`."""
    found = [
        {name: run.get(name) for name in RUNS}
        | {name: workspace.time(run[name]) if run.get(name) else None for name in ("started", "ended")}
        for run in Runbook(workspace.runbook, workspace.now).runs()
    ]
    return _rows(found, RUNS)


def rejected(path: Path) -> pa.Table:
    """What the door refused and still remembers, newest first, as `REJECTED`."""
    if not path.exists():
        return schema(REJECTED).empty_table()
    with closing(Rejections(path)) as store:
        return _rows([_of(item, REJECTED) for item in _pages(store.newest)], REJECTED)


def quarantine(path: Path) -> pa.Table:
    """What waits to be released, newest first, as `QUARANTINE`."""
    if not path.exists():
        return schema(QUARANTINE).empty_table()
    with closing(Quarantine(path)) as store:
        return _rows([_of(item, QUARANTINE) for item in _pages(store.waiting)], QUARANTINE)


def stretches(store: Movements) -> pa.Table:
    """What segments are recorded as, as `STRETCHES`."""
    names = {"stretch": "number"}
    found = [{name: getattr(one, names.get(name, name)) for name in STRETCHES} for one in store.stretches()]
    return _rows(found, STRETCHES)


def moves(store: Movements) -> Iterator[pa.Table]:
    """Who entered and left, oldest first, as `MOVES`."""
    numbers, named = store.customers()
    place = np.full(int(numbers.max(initial=0)) + 1, -1)
    place[numbers], keys = np.arange(len(numbers)), pa.array(named, _TEXT)
    for block in store.blocks():
        there = place[np.where(block.customer < len(place), block.customer, NOBODY)]
        whose = keys.take(pa.array(there, mask=there < 0))
        columns = [pa.array(block.stretch), whose, pa.array(block.entered == 1), pa.array(block.at).cast(MOMENT)]
        yield pa.table(columns, schema=schema(MOVES))


class _Numbered(Protocol):
    @property
    def id(self) -> int | None: ...


Item = TypeVar("Item", bound=_Numbered)
_PAGE: Final = 1_000


def _pages(page: Callable[[int, int | None], list[Item]]) -> Iterator[Item]:
    before: int | None = None
    while found := page(_PAGE, before):
        yield from found
        before = found[-1].id


def _of(item: object, columns: Columns) -> dict[str, Any]:
    return {name: getattr(item, name) for name in columns}


def _rows(found: list[dict[str, Any]], columns: Columns) -> pa.Table:
    plain = pa.schema([pa.field(name, pa.int64() if kind == MOMENT else kind) for name, (kind, _) in columns.items()])
    return pa.Table.from_pylist(found, plain).cast(schema(columns))
