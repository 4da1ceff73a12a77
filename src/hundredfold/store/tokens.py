"""Write keys and access tokens: shown once, kept as SHA-256, compared in constant time."""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from threading import Lock
from typing import Final, Literal

from hundredfold.errors import NotFound
from hundredfold.said import said
from hundredfold.store.queries import open_database, queries
from hundredfold.words.calendar import MINUTE, iso

Kind = Literal["server", "browser", "api"]
"""Write keys of servers and of browsers may only append; `api` tokens open the control API."""
Way = Literal["server", "browser", "api", "session"]
"""The kind of key or token that somebody came in by, or the session of somebody who is logged in."""
Scope = Literal["read", "write", "admin"]

SCOPES: Final[tuple[Scope, ...]] = ("read", "write", "admin")
"""Each includes those before it."""
SECRET_BYTES: Final = 32

_PREFIX: Final = {"server": "hfs_", "browser": "hfb_", "api": "hfa_"}
_SQL: Final = queries("tokens")


@dataclass(frozen=True, slots=True)
class Grant:
    """What a key or token allows, and to whom it was given; never the secret itself."""

    id: str
    kind: Way
    name: str
    """A write key's source, whom a token is for, or the user who is logged in."""
    scope: Scope | None
    """None for write keys."""
    personal_data: bool
    created: int
    """Microseconds UTC."""
    revoked: int | None = None

    def allows(self, scope: Scope, *, personal_data: bool = False) -> bool:
        """Whether this is a token that includes the scope, and personal data where that is asked for."""
        if self.scope is None or self.revoked is not None or (personal_data and not self.personal_data):
            return False
        return SCOPES.index(self.scope) >= SCOPES.index(scope)


class Tokens:
    """The keys and tokens of a workspace, in one SQLite file that several processes may share.

    `now` gives microseconds UTC; `random` gives that many random bytes, from the operating system's source.
    """

    def __init__(self, path: Path, *, now: Callable[[], int], random: Callable[[int], bytes]) -> None:
        self._now, self._random = now, random
        self._lock = Lock()
        self._database = open_database(path, _SQL["schema"])
        # When a key was last used is written without waiting for the disk: messages are taken in meanwhile.
        self._notes = open_database(path, _SQL["schema"], synchronous="NORMAL")
        self._used: dict[str, int] = {}
        self._noted = 0
        self._version = -1
        self._grants: dict[bytes, Grant] = {}

    def create(
        self, kind: Kind, name: str, *, scope: Scope | None = None, personal_data: bool = False
    ) -> tuple[str, Grant]:
        """Makes a key or token; the first part is the secret, which nobody can read again.

        `name` is a write key's source, or whom a token is for. Raises ValueError when `scope` and `kind` do not fit.
        """
        if (kind == "api") != (scope is not None):
            raise ValueError("an api token has a scope: read, write or admin; a write key has none")
        secret = _PREFIX[kind] + urlsafe_b64encode(self._random(SECRET_BYTES)).rstrip(b"=").decode()
        # The id names the token in lists and logs; it comes from its own random bytes, not from the secret.
        grant = Grant(self._random(6).hex(), kind, name, scope, personal_data, self._now())
        with self._lock:
            self._database.execute(
                _SQL["add"],
                {
                    "id": grant.id,
                    "digest": _digest(secret),
                    "kind": kind,
                    "name": name,
                    "scope": scope,
                    "personal_data": personal_data,
                    "created": grant.created,
                },
            )
            self._version = -1
        return secret, grant

    def verify(self, secret: str) -> Grant | None:
        """What a secret allows; None for one that is unknown or revoked."""
        digest = _digest(secret)
        with self._lock:
            self._look()
            grant = None
            for known, candidate in self._grants.items():
                if hmac.compare_digest(known, digest):
                    grant = candidate
            if grant is None or grant.revoked is not None:
                return None
            now = self._used[grant.id] = self._now()
            if now >= self._noted + MINUTE:
                self._note_use(now)
        return grant

    def list(self) -> list[Grant]:
        """All keys and tokens, revoked ones included, in the order of their making."""
        with self._lock:
            self._look()
            return sorted(self._grants.values(), key=lambda grant: (grant.created, grant.id))

    def last_used(self) -> dict[str, int]:
        """When each key or token was last shown, in microseconds UTC; other processes tell once a minute."""
        with self._lock:
            self._note_use(self._now())
            return dict(self._notes.execute(_SQL["used"]).fetchall())

    def revoke(self, token_id: str) -> Grant:
        """Closes a key or token for ever, in every process at once. Raises NotFound when none is open under this id."""
        with self._lock:
            done = self._database.execute(_SQL["revoke"], {"id": token_id, "revoked": self._now()})
            self._version = -1
            self._look()
            if done.rowcount == 0:
                raise NotFound(
                    said("no open token has the id {token_id!r}. List them to see their ids.", token_id=token_id)
                )
            return next(grant for grant in self._grants.values() if grant.id == token_id)

    def close(self) -> None:
        """Lets go of the file."""
        with self._lock:
            self._note_use(self._now())
            self._notes.close()
            self._database.close()

    def _note_use(self, now: int) -> None:
        self._notes.executemany(_SQL["use"], list(self._used.items()))
        self._used, self._noted = {}, now

    def _look(self) -> None:
        """Reads the table again when any process has changed it."""
        version = self._database.execute(_SQL["version"]).fetchone()[0]
        if version == self._version:
            return
        self._grants = {
            digest: Grant(row_id, kind, name, scope, bool(personal_data), created, revoked)
            for row_id, digest, kind, name, scope, personal_data, created, revoked in self._database.execute(
                _SQL["list"]
            )
        }
        self._version = version


def told(grant: Grant) -> str:
    """What a key or token allows, in short."""
    return f"{grant.kind}, {grant.scope or 'append'}" + (", personal data" if grant.personal_data else "")


def listed(grant: Grant) -> dict[str, object]:
    """A key or token as lists tell it: plain JSON, without its secret."""
    return {
        "id": grant.id,
        "kind": grant.kind,
        "name": grant.name,
        "scope": grant.scope,
        "personal_data": grant.personal_data,
        "created_at": iso(grant.created),
        "revoked_at": None if grant.revoked is None else iso(grant.revoked),
    }


def _digest(secret: str) -> bytes:
    return sha256(secret.encode("utf-8", "surrogatepass")).digest()
