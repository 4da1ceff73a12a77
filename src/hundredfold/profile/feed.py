"""The feed: what has changed, customer by customer, for any number of readers who may lag, leave and come back.

Changes are kept as they come, in columns, and become records only for whoever reads them. The feed holds the newest
ones; a reader whose place is no longer held gets a `reset` record, reads what he needs anew, and goes on from now.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator, Iterator, Mapping
from threading import Condition, Lock
from typing import Any, Final

from hundredfold.definition.model import Aggregate, Trait
from hundredfold.live.changes import Changes
from hundredfold.live.moves import Moved
from hundredfold.profile.records import Batch, Content, Members, News, Record, Values, Wish
from hundredfold.words.calendar import iso

KEPT: Final = 1_000_000
"""Changed values that the feed holds; older ones are let go."""
_READY: Final = 64
"""Of so many batches the records that were made are kept."""
_COUNTS: Final = ("count", "distinct")


class Feed:
    """The newest changes, and their readers.

    `boot` names this run of the feed: sequence numbers begin again with every start, and a number of another run means
    nothing. `kept` is how many changed values are held.
    """

    def __init__(self, boot: str, *, kept: int = KEPT) -> None:
        self.boot, self._kept = boot, kept
        self._batches: deque[Batch] = deque()
        self._size, self._next = 0, 1
        self._forgotten: dict[int, int] = {}
        """The positions of the newest batch that is no longer held, or of the start."""
        self._changed = Condition(Lock())
        self._bells: dict[asyncio.AbstractEventLoop, _Bell] = {}
        self._names: tuple[Any, frozenset[str], frozenset[str]] = (None, frozenset(), frozenset())
        self._last: Record = {"position": {}, "at": None}
        self._restarted: tuple[int, Record] = (0, self._last)
        """The sequence number of the first record behind the last restart, and where that stood."""
        self.readers, self.resets = 0, 0
        self.closed = False

    # --- the engine's side -------------------------------------------------------------------------------------------

    def publish(self, changes: Changes, at: int, positions: Mapping[int, int]) -> None:
        """Adds what has changed for some customers."""
        if self._names[0] is not changes.plan:
            attributes = changes.plan.definitions.attributes.items()
            counts = frozenset(n for n, a in attributes if isinstance(a, Aggregate) and a.aggregate in _COUNTS)
            self._names = changes.plan, counts, frozenset(n for n, a in attributes if isinstance(a, Trait))
        self._add(Values(changes, *self._names[1:]), at, positions)

    def moved(self, moved: Moved, at: int, positions: Mapping[int, int]) -> None:
        """Adds who has come into segments and left them."""
        self._add(Members(moved), at, positions)

    def turn(self, day: str, zone: str | None, at: int, positions: Mapping[int, int]) -> None:
        """Adds that a day has begun, and that everybody's values are those of the new day."""
        news = {"day": day} if zone is None else {"day": day, "zone": zone}
        self._add(News(news), at, positions)

    def restart(self, at: int, positions: Mapping[int, int]) -> None:
        """Lets go of everything: whoever reads must begin anew, and hears then what was told since."""
        with self._changed:
            self._batches.clear()
            self._size = 0
            self._next += 1  # so that nobody's place is held
            self._last, self._forgotten = _head(at, positions), dict(positions)
            self._restarted = self._next, self._last
            self._ring()

    def close(self) -> None:
        """Ends the iteration of every reader."""
        with self._changed:
            self.closed = True
            self._ring()

    def _add(self, content: Content, at: int, positions: Mapping[int, int]) -> None:
        with self._changed:
            batch = Batch(self._next, _head(at, positions), content)
            self._batches.append(batch)
            self._next += len(batch)
            self._size += batch.size
            self._last = batch.head
            if len(self._batches) > _READY:
                self._batches[-_READY - 1].ready = None
            while self._size > self._kept and len(self._batches) > 1:
                oldest = self._batches.popleft()
                self._size -= oldest.size
                self._forgotten = {int(p): offset for p, offset in oldest.head["position"].items()}
            self._ring()

    def _ring(self) -> None:
        self._changed.notify_all()
        for loop, bell in list(self._bells.items()):
            try:
                bell.ring(loop)
            except RuntimeError:  # the loop is closed, and its readers with it
                del self._bells[loop]

    # --- the readers' side -------------------------------------------------------------------------------------------

    @property
    def sequence(self) -> int:
        """The number of the newest record; 0 before the first."""
        with self._changed:
            return self._next - 1

    def subscribe(self, after: int | Mapping[int, int] | None = None, wish: Wish | None = None) -> FeedReader:
        """A reader of the records behind a sequence number, or behind positions of the log; None: from now on.

        Behind positions, records of exactly these positions are told (again), too.
        """
        with self._changed:
            self.readers += 1
            return FeedReader(self, self._place(after), wish or Wish())

    def told(self, partition: int, offset: int, wish: Wish) -> Record | None:
        """The first record of what is wished that came with a message of the log, or behind it; None: not held."""
        with self._changed:
            if self._forgotten.get(partition, 0) > offset:
                return None
            batches = [
                one
                for one in self._batches
                if isinstance(one.content, Values) and _stands(one.head, partition) > offset
            ]
        records = (record for batch in batches for _, record in batch.records(0, wish) if record is not None)
        return next(records, None)

    def _place(self, after: int | Mapping[int, int] | None) -> int:
        """The sequence number to go on with; 0, which is never held, for a place that is not held."""
        if after is None:
            return self._next
        if isinstance(after, int):
            return after + 1 if self._oldest() - 1 <= after < self._next else 0
        if _beyond(self._forgotten, after):
            return 0
        for batch in self._batches:
            if not _beyond(after, batch.head["position"]):
                return batch.first
        return self._next

    def _oldest(self) -> int:
        return self._batches[0].first if self._batches else self._next

    def _look(self, place: int) -> Batch | Record | None:
        """The batch that holds a sequence number; None at the end; a reset record for a place that is not held."""
        with self._changed:
            if place == self._next:
                return None
            if not self._oldest() <= place < self._next:
                self.resets += 1
                restarted, head = self._restarted
                if 0 < place < restarted and self._oldest() <= restarted:
                    return {**head, "sequence": restarted - 1, "reset": True}
                return {**self._last, "sequence": self._next - 1, "reset": True}
            # The newest ones are asked for most.
            return next(batch for batch in reversed(self._batches) if batch.first <= place)

    def _wait(self, place: int, timeout: float | None) -> bool:
        with self._changed:
            self._changed.wait_for(lambda: self.closed or place != self._next, timeout)
            return not self.closed

    def _left(self) -> None:
        with self._changed:
            self.readers -= 1

    def _bell(self) -> _Bell:
        loop = asyncio.get_running_loop()
        with self._changed:
            return self._bells.setdefault(loop, _Bell())


