"""A replay of the past through the HTTP API: a clock that is led along, and messages posted when their time comes."""

from __future__ import annotations

import http.client
import time
from base64 import b64encode
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import tzinfo
from decimal import Decimal
from typing import Any, Final
from urllib.parse import quote, urlsplit

from hundredfold.app.documents import Document, decimal, json_text, read_json
from hundredfold.errors import HundredfoldError
from hundredfold.words.amount import millionths
from hundredfold.words.calendar import HOUR, day_start, iso, local_day, parse_time

LIVELY: Final = 4
"""So many orders on one day make a customer worth watching; more would only make the table longer."""
AT_ONCE: Final = 100
"""Messages of one request at most: how a client's queue would send them."""

Message = dict[str, Any]


class ReplayClock:
    """A clock that can be held at an instant and run on from it at real speed; all in microseconds UTC."""

    def __init__(self, instant: int, real_now: Callable[[], int]) -> None:
        self._real_now = real_now
        self._instant, self._since = instant, real_now()
        self._held = False

    def __call__(self) -> int:
        """The time."""
        return self._instant + (0 if self._held else self._real_now() - self._since)

    @property
    def offset(self) -> int:
        """How far it is from the real clock while it runs."""
        return self._instant - self._since

    def hold(self, instant: int) -> None:
        """Stands still at an instant."""
        self._instant, self._held = instant, True

    def run(self) -> None:
        """Runs on from where it stands."""
        self._since, self._held = self._real_now(), False


class NotTaken(HundredfoldError):
    """The server did not take what the replay sent, or did not answer what it asked."""


class Caller:
    """Speaks to a server over one connection, with a write key to send and a token to read."""

    def __init__(self, url: str, write_key: str, token: str) -> None:
        address = urlsplit(url)
        self._connection = http.client.HTTPConnection(address.hostname or "", address.port or 80)
        self._basic = "Basic " + b64encode(f"{write_key}:".encode()).decode()
        self._bearer = f"Bearer {token}"

    def send(self, messages: Sequence[Message], sent_at: str) -> None:
        """Posts messages as a batch; when this returns they are stored for good."""
        body = json_text({"batch": list(messages), "sentAt": sent_at})
        answer = self._ask("POST", "/v1/batch", self._basic, body)
        if answer.get("rejected"):
            raise NotTaken(f"the server rejected {len(answer['rejected'])} messages: {answer['rejected'][0]}")

    def profile(self, customer: str) -> Document:
        """A customer's profile, as the control API tells it."""
        return self._ask("GET", f"/api/v1/profiles/{quote(customer, safe='')}", self._bearer)

    def keep_up(self) -> None:
        """Waits until segments have the members of this very time, so that who moves is recorded at his time."""
        while self._ask("GET", "/api/v1/segments", self._bearer)["as_of"] is None:
            time.sleep(0.05)

    def close(self) -> None:
        """Ends the connection."""
        self._connection.close()

    def _ask(self, method: str, path: str, authorization: str, body: str | None = None) -> Document:
        headers = {"Authorization": authorization, "Content-Type": "application/json"}
        self._connection.request(method, path, None if body is None else body.encode(), headers)
        answer = self._connection.getresponse()
        document: Document = read_json(answer.read())
        if answer.status != http.client.OK:
            raise NotTaken(f"{method} {path.rpartition('/')[0]} was answered {answer.status}: {document.get('detail')}")
        return document


@dataclass(frozen=True)
class Watched:
    """A customer's liveliest day: when it began and ended (microseconds UTC), and when he ordered."""

    customer: str
    starts: int
    ends: int
    orders: tuple[int, ...]


def liveliest(messages: Sequence[Message], zone: tzinfo) -> list[Watched]:
    """The days on which customers ordered most often, then for the most money; the best first."""
    times: dict[tuple[str, int], list[int]] = defaultdict(list)
    spent: Counter[tuple[str, int]] = Counter()
    for message in messages:
        if message["event"] == "Order Completed":
            at = time_of(message)
            day = message["userId"], local_day(at, zone)
            times[day].append(at)
            spent[day] += millionths(message["properties"]["total"]) or 0
    best = sorted(times, key=lambda day: (-min(len(times[day]), LIVELY), -spent[day], day))
    return [
        Watched(customer, day_start(day, zone), day_start(day + 1, zone), tuple(sorted(set(times[customer, day]))))
        for customer, day in best
    ]


@dataclass
class Replay:
    """What a replay has done so far."""

    events: int = 0
    requests: int = 0
    seconds: float = 0.0
    """Spent on sending, until every message was acknowledged."""
    rows: list[Document] = field(default_factory=list)
    """The watched customer at the turns of his day: `at`, `until_batch`, `since`, `now`, `today`."""

    def document(self, began: int, ended: int) -> Document:
        """As a document."""
        return {
            "from": iso(began),
            "to": iso(ended),
            "events": self.events,
            "requests": self.requests,
            "seconds": round(self.seconds, 3),
            "events_per_second": round(self.events / self.seconds) if self.seconds else 0,
        }


def replayed(
    messages: Sequence[Message],
    caller: Caller,
    clock: ReplayClock,
    watched: Watched,
    end: int,
    zone: tzinfo,
    progress: Callable[[int, int | None], None],
) -> Replay:
    """Posts messages hour by hour, each when its time has come, and watches a customer; ends at the instant `end`.

    Time goes on when everybody is in the segments that he is in by then, at every hour and at every midnight of `zone`:
    what is recorded of segments is what it would have been in weeks at real speed.
    """
    replay = Replay()
    start = clock()  # a clock is never set back
    turns = {max(start, turn) for turn in (watched.starts, *watched.orders, watched.ends, end)}
    midnights = {day_start(day, zone) for day in range(local_day(start, zone) + 1, local_day(end, zone) + 1)}
    for instant, some in _steps(messages, start, sorted(turns | midnights)):
        clock.hold(instant)
        began = time.perf_counter()
        for first in range(0, len(some), AT_ONCE):
            caller.send(some[first : first + AT_ONCE], iso(instant))
            replay.requests += 1
        replay.seconds += time.perf_counter() - began
        replay.events += len(some)
        caller.keep_up()
        if instant in turns:
            replay.rows.append(_row(caller.profile(watched.customer), instant))
        progress(replay.events, len(messages))
    return replay


def _steps(messages: Sequence[Message], start: int, turns: Sequence[int]) -> Iterator[tuple[int, Sequence[Message]]]:
    """Full hours and the turns, each with the messages that have come due by then; hours without any are left out."""
    times = [time_of(message) for message in messages]
    hours = {-(-at // HOUR) * HOUR for at in times}
    done = 0
    for instant in sorted({*(hour for hour in hours if start < hour < turns[-1]), *turns}):
        due = bisect_right(times, instant)
        yield instant, messages[done:due]
        done = due


def _row(profile: Document, instant: int) -> Document:
    parts = profile["parts"]["total_purchase_value"]
    return {
        "at": iso(instant),
        "until_batch": _exact(parts["until_batch"]),
        "since": _exact(parts["since"]),
        "now": _exact(profile["attributes"]["total_purchase_value"]),
        "today": _exact(profile["attributes"]["purchase_value_today"]),
    }


def _exact(number: Any) -> Decimal:
    return number if isinstance(number, Decimal) else decimal(int(number) * 1_000_000)


def time_of(message: Message) -> int:
    """When it happened, in microseconds UTC."""
    time = parse_time(message["timestamp"])
    assert time is not None, "the demo's own messages have readable times"
    return time
