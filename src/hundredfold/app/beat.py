"""A thread that does something again and again, until it is told to stop."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event, Thread

from hundredfold.live.loop import Logbook


class Beat:
    """Calls `turn` with so many seconds in between. An error goes to the logbook; the next turn comes."""

    def __init__(
        self,
        name: str,
        turn: Callable[[], object],
        *,
        seconds: float,
        logbook: Logbook,
        fault: Callable[[BaseException], dict[str, str]],
    ) -> None:
        self._name, self._turn, self._seconds, self._logbook, self._fault = name, turn, seconds, logbook, fault
        self._stop, self._thread = Event(), Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Begins."""
        self._thread.start()

    def stop(self) -> None:
        """Ends behind the turn that is just being done."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while not self._stop.wait(self._seconds):
            try:
                self._turn()
            except Exception as error:  # noqa: BLE001 - it must be seen, and must stop nothing
                self._logbook.error(f"{self._name} failed", **self._fault(error))
