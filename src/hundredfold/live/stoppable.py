"""What goes on in a thread of its own until it is told to stop."""

from __future__ import annotations

from abc import ABC, abstractmethod
from threading import Event, Thread


class Stoppable(ABC):
    """Does `_run` in a thread, from `start` to `stop`. `_run` rests with `_stop.wait`, and ends once `_stop` is set.

    The thread is named for whoever looks at the process; it ends with the process in any case.
    """

    def __init__(self, name: str) -> None:
        self._stop, self._thread = Event(), Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Begins."""
        self._thread.start()

    def stop(self) -> None:
        """Ends behind what is just being done; does nothing where it has ended, or was never begun."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()

    @abstractmethod
    def _run(self) -> None:
        """What is done until it is told to stop."""
