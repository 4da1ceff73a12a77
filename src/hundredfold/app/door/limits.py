"""How much the door takes in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from hundredfold.ingest.message import MAX_EVENT_BYTES

KIB: Final = 1024
MIB: Final = 1024 * KIB
TROUBLE: Final = 10 * 1_000_000
"""So long, in microseconds, a failure of the log makes the server not ready."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Sizes in bytes, after unpacking. Browser keys have Segment's limit for a batch, server keys RudderStack's."""

    event_bytes: int = MAX_EVENT_BYTES
    batch_bytes: int = 500 * KIB
    server_batch_bytes: int = 4 * MIB
    batch_events: int = 2_500
    waiting_bytes: int = 64 * MIB
    """Bodies being read and messages not yet durable, all senders together; above it the answer is 429."""
    retry_after: int = 1
    """Seconds that a refused sender is asked to wait."""
    body_seconds: float = 30.0
    """A body must have arrived after this time."""


class Backlog:
    """How many bytes wait for the log, and whether the log takes them. For one thread."""

    def __init__(self, limit: int) -> None:
        self.limit, self.waiting = limit, 0
        self._trouble, self._until = "", 0

    def take(self, size: int) -> bool:
        """Makes room for so many bytes; False when there is none."""
        if self.waiting + size > self.limit:
            return False
        self.waiting += size
        return True

    def give(self, size: int) -> None:
        """Gives room back."""
        self.waiting -= size

    def failed(self, trouble: str, now: int) -> None:
        """Notes that the log did not take messages; `now` is microseconds UTC."""
        self._trouble, self._until = trouble, now + TROUBLE

    def stored(self) -> None:
        """Notes that the log took messages."""
        self._until = 0

    def trouble(self, now: int) -> list[str]:
        """What was wrong lately. It is forgotten in time: a server that is sent nothing could never show it is well."""
        return [self._trouble] if now < self._until else []
