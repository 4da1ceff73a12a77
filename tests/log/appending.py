"""A process that appends numbered messages and prints each number once the log acknowledged it; made to be killed.

    python appending.py FOLDER FIRST [--acknowledge-first]

`--acknowledge-first` is the planted fault: it says that a message is stored before it is.
"""

from __future__ import annotations

import sys
import threading
from itertools import count
from pathlib import Path

from tests.log.messages import entry

from hundredfold.log.embedded import EmbeddedLog


def main(folder, first, acknowledge_first):
    log = EmbeddedLog(Path(folder), partitions=2, reserve_bytes=0, segment_bytes=20_000)
    printing = threading.Lock()
    print("ready", flush=True)

    def write(writer):
        for turn in count():
            number = (first + turn) * 2 + writer
            message = entry(number, key=f"u:w{writer}")
            if not acknowledge_first:
                log.append([message])
            with printing:
                sys.stdout.write(f"{number}\n")
                sys.stdout.flush()
            if acknowledge_first:
                log.append([message])

    threads = [threading.Thread(target=write, args=(writer,), daemon=True) for writer in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), "--acknowledge-first" in sys.argv)