class FeedReader:
    """One reader's place in the feed: an iterator, in threads or in asyncio, that ends when the feed is closed."""

    def __init__(self, feed: Feed, place: int, wish: Wish) -> None:
        self._feed, self._place, self._wish = feed, place, wish
        self._records: Iterator[tuple[int, Record | None]] = iter(())
        self._batch: Batch | None = None
        self._there = True

    @property
    def place(self) -> int:
        """The sequence number behind which this reader goes on."""
        return self._place - 1

    def take(self) -> Record | None:
        """The next record that is there already; None when there is none yet."""
        while True:
            for place, record in self._records:
                assert self._batch is not None
                self._place = self._batch.first + place + 1
                if record is not None:
                    return record
            if self._batch is not None:
                self._place, self._batch = self._batch.first + len(self._batch), None
            found = self._feed._look(self._place)
            if found is None:
                return None
            if isinstance(found, dict):
                self._place = found["sequence"] + 1
                return found
            self._batch = found
            self._records = found.records(self._place - found.first, self._wish)

    def wait(self, timeout: float | None = None) -> Record | None:
        """The next record, as soon as there is one; None when there is none in time, or when the feed is closed."""
        until = None if timeout is None else time.monotonic() + timeout
        while (record := self.take()) is None:
            left = None if until is None else until - time.monotonic()
            if (left is not None and left <= 0) or not self._feed._wait(self._place, left):
                return None
        return record

    async def next(self, timeout: float | None = None) -> Record | None:
        """As `wait`, without holding up the event loop."""
        bell = self._feed._bell()
        until = None if timeout is None else time.monotonic() + timeout
        while True:
            rung = bell.heard()  # before looking, so that nothing is missed in between
            record = self.take()
            left = None if until is None else until - time.monotonic()
            if record is not None or self._feed.closed or (left is not None and left <= 0):
                return record
            await asyncio.wait([rung], timeout=left)

    def __iter__(self) -> Iterator[Record]:
        while (record := self.wait()) is not None:
            yield record

    async def __aiter__(self) -> AsyncIterator[Record]:
        while (record := await self.next()) is not None:
            yield record

    def close(self) -> None:
        """Leaves."""
        if self._there:
            self._there = False
            self._feed._left()

    def __enter__(self) -> FeedReader:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class _Bell:
    """Wakes all readers of one event loop with one call, however many they are."""

    def __init__(self) -> None:
        self._next: asyncio.Future[None] | None = None
        self._ringing = False

    def heard(self) -> asyncio.Future[None]:
        """Done when the bell rings next."""
        if self._next is None:
            self._next = asyncio.get_running_loop().create_future()
        return self._next

    def ring(self, loop: asyncio.AbstractEventLoop) -> None:
        """Rings, from any thread."""
        if not self._ringing:
            self._ringing = True
            loop.call_soon_threadsafe(self._rung)

    def _rung(self) -> None:
        self._ringing = False
        if self._next is not None:
            self._next.set_result(None)
            self._next = None


def _head(at: int, positions: Mapping[int, int]) -> Record:
    return {"position": {str(p): offset for p, offset in sorted(positions.items())}, "at": iso(at)}


def _beyond(one: Mapping[int, int] | Mapping[str, int], other: Mapping[int, int] | Mapping[str, int]) -> bool:
    """Whether some partition stands further in the one vector than in the other."""
    theirs = {int(p): offset for p, offset in other.items()}
    return any(offset > theirs.get(int(p), 0) for p, offset in one.items())


def _stands(head: Record, partition: int) -> int:
    """How far a partition was counted when some records were told."""
    found: int = head["position"].get(str(partition), 0)
    return found
