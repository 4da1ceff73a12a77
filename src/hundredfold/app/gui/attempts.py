"""How often a password may be tried: quickly a few times, then slowly; nobody can lock others out for long.

Three limits stand side by side, each a bucket that fills up again: of a user from one address, of an address whoever is
tried there, and of a user from everywhere. The last two are passed over for an address from which the user has logged
in since the server started: who guesses cannot keep him out. Only wrong passwords count.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from ipaddress import ip_address
from math import ceil
from threading import Lock
from typing import Final


@dataclass(frozen=True, slots=True)
class Limit:
    """So many attempts at once, and one more every so many seconds."""

    at_once: int
    seconds: float


USER_HERE: Final = Limit(5, 30)
ADDRESS: Final = Limit(20, 6)
USER: Final = Limit(10, 5)
MOST: Final = 20_000
"""So many users and addresses are kept in mind."""

_Key = tuple[str, str]


@dataclass
class Attempts:
    """The attempts to log in. `now` gives seconds of a clock that only runs forward."""

    now: Callable[[], float]
    _over: dict[_Key, float] = field(default_factory=dict)
    """When nothing of what was counted in each bucket is left."""
    _known: dict[_Key, None] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def begin(self, user: str, address: str) -> int:
        """Counts an attempt as a wrong one, if it may be made: 0. Else the seconds to wait."""
        buckets, now = self._buckets(user, _network(address)), self.now()
        with self._lock:
            wait = max(self._wait(key, limit, now) for key, limit in buckets)
            if wait > 0:
                return ceil(wait)
            for key, limit in buckets:
                self._over[key] = max(self._over.get(key, now), now) + limit.seconds
            self._forget(now)
        return 0

    def succeeded(self, user: str, address: str) -> None:
        """Takes back what `begin` counted: the password was right."""
        address = _network(address)
        with self._lock:
            for key, limit in self._buckets(user, address):
                self._over[key] = self._over.get(key, 0) - limit.seconds
            self._over.pop((user, address), None)
            self._known[user, address] = None
            while len(self._known) > MOST:
                del self._known[next(iter(self._known))]

    def _buckets(self, user: str, address: str) -> list[tuple[_Key, Limit]]:
        own: list[tuple[_Key, Limit]] = [((user, address), USER_HERE)]
        return own if (user, address) in self._known else [*own, (("", address), ADDRESS), ((user, ""), USER)]

    def _wait(self, key: _Key, limit: Limit, now: float) -> float:
        """Seconds until the bucket has room for one more."""
        full = self._over.get(key, now) - now
        return max(0.0, full - (limit.at_once - 1) * limit.seconds)

    def _forget(self, now: float) -> None:
        if len(self._over) > MOST:
            self._over = {key: until for key, until in self._over.items() if until > now}
        while len(self._over) > MOST:
            del self._over[next(iter(self._over))]


def _network(address: str) -> str:
    """An address; of IPv6 the network, in which anybody has addresses without number."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    return str(found) if found.version == 4 else str(int(found) >> 64)
