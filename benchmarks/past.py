"""A workspace with the workload behind it: its history, and a log that begins where the history ends.

It is as if every message had come in through the tracking API and a batch had moved them all; only no state was ever
made of them. Made once and kept (`HF_BENCH_FOLDER` says where); a benchmark runs on a copy of its own.

    nice python -m benchmarks.past EVENTS CUSTOMERS [ATTRIBUTES]    makes one and prints where it is
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields, replace
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir
from typing import Final

import numpy as np
import pyarrow as pa

from benchmarks import stored
from benchmarks.definitions import SMALL, document
from benchmarks.files import sent_ids
from benchmarks.shop import Shop
from benchmarks.workload import ENDS, Columns, Ints, Workload, mixed
from hundredfold.app.workspace import Workspace
from hundredfold.attribute.typed import typed
from hundredfold.live.setup import Setup, compiled
from hundredfold.log.disk import Disk
from hundredfold.log.history import History
from hundredfold.log.partition import partitions_of
from hundredfold.log.segment import Segment

_TABLE: Final = 200_000
"""Messages that are made at once."""
_DOCUMENTS: Final = {10: document(SMALL), 200: document()}
_LATER: Final = 1 << 40
"""What the numbers of later events begin with: their message ids are none of the workload's."""


def past(events: int, customers: int, attributes: int = 200) -> Path:
    """The folder of the workspace, with 10 or 200 attributes; leave it as it is, and take `copied` to work with."""
    workload = Workload(events, customers)
    above = Path(os.environ.get("HF_BENCH_FOLDER") or gettempdir())
    name = f"hundredfold-past-{events}-{customers}-{attributes}-{workload.seed}"
    if not (above / name).exists():
        unfinished = above / f"{name}.unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        Shop.made(unfinished, _DOCUMENTS[attributes])
        fill(Workspace.open(unfinished), workload)
        unfinished.rename(above / name)
    return above / name


@contextmanager
def copied(events: int, customers: int, attributes: int = 200) -> Iterator[Shop]:
    """A shop on a copy of such a workspace, at the workload's end.

    The files of the history, which never change, are linked. The server is ended and the copy deleted with the block.
    """
    origin = past(events, customers, attributes)
    with TemporaryDirectory(prefix="hundredfold-bench-", dir=origin.parent) as place:
        folder = Path(place) / "shop"
        shutil.copytree(origin, folder, ignore=shutil.ignore_patterns("history"))
        workspace = Workspace.open(folder)
        kept = workspace.history_folder
        shutil.copytree(origin / kept.relative_to(folder), kept, copy_function=os.link)
        workspace.set_clock(ENDS)
        with Shop(folder).running() as shop:
            yield shop


def later(events: int, customers: int, first: int = 0) -> Columns:
    """Events of the same customers that come behind the workload, from a number on: a millisecond apart, to its end."""
    columns = Workload(events, customers, seed=21).in_order_of_time()
    time = ENDS - 1000 * np.arange(events, 0, -1)
    return replace(columns, number=columns.number + _LATER + first, time=time)


def fill(workspace: Workspace, workload: Workload) -> None:
    """Puts the workload's messages into the history of a workspace that has none, and the log's start behind them."""
    parts = [workload.bucket(number) for number in range(workload.buckets)]
    keys = sent_ids(np.arange(workload.customers))
    history = History(workspace.history_folder)
    partition_of = partitions_of(keys, workspace.settings.partitions)
    bucket_of = partitions_of(keys, history.buckets)
    offsets, ends = _offsets(parts, partition_of, workspace.settings.partitions)
    made_ready = compiled(Setup(workspace.in_force().definitions, workspace.zone, workspace.settings.currency))

    def rows(events: Columns, offset: Ints) -> pa.Table:
        messages = stored.table(events, partition_of[events.customer], offset)
        return typed(messages, made_ready.decoder, made_ready.pool)

    def tables() -> Iterator[pa.Table]:
        for bucket in range(history.buckets):
            chosen = [bucket_of[part.customer] == bucket for part in parts]
            own = _joined([part.take(rows) for part, rows in zip(parts, chosen, strict=True)])
            place = np.concatenate([offset[rows] for offset, rows in zip(offsets, chosen, strict=True)])
            order = np.lexsort((mixed(own.number), own.time, own.customer))  # as History sorts: nothing is left to do
            own, place = own.take(order), place[order]
            pieces = [slice(first, first + _TABLE) for first in range(0, len(own), _TABLE)]
            if pieces:
                yield pa.concat_tables([rows(own.take(piece), place[piece]) for piece in pieces])

    history.append(tables(), dict(enumerate(ends.tolist())))
    shutil.rmtree(workspace.log_folder, ignore_errors=True)
    workspace.log_folder.mkdir(parents=True)
    _, file = Segment.create(workspace.log_folder, 0, ends, Disk())
    os.close(file)


def _offsets(parts: list[Columns], partition_of: Ints, partitions: int) -> tuple[list[Ints], Ints]:
    """Each event's offset, as the parts have them, in order of time within its partition; and the partitions' ends."""
    partition = np.concatenate([partition_of[part.customer] for part in parts])
    time = np.concatenate([part.time for part in parts])
    offset = np.empty(len(time), np.int32)
    ends = np.bincount(partition, minlength=partitions)
    for number in range(partitions):
        rows = np.flatnonzero(partition == number)
        offset[rows[np.argsort(time[rows], kind="stable")]] = np.arange(len(rows), dtype=np.int32)
    return np.split(offset, np.cumsum([len(part) for part in parts])[:-1]), ends


def _joined(parts: list[Columns]) -> Columns:
    return Columns(*(np.concatenate([getattr(part, one.name) for part in parts]) for one in fields(Columns)))


if __name__ == "__main__":
    print(past(*map(int, sys.argv[1:])))
