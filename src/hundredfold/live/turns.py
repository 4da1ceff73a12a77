"""Whose turn it is with the engine: a lock that is handed on in the order in which it was asked for."""

from __future__ import annotations

from collections import deque
from threading import Lock, get_ident


class Turns:
    """A lock for the engine, first come, first served; who holds it may take it again.

    A plain lock lets a busy loop, which takes it again at once, starve everybody who waits.
    """

    def __init__(self) -> None:
        self._own = Lock()
        self._waiting: deque[Lock] = deque()
        self._holder: int | None = None
        self._depth = 0

    def __enter__(self) -> None:
        me = get_ident()
        if self._holder == me:
            self._depth += 1
            return
        with self._own:
            if self._depth == 0:
                self._depth, self._holder = 1, me
                return
            turn = Lock()
            turn.acquire()
            self._waiting.append(turn)
        turn.acquire()  # whoever lets go hands it on without ever setting it free
        self._holder = me

    def __exit__(self, *_: object) -> None:
        if self._depth > 1:
            self._depth -= 1
            return
        with self._own:
            self._holder = None
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._depth = 0

    @property
    def wanted(self) -> bool:
        """Whether somebody waits for a turn."""
        return bool(self._waiting)
