"""The live loop: one thread that applies what comes into the log, moves the clock, and tells what has changed."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import Final, Protocol, TypeVar

import pyarrow as pa
from prometheus_client import CollectorRegistry

from hundredfold.errors import LogError
from hundredfold.live.engine import Engine
from hundredfold.live.following import Cuts, Feed, Following, Keeping, Models
from hundredfold.live.metrics import Metrics
from hundredfold.live.stoppable import Stoppable
from hundredfold.live.turns import Turns
from hundredfold.log.stored import Positions
from hundredfold.said import said
from hundredfold.words.calendar import MINUTE, SECOND

FLUSH_SECONDS: Final = 0.1
"""While messages keep coming, changes are told this often."""
WAIT_SECONDS: Final = 0.25
"""How long the loop sleeps at most: the clock moves without messages, too."""
CHUNK_SECONDS: Final = 0.05
"""How long others wait for the engine while a flood is applied; chunks are sized by it."""
LEAST_ROWS: Final = 1_000
MOST_ROWS: Final = 50_000
TRY_AGAIN_SECONDS: Final = 1.0

Answer = TypeVar("Answer")


class Unreadable(LogError):
    """The log could not be read just now; the state is whole."""


class Logbook(Protocol):
    """Where faults are written: their kinds and places, never what they say, which may quote a message."""

    def error(self, event: str, **fields: object) -> object:
        """Writes a line."""


class Live(Stoppable):
    """Drives an engine. `start` begins; `ask` is for whoever else wants to use the engine meanwhile.

    `keep` is called with the engine after every `keep_after` messages, when nothing else is to be done if possible: the
    place to write a snapshot. `fault` turns an error into fields for the logbook. `keeping` makes what keeps the
    members of segments.
    """

    def __init__(
        self,
        engine: Engine,
        feed: Feed,
        *,
        logbook: Logbook,
        fault: Callable[[BaseException], dict[str, str]],
        cuts: Cuts = dict,
        models: Models = dict,
        keeping: Keeping | None = None,
        turns: Turns | None = None,
        keep: Callable[[Engine], None] | None = None,
        keep_after: int = 500_000,
        registry: CollectorRegistry | None = None,
    ) -> None:
        super().__init__("live")
        self._turns = turns or Turns()
        self._feed, self._logbook, self._fault = feed, logbook, fault
        self._follow = partial(Following, feed=feed, cuts=cuts, models=models, keeping=keeping)
        self._keep, self._keep_after, self._since_kept = keep, keep_after, 0
        self.metrics = Metrics(registry or CollectorRegistry())
        self._rows, self._flushed, self._more = LEAST_ROWS, 0.0, True
        self._caught_up, self._pause, self._failed, self._trouble = False, 0.0, "", ""
        with self._turns:
            self._engine, self._following = engine, self._follow(engine)

    # --- for everybody -----------------------------------------------------------------------------------------------

    def stop(self) -> None:
        """Ends behind the chunk that is just being applied; what it changed is still told."""
        super().stop()
        with self._turns:
            while not self._failed and self._following.open and self._following.waiting:
                self._following.flush()

    def ask(self, question: Callable[[Engine], Answer], *, fresh: bool = False, told: bool = False) -> Answer:
        """Answers a question about the engine's state, in the thread that asks; nobody else uses the engine meanwhile.

        With `fresh` everything that the log holds is applied before; with `told` whatever the state holds has been told
        to the feed before, so that what is read and what the feed tells from here on fit together.
        """
        with self._turns:
            if fresh:
                self._engine.catch_up()
                self._following.tick()
            while told and self._following.waiting:
                self._following.flush()
            return question(self._engine)

    def successor(self, engine: Engine) -> Callable[[], None]:
        """Makes ready to go on with another engine, since definitions or tables have changed; the result does it.

        Everybody is read before, while this one still answers, so that the feed goes on at once. Its readers must begin
        anew.
        """
        following = self._follow(engine)
        following.fill()

        def take_over() -> None:
            with self._turns:
                self._engine, self._following = engine, following
                self._caught_up = False
                following.tick()
                while following.waiting:  # who has sent something, or was moved by the clock, since everybody was read
                    following.flush()
                following.begin()

        return take_over

    @property
    def following(self) -> Following:
        """The current values behind the engine; use them within `ask`."""
        return self._following

    @property
    def positions(self) -> Positions:
        """How far it is."""
        return dict(self._engine.positions)

    def waiting(self) -> int:
        """How many messages the log holds that are not counted yet."""
        here, end = self._engine.positions, self._engine.log.end()
        return sum(max(0, offset - here.get(partition, 0)) for partition, offset in end.items())

    def not_ready(self) -> list[str]:
        """What is in the way of right answers, as sentences."""
        if self._failed or self._trouble:
            return [self._failed or self._trouble]
        return [] if self._caught_up else [said("the live side is catching up with the log")]

    def not_alive(self) -> list[str]:
        """What will not go away by itself, as sentences."""
        return [self._failed] if self._failed else []

    # --- the loop ----------------------------------------------------------------------------------------------------

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                self.turn(WAIT_SECONDS)
                self._trouble = ""
                self._stop.wait(self._pause)
            except Unreadable as error:  # what could not be read was not applied, so the state is whole
                self._trouble = said("the live side cannot read the log")
                self._note("log", error.__cause__ or error)
                self._stop.wait(TRY_AGAIN_SECONDS)
            except Exception as error:  # noqa: BLE001 - the state may be half changed: nothing may be told of it
                self._failed = said("the live side has stopped. Restart it: the state is made anew from the log")
                self._note("state", error)
                return

    def turn(self, wait: float = 0.0) -> int:
        """One round: waits at most so many seconds for messages, applies them, tells; returns how many there were.

        Raises Unreadable when the log cannot be read; any other error leaves a state that must not be used.
        """
        engine, done = self._engine, 0
        positions, end = dict(engine.positions), engine.log.end()
        try:
            chunk = self._next_chunk(engine, positions, 0 if self._more else wait)
        except Unreadable:
            with self._turns:
                self._move_clock()  # windows end, whatever the log does
            self._tell(busy=False)
            raise
        start = time.perf_counter()
        with self._turns:
            # Whoever asked meanwhile may have applied some of it; then it is read again.
            if chunk is not None and engine is self._engine and positions == engine.positions:
                self._apply(chunk)
                done = chunk.num_rows
            else:
                self._move_clock()
        busy = engine.log.wait(engine.positions, 0)
        self._caught_up = all(offset <= engine.positions.get(partition, 0) for partition, offset in end.items())
        self._tell(busy=busy)
        self._keep_now_and_then(busy=busy)
        # A chunk of few messages costs hardly less than one of many: the longer a flood of small groups lasts, the
        # longer it gathers, as long as changes are told in time all the same.
        gather = busy and self._caught_up and not self._more
        self._pause = min(FLUSH_SECONDS, max(2 * self._pause, (time.perf_counter() - start) / 4)) if gather else 0.0
        return done

    def _next_chunk(self, engine: Engine, positions: dict[int, int], wait: float) -> pa.Table | None:
        try:
            if not engine.log.wait(positions, min(wait, self._until_next_minute())):
                return None
            return next(engine.log.read(positions, limit_rows=self._rows), None)
        except LogError as error:
            raise Unreadable from error

    def _until_next_minute(self) -> float:
        return (MINUTE - self._engine.now() % MINUTE) / SECOND

    def _move_clock(self) -> None:
        self._engine.advance(self._engine.now())
        self._following.tick()

    def _apply(self, table: pa.Table) -> None:
        start = time.perf_counter()
        # Messages are stamped before they are stored, so with the clock moved first none of them lies in the future.
        self._engine.advance(self._engine.now())
        self._engine.apply(table)
        self._following.tick()  # behind them: whom a message has touched the clock alone does not move
        took, rows = time.perf_counter() - start, table.num_rows
        if rows >= self._rows // 2:
            fitting = min(rows * CHUNK_SECONDS / took, 2 * self._rows)
            self._rows = int(min(max(fitting, LEAST_ROWS), MOST_ROWS))
        self._since_kept += rows
        self.metrics.messages.inc(rows)
        self.metrics.lag_seconds.set(max(0.0, (self._engine.now() - table["received"][-1].as_py()) / SECOND))

    def _tell(self, *, busy: bool) -> None:
        """Tells changes: at once when there is nothing else to do, else now and then."""
        if busy and time.monotonic() - self._flushed < FLUSH_SECONDS:
            return
        with self._turns:
            start = time.perf_counter()
            if self._following.waiting and (self._following.open or not busy):
                self.metrics.customers.observe(self._following.flush())
                self.metrics.flush_seconds.observe(time.perf_counter() - start)
            self._more = self._following.waiting
        self._flushed = time.monotonic()
        self._measure(busy)

    def _measure(self, busy: bool) -> None:
        self.metrics.lag_messages.set(self.waiting())
        if not busy:
            self.metrics.lag_seconds.set(0)
        self.metrics.refolded.set(self._engine.refolded)
        self.metrics.open.set(self._following.open)
        self.metrics.readers.set(self._feed.readers)
        self.metrics.resets.set(self._feed.resets)

    def _keep_now_and_then(self, *, busy: bool) -> None:
        due = self._since_kept >= self._keep_after * (4 if busy else 1)
        if self._keep is None or not due:
            return
        self._since_kept = 0
        try:
            with self._turns:
                self._keep(self._engine)
        except Exception as error:  # noqa: BLE001 - without a snapshot the next start takes longer, and that is all
            self._note("snapshot", error)

    def _note(self, stage: str, error: BaseException) -> None:
        self.metrics.faults.labels(stage).inc()
        self._logbook.error(f"live {stage} failed", **self._fault(error))
