"""A process that appends numbered messages and tells of each number once the log acknowledged it; made to be killed."""

from __future__ import annotations

import threading
from itertools import count
from multiprocessing.connection import Connection
from pathlib import Path

from tests.log.messages import entry

from hundredfold.log.embedded import EmbeddedLog


def append_numbers(folder: Path, first: int, told: Connection, acknowledge_first: bool) -> None:
    """Appends until it is killed. `acknowledge_first`, the planted fault: a message is told of before it is stored."""
    log = EmbeddedLog(folder, partitions=2, reserve_bytes=0, segment_bytes=20_000)
    telling = threading.Lock()
    told.send_bytes(b"ready")

    def write(writer: int) -> None:
        for turn in count():
            number = (first + turn) * 2 + writer
            message = entry(number, key=f"u:w{writer}")
            if not acknowledge_first:
                log.append([message])
            with telling:
                told.send_bytes(b"%d" % number)
            if acknowledge_first:
                log.append([message])

    threads = [threading.Thread(target=write, args=(writer,), daemon=True) for writer in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
