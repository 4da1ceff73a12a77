"""A thread that does something again and again, until it is told to stop."""

from __future__ import annotations

from collections.abc import Callable

from hundredfold.live.loop import Logbook
from hundredfold.live.stoppable import Stoppable


class Beat(Stoppable):
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
        super().__init__(name)
        self._name, self._turn, self._seconds, self._logbook, self._fault = name, turn, seconds, logbook, fault

    def _run(self) -> None:
        while not self._stop.wait(self._seconds):
            try:
                self._turn()
            except Exception as error:  # noqa: BLE001 - it must be seen, and must stop nothing
                self._logbook.error(f"{self._name} failed", **self._fault(error))
