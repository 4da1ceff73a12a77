"""The process that works beside a server: takes a task from standard input, says on standard output how it goes."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from threading import Thread
from typing import Any, Final

NICE: Final = 10
"""How far it stands back for the server."""
EVERY: Final = 0.5
"""Seconds between two words on how far it is."""


def main() -> None:
    """Does one task."""
    os.nice(NICE)  # before anything is imported that starts threads: they inherit it
    told = json.loads(sys.stdin.buffer.readline())
    Thread(target=_end_with_the_server, daemon=True).start()
    # What libraries print is not for the server.
    out = os.dup(sys.stdout.fileno())
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())

    def say(**said: Any) -> None:
        os.write(out, json.dumps(said).encode() + b"\n")

    from hundredfold.app.door.logbook import fault
    from hundredfold.errors import HundredfoldError
    from hundredfold.said import kept, said

    try:
        say(result=_task(told.pop("task"))(told, _Progress(say)))
    except HundredfoldError as error:
        say(error=kept(str(error)))
    except BaseException as error:  # noqa: BLE001 - its text may quote a message: only its kind and place are told
        found = fault(error)
        say(
            error=kept(
                said(
                    "the work beside the server failed: {error} at {place}. Nothing of it counts.",
                    error=found["error"],
                    place=found["place"],
                )
            )
        )


def _task(name: str) -> Callable[[dict[str, Any], Callable[[int, int], None]], dict[str, Any]]:
    if name == "batch":
        from hundredfold.app.batching import batch_beside

        return batch_beside
    if name == "fill":
        from hundredfold.app.filling import fill_beside

        return fill_beside
    if name == "backup":
        from hundredfold.app.backup.writing import written

        return written
    if name == "publish":
        from hundredfold.app.publishing import publish_beside

        return publish_beside
    raise ValueError(name)


def _end_with_the_server() -> None:
    """Waits for standard input to be closed, which nobody writes to any more; then nobody waits for the result."""
    while os.read(0, 1):
        pass
    os._exit(1)


class _Progress:
    """Says now and then how far it is."""

    def __init__(self, say: Callable[..., None]) -> None:
        self._say, self._told = say, 0.0

    def __call__(self, done: int, of: int) -> None:
        if time.monotonic() - self._told >= EVERY:
            self._told = time.monotonic()
            self._say(done=done, of=of)


if __name__ == "__main__":
    main()
