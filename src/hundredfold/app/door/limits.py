"""How much the door takes in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from hundredfold.ingest.message import MAX_EVENT_BYTES
from hundredfold.words.calendar import SECOND

KIB: Final = 1024
MIB: Final = 1024 * KIB
TROUBLE: Final = 10 * SECOND
"""So long, in microseconds, a failure of the log makes the server not ready."""
LONGEST_WAIT: Final = 60 * SECOND
"""Nobody is asked to wait longer than this, in microseconds."""


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
    rate: Rate | None = None
    """What one write key may send; None is without limit."""


@dataclass(frozen=True, slots=True)
class Rate:
    """How many events a second one write key may send, and how many at once after a quiet time."""

    events: int
    burst: int


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


@dataclass(slots=True)
class _Account:
    """What a key may send still, in events, as of a time; and until when those who were refused have been put off."""

    credit: float
    at: int
    put_off: int = 0


class Rates:
    """Keeps each write key to its rate: a bucket of tokens for each. For one thread; `now` is microseconds UTC.

    Who still has credit is let in with all that he brings, so that a batch larger than the burst gets through: the
    account is overdrawn then. Those who are refused are put off one behind the other. Were all asked to come back at
    the same time, all but a few would be refused again, and clients give up after ten times.
    """

    def __init__(self, rate: Rate | None) -> None:
        self._rate = rate
        self._accounts: dict[str, _Account] = {}

    def wait(self, key: str, events: int, now: int) -> int:
        """Lets so many events in and gives 0, or gives the whole seconds after which to send them again."""
        if self._rate is None:
            return 0
        account = self._accounts.setdefault(key, _Account(self._rate.burst, now))
        earned = max(0, now - account.at) * self._rate.events / SECOND
        account.credit, account.at = min(self._rate.burst, account.credit + earned), now
        if account.credit > 0:
            account.credit -= events
            return 0
        free = now + int((1 - account.credit) * SECOND / self._rate.events)
        turn = min(max(free, account.put_off), now + LONGEST_WAIT)
        account.put_off = turn + events * SECOND // self._rate.events
        return max(1, -(-(turn - now) // SECOND))
