"""Sessions of those who are logged in: kept by the server, ended by idleness, by age, and at any time by us."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from threading import Lock
from typing import Final

from hundredfold.store.queries import open_database, queries
from hundredfold.words.calendar import DAY, HOUR, MINUTE

FILE: Final = "sessions.sqlite"
"""Its file among the stores."""
IDLE: Final = 12 * HOUR
"""A session that nobody used for so long is over; in microseconds."""
LONGEST: Final = 7 * DAY
"""So long a session lasts at most, however much it is used."""
SECRET_BYTES: Final = 32
_NOTED: Final = MINUTE
"""A session's use is written down at most so often."""

_SQL: Final = queries("sessions")


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody's session; never its secret."""

    user: str
    """The id of the user."""
    created: int
    """Microseconds UTC, as `ends`."""

    @property
    def ends(self) -> int:
        """When it is over, however much it is used."""
        return self.created + LONGEST


class Sessions:
    """The sessions of a workspace, in one SQLite file that several processes may share.

    `now` gives microseconds UTC, of the real clock; `random` gives that many random bytes, from the operating system's
    source. Of a secret only its SHA-256 is kept: 32 random bytes cannot be guessed from it.
    """

    def __init__(self, path: Path, *, now: Callable[[], int], random: Callable[[int], bytes]) -> None:
        self._now, self._random = now, random
        self._lock = Lock()
        # What a power cut takes is a login that has to be repeated.
        self._database = open_database(path, _SQL["schema"], synchronous="NORMAL")

    def open(self, user: str) -> str:
        """Begins a session of a user; returns its secret, which nobody can read again."""
        secret = urlsafe_b64encode(self._random(SECRET_BYTES)).rstrip(b"=").decode()
        now = self._now()
        with self._lock, self._database:
            self._database.execute("BEGIN IMMEDIATE")
            self._database.execute(_SQL["prune"], {"begun": now - LONGEST, "idle": now - IDLE})
            self._database.execute(_SQL["add"], {"digest": _digest(secret), "user": user, "now": now})
        return secret

    def find(self, secret: str, *, used: bool = False) -> Session | None:
        """The session with this secret, which counts as used now if `used`; None for one that is over or unknown."""
        digest, now = _digest(secret), self._now()
        with self._lock:
            row = self._database.execute(_SQL["find"], (digest,)).fetchone()
            if row is None:
                return None
            user, created, seen = row
            if now >= created + LONGEST or now >= seen + IDLE:
                return None
            if used and now >= seen + _NOTED:
                self._database.execute(_SQL["see"], {"digest": digest, "now": now})
        return Session(user, created)

    def end(self, secret: str) -> None:
        """Ends a session, if there is one with this secret."""
        with self._lock:
            self._database.execute(_SQL["end"], (_digest(secret),))

    def end_of(self, user: str, *, but: str | None = None) -> None:
        """Ends all sessions of a user, but the one with this secret."""
        with self._lock:
            self._database.execute(_SQL["end_of"], {"user": user, "but": None if but is None else _digest(but)})

    def count(self, user: str) -> int:
        """How many sessions of a user are kept."""
        with self._lock:
            return int(self._database.execute(_SQL["count"], (user,)).fetchone()[0])

    def close(self) -> None:
        """Lets go of the file."""
        with self._lock:
            self._database.close()


def _digest(secret: str) -> bytes:
    return sha256(secret.encode("utf-8", "surrogatepass")).digest()
